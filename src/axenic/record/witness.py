"""A witness: a folder on other storage, or at another site, that remembers the newest checkpoint of each journal.

It cosigns a checkpoint only if that is proven to grow out of the newest one it has seen, so a journal that was rolled
back, cut or rewritten finds no cosigner, and the newest checkpoint is known where the journal's owner cannot reach.
Asking and remembering are one step under a lock. Source: C2SP tlog-witness; its answers are named by their HTTP status.
The time of a cosignature is that of the storage: when the file with the checkpoint was written.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from axenic.record.files import keep_private, keep_text
from axenic.record.keys import ADD, signed_by, statement
from axenic.record.note import Checkpoint, Cosigner, Verifier, opened, parse_checkpoint
from axenic.record.proof import grows

MALFORMED, FORBIDDEN, UNKNOWN, CONFLICT, UNPROVEN = 400, 403, 404, 409, 422


class Unwitnessed(Exception):
    """The witness does not cosign; `status` says why, `size` is the size it remembers."""

    def __init__(self, status: int, message: str, size: int = 0) -> None:
        super().__init__(message)
        self.status, self.size = status, size


class Witness:
    """One witness, with a key of its own."""

    def __init__(self, folder: Path, name: str = "") -> None:
        """Open a witness, or begin one if its folder is empty; raises OSError."""
        self._folder = folder
        key, vkey = folder / "witness.key", folder / "witness.vkey"
        if not key.exists():
            private = os.urandom(32)
            keep_private(key, private)
            keep_text(vkey, Cosigner(name or f"axenic.example/witness/{folder.name}", private).verifier.vkey() + "\n")
        self.verifier = Verifier.parse(vkey.read_text("utf-8"))
        self._cosigner = Cosigner(self.verifier.name, key.read_bytes())

    def introduce(self, vkey: str) -> None:
        """Make a journal known by its first key; one that is known stays as it is. Raises ValueError."""
        origin = Verifier.parse(vkey).name
        with self._alone(origin):
            if not self._keys(origin):
                keep_text(self._of(origin, "keys"), vkey.strip() + "\n")

    def learn(self, note: str) -> None:
        """Take over a journal's new key from the note of its `key add`; raises Unwitnessed."""
        text = _opened(note)
        origin, _, vkey, *_ = [*text.split("\n"), "", ""]
        with self._alone(origin):
            keys = self._keys(origin)
            _signed(keys, note)
            if text != statement(origin, ADD, vkey) or Verifier.parse(vkey).name != origin:
                raise Unwitnessed(MALFORMED, "not a note that adds a key")
            if vkey not in [key.vkey() for key in keys]:
                lines = [key.vkey() for key in keys] + [vkey]
                keep_text(self._of(origin, "keys"), "\n".join(lines) + "\n")

    def newest(self, origin: str) -> str:
        """The newest checkpoint of a journal with both signatures; "" if there is none. Raises OSError."""
        path = self._of(origin, "checkpoint")
        return path.read_text("utf-8") if path.exists() else ""

    def knows(self, origin: str) -> list[str]:
        """The keys of a journal as this witness knows them; none if it does not know the journal."""
        return [key.vkey() for key in self._keys(origin)]

    def add(self, old_size: int, proof: Sequence[bytes], note: str) -> str:
        """The line of cosignature for a checkpoint that grew out of the newest known; raises Unwitnessed or OSError."""
        try:
            checkpoint = parse_checkpoint(_opened(note))
        except ValueError as error:
            raise Unwitnessed(MALFORMED, str(error)) from error
        with self._alone(checkpoint.origin):
            _signed(self._keys(checkpoint.origin), note)
            known = self.newest(checkpoint.origin)
            _check(parse_checkpoint(opened(known)[0]) if known else None, old_size, proof, checkpoint)
            return self._kept(checkpoint.origin, note)

    def _kept(self, origin: str, note: str) -> str:
        target = self._of(origin, "checkpoint")
        half = target.with_suffix(".half")
        half.write_text(note, "utf-8")
        line = self._cosigner.line(note, int(half.stat().st_mtime))
        keep_text(target, note + line)
        half.unlink()
        return line

    def _keys(self, origin: str) -> list[Verifier]:
        path = self._of(origin, "keys")
        return [Verifier.parse(line) for line in path.read_text("utf-8").split()] if path.exists() else []

    def _of(self, origin: str, ending: str) -> Path:
        return self._folder / f"{sha256(origin.encode()).hexdigest()[:32]}.{ending}"

    @contextmanager
    def _alone(self, origin: str) -> Iterator[None]:
        """One at a time for a journal; the lock of a process that dies is given back by the system."""
        with self._of(origin, "lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


def _opened(note: str) -> str:
    try:
        return opened(note)[0]
    except ValueError as error:
        raise Unwitnessed(MALFORMED, str(error)) from error


def _signed(keys: list[Verifier], note: str) -> None:
    if not keys:
        raise Unwitnessed(UNKNOWN, "this journal was never introduced to the witness")
    try:
        signed_by(keys, note)
    except ValueError as error:
        raise Unwitnessed(FORBIDDEN, str(error)) from error


def _check(known: Checkpoint | None, old_size: int, proof: Sequence[bytes], new: Checkpoint) -> None:
    size = known.size if known else 0
    if old_size > new.size:
        raise Unwitnessed(MALFORMED, f"a journal of {old_size} entries cannot have become one of {new.size}", size)
    if old_size != size:
        raise Unwitnessed(CONFLICT, f"the newest checkpoint known is of {size} entries, not {old_size}", size)
    if known and size == new.size and known.root != new.root:
        raise Unwitnessed(CONFLICT, f"another root of {size} entries is known", size)
    if not (size == 0 and not proof) and not grows(size, known.root if known else b"", new.size, new.root, proof):
        raise Unwitnessed(UNPROVEN, f"it is not proven to grow out of the {size} entries known", size)
