"""The verb `trace` as its users call it."""

from __future__ import annotations

import json

import pytest

from axenic.control.orders import JudgeCycle
from axenic.record.journal import read_entries
from tests.cli.conftest import ORDERS


@pytest.fixture(scope="module")
def journal(tmp_path_factory):
    from axenic.cli.run import run

    path = tmp_path_factory.mktemp("trace") / "a.db"
    assert run("car-t-9-day", plant="robotic-cluster", orders=ORDERS, journal=path, records=False) == 0
    return path


def asked(axenic, journal, *words):
    code, out, _ = axenic("trace", journal, *words, "--json")
    assert code == 0
    return json.loads(out)


def test_a_cycle_gives_its_batches_items_and_passages(axenic, journal):
    judged = [e.thing for e in read_entries(journal) if isinstance(e.thing, JudgeCycle)]
    cycle = next(j.cycle for j in judged if j.item == "AX-0002:wash kit")
    found = asked(axenic, journal, "--cycle", cycle)
    assert found["batches"] == ["AX-0002"]
    assert found["items"] == ["AX-0002:wash kit", "AX-0002:cells"]
    assert len(found["passages"]) == len(set(found["passages"])) == len(found["rows"]) == 2
    assert all(cycle in row["evidence"] for row in found["rows"])
    assert found["onward"]


def test_a_zone_and_an_interface_are_asked_for_in_a_span(axenic, journal):
    span = ("--from", "2026-01-05T12:00:00Z", "--to", "2026-01-05T20:00:00Z")
    zone = asked(axenic, journal, "--zone", "core", *span)
    assert {"AX-0001", "AX-0002"} <= set(zone["batches"])
    assert "AX-0006" not in zone["batches"], "it was not ordered yet"
    assert all("2026-01-05T12" <= row["at"] <= "2026-01-05T20" for row in zone["rows"])
    interface = asked(axenic, journal, "--interface", "airlock-1", *span)
    assert interface["cycles"]
    assert set(interface["batches"]) <= set(zone["batches"])


def test_an_item_and_a_unit_are_found_and_the_text_says_the_same(axenic, journal):
    item = asked(axenic, journal, "--item", "AX-0003:medium")
    assert item["items"] == ["AX-0003:medium", "AX-0003:cells"]
    assert asked(axenic, journal, "--unit", "fill-1")["batches"]
    code, out, _ = axenic("trace", journal, "--item", "AX-0003:medium")
    assert code == 0
    assert "AX-0003:medium" in out
    assert f"passages  {len(item['passages'])}" in out


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("--cycle", "C-1888"), 3, "did you mean 'C-"),
        (("--zone", "cor"), 3, "did you mean 'core'"),
        (("--item", "AX-0002:vectr"), 3, "did you mean 'AX-0002:vector'"),
        (("--unit", "reactor"), 3, "did you mean 'reactor-"),
        (("--zone", "core", "--from", "yesterday"), 2, "2026-01-05T06:00:00Z"),
        (("--zone", "core", "--to", "2026-01-05T06:00:00"), 2, "has no zone"),
        (("--zone", "core", "--from", "2026-02-05T06:00:00Z", "--to", "2026-01-05T06:00:00Z"), 2, "comes after"),
        (("--cycle", "C-1", "--from", "2026-01-05T06:00:00Z"), 2, "a span does not go with --cycle"),
        (("--cycle", "C-1", "--zone", "core"), 2, "one can be"),
        ((), 2, "give one of"),
    ],
)
def test_what_is_wrong_is_named(axenic, journal, words, code, says):
    found, _, err = axenic("trace", journal, *words)
    assert found == code
    assert says in err


def test_a_journal_that_is_not_there_is_exit_3(axenic, tmp_path):
    assert axenic("trace", tmp_path / "no.db", "--cycle", "C-1")[0] == 3
