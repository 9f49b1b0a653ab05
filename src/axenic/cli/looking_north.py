"""What `north` does."""

from __future__ import annotations

import asyncio
import secrets
import signal
import sys
from contextlib import suppress
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from axenic.cli.answer import NOT_GOOD, refuse, say
from axenic.cli.job import Job, job_of
from axenic.cli.ordering import Unfit
from axenic.device.opcua.accounts import Duty, enrol
from axenic.device.opcua.authority import Authority, Peer
from axenic.device.opcua.credentials import Credentials
from axenic.live.clock import now_ms
from axenic.north.service import North
from axenic.north.view import Differs, View
from axenic.notation.finding import Finding
from axenic.quality.books import Books
from axenic.quality.permissions import shipped
from axenic.record.following import Following
from axenic.record.journal import JournalError
from axenic.record.place import shown

_LINK = 5  # exit code: device or network
AUTHORITY, SERVER, VIEWER, BROKER = "authority", "server", "viewer", "broker"


def issue(
    folder: Path, *, host: tuple[str, ...] = ("localhost", "127.0.0.1"), user: str = "historian", json: bool = False
) -> int:
    """Make an authority, the server's credentials and those of one viewer; what is there already is kept.

    Parameters
    ----------
    folder
        Where they are put: authority (keep it in a safe), server, viewer.
    host
        The names and addresses by which the server is reached; once for each.
    user
        The viewer's account; its password is made, and lies in viewer/login.json.
    json
        Write JSON.
    """
    try:
        known = (folder / AUTHORITY).exists()
        made = Authority.open if known else lambda where: Authority.create(where, "north", now_ms())
        authority = made(folder / AUTHORITY)
        authority.issue(folder / SERVER, Peer.EQUIPMENT, "north", now_ms(), hosts=host)
        authority.issue(folder / VIEWER, Peer.ENGINE, user, now_ms())
        password = secrets.token_urlsafe(24)
        enrol(Credentials(folder / SERVER), user, password, Duty.VIEWER)
        Credentials(folder / VIEWER).keep_login(user, password)
    except (OSError, ValueError) as error:
        return refuse([_unserved(error, folder)], json, _LINK)
    result = {"server": str(folder / SERVER), "viewer": str(folder / VIEWER), "user": user}
    say(result, f"server {folder / SERVER}\nviewer {folder / VIEWER}, account {user}", json)
    return 0


def serve(journal: str, credentials: Path, port: int, host: str, sparkplug: str, json: bool) -> int:
    """Serve until interrupted."""
    try:
        following = Following(journal)
        entries = following.news()
        job = job_of(entries)
        view = View(job.control(), Books(shipped(), following.head.simulated))
        for entry in entries:
            view.take(entry)
        north = North(following, view, f"opc.tcp://{host}:{port}", Credentials(credentials), now_ms)
        north.tell = _tell
        if sparkplug:
            north.onlookers = (_publisher(sparkplug, credentials, following, job),)
        where = {"journal": shown(journal), "serves": f"opc.tcp://{host}:{port}", "sparkplug": sparkplug}
        asyncio.run(_serving(north, where | _read(following), json))
    except Unfit as error:
        return refuse(error.findings, json)
    except JournalError as error:
        return refuse([error.finding], json)
    except Differs as error:
        hint = "axenic verify and axenic replay say more"
        return refuse([Finding("AX0303", str(error), hint, shown(journal))], json, NOT_GOOD)
    except (OSError, ValueError) as error:
        return refuse([_unserved(error, credentials)], json, _LINK)
    return 0


async def _serving(north: North, result: dict[str, Any], as_json: bool) -> None:
    serving = asyncio.create_task(north.serve())
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, serving.cancel)
    listening = asyncio.create_task(north.listening.wait())
    await asyncio.wait([serving, listening], return_when=asyncio.FIRST_COMPLETED)
    if listening.done():
        say(result, "\n".join(f"{key}: {value}" for key, value in result.items() if value != ""), as_json)
        sys.stdout.flush()
    listening.cancel()
    with suppress(asyncio.CancelledError):
        await serving
    _tell("the view is closed")


def _read(following: Following) -> dict[str, Any]:
    head = following.head
    return {"simulated": head.simulated, "events": head.size, "root": head.root}


def _publisher(url: str, credentials: Path, following: Following, job: Job) -> Any:
    """The publisher of a journal; raises Unfit."""
    try:
        from axenic.north.sparkplug.edge import Edge
        from axenic.north.sparkplug.publisher import Broker, Publisher
    except ImportError as error:
        raise Unfit([Finding("AX0007", f"Sparkplug is not installed: {error}", "install axenic[sparkplug]")]) from error
    try:
        broker = Broker(url, credentials / BROKER)
    except ValueError as error:
        raise Unfit([Finding("AX0007", str(error), "write --sparkplug mqtts://host:port")]) from error
    if not (broker.secure or following.head.simulated or _here(broker.host)):
        text = f"{broker} is not encrypted, and the journal is of real batches"
        raise Unfit([Finding("AX0007", text, "write --sparkplug mqtts://host:port")])
    return Publisher(broker, Edge(job.plant.plant, following.head.origin), now_ms, _tell)


def _here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _tell(text: str) -> None:
    sys.stderr.write(f"{text}\n")


def _unserved(error: Exception, where: Path) -> Finding:
    hint = "is the port free, and do the credentials lie there? axenic north credentials makes them"
    return Finding("AX0914", f"the view cannot be served: {error}", hint, str(where))
