"""A testing regime: which release tests are replaced, added or dropped, and why that may be done.

A regime is a policy that the user chooses and must justify; a recipe under a regime is a recipe like any other.
"""

from __future__ import annotations

from axenic.notation.sheet import Grade, Sheet
from axenic.recipe.recipe import Recipe, Spread, Test
from axenic.units import Duration


class Replacement(Sheet):
    """A release test done by another method, with its own duration."""

    test: str
    method: str
    lasts: Spread
    at_most: Duration


class Containment(Sheet):
    """What the plant must be: the enclosures allowed, and whether every connection must be a closed one."""

    enclosures: tuple[str, ...]
    closed: bool


class Regime(Sheet):
    """One policy of release tests with its justification; `containment` None: any plant may use it."""

    regime: str
    version: int
    title: str
    justification: str
    replace: tuple[Replacement, ...] = ()
    drop: tuple[str, ...] = ()
    add: tuple[Test, ...] = ()
    containment: Containment | None = None
    grade: Grade
    source: str


def apply(regime: Regime, recipe: Recipe) -> Recipe:
    """The recipe with its release tests as the regime has them.

    Raises: ValueError if a test named is not one of the recipe's, if an added one is already, or if a test or the
    review would wait for one that is dropped.
    """
    _check_names(regime, recipe)
    by_name = {r.test: r for r in regime.replace}
    kept = tuple(_replaced(t, by_name.get(t.test)) for t in recipe.release.tests if t.test not in regime.drop)
    tests = kept + regime.add
    for waiting, after in [(t.test, t.after) for t in tests] + [("the review", recipe.release.review.after)]:
        gone = next((a for a in after if a in regime.drop), "")
        if gone:
            raise ValueError(f"{regime.regime} drops the test {gone!r}, for which {waiting} of {recipe.recipe} waits")
    return recipe.model_copy(update={"release": recipe.release.model_copy(update={"tests": tests})})


def _replaced(test: Test, by: Replacement | None) -> Test:
    if by is None:
        return test
    new = {"method": by.method, "lasts": by.lasts, "at_most": by.at_most, "grade": by.lasts.grade}
    return test.model_copy(update=new | {"source": by.lasts.source})


def _check_names(regime: Regime, recipe: Recipe) -> None:
    names = [t.test for t in recipe.release.tests]
    for name in (*(r.test for r in regime.replace), *regime.drop):
        if name not in names:
            known = ", ".join(names)
            raise ValueError(f"{regime.regime} names the test {name!r}, but {recipe.recipe} has only: {known}")
    taken = next((t.test for t in regime.add if t.test in names), "")
    if taken:
        raise ValueError(f"{regime.regime} adds the test {taken!r}, which {recipe.recipe} has already")
