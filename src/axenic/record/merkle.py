"""The Merkle tree of RFC 6962 / RFC 9162 over the entries of a journal.

Leaf = SHA-256(0x00 || entry), node = SHA-256(0x01 || left || right); an empty tree is SHA-256 of nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256


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
        height, peaks = 0, self._peaks
        while peaks and peaks[-1][0] == height:
            leaf = node_hash(peaks.pop()[1], leaf)
            height += 1
        peaks.append((height, leaf))

    def root(self) -> bytes:
        """The root over all entries so far."""
        if not self._peaks:
            return sha256(b"").digest()
        result = self._peaks[-1][1]
        for _, peak in reversed(self._peaks[:-1]):
            result = node_hash(peak, result)
        return result

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
