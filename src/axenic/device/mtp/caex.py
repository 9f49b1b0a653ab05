"""A CAEX file (AutomationML) as a tree of elements with their lines: what a stranger wrote, so read with bounds.

A file with a document type is refused: nothing of a manifest needs entities, and all that they can do is harm.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

from axenic.device.mtp.unusable import Unusable

MOST_BYTES = 64_000_000  # of one text; manifests of whole skids have some 20 MB [D]
MOST_MEMBERS = 1_000
MOST_DEPTH = 60
MOST_ELEMENTS = 1_000_000
_TEXTS = (".aml", ".xml")
_ZIP = b"PK\x03\x04"


@dataclass(slots=True)
class Element:
    """One element; names are without their namespace, `line` is counted from 1."""

    tag: str
    attributes: dict[str, str]
    line: int
    file: str
    children: list[Element] = field(default_factory=list)
    text: str = ""

    @property
    def name(self) -> str:
        """What it is called in the file."""
        return self.attributes.get("Name", "")

    @property
    def id(self) -> str:
        """By what others refer to it."""
        return self.attributes.get("ID", "")

    @property
    def kind(self) -> str:
        """The path of the class it is made from."""
        return self.attributes.get("RefBaseSystemUnitPath") or self.attributes.get("RefBaseClassPath", "")

    def of(self, tag: str) -> list[Element]:
        """Its children of one tag."""
        return [child for child in self.children if child.tag == tag]

    def within(self, tag: str) -> Iterator[Element]:
        """All of one tag below it, in the order of the file."""
        for child in self.children:
            if child.tag == tag:
                yield child
            yield from child.within(tag)

    def attribute(self, name: str) -> Element | None:
        """Its CAEX attribute of that name."""
        return next((a for a in self.of("Attribute") if a.name == name), None)

    def value(self, tag: str = "Value") -> str:
        """The text of its value; empty if it has none."""
        return next((child.text.strip() for child in self.of(tag)), "")

    def says(self, name: str) -> str:
        """The value of its CAEX attribute; empty if it has none."""
        found = self.attribute(name)
        return found.value() if found is not None else ""


def read_caex(path: Path) -> list[Element]:
    """The roots of a file, or of each text in an `.mtp` archive. Raises Unusable."""
    try:
        with path.open("rb") as file:
            zipped = file.read(len(_ZIP)) == _ZIP
        if not zipped:
            with path.open("rb") as file:
                return [parse_caex(file.read(MOST_BYTES + 1), path.name)]
        return [parse_caex(text, f"{path.name}!{name}") for name, text in _members(path)]
    except OSError as error:
        raise Unusable.of("AX0921", f"it cannot be read: {error.strerror}", "check the path", str(path)) from error


def parse_caex(text: bytes, file: str) -> Element:
    """The root of one text. Raises Unusable."""
    if len(text) > MOST_BYTES:
        raise Unusable.of("AX0921", f"it has more than {MOST_BYTES:,} bytes", "is this the right file?", file)
    growing = _Growing(file)
    try:
        growing.parser.Parse(text, True)
    except expat.ExpatError as error:
        reason = f"it is no XML: {expat.ErrorString(error.code)}"
        raise Unusable.of("AX0921", reason, "export it again", file, error.lineno, error.offset + 1) from error
    root = growing.open[0].children[0]
    if root.tag != "CAEXFile":
        raise Unusable.of("AX0921", f"it is no CAEX file but a {root.tag[:40]}", "give the .mtp or .aml", file, 1, 1)
    return root


class _Growing:
    """A tree under growth: `open` are the elements that have not ended."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.open = [Element("", {}, 0, file)]
        self._count = 0
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.StartDoctypeDeclHandler = self._doctype

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if len(self.open) > MOST_DEPTH or self._count > MOST_ELEMENTS:
            raise self._unfit("it is nested too deeply or has too many elements", "is this the right file?")
        element = Element(name.rpartition(" ")[2], attributes, self.parser.CurrentLineNumber, self.file)
        self.open[-1].children.append(element)
        self.open.append(element)

    def _end(self, name: str) -> None:
        self.open.pop()

    def _text(self, text: str) -> None:
        self.open[-1].text += text

    def _doctype(self, *declared: object) -> None:
        raise self._unfit("it declares a document type, which no manifest needs", "export it without DOCTYPE")

    def _unfit(self, message: str, hint: str) -> Unusable:
        return Unusable.of("AX0921", message, hint, self.file, self.parser.CurrentLineNumber, 1)


def _members(path: Path) -> Iterator[tuple[str, bytes]]:
    """The texts of an archive; nothing is unpacked to disk, and sizes that it only claims are not believed."""
    left, found = MOST_BYTES, 0
    try:
        with zipfile.ZipFile(path) as archive:
            if len(archive.infolist()) > MOST_MEMBERS:
                raise Unusable.of("AX0921", f"it has more than {MOST_MEMBERS:,} files", "is it an MTP?", str(path))
            for info in archive.infolist():
                if not info.filename.lower().endswith(_TEXTS):
                    continue
                with archive.open(info) as member:
                    text = member.read(left + 1)
                if len(text) > left:
                    raise Unusable.of("AX0921", f"it unpacks to over {MOST_BYTES:,} bytes", "is it an MTP?", str(path))
                left, found = left - len(text), found + 1
                yield info.filename, text
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError) as error:
        raise Unusable.of("AX0921", f"the archive is broken: {error}", "export it again", str(path)) from error
    if not found:
        raise Unusable.of("AX0921", "there is no .aml or .xml in it", "export it again", str(path))
