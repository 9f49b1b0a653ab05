"""What a claimed capacity means in slot-days, and what is left of it at other cultures, change-overs and uptimes."""

from __future__ import annotations

from axenic.twin.ends import DAYS_A_YEAR


def slot_days_for_batch(slots: int, batches_a_year: float) -> float:
    """Days that a batch may hold its slot, change-over included, if so many batches a year are to pass at all times."""
    return slots * DAYS_A_YEAR / batches_a_year


def batches_a_year(slots: int, days_in_slot: float, changeover_days: float = 0.0, uptime: float = 1.0) -> float:
    """Batches a year through slots that are each held so long, cleared, and up for a share of the time."""
    return slots * DAYS_A_YEAR * uptime / (days_in_slot + changeover_days)
