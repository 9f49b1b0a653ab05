"""The house rules that no linter knows."""

from __future__ import annotations

import ast
import re
import subprocess
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOURCES = sorted((ROOT / "src").rglob("*.py"))


def test_no_function_is_longer_than_60_lines_and_no_file_than_700():
    for path in SOURCES:
        text = path.read_text("utf-8")
        assert len(text.splitlines()) <= 700, path
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef):
                assert (node.end_lineno or 0) - node.lineno < 60, (path.name, node.name)


def test_no_tracked_file_names_an_index_or_a_machines_path():
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    machine = re.compile(r"(?<![\w.])/(?:wor" + "k|ro" + r"ot|tm" + r"p)/")
    for name in listed.splitlines():
        text = (ROOT / name).read_text("utf-8")
        assert not machine.search(text), name
    assert "://" not in (ROOT / "requirements.lock").read_text("utf-8")


def test_modules_are_named_in_the_trades_words():
    banned = ("manager", "handler", "utils", "helper", "base", "common", "misc")
    assert not [p for p in SOURCES if any(word in p.stem for word in banned)]


def test_the_forms_the_ways_of_working_and_the_ends_have_one_meaning_each():
    """Nouns that once named two things; others still do (`Row`, `Rule`, `Load`), each in a package of its own trade."""
    code = "\n".join(p.read_text("utf-8") for p in SOURCES)
    for name in ("Shape", "Form", "WayOfWorking", "Working", "Ends", "Interval"):
        assert len(re.findall(rf"^class {name}\b", code, re.MULTILINE)) == 1, name
        assert not re.search(rf"import \w+ as {name}\b", code), name
    assert len(re.findall(r"^ *def ends\b", code, re.MULTILINE)) == 1


def test_no_name_of_the_twin_stands_only_where_it_is_defined():
    """But for what users call, and the places of a record, which are counted through and so all named."""
    words = Counter(w for p in SOURCES for w in re.findall(r"\w+", p.read_text("utf-8")))
    kept = {"read_parquet"}
    for path in (p for p in SOURCES if "twin" in p.parts and p.name != "places.py"):
        names = [n for node in ast.parse(path.read_text("utf-8")).body for n in named(node)]
        assert not [n for n in names if words[n] == 1 and n not in kept], path


def named(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else []
    return [x.id for target in targets for x in ast.walk(target) if isinstance(x, ast.Name)]
