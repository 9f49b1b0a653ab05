"""What a recipe must be beyond its form: names that exist, one line of steps, no circles, bounds on every wait."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from axenic.notation.document import Document, Path
from axenic.notation.finding import Finding
from axenic.recipe.check_phases import check_phases
from axenic.recipe.phase_kind import PhaseKinds
from axenic.recipe.recipe import Operation, Recipe, Shape, Spread, Way

REVIEW = "review"


def check_recipe(recipe: Recipe, document: Document, kinds: PhaseKinds) -> list[Finding]:
    """Everything wrong with a well-formed recipe, at its place."""
    found = list(_names(recipe, document))
    found += check_phases(recipe, kinds, document)
    found += _chain(recipe, document)
    found += _circles(recipe, document)
    for n, step in enumerate(recipe.procedure):
        for m, operation in enumerate(step.operations):
            path: Path = ("procedure", n, "operations", m)
            found += _operation(operation, [o.operation for o in step.operations], document, path)
    for n, test in enumerate(recipe.release.tests):
        found += _times(test.test, test.lasts, test.at_most, document, ("release", "tests", n))
    review = recipe.release.review
    return found + _times(REVIEW, review.lasts, review.at_most, document, ("release", "review"))


def _unknown(name: str, names: list[str], what: str, document: Document, path: Path) -> Finding:
    near = difflib.get_close_matches(name, names, 1, 0.5)
    hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(names)}"
    return document.finding("AX0101", f"no {what} is named {name!r}", hint, path)


def _names(recipe: Recipe, document: Document) -> Iterable[Finding]:
    steps = [s.unit_procedure for s in recipe.procedure]
    tests = [t.test for t in recipe.release.tests]
    for n, name in enumerate(steps):
        if name in steps[:n] or name in tests or name == REVIEW:
            path: Path = ("procedure", n, "unit procedure")
            yield document.finding("AX0106", f"the name {name!r} is taken already", "rename one of the two", path)
    for name, known, what, path in _references(recipe, steps, tests):
        if name not in known:
            yield _unknown(name, known, what, document, path)


def _references(recipe: Recipe, steps: list[str], tests: list[str]) -> Iterable[tuple[str, list[str], str, Path]]:
    """Every name that must stand elsewhere: the name, where it may stand, what it should be, its place."""
    step, either = "unit procedure", "unit procedure or test"
    for n, material in enumerate(recipe.materials):
        yield material.for_, steps, step, ("materials", n, "for")
    for n, line in enumerate(recipe.reservations):
        yield line.from_, steps, step, ("reservations", n, "from")
        yield line.until, steps, step, ("reservations", n, "until")
    for n, procedure in enumerate(recipe.procedure):
        yield from ((a, [*steps, REVIEW], step, ("procedure", n, "after")) for a in procedure.after)
    for n, test in enumerate(recipe.release.tests):
        yield from ((a, [*steps, *tests], either, ("release", "tests", n, "after")) for a in test.after)
    yield from ((a, [*steps, *tests], either, ("release", "review", "after")) for a in recipe.release.review.after)


def _graph(recipe: Recipe) -> dict[str, tuple[set[str], Path]]:
    """What each node waits for, and where it stands."""
    graph: dict[str, tuple[set[str], Path]] = {}
    before = ""
    for n, step in enumerate(recipe.procedure):
        waits = set(step.after) | ({before} if before else set())
        graph[step.unit_procedure] = (waits, ("procedure", n, "after"))
        before = step.unit_procedure
    for n, test in enumerate(recipe.release.tests):
        graph[test.test] = (set(test.after), ("release", "tests", n, "after"))
    every = set(recipe.release.review.after) | {t.test for t in recipe.release.tests}
    graph[REVIEW] = (every, ("release", "review", "after"))
    return graph


def _circles(recipe: Recipe, document: Document) -> list[Finding]:
    graph = _graph(recipe)
    done: set[str] = set()
    while ready := {n for n, (waits, _) in graph.items() if n not in done and not (waits & graph.keys()) - done}:
        done |= ready
    stuck = [n for n in graph if n not in done]
    circle = _circle_in(graph, stuck)
    if not circle:
        return []
    text = f"these wait for each other: {' after '.join([*circle, circle[0]])}"
    return [document.finding("AX0102", text, "remove one `after` of the circle", graph[circle[0]][1])]


def _circle_in(graph: dict[str, tuple[set[str], Path]], stuck: list[str]) -> list[str]:
    if not stuck:
        return []
    way = [stuck[0]]
    while True:
        onward = next(n for n in stuck if n in graph[way[-1]][0])
        if onward in way:
            return way[way.index(onward) :]
        way.append(onward)


def _chain(recipe: Recipe, document: Document) -> list[Finding]:
    """Cells are at one place: a step may name only the step before it, or the review."""
    found = []
    before = ""
    for n, step in enumerate(recipe.procedure):
        others = [a for a in step.after if a not in (before, REVIEW)]
        known = {s.unit_procedure for s in recipe.procedure[:n]}
        if any(a in known for a in others):
            text = f"{step.unit_procedure!r} follows {before!r} in the file but says after {', '.join(others)}"
            hint = "cells can be at one place only: put the steps in one line"
            found.append(document.finding("AX0103", text, hint, ("procedure", n, "after")))
        before = step.unit_procedure
    return found


def _operation(operation: Operation, names: list[str], document: Document, path: Path) -> list[Finding]:
    found = []
    ways = {rule.way for rule in operation.decide}
    if operation.decide and operation.rounds < 2:
        found.append(
            document.finding("AX0105", "a decision table needs a bound", "add `rounds: 12`", (*path, "decide"))
        )
    if Way.FEED in ways and "feed" not in names:
        text = "the way `feed` needs an operation named `feed` in the same unit procedure"
        found.append(document.finding("AX0101", text, "add it", (*path, "decide")))
    for n, phase in enumerate(operation.phases):
        found += _times(phase.phase, phase.lasts, phase.at_most, document, (*path, "phases", n))
        if phase.connections < 0:
            text = f"connections {phase.connections} cannot be"
            found.append(document.finding("AX0110", text, "write 0 or more", (*path, "phases", n, "connections")))
    return found


def _times(name: str, lasts: Spread, at_most: int, document: Document, path: Path) -> list[Finding]:
    found = []
    if not lasts.least <= lasts.usual <= lasts.most <= at_most:
        hint = "write least <= usual <= most <= at most"
        found.append(document.finding("AX0104", f"the times of {name!r} are not in order", hint, (*path, "lasts")))
    if lasts.shape is Shape.LOGNORMAL and not lasts.usual:
        text = f"{name!r} has a lognormal duration whose median is 0"
        found.append(document.finding("AX0104", text, "write a `usual` above 0", (*path, "lasts")))
    return found
