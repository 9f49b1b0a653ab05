"""Files that only their owner may read: keys and passwords."""

from __future__ import annotations

import os
from pathlib import Path


def keep_private(path: Path, content: bytes) -> None:
    """Write it whole or not at all; nobody else can read it at any moment. Raises OSError."""
    draft = path.with_name(path.name + ".draft")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
