"""The verb `risk`."""

from __future__ import annotations

import difflib
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from axenic.asepsis.evidence import Prior, updated, updated_total
from axenic.asepsis.risk import RiskTable, assumed_share
from axenic.cli.answer import NOT_GOOD, refuse, say
from axenic.cli.targets import target_findings
from axenic.notation.document import load
from axenic.notation.finding import Finding
from axenic.record.journal import JournalError, documents, read_entries
from axenic.record.place import shown
from axenic.record.risk_ledger import Ledger, ledgers_of

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Book:
    """The ledgers of one journal, with the table they were computed from."""

    plant: str
    table: RiskTable
    ledgers: dict[str, Ledger]


class Unread(Exception):
    """A journal, batch or count cannot be used; `finding` says why."""

    def __init__(self, finding: Finding, code: int = 2) -> None:
        super().__init__(str(finding))
        self.finding, self.code = finding, code


def risk(
    journal: str,
    *batches: str,
    against: str | None = None,
    fills: int = 0,
    positives: int = 0,
    picture: Path | None = None,
    json: bool = False,
) -> int:
    """Show the risk of extrinsic contamination of batches by mechanism; intrinsic contamination is kept apart.

    Parameters
    ----------
    journal
        The journal.
    batches
        Names of batches; none means all.
    against
        A second journal to show beside the first (manual against robotic).
    fills
        Media fills of a whole batch (aseptic process simulations) to combine with the mechanisms by Bayes.
    positives
        How many of the fills grew.
    picture
        Write the mechanisms, stacked, with the 95 % upper bound as a mark (.png, .svg or .pdf).
    json
        Write the result as JSON.
    """
    if findings := target_findings(picture=picture):
        return refuse(findings, json)
    try:
        if not 0 <= positives <= fills:
            text = f"{positives} of {fills} positive is no result of media fills"
            raise Unread(Finding("AX0007", text, "give --fills and --positives, 0 <= positives <= fills"))
        books = [_book(path, batches) for path in (journal, against) if path is not None]
        result = {"journals": [_journal(book, fills, positives) for book in books]}
        if picture is not None:
            from axenic.cli.risk_picture import draw_risk  # matplotlib: only when asked for

            draw_risk([(b.plant, list(b.ledgers.values())) for b in books], picture)
            result["picture"] = str(picture)  # type: ignore[assignment]
    except Unread as error:
        return refuse([error.finding], json, error.code)
    except ValueError as error:
        return refuse([Finding("AX0007", str(error), "check --fills, --positives and --picture")], json)
    except OSError as error:
        return refuse([Finding("AX0001", str(error), "name a .png, .svg or .pdf to write", str(picture))], json)
    text = "\n\n".join(_text(row) for row in result["journals"])
    say(result, text + (f"\npicture {picture}" if picture else ""), json)
    return 0


def _book(path: str, batches: tuple[str, ...]) -> Book:
    try:
        entries = read_entries(path)
    except JournalError as error:
        raise Unread(error.finding) from error
    except sqlite3.Error as error:
        raise Unread(Finding("AX0303", str(error), "check the path", shown(path))) from error
    found = documents(entries)
    text = next((t for (kind, _), t in found.items() if kind == "risk"), "")
    table = load(RiskTable, text, f"journal: risk table of {shown(path)}")
    if table.value is None:
        text = f"the journal was written with another form of the risk table: {table.findings[0].message}"
        raise Unread(Finding("AX0303", text, "run it again with this version", shown(path)), NOT_GOOD)
    plant = next((name for kind, name in found if kind == "plant"), shown(path))
    ledgers = ledgers_of(entries)
    strange = [b for b in batches if b not in ledgers]
    if strange:
        near = difflib.get_close_matches(strange[0], ledgers, 1, 0.5)
        hint = f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(ledgers)}"
        raise Unread(Finding("AX0501", f"no batch {strange[0]!r} passed anything in this journal", hint, shown(path)))
    chosen = {name: ledgers[name] for name in ledgers if not batches or name in batches}
    return Book(plant, table.value, chosen)


def _journal(book: Book, fills: int, positives: int) -> Row:
    share, low, high = book.table.intrinsic.bounds()
    names = dict.fromkeys(r.mechanism for ledger in book.ledgers.values() for r in ledger.rows)
    return {
        "plant": book.plant,
        "risk table": f"{book.table.risk} version {book.table.version}",
        "batches": [_batch(ledger, book.table, fills, positives) for ledger in book.ledgers.values()],
        "assumptions": [_assumption(name, book.table) for name in names],
        "intrinsic": {
            "mean": _rounded(share),
            "lower95": _rounded(low),
            "upper95": _rounded(high),
            "source": book.table.intrinsic.source,
        },
    }


def _batch(ledger: Ledger, table: RiskTable, fills: int, positives: int) -> Row:
    rows = [
        {
            "mechanism": r.mechanism,
            "passages": r.passages,
            "mean": _rounded(r.mean),
            "upper95": _rounded(r.upper95),
            "share": round(r.mean / ledger.mean, 4) if ledger.mean else 0.0,
        }
        for r in ledger.rows
    ]
    row: Row = {"id": ledger.batch, "passages": ledger.passages}
    row |= {"mean": _rounded(ledger.mean), "upper95": _rounded(ledger.upper95), "mechanisms": rows}
    row["assumed share"] = round(assumed_share(ledger.shares(), table), 4)
    if fills:
        priors = [Prior.of_mean(r.mechanism, r.mean, r.upper95) for r in ledger.rows]
        mean, upper = updated_total(priors, positives, fills)
        after = {p.mechanism: _rounded(p.mean) for p in updated(priors, positives, fills)}
        row["with media fills"] = {"fills": fills, "positives": positives, "mean": _rounded(mean)}
        row["with media fills"] |= {"upper95": _rounded(upper), "mechanisms": after}
    return row


def _assumption(mechanism: str, table: RiskTable) -> Row:
    names, share = table.assumed(mechanism)
    return {"mechanism": mechanism, "assumed": list(names), "share of doubt": round(share, 2)}


def _rounded(value: float) -> float:
    return float(f"{value:.3e}")


def _text(row: Row) -> str:
    lines = [f"{row['plant']}, {row['risk table']}"]
    for batch in row["batches"]:
        lines.append(f"{batch['id']:17} {'passages':>8} {'mean':>9} {'95 % upper':>11}   share")
        for r in batch["mechanisms"]:
            figures = f"{r['passages']:>8} {r['mean']:9.1e} {r['upper95']:11.1e} {r['share']:7.1%}"
            lines.append(f"  {r['mechanism']:15} {figures}")
        lines.append(f"  {'together':15} {batch['passages']:>8} {batch['mean']:9.1e} {batch['upper95']:11.1e}")
        if "with media fills" in batch:
            fills = batch["with media fills"]
            words = f"with {fills['fills']} media fills, {fills['positives']} positive"
            lines.append(f"  {words:24} {fills['mean']:9.1e} {fills['upper95']:11.1e}")
    lines.append(f"{'resting on assumptions (grade D)':40} share of doubt")
    for a in row["assumptions"]:
        lines.append(f"  {a['mechanism']:17} {a['share of doubt']:5.0%}  {', '.join(a['assumed'])}")
    i = row["intrinsic"]
    words = f"intrinsic, kept apart: {i['mean']:.1e} of batches ({i['lower95']:.1e} to {i['upper95']:.1e})"
    lines.append(f"{words}; {i['source']}")
    return "\n".join(lines)
