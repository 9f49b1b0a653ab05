"""The SiLA feature definitions, made into gRPC services when they are first used: no generated code is kept."""

from __future__ import annotations

import threading
from functools import cache
from importlib import resources
from typing import Any

from sila2.framework import Feature
from sila2.framework.utils import feature_definition_to_modules, parse_feature_definition

UNIT, SITE, DISORDER = "UnitController", "SiteController", "DisorderController"

_COMPILING = threading.Lock()  # sila2 compiles by way of `sys.path`, which all threads share


@cache
def definition(name: str) -> str:
    """A definition as it is shipped; raises FileNotFoundError."""
    return (resources.files("axenic") / "data" / "sila" / f"{name}.sila.xml").read_text("utf-8")


@cache
def feature(name: str) -> Feature:
    """A feature, for all servers of this process: none of ours carries binary data, which alone a server adds."""
    with _COMPILING:
        return Feature(definition(name))


@cache
def wire(name: str) -> tuple[Any, Any]:
    """The messages and the gRPC stubs of a feature, for a client."""
    with _COMPILING:
        messages, services = feature_definition_to_modules(parse_feature_definition(definition(name)))
        return messages, services
