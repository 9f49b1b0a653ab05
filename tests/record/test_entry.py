"""What goes into the journal comes out of it."""

from __future__ import annotations

import json

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from axenic.asepsis.trace import Channel, Trace
from axenic.control.codec import to_data
from axenic.control.facts import PhaseCompleted
from axenic.record.entry import Act, Document, body_of, decode


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


_WORDS = st.text(max_size=8)
_ACTS = st.builds(
    Act,
    st.integers(0, 2**52),
    _WORDS,
    actor=_WORDS,
    station=_WORDS,
    batch=_WORDS,
    reason=_WORDS,
    new=st.dictionaries(_WORDS, _WORDS | st.integers(-(2**52), 2**52), max_size=3),
)
_DOCUMENTS = st.builds(Document, _WORDS, _WORDS, _WORDS, st.integers(0, 2**52))


@given(_ACTS | _DOCUMENTS, st.integers(1, 2**52), st.booleans())
def test_the_names_written_out_in_order_give_the_bytes_of_rfc_8785_and_read_back_equal(thing, seq, simulated):
    try:
        body = body_of(seq, thing, simulated)
    except ValueError:  # half a pair of surrogates is no text
        return
    assert body == rfc8785.dumps(json.loads(body))
    assert json.loads(body)["seq"] == seq
    assert decode(body).seq == seq
    assert getattr(thing, "actor", "") == "axenic" or decode(body).thing == thing


def test_what_a_cluster_does_is_written_as_rfc_8785_writes_it(suite):
    done = suite().run()
    for seq, thing in enumerate([*done.facts, *done.orders], 1):
        body = body_of(seq, thing, True)
        row = json.loads(body)
        assert body == rfc8785.dumps(row)
        assert row["data"] == json.loads(rfc8785.dumps(to_data(thing)))
        assert (row["at"], row["batch"], row["seq"]) == (thing.at, getattr(thing, "batch", ""), seq)


def test_a_class_that_is_no_entry_is_not_written():
    with pytest.raises(KeyError):
        body_of(1, Trace((), ()), True)  # type: ignore[arg-type]


def test_a_fraction_that_a_device_gave_is_written_as_it_is():
    fact = PhaseCompleted(1, 1, trace=Trace((0, 5), (Channel("heat", "degC", (1, 2.5)),)))  # type: ignore[arg-type]
    assert decode(body_of(1, fact, True)).thing == fact
