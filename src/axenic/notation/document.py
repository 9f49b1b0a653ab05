"""Reading and writing YAML: a safe part of YAML 1.2, every value with its place, all findings at once.

Only true/false are booleans. on/off/yes/no, sexagesimals, octals, anchors, tags, duplicate and unknown keys are
refused, because YAML 1.1 readers give them other meanings.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import yaml
from pydantic import ValidationError

from axenic.notation.finding import Finding
from axenic.notation.sheet import Sheet

Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
Path = tuple[str | int, ...]
Model = TypeVar("Model", bound=Sheet)

MOST_CHARACTERS = 2_000_000
MOST_DEPTH = 40
_TRAPS = re.compile(r"(?:on|off|yes|no|y|n)|[+-]?\d+(?::[0-5]?\d)+(?:\.\d*)?|[+-]?0\d+", re.IGNORECASE)
_INTEGER = re.compile(r"[+-]?(?:0|[1-9]\d*)")
_FLOAT = re.compile(r"[+-]?(?:\d+\.\d*|\.\d+|\d+)(?:[eE][+-]?\d+)?")
_PLAIN: dict[str, Any] = {"true": True, "false": False, "null": None, "~": None, "": None}


@dataclass(slots=True)
class Document:
    """A YAML text as plain data, with the place (line, column) of each path, and what was wrong with it."""

    file: str
    data: Any = None
    places: dict[Path, tuple[int, int]] = field(default_factory=dict)
    keys: dict[Path, tuple[int, int]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def finding(self, code: str, message: str, hint: str, path: Path = ()) -> Finding:
        """A finding at a path, or at the nearest place above it that the text has."""
        while path and path not in self.places:
            path = path[:-1]
        line, column = self.places.get(path, (1, 1))
        return Finding(code, message, hint, self.file, line, column)


@dataclass(slots=True)
class Loaded(Generic[Model]):
    """A file object, or None with the findings that say why not."""

    value: Model | None
    document: Document

    @property
    def findings(self) -> list[Finding]:
        """Everything found wrong so far."""
        return self.document.findings


def read(text: str, file: str) -> Document:
    """The plain data of a YAML text with its places; never raises."""
    document = Document(file)
    if len(text) > MOST_CHARACTERS:
        size = f"{len(text)} characters, at most {MOST_CHARACTERS} are read"
        document.findings.append(Finding("AX0008", size, "is this the right file?", file, 1, 1))
        return document
    try:
        tokens, deep = _events(text)
        node = None if tokens or deep else yaml.compose(text, Loader)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        document.findings.append(_broken(error, file))
        return document
    for token in tokens:
        mark: Any = token.start_mark
        line, column = mark.line + 1, mark.column + 1
        document.findings.append(
            Finding("AX0003", "anchors and aliases are not read", "write the value out", file, line, column)
        )
    if deep:
        place = (deep.line + 1, deep.column + 1)
        document.findings.append(Finding("AX0008", "nested too deeply", "is this the right file?", file, *place))
        return document
    if not isinstance(node, yaml.MappingNode):
        if not tokens:
            message = "the file is empty" if node is None else "the file is not a mapping of keys to values"
            document.findings.append(Finding("AX0002", message, "begin with `recipe:` or `plant:`", file, 1, 1))
        return document
    document.data = _value(document, node, (), 0)
    return document


def _events(text: str) -> tuple[list[Any], Any]:
    """The events with an anchor or alias, and the mark at which the text is nested too deeply, if it is.

    Reading stops at that mark: composing such a text would take minutes.
    """
    tokens: list[Any] = []
    depth = 0
    for event in yaml.parse(text, Loader):
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            tokens.append(event)
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MOST_DEPTH + 1:
            return tokens, event.start_mark
    return tokens, None


def _broken(error: Exception, file: str) -> Finding:
    mark = getattr(error, "problem_mark", None)
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    problem = getattr(error, "problem", None) or str(error).splitlines()[0][:120]
    return Finding(
        "AX0002", f"not YAML: {problem}", "mend this place; is a quote or bracket left open?", file, line, column
    )


def _value(document: Document, node: Any, path: Path, depth: int) -> Any:
    document.places.setdefault(path, (node.start_mark.line + 1, node.start_mark.column + 1))
    if depth > MOST_DEPTH:
        document.findings.append(document.finding("AX0008", "nested too deeply", "is this the right file?", path))
        return None
    if isinstance(node, yaml.MappingNode):
        return _mapping(document, node, path, depth)
    if isinstance(node, yaml.SequenceNode):
        return [_value(document, item, (*path, n), depth + 1) for n, item in enumerate(node.value)]
    return _scalar(document, node, path)


def _mapping(document: Document, node: Any, path: Path, depth: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in node.value:
        name = str(key.value) if isinstance(key, yaml.ScalarNode) else "?"
        below = (*path, name)
        place = (key.start_mark.line + 1, key.start_mark.column + 1)
        if name in found:
            finding = Finding("AX0004", f"{name!r} stands twice", "remove one of the two", document.file, *place)
            document.findings.append(finding)
            continue
        document.keys[below] = place
        if not isinstance(key, yaml.ScalarNode) or (not key.style and _TRAPS.fullmatch(name)):
            hint = f'write "{name}" in quotes or choose another word'
            text = f"{name!r} is read as a truth value elsewhere"
            document.findings.append(Finding("AX0003", text, hint, document.file, *place))
        found[name] = _value(document, value, below, depth + 1)
    return found


def _scalar(document: Document, node: Any, path: Path) -> Any:
    text = str(node.value)
    if node.style:
        return text
    if not node.tag.startswith("tag:yaml.org,2002:"):
        document.findings.append(document.finding("AX0003", "tags are not read", "remove the `!`", path))
        return None
    if _TRAPS.fullmatch(text):
        hint = "write true or false" if text[0].isalpha() else f'write "{text}" in quotes, or without the leading 0'
        document.findings.append(
            document.finding("AX0003", f"{text!r} means different things to YAML readers", hint, path)
        )
        return None
    if text in _PLAIN:
        return _PLAIN[text]
    if _INTEGER.fullmatch(text) and len(text) < 20:
        return int(text)
    if _FLOAT.fullmatch(text):
        return float(text)
    return text


def load(model: type[Model], text: str, file: str) -> Loaded[Model]:
    """A file object from its text, with all findings at once; never raises."""
    document = read(text, file)
    if document.findings or document.data is None:
        return Loaded(None, document)
    try:
        return Loaded(model.model_validate(document.data), document)
    except ValidationError as error:
        document.findings.extend(_translate(document, dict(row)) for row in error.errors(include_url=False))
        return Loaded(None, document)


def _translate(document: Document, row: dict[str, Any]) -> Finding:
    path: Path = tuple(row["loc"])
    kind, message = row["type"], str(row["msg"])
    name = str(path[-1]) if path else ""
    if kind == "extra_forbidden":
        return Finding("AX0005", f"unknown key {name!r}", _near(name), document.file, *document.keys[path])
    if kind == "missing":
        return document.finding("AX0006", f"the key {name!r} is missing", f"add `{name}: …` here", path)
    cause = row.get("ctx", {}).get("error")
    hint = getattr(cause, "hint", "") or "a shipped file shows how it is written"
    return document.finding("AX0007", f"{name}: {cause or message}", hint, path)


def _declared(model: type[Sheet]) -> frozenset[str]:
    return frozenset(f.alias or name for name, f in model.model_fields.items())


def _keys() -> list[str]:
    """Every key a file of ours may have, for `did you mean`."""
    models, waiting = set(), [Sheet]
    while waiting:
        model = waiting.pop()
        waiting.extend(model.__subclasses__())
        models.add(model)
    return sorted({key for model in models for key in _declared(model)})


def _near(name: str) -> str:
    near = difflib.get_close_matches(name, _keys(), 1, 0.6)
    return f"did you mean {near[0]!r}?" if near else "remove it; comments begin with #"


class Dumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]
    """Writes text in quotes wherever `read` would take it for something else (06:00, 1e9)."""


def _quoted(dumper: Any, text: str) -> Any:
    other = text in _PLAIN or any(p.fullmatch(text) for p in (_TRAPS, _INTEGER, _FLOAT))
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="'" if other else None)


Dumper.add_representer(str, _quoted)


def write(value: Sheet) -> str:
    """The YAML text of a file object; it loads back equal."""
    data = value.model_dump(mode="json", by_alias=True)
    text: str = yaml.dump(data, Dumper=Dumper, sort_keys=False, allow_unicode=True, width=110)
    return text
