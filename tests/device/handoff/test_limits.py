"""The times of the steps, and the ports of an instrument."""

from __future__ import annotations

from itertools import product

import pytest

from axenic.device.driver.site import NotReady
from axenic.device.handoff.ask import Ask, Side
from axenic.device.handoff.limits import handoff_limits
from axenic.device.instrument.port import PORT, Ports, PortState


def test_every_step_has_one_limit_with_its_source():
    limits = handoff_limits()
    assert len(limits.steps) == len(Ask)
    assert all(seconds > 0 for seconds in limits.seconds().values())


def test_a_step_without_a_limit_is_refused():
    limits = handoff_limits()
    with pytest.raises(ValueError, match=limits.steps[0].step):
        limits.model_copy(update={"steps": limits.steps[1:]}).seconds()


PASSIVE = [ask for ask in Ask if ask.side is not Side.MOVER]
TO = {
    PortState.BLOCKED: [],
    PortState.LOAD: [Ask.PREPARE_FOR_INPUT],
    PortState.UNLOAD: [Ask.PREPARE_FOR_OUTPUT],
}


@pytest.mark.parametrize("state, ask", list(product(PortState, PASSIVE)))
def test_a_port_follows_its_table_cell_by_cell(state, ask):
    ports = Ports()
    for before in TO[state]:
        ports.take(before, "rack", "bag")
    if (state, ask) not in PORT:
        with pytest.raises(NotReady, match="InvalidCommandSequence"):
            ports.take(ask, "rack", "bag")
        return
    ports.take(ask, "rack", "bag")
    for after in PASSIVE:
        follows = (PORT[state, ask], after) in PORT
        trial = Ports()
        for step in (*TO[state], ask):
            trial.take(step, "rack", "bag")
        if follows:
            trial.take(after, "rack", "bag")
        else:
            with pytest.raises(NotReady):
                trial.take(after, "rack", "bag")


def test_two_carriers_do_not_share_a_port():
    ports = Ports()
    ports.take(Ask.PREPARE_FOR_INPUT, "rack", "bag")
    ports.take(Ask.PREPARE_FOR_OUTPUT, "rack", "kit")
    with pytest.raises(NotReady):
        ports.take(Ask.DELIVERED, "rack", "kit")
