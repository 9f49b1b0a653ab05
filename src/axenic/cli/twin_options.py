"""The options that all verbs of the twin share, and the question and the way they stand for."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from cyclopts import Parameter

from axenic.cli.answer import NOT_GOOD, WRONG, refuse, say
from axenic.cli.progress import Progress
from axenic.notation.finding import Finding
from axenic.twin.campaign import WorkersLost
from axenic.twin.crew import Crew
from axenic.twin.kernel.warm import cold, warm
from axenic.twin.predict import Way
from axenic.twin.question import RECIPE, Question, Unanswerable
from axenic.twin.report.target import ReportError

DEVICE = 5


@Parameter(name="*")
@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What every verb of the twin takes.

    Parameters
    ----------
    demand
        Batches ordered a year; without it 80 % of what the plant can do.
    years
        Years over which batches are ordered in each replication (3, if not by --batches or by the study).
    reps
        Replications, each with its own chance (8, if not by the study); with --precision the first ones.
    seed
        The seed; the same seed gives the same result, for any number of workers.
    regime
        The testing regime of the release: compendial, automated, rapid, containment, or a file.
    assumptions
        The assumptions: a shipped name or a file.
    set
        A change, as often as wanted: a row ("vector=9000"), "reactors=8" (all in proportion) or "unit:wash=3".
    precision
        Go on until cost, failure and time-to-vein are known to this relative half-width (0.02: 2 %), to 400
        replications at most, or --reps if that is more; exit code 1 if that is not enough.
    workers
        Threads that share the replications.
    cluster
        The address of a Dask scheduler that does them instead.
    out
        Write every replication to this .parquet file.
    report
        Write the report: pictures, tables and where all of it comes from (.html or .pdf).
    pictures
        Write each picture of the report into this folder (.svg).
    anyway
        Simulate an overloaded plant too.
    json
        Write the result as JSON.
    """

    demand: float | None = None
    years: float | None = None
    reps: int | None = None
    seed: int = 1
    regime: str = ""
    assumptions: str = "default"
    set: tuple[str, ...] = ()
    precision: float = 0.0
    workers: int = 0
    cluster: str = ""
    out: Path | None = None
    report: Path | None = None
    pictures: Path | None = None
    anyway: bool = False
    json: bool = False

    def question(self, plant: str, recipe: str = "") -> Question:
        """The question about a plant."""
        return Question(plant, recipe or RECIPE, self.demand, self.years, self.regime, self.assumptions, self.set)

    def way(self, shares: tuple[str, ...] = (), reps: int = 8) -> Way:
        """How it is answered; `reps` if nothing else is asked. Raises Unanswerable."""
        progress = Progress("replications at most" if self.precision else "replications")
        return Way(reps if self.reps is None else self.reps, self.seed, self.precision, shares, self._crew(), progress)

    def _crew(self) -> Crew:
        if self.cluster:
            return Crew.cluster(self.cluster)
        if not 0 <= self.workers <= 1024:
            hint = "give --workers 1 or more; 0 takes every processor"
            raise Unanswerable([Finding("AX0711", f"{self.workers} workers cannot be", hint)])
        count = self.workers or os.cpu_count() or 1
        return Crew.here() if count == 1 else Crew.threads(count)


class Refused(Exception):
    """The verb has answered with an error; `code` is the exit code."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


@contextmanager
def answering(json: bool) -> Iterator[None]:
    """Turns what the twin cannot answer into findings on stderr; raises Refused with the exit code."""
    try:
        yield
    except Unanswerable as error:
        raise Refused(_unanswerable(error, json)) from error
    except WorkersLost as error:
        raise Refused(refuse([Finding("AX0713", str(error), "try again, or fewer --workers")], json, DEVICE)) from error
    except ImportError as error:
        hint = "pip install axenic[cluster]"
        raise Refused(refuse([Finding("AX0711", f"--cluster needs Dask: {error}", hint)], json)) from error
    except (TimeoutError, ConnectionError) as error:
        finding = Finding(
            "AX0713", str(error), "check that the scheduler of --cluster runs at that address", "--cluster"
        )
        raise Refused(refuse([finding], json, DEVICE)) from error
    except ReportError as error:
        raise Refused(refuse([error.finding], json)) from error
    except OSError as error:
        hint = "check the path of --out, or the address of --cluster"
        raise Refused(refuse([Finding("AX0001", str(error), hint)], json)) from error
    except ValueError as error:
        hint = "mend what is named"
        raise Refused(refuse([Finding("AX0711", str(error), hint)], json)) from error


def make_ready() -> None:
    """Compile the kernel if it never was, and say so: to be called when nothing can be refused at once any more."""
    if cold():
        sys.stderr.write("compiling the kernel, once for this version: a minute or two\n")
        sys.stderr.flush()
        warm()


def _unanswerable(error: Unanswerable, json: bool) -> int:
    findings = [f if f.file else replace(f, file="command line") for f in error.findings]
    if error.loading is None:
        return refuse(findings, json, WRONG)
    if not json:
        return refuse(findings, json, NOT_GOOD)
    errors = [f.to_data() for f in findings]
    say({"ok": False, "overload": error.loading.to_data(), "errors": errors}, "", True)
    return refuse(findings, False, NOT_GOOD)
