"""A plant in which nothing comes to an end is said to be one; it never hangs."""

from __future__ import annotations

import pytest

from axenic.twin.kernel import model as modelling
from axenic.twin.kernel.model import Endless
from axenic.twin.question import Question


def test_a_replication_that_does_not_end_is_given_up_with_a_word(monkeypatch):
    scenario, _ = Question(plant="robotic-cluster", demand=100.0, years=0.5).scenario()
    monkeypatch.setattr(modelling, "_EVENTS", 50)
    monkeypatch.setattr(modelling, "_EVENTS_EACH", 0)
    with pytest.raises(Endless, match="comes to an end"):
        scenario.tally(1, 0)
