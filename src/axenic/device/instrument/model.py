"""What kinds of units there are on the wire: which PackML states they have, and what they can do at once."""

from __future__ import annotations

from dataclasses import dataclass

from axenic.control.packml import UnitState
from axenic.plant.plant import Interface, Mover, Unit

_S = UnitState
_SUSPENDS = frozenset({_S.SUSPENDED, _S.SUSPENDING, _S.UNSUSPENDING})
_HOLDS = frozenset({_S.HOLDING, _S.HELD, _S.UNHOLDING})
ALL = frozenset(UnitState)
NO_SUSPEND = ALL - _SUSPENDS
NO_HOLD = NO_SUSPEND - _HOLDS


@dataclass(frozen=True, slots=True)
class Model:
    """`states`: the subset of PackML that it has; `many`: it takes several commands, and is idle again by itself.

    A chamber has no Held: its program alone decides where it can be stopped, and an exposure that is interrupted ends.
    What works for several batches has none either: the doubt about one of them does not stop the others.
    """

    kind: str
    states: frozenset[UnitState]
    many: bool = False


def model_of(thing: Unit | Interface | Mover) -> Model:
    """The model of what a plant file names."""
    if isinstance(thing, Interface):
        return Model(thing.kind, NO_HOLD)
    if isinstance(thing, Mover):
        return Model(thing.kind.value, NO_SUSPEND)
    return Model(thing.kind, NO_HOLD if thing.shared else ALL, many=thing.shared)
