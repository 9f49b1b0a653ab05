"""The verb `north`: serve the view; make its credentials. What it needs is read only when it is called."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from cyclopts import App

app = App(name="north", help="A read-only view for the plant's historian: OPC UA, and MQTT Sparkplug B if asked.")
app.command("axenic.cli.looking_north:issue", name="credentials", help="Certificates and accounts to begin with.")


@app.default
def north(
    *,
    journal: str,
    credentials: Path,
    port: int = 4840,
    host: str = "127.0.0.1",
    sparkplug: str = "",
    json: bool = False,
) -> int:
    """Show a journal while it grows: site, units, chambers, batches, alarms. Nothing can be written or called.

    Parameters
    ----------
    journal
        The journal: a file, or postgresql://host/database.
    credentials
        The folder of the server's certificate, key, trust and accounts; `north credentials` makes one.
    port
        The port of the OPC UA server.
    host
        The address it listens at; 0.0.0.0 for all.
    sparkplug
        Also publish to this broker: mqtts://host:port, or mqtt:// on this machine or where all is simulated. Login and
        authority of the broker lie in `broker` in the folder of the credentials.
    json
        Write where it can be reached as JSON.
    """
    return int(import_module("axenic.cli.looking_north").serve(journal, credentials, port, host, sparkplug, json))
