"""A command of a person on the command line; who it is comes from options and environment, no password is in sight.

The verbs are made from the command classes of `quality`: a new command needs no line here.
"""

from __future__ import annotations

import getpass
import json as json_text
import os
import sqlite3
import sys
from collections.abc import Callable
from dataclasses import MISSING, dataclass, fields, replace
from pathlib import Path
from typing import Annotated, Any

from cyclopts import App, Parameter

from axenic.cli.answer import NOT_GOOD, refuse, say
from axenic.identity.unreadable import Unreadable
from axenic.live.disk import used
from axenic.live.time_of_day import TimeOfDay
from axenic.notation.finding import CODES, Finding
from axenic.quality.actor import Claim, Refused
from axenic.quality.bus import Bus
from axenic.quality.command import Command, said
from axenic.quality.commands import COMMANDS
from axenic.quality.commands.enrolment import EnrolUser
from axenic.quality.commands.station import AddStation
from axenic.quality.permissions import shipped
from axenic.quality.safe import Safe
from axenic.quality.terminal import StationKeys, Terminal
from axenic.record.entry import Act
from axenic.record.journal import Journal, JournalError
from axenic.record.place import Place

REFUSED = 4

_UNANCHORED = (
    "no checkpoint of {} is kept outside: what was cut off before now shows only against a witness or a backup"
)


def open_bus(journal: str) -> Bus:
    """The bus on a journal; raises JournalError, OSError."""
    made = Journal.join(journal)
    if not made.place.checkpoint.exists():  # the next anchor would hide that there was one
        sys.stderr.write(f"warning: {_UNANCHORED.format(made.place)}\n")
    safe = Safe(made.place.beside(".safe"))
    return Bus(made, safe, shipped(), TimeOfDay(), lambda: used(made.place.folder))


def station_keys(place: Place) -> StationKeys:
    """The keys of the stations that stand here: the file AXENIC_STATION_KEY, or files beside the journal's own keys."""
    only = os.environ.get("AXENIC_STATION_KEY", "")
    return StationKeys(place.folder, Path(only) if only else None)


def group(noun: str, about: str) -> App:
    """The verbs of a noun, such as `axenic user add`."""
    app = App(name=noun, help=about, help_format="plaintext")
    for name, command in COMMANDS.items():
        if name.partition(" ")[0] == noun:
            app.command(_verb(command), name=name.partition(" ")[2] or name)
    return app


@dataclass(frozen=True, kw_only=True)
class Giver:
    """Who gives a command, as options beside the fields of the command; `--as-…` is understood beside every command."""

    user: Annotated[str, Parameter(name="--as")] = said("Who you are.", "")
    station: Annotated[str, Parameter(name=("--as-station", "--station"))] = said(
        "The enrolled station you are at.", ""
    )
    session: str = said("The token of your session.", "")
    role: Annotated[str, Parameter(name=("--as-role", "--role"))] = said(
        "As which of your roles you act; the first that may, if none is named.", ""
    )
    reason: str = said("Why, where a reason is needed.", "")
    seen: str = said("The digest of what was shown to you, to sign it.", "")
    second: str = said("The second person, where one is needed; their password is in AXENIC_SECOND_PASSWORD.", "")

    def claim(self) -> Claim:
        """Who they say they are, with what the environment holds; a password is asked for if nothing else proves it."""
        user = self.user or os.environ.get("AXENIC_USER", "")
        station = self.station or os.environ.get("AXENIC_STATION", "")
        session = self.session or os.environ.get("AXENIC_SESSION", "")
        secrets = {name: os.environ.get(f"AXENIC_{name.upper()}", "") for name in ("password", "code", "once")}
        if user and not (secrets["password"] or secrets["once"] or session):
            secrets["password"] = _asked(f"password of {user}: ")
        return Claim(
            user, station=station, session=session, role=self.role, reason=self.reason, seen=self.seen, **secrets
        )

    def confirmed(self) -> Claim | None:
        """The second person, if one is named."""
        if not self.second:
            return None
        password = os.environ.get("AXENIC_SECOND_PASSWORD", "") or _asked(f"password of {self.second}: ")
        return Claim(user=self.second, password=password, code=os.environ.get("AXENIC_SECOND_CODE", ""))


_NOBODY = Giver()


def _verb(command: type[Command]) -> Callable[..., int]:
    """A function for the command line: a command, whose fields are its words and options, and who gives it."""

    def verb(
        wanted: Command,
        *,
        journal: Annotated[str, Parameter(help="The journal, a path or an address.")],
        by: Annotated[Giver, Parameter(name="*")] = _NOBODY,
        json: Annotated[bool, Parameter(help="Write JSON.")] = False,
    ) -> int:
        return _carry_out(wanted, journal, by, json)

    own = fields(command)  # type: ignore[arg-type]
    verb.__annotations__["wanted"] = Annotated[command, Parameter(name="*", parse=bool(own))]
    verb.__doc__ = command.__doc__
    if all(f.default is not MISSING for f in own):
        verb.__defaults__ = (command(),)  # nothing has to be said of it
    return verb


def _carry_out(wanted: Command, journal: str, by: Giver, as_json: bool) -> int:
    try:
        if isinstance(wanted, EnrolUser) and not wanted.chosen:
            wanted = replace(wanted, chosen=os.environ.get("AXENIC_CHOSEN", "") or _asked("choose a password: "))
        bus = open_bus(journal)
        try:
            keys = station_keys(bus.journal.place)
            if isinstance(wanted, AddStation) and not wanted.key:
                wanted = replace(wanted, key=keys.public(wanted.station))
            act, shown = Terminal(bus, keys, TimeOfDay().now).do(wanted, by.claim(), by.confirmed())
        finally:
            anchored(bus)
            bus.close()
    except Refused as refused:
        return refuse_act(refused, as_json)
    except JournalError as error:
        return refuse([error.finding], as_json)
    except Unreadable as error:  # the vault, after the act is on record
        return refuse(list(error.findings), as_json)
    except (OSError, sqlite3.Error) as error:  # the journal or the safe beside it: then nothing was done
        return refuse([Finding("AX0301", str(error), "check disk space and permissions", journal)], as_json)
    return _tell(act, shown, wanted, as_json)


def _tell(act: Act, shown: dict[str, Any], command: Command, as_json: bool) -> int:
    """Say what was done; exit code 1 if a person must heed something about it."""
    result = {"done": act.command, "object": act.object, "batch": act.batch, "at": act.at, "new": dict(act.new)}
    lines = [f"{act.command}: {act.object}", *(f"{name}: {value}" for name, value in shown.items())]
    lines, alerts = [*lines, *command.notes(act)], command.alerts(act)
    say(result | {"alerts": alerts} | shown, "\n".join([*lines, *alerts]), as_json)
    return NOT_GOOD if alerts else 0


def anchored(bus: Bus) -> None:
    """Keep the head outside the database after every command, so that nothing up to it can be cut off."""
    try:
        bus.journal.anchor()
    except JournalError as error:
        sys.stderr.write(f"{error.finding}\n")


def refuse_act(refused: Refused, as_json: bool) -> int:
    """Say why a command was refused; exit code 4."""
    result = {"code": refused.code, "refused": True, "because": list(refused.because)}
    if as_json:
        sys.stdout.write(json_text.dumps(result, ensure_ascii=False) + "\n")
    lines = "\n".join(f"  - {text}" for text in refused.because)
    sys.stderr.write(f"refused[{refused.code}]: {CODES.get(refused.code, '')}\n{lines}\n")
    return REFUSED


def _asked(prompt: str) -> str:
    return getpass.getpass(prompt, sys.stderr) if sys.stdin.isatty() else ""
