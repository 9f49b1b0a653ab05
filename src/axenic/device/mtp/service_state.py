"""The state machine of an MTP service: codes, commands, one table.

Source: VDI/VDE/NAMUR 2658-4, by the table of the package MTPPy 1.1.1 (its constant for Resetting, 32678, is a typing
error; the codes are powers of two). Not compared with the text of the guideline.
"""

from __future__ import annotations

from enum import IntEnum


class ServiceState(IntEnum):
    """StateCur."""

    STOPPED = 4
    STARTING = 8
    IDLE = 16
    PAUSED = 32
    EXECUTE = 64
    STOPPING = 128
    ABORTING = 256
    ABORTED = 512
    HOLDING = 1024
    HELD = 2048
    UNHOLDING = 4096
    PAUSING = 8192
    RESUMING = 16384
    RESETTING = 32768
    COMPLETING = 65536
    COMPLETED = 131072


class ServiceCommand(IntEnum):
    """Bits of CommandOp, CommandInt, CommandExt and CommandEn."""

    RESET = 2
    START = 4
    STOP = 8
    HOLD = 16
    UNHOLD = 32
    PAUSE = 64
    RESUME = 128
    ABORT = 256
    RESTART = 512
    COMPLETE = 1024


_S, _C = ServiceState, ServiceCommand
_IN_BETWEEN = frozenset({_C.STOP, _C.HOLD, _C.ABORT, _C.COMPLETE})

ENABLED: dict[ServiceState, frozenset[ServiceCommand]] = {
    _S.IDLE: frozenset({_C.START, _C.STOP, _C.ABORT}),
    _S.STARTING: _IN_BETWEEN,
    _S.EXECUTE: _IN_BETWEEN | {_C.PAUSE, _C.RESTART},
    _S.COMPLETING: frozenset({_C.STOP, _C.HOLD, _C.ABORT}),
    _S.COMPLETED: frozenset({_C.RESET, _C.STOP, _C.ABORT}),
    _S.PAUSING: _IN_BETWEEN,
    _S.PAUSED: _IN_BETWEEN | {_C.RESUME},
    _S.RESUMING: _IN_BETWEEN,
    _S.HOLDING: frozenset({_C.STOP, _C.ABORT}),
    _S.HELD: frozenset({_C.STOP, _C.UNHOLD, _C.ABORT}),
    _S.UNHOLDING: _IN_BETWEEN,
    _S.STOPPING: frozenset({_C.ABORT}),
    _S.STOPPED: frozenset({_C.RESET, _C.ABORT}),
    _S.ABORTING: frozenset(),
    _S.ABORTED: frozenset({_C.RESET}),
    _S.RESETTING: frozenset({_C.STOP, _C.ABORT}),
}
LEADS: dict[ServiceCommand, ServiceState] = {
    _C.RESET: _S.RESETTING,
    _C.START: _S.STARTING,
    _C.RESTART: _S.STARTING,
    _C.STOP: _S.STOPPING,
    _C.HOLD: _S.HOLDING,
    _C.UNHOLD: _S.UNHOLDING,
    _C.PAUSE: _S.PAUSING,
    _C.RESUME: _S.RESUMING,
    _C.ABORT: _S.ABORTING,
    _C.COMPLETE: _S.COMPLETING,
}
ENDS: dict[ServiceState, ServiceState] = {
    _S.STARTING: _S.EXECUTE,
    _S.EXECUTE: _S.COMPLETING,  # of a procedure that completes itself
    _S.COMPLETING: _S.COMPLETED,
    _S.PAUSING: _S.PAUSED,
    _S.RESUMING: _S.EXECUTE,
    _S.HOLDING: _S.HELD,
    _S.UNHOLDING: _S.EXECUTE,
    _S.STOPPING: _S.STOPPED,
    _S.ABORTING: _S.ABORTED,
    _S.RESETTING: _S.IDLE,
}


def command_enabled(state: ServiceState) -> int:
    """CommandEn: the commands that a state heeds, as bits."""
    return sum(ENABLED[state])


def next_service_state(state: ServiceState, command: ServiceCommand) -> ServiceState | None:
    """Where a command leads, or None if the state does not heed it."""
    return LEADS[command] if command in ENABLED[state] else None
