"""Backups of a journal: a folder with a copy, its public key, its signed checkpoint, and the digests of all.

The copy is a journal file whichever database it came from, so a drill needs no server. The private key is never in it:
what is restored is a new epoch with a new key. The vault of patients beside a journal goes with it, sealed as it is,
without its key file, so nobody reads it here.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from contextlib import closing
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path

from axenic.record import opening
from axenic.record.anchor import anchors_of, witness_of
from axenic.record.entry import decode
from axenic.record.error import JournalError
from axenic.record.files import keep_folder, keep_text
from axenic.record.history import Signed, judge_history
from axenic.record.note import opened, parse_checkpoint
from axenic.record.place import Place
from axenic.record.store import About, StoreError
from axenic.record.verify import verify

COPY, DIGESTS, VAULT = "journal.db", "digests.sha256", "vault"


@dataclass(frozen=True, slots=True)
class Drilled:
    """What a drill found: whether the backup is what was backed up, how much it is, and why not if it is not."""

    ok: bool
    events: int
    root: str
    reasons: tuple[str, ...]


def back_up(where: str | Path | Place, folder: Path) -> Drilled:
    """Make a backup and drill it; it is there wholly or not at all. Raises JournalError.

    Refused where anything lies already: a backup never goes onto a journal, nor onto another backup; that of a real
    journal goes onto another disk (Annex 11 draft 16).
    """
    place = Place.of(where)
    if not opening.is_there(place):
        raise JournalError("AX0501", "there is no such journal", "check the path or URL", str(place))
    half = folder.with_name(f"{folder.name}.half")
    try:
        if folder.resolve() == place.folder.resolve() or (folder.exists() and any(folder.iterdir())):
            raise JournalError("AX0308", "something lies there already", "choose a folder of its own", str(folder))
        shutil.rmtree(half, ignore_errors=True)
        half.mkdir(parents=True)
        about = _about(place)
        _refuse_own_disk(place, about, half)
        anchors = anchors_of(place, about.origin, witness_of(None))  # before the copy: none of them is newer than that
        _copy(place, Place.of(half / COPY))
        _hold(Place.of(half / COPY), anchors)
        found = drill(half)
        if not found.ok:
            raise JournalError("AX0308", f"does not verify: {'; '.join(found.reasons)}", "axenic verify", str(place))
        half.replace(folder)
        keep_folder(folder.parent)
    except (OSError, StoreError) as error:
        raise JournalError("AX0308", f"cannot be made: {error}", "check disk space and folder", str(folder)) from error
    finally:
        shutil.rmtree(half, ignore_errors=True)
    return found


def _about(place: Place) -> About:
    store = opening.to_read(place)
    try:
        return store.about()  # a journal of an earlier form is refused here
    finally:
        store.close()


def _refuse_own_disk(place: Place, about: About, folder: Path) -> None:
    """Raises JournalError; of a database elsewhere, and of what is simulated, nothing is asked."""
    if not (about.simulated or place.url) and _device(folder) == _device(place.folder):
        text = "the backup would lie on the journal's own disk"
        raise JournalError("AX0308", text, "choose a folder on other storage, best at another place", str(folder))


def _device(folder: Path) -> int:
    return folder.stat().st_dev


def _hold(copy: Place, anchors: tuple[str, ...]) -> None:
    """Hold a copy against the checkpoints kept outside; raises JournalError if it does not extend them."""
    store = opening.to_read(copy)
    try:
        signed = Signed(store.newest_note(), copy.vkey.read_text("utf-8"), anchors)
        verdict = judge_history(store.rows(), signed)
    finally:
        store.close()
    if verdict.locked:
        hint = "integrity lock: axenic verify says more"
        raise JournalError("AX0305", f"does not verify: {'; '.join(verdict.reasons)}", hint, str(copy))


def _copy(place: Place, copy: Place) -> None:
    store = opening.to_read(place)
    try:
        store.copy_to(copy.path)
    finally:
        store.close()
    store = opening.to_read(copy)
    try:
        note = store.newest_note()
    finally:
        store.close()
    if place.beside(".vault").exists():
        copy_sealed(place.beside(".vault"), copy.folder / VAULT)
    keep_text(copy.vkey, place.vkey.read_text("utf-8"))
    keep_text(copy.checkpoint, note)
    keep_text(copy.folder / DIGESTS, "".join(f"{_digest(path)}  {path.name}\n" for path in _files(copy)))


def _files(copy: Place) -> list[Path]:
    vault = copy.folder / VAULT
    return [copy.path, copy.vkey, copy.checkpoint, *([vault] if vault.exists() else [])]


def copy_sealed(vault: Path, to: Path) -> None:
    """Copy a vault while it is used, for its owner alone; raises OSError."""
    os.close(os.open(to, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        with closing(sqlite3.connect(vault)) as sealed, closing(sqlite3.connect(to)) as copy:
            sealed.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it
    except sqlite3.Error as error:
        raise OSError(f"the vault {vault} cannot be copied: {error}") from error


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def drill(folder: Path) -> Drilled:
    """Restore a backup into a scratch folder and see whether it is what was backed up. Raises JournalError, OSError."""
    copy = Place.of(folder / COPY)
    missing = [path.name for path in (*_files(copy), folder / DIGESTS) if not path.exists()]
    if missing:
        raise JournalError("AX0501", f"no backup: {', '.join(missing)} is missing", "check the folder", str(folder))
    lines = (folder / DIGESTS).read_text("utf-8").splitlines()
    reasons = [f"{path.name} is not as it was written" for path in _files(copy) if _line(path) not in lines]
    gone = {line.partition("  ")[2] for line in lines} - {path.name for path in _files(copy)}
    reasons += [f"{name} is missing" for name in sorted(gone)]
    with tempfile.TemporaryDirectory() as name:
        scratch = Place.of(Path(name) / COPY)
        for path in _files(copy):
            shutil.copyfile(path, scratch.folder / path.name)
        return _judged(scratch, reasons)


def _line(path: Path) -> str:
    return f"{_digest(path)}  {path.name}"


def _judged(scratch: Place, reasons: list[str]) -> Drilled:
    try:
        verdict = verify(scratch, witness="")  # which may well remember what came after the backup
        checkpoint = parse_checkpoint(opened(scratch.checkpoint.read_text("utf-8"))[0])
    except ValueError as error:
        return Drilled(False, 0, "", (*reasons, str(error)))
    reasons += verdict.reasons
    if (verdict.events, verdict.root) != (checkpoint.size, checkpoint.root.hex()):
        reasons.append(f"{verdict.events} entries, not the {checkpoint.size} of the checkpoint, or another root")
    if not reasons:
        store = opening.to_read(scratch)
        try:
            things = len([decode(body) for _, body, _ in store.rows()])
        finally:
            store.close()
        reasons += [] if things == checkpoint.size else [f"only {things} entries can be read"]
    return Drilled(not reasons, verdict.events, verdict.root, tuple(reasons))
