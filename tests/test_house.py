"""The house rules that no linter knows."""

from __future__ import annotations

import ast
import re
import subprocess
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
