"""Tests of the suite at another size: the counts that a run of the suite cannot afford."""

from __future__ import annotations

import os
import re
import subprocess
import sys

_PLAIN = ("-q", "-p", "no:cacheprovider", "--override-ini", "timeout=1800")


def wrong_in(tests: tuple[str, ...], **sizes: int) -> str:
    """What the first failing test says; empty if all pass. `sizes` go to the tests by the environment."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *tests, *_PLAIN],
        env={**os.environ, **{name: str(size) for name, size in sizes.items()}},
        capture_output=True,
        text=True,
        check=False,
    )
    if not done.returncode:
        return ""
    found = re.findall(r"^E\s+(.+)$", done.stdout, re.MULTILINE)
    return found[0] if found else done.stderr[-200:] or "no result"
