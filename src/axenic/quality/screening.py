"""The screening: every rule of review by exception, run over the whole journal in one pass, entry by entry.

It is a register like the others, so what it found is there as soon as the journal is read. What it says of a batch
holds the rules that found nothing, too: a reviewer must see that a question was asked (21 CFR 211.192).
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from axenic.control.codec import FACTS
from axenic.control.facts import BatchOrdered
from axenic.control.orders import CloseBatch, MoveItem, RaiseException, RunPhase
from axenic.quality.ask import answers, filled, value_of
from axenic.quality.exception_rules import AS_RAISED, RANK, ExceptionRule, ExceptionRules, Source, shipped_rules
from axenic.quality.raised import MAJOR, MINOR, Raised
from axenic.recipe.limit import number_of
from axenic.record.entry import Act, Document, Entry

_DECIDED = (
    "release certify",
    "release oos",
    "release recall",
    "release destroy",
)  # a rejected dose may be supplied still


@dataclass(frozen=True, slots=True)
class Flag:
    """What a rule found: the entry it rests on, how severe it is, and what it says. `batch` is "" for the site.

    attempt: it is a refused attempt, which changed nothing.
    """

    rule: str
    kind: str
    severity: str
    batch: str
    seq: int
    at: int
    text: str
    attempt: bool = False

    @property
    def idle(self) -> bool:
        """Whether it neither changed anything nor asks for an answer: an attempt that is minor, or less."""
        return self.attempt and RANK[self.severity] >= RANK[MINOR]


@dataclass(frozen=True, slots=True)
class Ran:
    """One rule that was run: how many things that concern the batch it looked at, and how often it found something."""

    rule: str
    kind: str
    severity: str
    looked: int
    found: int


class _Subject:
    """What a rule looks at: the fields of the thing, the order it answers as `asked`, and its batch."""

    __slots__ = ("asked", "batch", "thing")

    def __init__(self, thing: Any, batch: str, asked: Any = None) -> None:
        self.thing, self.batch, self.asked = thing, batch, asked

    def __getattr__(self, name: str) -> Any:
        return getattr(self.thing, name)


class Screening:
    """Flags by batch; `take` asks every rule that an entry concerns."""

    def __init__(self, rules: ExceptionRules | None = None) -> None:
        self.rules = rules or shipped_rules()
        self._looked: dict[str, Counter[str]] = defaultdict(Counter)
        self._flags: dict[str, list[Flag]] = defaultdict(list)
        self._by_name: dict[tuple[Source, str], list[ExceptionRule]] = defaultdict(list)
        self._of_any: dict[Source, list[ExceptionRule]] = defaultdict(list)
        for rule in self.rules.rules:
            for name in rule.named:
                self._by_name[rule.looks_at, name].append(rule)
            if not rule.named:
                self._of_any[rule.looks_at].append(rule)
        self._asked: dict[int, RunPhase | MoveItem] = {}
        self._open: dict[str, None] = {}
        self._undecided: dict[str, None] = {}
        self._core: set[int] = set()
        self._sums: dict[tuple[str, str], float] = defaultdict(float)
        self._times: dict[tuple[str, str], deque[int]] = defaultdict(deque)

    def take(self, entry: Entry) -> None:
        """Ask what the entry concerns."""
        thing = entry.thing
        if isinstance(thing, Act):
            source = Source.REFUSED if thing.refused else Source.ACT
            named = "" if thing.refused and not thing.actor else thing.batch  # anybody can name a batch
            self._look(source, thing.command, _Subject(thing, named), entry)
            if thing.command in _DECIDED and not thing.refused:
                self._undecided.pop(thing.batch, None)
        elif isinstance(thing, RaiseException):
            self._core.add(entry.seq)
            self._look(Source.RAISED, thing.kind, _Subject(thing, thing.batch), entry)
        elif isinstance(thing, Document):
            self._look(Source.DOCUMENT, thing.kind, _Subject(thing, ""), entry)
        else:
            self._engine(entry)

    def _engine(self, entry: Entry) -> None:
        """A fact or an order; an answer belongs to the batch of its order."""
        thing: Any = entry.thing
        name = type(thing).__name__
        if isinstance(thing, RunPhase | MoveItem):
            self._asked[thing.number] = thing
        elif isinstance(thing, BatchOrdered):
            self._open[thing.batch] = self._undecided[thing.batch] = None
        elif isinstance(thing, CloseBatch):
            self._open.pop(thing.batch, None)
        fact = name in FACTS
        asked = self._asked.pop(thing.order, None) if fact and getattr(thing, "order", 0) in self._asked else None
        if fact and name in ("OutcomeLost", "OrderRefused") and asked is not None:
            self._asked[thing.order] = asked  # it is asked for still: a person will settle it
        batch = getattr(thing, "batch", "") or (asked.batch if asked is not None else "")
        self._look(Source.FACT if fact else Source.ORDER, name, _Subject(thing, batch, asked), entry)

    def _look(self, source: Source, name: str, subject: _Subject, entry: Entry) -> None:
        found = False
        for rules in (self._by_name.get((source, name)), self._of_any.get(source)):
            for rule in rules or ():
                if rule.otherwise and found:
                    continue
                for batch in self._concerned(rule, subject):
                    self._looked[batch][rule.rule] += 1
                if self._finds(rule, subject, entry.thing.at):
                    found = True
                    self._flag(rule, subject, entry.seq, entry.thing.at)

    def _finds(self, rule: ExceptionRule, subject: _Subject, at: int) -> bool:
        if not all(answers(when, subject) for when in rule.when):
            return False
        if rule.after and not any(flag.rule == rule.after for flag in self._flags.get(subject.batch, ())):
            return False
        if rule.repeat and not self._repeated(rule, subject, at):
            return False
        return rule.sum is None or self._summed(rule, subject)

    def _summed(self, rule: ExceptionRule, subject: _Subject) -> bool:
        """Whether this entry takes the sum of its batch over the limit; said once."""
        assert rule.sum is not None
        key = (rule.rule, subject.batch)
        before = self._sums[key]
        self._sums[key] = before + float(number_of(str(value_of(subject, rule.sum.field))) or 0)
        return before <= rule.sum.above < self._sums[key]

    def _repeated(self, rule: ExceptionRule, subject: _Subject, at: int) -> bool:
        """Whether the entry fills the number within the time; then it is counted anew."""
        assert rule.repeat is not None
        times = self._times[rule.rule, str(value_of(subject, rule.repeat.field))]
        times.append(at)
        while at - times[0] > rule.repeat.within:
            times.popleft()
        if len(times) < rule.repeat.times:
            return False
        times.clear()
        return True

    def _flag(self, rule: ExceptionRule, subject: _Subject, seq: int, at: int) -> None:
        for batch in self._concerned(rule, subject):
            self._flags[batch].append(_flag(rule, subject, batch, seq, at))

    def _concerned(self, rule: ExceptionRule, subject: _Subject) -> Iterable[str]:
        """The batches a finding concerns; "" for the site, where there is none."""
        if rule.concerns == "own" or (subject.batch and rule.concerns != "site"):
            return (subject.batch,)
        among = {"open": self._open, "undecided": self._undecided, "site": {}}[rule.concerns]
        return tuple(among) or ("",)

    def flags(self, batch: str, raised: Iterable[Raised] = ()) -> list[Flag]:
        """What was found on a batch ("": on the site), the most severe first; with what other registers raised."""
        found = list(self._flags.get(batch, ()))
        said = {(flag.seq, flag.kind): flag for flag in found}
        for seen in raised:
            if seen.batch != batch or seen.seq in self._core:  # what the core raised was asked when it was read
                continue
            flag = self._classified(seen)
            twin = said.get((flag.seq, flag.kind))
            if twin is None:
                found.append(flag)
            elif RANK[flag.severity] < RANK[twin.severity]:  # a rule and a register saw the same: the graver word holds
                found[found.index(twin)] = flag
        return sorted(found, key=lambda flag: (RANK[flag.severity], flag.seq))

    def _classified(self, seen: Raised) -> Flag:
        rules = self._by_name.get((Source.RAISED, seen.kind), []) + self._of_any[Source.RAISED]
        rule = next(r for r in rules if all(answers(when, seen) for when in r.when))
        subject = _Subject(seen, seen.batch)
        return _flag(rule, subject, seen.batch, seen.seq, seen.at)

    def batches(self) -> list[str]:
        """Every batch on which something was found; "" stands for the site."""
        return list(self._flags)

    def ran(self, batch: str, flags: Iterable[Flag]) -> list[Ran]:
        """Every rule with how much it looked at of a batch, and what it found among these flags; green ones too."""
        looked = self._looked.get(batch, Counter[str]())
        found = Counter(flag.rule for flag in flags)
        return [Ran(r.rule, r.kind, r.severity, looked[r.rule], found[r.rule]) for r in self.rules.rules]


def _flag(rule: ExceptionRule, subject: _Subject, batch: str, seq: int, at: int) -> Flag:
    severity = rule.severity if rule.severity != AS_RAISED else str(value_of(subject, "severity"))
    kind, text = filled(rule.kind, subject), filled(rule.text, subject)
    attempt = rule.looks_at is Source.REFUSED
    return Flag(rule.rule, kind, severity if severity in RANK else MAJOR, batch, seq, at, text, attempt)
