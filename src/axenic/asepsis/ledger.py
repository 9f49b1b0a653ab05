"""The ledger of one batch as the interlocks see it: overrides, open exceptions, its disposition."""

from __future__ import annotations

from typing import NamedTuple

from axenic.asepsis.machine import Effect, Invariant, Machine, Rule, events


class Ledger(NamedTuple):
    """State of one batch's ledger, immutable; `signers` counts distinct persons."""

    exceptions_open: bool = False
    refused: bool = False
    signers: int = 0
    deviation: bool = False
    overridden: bool = False
    released: bool = False


def _sign(ledger: Ledger) -> Ledger:
    return ledger._replace(signers=min(2, ledger.signers + 1)) if ledger.refused else ledger


def _override(ledger: Ledger) -> Ledger:
    return ledger._replace(overridden=True, refused=False, exceptions_open=True)


EFFECTS: tuple[Effect[Ledger], ...] = (
    Effect("refused", events("passage refused"), lambda x: x._replace(refused=True, exceptions_open=True)),
    Effect("signed", events("another person signs"), _sign),
    Effect("deviation", events("deviation opened"), lambda x: x._replace(deviation=True)),
    Effect("overridden", events("override"), _override),
    Effect("signatures are spent", events("override"), lambda x: x._replace(signers=0, deviation=False), ("I17",)),
    Effect("exception", events("exception raised"), lambda x: x._replace(exceptions_open=not x.released)),
    Effect("exceptions closed", events("close exceptions"), lambda x: x._replace(exceptions_open=False, refused=False)),
    Effect("released", events("release"), lambda x: x._replace(released=True)),
)
RULES: tuple[Rule[Ledger], ...] = (
    Rule(
        "IL01", events("override"), lambda x: x.signers >= 2, "two distinct signatures are needed", "Annex 11, 12; I17"
    ),
    Rule("IL02", events("override"), lambda x: x.deviation, "no deviation is open for it", "EU GMP 1.4; I17"),
    Rule(
        "IL03",
        events("release"),
        lambda x: not x.exceptions_open,
        "an exception of its ledger is open",
        "Annex 16; I25",
    ),
)
PHYSICAL: tuple[Rule[Ledger], ...] = (
    Rule("IP31", events("override"), lambda x: x.refused, "nothing was refused", "physical"),
    Rule("IP32", events("release"), lambda x: not x.released, "it is released", "physical"),
)
INVARIANTS: tuple[Invariant[Ledger], ...] = (
    Invariant(
        "I17",
        "an override without two distinct signatures and a deviation of its own",
        lambda b, e, a: e == "override" and (b.signers < 2 or not b.deviation or a.signers > 0),
    ),
    Invariant(
        "I25",
        "a batch released with an open exception in its ledger",
        lambda b, e, a: e == "release" and b.exceptions_open,
    ),
)


def ledger_machine() -> Machine[Ledger]:
    """The machine of a batch's ledger."""
    acts = ("override", "close exceptions", "release")
    happenings = ("passage refused", "another person signs", "deviation opened", "exception raised")
    return Machine("ledger", Ledger(), acts, happenings, RULES, EFFECTS, INVARIANTS, lambda x: True, PHYSICAL)
