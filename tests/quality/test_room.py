"""The disk under the record: that it fills is an alarm while there is still room to answer it."""

from __future__ import annotations

import pytest

from axenic.live.disk import used


@pytest.mark.requirement("ATT-15")
def test_a_disk_that_fills_is_an_alarm_at_80_and_at_90_per_cent_and_not_again_in_between(site):
    levels = iter((79, 80, 85, 85, 91, 89, 84, 70, 70))
    site.bus._used = lambda: next(levels)
    shown = []
    for turn in range(9):
        if turn == 3:
            number = site.books.alarms.open()[0].seq
            site.do("op", "alarm ack", numbers=(number,), comment="room is asked for")
        else:
            site.do("op", "user login")
        shown.append(len(site.books.alarms.shown))
    assert shown == [0, 1, 1, 1, 2, 2, 2, 2, 2]
    point = site.books.alarms.point("room short", "disk", site.clock.wall)
    assert point.state.letter == "D"  # it is gone, and the second time is not acknowledged
    assert [line.act.command for line in site.books.trail.lines if line.act.command.startswith("room")] == [
        *("room short", "room short", "room regained", "room regained"),
    ]


def test_how_full_a_disk_is_can_be_told_and_of_none_nothing_is_said(tmp_path):
    assert 0 <= used(tmp_path) <= 100
    assert used(tmp_path / "nowhere") == 0
