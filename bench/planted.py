"""Anomalies, one for each rule of review by exception, and a long log of sound batches in which they can be planted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

from axenic.control.facts import (
    AbortRequested,
    HoldRequested,
    OutcomeLost,
    OutcomeSettled,
    PhaseCompleted,
    PhaseFailed,
    ZoneAlarmed,
)
from axenic.control.orders import DisposeBatch, HoldUnit, JudgeCycle, PermitPassage, RaiseException, RunPhase
from axenic.record.entry import Act, Document, Entry, Thing
from bench.scene import HOUR, shipped_cluster

PATIENTS = 10
NUMBER = 900_000_000  # orders of planted anomalies are numbered from here
Anomaly = Callable[[str, int, int], list[Thing]]  # batch, order number, time


def _act(command: str, **said: Any) -> Anomaly:
    who = {"actor": "op", "role": "operator", "station": "S-1", "object": "value E-1"}
    return lambda batch, number, at: [Act(at, command, batch=batch, **who | said)]


def _site(command: str, **said: Any) -> Anomaly:
    return lambda batch, number, at: [Act(at, command, **said)]


def _raised(kind: str, severity: str = "major", text: str = "said so") -> Anomaly:
    return lambda batch, number, at: [RaiseException(number, at, batch, kind, severity, text)]


def _rejected(reason: str) -> Anomaly:
    return lambda batch, number, at: [DisposeBatch(number, at, batch, "rejected", reason)]


def _asked(answer: Callable[[int, int], Thing]) -> Anomaly:
    """An order to a unit, and how it was answered."""
    return lambda batch, number, at: [
        RunPhase(number, at, "sealer-1", "seal", f"{batch}/fill/seal#1", batch),
        answer(number, at),
    ]


def _cycle(program: str, verdict: str) -> Anomaly:
    return lambda batch, number, at: [
        JudgeCycle(number, at, f"C-{number}", "airlock-1", program, "", batch, verdict, ("a gap of 40 s",), {}, 0)
    ]


def _passage(batch: str, number: int, at: int) -> list[Thing]:
    where = (f"P-{number}", "connection", f"{batch}:cells", "reactor-1", "reactor-1")
    return [PermitPassage(number, at, batch, *where, 1, (), "connection", "0.001", "0.004")]


def _mismatch(batch: str, number: int, at: int) -> list[Thing]:
    because = ("the label does not match the batch",)
    return _act("scan bag", refused=because)(batch, number, at)


def _scanned_again(batch: str, number: int, at: int) -> list[Thing]:
    return [*_mismatch(batch, number, at), *_act("scan bag", new={"scan": "=<W0000>"})(batch, number, at)]


def _three_failures(batch: str, number: int, at: int) -> list[Thing]:
    because = ("user or password are not right",)
    return [Act(at + n, "user login", new={"claimed": "qp"}, refused=because) for n in range(3)]


ANOMALIES: dict[str, Anomaly] = {
    "equipment-not-ready": _raised("equipment not ready", text="isolator-1: calibration ran out"),
    "unit-held": lambda batch, number, at: [HoldUnit(number, at, "reactor-1", "no answer")],
    "material-expired": _raised("material expired", "minor"),
    "material-not-approved": _act("material use", new={"material": "vector lot 7", "status": "quarantine"}),
    "wrong-material": _act("material use", refused=("wrong lot: beads of another kit",)),
    "parameter-out-of-limits": _raised("batch held", text="in-process control: pH 6.1, limit pH >= 6.8"),
    "parameter-at-alert": _raised("alert limit", "minor"),
    "control-rejected": _rejected("in-process control: viable cells 1e6, limit >= 1e8"),
    "charge-over-limits": _act("charge add", new={"charged": "420", "at most": "400", "unit": "mL"}),
    "hold-time-exceeded": _rejected("hold limit before expand exceeded"),
    "filter-integrity": _asked(lambda n, at: PhaseCompleted(at, n, {"filter integrity": "0"})),
    "leak-test": _cycle("leak-isolator", "fail"),
    "phase-failed": _asked(lambda n, at: PhaseFailed(at, n, "the pump stood still")),
    "equipment-fault": _raised("equipment fault", "minor"),
    "out-of-specification": _rejected("release test viability: viability 61, limit >= 80 %"),
    "analysed": _raised("analysis run again"),
    "late-result-out": _act(
        "release result", new={"test": "sterility", "value": "1", "limit": "== 0 1", "verdict": "out of limit"}
    ),
    "missing-data": _raised("batch held", text="in-process control: no result, limit pH >= 6.8"),
    "raw-data-invalid": _raised("raw data invalid", "critical"),
    "cycle-void": _cycle("vapour-airlock", "void"),
    "typed-in": _act("entry add", new={"how": "typed"}),
    "corrected": _act("entry correct", old={"value": "5"}, new={"value": "6"}, reason="read again"),
    "late-entry": lambda batch, number, at: _act("entry add", new={"occurred": at - HOUR})(batch, number, at),
    "bypassed": _act("bypass force", reason="door sensor is broken"),
    "bypass-seen": _raised("interlock bypass", "critical"),
    "settled-by-word": _asked(lambda n, at: OutcomeSettled(at, n, True, "op", "the seal is there")),
    "skipped": _act("entry add", refused=("'entry add' is not possible from 'executed'",)),
    "changed-under-way": lambda batch, number, at: [Document("plant", "robotic-cluster", "plant: other", at)],
    "other-recipe": _raised("other recipe than issued", "critical"),
    "manual-step": _raised("hold not lifted", "minor"),
    "deviation-opened": _act("deviation open", new={"what": "a bag fell"}),
    "link-failed": _asked(lambda n, at: OutcomeLost(at, n, "the line went dead")),
    "order-refused": _raised("order refused"),
    "in-doubt": _raised("outcome in doubt", "critical"),
    "comment": _act("entry add", reason="bag dropped, picked up"),
    "comment-seen": _raised("comment", "minor"),
    "comment-written": _act("entry add", new={"comment": "looked turbid"}),
    "hold-asked-for": lambda batch, number, at: [HoldRequested(at, batch, "op", "foam in the line")],
    "aborted": lambda batch, number, at: [AbortRequested(at, batch, "op", "the patient is too ill")],
    "not-accepted": _rejected("the review did not accept the batch record"),
    "contamination-budget": _passage,
    "passage-refused": _raised("passage refused", "minor"),
    "decontamination-again": _raised("cycle not passed", "minor"),
    "zone-alarm": lambda batch, number, at: [ZoneAlarmed(at, "grade B", "pressure lost")],
    "alarm-seen": _raised("alarm open"),
    "environment-excursion": _raised("environment excursion"),
    "environment-noted": _raised("environment alert", "minor"),
    "recalled": _raised("recalled", "critical"),
    "identity-mismatch": _mismatch,
    "identity-mismatch-seen": _raised("identity mismatch", "critical"),
    "scanned-again": _scanned_again,
    "scanned-again-seen": _raised("scanned again after a mismatch"),
    "transport-temperature": _raised("temperature out of range"),
    "access-repeated": _three_failures,
    "access-refused": _act("release certify", refused=("'release certify' needs the role QP; op has: operator",)),
    "accounts-recovered": _site("user recover", object="person admin", new={"by": "ann", "and": "bob"}, reason="fire"),
    "clock-set": _site("clock stepped", object="clock site", new={"by ms": -3_600_000}),
    "clock-jumped": _raised("clock jump"),
    "outage": _site("backup restore", actor="sys", reason="the disk failed"),
    "outage-seen": _raised("outage"),
    "overdue": _raised("overdue"),
    "anything-else": _raised("a kind nobody has thought of"),
}
TWENTY = (
    *("wrong-material", "parameter-out-of-limits", "charge-over-limits", "filter-integrity", "phase-failed"),
    *("missing-data", "typed-in", "corrected", "late-entry", "bypassed", "settled-by-word", "changed-under-way"),
    *("link-failed", "comment", "contamination-budget", "zone-alarm", "scanned-again", "access-repeated"),
    *("clock-set", "outage"),
)


def sound(events: int) -> list[Thing]:
    """A log of at least so many things: ten patients on the shipped cluster, over and over under other names."""
    once: list[Thing] = [x for fact, orders in shipped_cluster(PATIENTS).play().steps for x in (fact, *orders)]
    names = {type(thing): frozenset(f.name for f in fields(thing)) for thing in once}  # type: ignore[arg-type]
    log: list[Thing] = []
    while len(log) < events:
        turn = len(log) // len(once)
        log += [_renamed(thing, names[type(thing)], turn) for thing in once] if turn else once
    return log


def _renamed(thing: Thing, names: frozenset[str], turn: int) -> Thing:
    """The same thing of other batches; times stay, as if another cluster had run beside this one."""
    said: dict[str, Any] = {}
    for name in names & {"number", "order", "stops", "concerns"}:
        said[name] = getattr(thing, name) + turn * 1_000_000
    batch = getattr(thing, "batch", "")
    if batch:
        said["batch"] = f"{batch}-{turn}"
    if batch and "run" in names:
        said["run"] = getattr(thing, "run").replace(batch, said["batch"], 1)  # noqa: B009
    return replace(thing, **said)  # type: ignore[type-var]


def entries_of(things: list[Thing]) -> list[Entry]:
    """As a journal would number them."""
    return [Entry(seq, "", thing) for seq, thing in enumerate(things, 1)]


def planted(log: list[Thing], rules: tuple[str, ...] = TWENTY) -> tuple[list[Thing], dict[str, set[int]]]:
    """The log with an anomaly of each rule in it, evenly spread; and the entries on which each now stands."""
    where = {len(log) * (n + 1) // (len(rules) + 1): rule for n, rule in enumerate(rules)}
    out: list[Thing] = []
    seqs: dict[str, set[int]] = {}
    for place, thing in enumerate(log):
        if place in where:
            rule = where[place]
            batch = next(t.batch for t in log[place:] if isinstance(t, RunPhase) and t.batch and "/test/" not in t.run)
            made = ANOMALIES[rule](batch, NUMBER + place, thing.at)
            seqs[rule] = set(range(len(out) + 1, len(out) + len(made) + 1))
            out += made
        out.append(thing)
    return out, seqs
