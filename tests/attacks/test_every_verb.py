"""What the command line can do is what the table of permissions says, verb for verb."""

from __future__ import annotations

import pytest

from axenic.quality.commands import COMMANDS
from axenic.quality.permissions import shipped


@pytest.mark.requirement("P11-10g", "D-12.1")
def test_every_line_of_the_table_is_a_verb_that_asks_who_it_is(axenic):
    assert {rule.command for rule in shipped().commands} == set(COMMANDS)
    for name in COMMANDS:
        code, out, _ = axenic(*name.split(), "--help")
        assert (code, "Who you are" in out) == (0, True), name


@pytest.mark.requirement("P11-10g", "D-12.3")
@pytest.mark.parametrize("noun", ["entry", "master", "release", "equipment", "order", "review"])
def test_no_administrator_and_no_inspector_changes_anything_that_bears_on_a_dose(noun):
    rules = [rule for rule in shipped().commands if rule.command.partition(" ")[0] == noun]
    assert rules
    assert not [r.command for r in rules if {"security admin", "system admin", "inspector"} & {*r.roles, *r.second}]
