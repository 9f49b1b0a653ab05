"""The commands, one file for each noun; a new one is a class here, its test, and a line of permissions.yaml."""

from importlib import import_module
from pkgutil import iter_modules

from axenic.quality.command import COMMANDS

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

__all__ = ["COMMANDS"]
