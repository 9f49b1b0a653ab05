"""Where a verb writes: refused before the work, with what is wrong and how to mend it, and nothing is left behind."""

from __future__ import annotations

import pytest

from axenic.cli.targets import target_findings

BEFORE = {
    "design-cycle": ("axenic.cli.design_cycle._design", ("design-cycle", "vapour", "--chamber", "isolator-h2o2")),
    "calibrate": ("axenic.cli.calibrate._gathered", ("calibrate", "j.db", "--out", "o.yaml")),
    "risk": ("axenic.cli.risk._book", ("risk", "j.db")),
    "judge": ("axenic.cli.judge.judge_file", ("judge", "r.csv")),
    "map": ("axenic.cli.map._until", ("map", "j.db")),
}


@pytest.mark.parametrize("verb", BEFORE)
@pytest.mark.parametrize(
    ("target", "says"),
    [
        ("no/x.png", "there is no folder"),
        ("file/x.png", "is a file, no folder"),
        ("folder.png", "this is a folder"),
        ("x.foo", "cannot be a .foo"),
        ("x", "cannot be a file without an ending"),
    ],
)
def test_a_picture_that_cannot_be_written_is_refused_before_the_work(axenic, monkeypatch, tmp_path, verb, target, says):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").touch()
    (tmp_path / "folder.png").mkdir()
    work, words = BEFORE[verb]
    monkeypatch.setattr(work, lambda *_: pytest.fail("the work was begun"))
    code, _, err = axenic(*words, "--picture", target)
    assert code == 2 and "error[AX0001]: --picture" in err and says in err and "help:" in err
    assert sorted(p.name for p in tmp_path.iterdir()) == ["file", "folder.png"]


@pytest.mark.parametrize("verb", ["design-cycle", "calibrate"])
def test_a_file_that_cannot_be_written_is_refused_before_the_work(axenic, monkeypatch, tmp_path, verb):
    monkeypatch.chdir(tmp_path)
    work, words = BEFORE[verb]
    monkeypatch.setattr(work, lambda *_: pytest.fail("the work was begun"))
    for out in ("no/o.yaml", tmp_path, "x" * 300):
        code, _, err = axenic(*(w for w in words if w not in ("--out", "o.yaml")), "--out", out)
        assert code == 2 and "error[AX0001]: --out" in err, err


def test_what_can_be_written_is_left_as_it_was(tmp_path):
    there = tmp_path / "x.png"
    there.write_text("old")
    assert target_findings(out=tmp_path / "new.yaml", picture=there) == []
    assert there.read_text() == "old" and list(tmp_path.iterdir()) == [there]
