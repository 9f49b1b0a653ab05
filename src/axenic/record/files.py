"""Files that are there wholly or not at all, and stay after a power cut."""

from __future__ import annotations

import os
from pathlib import Path


def keep_private(path: Path, private: bytes) -> None:
    """Write a private key that its owner alone may read; raises OSError."""
    _keep(path, private, 0o600)


def keep_text(path: Path, text: str) -> None:
    """Write a text in place of what was there: whoever reads meanwhile reads one or the other; raises OSError."""
    _keep(path, text.encode(), 0o644)


def _keep(path: Path, data: bytes, mode: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f"{path.name}.{os.getpid()}.half")
    try:
        with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        half.replace(path)
        keep_folder(path.parent)
    finally:
        half.unlink(missing_ok=True)


def keep_folder(folder: Path) -> None:
    """What was made or renamed in a folder stays so; raises OSError."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
