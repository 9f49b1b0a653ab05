"""What a jurisdiction wants to stand on a label, as data with clauses (`data/labels`)."""

from __future__ import annotations

from importlib import resources
from typing import Annotated

from pydantic import AfterValidator

from axenic.identity.unreadable import LABEL, Unreadable, shown, unreadable
from axenic.notation.document import load
from axenic.notation.sheet import Grade, Sheet


def _attribute(name: str) -> str:
    return name.replace(" ", "_")


class Required(Sheet):
    """One element that must stand on the label, with the words it must hold; `when` names the kind of label meant."""

    element: Annotated[str, AfterValidator(_attribute)]
    says: str = ""
    when: Annotated[str, AfterValidator(_attribute)] = ""
    clause: str


class LabelRules(Sheet):
    """The elements that one jurisdiction requires."""

    labels: str
    version: int
    title: str
    require: tuple[Required, ...]
    grade: Grade
    source: str


def shipped_rules() -> list[str]:
    """The jurisdictions that are shipped."""
    folder = resources.files("axenic") / "data" / "labels"
    return sorted(f.name.removesuffix(".yaml") for f in folder.iterdir() if f.name.endswith(".yaml"))


def label_rules(name: str) -> LabelRules:
    """The shipped rules of a jurisdiction; raises Unreadable if there are none."""
    if name not in shipped_rules():
        text = f"no label rules are called {shown(name)}"
        raise unreadable(LABEL, text, f"shipped: {', '.join(shipped_rules())}")
    file = f"{name}.yaml"
    loaded = load(LabelRules, (resources.files("axenic") / "data" / "labels" / file).read_text("utf-8"), file)
    if loaded.value is None:
        raise Unreadable(*loaded.findings)
    return loaded.value
