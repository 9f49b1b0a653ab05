"""A dose that persons review and release while the engine waits, by commands alone; then it is packed and shipped."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from argon2 import PasswordHasher

from axenic.control.orders import CloseBatch, DisposeBatch, RunPhase
from axenic.quality.review import unanswered
from axenic.quality.safe import Safe
from axenic.record.journal import Journal, read_entries
from tests.attacks.inspector import Inspector
from tests.quality.site import Site

RUN = ("run", "car-t-9-day", "--plant", "robotic-cluster", "--no-records", "--people", "--json")
FIRST = "orders:\n  - {batch: AX-0000, patient: COI-0, ordered: 2026-01-05T06:00:00Z, due: 2026-02-04T06:00:00Z}\n"
BATCH = "AX-0001"
DOSE = f"batch {BATCH}"
STEP = "expand/grow#1"


class Guarded(Site):
    """A site whose safe lies where the command looks for it."""

    def __post_init__(self) -> None:
        cheap = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
        self.safe = Safe(self.journal.place.beside(".safe"), cheap)
        self._stands()


class Line(Inspector):
    """Persons at the command line, and the engine that is called again and again."""

    def runs(self) -> str:
        """Go on; what became of the dose."""
        code, out, err = self._axenic(*RUN, "--orders", self.site.folder / "first.yaml", "--journal", self.where)
        assert code == 0, err
        assert (f"{BATCH} waits for persons" in err) == (not self.did(DisposeBatch))
        self.site.bus.catch_up()
        return {b["id"]: b["outcome"] for b in json.loads(out)["batches"]}[BATCH]

    def state(self) -> str:
        return self.show("release", "show", BATCH)["state"]

    def did(self, kind: type) -> list[str]:
        """What the engine ordered of a kind for the dose, in order."""
        things = [e.thing for e in read_entries(self.site.journal.place)]
        return [
            getattr(t, "run", "") or getattr(t, "outcome", "")
            for t in things
            if isinstance(t, kind) and t.batch == BATCH
        ]

    def records(self) -> None:
        """A value that was read at the line, and is written down now."""
        things = [e.thing for e in read_entries(self.site.journal.place)]
        begun = next(t.at for t in things if isinstance(t, RunPhase) and t.run == f"{BATCH}/{STEP}")
        read = datetime.fromtimestamp(begun // 1000 + 60, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        value = ("--value", "91", "--unit", "%", "--how", "scanned", "--scan", "]Q191", "--occurred", read)
        self.does("op", "entry", "add", BATCH, STEP, "viability", *value, second="lead")

    def reviewed(self) -> None:
        """Every exception answered, and the three reviews signed."""
        entries = [str(flag.seq) for flag in unanswered(self.site.books, BATCH)]
        if entries:
            self.does("qa2", "review", "answer", BATCH, *(word for e in entries for word in ("--entries", e)))
        for user, kind in (("lead", "production"), ("qa", "quality"), ("qa3", "trail")):
            self.does(user, "review", kind, BATCH, sees=DOSE)


@pytest.fixture
def line(axenic, tmp_path, monkeypatch):
    """A dose that was ordered by command and is made and tested; the engine rests until persons have decided."""
    path, orders = tmp_path / "journal.db", tmp_path / "first.yaml"
    orders.write_text(FIRST, "utf-8")
    assert axenic(*RUN, "--orders", orders, "--journal", path)[0] == 0
    site = Guarded(Journal.join(path), tmp_path).staffed()
    line = Line(site, axenic, monkeypatch)
    line.does("qa", "order", "abort", "AX-0000")  # or it would wait for persons as well
    line.does("lead", "order", "place", BATCH, "--patient", "COI-1", "--recipe", "car-t-9-day", "--due", "2027-01-15")
    line.runs()
    yield line
    site.bus.close()


def packed(line: Line) -> list[str]:
    return [run for run in line.did(RunPhase) if run.startswith(f"{BATCH}/pack/")]


@pytest.mark.requirement("A16-1", "US-192")
def test_persons_record_review_and_certify_and_the_run_goes_on_to_pack_and_ship(line):
    assert (line.state(), line.did(DisposeBatch), packed(line)) == ("executed", [], [])
    line.records()
    line.reviewed()
    line.runs()
    assert (line.state(), line.did(DisposeBatch)) == ("quality reviewed", [])  # reviews alone release nothing
    line.does("qp", "release", "certify", BATCH, sees=DOSE)
    assert line.runs() == "released"
    assert line.did(DisposeBatch) == ["released"] and packed(line) and len(line.did(CloseBatch)) == 1
    shown = line.show("release", "show", BATCH)
    assert (shown["state"], shown["blockers"]) == ("certified", [])  # to pack as planned makes nothing void
    size = len(line.did(RunPhase))
    assert line.runs() == "released" and len(line.did(RunPhase)) == size


@pytest.mark.requirement("A16-1")
def test_a_dose_that_persons_reject_is_never_packed(line):
    line.does("qp", "release", "reject", BATCH, sees=DOSE)
    assert line.runs() == "rejected"
    assert (line.state(), packed(line), line.did(DisposeBatch)) == ("rejected", [], ["rejected"])


@pytest.mark.requirement("A16-1", "US-192")
def test_a_certificate_that_became_void_before_the_engine_took_it_releases_nothing(line):
    line.reviewed()
    line.does("qp", "release", "certify", BATCH, sees=DOSE)
    line.records()
    line.runs()
    assert (line.did(DisposeBatch), packed(line)) == ([], [])
    line.reviewed()
    line.does("qp", "release", "certify", BATCH, sees=DOSE)
    assert line.runs() == "released" and packed(line)


@pytest.mark.requirement("A16-1")
def test_an_abort_that_was_asked_for_comes_before_the_certificate_and_the_dose_counts_as_recalled(line):
    line.reviewed()
    line.does("qp", "release", "certify", BATCH, sees=DOSE)
    line.does("qa", "order", "abort", BATCH)
    assert line.runs() == "rejected"
    assert (line.state(), packed(line)) == ("recalled", [])
