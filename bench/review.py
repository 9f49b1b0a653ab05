"""Review by exception over a whole journal: every rule in one pass, beside merely reading the same entries."""

from __future__ import annotations

from axenic.quality.books import Books
from axenic.quality.permissions import shipped
from axenic.quality.screening import Screening
from axenic.record.entry import body_of, decode
from bench.contest import contest, say, seconds_of
from bench.planted import TWENTY, planted, sound
from bench.row import Row, rates
from bench.scale import Scale

BUDGET = 25_000  # events a second: 50,000 in two seconds
DECODE = "decoding alone"


def measure(scale: Scale) -> list[Row]:
    """All rows of the review."""
    say("review: running the shipped cluster, planting anomalies")
    things, seqs = planted(sound(scale.events // 2))
    bodies = [body_of(seq, thing, True) for seq, thing in enumerate(things, 1)]
    entries = [decode(body) for body in bodies]

    def read() -> None:
        for body in bodies:
            decode(body)

    def screen() -> None:
        screening = Screening()
        for entry in entries:
            screening.take(entry)
        surfaced = [f for batch in screening.batches() for f in screening.flags(batch)]
        found = {rule for rule, there in seqs.items() if any(f.rule == rule and f.seq in there for f in surfaced)}
        if found != set(TWENTY):
            raise ValueError(f"not surfaced: {sorted(set(TWENTY) - found)}")

    def whole() -> None:
        books = Books(shipped())
        for body in bodies:
            books.take(decode(body))

    contestants = {
        "rules": lambda: seconds_of(screen),
        "books": lambda: seconds_of(whole),
        DECODE: lambda: seconds_of(read),
    }
    took = contest("review", scale.rounds, contestants)
    found = {who: [len(bodies) / s for s in seconds] for who, seconds in took.items()}
    note = f"{len(bodies):,} events, {len(Screening().rules.rules)} rules, {len(TWENTY)} of {len(TWENTY)} surfaced"
    all_books = f"{len(bodies):,} events; decoding, every register and every rule"
    return [
        rates("review by exception, all rules", "events/s", found["rules"], DECODE, found[DECODE], BUDGET, note),
        rates("read a journal into the books", "events/s", found["books"], DECODE, found[DECODE], 0, all_books),
    ]
