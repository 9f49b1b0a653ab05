"""How a verb answers: the result on stdout as text or JSON, findings on stderr with their exit code."""

from __future__ import annotations

import json
import sys
from typing import Any

from axenic.notation.finding import Finding

NOT_GOOD, WRONG, NOT_FOUND = 1, 2, 3


def say(result: dict[str, Any], text: str, as_json: bool) -> None:
    """Write the result."""
    sys.stdout.write((json.dumps(result, ensure_ascii=False) if as_json else text) + "\n")


def refuse(findings: list[Finding], as_json: bool, code: int = WRONG) -> int:
    """Write the findings; the exit code (3 if all that is wrong is that something was not found)."""
    if as_json:
        say({"ok": False, "errors": [f.to_data() for f in findings]}, "", True)
    for finding in findings:
        sys.stderr.write(f"{finding}\n")
    missing = all(f.code == "AX0501" for f in findings)
    return NOT_FOUND if missing and code == WRONG else code
