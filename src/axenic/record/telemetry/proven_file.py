"""A file of which every block is held against the journal before anything in it is believed.

The journal has the Merkle root (RFC 9162) over the file's blocks. The hashes of the blocks lie beside the file, so that
reading a part costs hashing that part; if they are not there, they are made of the file. They need no trust: they must
give the root.
"""

from __future__ import annotations

import io
import os
from collections import OrderedDict
from pathlib import Path

from axenic.record.merkle import Frontier, leaf_hash

BLOCK = 1 << 18
_HASH = 32
_KEPT = 16  # blocks in memory
LEAVES = ".leaves"


class Altered(Exception):
    """The file is not the one in the journal."""


def leaves_of(path: Path) -> list[bytes]:
    """The hashes of a file's blocks, made of the file; raises OSError."""
    with path.open("rb") as file:
        return [leaf_hash(block) for block in iter(lambda: file.read(BLOCK), b"")]


def root_of(leaves: list[bytes]) -> str:
    """Their Merkle root, hexadecimal."""
    tree = Frontier()
    tree.extend(leaves)
    return tree.root().hex()


class ProvenFile(io.RawIOBase):
    """A file to read from; what a read touches is proven first. Raises Altered, OSError."""

    def __init__(self, path: Path, size: int, root: str) -> None:
        super().__init__()
        self._size, self._at = size, 0
        self._blocks: OrderedDict[int, bytes] = OrderedDict()
        self._file = path.open("rb")
        try:
            if os.fstat(self._file.fileno()).st_size != size:
                raise Altered(f"has {os.fstat(self._file.fileno()).st_size:,} bytes, not {size:,}")
            self._leaves = _beside(path)
            if root_of(self._leaves) != root:
                self._leaves = leaves_of(path)
                if root_of(self._leaves) != root:
                    raise Altered("is not the one whose digest is in the journal")
        except BaseException:
            self._file.close()
            raise

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def tell(self) -> int:
        """Where the next read begins."""
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a place in the file."""
        self._at = offset + (0, self._at, self._size)[whence]
        return self._at

    def read(self, size: int = -1) -> bytes:
        """The next bytes, proven."""
        end = self._size if size < 0 else min(self._at + size, self._size)
        parts = []
        while self._at < end:
            number, begin = divmod(self._at, BLOCK)
            part = self._block(number)[begin : begin + end - self._at]
            parts.append(part)
            self._at += len(part)
        return b"".join(parts)

    def _block(self, number: int) -> bytes:
        if number not in self._blocks:
            self._file.seek(number * BLOCK)
            block = self._file.read(BLOCK)
            if leaf_hash(block) != self._leaves[number]:
                raise Altered(f"block {number} is not the one whose digest is in the journal")
            self._blocks[number] = block
            if len(self._blocks) > _KEPT:
                self._blocks.popitem(last=False)
        return self._blocks[number]

    def close(self) -> None:
        """Leave the file alone."""
        self._file.close()
        super().close()


def _beside(path: Path) -> list[bytes]:
    """The hashes that lie beside a file; none if there are none."""
    try:
        data = path.with_name(path.name + LEAVES).read_bytes()
    except OSError:
        return []
    return [data[n : n + _HASH] for n in range(0, len(data), _HASH)]
