"""The engine's side of a module with a Module Type Package: phases are procedures of its services.

A module knows no command ids, so it can say nothing after a crash of the engine: nothing is asked for twice, and what
was open is in doubt. While the engine lives this driver remembers which intent it started where.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from uuid import UUID

from axenic.control.facts import PhaseCompleted, PhaseFailed
from axenic.control.orders import RunPhase, StopPhase
from axenic.control.packml import Command, UnitState
from axenic.device.connection import Connection, Now
from axenic.device.contract import Contract
from axenic.device.driver.command_record import Answer, CommandRecord, CommandStatus
from axenic.device.driver.driver import Garbled, LinkError
from axenic.device.driver.event import Event, LinkFound, LinkLost, StateChanged
from axenic.device.driver.identity import Identity
from axenic.device.driver.intent import Intent
from axenic.device.mtp.commanding import Commanding, Refused
from axenic.device.mtp.fitting import Assignment, Module, read_module
from axenic.device.mtp.in_packml import unit_state
from axenic.device.mtp.manifest import Variable
from axenic.device.mtp.unusable import Unusable
from axenic.device.mtp.value import from_module, to_module
from axenic.device.mtp.variables import Variables
from axenic.device.opcua.admission import Admission
from axenic.device.opcua.asking import Asking
from axenic.device.opcua.authority import Peer, uri_of
from axenic.device.opcua.credentials import Credentials
from axenic.device.opcua.link import Link
from axenic.device.opcua.names import milliseconds
from axenic.device.opcua.patience import PATIENT, Patience

_S, _C = UnitState, CommandStatus
_BROKE_OFF = {_S.STOPPED: "stopped", _S.ABORTED: "aborted"}


@dataclass(slots=True)
class Begun:
    """A command that was sent to a service; `seen`: that it began; `boot`: of the server then."""

    record: CommandRecord
    intent: Intent
    assignment: Assignment
    boot: str
    seen: bool = False


class MtpDriver:
    """`secured`: how a connection is secured, which gives None for an open one."""

    def __init__(
        self,
        equipment: str,
        module: Module,
        address: str,
        secured: Callable[[Asking], Admission | None],
        now: Now,
        patience: Patience = PATIENT,
    ) -> None:
        self.equipment, self.module = equipment, module
        self._now, self._patience = now, patience
        self._asked = Asking(equipment, address, patience.answer_s)
        self._secured = secured
        self._units = {u.unit: [s.name for s in module.services(u.unit)] for u in module.sheet.units}
        self._serves = {service: unit for unit, services in self._units.items() for service in services}
        self._states: dict[Variable, str] = {}  # StateCur of which service
        self._variables: Variables | None = None
        self._commanding: dict[str, Commanding] = {}
        self._intents: dict[UUID, Intent] = {}
        self._records: dict[UUID, CommandRecord] = {}
        self._begun: dict[str, Begun] = {}  # by service
        self._turn, self._ends = asyncio.Lock(), asyncio.Lock()
        self._starts = {unit: asyncio.Lock() for unit in self._units}
        self._heard: asyncio.Queue[Event] = asyncio.Queue()

    # what the engine asks -------------------------------------------------------------------------------------------

    async def identity(self) -> Identity:
        """Who it is, by its manifest and its server."""
        status = await (await self._open()).server()
        built, manifest = status.BuildInfo, self.module.manifest
        maker = str(built.ManufacturerName or "")
        software = str(built.SoftwareVersion or "")
        boot = str(milliseconds(status.StartTime) or "")
        model = f"{manifest.name} {manifest.version}".strip()
        units = tuple(self._units)
        return Identity(
            self.equipment, units, maker, model, "", software, boot, 0, simulated=False, contract=Contract.NEITHER
        )

    async def state(self, unit: str) -> UnitState:
        """That of the first of its services that is not Idle; UNDEFINED for a unit that it does not have."""
        return _joint([await one.state() for one in await self._of(unit)])

    async def start(self, intent: Intent) -> CommandRecord:
        """Begin a phase; REJECTED means that nothing was begun."""
        if (known := self._known(intent)) is not None:
            return known
        async with self._starts.get(intent.unit) or asyncio.Lock():
            assignment = self._assignment(intent)
            if isinstance(assignment, str):
                return self._note(intent, _C.REJECTED, assignment)
            try:
                begun = await self._prepared(intent, assignment)
            except (Refused, Garbled, LinkError) as error:
                return self._note(intent, _C.REJECTED, f"{error}; nothing was begun")
            return await self._begin(begun)

    async def stop(self, intent: Intent) -> CommandRecord:
        """Stop the service that does what a `StopPhase` names; after a crash of the engine, all that the unit does."""
        if (known := self._known(intent)) is not None:
            return known
        if not isinstance(intent.order, StopPhase):
            return self._note(intent, _C.REJECTED, "it is no order to stop")
        try:
            return await self._stopped(intent, intent.order.stops)
        except (LinkError, Garbled):
            del self._intents[intent.id]  # to stop may be asked for again
            raise

    async def _stopped(self, intent: Intent, stops: int) -> CommandRecord:
        ours = [b.assignment.service.name for b in self._begun.values() if b.intent.order.number == stops]
        for one in await self._of(intent.unit):
            if one.service.name in ours or (not ours and await one.state() is not _S.IDLE):
                after = await one.control(Command.STOP)
                if after not in (_S.IDLE, _S.STOPPED, _S.STOPPING, _S.COMPLETED, _S.ABORTED):
                    return self._note(intent, _C.REJECTED, f"{one.service.name} does not stop: it is {_named(after)}")
        return self._note(intent, _C.COMPLETED)

    async def control(self, unit: str, command: Command) -> UnitState:
        """Take the services of a unit through a PackML command, each as far as its state heeds it."""
        return _joint(list(await asyncio.gather(*(one.control(command) for one in await self._of(unit)))))

    async def record(self, id: UUID) -> CommandRecord | None:
        """What this driver remembers of a command; the module itself knows nothing."""
        return self._records.get(id)

    async def events(self) -> AsyncIterator[Event]:
        """What it says of itself; a link that is lost is looked for until it is found."""
        async for _ in self._search():
            pass  # whoever asks for events has asked for its identity before
        while True:
            event = await self._heard.get()
            yield event
            if isinstance(event, LinkLost):
                async for found in self._search(event.reason):
                    yield found

    async def close(self) -> None:
        """Leave it alone; what runs goes on."""
        async with self._turn:
            variables, self._variables = self._variables, None
        if variables is not None:
            await variables.link.close()

    # beginning ------------------------------------------------------------------------------------------------------

    def _known(self, intent: Intent) -> CommandRecord | None:
        """The record of an id that came before; another order under it is refused."""
        known = self._intents.get(intent.id)
        if known is None:
            self._intents[intent.id] = intent
            return None
        if known.order != intent.order:
            reason = "another order came under this id"
            return CommandRecord(intent.id, intent.unit, _C.REJECTED, self._now(), reason=reason)
        return self._records.get(intent.id) or CommandRecord(intent.id, intent.unit, _C.ACCEPTED, self._now())

    def _assignment(self, intent: Intent) -> Assignment | str:
        """How to do it, or why it cannot be done."""
        order = intent.order
        if not isinstance(order, RunPhase):
            return "a module does phases only"
        if order.unit not in self._units:
            return f"the module has no unit {order.unit}"
        assignment = self.module.assignments.get((order.unit, order.phase))
        if assignment is None:
            return f"{order.unit} has no procedure for {order.phase}"
        if busy := [s for s in self._units[order.unit] if s in self._begun]:
            return f"{order.unit} is busy with {', '.join(busy)}"
        ignored = sorted(set(order.using) - {s.using for s, _ in assignment.settings()})
        return f"{assignment.procedure.name} has nothing to set for {', '.join(ignored)}" if ignored else assignment

    async def _prepared(self, intent: Intent, assignment: Assignment) -> Begun:
        """All that comes before the command; raises Refused, Garbled or LinkError, and then nothing was begun."""
        using: Mapping[str, str] = intent.order.using if isinstance(intent.order, RunPhase) else {}
        values = []
        for setting, parameter in assignment.settings():
            text = setting.text(using)
            try:
                if text is None:
                    raise ValueError(f"the recipe does not say {setting.using}, which {parameter.name} needs")
                values.append((parameter, to_module(text, setting.unit, parameter)))
            except ValueError as error:
                raise Refused(str(error)) from error
        boot = (await self.identity()).boot
        states = {one.service.name: await one.state() for one in await self._of(intent.unit)}
        if others := [f"{name} is {_named(state)}" for name, state in states.items() if state is not _S.IDLE]:
            raise Refused(f"{intent.unit} is not idle: {', '.join(others)}")
        await self._commanding[assignment.service.name].prepare(assignment.procedure, values)
        record = CommandRecord(intent.id, intent.unit, _C.ACCEPTED, self._now())
        return Begun(record, intent, assignment, boot)

    async def _begin(self, begun: Begun) -> CommandRecord:
        """The command itself; from here on nobody can say that nothing happened."""
        name = begun.assignment.service.name
        self._begun[name] = begun
        try:
            left_idle = await self._commanding[name].start()
        except (LinkError, Garbled) as error:
            self._doubt(begun, f"the link broke when it was started: {error}")
            raise
        if not left_idle:
            return self._doubt(begun, f"{name} was told to start and is still idle")
        begun.seen = True
        begun.record = running = self._note(begun.intent, _C.RUNNING)
        await self._look(begun)
        return running

    # following ------------------------------------------------------------------------------------------------------

    def _hear(self, variable: Variable, value: object, at: int) -> None:
        """A service went into another state."""
        service = self._states[variable]
        state = unit_state(value) if isinstance(value, int) else _S.UNDEFINED
        if state is not _S.UNDEFINED:
            self._heard.put_nowait(StateChanged(self._serves[service], state, at))
        begun = self._begun.get(service)
        if begun is not None and begun.seen and self._variables is not None:
            self._variables.link.keep(self._look(begun))

    async def _look(self, begun: Begun) -> None:
        """Whether it has come to its end; if the link is lost now, that is asked when it is found."""
        with suppress(LinkError):
            async with self._ends:
                if self._begun.get(begun.assignment.service.name) is begun:
                    await self._end(begun)

    async def _end(self, begun: Begun) -> None:
        commanding = self._commanding[begun.assignment.service.name]
        try:
            state, number = await commanding.state(), await commanding.procedure()
        except Garbled:
            return  # what cannot be read now is looked at with its next change
        if number != begun.assignment.procedure.number:
            self._doubt(begun, f"it does procedure {number}, not {begun.assignment.procedure.number}")
        elif state is _S.COMPLETED:
            await self._complete(begun)
        elif state in _BROKE_OFF:
            answer = PhaseFailed(self._now(), begun.intent.order.number, f"it was {_BROKE_OFF[state]}")
            self._over(begun, _C.FAILED, answer=answer)
        elif state is _S.IDLE:
            self._doubt(begun, "it is idle again, and nobody saw how it ended")

    async def _complete(self, begun: Begun) -> None:
        reports = list(begun.assignment.reports())
        nodes = [node for _, p in reports if (node := p.assembly.node("V")) is not None]
        try:
            found = await self._read(nodes)
            told = zip(reports, found, strict=True)
            results = {r.result: from_module(value, r.unit, r.as_ or r.unit) for (r, _), value in told}
        except (Garbled, ValueError) as error:
            self._doubt(begun, f"it is complete, but what it reports cannot be used: {error}")
            return
        self._over(begun, _C.COMPLETED, answer=PhaseCompleted(self._now(), begun.intent.order.number, results))

    async def _read(self, nodes: list[Variable]) -> list[object]:
        return list(await (await self._open()).read(*nodes)) if nodes else []

    def _over(
        self, begun: Begun, status: CommandStatus, reason: str = "", answer: Answer | None = None
    ) -> CommandRecord:
        del self._begun[begun.assignment.service.name]
        record = self._note(begun.intent, status, reason, answer)
        self._heard.put_nowait(record)
        return record

    def _doubt(self, begun: Begun, reason: str) -> CommandRecord:
        return self._over(begun, _C.INDETERMINATE, reason)

    def _note(
        self, intent: Intent, status: CommandStatus, reason: str = "", answer: Answer | None = None
    ) -> CommandRecord:
        record = CommandRecord(intent.id, intent.unit, status, self._now(), reason=reason, answer=answer)
        self._records[intent.id] = record
        return record

    # the link -------------------------------------------------------------------------------------------------------

    async def _search(self, known: str = "") -> AsyncIterator[LinkLost | LinkFound]:
        """Look for it until it says who it is; a new reason why it cannot be had is said once."""
        wait = self._patience.least_s
        while True:
            try:
                identity = await self.identity()
                await self._recover(identity)
                yield LinkFound(identity)
                return
            except (LinkError, Garbled) as error:
                reason = str(error)
            if reason != known:
                yield LinkLost(self.equipment, reason)
            known = reason
            await asyncio.sleep(wait)
            wait = min(2 * wait, self._patience.most_s)

    async def _recover(self, identity: Identity) -> None:
        """After a loss: what was begun is believed to go on only if the module was not restarted and is still ours."""
        for begun in list(self._begun.values()):
            if not begun.seen:
                continue  # it is just being started
            if not identity.boot or identity.boot != begun.boot:
                self._doubt(begun, "the module was restarted in the middle of it")
            elif not await self._commanding[begun.assignment.service.name].held_by_us():
                self._doubt(begun, "while the link was lost others could command it")
            else:
                await self._look(begun)

    async def _of(self, unit: str) -> list[Commanding]:
        await self._open()
        return [self._commanding[name] for name in self._units.get(unit, [])]

    async def _open(self) -> Variables:
        async with self._turn:
            if self._variables is None or self._variables.link.lost:
                link = Link(self._asked, self._secured(self._asked), self._patience)
                link.hear = self._heard.put_nowait
                variables = Variables(link, self._hear)
                services = [s for s in self.module.manifest.services if s.name in self._serves]
                nodes = {node: s.name for s in services if (node := s.control.node("StateCur")) is not None}
                self._states = nodes
                self._commanding = {s.name: Commanding(variables, s, self._patience.answer_s) for s in services}
                await variables.open(nodes)
                self._variables = variables
            return self._variables


def _joint(states: list[UnitState]) -> UnitState:
    if not states:
        return _S.UNDEFINED
    return next((state for state in states if state is not _S.IDLE), _S.IDLE)


def _named(state: UnitState) -> str:
    return state.name.lower()


def connect(connection: Connection, folder: Path, now: Now) -> MtpDriver:
    """The driver of a connection; raises Unusable if sheet and manifest are not there or do not fit."""
    if not connection.module:
        raise Unusable.of(
            "AX0006", f"{connection.equipment} speaks mtp, but has no `module`", "name its sheet", str(folder)
        )
    if bool(connection.credentials) == bool(connection.open):
        reason = f"{connection.equipment} needs either `credentials` or the reason why it is `open`"
        raise Unusable.of("AX0924", reason, "modules with security get credentials", str(folder))
    module = read_module(folder / connection.module)
    uri = module.sheet.uri or uri_of(Peer.EQUIPMENT, connection.equipment)
    credentials = Credentials(folder / connection.credentials)
    secured = partial(_admission, credentials, uri, now) if connection.credentials else _open
    return MtpDriver(connection.equipment, module, connection.address or module.manifest.endpoint, secured, now)


def _admission(credentials: Credentials, uri: str, now: Now, asked: Asking) -> Admission:
    return Admission(asked, credentials, uri, now)


def _open(asked: Asking) -> None:
    return None
