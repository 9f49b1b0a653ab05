"""A carrier changes hands: asks go out, replies come in, and the end is moved, not moved or unknown.

Both sites are prepared at once; when both are ready the mover takes the carrier and puts it; then each site says what
its own sensor reads. The mover is never believed alone, and no end lets two places claim the carrier.
Source: SiLA 2 Labware Transfer; SEMI E87, transition 10 (transfer unsuccessful and carrier not moved); SEMI E84 (each
step has a time that one side owns).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from axenic.device.handoff.ask import Ask, Done, Failed, Late, Lost, Reply, Side

_PREPARE = frozenset({Ask.PREPARE_FOR_OUTPUT, Ask.PREPARE_FOR_INPUT})
_LOOK = frozenset({Ask.REMOVED, Ask.DELIVERED})
_CLOSES = {Ask.PREPARE_FOR_OUTPUT: Ask.REMOVED, Ask.PREPARE_FOR_INPUT: Ask.DELIVERED}
_NOTHING: frozenset[Ask] = frozenset()


class InvalidCommandSequence(Exception):
    """A step that does not follow the one before it."""


class End(StrEnum):
    """What is certain about the carrier in the end."""

    MOVED = "moved"
    NOT_MOVED = "not moved"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Handoff:
    """`waits`: asks without a reply; `doubt`: how the mover failed; `origin`, `target`: whether they see the item."""

    item: str
    waits: frozenset[Ask] = _PREPARE
    doubt: Failed | Lost | None = None
    origin: bool | None = None
    target: bool | None = None
    end: End | None = None
    reason: str = ""

    @property
    def place(self) -> Side | None:
        """Where the carrier is, as far as it is known."""
        if self.end is End.MOVED:
            return Side.TARGET
        untouched = self.end is None and self.waits <= _PREPARE
        return Side.ORIGIN if self.end is End.NOT_MOVED or untouched else None

    def take(self, reply: Reply) -> tuple[Handoff, frozenset[Ask]]:
        """The hand-off after a reply, and what is asked next; raises InvalidCommandSequence if it was not asked."""
        if reply.ask not in self.waits:
            waits = ", ".join(sorted(self.waits)) or "nothing"
            raise InvalidCommandSequence(f"{reply.ask} is answered, but what is waited for is {waits}")
        rest = replace(self, waits=self.waits - {reply.ask})
        if self.end is not None:
            return _closed(rest, reply)
        if reply.ask in _PREPARE:
            return _prepared(rest, reply)
        return _acted(rest, reply) if reply.ask.side is Side.MOVER else _looked(rest, reply)


def _asking(handoff: Handoff, asks: frozenset[Ask]) -> tuple[Handoff, frozenset[Ask]]:
    return replace(handoff, waits=handoff.waits | asks), asks


def _closed(handoff: Handoff, reply: Reply) -> tuple[Handoff, frozenset[Ask]]:
    """After the end: a site that becomes ready now is told that nothing comes."""
    if isinstance(reply, Done) and reply.ask in _PREPARE:
        return _asking(handoff, frozenset({_CLOSES[reply.ask]}))
    return handoff, _NOTHING


def _prepared(handoff: Handoff, reply: Reply) -> tuple[Handoff, frozenset[Ask]]:
    side, other = reply.ask.side, _PREPARE - {reply.ask}
    others = frozenset(_CLOSES[ask] for ask in other - handoff.waits)  # the other site, if it is ready already
    if not isinstance(reply, Done):
        return _ended(handoff, End.NOT_MOVED, f"the {side} is not ready: {_why(reply)}", others)
    own = frozenset({_CLOSES[reply.ask]})
    sees = handoff.item in reply.sees
    if side is Side.ORIGIN and not sees:
        return _ended(handoff, End.UNKNOWN, f"the origin does not see {handoff.item}", others | own)
    if side is Side.TARGET and sees:
        return _ended(handoff, End.UNKNOWN, f"the target sees {handoff.item} before it was moved", others | own)
    return _asking(handoff, _NOTHING if handoff.waits else frozenset({Ask.GET}))


def _acted(handoff: Handoff, reply: Reply) -> tuple[Handoff, frozenset[Ask]]:
    if isinstance(reply, Late):  # no site closes while a mover may still reach into it
        return _ended(handoff, End.UNKNOWN, f"the mover did not answer to {reply.ask} in time and may still act")
    if isinstance(reply, Done) and reply.ask is Ask.GET:
        return _asking(handoff, frozenset({Ask.PUT}))
    doubt = None if isinstance(reply, Done) else reply
    return _asking(replace(handoff, doubt=doubt), _LOOK)


def _looked(handoff: Handoff, reply: Reply) -> tuple[Handoff, frozenset[Ask]]:
    side = reply.ask.side
    if not isinstance(reply, Done):
        return _ended(handoff, End.UNKNOWN, f"the {side} cannot say what it holds: {_why(reply)}")
    sees = handoff.item in reply.sees
    seen = replace(handoff, origin=sees) if side is Side.ORIGIN else replace(handoff, target=sees)
    return (seen, _NOTHING) if seen.waits else _ended(seen, *_verdict(seen))


def _verdict(handoff: Handoff) -> tuple[End, str]:
    """What two sensors and the word of the mover say together."""
    said = f"the mover says {handoff.doubt.reason!r}" if handoff.doubt else "the mover says that it was put"
    not_taken = isinstance(handoff.doubt, Lost) or (handoff.doubt is not None and handoff.doubt.ask is Ask.GET)
    match handoff.origin, handoff.target:
        case False, True if not isinstance(handoff.doubt, Failed):
            return End.MOVED, ""
        case True, False if not_taken and handoff.doubt is not None:
            return End.NOT_MOVED, f"{handoff.item} was not moved: {handoff.doubt.reason}"
        case True, True:
            return End.UNKNOWN, f"origin and target both see {handoff.item}"
        case False, False:
            return End.UNKNOWN, f"{said}, but neither the origin nor the target sees {handoff.item}"
        case True, False:
            return End.UNKNOWN, f"{said}, but the target does not see {handoff.item}, and the origin does"
    return End.UNKNOWN, f"{said}, but the target sees {handoff.item}"


def _ended(
    handoff: Handoff, end: End, reason: str, closing: frozenset[Ask] = _NOTHING
) -> tuple[Handoff, frozenset[Ask]]:
    return _asking(replace(handoff, end=end, reason=reason), closing)


def carried(item: str) -> Handoff:
    """A hand-off whose mover was sent already, before a crash of the engine."""
    return Handoff(item, frozenset({Ask.GET}))


def _why(reply: Reply) -> str:
    if isinstance(reply, Failed | Lost):
        return reply.reason
    return f"nothing was heard in time after {reply.ask}"
