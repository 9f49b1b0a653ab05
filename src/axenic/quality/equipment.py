"""One piece of equipment: its calibrations, its qualification, and the state that is computed of them, never set.

Stages in order DQ, FAT, SAT, IQ, OQ, PQ (EU GMP Annex 15 section 3); a due date is the date of the certificate plus
the interval of the piece (21 CFR 211.68), so that it moves by a new certificate alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field

STAGES = ("DQ", "FAT", "SAT", "IQ", "OQ", "PQ")
CRITICAL, MINOR = "critical", "minor"
WITHIN, OUT = "within", "out"
DAY = 86_400_000  # milliseconds
SOON = 30 * DAY  # before the end of a term it is said to be due [D: policy]
PRODUCTION, TESTING = "production", "testing"


@dataclass(frozen=True, slots=True)
class Certificate:
    """A calibration: number, day, as-found and as-left (within or out), points, and the digest of its file."""

    number: str
    issued: int
    found: str
    left: str
    points: tuple[str, ...]
    digest: str
    seq: int
    at: int


@dataclass(slots=True)
class Discrepancy:
    """A deviation from a protocol, until it is closed with a conclusion (Annex 15 section 2)."""

    discrepancy: str
    stage: str
    test: str
    severity: str
    text: str
    opened_by: str
    closed_by: str = ""
    conclusion: str = ""


@dataclass(frozen=True, slots=True)
class ProtocolTest:
    """One test of a stage as it was done."""

    test: str
    passed: bool
    by: str
    seq: int
    at: int


@dataclass(slots=True)
class Stage:
    """One stage of the qualification; `approved`: when its report was signed, 0 for never."""

    stage: str
    tests: list[ProtocolTest] = field(default_factory=list)
    approved: int = 0
    conditional: str = ""


@dataclass(slots=True)
class Equipment:
    """A piece of equipment; `calibrate`, `requalify`: days between two calibrations or qualifications, 0 for never."""

    name: str
    kind: str
    serial: str
    calibrate: int
    requalify: int
    certificates: list[Certificate] = field(default_factory=list)
    stages: dict[str, Stage] = field(default_factory=lambda: {name: Stage(name) for name in STAGES})
    discrepancies: dict[str, Discrepancy] = field(default_factory=dict)
    blocked: str = ""

    def reached(self) -> str:
        """The last stage passed: new, DQ … OQ, or qualified."""
        passed = [name for name in STAGES if self.stages[name].approved]
        last = passed[-1] if passed else "new"
        return "qualified" if last == STAGES[-1] else last

    def calibrated_until(self) -> int:
        """The end of the calibration: the day of the last certificate plus the interval; 0 if there is none."""
        last = self.certificates[-1] if self.certificates else None
        return last.issued + self.calibrate * DAY if last and last.left == WITHIN else 0

    def qualified_until(self) -> int:
        """The end of the qualification: the approval of the last stage plus the interval; 0 if it never ends."""
        approved = self.stages[STAGES[-1]].approved
        return approved + self.requalify * DAY if approved and self.requalify else 0

    def open(self, stage: str, severity: str = "") -> list[Discrepancy]:
        """The open discrepancies of a stage."""
        found = [d for d in self.discrepancies.values() if d.stage == stage and not d.closed_by]
        return [d for d in found if severity in ("", d.severity)]

    def state(self, at: int) -> tuple[str, ...]:
        """Where it stands: the stage reached, then what lies over it (conditional, due, expired, blocked)."""
        found = [self.reached()]
        conditions = [s.conditional for s in self.stages.values() if s.conditional and self.open(s.stage)]
        found += [f"conditional: {text}" for text in conditions]
        for what, until in self._terms():
            if until <= at:
                found.append(f"{what} expired" if until else f"{what} missing")
            elif until - SOON <= at:
                found.append(f"{what} due")
        return (*found, f"blocked: {self.blocked}") if self.blocked else tuple(found)

    def _terms(self) -> list[tuple[str, int]]:
        terms = [("calibration", self.calibrated_until())] if self.calibrate else []
        return terms + ([("qualification", self.qualified_until())] if self.qualified_until() else [])

    def refusals(self, purpose: str, at: int) -> list[str]:
        """Why it may not be used for a purpose at a time."""
        found = [f"{self.name} is blocked: {self.blocked}"] if self.blocked else []
        found += [f"{self.name}: {what}" for what in self.state(at) if what.endswith(("expired", "missing"))]
        if purpose == PRODUCTION and self.reached() != "qualified":
            found.append(f"{self.name} is not qualified (reached: {self.reached()})")
        critical = [d.discrepancy for stage in STAGES for d in self.open(stage, CRITICAL)]
        if purpose == PRODUCTION and critical:
            found.append(f"{self.name} has open critical discrepancies: {', '.join(critical)}")
        return found

    def stage_refusals(self, stage: str) -> list[str]:
        """Why a stage may not be begun: each stage is satisfactory before the next (Annex 15 section 3)."""
        if stage not in STAGES:
            return [f"the stages are {', '.join(STAGES)}; there is no {stage!r}"]
        earlier = STAGES[: STAGES.index(stage)]
        found = [f"{name} of {self.name} is not approved" for name in earlier if not self.stages[name].approved]
        critical = [d for name in earlier for d in self.open(name, CRITICAL)]
        return found + [f"critical discrepancy {d.discrepancy} of {d.stage} is open" for d in critical]

    def report_refusals(self, stage: str, conditional: str) -> list[str]:
        """Why the report of a stage may not be approved: tests, and a discrepancy for every one that failed."""
        found = self.stage_refusals(stage)
        if stage not in STAGES:
            return found
        done, opened = self.stages[stage], {d.test for d in self.discrepancies.values() if d.stage == stage}
        if not any(test.at > done.approved for test in done.tests):
            found.append(f"no test of {stage} was done since it was last approved")
        failed = dict.fromkeys(test.test for test in done.tests if not test.passed)
        found += [f"{test} failed and has no discrepancy" for test in failed if test not in opened]
        found += [f"critical discrepancy {d.discrepancy} is open" for d in self.open(stage, CRITICAL)]
        if self.open(stage, MINOR) and not conditional.strip():
            found.append(
                "minor discrepancies are open: close them, or say on which condition it goes on (--conditional)"
            )
        return found
