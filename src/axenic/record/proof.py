"""Proofs of the Merkle tree: an entry is in it (inclusion), a tree grew out of an earlier one (consistency).

RFC 9162 sections 2.1.3 and 2.1.4; entries are counted from 0 as there. Consistency from size 0 is no proof (anything
grows out of nothing) and is refused here.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from axenic.record.merkle import Frontier, node_hash, root_of


class Tree:
    """The whole tree over leaf hashes, for making proofs; a subtree is computed once.

    after: the tree of which only the frontier is known, with `leaves` behind it. That is enough for its root and for
    the proof that it grew out of that earlier tree; other proofs raise ValueError.
    """

    def __init__(self, leaves: Sequence[bytes], after: Frontier | None = None) -> None:
        self._leaves = leaves
        self._begin = after.size if after else 0
        self._known = after.subtrees() if after else {}
        self._subtree = lru_cache(maxsize=1 << 20)(self._computed)

    @property
    def size(self) -> int:
        """How many leaves there are."""
        return self._begin + len(self._leaves)

    def root(self, size: int | None = None) -> bytes:
        """The root over the first `size` leaves (all of them, if none is given)."""
        size = self.size if size is None else size
        return self._subtree(0, size) if size else root_of(())

    def inclusion(self, index: int, size: int | None = None) -> list[bytes]:
        """The audit path of a leaf in the tree of `size`, from the leaf upwards; raises ValueError."""
        size = self.size if size is None else size
        if not 0 <= index < size <= self.size:
            raise ValueError(f"entry {index} is not in a tree of {size} entries")
        path, low, high = [], 0, size
        while high - low > 1:
            middle = low + _split(high - low)
            if index < middle:
                path.append(self._subtree(middle, high))
                high = middle
            else:
                path.append(self._subtree(low, middle))
                low = middle
        return path[::-1]

    def consistency(self, first: int, size: int | None = None) -> list[bytes]:
        """The proof that the tree of `first` leaves is the beginning of the tree of `size`; raises ValueError."""
        size = self.size if size is None else size
        if not 0 < first <= size <= self.size:
            raise ValueError(f"a tree of {first} entries is no beginning of a tree of {size}")
        path, low, high, whole = [], 0, size, True
        while first != high:
            middle = low + _split(high - low)
            if first <= middle:
                path.append(self._subtree(middle, high))
                high = middle
            else:
                path.append(self._subtree(low, middle))
                low, whole = middle, False
        return path[::-1] if whole else [self._subtree(low, high), *path[::-1]]

    def _computed(self, low: int, high: int) -> bytes:
        if (low, high) in self._known:
            return self._known[low, high]
        if high <= self._begin:
            raise ValueError(f"of the first {self._begin} entries only the frontier is known")
        if high - low == 1:
            return self._leaves[low - self._begin]
        middle = low + _split(high - low)
        return node_hash(self._subtree(low, middle), self._subtree(middle, high))


def _split(count: int) -> int:
    """The largest power of two below a count of at least two."""
    return 1 << ((count - 1).bit_length() - 1)


def includes(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether the path proves that the leaf is entry `index` of the tree with that root (RFC 9162 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    node, last, found = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if node & 1 or node == last:
            found = node_hash(sibling, found)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and found == root


def grows(first: int, first_root: bytes, size: int, root: bytes, path: Sequence[bytes]) -> bool:
    """Whether the path proves that the tree with `root` begins with the tree with `first_root` (RFC 9162 2.1.4.2)."""
    if not 0 < first <= size:
        return False
    if first == size:
        return not path and first_root == root
    steps = list(path)
    if first & (first - 1) == 0:
        steps.insert(0, first_root)
    if not steps:
        return False
    node, last = first - 1, size - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    old = new = steps[0]
    for sibling in steps[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and old == first_root and new == root
