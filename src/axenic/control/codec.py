"""Facts and orders as plain data and back, for the journal and for the wire: one form for both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, get_args

from axenic.asepsis.trace import Trace
from axenic.control.facts import Fact
from axenic.control.orders import Order

FACTS: dict[str, type] = {c.__name__: c for c in get_args(Fact)}
ORDERS: dict[str, type] = {c.__name__: c for c in get_args(Order)}
_FIELDS = {c: tuple(f.name for f in fields(c) if f.name != "at") for c in (*FACTS.values(), *ORDERS.values())}
_MADE_OF_PARTS = (tuple, Trace)


def to_data(thing: Fact | Order) -> dict[str, Any]:
    """The fields but `at`; tuples become lists, a trace its plain form."""
    data = {name: getattr(thing, name) for name in _FIELDS[type(thing)]}
    for name, value in data.items():
        if type(value) in _MADE_OF_PARTS:
            data[name] = _plain(value)
    return data


def _plain(value: Any) -> Any:
    if isinstance(value, Trace):
        return value.to_data()
    return [_plain(v) for v in value] if isinstance(value, tuple) else value


def _frozen(value: Any) -> Any:
    return tuple(map(_frozen, value)) if isinstance(value, list) else value


def fact_from(name: str, at: int, data: Mapping[str, Any]) -> Fact:
    """A fact by the name of its class; raises KeyError or TypeError if it is none."""
    fact: Fact = FACTS[name](at=at, **_values(data))
    return fact


def order_from(name: str, at: int, data: Mapping[str, Any]) -> Order:
    """An order by the name of its class; raises KeyError or TypeError if it is none."""
    order: Order = ORDERS[name](at=at, **_values(data))
    return order


def _values(data: Mapping[str, Any]) -> dict[str, Any]:
    values: dict[str, Any] = {k: _frozen(v) for k, v in data.items()}
    if values.get("trace") is not None:
        values["trace"] = Trace.from_data(values["trace"])
    return values
