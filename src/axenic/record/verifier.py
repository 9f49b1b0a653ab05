"""The one-file verifier, as it is handed out: it needs Python and `cryptography`, and nothing of ours."""

from __future__ import annotations

import shutil
from importlib import resources
from pathlib import Path

VERIFIER = "verify_record.py"


def put_verifier(folder: Path) -> Path:
    """Lay the one-file verifier into a folder; its path; raises OSError."""
    source = resources.files("axenic") / "data" / "verifier" / VERIFIER
    with resources.as_file(source) as file:
        return Path(shutil.copyfile(file, folder / VERIFIER))
