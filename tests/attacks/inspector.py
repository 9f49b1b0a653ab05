"""An inspector at the command line: gives the real verbs as any of the staff, and looks at what is then on record."""

from __future__ import annotations

import json
from typing import Any

import pytest

from axenic.cli.main import app
from axenic.live.time_of_day import TimeOfDay
from tests.quality.site import Site, password

REFUSED, WRONG = 4, 2
SECRETS = ("PASSWORD", "CODE", "SESSION", "ONCE", "CHOSEN", "SECOND_PASSWORD", "SECOND_CODE")


class Inspector:
    """Calls the command in process; nothing but the clock is the test's own."""

    def __init__(self, site: Site, axenic: Any, environment: Any) -> None:
        self.site, self._axenic, self._environment = site, axenic, environment
        place = site.journal.place
        self.where = place.url or str(place.path)
        clock = site.clock
        environment.setattr(TimeOfDay, "now", lambda _: clock.now())
        environment.setattr(TimeOfDay, "monotonic", lambda _: clock.monotonic())
        environment.setattr(TimeOfDay, "boot", lambda _: clock.boot())
        environment.setenv("AXENIC_STATION", "S-1")

    def call(self, *words: object) -> tuple[int, str, str]:
        """A verb that only shows, or one with its people in the options: exit code, stdout, stderr."""
        return self._axenic(*words, "--journal", self.where)

    def show(self, *words: object) -> dict[str, Any]:
        """What a verb shows, as data; it must end well."""
        code, out, err = self.call(*words, "--json")
        assert code == 0, err
        return json.loads(out)

    def act(self, user: str, *words: object, second: str = "", sees: str = "", **given: str) -> tuple[int, str, str]:
        """Give a command as somebody with password and code; `given` takes the place of what they would present.

        sees: the object whose digest they were shown, to sign it.
        """
        claim = self.site.claim(user)
        shown = {"password": claim.password, "code": claim.code} | given
        if second:
            other = self.site.claim(second)
            shown |= {"second_password": other.password, "second_code": other.code}
            words = (*words, "--second", second)
        if sees:
            words = (*words, "--seen", self.digest(sees))
        if "--reason" not in words:
            words = (*words, "--reason", "because")
        with self._environment.context() as now:
            for name in SECRETS:
                now.delenv(f"AXENIC_{name}", raising=False)
            for name, value in shown.items():
                now.setenv(f"AXENIC_{name.upper()}", value)
            return self.call(*words, "--as", user)

    def does(self, user: str, *words: object, **given: str) -> dict[str, Any]:
        """Give a command that must be carried out; what it answers."""
        code, out, err = self.act(user, *words, "--json", **given)
        assert code == 0, err
        self.site.bus.catch_up()
        return json.loads(out)

    def refused(self, user: str, *words: object, **given: str) -> str:
        """Give a command that must be refused, and be on record as an attempt; why it was."""
        code, _, err = self.act(user, *words, **given)
        assert code == REFUSED, err
        self.site.bus.catch_up()
        attempts = [line.act for line in self.site.books.trail.lines[-3:] if line.act.refused]
        assert attempts and all(text in err for text in attempts[-1].refused)
        return err

    def unknown(self, *words: object) -> str:
        """Give a command that there is not, and let the command line end as it does in a shell; what it answers."""
        with pytest.raises(SystemExit) as ended:
            app([*map(str, words), "--journal", self.where], result_action="return_value")
        out, err = self._axenic.seen()
        assert ended.value.code == WRONG, out
        return str(err)

    def session(self, user: str, **given: str) -> str:
        """Log in; the token."""
        return str(self.does(user, "user", "login", **given)["session"])

    def digest(self, name: str) -> str:
        """What an object is, as it is shown to somebody who is to sign it."""
        code, out, _ = self.call("sign", "show", name, "--json")
        return str(json.loads(out)["digest"]) if code == 0 else "nothing"

    def trail(self, *words: object) -> list[dict[str, str]]:
        """Lines of the audit trail, as `trail search` answers."""
        return self.show("trail", "search", *words)["acts"]

    @staticmethod
    def password(user: str) -> str:
        return password(user)
