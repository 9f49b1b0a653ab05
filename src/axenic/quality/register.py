"""The register of equipment: every piece, folded from the acts on it, and which batches it put in doubt."""

from __future__ import annotations

from collections.abc import Callable

from axenic.control.orders import MoveItem, RunPhase
from axenic.quality.equipment import OUT, PRODUCTION, WITHIN, Certificate, Discrepancy, Equipment, ProtocolTest
from axenic.quality.raised import CRITICAL, MAJOR, Raised
from axenic.quality.uses import Uses
from axenic.record.entry import Act, Entry


def equipment_object(name: str) -> str:
    """A piece of equipment as an object of acts."""
    return f"equipment {name}"


def stage_object(name: str, stage: str) -> str:
    """A stage of the qualification of a piece as an object of acts."""
    return f"qualification {name}/{stage}"


class EquipmentRegister:
    """Every piece of equipment of a site."""

    def __init__(self, uses: Uses) -> None:
        self._uses = uses
        self._pieces: dict[str, Equipment] = {}
        self._discrepancies: dict[str, Equipment] = {}
        self._raised: list[Raised] = []
        self._said: set[tuple[str, str]] = set()
        self._takes: dict[str, Callable[[int, Act], None]] = {
            "equipment add": self._add,
            "equipment term": self._term,
            "equipment certify": self._certify,
            "equipment test": self._test,
            "equipment qualify": self._qualify,
            "equipment block": self._block,
            "equipment unblock": self._block,
            "discrepancy open": self._open,
            "discrepancy close": self._close,
        }

    def get(self, name: str) -> Equipment | None:
        """The piece of that name."""
        return self._pieces.get(name)

    def all(self) -> list[Equipment]:
        """Every piece."""
        return list(self._pieces.values())

    def with_discrepancy(self, name: str) -> Equipment | None:
        """The piece that a discrepancy was opened on."""
        return self._discrepancies.get(name)

    def certificate_known(self, number: str) -> bool:
        """Whether a certificate of that number is on record for any piece."""
        return any(c.number == number for piece in self._pieces.values() for c in piece.certificates)

    def may_use(self, name: str, purpose: str, at: int) -> list[str]:
        """Why a piece may not be used for a purpose at a time (ms UTC); empty if it may. Unknown pieces may not."""
        piece = self._pieces.get(name)
        return piece.refusals(purpose, at) if piece else [f"{name} is not in the register of equipment"]

    def in_doubt(self, name: str, until: int) -> list[str]:
        """The batches that used a piece since its last good calibration."""
        piece = self._pieces[name]
        good = [c.issued for c in piece.certificates if c.left == WITHIN and c.at < until]
        return self._uses.batches(name, max(good, default=0), until)

    def exceptions(self) -> list[Raised]:
        """Batches in doubt by a calibration, and uses of equipment that was not fit at that time."""
        return list(self._raised)

    def take(self, entry: Entry) -> None:
        """Fold an act on equipment, or its use by the core."""
        match entry.thing:
            case RunPhase(unit=name, batch=batch, at=at) | MoveItem(mover=name, batch=batch, at=at) if (
                batch and name in self._pieces
            ):
                because = self.may_use(name, PRODUCTION, at)
                if because:
                    self._raise_once(Raised(batch, "equipment not fit", CRITICAL, "; ".join(because), entry.seq, at))
            case Act(refused=()) as act if act.command in self._takes:
                self._takes[act.command](entry.seq, act)
            case _:
                pass

    def _raise_once(self, raised: Raised) -> None:
        """A step has many phases; the same fault is said once for each batch."""
        if (raised.batch, raised.text) not in self._said:
            self._said.add((raised.batch, raised.text))
            self._raised.append(raised)

    def _add(self, _seq: int, act: Act) -> None:
        name = act.object.removeprefix("equipment ")
        said = {key: act.new[key] for key in ("kind", "serial", "calibrate", "requalify")}
        self._pieces[name] = Equipment(name, **said)

    def _term(self, _seq: int, act: Act) -> None:
        piece = self._pieces[act.object.removeprefix("equipment ")]
        piece.calibrate, piece.requalify = act.new["calibrate"], act.new["requalify"]

    def _certify(self, seq: int, act: Act) -> None:
        new, name = act.new, act.object.removeprefix("equipment ")
        if new["found"] == OUT:
            text = f"{name} was out of tolerance as found (certificate {new['number']}); used since it was last good"
            self._raised += [
                Raised(b, "calibration out of tolerance", MAJOR, text, seq, act.at) for b in new["batches"]
            ]
        said = {key: new[key] for key in ("number", "issued", "found", "left", "digest")}
        made = Certificate(**said, points=tuple(new["points"]), seq=seq, at=act.at)
        self._pieces[name].certificates.append(made)

    def _test(self, seq: int, act: Act) -> None:
        name, _, stage = act.object.removeprefix("qualification ").rpartition("/")
        done = ProtocolTest(act.new["test"], act.new["passed"], act.actor, seq, act.at)
        self._pieces[name].stages[stage].tests.append(done)

    def _qualify(self, _seq: int, act: Act) -> None:
        name, _, stage = act.object.removeprefix("qualification ").rpartition("/")
        done = self._pieces[name].stages[stage]
        done.approved, done.conditional = act.at, act.new["conditional"]

    def _open(self, _seq: int, act: Act) -> None:
        new, name = act.new, act.object.removeprefix("discrepancy ")
        said = {key: new[key] for key in ("stage", "test", "severity", "text")}
        piece = self._discrepancies[name] = self._pieces[new["equipment"]]
        piece.discrepancies[name] = Discrepancy(name, **said, opened_by=act.actor)

    def _close(self, _seq: int, act: Act) -> None:
        name = act.object.removeprefix("discrepancy ")
        found = self._discrepancies[name].discrepancies[name]
        found.closed_by, found.conclusion = act.actor, act.new["conclusion"]

    def _block(self, _seq: int, act: Act) -> None:
        self._pieces[act.object.removeprefix("equipment ")].blocked = act.new["blocked"]
