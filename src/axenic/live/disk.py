"""How full the disk is that the record lies on."""

from __future__ import annotations

import shutil
from pathlib import Path


def used(folder: Path) -> int:
    """Per cent of the disk in use; 0 if it cannot be told."""
    try:
        disk = shutil.disk_usage(folder)
    except OSError:
        return 0
    there = disk.used + disk.free  # what is kept back for the system is not there for us
    return 100 * disk.used // there if there else 0
