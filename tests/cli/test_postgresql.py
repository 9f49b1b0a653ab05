"""Every verb that takes a journal takes one in PostgreSQL by its URL, and says the same of it as of a file."""

from __future__ import annotations

import json

from tests.cli.conftest import ORDERS

RUN = ("run", "car-t-9-day", "--plant", "robotic-cluster", "--orders", ORDERS, "--no-records")


def test_a_journal_in_postgresql_is_run_gone_on_with_and_answers_as_a_file_does(axenic, database, tmp_path):
    file, out = tmp_path / "site.db", tmp_path / "site.jsonl"
    places = (database, file)
    first, second = (json.loads(axenic(*RUN, "--journal", place, "--json")[1]) for place in places)
    assert (first["root"], first["batches"]) == (second["root"], second["batches"])
    again = axenic(*RUN, "--journal", database, "--json")[1]  # the same orders again: there is nothing left to do
    assert json.loads(again)["root"] == first["root"]
    for words in (("verify",), ("replay",), ("map",), ("risk",), ("trace", "--item", "AX-0001:cells")):
        said = [axenic(words[0], place, *words[1:], "--json") for place in places]
        assert said[0] == said[1]
        assert said[0][0] == 0
    code, text, _ = axenic("record", database, "AX-0001", "--json")
    assert (code, text.count("keys/")) == (0, 1)
    assert axenic("export", database, "--out", out)[0] == 0
    carried, kept = (json.loads(axenic("verify", place, "--json")[1]) for place in (out, database))
    assert kept["anchored"] and carried == kept | {"anchored": False}  # nothing outside an export is compared with it
    assert axenic("calibrate", database, "--out", tmp_path / "mine.yaml")[0] == 0


def test_a_database_that_cannot_be_reached_or_holds_no_journal_is_said_without_its_password(axenic, database):
    code, _, err = axenic("replay", database)
    assert (code, "AX0501" in err) == (3, True)
    assert axenic("verify", database)[0] == 1
    for verb in ("replay", "verify", "map", "record"):
        code, out, err = axenic(verb, "postgresql://ann:secret@localhost:1/site?connect_timeout=2")
        assert code in (1, 2)
        assert "secret" not in out + err
    code, _, err = axenic("replay", "postgresql://ann:secret@localhost/")
    assert (code, "names no database" in err or "does not name" in err, "secret" in err) == (2, True, False)
