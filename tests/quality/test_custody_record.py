"""Chain of custody on record: each leg follows the one before, cold is proven, and the events are the acts'."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from axenic.quality.custody_events import custody_document
from axenic.quality.genealogy import Genealogy
from axenic.quality.review import flags_of
from tests.identity.codes import ANNAS_CELLS, BRUNOS_CELLS, GTIN, hostile
from tests.identity.test_custody import others_id
from tests.quality.bound import ANNAS, bag, bind, ordered, tried
from tests.quality.site import HOUR, MINUTE, Site
from tests.quality.test_labels import apply, printed

HOSPITAL, PLANT = "https://axenic.example/site/hospital", "https://axenic.example/site/berlin"
SHIPPER, LOGGER = "]d200106141412345678908", "]d280044012345LOG7"


def log(site: Site, *temperatures: str, every: int = 10 * MINUTE, name: str = "log.csv") -> str:
    """A logger's file whose last reading is of a minute ago."""
    from datetime import UTC, datetime

    first = site.clock.wall - MINUTE - every * (len(temperatures) - 1)
    times = [datetime.fromtimestamp((first + n * every) // 1000, UTC).isoformat() for n in range(len(temperatures))]
    lines = [f"{time},{t}" for time, t in zip(times, temperatures, strict=True)]
    file = site.folder / name
    file.write_text("\n".join(["time,temperature", *lines]) + "\n", "utf-8")
    return str(file)


def leg(site: Site, verb: str, place: str = PLANT, **changed):
    given_ = {"of_batch": ANNAS, "container": (bag(ANNAS_CELLS),), "place": place} | changed
    site.clock.pass_by(HOUR)
    return site.do("op", f"custody {verb}", **given_)


def arrived(site: Site, *temperatures: str, **changed):
    """Collected at the hospital, shipped, and received with a log."""
    leg(site, "collect", HOSPITAL)
    leg(site, "ship", HOSPITAL, container=(bag(ANNAS_CELLS), SHIPPER))
    site.clock.pass_by(2 * HOUR)
    given_ = {"log": log(site, *temperatures, **changed), "logger": LOGGER, "condition": "cooled"}
    return site.do("op", "custody receive", of_batch=ANNAS, container=(bag(ANNAS_CELLS),), place=PLANT, **given_)


@pytest.fixture
def site(site):
    """A site with Anna's batch ordered, not bound yet."""
    return ordered(site, ANNAS)


@pytest.mark.requirement("P4-TR", "US-1271")
def test_the_way_of_the_cells_is_on_record_with_place_and_digest_and_cold(site):
    act = arrived(site, "4.5", "6", "5")
    summed = act.new["log"]
    assert (summed["readings"], summed["coldest"], summed["warmest"], summed["outside"]) == (3, "4.5", "6", 0)
    assert (len(summed["digest"]), act.new["ahead min"]) == (64, 60)
    assert [leg.command for leg in site.books.legs.of(ANNAS)] == ["custody collect", "custody ship", "custody receive"]
    assert site.books.exceptions(ANNAS) == []


def test_a_temperature_out_of_range_is_an_exception(site):
    arrived(site, "4.5", "9.1", "5")
    assert [(f.kind, f.severity) for f in flags_of(site.books, ANNAS)] == [("temperature on the way", "major")]
    assert "1 of 3 readings are not cooled: 4.5 to 9.1 degC" in site.books.exceptions(ANNAS)[0].text


def test_no_log_and_a_gap_in_one_are_exceptions_too(site):
    arrived(site, "4", "5", every=45 * MINUTE)
    assert "no reading for 45 min" in site.books.exceptions(ANNAS)[0].text
    leg(site, "ship")
    leg(site, "receive")
    assert "without a log" in site.books.exceptions(ANNAS)[1].text


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # how the oracle opens its own files
@pytest.mark.requirement("US-1271")
def test_the_events_are_epcis_with_the_identifier_that_others_compute_and_the_same_bytes_each_time(site):
    arrived(site, "4.5", "6", "5")
    bind(site, ANNAS)
    printed(site, count=1)
    apply(site)
    made = custody_document(site.books, ANNAS)
    events = made["epcisBody"]["eventList"]
    assert [e.get("bizStep") for e in events] == ["commissioning", "shipping", "receiving", "commissioning"]
    assert [e["type"] for e in events][-1] == "TransformationEvent"
    assert len(events[2]["sensorElementList"]) == 3
    assert [others_id(e) for e in events] == [e["eventID"] for e in events]
    assert json.dumps(custody_document(site.books, ANNAS)) == json.dumps(made)


def test_the_events_are_written_as_a_file(site, axenic):
    arrived(site, "4.5", "6")
    out = site.folder / "events.json"
    code, _, err = axenic("custody", "events", ANNAS, "--journal", site.journal.place, "--out", out)
    assert (code, err) == (0, "")
    assert json.loads(out.read_text("utf-8"))["type"] == "EPCISDocument"
    assert axenic("custody", "events", "AX-9", "--journal", site.journal.place, "--out", out)[0] == 3


@pytest.mark.parametrize(
    ("verb", "changed", "because"),
    [
        ("ship", {}, "only what was collected"),
        ("receive", {}, "only what was shipped"),
        ("collect", {"of_batch": "AX-9"}, "no batch of that name"),
        ("collect", {"container": ()}, "name the containers"),
        ("collect", {"container": ("Müller",)}, "container 1 is no code"),
        ("collect", {"container": (f"]d201{GTIN}",)}, "container 1 is no code"),
        ("collect", {"container": (bag(ANNAS_CELLS), bag(ANNAS_CELLS))}, "named twice"),
        ("collect", {"place": "Müller's flat"}, "no https address"),
    ],
)
def test_a_leg_out_of_turn_or_of_nonsense_is_refused(site, verb, changed, because):
    given_ = {"of_batch": ANNAS, "container": (bag(ANNAS_CELLS),), "place": PLANT} | changed
    found = site.refused("op", f"custody {verb}", **given_)
    assert any(because in text for text in found), found
    assert "ller" not in str(found)


def test_another_patients_bag_does_not_travel_with_a_bound_batch(site):
    bind(site, ANNAS)
    given_ = {"of_batch": ANNAS, "container": (bag(BRUNOS_CELLS),), "place": HOSPITAL}
    assert f"is not of {ANNAS}" in site.refused("op", "custody collect", **given_)[0]


HEAD, ROW = "time,temperature", "2026-11-28T10:00:00Z,5"


@pytest.mark.parametrize(
    ("text", "because"),
    [
        ("", "columns"),
        (HEAD, "no reading"),
        ("when,how cold\n", "columns"),
        (f"{HEAD}\n2026-11-28T10:00:00,5", "line 2 of the log holds no time"),
        (f"{HEAD}\nMüller,5", "line 2 of the log holds no time"),
        (f"{HEAD}\n2026-11-28T10:00:00Z,warm", "line 2 of the log holds no temperature"),
        (f"{HEAD}\n2026-11-28T10:00:00Z,NaN", "line 2 of the log holds no temperature"),
        (f"{HEAD}\n2026-11-28T10:00:00Z,5.0001", "line 2 of the log holds no temperature"),
        (f"{HEAD}\n{ROW},7", "line 2 of the log holds no temperature"),
        (f"{HEAD}\n{ROW}\n{ROW}", "do not go on"),
        (f"{HEAD}\n2099-11-28T10:00:00Z,5", "not past"),
        (f'{HEAD}\n"2026', "no CSV"),
    ],
)
def test_a_log_that_cannot_be_believed_is_refused_with_its_line(site, text, because):
    leg(site, "collect", HOSPITAL)
    file = site.folder / "bad.csv"
    file.write_text(text, "utf-8")
    given_ = {"container": (SHIPPER,), "place": PLANT, "log": str(file), "logger": LOGGER, "condition": "cooled"}
    found = site.refused("op", "custody ship", of_batch=ANNAS, **given_)
    assert any(because in text for text in found), found
    for wrong in ({"log": str(site.folder)}, {"logger": "x"}, {"condition": "tepid"}):
        assert site.refused("op", "custody ship", of_batch=ANNAS, **given_ | wrong)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(container=hostile, place=hostile, text=st.one_of(hostile, st.text().map(lambda t: f"{HEAD}\n{t}")))
def test_no_text_raises(site, container, place, text):
    file = site.folder / "hostile.csv"
    file.write_bytes(text.encode("utf-8", "surrogatepass"))
    given_ = {"of_batch": ANNAS, "container": (container,), "place": place}
    if not site.books.legs.of(ANNAS):
        tried(site, "op", "custody collect", **given_)
    tried(site, "op", "custody ship", log=str(file), logger=container, condition="cooled", **given_)


@pytest.mark.requirement("P4-TR", "US-1271")
def test_a_container_on_its_way_leads_to_its_batch(site):
    arrived(site, "4.5", "6")
    assert Genealogy(site.books).batches("https://id.gs1.org/00/106141412345678908") == [ANNAS]
