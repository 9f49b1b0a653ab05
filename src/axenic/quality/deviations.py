"""The deviations: opened, classified, investigated, mended and closed, and never deleted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from axenic.quality.day import written
from axenic.quality.raised import MAJOR, Raised
from axenic.quality.states import shipped_states
from axenic.record.entry import Act, Entry

CLOSED = "closed"
Answered = tuple[int, str]  # an exception as an answer names it: its entry, and the rule that found it


def deviation_object(name: str) -> str:
    """A deviation as an object of acts."""
    return f"deviation {name}"


def answers_of(new: Mapping[str, Any]) -> tuple[Answered, ...]:
    """The exceptions that an act answers, as recorded: those that stood there when it was done, and no other."""
    return tuple((seq, rule) for seq, rule in new.get("answers", ()))


@dataclass(slots=True)
class Action:
    """A corrective or preventive action (CAPA): whose, due when (milliseconds), and how its effect was shown.

    seq: the entry of the act that set it.
    """

    name: str
    action: str
    owner: str
    due: int
    seq: int
    effective: str = ""


@dataclass(slots=True)
class Deviation:
    """What went otherwise than it should. `affected`: other batches it blocks.

    entries: where the exceptions stand that it answers; answers: which rule found each of them.
    """

    deviation: str
    batch: str
    what: str
    opened: int
    by: str
    state: str
    contained: str = ""
    entries: tuple[int, ...] = ()
    answers: tuple[Answered, ...] = ()
    severity: str = ""
    cause: str = ""
    impact: str = ""
    affected: tuple[str, ...] = ()
    disposition: str = ""
    actions: dict[str, Action] = field(default_factory=dict)

    def concerns(self, batch: str) -> bool:
        """Whether a batch must wait for it."""
        return batch == self.batch or batch in self.affected


class Deviations:
    """Every deviation that ever was."""

    def __init__(self) -> None:
        self.states = shipped_states("deviation")
        self._deviations: dict[str, Deviation] = {}
        self.now = 0  # the time of the newest act; what is overdue is overdue by then

    def get(self, name: str) -> Deviation | None:
        """The deviation of that name."""
        return self._deviations.get(name)

    def all(self) -> list[Deviation]:
        """Every deviation, in order of opening."""
        return list(self._deviations.values())

    def of_batch(self, batch: str) -> list[Deviation]:
        """Those that a batch must wait for, closed ones too."""
        return [d for d in self._deviations.values() if d.concerns(batch)]

    def next_name(self) -> str:
        """The name of the next one."""
        return f"DEV-{len(self._deviations) + 1:04d}"

    def blockers(self, batch: str) -> list[str]:
        """The open ones."""
        return [f"{d.deviation} is {d.state}: {d.what}" for d in self.of_batch(batch) if d.state != CLOSED]

    def exceptions(self) -> list[Raised]:
        """Actions past their day whose effect nobody has shown."""
        return [
            Raised(
                *(d.batch, "overdue", MAJOR, f"{a.name} of {d.deviation} ({a.owner}) was due {written(a.due)}"),
                *(a.seq, a.due),
            )
            for d in self._deviations.values()
            for a in d.actions.values()
            if not a.effective and a.due < self.now
        ]

    def take(self, entry: Entry) -> None:
        """Fold an act on a deviation."""
        act = entry.thing
        if not isinstance(act, Act):
            return
        self.now = max(self.now, act.at)
        if act.refused or not act.object.startswith("deviation "):
            return
        name, new = act.object.removeprefix("deviation "), act.new
        if act.command == "deviation open":
            made = Deviation(name, act.batch, new["what"], act.at, act.actor, self.states.begins, new["contained"])
            made.entries, made.answers = tuple(new["entries"]), answers_of(new)
            self._deviations[name] = made
        elif name in self._deviations:
            _fold(self._deviations[name], entry.seq, act)
            self._deviations[name].state = self.states.after(self._deviations[name].state, act.command)


def _fold(deviation: Deviation, seq: int, act: Act) -> None:
    new = act.new
    match act.command:
        case "deviation assess":
            deviation.severity = new["severity"]
        case "deviation investigate":
            deviation.cause, deviation.impact = new["cause"], new["impact"]
            deviation.affected = tuple(new["affected"])
        case "deviation capa":
            deviation.actions[new["name"]] = Action(new["name"], new["action"], new["owner"], new["due"], seq)
        case "deviation effective":
            deviation.actions[new["name"]].effective = new["evidence"]
        case "deviation close":
            deviation.disposition = new["disposition"]
