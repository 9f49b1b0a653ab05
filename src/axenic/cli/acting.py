"""A command of a person on the command line; who it is comes from options and environment, no password is in sight.

The verbs are made from the command classes of `quality`: a new command needs no line here.
"""

from __future__ import annotations

import getpass
import inspect
import json as json_text
import os
import sqlite3
import sys
from collections.abc import Callable
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Annotated, Any, get_type_hints

from cyclopts import App, Parameter

from axenic.cli.answer import NOT_GOOD, refuse, say
from axenic.identity.unreadable import Unreadable
from axenic.live.disk import used
from axenic.live.time_of_day import TimeOfDay
from axenic.notation.finding import CODES, Finding
from axenic.quality.actor import Claim, Refused
from axenic.quality.bus import Bus
from axenic.quality.command import Command
from axenic.quality.commands import COMMANDS
from axenic.quality.commands.station import AddStation
from axenic.quality.permissions import shipped
from axenic.quality.safe import Safe
from axenic.quality.terminal import StationKeys, Terminal
from axenic.record.entry import Act
from axenic.record.journal import Journal, JournalError
from axenic.record.place import Place

REFUSED = 4

_WHO: dict[str, tuple[str, str]] = {  # option: what it is, and the variable that may hold it instead
    "user": ("Who you are.", "AXENIC_USER"),
    "station": ("The enrolled station you are at.", "AXENIC_STATION"),
    "session": ("The token of your session.", "AXENIC_SESSION"),
    "role": ("As which of your roles you act; the first that may, if none is named.", ""),
    "reason": ("Why, where a reason is needed.", ""),
    "seen": ("The digest of what was shown to you, to sign it.", ""),
    "second": ("The second person, where one is needed; their password is in AXENIC_SECOND_PASSWORD.", ""),
}
_OPTION = {"user": "--as"}
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


def _verb(command: type[Command]) -> Callable[..., int]:
    """A function for the command line with the fields of a command, and who gives it."""

    def verb(*words: Any, **options: Any) -> int:
        given = dict(told.bind(*words, **options).arguments)
        given = {p.name: given.get(p.name, p.default) for p in parameters}
        own = {f.name: given.pop(f.name) for f in fields(command)}  # type: ignore[arg-type]
        return _carry_out(command, own, given)

    hints = get_type_hints(command)
    parameters = []
    for f in fields(command):  # type: ignore[arg-type]
        default = inspect.Parameter.empty if f.default is MISSING else f.default
        kind = inspect.Parameter.POSITIONAL_OR_KEYWORD if f.default is MISSING else inspect.Parameter.KEYWORD_ONLY
        parameters.append(_parameter(f.name, kind, default, hints[f.name], str(f.metadata.get("help", ""))))
    only = inspect.Parameter.KEYWORD_ONLY
    parameters.append(_parameter("journal", only, inspect.Parameter.empty, str, "The journal, a path or an address."))
    taken = {f.name for f in fields(command)}  # type: ignore[arg-type]
    for name, (help_, _) in _WHO.items():
        option = _OPTION.get(name, f"--as-{name}" if name in taken else f"--{name}")
        parameters.append(_parameter(f"by_{name}", only, "", str, help_, option))
    parameters.append(_parameter("json", only, False, bool, "Write JSON."))
    told = inspect.Signature(parameters, return_annotation=int)
    verb.__signature__ = told  # type: ignore[attr-defined]
    verb.__annotations__ = {p.name: p.annotation for p in parameters} | {"return": int}
    verb.__name__, verb.__doc__ = command.NAME.replace(" ", "_"), command.__doc__
    return verb


def _parameter(name: str, kind: Any, default: Any, of: Any, help_: str, option: str = "") -> inspect.Parameter:
    told = Parameter(name=option, help=help_) if option else Parameter(help=help_)
    return inspect.Parameter(name, kind, default=default, annotation=Annotated[of, told])


def _carry_out(command: type[Command], own: dict[str, Any], given: dict[str, Any]) -> int:
    journal, as_json = given["journal"], given["json"]
    try:
        if "chosen" in own and not own["chosen"]:
            own["chosen"] = os.environ.get("AXENIC_CHOSEN", "") or _asked("choose a password: ")
        bus = open_bus(journal)
        try:
            keys = station_keys(bus.journal.place)
            if command is AddStation and not own["key"]:
                own["key"] = keys.public(own["station"])
            wanted = command(**own)
            act, shown = Terminal(bus, keys, TimeOfDay().now).do(wanted, _claim(given), _second(given))
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


def _claim(given: dict[str, Any]) -> Claim:
    said = {
        name: given[f"by_{name}"] or os.environ.get(variable, "")
        for name, (_, variable) in _WHO.items()
        if name != "second"
    }
    password = os.environ.get("AXENIC_PASSWORD", "")
    once = os.environ.get("AXENIC_ONCE", "")
    if not (password or said["session"] or once) and said["user"]:
        password = _asked(f"password of {said['user']}: ")
    return Claim(**said, password=password, code=os.environ.get("AXENIC_CODE", ""), once=once)


def _second(given: dict[str, Any]) -> Claim | None:
    user = given["by_second"]
    if not user:
        return None
    password = os.environ.get("AXENIC_SECOND_PASSWORD", "") or _asked(f"password of {user}: ")
    return Claim(user=user, password=password, code=os.environ.get("AXENIC_SECOND_CODE", ""))


def _asked(prompt: str) -> str:
    return getpass.getpass(prompt, sys.stderr) if sys.stdin.isatty() else ""
