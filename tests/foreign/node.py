"""A script of another stack in a process of its own: it is asked and answers in lines, and tells what it hears."""

from __future__ import annotations

import json
import queue
import shutil
import subprocess
import tempfile
import threading
from pathlib import Path

import pytest

HERE = Path(__file__).parent
NODE = shutil.which("node")
MISSING = (
    "node is not installed"
    if NODE is None
    else ""
    if (HERE / "node_modules" / "node-opcua").is_dir()
    else "node-opcua is not installed: `make foreign`"
)
installed = pytest.mark.skipif(bool(MISSING), reason=MISSING)
_PATIENCE_S = 60.0


class Refused(Exception):
    """The script was told no; the text is what its stack makes of that."""


class Node:
    """A script that runs; `ask` waits for its answer, `told` for something that it hears."""

    def __init__(self, script, *arguments):
        assert NODE is not None
        self._said = tempfile.TemporaryFile()  # noqa: SIM115  it is open for as long as the process runs
        self._process = subprocess.Popen(
            [NODE, str(HERE / script), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
            text=True,
        )
        self._answers, self._news = queue.Queue(), queue.Queue()
        self._reading = threading.Thread(target=self._read, daemon=True)
        self._reading.start()
        self.told("ready")

    def ask(self, what, **given):
        self._process.stdin.write(json.dumps({"ask": what, **given}) + "\n")
        self._process.stdin.flush()
        answer = self._answers.get(timeout=_PATIENCE_S)
        if "refused" in answer:
            raise Refused(answer["refused"])
        return answer["gives"]

    def told(self, kind, wanted=lambda row: True, within_s=_PATIENCE_S):
        """The next of a kind that is wanted; what came before it is dropped."""
        while True:
            row = self._news.get(timeout=within_s)
            assert row["tells"] != "ended", self._last_words()
            if row["tells"] == kind and wanted(row):
                return row

    def kill(self):
        """As if its power went."""
        self._process.kill()
        self.ended()

    def ended(self):
        """Waits until it has ended."""
        self._process.wait(_PATIENCE_S)
        self._reading.join()
        self._process.stdin.close()
        self._process.stdout.close()
        self._said.close()

    def _read(self):
        for line in self._process.stdout:
            row = json.loads(line)
            (self._news if "tells" in row else self._answers).put(row)
        self._news.put({"tells": "ended"})
        self._answers.put({"refused": "it has ended"})

    def _last_words(self):
        self._said.seek(0)
        return self._said.read()[-2000:].decode()
