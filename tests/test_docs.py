"""The commands in README and docs run, and print what stands there (`...` stands for anything)."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)


def steps():
    for page in PAGES:
        for block in BLOCK.findall(page.read_text("utf-8")):
            yield pytest.param(block, id=page.name)


def matches(wanted: str, found: str) -> bool:
    pattern = re.escape(wanted.strip()).replace(r"\.\.\.", ".*")
    return re.fullmatch(pattern, found.strip(), re.DOTALL) is not None


@pytest.mark.parametrize("block", list(steps()))
def test_the_commands_of_the_docs_print_what_the_docs_say(block, tmp_path):
    for part in block.split("$ ")[1:]:
        line, _, wanted = part.partition("\n")
        words = shlex.split(line)
        assert words[0] == "axenic"
        command = [sys.executable, "-m", "axenic", *words[1:]]
        done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
        assert matches(wanted, done.stdout), done.stdout + done.stderr


def test_the_readme_has_at_most_a_hundred_lines():
    assert len((ROOT / "README.md").read_text("utf-8").splitlines()) <= 100
