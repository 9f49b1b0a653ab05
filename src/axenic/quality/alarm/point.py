"""One alarm at its place (a *point*), what it was over time, and what persons answered."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from axenic.quality.alarm.kind import AlarmKind
from axenic.quality.alarm.state import AlarmLetter, AlarmState, Cause, after, due

Key = tuple[str, str]  # the name of its type, and its place


@dataclass(slots=True)
class Round:
    """One time that an alarm was shown to persons; times in milliseconds UTC, `acknowledged` 0 while it is open."""

    at: int
    acknowledged: int = 0
    by: str = ""
    comment: str = ""


@dataclass(slots=True)
class Alarm:
    """One alarm, named by the number of the entry that raised it.

    came, over: when it began to hold, the last time, and when that ended; 0 if it holds.
    """

    seq: int
    kind: AlarmKind
    place: str
    text: str
    batch: str = ""
    rounds: list[Round] = field(default_factory=list)
    came: int = 0
    over: int = 0

    @property
    def at(self) -> int:
        """When it was shown, the last time."""
        return self.rounds[-1].at

    @property
    def acknowledged(self) -> int:
        """When that was acknowledged; 0 while it is open."""
        return self.rounds[-1].acknowledged

    @property
    def by(self) -> str:
        """Who acknowledged it."""
        return self.rounds[-1].by

    @property
    def comment(self) -> str:
        """What they found and did."""
        return self.rounds[-1].comment

    def late(self, round_: Round) -> bool:
        """Whether a round was acknowledged later than it must be."""
        return round_.acknowledged > round_.at + self.kind.acknowledge_within


@dataclass(frozen=True, slots=True)
class Shown:
    """That an alarm was shown to persons (annunciated) at a time."""

    at: int
    kind: AlarmKind
    place: str


@dataclass(slots=True)
class Silence:
    """A time in which an alarm was shelved or out of service: from when, until when at most (0: open), who, why."""

    kind: AlarmKind
    place: str
    how: str
    begins: int
    until: int
    by: str
    reason: str
    seq: int
    ended: int = 0

    @property
    def lasts_until(self) -> int:
        """When it was over or will be; 0 if nobody can tell."""
        return min((t for t in (self.until, self.ended) if t), default=0)


@dataclass(slots=True)
class Point:
    """One alarm at one place: its state, and the entry that raised it last. alarm: what it was last shown as."""

    kind: AlarmKind
    place: str
    state: AlarmState = field(default_factory=AlarmState)
    seq: int = 0
    text: str = ""
    batch: str = ""
    alarm: Alarm | None = None

    @property
    def key(self) -> Key:
        """Type and place."""
        return self.kind.alarm, self.place

    def goes_on(self, batch: str) -> bool:
        """Whether what is raised for a batch is what persons see already and have not acknowledged."""
        seen = self.state.letter in (AlarmLetter.UNACKNOWLEDGED, AlarmLetter.RETURNED)
        return seen and self.alarm is not None and self.alarm.batch == batch

    def step(self, cause: Cause, at: int, until: int = 0, one_shot: bool = False) -> bool:
        """Take a cause at a time (ms UTC); whether the alarm is shown to persons by it."""
        before = self.state
        self.state = after(before, cause, self.kind.manner, at, until, one_shot)
        if before.active and not self.state.active and self.alarm is not None:
            self.alarm.over = at
        if self.state.letter is not AlarmLetter.UNACKNOWLEDGED or before.letter is AlarmLetter.UNACKNOWLEDGED:
            return False
        shown = self.show(at)
        shown.came = shown.came if before.active else at
        return True

    def show(self, at: int) -> Alarm:
        """Show it: as a new alarm, or once more as the one it was; one that is not acknowledged goes on."""
        if self.alarm is None or self.alarm.seq != self.seq:
            self.alarm = Alarm(self.seq, self.kind, self.place, self.text, self.batch, [Round(at)], at)
        elif self.alarm.acknowledged:
            self.alarm.rounds.append(Round(at))
        self.alarm.over = 0
        return self.alarm

    def next(self, at: int) -> tuple[int, Cause] | None:
        """The next thing that time alone does to it up to a moment, with its time; None if nothing."""
        waits = due(self.state, self.kind.manner)
        return waits if waits is not None and waits[0] <= at else None

    def seen(self, at: int) -> Point:
        """A copy as it is at a time (ms UTC), with what time alone does to it; this one stays as it is."""
        alarm = self.alarm and replace(self.alarm, rounds=[replace(one) for one in self.alarm.rounds])
        made = replace(self, alarm=alarm)
        while waits := made.next(at):
            made.step(waits[1], waits[0])
        return made
