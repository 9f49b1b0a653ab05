"""Where a batch record answers what the rules ask of one: each clause of 21 CFR 211.188, and what is not on record.

The sections of EU GMP Part IV 6.3 are among them. What the journal holds nothing of is said, not left out.
"""

from __future__ import annotations

from axenic.record.row import Row

_NOTHING = "nothing on record"
_ASKED = (  # clause, what it asks for, the section that answers, the lists of the record that hold it
    (
        "(a)",
        "reproduction of the master record, checked",
        "summary by name and SHA-256; in full in the attachment",
        ("recipe",),
    ),
    ("(b)(1)", "dates", "Steps, Release tests and review", ("steps",)),
    ("(b)(2)", "major equipment and lines used", "Materials, equipment, persons", ("equipment",)),
    ("(b)(3)", "each batch of component or in-process material", "Materials, equipment, persons", ("materials",)),
    ("(b)(4)", "weights and measures of components used", "Steps: set points and results", ("measured",)),
    ("(b)(5)", "in-process and laboratory control results", "In-process controls, Release tests", ("checks", "tests")),
    ("(b)(6)", "inspection of the packaging and labelling area", "", ()),
    ("(b)(7)", "actual yield and percentage of theoretical yield", "In-process controls, Steps", ("yields",)),
    ("(b)(8)", "labelling control with specimens", "", ()),
    ("(b)(9)", "containers and closures", "", ()),
    ("(b)(10)", "sampling performed", "Steps (sample), Release tests", ("samples",)),
    (
        "(b)(11)",
        "persons performing, supervising or checking",
        "Values recorded, Signatures, Audit trail",
        ("persons",),
    ),
    ("(b)(12)", "investigations made under 211.192", "Deviations", ("deviations",)),
    ("(b)(13)", "examinations made under 211.134", "", ()),
)


def sections_of(record: Row) -> list[Row]:
    """A row for each clause: what it asks, where it is answered, and how many lines answer it."""
    steps = record["steps"] + record["tests"]
    known = record | {
        "recipe": [record["recipe"]],
        "measured": [s for s in steps if s.get("using") or s.get("results")],
        "samples": [s for s in record["steps"] if s["phase"] == "sample"] + record["tests"],
        "yields": [
            s for s in steps if any(word in s.get("results", "") for word in ("recovery", "viable cells", "dose"))
        ],
    }
    return [_row(clause, asked, where, sum(len(known[n]) for n in lists)) for clause, asked, where, lists in _ASKED]


def _row(clause: str, asked: str, where: str, count: int) -> Row:
    return {"clause": clause, "asked": asked, "where": where if count else _NOTHING, "lines": count}
