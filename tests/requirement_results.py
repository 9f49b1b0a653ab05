"""Writes which requirement was proven by which test, and how it ended, after a run of the whole suite.

A part of the suite writes nothing: its results would hide what was not run.
"""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path

import pytest

from axenic.quality.trace_matrix import FAILED, NOT_RUN, PASSED

TARGET = Path("out/requirements.json")
_MARK = "requirement"
_OUTCOMES = {"passed": PASSED, "failed": FAILED, "skipped": NOT_RUN}


class Collector:
    """Gathers the outcome of every test that is marked with a requirement."""

    def __init__(self) -> None:
        self.found: dict[str, dict[str, str]] = defaultdict(dict)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        marked = dict(report.user_properties).get(_MARK)
        if not marked or (report.when != "call" and report.outcome == "passed"):
            return
        for name in str(marked).split(","):
            self.found[name][report.nodeid] = _OUTCOMES[report.outcome]

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        whole = not session.config.option.keyword and session.config.args == session.config.getini("testpaths")
        if whole and not hasattr(session.config, "workerinput"):
            target = session.config.rootpath / TARGET
            target.parent.mkdir(exist_ok=True)
            target.write_text(json.dumps(self.found, indent=1, sort_keys=True), "utf-8")


def note_marks(items: list[pytest.Item]) -> None:
    """Put the ids of a test's marks where its report carries them from one process to another."""
    for item in items:
        names = [str(name) for mark in item.iter_markers(_MARK) for name in mark.args]
        if names:
            item.user_properties.append((_MARK, ",".join(names)))
