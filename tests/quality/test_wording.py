"""Texts that nobody could read again are refused, and the attempt is on record without them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from axenic.identity.gs1 import FNC1
from axenic.quality.actor import Claim, Refused
from axenic.quality.commands import COMMANDS
from axenic.quality.wording import unfit
from tests.quality.site import STATION

BAD = {"is not valid UTF-8": "caf\udce9", "control characters": "red \x1b[31m", "more than 10000": "A" * 10_001}


@pytest.mark.requirement("D-12.2", "P11-10e1")
@pytest.mark.parametrize("why", BAD)
def test_a_text_that_nobody_can_read_is_refused_with_an_attempt_on_record_without_it(site, why):
    for fields in ({"user": "op", "proof": BAD[why]}, {"user": BAD[why]}):
        because = site.refused("admin", "user reset", second="qa", **fields)
        assert why in because[0]
        assert (site.last().actor, site.last().command) == ("admin", "user reset")
        assert BAD[why] not in str(site.last())


@pytest.mark.requirement("D-12.2")
@pytest.mark.parametrize("why", BAD)
@pytest.mark.parametrize("name", ["user", "password", "code", "session", "station", "role", "reason", "seen"])
def test_whatever_somebody_presents_is_refused_if_it_is_no_text(site, name, why):
    with pytest.raises(Refused, match=why):
        site.terminal.do(COMMANDS["user declare"](), replace(site.claim("op"), **{name: BAD[why]}))
    assert site.last().refused and BAD[why] not in str(site.last())


def test_a_long_text_has_lines_and_a_name_has_none_and_a_scan_has_its_separators():
    assert not unfit("one\n\ttwo", lines=True)
    assert unfit("one\ntwo")
    assert not unfit(f"0109506000134352{FNC1}10ABC")


@pytest.mark.requirement("P11-10h")
def test_before_a_station_is_enrolled_nothing_is_done_but_what_leads_to_one(bare):
    bare.bring("admin", "security admin")
    assert "no station is enrolled yet" in bare.refused("admin", "user disable", user="admin")[0]
    token = bare.terminal.do(COMMANDS["user login"](), bare.claim("admin"))[1]["session"]
    bare.bring("owner", "site owner")
    site = COMMANDS["site register"](site="Leuven", reference="L-1", begins="2026-11-01")
    with pytest.raises(Refused, match="no station is enrolled yet"):
        bare.terminal.do(site, bare.claim("owner"))
    bare.terminal.do(
        COMMANDS["station add"](station=STATION, key=bare.keys.public(STATION)), Claim(session=token, station=STATION)
    )
    bare.terminal.do(site, bare.claim("owner"))
