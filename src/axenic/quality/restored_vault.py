"""The vault of patients after a restore: whoever was erased by the record does not come back with a backup."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from axenic.identity.vault import erase_again, key_path
from axenic.record.backup import VAULT, copy_sealed
from axenic.record.entry import Act
from axenic.record.files import keep_folder, keep_private
from axenic.record.journal import read_journal
from axenic.record.place import Place

_PATIENT = "patient "


@dataclass(frozen=True, slots=True)
class RestoredVault:
    """Whether a vault and its key were brought beside the new journal, and how many persons were erased in it again."""

    there: bool = False
    key: bool = False
    erased: int = 0


def bring_vault(folder: Path, to: Place, lost: Place | None = None) -> RestoredVault:
    """The vault of the journal that was lost, if it still lies there, else that of the backup; never over another.

    What the restored record says was erased is erased in it before it is there. Raises OSError, Unreadable.
    """
    vault = to.beside(".vault")
    old = lost.beside(".vault") if lost is not None else None
    came = old if old is not None and old.exists() else folder / VAULT
    if vault.exists() or not came.exists():
        return RestoredVault()
    half = vault.with_name(f"{vault.name}.half")
    half.unlink(missing_ok=True)
    try:
        copy_sealed(came, half)
        erased = erase_again(half, _erased(to))
        half.replace(vault)
        keep_folder(vault.parent)
    finally:
        half.unlink(missing_ok=True)
    return RestoredVault(True, _brought_key(old, vault), erased)


def _brought_key(old: Path | None, vault: Path) -> bool:
    """The key file, which is in no backup, from where the lost journal lay; whether there is one now."""
    if old is not None and key_path(old).exists() and not key_path(vault).exists():
        keep_private(key_path(vault), key_path(old).read_bytes())
    return key_path(vault).exists()


def _erased(journal: Place) -> list[str]:
    """The codes of whom the record says that they were erased."""
    acts = [e.thing for e in read_journal(journal, witness="").entries if isinstance(e.thing, Act)]
    done = [act.object for act in acts if act.command == "patient erase" and not act.refused]
    return [name.removeprefix(_PATIENT) for name in done]
