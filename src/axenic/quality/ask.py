"""The closed vocabulary of exception rules, answered: fields by path, the questions of `When`, texts with fields."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from axenic.quality.exception_rules import When
from axenic.recipe.limit import number_of

_FIELD = re.compile(r"\{([^{}]+)\}")


def value_of(thing: Any, path: str) -> Any:
    """The value at a path: attributes of things, keys of mappings; None if there is none."""
    value = thing
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else getattr(value, name, None)
        if value is None:
            return None
    return value


def answers(when: When, thing: Any) -> bool:
    """Whether every question of `when` is answered with yes."""
    value = value_of(thing, when.field)
    there = value not in (None, "", 0, (), {}, [])
    if when.given is not None and there != when.given:
        return False
    text = str(value).casefold() if there else ""
    return (
        (not when.is_ or text in map(str.casefold, when.is_))
        and (not when.is_not or (there and text not in map(str.casefold, when.is_not)))
        and (not when.holds or any(_holds(text, word) for word in when.holds))
        and _beyond(when, thing, _number(value))
        and _later(when, thing, value)
    )


def _holds(text: str, word: str) -> bool:
    return re.search(rf"\b{re.escape(word.casefold())}", text) is not None


def _number(value: Any) -> float | None:
    found = None if value is None or isinstance(value, bool) else number_of(str(value))
    return None if found is None else float(found)


def _beyond(when: When, thing: Any, number: float | None) -> bool:
    if when.above is None and when.below is None and not when.above_field:
        return True
    if number is None:
        return False
    most = _number(value_of(thing, when.above_field)) if when.above_field else None
    return (
        (when.above is None or number > when.above)
        and (when.below is None or number < when.below)
        and (not when.above_field or (most is not None and number > most))
    )


def _later(when: When, thing: Any, value: Any) -> bool:
    if not when.later_than:
        return True
    before = value_of(thing, when.later_than)
    return isinstance(value, int) and isinstance(before, int) and value - before > when.by


def filled(text: str, thing: Any) -> str:
    """A text with its {paths} replaced by their values."""
    return _FIELD.sub(lambda found: _said(value_of(thing, found[1])), text)


def _said(value: Any) -> str:
    return "; ".join(map(str, value)) if isinstance(value, tuple | list) else "" if value is None else str(value)
