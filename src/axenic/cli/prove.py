"""Proving a plant: every reachable state of its aseptic machines, every invariant, every weakened guard caught."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from axenic.asepsis.explore import Explored, Mutant, explore, mutate
from axenic.asepsis.interlocks import Part, parts_of
from axenic.cli.answer import NOT_GOOD, refuse, say
from axenic.cli.check import check_alone
from axenic.library.shelf import take
from axenic.plant.plant import Plant


@dataclass(slots=True)
class Proof:
    """What was explored, part by part."""

    parts: list[tuple[Part, Explored]] = field(default_factory=list)
    mutants: list[Mutant] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def caught(self) -> int:
        """How many weakened machines broke an invariant."""
        return sum(bool(m.caught_by) for m in self.mutants)

    @property
    def good(self) -> bool:
        """True if no invariant is broken and every weakening is caught."""
        return self.caught == len(self.mutants) and not any(found.violated for _, found in self.parts)

    def to_data(self, plant: str) -> dict[str, Any]:
        """As plain data for `--json`."""
        machines = [
            {
                "machine": p.machine.name,
                "places": list(p.places),
                "states": e.states,
                "transitions": e.transitions,
            }
            for p, e in self.parts
        ]
        return {
            "ok": self.good,
            "plant": plant,
            "machines": machines,
            "states": sum(e.states for _, e in self.parts),
            "transitions": sum(e.transitions for _, e in self.parts),
            "invariants": len({(i.name, i.text) for part, _ in self.parts for i in part.machine.invariants}),
            "violated": [v for _, e in self.parts for v in e.violated],
            "mutants": len(self.mutants),
            "caught": self.caught,
            "survivors": [f"{m.machine}: {m.change}" for m in self.mutants if not m.caught_by],
            "seconds": round(self.seconds, 2),
            "trace": next((list(e.trace) for _, e in self.parts if e.trace), []),
        }


def prove_plant(plant: Plant) -> Proof:
    """Explore every machine of a plant, then every weakening of each; progress on stderr."""
    proof, start = Proof(), monotonic()
    for part in parts_of(plant):
        found = explore(part.machine)
        proof.parts.append((part, found))
        sys.stderr.write(f"{part.machine.name}: {found.states} states, {found.transitions} transitions\n")
        if found.violated:
            continue
        mutants = mutate(part.machine)
        proof.mutants += mutants
        sys.stderr.write(f"{part.machine.name}: {len(mutants)} weakened machines\n")
    proof.seconds = monotonic() - start
    return proof


def prove(name: str, as_json: bool) -> int:
    """Prove one plant by its name or file; exit 1 if an invariant can be broken or a weakening goes unseen."""
    loaded = take(Plant, name)
    findings = [*loaded.findings, *check_alone(loaded)]
    if loaded.value is None or findings:
        return refuse(findings, as_json)
    proof = prove_plant(loaded.value)
    say(proof.to_data(loaded.value.plant), _text(proof, loaded.value.plant), as_json)
    return 0 if proof.good else NOT_GOOD


def _text(proof: Proof, plant: str) -> str:
    data = proof.to_data(plant)
    lines = [f"{'machine':28} {'states':>8} {'transitions':>12}  where"]
    for m in data["machines"]:
        places = ", ".join(m["places"][:4]) + (f" and {len(m['places']) - 4} more" if len(m["places"]) > 4 else "")
        lines.append(f"{m['machine']:28} {m['states']:>8} {m['transitions']:>12}  {places}")
    verdict = f"BROKEN: {', '.join(data['violated'])}" if data["violated"] else "none can be broken"
    counted = f"{data['states']} states, {data['transitions']} transitions, {data['invariants']} invariants"
    lines.append(f"{counted}: {verdict}")
    lines.append(f"{data['mutants']} weakened machines, {data['caught']} caught, in {data['seconds']:.0f} s")
    lines += [f"  not caught: {survivor}" for survivor in data["survivors"]]
    if data["trace"]:
        lines += ["the shortest way there:", *(f"  {n}. {event}" for n, event in enumerate(data["trace"], 1))]
    return "\n".join(lines)
