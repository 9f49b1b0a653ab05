"""Who is on the site, what they may do, and that nobody can pretend to be somebody else."""

from __future__ import annotations

import pytest

from axenic.quality.actor import Claim, Refused
from axenic.quality.bus import Bus
from axenic.quality.commands import COMMANDS
from axenic.quality.terminal import Terminal
from axenic.record.journal import Journal
from tests.quality.site import DAY, HOUR, MINUTE, STATION, newcomer, password

ADMIN = newcomer("admin", "security admin")


def test_the_first_account_of_a_site_is_its_security_admin_and_nobody_else(bare):
    add = COMMANDS["user add"](user="op", name="Op", roles=("operator",), proof="passport")
    with pytest.raises(Refused, match="the first account of a site is its security admin"):
        bare.terminal.do(add, Claim())


@pytest.mark.requirement("P11-100a", "P11-300a")
def test_an_id_is_given_once_and_never_again(site):
    site.do("admin", "user disable", user="op")
    assert "an id is never used again" in site.refused("admin", "user add", user="op", name="New", proof="x")[0]


def test_what_was_refused_is_on_record_with_who_tried_and_why(site):
    because = site.refused("op", "user add", user="zz", name="Z", proof="x")
    assert site.last().refused == because
    assert (site.last().actor, site.last().command) == ("op", "user add")


def test_a_wrong_password_names_no_actor_only_a_claim(site):
    with pytest.raises(Refused):
        site.terminal.do(COMMANDS["user declare"](), site.claim("op", password="guessed it right"))
    assert (site.last().actor, site.last().new) == ("", {"claimed": "op", "failed": "op", "failures": 1})


@pytest.mark.requirement("P11-300d")
def test_five_failures_lock_an_account_out_for_a_while_and_not_for_ever(site):
    for _ in range(5):
        with pytest.raises(Refused):
            site.terminal.do(COMMANDS["user declare"](), site.claim("qp", password="guessed it right"))
    with pytest.raises(Refused, match="locked out"):
        site.terminal.do(COMMANDS["user login"](), site.claim("qp"))
    site.clock.pass_by(HOUR)
    site.do("qp", "user login")


def test_a_code_works_once(site):
    claim = site.claim("op")
    site.terminal.do(COMMANDS["user login"](), claim)
    with pytest.raises(Refused, match="not right"):
        site.terminal.do(COMMANDS["user login"](), claim)


@pytest.mark.requirement("D-11d", "ATT-05")
def test_a_session_locks_after_ten_minutes_whatever_the_client_does(site):
    token = site.terminal.do(COMMANDS["user login"](), site.claim("op"))[1]["session"]
    site.clock.pass_by(9 * MINUTE)
    site.terminal.do(COMMANDS["user logout"](), Claim(session=token, station=STATION))
    token = site.terminal.do(COMMANDS["user login"](), site.claim("op"))[1]["session"]
    site.clock.pass_by(11 * MINUTE)
    with pytest.raises(Refused, match="locked after 10 minutes"):
        site.terminal.do(COMMANDS["user logout"](), Claim(session=token, station=STATION))


@pytest.mark.requirement("D-11a", "ATT-01")
def test_one_person_is_not_at_two_stations(site):
    site.do("admin", "station add", station="S-2", zone="Europe/Brussels")
    site.do("op", "user login")
    with pytest.raises(Refused, match="logged in at S-1"):
        site.terminal.do(COMMANDS["user login"](), site.claim("op", station="S-2"))


@pytest.mark.requirement("P11-10h")
def test_a_session_is_good_at_its_own_station_only(site):
    site.do("admin", "station add", station="S-2", zone="Europe/Brussels")
    token = site.terminal.do(COMMANDS["user login"](), site.claim("op"))[1]["session"]
    with pytest.raises(Refused, match="belongs to S-1"):
        site.terminal.do(COMMANDS["user logout"](), Claim(session=token, station="S-2"))


@pytest.mark.requirement("P11-10h")
def test_nothing_is_done_from_a_station_that_is_not_enrolled(site):
    with pytest.raises(Refused, match="not enrolled"):
        site.terminal.do(COMMANDS["user login"](), site.claim("op", station="cafe"))


@pytest.mark.requirement("ATT-03")
def test_an_admin_who_resets_a_person_never_knows_their_secret_and_cannot_act_as_them(site):
    act, shown = site.terminal.do(
        COMMANDS["user reset"](user="qp", proof="seen by HR"), site.claim("admin", reason="lost"), site.claim("qa")
    )
    with pytest.raises(Refused, match="enrolling, and for nothing else"):
        site.terminal.do(COMMANDS["user login"](), Claim(user="qp", once=shown["one-time secret"], station=STATION))
    site.enrol("qp", shown["one-time secret"])
    assert [line.act.actor for line in site.books.trail.of_object("person qp")][-2:] == ["admin", "qp"]
    assert act.actor == "admin"
    assert shown["one-time secret"] not in str([line.act for line in site.books.trail.lines])


def test_no_secret_ever_goes_on_record(site):
    text = str([line.act for line in site.books.trail.lines])
    assert not any(password(user) in text or secret in text for user, secret in site.totp.items())


@pytest.mark.requirement("D-11c")
def test_roles_that_must_not_meet_in_one_person_do_not(site):
    assert "must not be one person" in site.refused("admin", "user grant", user="qp", role="security admin")[0]


@pytest.mark.requirement("ATT-07")
def test_a_clock_set_back_goes_on_record_and_a_person_must_confirm_it(site):
    token = site.terminal.do(COMMANDS["user login"](), site.claim("admin"))[1]["session"]
    site.clock.set(-HOUR)
    with pytest.raises(Refused):
        site.terminal.do(COMMANDS["user confirm"](user="op"), Claim(session=token, station=STATION))
    assert site.books.trail.search(what="clock stepped")[0].act.new == {"by ms": -HOUR}
    site.clock.set(HOUR)
    assert site.books.clock.suspect
    site.do("admin", "clock confirm", against="time.example.org")
    assert not site.books.clock.suspect


def test_what_the_time_of_a_station_is_stands_in_every_act(site):
    assert site.do("op", "user login").zone == "Europe/Brussels"


@pytest.mark.requirement("A11-12")
def test_who_has_which_role_on_a_day_can_be_told(site):
    site.clock.pass_by(DAY)
    act = site.do("admin", "user grant", user="op2", role="supervisor", reason="night shift")
    assert (act.new, act.reason, site.books.persons.get("op2").roles["supervisor"]) == (
        {"role": "supervisor", "second": {"user": "owner", "name": "Owner Person"}},
        "night shift",
        act.at,
    )


@pytest.mark.requirement("P11-300d")
def test_an_account_that_is_locked_after_failures_is_an_alarm_at_once_and_once(site):
    for _ in range(7):
        with pytest.raises(Refused):
            site.terminal.do(COMMANDS["user login"](), site.claim("qp", password="guessed it right"))
    assert [alarm.text for alarm in site.books.alarms.open()] == ["access locked: person qp"]


@pytest.mark.requirement("ATT-01", "D-11a")
def test_who_is_logged_in_at_one_station_does_nothing_at_another_with_their_password_either(site):
    site.do("admin", "station add", station="S-2", zone="Europe/Brussels")
    site.do("op", "user login")
    with pytest.raises(Refused, match="logged in at S-1"):
        site.terminal.do(COMMANDS["user declare"](), site.claim("op", station="S-2"))


def meanwhile(site, act, monkeypatch):
    """Let somebody else do something between the decision on the next command and its entry."""
    append, waiting = site.journal.append, [act]

    def late(things, alone=False):
        if alone and waiting:
            bus = Bus(Journal.join(site.folder / "journal.db"), site.safe, site.permissions, site.clock)
            waiting.pop()(Terminal(bus, site.keys, site.clock.now))
        return append(things, alone)

    monkeypatch.setattr(site.journal, "append", late)


@pytest.mark.requirement("P11-10g", "P11-10d")
@pytest.mark.parametrize("of", ["qa", "eng"])
def test_who_was_disabled_before_the_act_was_entered_does_nothing(site, monkeypatch, of):
    disable = COMMANDS["user disable"](user=of)
    claim, second = site.claim("eng"), site.claim("qa")
    admin = site.claim("admin", reason="left")
    meanwhile(site, lambda terminal: terminal.do(disable, admin), monkeypatch)
    reactor = COMMANDS["equipment add"](name="reactor-1", kind="bioreactor", serial="SN-1")
    with pytest.raises(Refused, match="not right"):
        site.terminal.do(reactor, claim, second)
    assert site.last().refused


@pytest.mark.requirement("P11-200a2")
def test_a_code_that_was_just_used_serves_again_when_others_wrote_meanwhile(site, monkeypatch):
    claim, admin = site.claim("op"), site.claim("admin")
    meanwhile(site, lambda terminal: terminal.do(COMMANDS["user login"](), admin), monkeypatch)
    assert site.terminal.do(COMMANDS["user login"](), claim)[0].actor == "op"


@pytest.mark.requirement("P11-10g", "P11-10d")
def test_a_role_that_was_taken_before_the_act_was_entered_is_not_acted_in(site, monkeypatch):
    claim, admin = site.claim("qa"), site.claim("admin", reason="moved")
    revoke = COMMANDS["user revoke"](user="qa", role="QA reviewer")
    meanwhile(site, lambda terminal: terminal.do(revoke, admin), monkeypatch)
    with pytest.raises(Refused, match="needs the role"):
        site.terminal.do(COMMANDS["user confirm"](user="op"), claim)


@pytest.mark.requirement("P11-10d")
def test_a_session_that_was_ended_before_the_act_was_entered_does_nothing(site, monkeypatch):
    token = site.terminal.do(COMMANDS["user login"](), site.claim("qa"))[1]["session"]
    session = Claim(session=token, station=STATION)
    meanwhile(site, lambda terminal: terminal.do(COMMANDS["user logout"](), session), monkeypatch)
    with pytest.raises(Refused, match="the session is not open"):
        site.terminal.do(COMMANDS["user confirm"](user="op"), session)


@pytest.mark.requirement("P11-10d")
def test_two_first_accounts_are_not_added_by_nobody(bare, monkeypatch):
    first, other = (COMMANDS["user add"](**ADMIN | {"user": user}) for user in ("admin", "mallory"))
    meanwhile(bare, lambda terminal: terminal.do(first, Claim(station=STATION)), monkeypatch)
    with pytest.raises(Refused, match="nobody is named"):
        bare.terminal.do(other, Claim(station=STATION))
    assert [person.user for person in bare.books.persons.all()] == ["admin"]


@pytest.mark.requirement("P11-10d", "D-12.3")
def test_an_admin_alone_makes_no_account_that_takes_part_in_making_or_releasing(site):
    alone = [("user add", newcomer("mallory", "QP")), ("user reset", {"user": "qp", "proof": "x"})]
    alone.append(("user grant", {"user": "op", "role": "QA reviewer"}))
    for name, fields in alone:
        with pytest.raises(Refused, match=r"a second person \(QA reviewer or site owner\) must confirm"):
            site.terminal.do(COMMANDS[name](**fields), site.claim("admin", reason="because"))
    assert site.do("admin", "user add", second="qa", **newcomer("mallory", "QP")).new["second"]["user"] == "qa"
    site.terminal.do(COMMANDS["user add"](**newcomer("root", "system admin")), site.claim("admin"))


@pytest.mark.requirement("P11-10d", "D-12.3")
def test_the_first_who_confirms_comes_alone_and_nobody_else_before_they_are_enrolled(bare):
    bare.bring("admin", "security admin")
    bare.terminal.do(COMMANDS["station add"](station=STATION, key=bare.keys.public(STATION)), bare.claim("admin"))

    def alone(user, role):
        return bare.terminal.do(COMMANDS["user add"](**newcomer(user, role)), bare.claim("admin"))[1]

    for user, role in (("op", "operator"), ("qp", "QP")):
        with pytest.raises(Refused, match="the first to come is QA reviewer or site owner"):
            alone(user, role)
    shown = alone("owner", "site owner")
    with pytest.raises(Refused, match="the first to come"):
        alone("qa", "QA reviewer")
    bare.enrol("owner", shown["one-time secret"])
    bare.bring("qa", "QA reviewer")


@pytest.mark.requirement("P11-100a", "D-11c")
@pytest.mark.parametrize("identity", ["HR op", "hr-OP", "ＨＲ op", "", " - "])
def test_a_human_has_one_account_and_a_new_one_once_it_is_disabled(site, identity):
    told = newcomer("op.again", "QA reviewer") | {"identity": identity}
    because = site.refused("admin", "user add", **told)
    assert because[0].startswith("op is the account of the human") or "(--identity)" in because[0]
    site.do("admin", "user disable", user="op")
    if "op is" in because[0]:
        site.do("admin", "user add", **told)


@pytest.mark.requirement("P11-50a")
@pytest.mark.parametrize("name", ["Petra QP\u200b", "\n\x1b[31mred", "A" * 101, "a\nb", " ", "Pe\u202eart"])
def test_a_name_that_cannot_be_printed_or_looks_like_another_is_refused(site, name):
    because = site.refused("admin", "user add", **newcomer("new", "operator") | {"name": name})
    assert "a printed name" in because[0] or "the name is refused" in because[0]


@pytest.mark.requirement("D-12.3", "D-11c")
def test_no_administrator_has_any_role_in_making_testing_or_releasing(site):
    for role in site.permissions.roles:
        if role.gmp:
            for admin in ("security admin", "system admin"):
                because = site.refused("admin", "user add", **newcomer("both", admin, role.role))
                assert f"{admin} and {role.role} must not be one person" in because[0]


def test_a_role_that_there_is_not_is_answered_with_those_there_are(site):
    because = site.refused("admin", "user grant", user="op", role="qp")
    assert because[0].startswith("there is no role 'qp'; roles: operator, supervisor, ") and "QP" in because[0]


@pytest.mark.requirement("P11-10d", "D-12.3")
def test_nobody_confirms_what_is_done_to_themselves(site):
    because = site.refused("admin", "user grant", user="qa", role="supervisor", second="qa")
    assert "it is qa whom it is done to" in because[0]


@pytest.mark.requirement("P11-300c", "ATT-03")
def test_who_was_just_reset_confirms_nothing(site):
    reset = COMMANDS["user reset"](user="owner", proof="seen by HR")
    shown = site.terminal.do(reset, site.claim("admin", reason="lost"), site.claim("qa"))[1]
    site.enrol("owner", shown["one-time secret"])
    because = site.refused("admin", "user add", **newcomer("new", "operator"))
    assert "owner was reset less than 24 h ago" in because[0]


@pytest.mark.requirement("P11-10d", "D-12.3")
def test_the_last_who_confirms_accounts_is_not_taken_away(site):
    for gone in ("owner", "qa", "qa3"):
        site.do("admin", "user disable", user=gone)
    for name, more in (("user disable", {}), ("user revoke", {"role": "QA reviewer"})):
        assert "qa2 is the last who confirms accounts" in site.refused("admin", name, user="qa2", **more)[0]
