"""What must not exist: a switch for the trail, a way to write past the command bus, a rule without its clause."""

from __future__ import annotations

import re
from dataclasses import MISSING, fields, replace
from importlib import resources
from pathlib import Path

import pytest

from axenic.notation.document import load
from axenic.notation.sheet import Sheet
from axenic.quality.actor import Refused
from axenic.quality.alarm.kind import AlarmTable
from axenic.quality.books import Books
from axenic.quality.command import Command
from axenic.quality.commands import COMMANDS
from axenic.quality.permissions import ANYONE, Permissions, Rule, shipped
from axenic.quality.retention import Retention
from axenic.quality.values import KnownValues
from tests.quality.doses import BATCH, STEP, begun
from tests.quality.site import STAFF, Site

TABLES = {
    "permissions.yaml": Permissions,
    "values.yaml": KnownValues,
    "alarms.yaml": AlarmTable,
    "retention.yaml": Retention,
}
DUMMIES = {"str": "x", "int": 1, "tuple[int, ...]": (1,)}
SOURCE = Path(str(resources.files("axenic")))
SWITCHES = ("off", "disable", "skip", "bypass_audit", "audit", "trail", "no_log", "debug", "silent")


def shelf(name: str) -> str:
    return (resources.files("axenic") / "data" / "quality" / name).read_text("utf-8")


@pytest.mark.requirement("ATT-14", "D-12.3")
@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("switch", ["audit trail: false", "trail: disabled", "debug: true"])
def test_an_unknown_key_in_a_table_is_refused_with_its_line(name, switch):
    loaded = load(TABLES[name], shelf(name) + f"\n{switch}\n", name)
    assert loaded.value is None
    assert [(f.code, f.line > 0) for f in loaded.findings] == [("AX0005", True)]


@pytest.mark.requirement("ATT-14", "D-12.3")
def test_no_key_of_any_table_and_no_variable_of_the_environment_is_a_switch_of_the_trail():
    keys = {name for model in (*TABLES.values(), Rule) for name in _fields(model)}
    variables = {v for p in SOURCE.rglob("*.py") for v in re.findall(r"AXENIC_[A-Z_]+", p.read_text("utf-8"))}
    named = {key.casefold() for key in keys | variables}
    assert not [name for name in named for word in SWITCHES if word in re.split(r"[ _]", name)]


def _fields(model: type[Sheet]) -> set[str]:
    return set(model.model_fields)


@pytest.mark.requirement("ATT-14", "D-12.3", "D-12.1")
def test_whatever_the_permissions_say_every_command_leaves_an_act(bare):
    rules = shipped().commands
    open_to_all = tuple(rule.model_copy(update={"roles": (ANYONE,), "keeps": True, "second": ()}) for rule in rules)
    bare.safe.close()
    site = replace(bare, permissions=bare.permissions.model_copy(update={"commands": open_to_all, "apart": ()}))
    site.staffed()
    begun(site)
    size = site.journal.size
    site.do("op", "entry add", of_batch=BATCH, step=STEP, name="colour", value="clear")
    site.refused("op", "entry add", of_batch=BATCH, step=STEP, name="colour", value="clear")
    assert site.journal.size == size + 2
    assert isinstance(site, Site)


@pytest.mark.requirement("P11-10g", "D-12.1")
def test_every_command_has_a_line_in_the_table_with_its_clause_and_every_line_has_a_command():
    rules = shipped().commands
    assert {rule.command for rule in rules} == set(COMMANDS)
    assert not [rule.command for rule in rules if not rule.clause]


@pytest.mark.requirement("P11-10g")
def test_for_every_command_the_roles_that_may_are_those_of_the_table_and_no_other(site):
    rules = {name: shipped().rule(name, dummy(name).case(site.books)) for name in COMMANDS}
    table = {name: rule.roles for name, rule in rules.items() if ANYONE not in rule.roles}
    one_of = {role: user for user, (role,) in STAFF.items()}
    assert set(one_of) == {role.role for role in shipped().roles}
    for name, roles in table.items():
        assert {role for role, user in one_of.items() if not refused_for_the_role(site, user, name)} == set(roles), name


def dummy(name: str) -> Command:
    """A command with nothing sensible in it."""
    return COMMANDS[name](**{f.name: DUMMIES[f.type] for f in fields(COMMANDS[name]) if f.default is MISSING})


def refused_for_the_role(site: Site, user: str, name: str) -> bool:
    """Whether a person is turned away because of who they are, before anything else is looked at."""
    try:
        site.terminal.do(dummy(name), site.claim(user, reason="because"))
    except Refused as refused:
        return "needs the role" in refused.because[0]
    return False


@pytest.mark.requirement("D-12.3")
def test_administrators_have_no_command_on_batches_masters_or_equipment():
    gmp = ("entry", "analysis", "limit", "master", "order", "equipment", "discrepancy", "bypass", "alarm", "change")
    lines = [rule for rule in shipped().commands if rule.command.startswith(gmp)]
    assert lines
    assert not [rule.command for rule in lines if {"security admin", "system admin"} & {*rule.roles, *rule.second}]


@pytest.mark.requirement("D-12.1")
def test_nothing_in_quality_but_the_bus_appends_to_a_journal():
    writers = [p.name for p in (SOURCE / "quality").rglob("*.py") if "journal.append" in p.read_text("utf-8")]
    assert writers == ["bus.py"]


@pytest.mark.requirement("P11-10e1")
def test_the_books_of_a_journal_read_again_say_the_same(site):
    begun(site)
    site.do("op", "entry add", of_batch=BATCH, step=STEP, name="colour", value="clear")
    site.do("op2", "entry verify", of_batch=BATCH, step=STEP, name="colour")
    again = Books(site.permissions)
    for entry in site.journal.entries():
        again.take(entry)
    assert again.entries.of(BATCH) == site.books.entries.of(BATCH)
    assert again.exceptions() == site.books.exceptions()
    assert again.digests.of(f"batch {BATCH}") == site.sees(f"batch {BATCH}")
