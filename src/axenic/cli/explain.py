"""The verb `explain`: what a code means, and the interlock table as the code has it."""

from __future__ import annotations

from axenic.asepsis.interlocks import TABLE
from axenic.cli.answer import refuse, say
from axenic.notation.finding import CODES, Finding

INTERLOCKS = "interlocks"


def explain(code: str = "", *, json: bool = False) -> int:
    """Say what an AX code means and how to mend it; without a code, all of them.

    Parameters
    ----------
    code
        A code such as AX0201, or `interlocks` for the whole interlock table.
    json
        Write JSON.
    """
    if code == INTERLOCKS:
        say({"rules": rules(), "invariants": invariants()}, interlock_table(), json)
        return 0
    if not code:
        say(dict(CODES), "\n".join(f"{c}: {text}" for c, text in CODES.items()), json)
        return 0
    if code not in CODES:
        hint = f"codes: {', '.join(CODES)}; or {INTERLOCKS}"
        return refuse([Finding("AX0501", f"there is no code {code}", hint)], json)
    say({"code": code, "meaning": CODES[code]}, f"{code}: {CODES[code]}", json)
    return 0


def rules() -> list[dict[str, str]]:
    """Every rule of the table once."""
    found: dict[str, dict[str, str]] = {}
    for machine in TABLE:
        for rule in machine.rules:
            row = found.setdefault(rule.name, {"rule": rule.name, "acts": "", "reason": rule.reason})
            acts = set(filter(None, row["acts"].split(", "))) | rule.acts
            found[rule.name] = row | {"acts": ", ".join(sorted(acts)), "clause": rule.clause}
    return [found[name] for name in sorted(found)]


def invariants() -> list[dict[str, str]]:
    """Everything that must never be, once."""
    rows = {(i.name, i.text) for machine in TABLE for i in machine.invariants}
    return [{"invariant": name, "never": text} for name, text in sorted(rows, key=lambda r: (int(r[0][1:]), r[1]))]


def interlock_table() -> str:
    """The table as Markdown, for the docs and for an auditor."""
    lines = ["| rule | refuses | when | clause; invariants |", "|---|---|---|---|"]
    lines += [f"| {r['rule']} | {r['acts']} | {r['reason']} | {r['clause']} |" for r in rules()]
    lines += ["", "| invariant | what must never be |", "|---|---|"]
    lines += [f"| {i['invariant']} | {i['never']} |" for i in invariants()]
    return "\n".join(lines)
