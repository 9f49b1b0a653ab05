"""The page of formulas names what there is: every one listed exists, every one there is stands in the list."""

from __future__ import annotations

import importlib
import inspect
import re
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "sterility.md"
MODULES = ("lethality", "saturation", "tightness", "kill")


def listed():
    return re.findall(r"^\| `(\w+)\.(\w+)` \|", PAGE.read_text("utf-8"), re.MULTILINE)


def test_every_formula_listed_exists_with_a_docstring():
    for module, name in listed():
        formula = getattr(importlib.import_module(f"axenic.asepsis.{module}"), name)
        assert inspect.getdoc(formula), name


def test_every_public_formula_is_listed():
    for name in MODULES:
        module = importlib.import_module(f"axenic.asepsis.{name}")
        own = {n for n, f in inspect.getmembers(module, inspect.isfunction) if f.__module__ == module.__name__}
        assert {n for n in own if not n.startswith("_")} == {f for m, f in listed() if m == name}
