"""Who a code is lies in the vault; the journal says that it was looked at, and never a name."""

from __future__ import annotations

import json
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from axenic.identity.code import new_coi
from axenic.identity.vault import Vault
from tests.identity.codes import ANNA, BRUNO, hostile
from tests.quality.bound import tried
from tests.quality.site import Site

PERSON = {"family name": "Überacker-Grantham", "given name": "Annabelle", "birth date": "1982-03-04"}
CODE = {"coi": str(ANNA)}


def file_of(site: Site, person: object) -> str:
    file = site.folder / "person.json"
    file.write_text(json.dumps(person), "utf-8")
    return str(file)


def kept(site: Site, coi=ANNA, person=PERSON):
    return site.do("lead", "patient keep", coi=str(coi), file=file_of(site, person))


def shown(site: Site, user: str = "qp") -> dict:
    from axenic.quality.commands import COMMANDS

    return site.terminal.do(COMMANDS["patient show"](str(ANNA)), site.claim(user, reason="adverse event"))[1]


def on_disk(site: Site) -> bytes:
    """Every byte that the site keeps, the write-ahead logs too; not the file the person came in."""
    files = [p for p in site.folder.iterdir() if p.is_file() and p.name != "person.json"]
    assert {"journal.db", "journal.db-wal", "safe", "vault"} <= {p.name for p in files}
    return b"".join(p.read_bytes() for p in files)


@pytest.mark.requirement("US-1271", "US-1271c")
def test_a_person_comes_back_under_their_code_and_that_it_was_read_is_on_record(site):
    act = kept(site)
    assert act.new == {"fields": sorted(PERSON)}
    assert shown(site) == PERSON
    assert (site.last().command, site.last().object, site.last().reason) == (
        "patient show",
        f"patient {ANNA}",
        "adverse event",
    )


def test_nobody_reads_without_a_reason_or_the_role(site):
    kept(site)
    assert "a reason is needed" in site.refused("qp", "patient show", reason=" ", **CODE)[0]
    for user in ("op", "admin", "sys", "looks"):
        assert "needs the role" in site.refused(user, "patient show", **CODE)[0]


def test_two_persons_erase_with_a_reason_and_then_nobody_knows(site):
    kept(site)
    assert "a second person" in site.refused("qa", "patient erase", **CODE)[0]
    assert "a reason is needed" in site.refused("qa", "patient erase", reason="", second="qp", **CODE)[0]
    site.do("qa", "patient erase", second="qp", reason="request of the patient", **CODE)
    assert "has been erased" in site.refused("qp", "patient show", **CODE)[0]
    assert "not given twice" in site.refused("lead", "patient keep", file=file_of(site, PERSON), **CODE)[0]
    with Vault(site.safe.vault) as vault:
        assert vault.codes() == {str(ANNA): False}


@pytest.mark.requirement("US-1271c")
def test_a_code_that_shares_four_characters_with_the_person_is_not_kept(site):
    person = PERSON | {"hospital number": f"X{ANNA.body[3:9]}"}
    found = site.refused("lead", "patient keep", file=file_of(site, person), **CODE)
    assert "the field 'hospital number'" in found[0]
    assert ANNA.body[3:9] not in found[0]


@pytest.mark.parametrize(
    "person",
    [{}, [], "Anna", {"Anna Überacker": ""}, {"family name": ""}, {"family name": 5}, {"family name": "x" * 301}],
)
def test_what_is_no_person_is_refused_and_not_repeated(site, person):
    found = site.refused("lead", "patient keep", file=file_of(site, person), **CODE)
    assert "Anna" not in str(found)


@pytest.mark.parametrize("verb", ["keep", "show", "erase"])
def test_a_name_in_the_place_of_a_code_is_refused_and_not_on_record(site, verb):
    who, second = ("qa", "qp")
    given_ = {"file": file_of(site, PERSON)} if verb == "keep" else {}
    found = site.refused(who, f"patient {verb}", second=second, coi="Annabelle", **given_)
    assert "this is no chain-of-identity code" in found
    assert "Annabelle" not in str(site.last())


def test_what_was_never_kept_is_said_to_be_so(site):
    assert site.refused("qp", "patient show", **CODE) == ("there is no vault beside this journal",)
    kept(site, BRUNO)
    assert site.refused("qp", "patient show", **CODE) == (f"nobody is kept under {ANNA}",)


def test_a_vault_that_was_altered_is_refused_without_a_traceback(site):
    kept(site)
    site.safe.vault.write_bytes(b"this is no database, and it never was one" * 100)
    site.safe.vault.with_name("vault-wal").unlink(missing_ok=True)
    for user, verb in (("qp", "show"), ("lead", "keep")):
        given_ = {"file": file_of(site, PERSON)} if verb == "keep" else {}
        assert site.refused(user, f"patient {verb}", **CODE, **given_)


NAMES = st.text(st.characters(whitelist_categories=["Lu", "Ll"]), min_size=8, max_size=20).filter(
    lambda name: len(set(name)) > 3  # a row of one letter stands in many an encoded key
)
CHANCE = (n.to_bytes(16, "big") for n in count())


@pytest.mark.requirement("US-1271c")
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(family=NAMES, first=NAMES, data=st.data())
def test_no_name_is_ever_in_the_journal_its_log_or_any_other_file_of_the_site(site, family, first, data):
    person = {"family name": family, "given name": first, "birth date": "1982-03-04"}
    coi = new_coi(next(CHANCE), person)
    assert tried(site, "lead", "patient keep", coi=str(coi), file=file_of(site, person))
    wrong = data.draw(st.sampled_from(["keep", "show", "erase"]))
    given_ = {"file": file_of(site, {first: family})} if wrong == "keep" else {}
    assert not tried(site, "qa", f"patient {wrong}", second="qp", coi=f"{first} {family}", **given_)
    wrongly = {"of_batch": "AX-1", "at": "receipt", "container": family, "other": first, "coi": family, "din": (first,)}
    for verb, names in (("handover match", ("at", "container", "other")), ("identity bind", ("coi", "din"))):
        assert not tried(site, "op", verb, second="op2", of_batch="AX-1", **{n: wrongly[n] for n in names})
    site.do("qp", "patient show", coi=str(coi))
    if data.draw(st.booleans()):
        site.do("qa", "patient erase", second="qp", coi=str(coi))
    kept_ = on_disk(site)
    for name in (family, first):
        written = [name.encode(e) for e in ("utf-8", "utf-16-le")] + [json.dumps(name)[1:-1].encode()]
        assert not any(text in kept_ for text in written), name


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(coi=hostile, text=hostile)
def test_no_text_raises(site, coi, text):
    file = site.folder / "person.json"
    file.write_bytes(text.encode("utf-8", "surrogatepass"))
    assert not tried(site, "lead", "patient keep", coi=str(ANNA), file=str(file))
    assert not tried(site, "qp", "patient show", coi=coi)


def test_a_new_code_for_a_person_shares_nothing_with_them(site, axenic):
    code, out, _ = axenic("patient", "code", file_of(site, PERSON))
    assert (code, out.startswith("COI-")) == (0, True)
    assert axenic("patient", "code", site.folder / "none.json")[0] == 2
