"""What the command line can do is what the table of permissions says, verb for verb."""

from __future__ import annotations

import pytest
from cyclopts import App

from axenic.cli import people
from axenic.quality.commands import COMMANDS
from axenic.quality.permissions import shipped

SHOWS = {"show", "list", "register"}


@pytest.mark.requirement("P11-10g", "D-12.1")
def test_every_verb_on_the_record_is_a_command_of_the_table_or_only_shows():
    groups = {name: app for name, app in vars(people).items() if isinstance(app, App)}
    given = {f"{noun} {verb}" for noun, app in groups.items() for verb in app if verb[0] != "-"}
    commands = {name for name in given if name.split()[1] not in SHOWS}
    assert commands == set(COMMANDS) == {rule.command for rule in shipped().commands}


@pytest.mark.requirement("P11-10g", "D-12.3")
@pytest.mark.parametrize("noun", ["entry", "master", "release", "equipment", "order", "review"])
def test_no_administrator_and_no_inspector_changes_anything_that_bears_on_a_dose(noun):
    rules = [rule for rule in shipped().commands if rule.command.partition(" ")[0] == noun]
    assert rules
    assert not [r.command for r in rules if {"security admin", "system admin", "inspector"} & {*r.roles, *r.second}]
