"""The requirement trace: every clause is proven by a test, or said to be missing, or left to the user's procedure."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest

from axenic.quality.requirement import Who, all_requirements, sources
from axenic.quality.trace_matrix import FAILED, NOT_BUILT, NOT_RUN, PASSED, to_markdown, trace_matrix, unproven

TESTS = Path(__file__).resolve().parents[1]
ROWS = {row.id: row for text in all_requirements() for row in text.rows}


def _marked() -> set[str]:
    """Every id that a test of this suite is marked with."""
    found: set[str] = set()
    for path in TESTS.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "requirement":
                found.update(str(a.value) for a in node.args if isinstance(a, ast.Constant))
    return found


@pytest.mark.requirement("P11-10a1")
def test_every_clause_has_a_test_or_says_what_is_missing():
    marked = _marked()
    assert not [i for i, row in ROWS.items() if row.who is not Who.PROCEDURE and not row.missing and i not in marked]


def test_every_mark_names_a_clause_that_exists():
    assert not _marked() - set(ROWS)


def test_every_id_stands_once_and_every_source_is_named():
    ids = [row.id for text in all_requirements() for row in text.rows]
    assert len(ids) == len(set(ids))
    assert {name for row in ROWS.values() for name in row.sources} <= set(sources())


def test_a_clause_without_a_passing_test_keeps_the_build_from_being_accepted():
    texts = all_requirements()
    lines = {
        line.id: line for line in trace_matrix(texts, {"P11-10a1": {"test_a": FAILED}, "P11-10a2": {"test_b": PASSED}})
    }
    assert (lines["P11-10a1"].result, lines["P11-10a2"].result, lines["P11-10d"].result) == (FAILED, PASSED, NOT_RUN)
    assert {"P11-10a1", "P11-10d"} <= {line.id for line in unproven(list(lines.values()))}


def test_what_is_not_built_is_never_shown_as_met():
    lines = trace_matrix(all_requirements(), {i: {"test": PASSED} for i in ROWS})
    assert {line.id for line in lines if line.result == NOT_BUILT} == {i for i, row in ROWS.items() if row.missing}


def test_the_matrix_is_shown_with_its_results_and_ends_with_1_while_a_clause_is_not_proven(axenic, tmp_path):
    results = tmp_path / "results.json"
    results.write_text(json.dumps({"P11-10a1": {"test_a": PASSED}}))
    code, out, _ = axenic("trace-matrix", "--results", results, "--json")
    row = next(r for r in json.loads(out)["rows"] if r["id"] == "P11-10a1")
    assert (code, row["result"], row["tests"]) == (1, PASSED, ["test_a"])
    code, _, err = axenic("trace-matrix", "--results", tmp_path, "--json")
    assert (code, "AX0001" in err) == (2, True)


def test_the_markdown_has_a_row_for_every_clause():
    text = to_markdown(trace_matrix(all_requirements(), {}))
    assert all(f"| {i} |" in text for i in ROWS)
