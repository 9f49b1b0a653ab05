"""The name printed beside a signature is one that nobody takes for another's."""

from __future__ import annotations

import pytest

from axenic.quality.actor import Refused
from axenic.quality.printed_name import misprinted, shipped_lookalikes
from tests.quality.site import newcomer


def add(site, user, name, identity="", refused=True):
    """Add somebody under a printed name; the reasons if it is to be refused."""
    told = newcomer(user, "operator") | {"name": name} | ({"identity": identity} if identity else {})
    if refused:
        return site.refused("admin", "user add", **told)
    site.do("admin", "user add", **told)
    return ()


@pytest.mark.requirement("P11-300a", "P11-100a")
@pytest.mark.parametrize("name", ["Q\u0440 Person", "Qp P\u0435rson", "Qp Pers\u03bfn", "\u051bp Person"])
def test_a_name_with_letters_of_another_script_is_refused(site, name):
    assert add(site, "new", name)[0].startswith("a printed name is written in one script, and this mixes ")


@pytest.mark.requirement("P11-300a", "P11-100a")
@pytest.mark.parametrize("name", ["Qp Person", "qp  person", "\uff31\uff50 Person", "0p Person", "Qp\u00a0Person"])
def test_a_name_that_looks_like_that_of_another_is_refused(site, name):
    there = "Op" if name.startswith("0") else "Qp"
    assert f"looks like that of another account, '{there} Person'" in add(site, "new", name)[0]


@pytest.mark.requirement("P11-300a")
def test_a_name_in_another_script_alone_that_is_spelt_to_look_like_another_is_refused(site):
    add(site, "pap", "Cepp Pope", refused=False)
    assert "'Cepp Pope'" in add(site, "fake", "\u0421\u0435\u0440\u0440 \u0420\u043e\u0440\u0435")[0]


def test_the_name_of_somebody_who_left_stays_taken_but_not_for_themselves(site):
    site.do("admin", "user disable", user="op")
    assert "'Op Person'" in add(site, "new", "Op Person")[0]
    add(site, "op9", "Op Person", identity="HR op", refused=False)


@pytest.mark.parametrize(
    "name",
    [
        "José-María O'Neil",
        "Łukasz Żółć",
        "\u041f\u0435\u0442\u0440\u043e\u0432\u0430 \u0410\u043d\u043d\u0430",
        "\u5c71\u7530 \u30a2\u30f3\u30ca \u306f\u308b",
        "\uae40\ubbfc\uc900",
    ],
)
def test_names_of_people_everywhere_are_taken(name):
    assert misprinted(name, ["Qp Person"]) == []


def test_a_letter_looks_like_one_other_only():
    letters = [letter for row in shipped_lookalikes().list for letter in row.letters]
    assert len(letters) == len(set(letters)) and not {row.like for row in shipped_lookalikes().list} & set(letters)


def test_nobody_is_on_record_under_a_name_that_was_refused(site):
    with pytest.raises(Refused) as refused:
        site.do("admin", "user add", **newcomer("new", "operator") | {"name": "Q\u0440 Person"})
    assert refused.value.code == "AX1010"
    assert site.books.persons.get("new") is None
