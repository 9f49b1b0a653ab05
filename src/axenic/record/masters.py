"""The master documents that a journal was begun with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from axenic.asepsis.program import Program
from axenic.notation.document import load
from axenic.recipe.phase_kind import PhaseKinds
from axenic.recipe.recipe import Recipe
from axenic.record.entry import Document, Entry


@dataclass(slots=True)
class Masters:
    """The master documents of a journal."""

    recipe: Recipe
    kinds: PhaseKinds
    programs: dict[str, Program]
    plant: str
    seed: str
    digests: dict[str, str]


def masters_of(entries: Sequence[Entry], recipe_name: str = "") -> Masters:
    """The documents of a journal, the recipe of that name if it is there; raises ValueError if one is missing."""
    texts = {(e.thing.kind, e.thing.name): e.thing.text for e in entries if isinstance(e.thing, Document)}
    try:
        named = [n for k, n in texts if k == "recipe" and n == recipe_name]
        name = named[0] if named else next(n for k, n in texts if k == "recipe")
        recipe = load(Recipe, texts["recipe", name], name).value
        kinds = next(load(PhaseKinds, t, n).value for (k, n), t in texts.items() if k == "kinds")
        plant = next(n for k, n in texts if k == "plant")
    except StopIteration:
        raise ValueError("the journal does not hold its master documents") from None
    if recipe is None or kinds is None:
        raise ValueError("a master document of the journal cannot be read")
    programs = {n: p for (k, n), t in texts.items() if k == "program" and (p := load(Program, t, n).value)}
    digests = {kind: sha256(texts[kind, n].encode()).hexdigest() for kind, n in (("recipe", name), ("plant", plant))}
    return Masters(recipe, kinds, programs, plant, texts.get(("seed", "seed"), ""), digests)
