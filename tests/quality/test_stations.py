"""A station is what has its key: whoever only names one is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from axenic.quality.actor import Claim, Refused
from axenic.quality.commands import COMMANDS
from axenic.quality.station_proof import FRESH
from axenic.quality.terminal import StationKeys, Terminal
from axenic.record.entry import Act
from tests.quality.site import STATION, Site

LOGIN = COMMANDS["user login"]()


def turned_away(site, claim, command=LOGIN, why="did not prove itself"):
    """The station does not prove itself, and the attempt is on record."""
    with pytest.raises(Refused, match=why) as refused:
        site.bus.do(command, claim)
    assert refused.value.code == "AX1007"
    assert site.last().refused == refused.value.because and site.last().actor == ""


@pytest.mark.requirement("P11-10h")
def test_a_station_that_is_only_named_does_nothing(site):
    turned_away(site, site.claim("op"), why="the station's key is not here")
    for proof in ("1", "now 00", f"{site.clock.wall} {'00' * 64}", f"{site.clock.wall} zz"):
        turned_away(site, site.claim("op", proof=proof), why="the signature is not the station's")
    site.do("op", "user login")


@pytest.mark.requirement("P11-10h")
def test_the_key_of_one_station_is_not_that_of_another(site, tmp_path):
    site.do("admin", "station add", station="S-2")
    other = StationKeys(tmp_path, site.keys.file("S-2"))
    claim = Terminal(site.bus, other, site.clock.now).signed(LOGIN, site.claim("op"))
    assert claim.proof and claim.station == STATION
    turned_away(site, claim, why="the signature is not the station's")


@pytest.mark.requirement("P11-10h")
def test_a_proof_is_good_for_its_own_command_person_and_minute(site):
    confirm = COMMANDS["user confirm"](user="op")
    signed = site.terminal.signed(confirm, site.claim("qa"))
    turned_away(site, signed, COMMANDS["user confirm"](user="op2"), "over something else")
    turned_away(site, replace(signed, user="qa2"), confirm, "over something else")
    turned_away(site, replace(signed, station=STATION, reason="another"), confirm, "over something else")
    site.clock.pass_by(FRESH + 1)
    turned_away(site, signed, confirm, "more than a minute ago")
    site.terminal.do(confirm, site.claim("qa"))


@pytest.mark.requirement("P11-10h")
def test_a_proof_for_one_journal_is_none_for_another(site):
    claim = site.claim("op")
    proof = site.terminal.signed(LOGIN, claim).proof
    site.journal.origin += "/2"
    turned_away(site, replace(claim, proof=proof), why="over something else")


@pytest.mark.requirement("P11-10h")
def test_the_record_holds_the_public_key_alone_and_others_cannot_read_the_private_one(site):
    act = site.do("admin", "station add", station="QA 2/b")
    file = site.keys.file("QA 2/b")
    assert act.new["key"] == site.keys.public("QA 2/b") and file.stat().st_mode & 0o777 == 0o600
    assert file.read_bytes().hex() not in str([line.act for line in site.books.trail.lines])
    file.chmod(0o644)
    with pytest.raises(OSError, match="can be read by others"):
        site.terminal.do(LOGIN, site.claim("op", station="QA 2/b"))


@pytest.mark.parametrize("key", ["", "00", "zz" * 32, "00" * 33])
def test_a_station_is_enrolled_with_a_key(site, key):
    assert any("give the station's public key" in x for x in site.refused("admin", "station add", station="X", key=key))


def test_two_stations_do_not_share_a_key(site):
    key = site.keys.public(STATION)
    assert site.refused("admin", "station add", station="X", key=key)[0].startswith(f"that is the key of {STATION}")


def test_from_a_station_of_before_there_were_keys_its_successor_is_enrolled_and_nothing_else(bare: Site):
    bare.bring("admin", "security admin")
    new = {"area": "", "zone": "UTC", "remote": False}
    bare.append(Act(bare.clock.wall, "station add", actor="admin", object=f"station {STATION}", new=new))
    turned_away(bare, bare.claim("admin"), why="enrolled without a key")
    add = COMMANDS["station add"](station="S-2", key=bare.keys.public("S-2"))
    bare.bus.do(add, bare.claim("admin"))
    bare.terminal.do(LOGIN, bare.claim("admin", station="S-2"))


def test_a_command_from_nowhere_is_told_to_name_its_station(site):
    with pytest.raises(Refused, match="no station is named") as refused:
        site.terminal.do(LOGIN, Claim(user="op", password="x"))
    assert refused.value.code == "AX1002"
