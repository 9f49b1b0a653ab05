"""A job: a journal with the documents it was begun with, and the core and devices built from them."""

from __future__ import annotations

from dataclasses import dataclass

from axenic.asepsis.chamber import ChamberParameters
from axenic.asepsis.environment import EnvironmentLimits
from axenic.asepsis.fit import check_fit
from axenic.asepsis.loop import check_loop
from axenic.asepsis.program import Program
from axenic.asepsis.risk import RiskTable
from axenic.assumption.assumption import Assumptions
from axenic.cli.check import check_alone
from axenic.cli.ordering import Unfit
from axenic.control.control import Control
from axenic.device.world import World
from axenic.library.shelf import default, shipped, take
from axenic.notation.document import Loaded, load, write
from axenic.notation.finding import Finding
from axenic.notation.sheet import Sheet
from axenic.plant.plant import Plant
from axenic.recipe.phase_kind import PhaseKinds
from axenic.recipe.recipe import Recipe
from axenic.record.entry import Document, Entry
from axenic.record.journal import documents

_MODELS: dict[str, type[Sheet]] = {
    "recipe": Recipe,
    "plant": Plant,
    "program": Program,
    "risk": RiskTable,
    "environment": EnvironmentLimits,
    "kinds": PhaseKinds,
    "chamber": ChamberParameters,
    "assumptions": Assumptions,
}


@dataclass(slots=True)
class Job:
    """The frozen documents of one run; people: phase kinds that persons answer by commands of theirs."""

    recipe: Recipe
    plant: Plant
    programs: dict[str, Program]
    risks: RiskTable
    kinds: PhaseKinds
    seed: int
    assumptions: Assumptions
    limits: EnvironmentLimits | None = None
    chambers: tuple[ChamberParameters, ...] = ()
    people: tuple[str, ...] = ()

    def control(self) -> Control:
        """A core at rest."""
        return Control(self.plant, {self.recipe.recipe: self.recipe}, self.programs, self.risks, self.limits)

    def world(self) -> World:
        """Simulated equipment at rest."""
        people = frozenset(self.people)
        return World(self.plant, self.programs, self.seed, self.chambers, self.assumptions, people)

    def documents(self) -> list[Document]:
        """The documents as a journal keeps them."""
        sheets: list[tuple[str, str, Sheet]] = [
            ("recipe", self.recipe.recipe, self.recipe),
            ("plant", self.plant.plant, self.plant),
            ("risk", self.risks.risk, self.risks),
            ("kinds", self.kinds.phase_kinds, self.kinds),
            ("assumptions", self.assumptions.assumptions, self.assumptions),
            *(("program", name, program) for name, program in sorted(self.programs.items())),
            *(("chamber", chamber.chamber, chamber) for chamber in self.chambers),
        ]
        if self.limits is not None:
            sheets.append(("environment", self.limits.environment, self.limits))
        more = [Document("people", "people", " ".join(self.people))] if self.people else []
        return [*(Document(k, n, write(s)) for k, n, s in sheets), Document("seed", "seed", str(self.seed)), *more]


def new_world(plant: Plant, seed: int) -> World:
    """Simulated equipment of a plant at rest, with what is shipped; raises Unfit."""
    programs = {n: p for n in shipped(Program) if (p := take(Program, n).value) is not None}
    return World(plant, programs, seed, _chambers(), default(Assumptions))


def _chambers() -> tuple[ChamberParameters, ...]:
    return tuple([c for n in shipped(ChamberParameters) if (c := take(ChamberParameters, n).value) is not None])


def fit(loaded: Loaded[Sheet]) -> Sheet:
    """The value of a loaded file; raises Unfit."""
    if loaded.value is None:
        raise Unfit(loaded.findings)
    return loaded.value


def new_job(recipe: str, plant: str, seed: int) -> Job:
    """A job from shipped names or paths; raises Unfit with the findings of all files at once."""
    found: list[Finding] = []
    recipe_file, plant_file = take(Recipe, recipe), take(Plant, plant)
    found += recipe_file.findings + plant_file.findings
    found += check_alone(recipe_file) + check_alone(plant_file)
    programs = {n: p for n in shipped(Program) if (p := take(Program, n).value) is not None}
    if recipe_file.value is None or plant_file.value is None or found:
        raise Unfit(found)
    for n, interface in enumerate(plant_file.value.interfaces):
        if interface.program and interface.program not in programs:
            text, hint = f"no program is named {interface.program!r}", f"shipped: {', '.join(programs)}"
            found.append(plant_file.document.finding("AX0101", text, hint, ("interfaces", n, "program")))
    found += check_loop(recipe_file.value, recipe_file.document, plant_file.value)
    found += check_fit(recipe_file.value, plant_file.value, plant_file.document)
    believed = take(Assumptions, "default")
    found += believed.findings + check_alone(believed)
    if found:
        raise Unfit(found)
    documents = (
        default(RiskTable),
        default(PhaseKinds),
        seed,
        default(Assumptions),
        default(EnvironmentLimits),
        _chambers(),
    )
    return Job(recipe_file.value, plant_file.value, programs, *documents)


def job_of(entries: list[Entry], simulates: bool = False) -> Job:
    """The job a journal was begun with; raises Unfit if its documents are incomplete.

    `simulates`: its equipment is to be simulated, so its assumptions must be whole; no decision of the core needs them.
    """
    found = documents(entries)
    sheets: dict[str, dict[str, Sheet]] = {kind: {} for kind in _MODELS}
    for (kind, name), text in found.items():
        if kind in _MODELS:
            loaded = load(_MODELS[kind], text, f"journal: {kind} {name}")
            sheets[kind][name] = fit(loaded)
            if simulates and kind == "assumptions" and (wrong := check_alone(loaded)):
                raise Unfit(wrong)
    if not sheets["assumptions"]:  # begun before there were any; they matter to simulated equipment only
        sheets["assumptions"]["default"] = default(Assumptions)
    try:
        one = {kind: next(iter(sheets[kind].values())) for kind in ("recipe", "plant", "risk", "kinds", "assumptions")}
        seed = int(found[("seed", "seed")])
    except (StopIteration, KeyError, ValueError):
        finding = Finding("AX0303", "the journal does not hold the documents it was begun with", "is it complete?")
        raise Unfit([finding]) from None
    programs = {n: p for n, p in sheets["program"].items() if isinstance(p, Program)}
    limits = next((s for s in sheets["environment"].values() if isinstance(s, EnvironmentLimits)), None)
    chambers = tuple(c for c in sheets["chamber"].values() if isinstance(c, ChamberParameters))
    people = tuple(found.get(("people", "people"), "").split())
    believed = (seed, one["assumptions"], limits, chambers, people)
    return Job(one["recipe"], one["plant"], programs, one["risk"], one["kinds"], *believed)  # type: ignore[arg-type]
