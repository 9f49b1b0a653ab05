"""An order file is checked the same way by `check` and by `run`, each finding at its own place."""

from __future__ import annotations

import json

import pytest

GOOD = "  - {batch: AX-1, patient: COI-1, ordered: 2026-01-05T06:00:00Z, due: 2026-02-04T06:00:00Z}\n"
DUE, ORDERED = GOOD.index("2026-02") + 1, GOOD.index("2026-01") + 1


@pytest.mark.parametrize(
    ("old", "new", "code", "column"),
    [
        ("2026-02-04T06:00:00Z", "2026-02-04T06:00:00", "AX0007", DUE),
        ("2026-02-04T06:00:00Z", "soon", "AX0007", DUE),
        ("2026-02-04T06:00:00Z", "2026-01-05T06:00:00Z", "AX0007", DUE),
        ("2026-02-04T06:00:00Z", "9999-12-31T23:59:59-23:59", "AX0007", DUE),
        ("2026-01-05T06:00:00Z", "1999-12-31T23:59:59Z", "AX0007", ORDERED),
        ("2026-01-05T06:00:00Z", "0001-01-01T00:00:00+23:59", "AX0007", ORDERED),
        ("batch: AX-1", "batch: AX-0", "AX0106", GOOD.index("AX-1") + 1),
    ],
)
def test_check_and_run_find_the_same_at_the_same_place(axenic, tmp_path, old, new, code, column):
    path = tmp_path / "orders.yaml"
    path.write_text("orders:\n" + GOOD.replace("AX-1", "AX-0") + GOOD.replace(old, new))
    words = ("run", "car-t-9-day", "--plant", "robotic-cluster", "--orders", path, "--journal", tmp_path / "j.db")
    for exit_code, out, _ in (axenic("check", path, "--json"), axenic(*words, "--json")):
        (error,) = json.loads(out)["errors"]
        assert (exit_code, error["code"], error["line"], error["column"]) == (2, code, 3, column)
    assert not (tmp_path / "j.db").exists()


def test_nothing_is_said_of_transfers_when_no_recipe_was_checked(axenic, tmp_path):
    path = tmp_path / "orders.yaml"
    path.write_text("orders:\n" + GOOD)
    code, out, _ = axenic("check", path, "robotic-cluster")
    assert (code, out) == (0, "2 checked, nothing found\n")
    assert "every transfer is proven" in axenic("check", path, "car-t-9-day")[1]
