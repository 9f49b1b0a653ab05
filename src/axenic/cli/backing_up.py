"""What `backup` does."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from axenic.cli.answer import NOT_GOOD, refuse, say
from axenic.identity.unreadable import Unreadable
from axenic.live.clock import now_ms
from axenic.notation.finding import Finding
from axenic.quality.restored_vault import bring_vault
from axenic.record.backup import Drilled, back_up
from axenic.record.backup import drill as drilled_in
from axenic.record.journal import JournalError
from axenic.record.place import Place, shown
from axenic.record.restore import restore as restore_into

REFUSED = 4
_NO_SAFE = (
    "no safe (.safe, .safe.key) lies where the journal was (--lost): until it is put beside the new journal from its "
    "own backup, nobody can prove who they are, and no command of a person is taken; if it is lost: axenic user recover"
)


_NO_KEY = "its key file is in no backup: put it beside the vault from where it is kept"
_ERASE = "{}: whom they erased is erased again only if the vault itself was not lost; repeat such erasures"


def make(journal: str, to: Path, json: bool) -> int:
    """Make a backup and drill it."""
    try:
        found = back_up(journal, to)
    except JournalError as error:
        return refuse([error.finding], json)
    say(_data(found, to), f"{found.events} events, root {found.root}\nbackup {to}", json)
    return 0


def drill(folder: Path, *, json: bool = False) -> int:
    """Restore a backup into a scratch folder: digests, count, root and every entry must be those backed up.

    Parameters
    ----------
    folder
        The backup.
    json
        Write the result as JSON.
    """
    try:
        found = drilled_in(folder)
    except JournalError as error:
        return refuse([error.finding], json)
    except OSError as error:
        return refuse([Finding("AX0308", str(error), "check the folder", str(folder))], json)
    good = f"{found.events} events restored, all as backed up; root {found.root}"
    say(_data(found, folder), good if found.ok else f"NOT as backed up: {'; '.join(found.reasons)}", json)
    return 0 if found.ok else NOT_GOOD


def restore(
    folder: Path,
    *,
    journal: str,
    reason: str,
    by: str,
    and_: Annotated[str, Parameter(name="--and")],
    lost: str = "",
    json: bool = False,
) -> int:
    """Go on from a backup: a new journal of the next epoch, whose last entry says what it follows and what is lost.

    Parameters
    ----------
    folder
        The backup.
    journal
        The journal to make: a file, or postgresql://host/database.
    reason
        Why it is restored.
    by
        Who restores.
    and_
        The second person.
    lost
        Where the journal was: its checkpoint, if that still lies there, says how much is lost, and its safe and
        its vault are copied.
    json
        Write the result as JSON.
    """
    persons = (by, and_)
    try:
        done = restore_into(folder, journal, at=now_ms(), reason=reason, persons=persons, lost=lost or None)
        vault = bring_vault(folder, Place.of(journal), Place.of(lost) if lost else None)
    except JournalError as error:
        return refuse([error.finding], json, REFUSED if error.finding.code == "AX0309" else 2)
    except Unreadable as error:  # the journal is there, the vault is not
        return refuse(list(error.findings), json)
    except OSError as error:
        return refuse([Finding("AX0308", str(error), "check the folder", str(folder))], json)
    missing = f"entries {done.lost_from} to {done.lost_to} are lost" if done.lost_to else "nothing known is lost"
    result = {"journal": shown(journal), "origin": done.origin, "taken_over": done.taken_over}
    result |= {"lost_from": done.lost_from, "lost_to": done.lost_to}
    result |= {"safe": done.safe, "vault": asdict(vault)}
    lines = [f"{done.origin}: {done.taken_over} events taken over, {missing}", f"journal {shown(journal)}"]
    lines += [] if done.safe else [_NO_SAFE]
    lines += [f"the vault of patients is there, {vault.erased} erased again"] if vault.there else []
    lines += [_NO_KEY] if vault.there and not vault.key else []
    lines += [_ERASE.format(missing)] if vault.there and done.lost_to else []
    say(result, "\n".join(lines), json)
    return 0


def _data(found: Drilled, folder: Path) -> dict[str, object]:
    reasons = list(found.reasons)
    return {"ok": found.ok, "events": found.events, "root": found.root, "reasons": reasons, "folder": str(folder)}
