"""The commands in README and docs run, and print what stands there (`...` stands for anything)."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from axenic.cli.main import VERBS
from axenic.notation.finding import CODES
from tests.cli.conftest import axenic  # noqa: F401  the command as its users call it
from tests.warm import warm

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)
FILE = re.compile(r"```csv (\S+)\n(.*?)```", re.DOTALL)  # a file of the page, there for its commands


def steps():
    for page in PAGES:
        for block in BLOCK.findall(page.read_text("utf-8")):
            yield pytest.param(page, block, id=page.name)


def matches(wanted: str, found: str) -> bool:
    pattern = re.escape(wanted.strip()).replace(r"\.\.\.", ".*")
    return re.fullmatch(pattern, found.strip(), re.DOTALL) is not None


def in_a_process(words: list[str], folder: Path) -> tuple[str, str]:
    command = [sys.executable, "-m", "axenic", *words]
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False)
    return done.stdout, done.stderr


@pytest.mark.parametrize(("page", "block"), list(steps()))
def test_the_commands_of_the_docs_print_what_the_docs_say(page, block, tmp_path, monkeypatch, axenic):  # noqa: F811
    """Those of the README in processes of their own, the others in this one."""
    monkeypatch.chdir(tmp_path)
    for name, text in FILE.findall(page.read_text("utf-8")):
        (tmp_path / name).write_text(text, "utf-8")
    for part in block.split("$ ")[1:]:
        line, _, wanted = part.partition("\n")
        words = shlex.split(line)
        assert words[0] == "axenic"
        out, err = in_a_process(words[1:], tmp_path) if page.name == "README.md" else axenic(*words[1:])[1:]
        assert matches(wanted, out), out + err


@pytest.mark.requirement("A16-1", "P11-10a2")
def test_the_walk_through_from_an_empty_folder_to_a_released_dose_runs_as_it_stands(tmp_path):
    """The longest `sh` block of the page of quality, in one shell that stops at the first command that fails."""
    page = (ROOT / "docs" / "quality.md").read_text("utf-8")
    site, bin_ = tmp_path / "site", tmp_path / "bin"
    site.mkdir(), bin_.mkdir()
    for name, text in FILE.findall(page):
        (site / name).write_text(text, "utf-8")
    (block,) = re.findall(r"```sh\n(.*?)```", page, re.DOTALL)
    with warm(bin_):
        path = f"{bin_}:{Path(sys.executable).parent}:{os.environ['PATH']}"
        command = ["bash", "-e", "-o", "pipefail", "-c", block]
        done = subprocess.run(
            command, capture_output=True, text=True, cwd=site, env=os.environ | {"PATH": path}, check=False
        )
    assert done.returncode == 0, done.stdout + done.stderr
    said = done.stdout
    assert said.count("handover match: batch AX-0001") == 4
    assert "AX-0001: certified" in said and "Pat Person (qp), QP, certified for release" in said
    assert "all as written" in said and "whole: " in said and "\nPROVED\n" in said


def test_the_readme_has_at_most_a_hundred_lines():
    assert len((ROOT / "README.md").read_text("utf-8").splitlines()) <= 100


def test_every_picture_that_a_page_shows_is_there_and_says_that_it_is_simulated():
    shown = [
        page.parent / name for page in PAGES for name in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", page.read_text("utf-8"))
    ]
    assert len(shown) >= 3
    assert all("SIMULATED" in picture.read_text("utf-8") for picture in shown)


def test_every_word_of_the_glossary_is_a_name_in_the_code_and_has_one_meaning():
    rows = re.findall(r"^\| `(\w+)` \| (.+) \|$", (ROOT / "docs" / "words.md").read_text("utf-8"), re.MULTILINE)
    code = "\n".join(p.read_text("utf-8") for p in (ROOT / "src").rglob("*.py"))
    words = [word for word, _ in rows]
    assert len(words) == len(set(words)) > 20
    assert not [w for w in words if not re.search(rf"^(class {w}\b|def {w}\b|{w} = )", code, re.MULTILINE)]


def test_every_verb_is_in_the_readme_and_every_code_of_an_error_can_be_explained():
    readme = (ROOT / "README.md").read_text("utf-8")
    assert not [verb for verb in VERBS if f"axenic {verb}" not in readme]
    code = "\n".join(p.read_text("utf-8") for p in (ROOT / "src").rglob("*.py"))
    assert set(re.findall(r"AX\d{4}", code)) <= set(CODES)
