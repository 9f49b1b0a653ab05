"""The verb `trace-matrix`."""

from __future__ import annotations

from pathlib import Path

from axenic.cli.answer import NOT_GOOD, refuse, say
from axenic.notation.finding import Finding
from axenic.quality.requirement import all_requirements
from axenic.quality.trace_matrix import read_outcomes, to_data, to_markdown, trace_matrix, unproven


def trace_matrix_verb(
    *, results: Path = Path("out/requirements.json"), out: Path | None = None, json: bool = False
) -> int:
    """Show which test proves which clause of the rules, with its result; exit code 1 if a clause is not proven.

    Parameters
    ----------
    results
        What a run of the whole test suite wrote.
    out
        Write the matrix as Markdown to this file.
    json
        Write JSON.
    """
    try:
        lines = trace_matrix(all_requirements(), read_outcomes(results))
        if out is not None:
            out.write_text(to_markdown(lines) + "\n", "utf-8")
    except (OSError, ValueError) as error:
        return refuse([Finding("AX0001", str(error), "run `make test`, which writes the results", str(results))], json)
    left = unproven(lines)
    data = to_data(lines)
    text = "\n".join(f"{line.id:10} {line.result:17} {line.clause:28} {line.feature}" for line in lines)
    counts = ", ".join(f"{count} {result}" for result, count in data["counts"].items())  # type: ignore[attr-defined]
    say(data, f"{text}\n{len(lines)} clauses: {counts}", json)
    return NOT_GOOD if left else 0
