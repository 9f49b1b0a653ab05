"""The table of an MTP service transition by transition, and its difference from PackML."""

from __future__ import annotations

import pytest

from axenic.control.packml import COMPLETES, Command, UnitState, next_state
from axenic.device.mtp.in_packml import UNIT_STATE, service_command, unit_state
from axenic.device.mtp.service_state import (
    ENDS,
    LEADS,
    ServiceCommand,
    ServiceState,
    command_enabled,
    next_service_state,
)

_S, _C = ServiceState, Command
COMMAND_EN = {
    "IDLE": 268,
    "STARTING": 1304,
    "EXECUTE": 1880,
    "COMPLETING": 280,
    "COMPLETED": 266,
    "PAUSING": 1304,
    "PAUSED": 1432,
    "RESUMING": 1304,
    "HOLDING": 264,
    "HELD": 296,
    "UNHOLDING": 1304,
    "STOPPING": 256,
    "STOPPED": 258,
    "ABORTING": 0,
    "ABORTED": 2,
    "RESETTING": 264,
}
"""As MTPPy 1.1.1 computes them."""


@pytest.mark.parametrize("state", list(ServiceState))
def test_the_commands_of_a_state_are_the_bits_of_the_reference(state):
    assert command_enabled(state) == COMMAND_EN[state.name]


def test_codes_are_single_bits_and_resetting_is_the_one_between_its_neighbours():
    assert [int(s) for s in ServiceState] == [1 << n for n in range(2, 18)]
    assert [int(c) for c in ServiceCommand] == [1 << n for n in range(1, 11)]


@pytest.mark.parametrize("command", list(ServiceCommand))
@pytest.mark.parametrize("state", list(ServiceState))
def test_a_command_leads_to_its_acting_state_or_nowhere(state, command):
    after = next_service_state(state, command)
    assert after == (LEADS[command] if COMMAND_EN[state.name] & command else None)
    assert after is None or after in ENDS


def test_acting_states_end_as_in_packml():
    ends = {UNIT_STATE[state]: UNIT_STATE[after] for state, after in ENDS.items() if state is not _S.EXECUTE}
    assert ends == {state: after for state, after in COMPLETES.items() if state is not UnitState.CLEARING}


def test_every_state_of_packml_but_two_has_a_service_state():
    assert set(UnitState) - set(UNIT_STATE.values()) == {UnitState.UNDEFINED, UnitState.CLEARING}
    assert len(set(UNIT_STATE.values())) == len(ServiceState)
    assert unit_state(32678) is UnitState.UNDEFINED
    assert unit_state(32768) is UnitState.RESETTING


MORE = {  # what a service heeds and a unit of PackML does not
    (_S.STARTING, _C.COMPLETE),
    (_S.PAUSING, _C.COMPLETE),
    (_S.RESUMING, _C.COMPLETE),
    (_S.UNHOLDING, _C.COMPLETE),
    (_S.COMPLETING, _C.HOLD),
}
LESS = {(_S.HELD, _C.COMPLETE)}  # the other way round


@pytest.mark.parametrize("command", list(Command))
@pytest.mark.parametrize("state", list(ServiceState))
def test_a_command_to_the_unit_does_the_same_to_its_service(state, command):
    sent = service_command(command, state)
    after = next_service_state(state, sent) if sent is not None else None
    expected = next_state(UNIT_STATE[state], command)
    if (state, command) in MORE:
        assert after is not None
        assert expected is None
    elif (state, command) in LESS:
        assert after is None
        assert expected is not None
    elif command is Command.CLEAR and state is _S.ABORTED:
        assert (after, expected) == (_S.RESETTING, UnitState.CLEARING)
    else:
        assert (UNIT_STATE[after] if after is not None else None) == expected
