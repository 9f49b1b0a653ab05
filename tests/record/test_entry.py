"""What goes into the journal comes out of it."""

from __future__ import annotations

from axenic.record.entry import Act, body_of, decode


def test_an_act_of_a_person_reads_back_as_it_was_written() -> None:
    act = Act(
        at=1_000,
        command="user add",
        actor="mk",
        role="security admin",
        station="QA-1",
        zone="Europe/Brussels",
        object="person ab",
        new={"roles": ["operator"]},
        reason="joins the night shift",
        refused=("the name is taken",),
    )
    assert decode(body_of(7, act, simulated=True)).thing == act
