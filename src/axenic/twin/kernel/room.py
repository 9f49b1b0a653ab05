"""Room for what comes and goes, after the image: pools of batches, wants, transfers and orders, queues, calendar."""

from __future__ import annotations

import numpy as np

from axenic.twin.kernel import places as at
from axenic.twin.kernel.image import Floats, Image, Ints


class Room:
    """The image as it grows by pools; every pool is a chain of free records."""

    def __init__(self, head: Ints) -> None:
        self.head = head
        self._parts: list[Ints] = [head]
        self._end = len(head)

    def cells(self, count: int, fill: int = 0) -> int:
        """So many numbers; their place."""
        place = self._end
        self._parts.append(np.full(count, fill, dtype=np.int64))
        self._end += count
        return place

    def records(self, size: int, count: int, link: int) -> int:
        """So many free records, chained by their field `link`; the place of the first."""
        place = self.cells(size * count)
        rows = self._parts[-1].reshape(count, size)
        rows[:, link] = place + size * np.arange(1, count + 1)
        rows[-1, link] = -1
        return place

    def last(self) -> Ints:
        """What was laid last."""
        return self._parts[-1]

    def whole(self) -> Ints:
        """Everything as one array."""
        return np.concatenate(self._parts)


def laid(image: Image, batches: int) -> tuple[Ints, Floats]:
    """The image with room for so many batches at once: whole numbers and floats."""
    head = image.m.copy()
    room = Room(head)
    fixed = int(head[at.H_UNIT_COUNT] + head[at.H_CARRIER_COUNT] + head[at.H_CHAMBER_COUNT])
    pooled = batches * (max(1, int(head[at.H_TEST_COUNT])) + 1)
    head[at.H_ENTRIES] = room.records(at.ENTRY_SIZE, fixed, at.E_NEXT)
    room.last().reshape(fixed, at.ENTRY_SIZE)[:, at.E_SLOT] = np.arange(fixed)
    head[at.H_FREE_ENTRY] = room.records(at.ENTRY_SIZE, pooled, at.E_NEXT)
    room.last().reshape(pooled, at.ENTRY_SIZE)[:, at.E_SLOT] = fixed + np.arange(pooled)
    _pools(room, image, batches)
    _calendar(room, fixed + pooled, batches)
    values = image.measures + fixed + pooled
    head[at.H_VALUES] = len(image.f)
    head[at.H_FLOATS] = len(image.f) + values
    head[at.H_FLOAT_SIZE] = at.F_RESULTS + 2 * image.measures
    floats = np.concatenate([image.f, np.zeros(values + batches * int(head[at.H_FLOAT_SIZE]))])
    return room.whole(), floats


def _pools(room: Room, image: Image, batches: int) -> None:
    head, units = room.head, int(room.head[at.H_UNIT_COUNT])
    size = at.B_MATERIALS + image.materials * at.ITEM_SIZE
    head[at.H_BATCHES] = head[at.H_FREE_BATCH] = room.records(size, batches, at.B_NEXT)
    room.last().reshape(batches, size)[:, at.B_INDEX] = np.arange(batches)
    head[at.H_BATCH_SIZE] = size
    wants = batches * (image.materials + int(head[at.H_TEST_COUNT]) + 4) + 2 * units + 8
    head[at.H_FREE_WANT] = room.records(at.WANT_SIZE, wants, at.W_NEXT)
    transfers = batches * (image.materials + 2) + 8
    head[at.H_FREE_TRANSFER] = room.records(at.X_CHAMBERS + image.transfer_crossings, transfers, at.X_NEXT)
    head[at.H_QUEUE_ROOM], head[at.H_QUEUES] = wants, room.cells(at.WAITS * wants)
    head[at.H_SPARE_WANT] = room.cells(at.WANT_SIZE)
    head[at.H_SEEN] = room.cells(wants)
    head[at.H_SCRATCH] = room.cells(at.MOST_PERSONS + at.WAITS)
    posts, remakes = 16 * batches + 64, 4 * batches
    head[at.H_POSTS_ROOM], head[at.H_POSTS] = posts, room.cells(posts * at.POST_SIZE)
    head[at.H_REMAKE_ROOM], head[at.H_REMAKES] = remakes, room.cells(3 * remakes + 3)
    head[at.H_LIMBO_WANT] = head[at.H_CLOSED] = head[at.H_FIRED] = -1


def _calendar(room: Room, entries: int, batches: int) -> None:
    head, slots = room.head, entries
    for name, count in (
        (at.H_SLOT_ARRIVAL, 1),
        (at.H_SLOT_REMAKE, 1),
        (at.H_SLOT_SHIFT, 1),
        (at.H_SLOT_OVERDUE, int(head[at.H_UNIT_COUNT])),
        (at.H_SLOT_BARRED, int(head[at.H_CHAMBER_COUNT])),
        (at.H_SLOT_START, batches),
        (at.H_SLOT_HOLD, batches),
    ):
        head[name] = slots
        slots += count
    groups = -(-slots // at.GROUP)
    leaves = 1 << max(1, (groups - 1).bit_length())
    head[at.H_LEAVES] = leaves
    head[at.H_TREE] = room.cells(2 * leaves)
    tree = room.last()
    tree[leaves:] = at.GROUP * np.arange(leaves)
    width = leaves // 2
    while width:
        tree[width : 2 * width] = tree[2 * width : 4 * width : 2]
        width //= 2
    head[at.H_WHEN] = room.cells(leaves * at.GROUP, at.NEVER)
    head[at.H_RANK] = room.cells(leaves * at.GROUP, at.NEVER)
