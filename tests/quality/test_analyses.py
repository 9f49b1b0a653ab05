"""Analyses: no run is lost, and no limit moves but under change control."""

from __future__ import annotations

import pytest

from tests.quality.doses import BATCH, begun, kinds

RUN = {"of_batch": BATCH, "test": "viability"}


def with_limit(site, least: str = "70", change: str = "CC-1") -> None:
    site.do("qc", "change open", change=change, of="limit viability", what=f"at least {least} %")
    site.do("qa", "change approve", change=change)
    site.do("qc", "limit set", test="viability", least=least, unit="%", change=change, second="qa")


@pytest.mark.requirement("ATT-17")
def test_an_analysis_that_is_run_until_it_passes_shows_every_run_with_its_parameters(site):
    begun(site)
    with_limit(site)
    site.do("qc", "analysis run", **RUN, value="65", parameters=("gate=A",))
    assert "a second person" in site.refused("qc", "analysis run", **RUN, value="75")[0]
    site.do("qc", "analysis run", **RUN, value="68", parameters=("gate=A",), reason="bubble", second="qa")
    site.do("qc", "analysis run", **RUN, value="75", parameters=("gate=B",), reason="other gate", second="qa")
    runs = site.books.analyses.runs(BATCH, "viability")
    assert [(r.number, r.value, r.passes, r.parameters["gate"]) for r in runs] == [
        (1, "65", False, "A"),
        (2, "68", False, "A"),
        (3, "75", True, "B"),
    ]
    assert kinds(site) == ["result out of limits", "result out of limits", *["analysis run again"] * 2]
    last = site.books.exceptions(BATCH)[-1].text
    assert "with other parameters; earlier runs: 65 (out), 68 (out); other gate" in last


@pytest.mark.requirement("ATT-17", "A11-10", "D-9")
def test_a_limit_is_set_by_an_approved_change_only_and_each_approval_is_good_once(site):
    with_limit(site)
    told = {"test": "viability", "least": "60", "unit": "%", "second": "qa"}
    assert "a second person (QA reviewer)" in site.refused("qc", "limit set", **told | {"second": ""})[0]
    assert "there is no change" in site.refused("qc", "limit set", **told)[0]
    assert "was carried out already" in site.refused("qc", "limit set", **told, change="CC-1")[0]
    site.do("qc", "change open", change="CC-2", of="limit purity", what="other")
    because = site.refused("qc", "limit set", **told, change="CC-2")
    assert because == ("change CC-2 is not approved", "change CC-2 is one of 'limit purity', not of 'limit viability'")


@pytest.mark.requirement("ATT-17")
def test_a_result_keeps_the_limit_of_its_day(site):
    begun(site)
    with_limit(site)
    site.do("qc", "analysis run", **RUN, value="65")
    with_limit(site, "60", "CC-2")
    assert not site.books.analyses.runs(BATCH, "viability")[0].passes
    assert [limit.version for limit in site.books.limits.of("viability")] == [1, 2]


def test_without_a_limit_nothing_is_judged(site):
    begun(site)
    assert "no limit is set" in site.refused("qc", "analysis run", **RUN, value="65")[0]


@pytest.mark.requirement("A11-10")
def test_who_asks_for_a_change_does_not_approve_it(site):
    site.do("qa", "change open", change="CC-1", of="limit viability", what="lower")
    assert "does not approve it" in site.refused("qa", "change approve", change="CC-1")[0]
    site.do("qa2", "change approve", change="CC-1")
