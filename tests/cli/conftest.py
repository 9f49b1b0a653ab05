"""Calling the command as its users do."""

from __future__ import annotations

from pathlib import Path

import pytest

from axenic.cli import main as cli

ORDERS = Path(__file__).resolve().parents[2] / "examples" / "orders" / "six-patients.yaml"


@pytest.fixture
def axenic(capsys):
    """Call a verb: exit code, stdout, stderr; a traceback is never let through."""

    def call(*words: object):
        try:
            code = cli.app([str(w) for w in words], result_action="return_value", exit_on_error=False)
        except SystemExit as stop:
            code = stop.code
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return code or 0, out, err

    call.seen = capsys.readouterr
    return call
