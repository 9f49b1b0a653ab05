"""Holding the phases of a recipe against their kinds: parameters in range, limits on their results."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from axenic.notation.document import Document, Path
from axenic.notation.finding import Finding
from axenic.recipe.limit import LimitValue
from axenic.recipe.phase_kind import Parameter, PhaseKind, PhaseKinds
from axenic.recipe.recipe import Operation, Phase, Recipe
from axenic.units import Quantity

DERIVED = ("culture time", "rounds")


def check_phases(recipe: Recipe, kinds: PhaseKinds, document: Document) -> list[Finding]:
    """Everything that does not fit the kinds, at its place."""
    found: list[Finding] = []
    measured: set[str] = set(DERIVED)
    for n, step in enumerate(recipe.procedure):
        for m, operation in enumerate(step.operations):
            path: Path = ("procedure", n, "operations", m)
            for k, phase in enumerate(operation.phases):
                kind = kinds.named(phase.phase)
                if kind is None:
                    found.append(_unknown(phase.phase, kinds, document, (*path, "phases", k, "phase")))
                    continue
                measured |= set(kind.results)
                found += _phase(phase, kind, kinds, document, (*path, "phases", k))
            found += _decisions(operation, measured, kinds, document, path)
    found += _release(recipe, kinds, document)
    return found


def _near(name: str, names: Iterable[str]) -> str:
    known = list(names)
    near = difflib.get_close_matches(name, known, 1, 0.5)
    return f"did you mean {near[0]!r}?" if near else f"known: {', '.join(known)}"


def _unknown(name: str, kinds: PhaseKinds, document: Document, path: Path) -> Finding:
    return document.finding(
        "AX0101", f"no phase kind is named {name!r}", _near(name, (k.kind for k in kinds.kinds)), path
    )


def _phase(phase: Phase, kind: PhaseKind, kinds: PhaseKinds, document: Document, path: Path) -> Iterable[Finding]:
    parameters = {p.parameter: p for p in kind.parameters}
    for name, value in phase.using.items():
        place = (*path, "using", name)
        if name not in parameters:
            hint = _near(name, parameters) if parameters else f"{kind.kind} takes no parameters"
            yield document.finding("AX0101", f"{kind.kind} has no parameter {name!r}", hint, place)
        else:
            yield from _in_range(value, parameters[name], document, place)
    for n, check in enumerate(phase.checks):
        place = (*path, "checks", n)
        if check.measure not in kind.results:
            given = f"it gives {', '.join(kind.results)}" if kind.results else "it gives no results"
            text = f"{kind.kind} gives no result {check.measure!r}"
            yield document.finding("AX0109", text, given, (*place, "measure"))
            continue
        for key, limit in (("limit", check.limit), ("alert", check.alert)):
            if limit is not None:
                yield from _unit(check.measure, limit, kinds, document, (*place, key))


def _in_range(value: Quantity, rule: Parameter, document: Document, path: Path) -> Iterable[Finding]:
    if value.dimension != rule.from_.dimension:
        text = f"{rule.parameter} is a {rule.from_.dimension}, not a {value.dimension}"
        yield document.finding("AX0107", text, f"write it in {rule.from_.unit}", path)
    elif not rule.from_.to(value.unit) <= value.value <= rule.to.to(value.unit):
        text = f"{rule.parameter} {value} is out of its range"
        yield document.finding("AX0108", text, f"allowed: {rule.from_} to {rule.to}", path)


def _unit(measure: str, limit: LimitValue, kinds: PhaseKinds, document: Document, path: Path) -> Iterable[Finding]:
    unit = kinds.unit_of(measure)
    if limit.unit != unit:
        text = f"results of {measure} come in {unit}, this limit is in {limit.unit}"
        yield document.finding("AX0107", text, f"write it in {unit}", path)


def _decisions(
    operation: Operation, measured: set[str], kinds: PhaseKinds, document: Document, path: Path
) -> Iterable[Finding]:
    for n, rule in enumerate(operation.decide):
        for m, limit in enumerate(rule.when):
            place = (*path, "decide", n, "when", m)
            if limit.measure not in measured:
                text = f"nothing has measured {limit.measure!r} up to here"
                yield document.finding("AX0109", text, _near(limit.measure, sorted(measured)), place)
            else:
                yield from _unit(limit.measure, limit, kinds, document, place)


def _release(recipe: Recipe, kinds: PhaseKinds, document: Document) -> Iterable[Finding]:
    for n, test in enumerate(recipe.release.tests):
        path: Path = ("release", "tests", n)
        kind = kinds.named(test.phase)
        if kind is None:
            yield _unknown(test.phase, kinds, document, (*path, "phase"))
        elif test.measure not in kind.results:
            text, hint = f"{test.phase} gives no result {test.measure!r}", f"it gives {', '.join(kind.results)}"
            yield document.finding("AX0109", text, hint, (*path, "measure"))
        else:
            yield from _unit(test.measure, test.limit, kinds, document, (*path, "limit"))
    if kinds.named(recipe.release.review.phase) is None:
        yield _unknown(recipe.release.review.phase, kinds, document, ("release", "review", "phase"))
