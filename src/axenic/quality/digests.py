"""The digest of what a signature binds: it changes with every entry that changes the object, and with nothing else."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256

from axenic.control.facts import BatchOrdered, ItemMoved, PhaseCompleted
from axenic.control.orders import CloseBatch, DisposeBatch, MoveItem, Order, RunPhase
from axenic.quality.batches import LEAVES
from axenic.quality.permissions import Permissions
from axenic.record.entry import Act, Document, Entry


def batch_object(name: str) -> str:
    """A batch as an object of acts."""
    return f"batch {name}"


class Digests:
    """For every object, SHA-256 chained over the leaf hashes of the entries that made it what it is."""

    def __init__(self, permissions: Permissions, shown: Callable[[str, int], str] = lambda batch, until: "") -> None:
        """shown: what a reviewer of a batch is shown beside its entries, up to an entry; it is signed as well."""
        self._permissions, self._shown = permissions, shown
        self._affected: dict[str, dict[str, None]] = {}  # by deviation, the other batches it was ever said to affect
        self._digests: dict[str, bytes] = {}
        self._left: set[str] = set()  # the batches that a signature lets leave
        self._batch_of: dict[int, str] = {}  # the batch that an order's answer belongs to

    def take(self, entry: Entry) -> None:
        """Fold an entry into the objects it changes."""
        for name in self._changed(entry):
            before = self._digests.get(name, b"")
            self._digests[name] = sha256(before + entry.leaf).digest()

    def of(self, name: str, until: int = 0) -> str:
        """The digest of an object as it is now, hexadecimal; "" if nothing is known of it.

        until: for a signature that stands at that entry; idle attempts after it, which changed nothing, do not count.
        """
        digest = self._digests.get(name)
        if digest is None:
            return ""
        kind, _, batch = name.partition(" ")
        return sha256(digest + self._shown(batch, until).encode()).hexdigest() if kind == "batch" else digest.hex()

    def _changed(self, entry: Entry) -> list[str]:
        thing = entry.thing
        if isinstance(thing, Document):
            return [f"{thing.kind} {thing.name}"]
        if isinstance(thing, Act):
            if thing.refused or self._permissions.keeps(thing.command, thing.batch in self._left):
                self._left.update([thing.batch] if thing.command in LEAVES and not thing.refused else [])
                return []
            if thing.command == "deviation investigate":
                self._affected.setdefault(thing.object, {}).update(dict.fromkeys(thing.new["affected"]))
            names = [thing.object, batch_object(thing.batch) if thing.batch else ""]
            names += [batch_object(batch) for batch in self._affected.get(thing.object, ())]
            return [name for name in dict.fromkeys(names) if name]
        if isinstance(thing, Order):
            batch = getattr(thing, "batch", "")
            if batch:
                self._batch_of[thing.number] = batch
        elif isinstance(thing, BatchOrdered):
            batch = thing.batch
        else:
            batch = getattr(thing, "batch", "") or self._batch_of.pop(getattr(thing, "order", 0), "")
        if batch in self._left and _as_planned(thing):
            return []
        return [batch_object(batch)] if batch else []


def _as_planned(thing: object) -> bool:
    """Whether it is what the recipe does with a dose that was let go: release, pack, ship.

    The certificate foresees it. What goes wrong there is a failure or an exception, and results are shown: they count.
    """
    if isinstance(thing, DisposeBatch):
        return thing.outcome == "released"
    return isinstance(thing, RunPhase | MoveItem | CloseBatch | PhaseCompleted | ItemMoved)
