"""The audit trail can be asked by who, what, when and why, and taken away as a table that says the same."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from itertools import product
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from axenic.quality.commands import COMMANDS
from axenic.quality.trail import Line, Trail
from axenic.quality.trail_table import COLUMNS, from_csv, to_csv
from axenic.record.entry import Act, Entry, body_of, decode

TEXT = st.text(max_size=12)
VALUES = st.dictionaries(TEXT, st.one_of(TEXT, st.integers(-(2**53) + 1, 2**53 - 1), st.booleans()), max_size=3)
ACTS = st.builds(
    Act,
    at=st.integers(0, 4_000_000_000_000),
    command=TEXT,
    actor=TEXT.filter(lambda name: name != "axenic"),
    role=TEXT,
    station=TEXT,
    zone=st.sampled_from(["UTC", "Europe/Brussels", "Asia/Kathmandu", "nowhere"]),
    session=TEXT,
    object=TEXT,
    batch=TEXT,
    old=VALUES,
    new=VALUES,
    reason=TEXT,
    refused=st.lists(TEXT, max_size=2).map(tuple),
)


@pytest.mark.requirement("PI-3", "D-12.4")
@settings(deadline=None)
@given(st.lists(ACTS, max_size=5))
def test_a_trail_taken_away_as_a_table_is_read_back_to_the_same_lines(acts):
    lines = [Line(n, act) for n, act in enumerate(acts, 1)]
    assert from_csv(to_csv(lines)) == lines


@pytest.mark.requirement("D-12.2")
@settings(deadline=None)
@given(ACTS)
def test_every_act_carries_who_in_which_role_what_old_and_new_when_with_its_zone_and_why(act):
    row = json.loads(body_of(7, act, True))
    assert {"actor", "at", "reason", "station", "data"} <= set(row)
    assert {"role", "zone", "object", "old", "new", "command", "refused"} <= set(row["data"])
    assert decode(body_of(7, act, True)).thing == act


@pytest.mark.requirement("D-12.2", "PI-2")
def test_what_a_person_changes_is_on_record_with_role_old_new_local_time_and_reason(site):
    act = site.do("admin", "user revoke", user="op2", role="operator", reason="left the team")
    assert (act.actor, act.role, act.station, act.old, act.reason) == (
        *("admin", "security admin", "S-1", {"role": "operator"}, "left the team"),
    )
    assert datetime.fromtimestamp(act.at / 1000, UTC).astimezone(ZoneInfo(act.zone)).utcoffset().seconds == 3600


@pytest.mark.requirement("PI-2")
def test_acts_of_two_zones_show_each_its_own_offset(site):
    site.do("admin", "station add", station="NY-1", zone="America/New_York")
    claim = site.claim("op", station="NY-1")
    site.terminal.do(COMMANDS["user login"](), claim)
    site.do("op2", "user login")
    shown = [row.split('","')[2] for row in to_csv(site.books.trail.lines[-2:]).splitlines()[1:]]
    assert [text.split(" ", 2)[2] for text in shown] == ["-0500 America/New_York", "+0100 Europe/Brussels"]


def some_trail() -> Trail:
    trail = Trail()
    people, things, reasons = ("ann", "bob", ""), ("entry add", "entry correct", "user grant"), ("", "Misread", "late")
    for n, (who, what, why) in enumerate(product(people, things, reasons), 1):
        trail.take(Entry(n, "act", Act(n * 1000, what, who, object=f"thing {n % 4}", reason=why)))
    return trail


@pytest.mark.requirement("D-12.4", "PI-3")
@pytest.mark.parametrize("who", ["", "ann", "cid"])
@pytest.mark.parametrize("what", ["", "entry", "thing 2"])
@pytest.mark.parametrize(("since", "until"), [(0, 0), (5000, 0), (0, 20_000), (5000, 20_000)])
@pytest.mark.parametrize("why", ["", "misread"])
def test_every_question_finds_what_a_look_at_every_line_finds(who, what, since, until, why):
    trail = some_trail()
    wanted = []
    for line in trail.lines:
        act = line.act
        fits = who in ("", act.actor) and (what in act.command or what in act.object)
        if fits and since <= act.at < (until or 10**9) and why in act.reason.lower():
            wanted.append(line)
    assert trail.search(who, what, since, until, why) == wanted


@pytest.mark.requirement("D-12.4", "PI-3")
def test_the_trail_is_searched_sorted_and_written_from_the_command_line(site, axenic, tmp_path):
    site.refused("op", "user add", user="zz", name="Z", proof="x")
    words = ("trail", "search", "--journal", site.folder / "journal.db")
    code, out, _ = axenic(*words, "--who", "op", "--what", "user add")
    assert code == 0 and "REFUSED: 'user add' needs the role security admin" in out
    file = tmp_path / "trail.csv"
    code, out, _ = axenic(*words, "--sort", "who", "--csv", file, "--json")
    rows = json.loads(out)["acts"]
    assert list(rows[0]) == list(COLUMNS)
    assert [row["who"] for row in rows] == sorted(row["who"] for row in rows)
    assert sorted(from_csv(file.read_bytes().decode()), key=lambda line: line.seq) == site.books.trail.lines
    assert axenic(*words, "--since", "yesterday")[0] == 2
    assert axenic(*words, "--csv", tmp_path)[0] == 2


def test_a_table_of_another_kind_is_not_taken_for_a_trail():
    with pytest.raises(ValueError, match="not those of an audit trail"):
        from_csv("a,b\n1,2\n")


def test_a_reason_that_a_spreadsheet_would_run_is_written_as_text():
    text = to_csv([Line(1, Act(0, "entry add", "op", reason="=HYPERLINK(A1)"))])
    assert '"\'=HYPERLINK(A1)"' in text
