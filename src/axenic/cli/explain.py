"""The verb `explain`."""

from __future__ import annotations

from axenic.cli.answer import refuse, say
from axenic.notation.finding import CODES, Finding


def explain(code: str = "", *, json: bool = False) -> int:
    """Say what an AX code means and how to mend it; without a code, all of them."""
    if not code:
        say(dict(CODES), "\n".join(f"{c}: {text}" for c, text in CODES.items()), json)
        return 0
    if code not in CODES:
        return refuse([Finding("AX0501", f"there is no code {code}", f"codes: {', '.join(CODES)}")], json)
    say({"code": code, "meaning": CODES[code]}, f"{code}: {CODES[code]}", json)
    return 0
