"""The results a batch must have before it leaves: the recipe's release tests, and what is awaited beyond them.

The engine's answers and what QC reports later are held against the same limits; a result is never replaced.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from axenic.control.facts import BatchOrdered, PhaseCompleted, PhaseFailed
from axenic.control.orders import RunPhase
from axenic.notation.document import load
from axenic.recipe.limit import LimitValue, parse_limit
from axenic.recipe.recipe import Recipe
from axenic.record.entry import Act, Document, Entry

WITHIN, OUT = "within", "out of limit"


@dataclass(slots=True)
class Result:
    """One test of a batch: its limit, and its result once there is one. due: milliseconds, 0 if the core waits."""

    test: str
    limit: LimitValue
    due: int = 0
    value: str = ""
    verdict: str = ""
    seq: int = 0
    at: int = 0


@dataclass(slots=True)
class Expected:
    """The tests of one batch; `known`: the recipe is in the record, so that it is known which they are."""

    known: bool
    tests: dict[str, Result] = field(default_factory=dict)

    def missing(self) -> list[Result]:
        """The tests without a result."""
        return [r for r in self.tests.values() if not r.verdict]

    def failed(self) -> list[Result]:
        """The tests out of their limit."""
        return [r for r in self.tests.values() if r.verdict == OUT]


class Results:
    """The tests of every batch."""

    def __init__(self) -> None:
        self._recipes: dict[str, Recipe] = {}
        self._batches: dict[str, Expected] = {}
        self._asked: dict[int, tuple[str, str]] = {}  # order -> batch and test

    def of(self, batch: str) -> Expected:
        """The tests of a batch."""
        return self._batches.get(batch, Expected(False))

    def take(self, entry: Entry) -> None:
        """Fold a recipe, an order of a test, its answer, or what QC says."""
        match entry.thing:
            case Document(kind="recipe", name=name, text=text):
                self._recipe(name, text)
            case BatchOrdered(batch=batch, recipe=recipe):
                self._batches.setdefault(batch, self._expected(recipe))
            case RunPhase(number=number, batch=batch, run=run) if "/test/" in run:
                self._asked[number] = (batch, run.rpartition("/test/")[2].partition("#")[0])
            case PhaseCompleted(order=order) | PhaseFailed(order=order) if order in self._asked:
                self._answered(entry)
            case Act(refused=(), command=command, batch=batch) as act if batch in self._batches:
                if command == "release await":
                    limit = parse_limit(act.new["limit"])
                    self._batches[batch].tests[act.new["test"]] = Result(act.new["test"], limit, act.new["due"])
                elif command == "release result":
                    self._note(batch, act.new["test"], act.new["value"], entry)

    def _recipe(self, name: str, text: str) -> None:
        recipe = load(Recipe, text, name).value
        if recipe is not None:
            self._recipes[recipe.recipe] = recipe

    def _expected(self, name: str) -> Expected:
        recipe = self._recipes.get(name)
        if recipe is None:
            return Expected(False)
        return Expected(True, {t.test: Result(t.test, t.limit) for t in recipe.release.tests})

    def _answered(self, entry: Entry) -> None:
        batch, test = self._asked.pop(entry.thing.order)  # type: ignore[union-attr]
        result = self.of(batch).tests.get(test)
        recipe = next((t for r in self._recipes.values() for t in r.release.tests if t.test == test), None)
        if result is None or recipe is None:
            return
        results = entry.thing.results if isinstance(entry.thing, PhaseCompleted) else {}
        self._note(batch, test, results.get(recipe.measure, ""), entry)

    def _note(self, batch: str, test: str, value: str, entry: Entry) -> None:
        """Keep the result; a test that gave none is out of its limit, not missing (nobody asks again)."""
        result = self._batches[batch].tests.get(test)
        if result is None or result.verdict == OUT:
            return
        result.value, result.seq, result.at = value or "no result", entry.seq, entry.thing.at
        result.verdict = verdict_of(result.limit, value)


def verdict_of(limit: LimitValue, value: str) -> str:
    """`within` or `out of limit`; what is no number is never within."""
    return WITHIN if limit.holds_for(value) else OUT
