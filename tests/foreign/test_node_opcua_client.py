"""Our equipment and a client of another stack: node-opcua browses, subscribes, commands, and comes back by itself."""

from __future__ import annotations

from uuid import uuid4

import pytest

from axenic.control.orders import RunPhase
from axenic.control.packml import Command, UnitState
from axenic.device.driver.intent import Intent
from axenic.device.opcua import names
from axenic.device.opcua.authority import Authority, Peer
from axenic.live.clock import now_ms
from tests.device.driver.bench import EQUIPMENT, HOUR, JOURNAL, MODELS
from tests.foreign.guest import Guest
from tests.foreign.node import Refused, installed

pytestmark = installed
UNIT = "incubator-1"
RESTORED_S = 15.0  # the acceptance scenario of equipment


def phase(bench):
    order = RunPhase(next(bench.numbers), bench.clock.now(), UNIT, "grow", "AX-1/grow", usual=HOUR)
    return Intent(uuid4(), order, JOURNAL, bench.fence)


def to_idle(guest):
    for command in (Command.ABORT, Command.CLEAR, Command.RESET):
        state = guest.control(UNIT, command)
    assert state == UnitState.IDLE


@pytest.mark.parametrize("policy", ["Basic256Sha256", "Aes128_Sha256_RsaOaep", "Aes256_Sha256_RsaPss"])
def test_it_enters_by_each_policy_and_finds_every_unit_and_the_nameplate_by_browsing(bench, enter, policy):
    guest = enter("viewer", policy=policy)
    assert guest.device["name"] == EQUIPMENT
    assert {name: row["state"] for name, row in guest.units.items()} == dict.fromkeys(MODELS, UnitState.IDLE)
    assert guest.device["plate"]["SerialNumber"] == "SIM-1"
    assert set(guest.device["methods"]) == {
        names.EXECUTE,
        names.STOP,
        names.CONTROL,
        names.RECORD,
        names.IDENTITY,
        names.INJECT,
    }


@pytest.mark.requirement("A11-16")
def test_a_command_that_is_sent_twice_is_one_act_and_its_states_and_events_are_heard(bench, enter):
    guest, intent = enter("engine"), phase(bench)
    guest.subscribe(UNIT)
    first = guest.execute(intent)
    assert (first["id"], first["status"]) == (str(intent.id), "running")
    assert guest.execute(intent) == first
    assert bench.acts(intent) == 1
    guest.hears_state(UnitState.EXECUTE)
    assert guest.hears_event(lambda event: event.get("record", {}).get("status") == "running")["record"] == first
    to_idle(guest)


@pytest.mark.requirement("A11-16", "A11-13")
def test_after_the_equipment_was_killed_it_is_restored_by_itself_and_reads_the_same_command(bench, enter):
    guest, intent = enter("engine"), phase(bench)
    guest.subscribe(UNIT)
    before = guest.execute(intent)
    bench.kill()
    bench._power_on()
    guest.is_restored(within_s=RESTORED_S)
    after = guest.record(intent)
    assert after["status"] == "indeterminate", "the power went in the middle of it"
    assert {key: after[key] for key in ("id", "unit")} == {key: before[key] for key in ("id", "unit")}
    assert guest.execute(intent) == after
    assert bench.acts(intent) == 1
    to_idle(guest)
    guest.hears_state(UnitState.IDLE)


@pytest.mark.requirement("A11-12")
def test_a_viewer_reads_and_can_neither_call_nor_write(bench, enter):
    viewer, intent = enter("viewer"), phase(bench)
    with pytest.raises(Refused, match="BadUserAccessDenied"):
        viewer.execute(intent)
    for unit in MODELS:
        with pytest.raises(Refused, match="BadUserAccessDenied"):
            viewer.write(unit, int(UnitState.EXECUTE))
        assert viewer.read(unit) == UnitState.IDLE
    assert bench.acts(intent) == 0


@pytest.mark.requirement("A11-12")
def test_without_encryption_by_an_old_policy_without_an_account_or_with_a_wrong_password_nobody_enters(bench, node):
    for more, why in (
        ({"policy": "None"}, "End point must exist"),
        ({"policy": "Basic128Rsa15"}, "Cannot find an Endpoint"),
        ({"policy": "Basic256"}, "Cannot find an Endpoint"),
        ({"user": ""}, "Cannot find ANONYMOUS"),
        ({"password": "a guessed password"}, "BadUserAccessDenied"),
    ):
        with pytest.raises(Refused, match=why):
            Guest(node, bench, "engine", retries=0, **more)


@pytest.mark.requirement("A11-12")
def test_a_certificate_of_an_unknown_authority_is_refused_by_both_stacks(bench, node, tmp_path):
    other = Authority.create(tmp_path / "other", "elsewhere", now_ms())
    other.issue(tmp_path / "stranger", Peer.ENGINE, "engine", now_ms())
    with pytest.raises(Refused, match="server Certificate verification failed with err BadCertificateChainIncomplete"):
        Guest(node, bench, "engine", folder=tmp_path / "stranger", retries=0)
    bench.authority.issue(tmp_path / "trusts", Peer.ENGINE, "engine", now_ms())
    for file in (tmp_path / "trusts" / "trusted").iterdir():
        (tmp_path / "stranger" / "trusted" / f"bench-{file.name}").write_bytes(file.read_bytes())
    with pytest.raises(Refused, match="BadCertificateUntrusted"):
        Guest(node, bench, "engine", folder=tmp_path / "stranger", retries=0)
