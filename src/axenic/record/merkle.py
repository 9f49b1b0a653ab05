"""The Merkle tree of RFC 6962 / RFC 9162 over the entries of a journal.

Leaf = SHA-256(0x00 || entry), node = SHA-256(0x01 || left || right); an empty tree is SHA-256 of nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256

_HEIGHT = 10  # of the subtrees that are hashed level by level
_BLOCK = 1 << _HEIGHT


def leaf_hash(entry: bytes) -> bytes:
    """The hash of an entry."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees."""
    return sha256(b"\x01" + left + right).digest()


class Frontier:
    """The complete subtrees along the right edge: enough to append and to give the root, in O(log n)."""

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[tuple[int, bytes]] = []

    def append(self, leaf: bytes) -> None:
        """Add the hash of the next entry."""
        self.size += 1
        self._push(0, leaf)

    def extend(self, leaves: Sequence[bytes]) -> None:
        """Add the hashes of the next entries: the same as one after the other, about twice as fast."""
        begin = min(-self.size % _BLOCK, len(leaves))
        for leaf in leaves[:begin]:
            self.append(leaf)
        while len(leaves) - begin >= _BLOCK:
            level = list(leaves[begin : begin + _BLOCK])
            while len(level) > 1:
                level = [sha256(b"\x01" + a + b).digest() for a, b in zip(level[::2], level[1::2], strict=True)]
            self._push(_HEIGHT, level[0])
            self.size += _BLOCK
            begin += _BLOCK
        for leaf in leaves[begin:]:
            self.append(leaf)

    def _push(self, height: int, subtree: bytes) -> None:
        peaks = self._peaks
        while peaks and peaks[-1][0] == height:
            subtree = sha256(b"\x01" + peaks.pop()[1] + subtree).digest()
            height += 1
        peaks.append((height, subtree))

    def root(self) -> bytes:
        """The root over all entries so far."""
        if not self._peaks:
            return sha256(b"").digest()
        result = self._peaks[-1][1]
        for _, peak in reversed(self._peaks[:-1]):
            result = sha256(b"\x01" + peak + result).digest()
        return result

    def subtrees(self) -> dict[tuple[int, int], bytes]:
        """The complete subtrees by the entries they span, counted from 0."""
        found, low = {}, 0
        for height, peak in self._peaks:
            found[low, low + (1 << height)] = peak
            low += 1 << height
        return found

    def copy(self) -> Frontier:
        """An independent copy, for a transaction that may still fail."""
        other = Frontier()
        other.size, other._peaks = self.size, list(self._peaks)
        return other


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The root over leaf hashes."""
    frontier = Frontier()
    for leaf in leaves:
        frontier.append(leaf)
    return frontier.root()
