"""Labels: `axenic label print`, `label apply`, `label destroy`; what was printed is accounted for before release."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

from axenic.identity.code import parse_coi
from axenic.identity.gs1 import SERIAL, Elements
from axenic.identity.label import Label, lint
from axenic.identity.label_rules import label_rules
from axenic.identity.match import Bond
from axenic.identity.print import Printed, print_label
from axenic.identity.scan import Scan
from axenic.identity.unreadable import PERSONAL, Unreadable
from axenic.identity.vault import Vault
from axenic.library.shelf import read_file
from axenic.quality.actor import Actor
from axenic.quality.books import Books
from axenic.quality.command import Command, Effect, said
from axenic.quality.comparing import Comparing
from axenic.quality.handovers import APPLY
from axenic.quality.labels import DESTROY, PRINT, label_object
from axenic.quality.safe import Safe

MOST = 20  # labels printed at once [D: policy]
ENDINGS: dict[str, Literal["png", "pdf"]] = {".png": "png", ".pdf": "pdf"}


@dataclass(frozen=True)
class PrintLabel(Command):
    """Print labels for one container of a batch: as its jurisdiction requires, read back, with digest and count."""

    NAME = PRINT

    of_batch: str = said("The batch.")
    file: str = said("The contents of the label, as examples/labels/dose.yaml.", "")
    out: str = said("The document to write (.pdf or .png).", "")
    count: int = said("How many are printed.", 1)

    def about(self) -> str:
        """The batch: which container it is stands in the file."""
        return f"labels of {self.of_batch}"

    def batch(self) -> str:
        """The batch."""
        return self.of_batch

    @cached_property
    def _contents(self) -> Label | list[str]:
        if not self.file:
            return ["name the file with the label's contents (--file)"]
        loaded = read_file(Label, self.file)
        return loaded.value or [f"the file holds no label ({f.code}, line {f.line}): {f.hint}" for f in loaded.findings]

    @cached_property
    def _printed(self) -> Printed | list[str]:
        assert isinstance(self._contents, Label)
        try:
            return print_label(self._contents, ENDINGS[Path(self.out).suffix.lower()])
        except Unreadable as error:
            return [f"{f.code}: {f.message}" for f in error.findings]

    def refusals(self, books: Books, by: Actor, at: int) -> list[str]:
        """A label of this bond and of no other, that holds what it must and scans as it was written."""
        bond = books.bonds.get(self.of_batch)
        if bond is None:
            return [f"{self.of_batch} is not bound to a patient (axenic identity bind)"]
        found = [] if 1 <= self.count <= MOST else [f"1 to {MOST} labels are printed at once (--count)"]
        if Path(self.out).suffix.lower() not in ENDINGS or not Path(self.out).parent.is_dir():
            found.append("name a .pdf or .png in a folder that is there (--out)")
        if isinstance(self._contents, list):
            return found + self._contents
        found += [f"the label's {what} is not that of the bond" for what in _others(self._contents, bond)]
        return found or (self._printed if isinstance(self._printed, list) else [])

    def barred(self, safe: Safe, by: Actor, at: int) -> list[str]:
        """Nothing of the person, as far as the vault knows them, stands on the label; the finding names the field."""
        if not isinstance(self._contents, Label) or not safe.vault.exists():
            return []
        try:
            with Vault(safe.vault) as vault:
                person = vault.person(parse_coi(self._contents.coi))
            findings = lint(self._contents, label_rules(self._contents.rules), person)
        except Unreadable:
            return []
        return [f.message for f in findings if f.code == PERSONAL]

    def effect(self, books: Books, by: Actor, at: int) -> Effect:
        """So many are printed."""
        label, printed = self._contents, self._printed
        assert isinstance(label, Label) and isinstance(printed, Printed)
        new: dict[str, Any] = {"serial": label.serial, "count": self.count, "rules": label.rules}
        new |= {"digest": sha256(printed.document).hexdigest(), "symbols": sorted(s.content for s in printed.symbols)}
        new["expires"] = round(label.expires().timestamp() * 1000)
        return Effect(label_object(self.of_batch, label.serial), self.of_batch, new=new)

    def finish(self, safe: Safe, by: Actor, at: int) -> dict[str, Any]:
        """The document is written."""
        assert isinstance(self._printed, Printed)
        Path(self.out).write_bytes(self._printed.document)
        return {"file": self.out}


def _others(label: Label, bond: Bond) -> Iterator[str]:
    """What a label says otherwise than the bond."""
    try:
        same = {"code": parse_coi(label.coi) == bond.coi, "donation": set(label.dins()) <= bond.dins}
    except Unreadable:
        yield "code or donation"
        return
    same |= {"batch": label.batch == bond.lot, "GTIN": label.gtin == bond.gtin, "serial": label.serial in bond.serials}
    yield from (what for what, holds in same.items() if not holds)


@dataclass(frozen=True)
class ApplyLabel(Comparing):
    """Put a label on: scan the container and, as the other carrier, the label; a mismatch holds both batches."""

    NAME = APPLY

    def step(self) -> str:
        """The label."""
        return "label"

    def _serial(self) -> str:
        other = self.pair().other
        return other.value.get(SERIAL) if isinstance(other, Scan) and isinstance(other.value, Elements) else ""

    def wrong(self, books: Books, bond: Bond) -> list[str]:
        """A symbol that was printed here, of which one is left."""
        pair = self.pair()
        if pair.foreign(bond) or not isinstance(pair.other, Scan):
            return []
        count = books.labels.get(self.of_batch, self._serial())
        value = pair.other.value
        if count is None or not isinstance(value, Elements) or value.symbol not in count.symbols:
            return ["the label's symbol was not printed here (axenic label print)"]
        return [] if count.left > 0 else [f"all {count.printed} labels of serial {count.serial} are accounted for"]

    def effect(self, books: Books, by: Actor, at: int) -> Effect:
        """On, if it matches."""
        found = super().effect(books, by, at)
        return replace(found, new={**found.new, "serial": self._serial() if found.new["outcome"] == "match" else ""})


@dataclass(frozen=True)
class DestroyLabel(Command):
    """Destroy labels that are not used, seen by a second person."""

    NAME = DESTROY

    of_batch: str = said("The batch.")
    serial: str = said("The container's serial number.", "")
    count: int = said("How many.", 1)

    def about(self) -> str:
        """The labels."""
        return label_object(self.of_batch, self.serial)

    def batch(self) -> str:
        """The batch."""
        return self.of_batch

    def refusals(self, books: Books, by: Actor, at: int) -> list[str]:
        """No more than are left."""
        count = books.labels.get(self.of_batch, self.serial)
        left = count.left if count is not None else 0
        return [] if 1 <= self.count <= left else [f"{left} labels of serial {self.serial!r} are left"]

    def effect(self, books: Books, by: Actor, at: int) -> Effect:
        """So many fewer."""
        return Effect(self.about(), self.of_batch, new={"serial": self.serial, "count": self.count})
