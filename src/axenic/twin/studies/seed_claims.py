"""Public claims held against the twin: a verdict for each denominator under which a claim can be read."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from axenic.assumption.claim import Claim, Claims, Compare
from axenic.library.shelf import default
from axenic.twin.claims import Estimate, Standing, Weighed, WeighedClaim, key_of, weigh_claims
from axenic.twin.comparison import Comparison
from axenic.twin.figure import Figure
from axenic.twin.predict import Way, predict_together, run_all
from axenic.twin.report.report import Report
from axenic.twin.studies.study import Answer, Inquiry, at_load
from axenic.twin.table import Cell, Table

_BATCHES, _REGIME_BATCHES = 1000, 200


def answer(inquiry: Inquiry) -> Answer:
    """The verdicts, with both plants at 80 % of what they can do (or at the demand asked)."""
    claims = default(Claims)
    plants = (inquiry.baseline, inquiry.question.plant)
    asked = [at_load(inquiry.about(p), 0.8, inquiry.batches or _BATCHES) for p in plants]
    found = Comparison(*predict_together(asked, inquiry.way))
    baseline, proposed = found.baseline.estimates(), found.proposed.estimates()
    for regime in sorted({r.regime for c in claims.rows for r in c.readings if r.regime}):
        baseline |= _under(regime, inquiry, plants[0])
        proposed |= _under(regime, inquiry, plants[1])
    weighed = weigh_claims(claims, baseline, proposed | _paired(claims, found))
    loads = [p.loading.words() for p in (found.baseline, found.proposed)]
    notes = (
        *(f"{p}: {w}" for p, w in zip(plants, loads, strict=True)),
        "a verdict needs the whole 95 % interval; assumed: a row was set to the claim, so it proves nothing",
        *(note for c in claims.rows for note in _notes(c)),
    )

    def shows() -> Report:
        return replace(found.to_report(), title="Public claims held against the twin", claims=weighed)

    data = {"claims": [_data(w) for w in weighed]}
    return Answer("seed-claims", (_table(weighed, inquiry.way, notes),), data, shows=shows, missed=found.missed)


def _under(regime: str, inquiry: Inquiry, plant: str) -> dict[str, Estimate]:
    question = replace(inquiry.about(plant), regime=regime)
    scenario, _ = at_load(question, 0.8, min(_REGIME_BATCHES, inquiry.batches or _REGIME_BATCHES))
    (results,) = run_all([scenario], inquiry.way)
    ends = {n: results.interval(n) for n in results.names}
    return {f"{n}@{regime}": (i.mean, i.low, i.high) for n, i in ends.items()}


def _paired(claims: Claims, found: Comparison) -> dict[str, Estimate]:
    """The ratios and reductions of the claims, from replications pair by pair."""
    pairs: dict[str, Estimate] = {}
    for reading in (r for c in claims.rows for r in c.readings):
        against = reading.against or reading.figure
        if reading.regime or reading.compare not in (Compare.RATIO, Compare.REDUCTION):
            continue
        if not found.baseline.figures[against].mean > 0:
            continue
        of = found.ratio if reading.compare is Compare.RATIO else found.reduction
        figure = of(reading.figure, reading.against)
        pairs[key_of(reading)] = (figure.mean, figure.low, figure.high)
    return pairs


def _table(weighed: tuple[WeighedClaim, ...], way: Way, notes: tuple[str, ...]) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for claim in weighed:
        rows.append((claim.claim.text.upper(), "", "", _verdict(claim).upper()))
        rows += [(f"  {w.reading.denominator}", _claimed(w), _computed(w), str(w.standing)) for w in claim.readings]
    columns = ("claim, and what it is divided by", "claimed", "computed (95 % interval)", "verdict")
    return Table.of(f"SIMULATED: public claims, {way.reps} paired replications, seed {way.seed}", columns, rows, notes)


def _notes(claim: Claim) -> list[str]:
    """What is to be known of the readings of a claim, each under its denominator."""
    found = []
    for r in claim.readings:
        said = [r.note] if r.note else []
        said += [f"rests on the row `{r.assumes}`, which was set to the claim"] if r.assumes else []
        found += [f"{claim.claim}, {r.denominator}: {'; '.join(said)}"] if said else []
    return found


def _verdict(claim: WeighedClaim) -> str:
    """The verdict in the room of a column: which readings it is about stands in the lines below."""
    if claim.words in set(Standing):
        return claim.words
    said, count = [], len(claim.readings)
    for word, standing in (("holds", Standing.HOLDS), ("assumed", Standing.ASSUMED)):
        held = sum(w.standing is standing for w in claim.readings)
        said += [f"{word} for {held} of {count}"] if held else []
    return ", ".join(said)


def _claimed(w: Weighed) -> str:
    low, high = w.reading.from_, w.reading.to
    unit = "" if w.reading.unit == "1" else f" {w.reading.unit}"
    if high > 1e299:
        return f"at least {low:,g}{unit}"
    return f"at most {high:,g}{unit}" if low < -1e299 else f"{low:,g} to {high:,g}{unit}"


def _figure(w: Weighed) -> Figure | None:
    return Figure(*w.value, w.reading.unit) if w.value is not None else None


def _computed(w: Weighed) -> str:
    return str(_figure(w) or "not computed")


def _data(claim: WeighedClaim) -> dict[str, Any]:
    readings = []
    for w in claim.readings:
        figure, r = _figure(w), w.reading
        readings.append(
            {
                "denominator": r.denominator,
                "compare": r.compare.value,
                "figure": r.figure,
                "against": r.against,
                "regime": r.regime,
                "claimed": {"from": r.from_ if r.from_ > -1e299 else None, "to": r.to if r.to < 1e299 else None},
                "value": figure.to_data() if figure else None,
                "verdict": str(w.standing),
                "note": r.note,
                "assumes": r.assumes,
            }
        )
    c = claim.claim
    return {
        "claim": c.claim,
        "text": c.text,
        "verdict": claim.words,
        "readings": readings,
        "grade": c.grade.value,
        "source": c.source,
    }
