"""Commanding one service: under the mode for it, one command at a time, and looked at what came of it.

The engine commands from outside the module (operation mode automatic, source external). It takes a module from offline
and from its own program, but never from a person who has it in hand (operator mode).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from axenic.control.packml import Command, UnitState, next_state
from axenic.device.mtp.in_packml import service_command, unit_state
from axenic.device.mtp.manifest import DataAssembly, Procedure, Service, ServiceParameter, Variable
from axenic.device.mtp.service_state import ServiceCommand, ServiceState
from axenic.device.mtp.value import Value, same
from axenic.device.mtp.variables import Variables

REST = frozenset(
    {
        UnitState.STOPPED,
        UnitState.IDLE,
        UnitState.SUSPENDED,
        UnitState.EXECUTE,
        UnitState.ABORTED,
        UnitState.HELD,
        UnitState.COMPLETED,
    }
)
_LOOKS_S = 0.05  # between two looks at what came of a command [D]


class Refused(Exception):
    """The module does not let itself be commanded, or did not take what it was given; nothing was begun."""


class Commanding:
    """`patience_s`: how long a command, a mode or a value may take to have its effect."""

    def __init__(self, variables: Variables, service: Service, patience_s: float) -> None:
        self.service = service
        self._variables, self._patience = variables, patience_s
        self._turn = asyncio.Lock()

    async def state(self) -> UnitState:
        """What its StateCur is in PackML."""
        (code,) = await self._variables.read(self._node("StateCur"))
        return unit_state(code)

    async def procedure(self) -> int:
        """The number of the procedure that it does or did last."""
        (number,) = await self._variables.read(self._node("ProcedureCur"))
        return int(number)

    async def take(self, assembly: DataAssembly | None = None) -> None:
        """Bring it (or a parameter) into automatic mode with external source; raises Refused."""
        of = assembly or self.service.control
        if of.node("StateAutAct") is None or of.node("SrcExtAct") is None:
            return  # it has no modes of its own
        if await self._is(of, "StateOpAct"):
            raise Refused(f"a person has {of.name} in hand (operator mode): set it to automatic or offline")
        for act, ask, channel in (
            ("StateAutAct", "StateAutOp", "StateChannel"),
            ("SrcExtAct", "SrcExtOp", "SrcChannel"),
        ):
            if await self._is(of, act):
                continue
            node = of.node(ask)
            if node is None or await self._is(of, channel):
                raise Refused(f"{of.name} keeps its modes to itself ({channel}): {act} cannot be had")
            await self._variables.tell({node: True})
            if not await self._until(lambda act=act: self._is(of, act)):  # type: ignore[misc]
                raise Refused(f"{of.name} does not go into the mode {act}")

    async def held_by_us(self) -> bool:
        """Whether it is still in the mode in which only the engine commands it."""
        of = self.service.control
        return all([await self._is(of, act) for act in ("StateAutAct", "SrcExtAct") if of.node(act) is not None])

    async def prepare(self, procedure: Procedure, values: list[tuple[ServiceParameter, Value]]) -> None:
        """Choose a procedure and set its parameters, and see that the module took all of it. Raises Refused."""
        await self.take()
        await asyncio.gather(*(self._take_with(p.assembly) for p, _ in values))
        given = [(p.name, p.assembly.node("VExt"), p.assembly.node("VReq"), value) for p, value in values]
        chosen = ("the procedure", self._node("ProcedureExt"), self._node("ProcedureReq"), procedure.number)
        asked = {req: (name, ext, value) for name, ext, req, value in [*given, chosen] if ext and req}
        found = await self._variables.read(*asked)
        left = [told for told, has in zip(asked.values(), found, strict=True) if not same(told[2], has)]
        await self._variables.tell({ext: value for _, ext, value in left})
        wrong: list[str] = []

        async def taken() -> bool:
            found = await self._variables.read(*asked)
            told = zip(asked.values(), found, strict=True)
            wrong[:] = [name for (name, _, value), has in told if not same(value, has)]
            return not wrong

        if not await self._until(taken):
            raise Refused(f"{self.service.name} does not take {', '.join(wrong)}")

    async def start(self) -> bool:
        """True once it has left Idle; False if nothing is seen of that, and it may still begin."""
        async with self._turn:
            await self._send(ServiceCommand.START)
            begun = await self._until(lambda: self._left(UnitState.IDLE))
            await self._revoke()
        return begun

    async def control(self, command: Command) -> UnitState:
        """Take it through a PackML command and to rest; what its state does not heed changes nothing."""
        async with self._turn:
            (code,) = await self._variables.read(self._node("StateCur"))
            before = unit_state(code)
            sent = service_command(command, ServiceState(code)) if before is not UnitState.UNDEFINED else None
            if sent is None or command is Command.START or next_state(before, command) is None:
                return before
            try:
                await self.take()
            except Refused:
                return before
            await self._send(sent)
            if await self._until(lambda: self._left(before)):
                await self._until(self._rests)
            await self._revoke()
        return await self.state()

    # how ------------------------------------------------------------------------------------------------------------

    async def _take_with(self, parameter: DataAssembly) -> None:
        """A parameter that follows its service (Sync) is not asked for its modes."""
        if not await self._is(parameter, "Sync"):
            await self.take(parameter)

    async def _send(self, command: ServiceCommand) -> None:
        await self._variables.tell({self._node("CommandExt"): int(command)})

    async def _revoke(self) -> None:
        """No command is left standing that could be heeded later."""
        await self._variables.write({self._node("CommandExt"): 0})

    async def _left(self, state: UnitState) -> bool:
        return await self.state() is not state

    async def _rests(self) -> bool:
        return await self.state() in REST

    async def _is(self, assembly: DataAssembly, name: str) -> bool:
        node = assembly.node(name)
        return node is not None and bool((await self._variables.read(node))[0])

    async def _until(self, seen: Callable[[], Awaitable[bool]]) -> bool:
        """Look until it is so; False if that takes longer than the patience."""
        try:
            async with asyncio.timeout(self._patience):
                while not await seen():
                    await asyncio.sleep(_LOOKS_S)
        except TimeoutError:
            return False
        return True

    def _node(self, name: str) -> Variable:
        found = self.service.control.node(name)
        if found is None:  # a manifest without it is refused when it is read
            raise Refused(f"{self.service.name} has no {name}")
        return found
