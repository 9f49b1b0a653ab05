"""The engine's side of equipment in another process: hand over orders, collect answers, settle after a crash."""

from __future__ import annotations

import contextlib
import json
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from axenic.control.codec import fact_from, to_data
from axenic.control.facts import OutcomeLost
from axenic.control.orders import EQUIPMENT_ORDERS, MoveItem, Order, RunPhase, StopPhase, WakeAt
from axenic.device.agenda import Agenda, rank_of
from axenic.device.contract import Contract


class Link:
    """Equipment behind a local socket; `contracts` by unit or mover, queryable unless it says otherwise.

    Raises OSError if the equipment cannot be reached.
    """

    def __init__(self, address: Path, contracts: Mapping[str, Contract] | None = None) -> None:
        self.agenda = Agenda()
        self._contracts = dict(contracts or {})
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.connect(str(address))
        self._stream = self._socket.makefile("rwb")

    def close(self) -> None:
        """Leave the equipment."""
        self._stream.close()
        self._socket.close()

    def perform(self, order: Order) -> None:
        """Hand an order over under its command id; its answers go on the agenda."""
        if isinstance(order, WakeAt):
            self.agenda.alarm(order.time, order.number)
        if not isinstance(order, EQUIPMENT_ORDERS):
            return
        if isinstance(order, StopPhase):
            self.agenda.withdraw(order.stops)
        row = {"number": order.number, "type": type(order).__name__, "at": order.at, "data": to_data(order)}
        self._take(self._call(row), rank_of(order))

    def resume(self, orders: list[Order], answered: set[int]) -> None:
        """Settle every order without an answer: ask, send what never arrived, or say that nobody knows."""
        self._call({"unhold": True})
        now = max((o.at for o in orders), default=0)
        alarms = [o for o in orders if isinstance(o, WakeAt)]
        if alarms and alarms[-1].number not in answered:
            self.agenda.alarm(alarms[-1].time, alarms[-1].number)
        stopped = {o.stops for o in orders if isinstance(o, StopPhase)}
        for order in orders:
            if not isinstance(order, EQUIPMENT_ORDERS) or order.number in answered:
                continue
            if isinstance(order, RunPhase) and order.number in stopped:
                self.perform(order)  # its answer is withdrawn by the stop that follows
            elif isinstance(order, StopPhase):
                if order.stops not in answered:
                    self.perform(order)
            else:
                self._settle(order, now)

    def hold(self, reason: str) -> None:
        """Let the equipment begin nothing new until an engine resumes; it holds as well where the link is gone."""
        with contextlib.suppress(OSError):
            self._call({"hold": reason})

    def rests(self) -> bool:
        """Never: equipment behind a link goes on by itself."""
        return False

    def _settle(self, order: RunPhase | MoveItem, now: int) -> None:
        who = order.unit if isinstance(order, RunPhase) else order.mover
        contract = self._contracts.get(who, Contract.QUERYABLE)
        if contract is Contract.NEITHER:
            text = f"{who} cannot say what became of the order after the restart"
            self.agenda.add(OutcomeLost(now, order.number, text), rank_of(order))
            return
        record = self._call({"ask": order.number}) if contract is Contract.QUERYABLE else None
        if record is None:
            self.perform(order)  # it never arrived: the same id, so that it cannot be done twice
        else:
            self._take(record, rank_of(order))

    def _call(self, row: dict[str, Any]) -> Any:
        self._stream.write(json.dumps(row).encode() + b"\n")
        self._stream.flush()
        line = self._stream.readline()
        if not line:
            raise ConnectionError("the equipment hung up")
        return json.loads(line)

    def _take(self, answers: list[dict[str, Any]], rank: int) -> None:
        for row in answers:
            self.agenda.add(fact_from(row["type"], row["at"], row["data"]), rank)
