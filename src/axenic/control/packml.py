"""The unit states of PackML (ISA-TR88.00.02, edition 2022): seventeen states, ten commands, one table.

Clean or sterile is never in here: that is an aseptic condition. Acting states (…ing) end by State Complete.
"""

from __future__ import annotations

from enum import IntEnum


class UnitState(IntEnum):
    """PackML state numbers, edition 2022."""

    UNDEFINED = 0
    CLEARING = 1
    STOPPED = 2
    STARTING = 3
    IDLE = 4
    SUSPENDED = 5
    EXECUTE = 6
    STOPPING = 7
    ABORTING = 8
    ABORTED = 9
    HOLDING = 10
    HELD = 11
    UNHOLDING = 12
    SUSPENDING = 13
    UNSUSPENDING = 14
    RESETTING = 15
    COMPLETING = 16
    COMPLETED = 17


class Command(IntEnum):
    """PackML CntrlCmd numbers."""

    RESET = 1
    START = 2
    STOP = 3
    HOLD = 4
    UNHOLD = 5
    SUSPEND = 6
    UNSUSPEND = 7
    ABORT = 8
    CLEAR = 9
    COMPLETE = 10


_S, _C = UnitState, Command
COMPLETES: dict[UnitState, UnitState] = {
    _S.STARTING: _S.EXECUTE,
    _S.COMPLETING: _S.COMPLETED,
    _S.RESETTING: _S.IDLE,
    _S.HOLDING: _S.HELD,
    _S.UNHOLDING: _S.EXECUTE,
    _S.SUSPENDING: _S.SUSPENDED,
    _S.UNSUSPENDING: _S.EXECUTE,
    _S.STOPPING: _S.STOPPED,
    _S.ABORTING: _S.ABORTED,
    _S.CLEARING: _S.STOPPED,
}
_HOLDS = (_S.EXECUTE, _S.SUSPENDED, _S.STARTING, _S.SUSPENDING, _S.UNSUSPENDING, _S.UNHOLDING)
_NO_STOP = (_S.STOPPING, _S.STOPPED, _S.CLEARING, _S.ABORTING, _S.ABORTED, _S.UNDEFINED)
_NO_ABORT = (_S.ABORTING, _S.ABORTED, _S.UNDEFINED)
TRANSITIONS: dict[tuple[UnitState, Command], UnitState] = {
    (_S.IDLE, _C.START): _S.STARTING,
    (_S.EXECUTE, _C.COMPLETE): _S.COMPLETING,
    (_S.HELD, _C.COMPLETE): _S.COMPLETING,
    (_S.SUSPENDED, _C.COMPLETE): _S.COMPLETING,
    (_S.COMPLETED, _C.RESET): _S.RESETTING,
    (_S.STOPPED, _C.RESET): _S.RESETTING,
    (_S.HELD, _C.UNHOLD): _S.UNHOLDING,
    (_S.EXECUTE, _C.SUSPEND): _S.SUSPENDING,
    (_S.SUSPENDED, _C.UNSUSPEND): _S.UNSUSPENDING,
    (_S.ABORTED, _C.CLEAR): _S.CLEARING,
    **{(state, _C.HOLD): _S.HOLDING for state in _HOLDS},
    **{(state, _C.STOP): _S.STOPPING for state in _S if state not in _NO_STOP},
    **{(state, _C.ABORT): _S.ABORTING for state in _S if state not in _NO_ABORT},
}


def next_state(state: UnitState, command: Command) -> UnitState | None:
    """The state a command leads to (an acting one), or None if the state does not heed it."""
    return TRANSITIONS.get((state, command))


def _settle(state: UnitState) -> UnitState:
    while state in COMPLETES:
        state = COMPLETES[state]
    return state


_SETTLED = {key: _settle(state) for key, state in TRANSITIONS.items()}


def settled(state: UnitState, command: Command) -> UnitState:
    """Where a command leads once its acting state is complete; the same state if it is not heeded."""
    return _SETTLED.get((state, command), state)
