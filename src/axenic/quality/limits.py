"""The limits that results are held against: versioned, and set through change control only."""

from __future__ import annotations

from dataclasses import dataclass

from axenic.quality.values import number
from axenic.record.entry import Act, Entry

SET = "limit set"


def limit_object(test: str) -> str:
    """The limit of a test as an object of acts."""
    return f"limit {test}"


@dataclass(frozen=True, slots=True)
class TestLimit:
    """One version of the limit of a test; `least`, `most`: decimal texts in `unit`, "" for no bound on that side."""

    test: str
    version: int
    least: str
    most: str
    unit: str
    change: str
    at: int

    def holds(self, value: str) -> bool:
        """Whether a result is within."""
        found, least, most = number(value), number(self.least), number(self.most)
        return found is not None and (least is None or found >= least) and (most is None or found <= most)

    def __str__(self) -> str:
        bounds = [f">= {self.least}"] * bool(self.least) + [f"<= {self.most}"] * bool(self.most)
        return f"{' and '.join(bounds)} {self.unit}".strip()


class Limits:
    """Every version of every limit."""

    def __init__(self) -> None:
        self._limits: dict[str, list[TestLimit]] = {}

    def now(self, test: str) -> TestLimit | None:
        """The limit of a test that holds."""
        return self._limits[test][-1] if test in self._limits else None

    def of(self, test: str) -> list[TestLimit]:
        """Every version of the limit of a test."""
        return list(self._limits.get(test, []))

    def take(self, entry: Entry) -> None:
        """Fold a limit that was set."""
        act = entry.thing
        if not isinstance(act, Act) or act.refused or act.command != SET:
            return
        test = act.object.removeprefix("limit ")
        versions = self._limits.setdefault(test, [])
        said = {name: act.new[name] for name in ("least", "most", "unit", "change")}
        versions.append(TestLimit(test, len(versions) + 1, **said, at=act.at))
