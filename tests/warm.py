"""`axenic` for a shell of a test: each call is a process of its own, forked from one that has imported everything."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_CALL = """#!{python} -IS
import json, os, socket, sys
line = socket.socket(socket.AF_UNIX)
line.connect({where!r})
said = json.dumps([sys.argv[1:], os.getcwd(), dict(os.environ)]).encode()
socket.send_fds(line, [len(said).to_bytes(4, "big")], [0, 1, 2])
line.sendall(said)
sys.exit(line.recv(1)[0])
"""


@contextmanager
def warm(folder: Path) -> Iterator[Path]:
    """A folder for PATH with the command `axenic` in it."""
    where, command = str(folder / "line"), folder / "axenic"
    command.write_text(_CALL.format(python=sys.executable, where=where), "utf-8")
    command.chmod(0o700)
    with subprocess.Popen([sys.executable, "-m", "tests.warm", where], stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None and process.stdout.readline() == b"ready\n"
            yield folder
        finally:
            process.kill()


def _serve(where: str) -> None:
    import axenic.cli.proof
    import axenic.cli.reviewing
    import axenic.cli.run  # noqa: F401
    from axenic.cli import people  # noqa: F401

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(where)
    listening.listen()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while True:
        line, _ = listening.accept()
        if not os.fork():
            _answer(line)
        line.close()


def _answer(line: socket.socket) -> None:
    """Be the process that was called: its files, folder and environment; then say how it ended."""
    from axenic.cli.main import main

    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    size, files, _, _ = socket.recv_fds(line, 4, 3)
    data = b""
    while len(data) < int.from_bytes(size, "big"):
        data += line.recv(1 << 16)
    words, folder, environment = json.loads(data)
    for n, file in enumerate(files):
        os.dup2(file, n)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["axenic", *words]
    code = 2
    try:
        main()
    except SystemExit as stop:
        code = int(stop.code or 0)
    finally:
        sys.stdout.flush()
        line.send(bytes([code]))
        os._exit(code)


if __name__ == "__main__":
    _serve(sys.argv[1])
