"""The review of a batch: what must be looked at, what was answered, whose signatures hold, and what is sampled."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from axenic.quality.batches import Batch
from axenic.quality.books import Books
from axenic.quality.deviations import Answered, answers_of
from axenic.quality.raised import CRITICAL, MAJOR
from axenic.quality.screening import Flag
from axenic.quality.signature import Signature, signatures
from axenic.quality.trail import Line

PRODUCTION, QUALITY, TRAIL = "review production", "review quality", "review trail"
KINDS = (PRODUCTION, QUALITY, TRAIL)
SHARE = 10  # of a hundred lines of the trail so many are drawn by chance, and at least one [D: policy]
_KEEN = ("correct", "void", "bypass", "reset", "recover", "clock", "second")  # what is looked at in any case


def flags_of(books: Books, batch: str) -> list[Flag]:
    """What a reviewer of a batch must look at, the most severe first."""
    return list(books.flags(batch))


def standing(books: Books, batch: str, entries: tuple[int, ...]) -> list[list[Any]]:
    """The exceptions that stand at some entries now, as an answer to them names them: entry and rule."""
    found = dict.fromkeys((flag.seq, flag.rule) for flag in flags_of(books, batch) if flag.seq in entries)
    return [list(one) for one in found]


def answered(books: Books, batch: str) -> dict[Answered, Line]:
    """The exceptions that were closed with a reason, and by which act."""
    lines = [line for line in books.trail.of_batch(batch) if line.act.command == "review answer"]
    return {one: line for line in lines if not line.act.refused for one in answers_of(line.act.new)}


def unanswered(books: Books, batch: str) -> list[Flag]:
    """The critical and major exceptions that neither a deviation nor a reasoned answer takes up."""
    taken = {one for d in books.deviations.of_batch(batch) for one in d.answers} | set(answered(books, batch))
    return [f for f in flags_of(books, batch) if f.severity in (CRITICAL, MAJOR) and (f.seq, f.rule) not in taken]


def answer_to(books: Books, flag: Flag) -> str:
    """What became of an exception, in words; "" if nothing yet."""
    one = (flag.seq, flag.rule)
    for deviation in books.deviations.of_batch(flag.batch):
        if one in deviation.answers:
            return f"{deviation.deviation} ({deviation.state})"
    line = answered(books, flag.batch).get(one)
    return f"answered by {line.act.actor}: {line.act.reason}" if line else ""


def reviews(books: Books, batch: str) -> dict[str, Signature]:
    """The newest signature of each kind of review."""
    lines = [line for line in books.trail.of_batch(batch) if line.act.command in KINDS]
    commands = {line.seq: line.act.command for line in lines}
    return {commands[s.seq]: s for s in signatures(books, lines)}


def review_blockers(books: Books, batch: str, kinds: tuple[str, ...] = KINDS) -> list[str]:
    """The reviews that are missing or hold no more."""
    found, said = reviews(books, batch), []
    for kind in kinds:
        signature = found.get(kind)
        if signature is None:
            said.append(f"{kind} is missing")
        elif not signature.valid:
            said.append(f"{kind} of entry {signature.seq} is void: {signature.why}")
    return said


def unseen_attempts(books: Books, batch: str) -> list[Flag]:
    """The refused attempts that some review of a batch was signed without: who certifies sees them, and signs for them.

    They changed nothing, so they make no review void: or anybody could keep any dose from its patient.
    """
    signed = [signature.seq for signature in reviews(books, batch).values() if signature.valid]
    return [flag for flag in books.flags(batch) if flag.idle and signed and flag.seq > min(signed)]


def void_signatures(books: Books, batch: Batch) -> list[str]:
    """Other signatures on the batch, and on what belongs to it, that hold no more and were not put anew."""
    lines = [line for line in books.trail.of_batch(batch.batch) if line.act.command == "sign put"]
    newest = {(s.object, s.manifest["user"], s.manifest["meaning"]): s for s in signatures(books, lines)}
    return [
        f"the signature of {user} ({meaning}) at entry {s.seq} is void: {s.why}"
        for (_, user, meaning), s in newest.items()
        if not s.valid
    ]


@dataclass(frozen=True, slots=True)
class Sample:
    """The lines of a batch's trail that a reviewer reads one by one: those that ask for it, and those drawn by lot."""

    seed: int
    targeted: tuple[int, ...]
    drawn: tuple[int, ...]
    of: int


def sample(books: Books, batch: str, seed: int) -> Sample:
    """The same seed draws the same lines (PI 041): a line's lot is the digest of seed, batch and entry."""
    lines = books.trail.of_batch(batch)
    targeted = [line.seq for line in lines if _keen(line)]
    rest = [line.seq for line in lines if not _keen(line)]
    rest.sort(key=lambda seq: sha256(f"{seed}/{batch}/{seq}".encode()).digest())
    count = -(-len(rest) * SHARE // 100)
    return Sample(seed, tuple(targeted), tuple(sorted(rest[:count])), len(lines))


def _keen(line: Line) -> bool:
    act = line.act
    return bool(act.refused or act.old) or "second" in act.new or any(word in act.command for word in _KEEN)


def trail_actors(books: Books, batch: Batch) -> set[str]:
    """Everybody who acted on a batch in any way but by reviewing it (Annex 11 draft 12.6)."""
    return batch.actors | {act.actor for _, act in batch.acts if act.command not in (QUALITY, TRAIL) and act.actor}
