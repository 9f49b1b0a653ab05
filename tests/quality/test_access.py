"""Who could do what on a day, and that access which nobody confirms ends by itself."""

from __future__ import annotations

import json

import pytest

from axenic.quality.access import holders
from axenic.quality.persons import REVIEWED_WITHIN
from tests.quality.site import DAY


def could(site, start, end, command="release certify"):
    return [holder.user for holder in holders(site.books, start, end, command)]


@pytest.mark.requirement("A11-12")
def test_who_could_release_on_a_day_is_rebuilt_from_the_journal(site):
    before = site.clock.wall
    site.clock.pass_by(DAY)
    site.do("admin", "user grant", user="qa2", role="QP")
    granted = site.clock.wall + 1
    site.clock.pass_by(DAY)
    site.do("admin", "user disable", user="qp")
    gone = site.clock.wall + 1
    site.clock.pass_by(DAY)
    site.do("admin", "user revoke", user="qa2", role="QP")
    revoked = site.clock.wall + 1
    assert [could(site, at, at) for at in (before, granted, gone, revoked)] == [["qp"], ["qa2", "qp"], ["qa2"], []]
    assert could(site, before, revoked) == ["qa2", "qp"]


@pytest.mark.requirement("A11-12")
def test_the_list_of_accounts_has_roles_with_names_and_days(site, axenic):
    site.do("admin", "user grant", user="qa2", role="QP")
    words = ("user", "list", "--journal", site.folder / "journal.db", "--on", "2026-11-28")
    code, out, _ = axenic(*words, "--may", "release certify", "--json")
    assert [(h["user"], h["name"], h["role"]) for h in json.loads(out)["holders"]] == [
        ("qa2", "Qa2 Person", "QP"),
        ("qp", "Qp Person", "QP"),
    ]
    code, out, _ = axenic(*words)
    assert code == 0 and "op           Op Person                operator           since 2026-11-28" in out
    assert axenic(*words, "--may", "release all")[0] == 3


@pytest.mark.requirement("P11-300b")
def test_access_that_nobody_confirmed_for_a_year_and_a_month_ends_until_somebody_does(site):
    site.clock.pass_by(REVIEWED_WITHIN + DAY)
    assert "was last confirmed on 2026-11-28" in site.refused("op", "user declare")[-2]
    assert "was last confirmed on" in site.refused("lead", "change open", change="CC-1", of="x", what="y")[0]
    told = {"interlock": "IB05", "place": "airlock-1", "minutes": 5, "second": "qa"}
    site.do("owner", "user confirm", user="fitter")
    assert "the access of qa was last confirmed" in site.refused("fitter", "bypass permit", **told)[0]
    site.do("owner", "user confirm", user="op")
    assert site.books.persons.get("op").confirmed == site.last().at
    assert site.refused("op", "user declare") == ("you have declared it already",)


@pytest.mark.requirement("P11-300b")
def test_nobody_confirms_their_own_access_however_long_it_is_overdue(site):
    site.clock.pass_by(REVIEWED_WITHIN + DAY)
    assert "nobody confirms their own access" in site.refused("owner", "user confirm", user="owner")[0]
    site.do("owner", "user confirm", user="qa")
    site.do("qa", "user confirm", user="owner")
    assert not site.books.persons.get("owner").unconfirmed(site.clock.wall)
