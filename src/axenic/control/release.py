"""From the last phase to the disposition: the graph of release tests, the review, and the ways a batch ends."""

from __future__ import annotations

from decimal import Decimal

from axenic.asepsis.interlocks import LEDGER
from axenic.control.cause import Cause
from axenic.control.floor import Floor
from axenic.control.orders import CloseBatch, DisposeBatch, StopPhase
from axenic.control.state import Batch, Hold, Outstanding, Status, Waits, Want, Work
from axenic.plant.plant import MoverKind
from axenic.recipe.limit import LimitValue
from axenic.recipe.recipe import Test

REVIEW = "review"
_ACCEPTED = LimitValue("accepted", ">=", Decimal(1), "1")


def note_done(floor: Floor, batch: Batch, name: str) -> None:
    """A unit procedure or test is done: start every test, and the review, that waited for it."""
    batch.done.add(name)
    release = batch.recipe.release
    for test in release.tests:
        if test.test not in batch.tests and batch.done.issuperset(test.after):
            batch.tests.add(test.test)
            floor.want(Waits.LABORATORY, batch.due, batch=batch, test=test.test)
    tested = all(test.test in batch.done for test in release.tests)
    if tested and not batch.reviewed and batch.done.issuperset(release.review.after):
        batch.reviewed = True
        floor.want(Waits.LABORATORY, batch.due, batch=batch, test=REVIEW)


def _test(batch: Batch, name: str) -> Test:
    return next(t for t in batch.recipe.release.tests if t.test == name)


def start_test(floor: Floor, want: Want) -> bool:
    """Order a test, or the review, from a free unit that can do it; the review waits for every doubt to be settled."""
    batch = want.batch
    if batch is None or not batch.live:
        return True
    review = want.test == REVIEW
    if review and (batch.doubts or batch.holds):
        return False
    plan = batch.recipe.release.review if review else _test(batch, want.test)
    unit = _free_laboratory(floor, plan.phase)
    if not unit:
        return False
    station = floor.layout.stations[unit]
    persons = floor.free_carriers(station.zone, MoverKind.PERSON)[: station.attended_by]
    if len(persons) < station.attended_by:
        return False
    names = tuple(p.name for p in persons)
    gowns = floor.take_carriers(names)
    if not station.shared:
        floor.units[unit].batch = batch.name
    if review:  # the reviewer sees, and closes, every exception there is now; a later one opens the ledger again
        batch.ledger = LEDGER.step(batch.ledger, "close exceptions")
        batch.reviews += 1
    run = f"{batch.name}/{REVIEW}#{batch.reviews}" if review else f"{batch.name}/test/{want.test}"
    lasts, using = plan.lasts, {} if review else {"exposure": f"{batch.risk:.3e}"}
    spread = {"least": lasts.least, "usual": lasts.usual, "most": lasts.most, "shape": lasts.shape.value}
    number = floor.run_phase(unit, plan.phase, run, batch=batch.name, persons=names, gowns=gowns, using=using, **spread)
    work = Work.REVIEW if review else Work.TEST
    floor.track(number, work, unit, plan.at_most, names, gowns, batch=batch, test=want.test)
    return True


def _free_laboratory(floor: Floor, kind: str) -> str:
    for name in floor.layout.able(frozenset({kind})):
        unit = floor.units[name]
        if floor.layout.stations[name].shared or not (unit.batch or unit.changing):
            return name
    return ""


def test_again(floor: Floor, entry: Outstanding) -> None:
    """A test, or the review, that its laboratory refused is asked for anew."""
    batch = _free_after(floor, entry)
    if batch is not None and batch.live:
        floor.want(Waits.LABORATORY, batch.due, batch=batch, test=entry.test)


def test_ended(floor: Floor, entry: Outstanding, results: dict[str, str]) -> None:
    """Hold a test result against its limit; a missing or failing one rejects the batch."""
    batch = _free_after(floor, entry)
    if batch is None or not batch.live:
        return
    test = _test(batch, entry.test)
    value = results.get(test.measure)
    if value is not None:
        batch.results[entry.test] = value
    if not test.limit.holds_for(value):
        found = "no result" if value is None else f"{test.measure} {value}"
        dispose(floor, batch, f"release test {test.test}: {found}, limit {test.limit}", Cause.titled(test.finds))
        return
    note_done(floor, batch, entry.test)


def review_ended(floor: Floor, entry: Outstanding, results: dict[str, str]) -> None:
    """Release or reject on the reviewer's answer."""
    batch = _free_after(floor, entry)
    if batch is None or not batch.live:
        return
    if batch.holds or LEDGER.refusals(batch.ledger, "release"):
        floor.want(Waits.LABORATORY, batch.due, batch=batch, test=REVIEW)  # something came up while it was reviewed
        return
    if _ACCEPTED.holds_for(results.get("accepted")):
        batch.ledger = LEDGER.step(batch.ledger, "release")
        release(floor, batch, "all release tests within limits, record reviewed")
        note_done(floor, batch, REVIEW)
        if batch.waits_review:
            batch.waits_review = False
            floor.post("step", (batch, batch.step + 1))
        else:
            floor.post("wind up", batch)  # no step may be left
    else:
        dispose(floor, batch, "the review did not accept the batch record", Cause.OPERATION)


def _free_after(floor: Floor, entry: Outstanding) -> Batch | None:
    floor.release_carriers(entry.persons)
    if not floor.layout.stations[entry.unit].shared:
        floor.units[entry.unit].batch = ""
    floor.stir(Waits.LABORATORY)
    if entry.batch is not None and not entry.batch.live:
        floor.post("wind up", entry.batch)
    return entry.batch


def release(floor: Floor, batch: Batch, reason: str) -> None:
    """Put the release on record; the cells may be packed."""
    if batch.live:
        floor.give(DisposeBatch, batch.name, "released", reason)
        batch.status = Status.RELEASED


def dispose(floor: Floor, batch: Batch, reason: str, cause: Cause) -> None:
    """Put a rejection on record and wind the batch up at once."""
    if not batch.live:
        return
    if batch.status is Status.RELEASED:  # one disposition; what comes after it is a recall, and the dose is not shipped
        floor.exception(batch.name, "recalled", "critical", reason)
    else:
        floor.give(DisposeBatch, batch.name, "rejected", reason, cause.title)
    batch.status = Status.REJECTED
    floor.stir()
    floor.drop_wants(batch)
    for entry in floor.outstanding.values():
        if entry.batch is batch and entry.work is Work.PHASE and not entry.stopping and not entry.lost:
            entry.stopping = True
            floor.give(StopPhase, entry.unit, entry.number)
    floor.post("wind up", batch)


def wind_up(floor: Floor, batch: Batch) -> None:
    """Free what an ended batch holds when its cells are at rest; close it when its last test has ended as well."""
    if batch.status not in (Status.REJECTED, Status.RELEASED):
        return
    if batch.status is Status.RELEASED and batch.step < len(batch.recipe.procedure):
        return
    under_way = [e.work for e in floor.outstanding.values() if e.batch is batch]
    if any(work not in (Work.TEST, Work.REVIEW) for work in under_way) or floor.waits_for_anything(batch):
        return
    for name in dict.fromkeys((batch.unit, batch.reserved, *(m.unit for m in batch.materials.values()))):
        if name and floor.units[name].batch == batch.name:
            floor.free_unit(name)
    batch.unit = batch.reserved = ""
    for item in batch.materials.values():
        item.unit = ""
    if under_way:
        return
    batch.status = Status.CLOSED
    floor.give(CloseBatch, batch.name)


def hold(floor: Floor, batch: Batch, kind: Hold, reason: str) -> None:
    """Hold a batch for a person; it is rejected if nobody decides within the recipe's bound."""
    if not batch.live:
        return
    if not batch.holds:
        batch.hold_deadline = floor.wait_until(floor.at + batch.recipe.hold_at_most, "hold", batch.name)
    before = batch.holds.get(kind)
    batch.holds[kind] = f"{before}; {reason}" if before else reason
    floor.exception(batch.name, "batch held", "major", reason)


def lift(floor: Floor, batch: Batch, kind: Hold) -> None:
    """Lift one reason to hold; the batch goes on when none is left. Units in doubt stay held until settled."""
    batch.holds.pop(kind, None)
    floor.stir()


def refuse(floor: Floor, entry: Outstanding, reason: str) -> None:
    """Nothing was done: the unit is held, and a person decides before it is tried again."""
    entry.lost = entry.refused = True
    floor.hold_unit(entry.unit, reason)
    text = f"order {entry.number} ({entry.work.value}) on {entry.unit} was not begun: {reason}"
    _doubt(floor, entry, "order refused", "major", text)


def lose(floor: Floor, entry: Outstanding, reason: str) -> None:
    """Nobody knows what became of an order: the unit is held, the batch waits for a person, release is blocked."""
    entry.lost = True
    floor.hold_unit(entry.unit, reason)
    text = f"what became of order {entry.number} ({entry.work.value}) on {entry.unit} is not known: {reason}"
    _doubt(floor, entry, "outcome in doubt", "critical", text)


def _doubt(floor: Floor, entry: Outstanding, kind: str, severity: str, text: str) -> None:
    name = entry.batch.name if entry.batch is not None else ""
    floor.exception(name, kind, severity, text, entry.number)
    if entry.batch is not None:
        entry.batch.doubts.add(entry.number)
        hold(floor, entry.batch, Hold.DOUBT, text)
