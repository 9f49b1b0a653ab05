"""Our engine and an incubator of another stack, which keeps our contract on node-opcua and loses its power."""

from __future__ import annotations

import asyncio

import pytest

from axenic.control.facts import OutcomeLost, PhaseCompleted
from axenic.control.packml import UnitState
from axenic.device.driver.driver import LinkError
from axenic.device.opcua.credentials import TRUSTED
from tests.device.driver.bench import HOUR, SOON
from tests.foreign.incubator import EQUIPMENT, UNIT, Incubator
from tests.foreign.node import installed

pytestmark = installed


@pytest.fixture(scope="module")
def incubator(tmp_path_factory):
    made = Incubator(tmp_path_factory.mktemp("elsewhere"))
    yield made
    made.stop()


def asked(driver, ask):
    async def work():
        try:
            return await ask(driver)
        finally:
            await driver.close()

    return asyncio.run(work())


def test_equipment_with_a_certificate_of_its_own_is_trusted_once_it_is_put_into_the_trust(incubator):
    who = asked(incubator.driver(), lambda driver: driver.identity())
    assert (who.equipment, who.units, who.maker, who.simulated) == (EQUIPMENT, (UNIT,), "Elsewhere", False)
    assert asked(incubator.driver(), lambda driver: driver.state(UNIT)) is UnitState.IDLE
    assert asked(incubator.driver(), lambda driver: driver.state("nowhere")) is UnitState.UNDEFINED


@pytest.mark.requirement("A11-12")
def test_the_engine_does_not_enter_where_the_certificate_is_unknown_or_of_another_piece(incubator):
    with pytest.raises(LinkError, match="BadCertificateUriInvalid"):
        asked(incubator.driver(uri="urn:elsewhere:incubator:E-2"), lambda driver: driver.identity())
    file = incubator.engine.folder / TRUSTED / f"{EQUIPMENT}.der"
    known = file.read_bytes()
    file.unlink()
    try:
        with pytest.raises(LinkError, match="BadCertificateUntrusted"):
            asked(incubator.driver(), lambda driver: driver.identity())
    finally:
        file.write_bytes(known)


@pytest.mark.requirement("A11-13", "A11-16")
@pytest.mark.parametrize(
    ("at", "lasts", "outcome"),
    [("before", SOON, PhaseCompleted), ("in", HOUR, OutcomeLost), ("after", SOON, PhaseCompleted)],
)
def test_whenever_its_power_goes_there_is_one_act_and_its_outcome_is_settled_or_in_doubt(incubator, at, lasts, outcome):
    incubator.loses_power(at)
    order = incubator.phase(lasts)
    fact = incubator.outcome(order, incubator.comes_back)
    assert (type(fact), fact.order) == (outcome, order.number)
    assert incubator.acts(order) == 1
