"""The verb `backup`: make one, drill one, restore one. What it needs is read only when it is called."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from cyclopts import App

app = App(name="backup", help="Back a journal up; drill a backup; restore one as a new epoch.")
app.command("axenic.cli.backing_up:drill", name="drill", help="Restore a backup into scratch; is it whole?")
app.command("axenic.cli.backing_up:restore", name="restore", help="Go on from a backup as a new epoch, by two persons.")


@app.default
def backup(*, journal: str, to: Path, json: bool = False) -> int:
    """Copy a journal, with its public key, checkpoint and digests, into a folder of its own, while it goes on.

    Parameters
    ----------
    journal
        The journal: a file, or postgresql://host/database.
    to
        The folder to make; the private key is never put into it.
    json
        Write the result as JSON.
    """
    return int(import_module("axenic.cli.backing_up").make(journal, to, json))
