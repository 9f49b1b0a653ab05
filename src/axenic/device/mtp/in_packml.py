"""A service in the words of PackML, which every unit of a plant is known by."""

from __future__ import annotations

from axenic.control.packml import Command, UnitState
from axenic.device.mtp.service_state import ENABLED, ServiceCommand, ServiceState

_S, _U, _M, _C = ServiceState, UnitState, ServiceCommand, Command

UNIT_STATE: dict[ServiceState, UnitState] = {
    _S.STOPPED: _U.STOPPED,
    _S.STARTING: _U.STARTING,
    _S.IDLE: _U.IDLE,
    _S.PAUSED: _U.SUSPENDED,
    _S.EXECUTE: _U.EXECUTE,
    _S.STOPPING: _U.STOPPING,
    _S.ABORTING: _U.ABORTING,
    _S.ABORTED: _U.ABORTED,
    _S.HOLDING: _U.HOLDING,
    _S.HELD: _U.HELD,
    _S.UNHOLDING: _U.UNHOLDING,
    _S.PAUSING: _U.SUSPENDING,
    _S.RESUMING: _U.UNSUSPENDING,
    _S.RESETTING: _U.RESETTING,
    _S.COMPLETING: _U.COMPLETING,
    _S.COMPLETED: _U.COMPLETED,
}
SERVICE_COMMAND: dict[Command, ServiceCommand] = {
    _C.RESET: _M.RESET,
    _C.START: _M.START,
    _C.STOP: _M.STOP,
    _C.HOLD: _M.HOLD,
    _C.UNHOLD: _M.UNHOLD,
    _C.SUSPEND: _M.PAUSE,
    _C.UNSUSPEND: _M.RESUME,
    _C.ABORT: _M.ABORT,
    _C.CLEAR: _M.RESET,  # a service goes from Aborted straight to Resetting
    _C.COMPLETE: _M.COMPLETE,
}


def unit_state(code: int) -> UnitState:
    """The state of a unit by StateCur of its service; UNDEFINED for a code that is none."""
    try:
        return UNIT_STATE[ServiceState(code)]
    except ValueError:
        return UnitState.UNDEFINED


def service_command(command: Command, state: ServiceState) -> ServiceCommand | None:
    """What is sent to a service for a command to its unit, or None if the service would not heed it.

    In Aborted only Clear is sent on: PackML heeds no Reset there, and a person has to clear first.
    """
    if command is Command.CLEAR and state is not ServiceState.ABORTED:
        return None
    if command is Command.RESET and state is ServiceState.ABORTED:
        return None
    sent = SERVICE_COMMAND[command]
    return sent if sent in ENABLED[state] else None
