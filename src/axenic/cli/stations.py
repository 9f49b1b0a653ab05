"""The verb `station key`: the public key of a station, made where the station stands."""

from __future__ import annotations

from axenic.cli.acting import station_keys
from axenic.cli.answer import refuse, say
from axenic.notation.finding import Finding
from axenic.record.error import JournalError
from axenic.record.place import Place


def key(station: str, *, journal: str, json: bool = False) -> int:
    """Show the public key of a station, to be enrolled with `station add --key`; the private one is made and kept here.

    Parameters
    ----------
    station
        The station's name.
    journal
        The journal it is for; the key lies beside the journal's own, or in the file that AXENIC_STATION_KEY names.
    json
        Write JSON.
    """
    try:
        keys = station_keys(Place.of(journal))
        public, file = keys.public(station), str(keys.file(station))
    except JournalError as error:
        return refuse([error.finding], json)
    except OSError as error:
        return refuse([Finding("AX1007", str(error), "check the file of the station's key", station)], json)
    say(
        {"station": station, "key": public, "file": file},
        f"{public}\nkept in {file}; it never leaves the station",
        json,
    )
    return 0
