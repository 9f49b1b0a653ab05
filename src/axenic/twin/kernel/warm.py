"""Making the kernel ready: it is compiled once for each version of its sources, and kept."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numba import config

from axenic.twin.kernel.loop import run
from axenic.twin.kernel.model import LOG_COLUMNS
from axenic.twin.kernel.places import BEGIN, H_FULL


def cold() -> bool:
    """True if the kernel was never compiled here: the first run will take a minute longer."""
    folder = Path(str(config.CACHE_DIR))  # type: ignore[attr-defined]
    return next(folder.rglob("*.nbi"), None) is None if folder.exists() else True


def warm() -> None:
    """Compile the kernel, or load it if it was: it is called with a full image, on which it does nothing."""
    image = np.zeros(BEGIN, dtype=np.int64)
    image[H_FULL] = 1
    none = np.zeros((0, 2), dtype=np.int64)
    run(image, np.zeros(1), np.zeros(1, dtype=np.int64), none, none, np.zeros((1, LOG_COLUMNS), dtype=np.int64))


if __name__ == "__main__":
    warm()
