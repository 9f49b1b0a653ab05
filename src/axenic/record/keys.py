"""The keys of a journal through its life: which key may sign a head of which size.

The first key is known from outside (the .vkey file, or pinned). Every other one is added by an act of the journal that
carries a note signed by a key that was good then, and ends with an act that retires it, signed likewise. So whoever
knows the first key can follow to the newest, and a key that was lost after it was retired signs nothing any more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from axenic.record.entry import Act, Entry
from axenic.record.note import Checkpoint, Signer, Verifier, opened, parse_checkpoint

ADD, RETIRE = "key add", "key retire"
_ENDLESS = 1 << 62


@dataclass(frozen=True, slots=True)
class Term:
    """A key signs heads of `since` to `until` entries, both included."""

    verifier: Verifier
    since: int = 0
    until: int = _ENDLESS


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys known so far, each with its term."""

    terms: tuple[Term, ...]

    @classmethod
    def begun(cls, vkey: str) -> Keys:
        """From the first key's text; raises ValueError."""
        return cls((Term(Verifier.parse(vkey)),))

    @property
    def first(self) -> Verifier:
        """The key a journal began with."""
        return self.terms[0].verifier

    def at(self, size: int) -> list[Verifier]:
        """The keys that may sign a head of that size, the newest first."""
        return [term.verifier for term in reversed(self.terms) if term.since <= size <= term.until]

    def checkpoint(self, note: str) -> Checkpoint:
        """The checkpoint of a note that was signed by a key good for its size; raises ValueError."""
        found = parse_checkpoint(opened(note)[0])
        signed_by(self.at(found.size), note)
        return found

    def following(self, entries: Iterable[Entry]) -> Keys:
        """The keys after the acts on keys among some entries, in their order; raises ValueError."""
        keys = self
        for entry in entries:
            if isinstance(entry.thing, Act) and is_on_keys(entry.thing):
                keys = keys.after(entry.seq, entry.thing)
        return keys

    def after(self, seq: int, act: Act) -> Keys:
        """The keys after an entry that is an act on keys; raises ValueError if it is not rightful."""
        given = act.new if act.command == ADD else act.old
        vkey, note = _text(given, "vkey"), _text(act.new, "note")
        if signed_by(self.at(seq - 1), note) != statement(self.first.name, act.command, vkey):
            raise ValueError(f"what is signed is not this {act.command!r}")
        known = [term.verifier.vkey() for term in self.terms]
        if act.command == ADD:
            if vkey in known or Verifier.parse(vkey).name != self.first.name:
                raise ValueError("a key is added once, under the journal's name")
            return Keys((*self.terms, Term(Verifier.parse(vkey), seq)))
        if vkey not in known or self.at(seq) in ([], [Verifier.parse(vkey)]):
            raise ValueError("a key that is not there, or the last one, cannot be retired")
        place = known.index(vkey)
        ended = replace(self.terms[place], until=min(seq, self.terms[place].until))
        return Keys((*self.terms[:place], ended, *self.terms[place + 1 :]))


def is_on_keys(act: Act) -> bool:
    """Whether an act changes the keys; an attempt that was refused changes nothing."""
    return act.command in (ADD, RETIRE) and not act.refused


def changing(old: Signer, new: Signer, at: int, actor: str, reason: str) -> list[Act]:
    """The two acts by which one key follows another, both signed by the old one."""
    origin = old.verifier.name
    before, after = old.verifier.vkey(), new.verifier.vkey()
    added = {"vkey": after, "note": old.signed(statement(origin, ADD, after))}
    retired = {"note": old.signed(statement(origin, RETIRE, before))}
    return [
        Act(at, ADD, actor, object=f"key {new.verifier.key_id().hex()}", new=added, reason=reason),
        Act(
            at,
            RETIRE,
            actor,
            object=f"key {old.verifier.key_id().hex()}",
            old={"vkey": before},
            new=retired,
            reason=reason,
        ),
    ]


def statement(origin: str, command: str, vkey: str) -> str:
    """The lines that are signed for an act on keys."""
    return f"{origin}\n{command}\n{vkey}\n"


def signed_by(keys: Sequence[Verifier], note: str) -> str:
    """The text of a note that one of some keys signed; raises ValueError."""
    _, signatures = opened(note)
    ids = {(name, data[:4]) for name, data in signatures}
    for key in keys:
        if (key.name, key.key_id()) in ids:
            return key.open(note)
    raise ValueError("not signed by a key of this journal that is good for it")


def _text(values: Mapping[str, object], name: str) -> str:
    value = values.get(name)
    if not isinstance(value, str):
        raise ValueError(f"an act on keys without its {name}")
    return value
