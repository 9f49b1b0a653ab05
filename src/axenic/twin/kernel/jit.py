"""How the kernel is compiled: shared modules a second time under the compiler, and a cache that knows its sources.

numba's own cache looks only at the file of the function that is called; here the folder of the cache carries the digest
of every source that goes into the kernel, so what is stale cannot be loaded.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

import numba
from numba.core import types

from axenic.assumption import distribution
from axenic.device import cells, draw, mishap

_SHARED = (distribution, draw, cells, mishap)


def cache_folder() -> Path:
    """Where compiled code and rehearsed cycles are kept: `AXENIC_CACHE`, or the user's cache folder."""
    home = os.environ.get("AXENIC_CACHE") or os.path.join(os.environ.get("XDG_CACHE_HOME") or "~/.cache", "axenic")
    folder = Path(home).expanduser()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        folder = Path(tempfile.gettempdir()) / f"axenic-{os.getuid()}"
        folder.mkdir(mode=0o700, exist_ok=True)
    if folder.stat().st_uid != os.getuid():  # what is loaded from here is run: it must be our own
        folder = Path(tempfile.mkdtemp(prefix="axenic-"))
    return folder


def _digest() -> str:
    sources = [Path(str(m.__file__)) for m in _SHARED] + sorted(Path(__file__).parent.glob("*.py"))
    found = hashlib.sha256(numba.__version__.encode())
    for source in sources:
        found.update(source.read_bytes())
    return found.hexdigest()[:16]


numba.config.CACHE_DIR = str(cache_folder() / f"kernel-{_digest()}")  # type: ignore[attr-defined]

_njit: Any = numba.njit
_plain: Any = types.unliteral
_CALLED = {  # large, or called from many places: these stay functions, all others are put where they are called
    *("dispose", "bring_material", "set_slot", "want", "forget", "request_step", "abandon", "start_cycle", "wind_up"),
    *("_reserve", "free_unit", "start_transfer"),
}
_ALWAYS: dict[str, Any] = {"nogil": True, "_nrt": False, "error_model": "numpy", "no_cfunc_wrapper": True}


def jit(function: Callable[..., Any]) -> Any:
    """A function of the kernel, compiled once, without the interpreter's lock; mostly put in where it is called.

    numba would compile it anew for every constant it is called with; here a constant is just a whole number.
    """
    inline = function.__name__ not in _CALLED
    compiled = _njit(**_ALWAYS, no_cpython_wrapper=True, forceinline=inline)(function)
    template = compiled.get_call_template

    def plain(args: tuple[Any, ...], named: Mapping[str, Any]) -> Any:
        return template(tuple(map(_plain, args)), {n: _plain(t) for n, t in named.items()})

    compiled.get_call_template = plain
    return compiled


def entry(function: Callable[..., Any]) -> Any:
    """The function that the kernel is called by; what it is compiled to is kept."""
    return _njit(**_ALWAYS, cache=True)(function)


def _again(module: ModuleType, known: dict[str, Any]) -> dict[str, Any]:
    """The functions of a module with the same code, calling each other compiled."""
    space: dict[str, Any] = dict(vars(module)) | {n: f for n, f in known.items() if n in vars(module)}
    for name, thing in vars(module).items():
        if isinstance(thing, FunctionType) and thing.__module__ == module.__name__:
            space[name] = jit(FunctionType(thing.__code__, space, name, thing.__defaults__))
    return {n: f for n, f in space.items() if isinstance(vars(module).get(n), FunctionType)}


SHARED: dict[str, Any] = {}
for _module in _SHARED:
    SHARED |= _again(_module, SHARED)
"""Every function of the shared modules, compiled: `SHARED["uniform"]`."""
