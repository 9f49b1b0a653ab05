"""How often persons failed to prove themselves by the record: whoever wipes the safe's count wins nothing."""

from __future__ import annotations

from axenic.quality.persons import RECOVER
from axenic.record.entry import Act, Entry

TRIES = 5  # failures before the first lock-out
FIRST_LOCK = 60_000  # milliseconds, doubled with every failure more [D: policy]
LONGEST_LOCK = 60 * 60_000  # never for ever: the last QP must come in again [D: policy]
FAILED, COUNT = "failed", "failures"  # whose attempt it was, and how many there are by now


def locked_until(failures: int, at: int) -> int:
    """Until when so many failures lock an account out, the last of them at that time; 0 for not at all."""
    return at + min(LONGEST_LOCK, FIRST_LOCK << min(failures - TRIES, 10)) if failures >= TRIES else 0


class Failures:
    """By person, how often they failed since the record last shows that they proved themselves, and when."""

    def __init__(self) -> None:
        self._failed: dict[str, tuple[int, int]] = {}

    def of(self, user: str) -> int:
        """How many there are."""
        return self._failed.get(user, (0, 0))[0]

    def locked(self, user: str) -> int:
        """Until when the person is locked out by them; 0 for not at all."""
        return locked_until(*self._failed.get(user, (0, 0)))

    def take(self, entry: Entry) -> None:
        """Fold an act: a failure, or one by which somebody proved themselves."""
        act = entry.thing
        if not isinstance(act, Act):
            return
        if act.command == RECOVER and not act.refused:
            self._failed.clear()
        elif act.refused and FAILED in act.new:
            self._failed[act.new[FAILED]] = (act.new[COUNT], act.at)
        for user in _proved(act):
            self._failed.pop(user, None)


def _proved(act: Act) -> list[str]:
    """Who gave their secrets for an act, or had them replaced; what is done in a session proves nothing anew."""
    actor = "" if act.session else act.actor
    second = "" if act.refused else act.new.get("second", {}).get("user", "")
    reset = act.object.removeprefix("person ") if act.command == "user reset" and not act.refused else ""
    return [user for user in (actor, second, reset) if user]
