"""What the books of quality know of batches and alarms, as values of the view."""

from __future__ import annotations

from typing import Any

from axenic.north.seen import Moment
from axenic.quality.alarm.point import Point
from axenic.quality.alarm.state import AlarmLetter
from axenic.quality.batches import Batch

_CALLS = (AlarmLetter.UNACKNOWLEDGED, AlarmLetter.ACKNOWLEDGED, AlarmLetter.RETURNED)


def standing(batch: Batch) -> dict[str, Any]:
    """Where a batch stands."""
    return {"State": batch.state, "Outcome": batch.outcome}


def alarm(point: Point) -> dict[str, Any]:
    """An alarm at its place, as it is now."""
    state, last, kind = point.state, point.alarm, point.kind
    since = last.at if last is not None and state.letter in _CALLS else state.since
    return {
        "State": state.letter.value,
        "StateText": state.letter.title,
        "Active": state.active,
        "Priority": kind.priority,
        "Class": kind.class_,
        "Text": point.text or f"{kind.alarm}: {point.place}",
        "Response": kind.response,
        "Batch": point.batch,
        "Since": Moment(since),
    }
