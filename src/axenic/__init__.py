"""Axenic: an open manufacturing system for advanced therapies.

The path of a batch through the packages: `recipe` and `plant` say what and where, `control` decides,
`device` carries out, `record` keeps; `live` and `twin` are the two clocks.

In a notebook: `axenic.simulate`, `axenic.compare`, `axenic.sweep` and `axenic.study`; they are read when first used.
"""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"
__all__ = ["compare", "simulate", "study", "sweep"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'axenic' has no attribute {name!r}")
    return getattr(import_module("axenic.twin.notebook"), name)
