"""No learned, random or predicted thing reaches what decides on a dose (draft Annex 22)."""

from __future__ import annotations

import ast
from importlib import resources
from pathlib import Path

import pytest

SOURCE = Path(str(resources.files("axenic")))
DECIDES = ("control", "asepsis", "recipe", "plant", "quality", "record", "live", "identity")
CHANCE = {"random", "numpy.random", "secrets", "uuid"}
LEARNED = {"scipy", "sklearn", "torch", "tensorflow", "jax", "xgboost", "onnxruntime", "numba", "ortools", "openai"}
PREDICTED = {"axenic.twin"}
MAY_DRAW = {  # a secret, a key or a sample for people to read: none decides
    "quality/safe.py": {"secrets"},
    "quality/review.py": {"random"},
    "identity/vault.py": {"secrets"},
    "live/plant/wiring.py": {"secrets"},  # passwords of a simulated plant
    "live/plant/process.py": {"uuid"},  # the boot of a simulated instrument
}


def imports(path: Path) -> set[str]:
    tree = ast.walk(ast.parse(path.read_text("utf-8")))
    found: set[str] = set()
    for node in tree:
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def named(imported: set[str], among: set[str]) -> set[str]:
    return {name for name in among for found in imported if found == name or found.startswith(f"{name}.")}


@pytest.mark.requirement("A22-1")
@pytest.mark.parametrize("package", DECIDES)
def test_what_decides_on_a_dose_uses_no_learned_or_predicting_model_and_no_chance(package):
    for path in (SOURCE / package).rglob("*.py"):
        where = path.relative_to(SOURCE).as_posix()
        used = named(imports(path), CHANCE | LEARNED | PREDICTED)
        assert used <= MAY_DRAW.get(where, set()), where
