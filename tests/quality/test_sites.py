"""Sites: nothing is issued where the Master File, the registration and the agreement do not allow it."""

from __future__ import annotations

import pytest

from tests.quality.doses import kinds
from tests.quality.issuing import active, effective, issue, not_issued, run_by, spoke
from tests.quality.site import DAY


def refusals(site, name: str = "spoke") -> list[str]:
    return site.books.sites.refusals(name, site.clock.wall)


@pytest.mark.requirement("UK-1", "ATT-28")
def test_only_sites_of_the_master_file_in_force_may_work(site):
    active(site)
    site.do("owner", "site register", site="spoke", reference="POC 7", begins="2026-11-01", central=True)
    assert refusals(site) == ["spoke is not in the Master File version MF-1"]
    site.do("owner", "site file", version="MF-2", sites=("central", "spoke"), second="qp")
    assert refusals(site) == []


@pytest.mark.requirement("UK-1", "ATT-28")
def test_a_site_taken_out_of_the_master_file_works_no_more_from_that_day_on(site):
    spoke(site)
    site.do("owner", "site file", version="MF-3", sites=("central",), begins="2026-12-05", second="qp")
    assert refusals(site) == []
    site.clock.pass_by(8 * DAY)
    assert refusals(site) == ["spoke is not in the Master File version MF-3"]


@pytest.mark.requirement("UK-1")
def test_a_version_of_the_master_file_is_never_changed_and_needs_the_qp(site):
    active(site)
    told = {"version": "MF-1", "sites": ("central",)}
    assert "never changed" in site.refused("owner", "site file", **told, second="qp")[0]
    assert "a second person (QP)" in site.refused("owner", "site file", version="MF-2", sites=("central",))[0]


@pytest.mark.requirement("EU-DEC")
def test_before_its_registration_begins_a_site_does_not_work(site):
    spoke(site, begins="2026-12-24")
    assert refusals(site) == ["spoke is registered from a later day on (POC 7)"]
    site.clock.pass_by(30 * DAY)
    assert refusals(site) == []


@pytest.mark.requirement("P4-DEC")
def test_a_decentralised_site_works_only_while_its_agreement_with_the_central_one_lasts(site):
    active(site)
    site.do("owner", "site register", site="spoke", reference="POC 7", begins="2026-11-01")
    site.do("owner", "site file", version="MF-2", sites=("central", "spoke"), second="qp")
    assert refusals(site) == ["spoke has no agreement with the central site that lasts"]
    agreement = site.folder / "agreement.pdf"
    agreement.write_bytes(b"agreed")
    site.do("qp", "site agree", site="spoke", document=str(agreement), until="2026-12-31")
    assert refusals(site) == []
    site.clock.pass_by(60 * DAY)
    assert refusals(site) == ["spoke has no agreement with the central site that lasts"]


@pytest.mark.requirement("UK-3", "ATT-28")
def test_a_suspended_site_is_refused_until_it_is_resumed_by_two_and_a_ceased_one_for_ever(site):
    spoke(site)
    site.do("qa", "site suspend", site="spoke", reason="two failed media fills")
    assert refusals(site) == ["spoke is suspended"]
    assert "a second person (QP)" in site.refused("owner", "site resume", site="spoke")[0]
    site.do("owner", "site resume", site="spoke", second="qp")
    assert refusals(site) == []
    site.do("owner", "site cease", site="spoke")
    assert refusals(site) == ["spoke has ceased"]
    assert site.refused("owner", "site resume", site="spoke", second="qp")[0] == "spoke has ceased"


@pytest.mark.requirement("ATT-28", "UK-3")
def test_a_batch_that_runs_at_a_site_that_is_suspended_carries_the_rule_declared_for_it(site):
    spoke(site)
    effective(site, 1)
    issue(site, place="spoke")
    run_by(site, 1)
    site.do("qa", "site suspend", site="spoke")
    assert kinds(site) == ["site suspended"]
    assert "declared rule: finish" in site.books.exceptions()[0].text
    assert "spoke is suspended" in not_issued(site, of="AX-2", place="spoke")
    assert "the site 'elsewhere' is not registered" in not_issued(site, of="AX-2", place="elsewhere")
