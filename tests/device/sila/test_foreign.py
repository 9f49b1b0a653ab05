"""Other SiLA stacks: the interoperability tester against our server, our client against a foreign server."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from uuid import uuid4

import pytest
from sila2.client import SilaClient
from sila2.framework import DefinedExecutionError

from axenic.device.sila.certificate import certificate
from axenic.live.clock import SpeedClock
from tests.conftest import START
from tests.device.driver.rig import instruments
from tests.device.sila.rig import LOCAL, free_port, sila

TESTER = "sila2_interop_communication_tester"


@pytest.mark.skipif(find_spec(TESTER) is None, reason="the extra `foreign` is not installed")
def test_the_interoperability_tester_of_the_standard_finds_nothing_wrong(suite, tmp_path):
    made = suite()
    mover = made.plant.movers[0].mover
    found = instruments(made, only=[mover])
    with sila(found, SpeedClock(START, 1.0), tmp_path) as (driver,):
        keys = tmp_path / mover / "server.crt"
        tester = [sys.executable, "-m", f"{TESTER}.test_client", "--server-address", driver.target]
        done = subprocess.run(
            [*tester, "--roots-cert-file", str(keys), "sila_service"], capture_output=True, text=True, timeout=120
        )
    assert done.returncode == 0, done.stdout
    assert re.search(r"25 passed in", done.stdout), done.stdout


@pytest.mark.skipif(find_spec("unitelabs") is None, reason="the extra `foreign` is not installed")
@pytest.mark.filterwarnings("ignore:Server shortened the lifetime")  # by the time that the message took
def test_a_robot_of_another_stack_is_driven_through_a_transfer(tmp_path):
    port = free_port()
    server = uuid4()
    keys = certificate(tmp_path, server, LOCAL)
    script = Path(__file__).with_name("foreign_robot.py")
    started = [sys.executable, str(script), str(tmp_path), str(port), str(server)]
    with subprocess.Popen(started, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        try:
            assert process.stderr is not None
            assert any(line.strip() == b"up" for line in process.stderr)
            with SilaClient(LOCAL, port, root_certs=keys.public) as client:
                drive(client)
        finally:
            process.kill()


def drive(client: SilaClient) -> None:
    assert client.SiLAService.ServerName.get() == "foreign robot"
    robot = client.LabwareTransferManipulatorController
    (place,) = robot.AvailableHandoverPositions.get()
    assert place.Position == "incubator"
    with pytest.raises(DefinedExecutionError, match="InvalidCommandSequence"):
        robot.PutLabware(place, []).get_responses()
    robot.PrepareForInput(place, 1, "bag", "B-1:bag").get_responses()
    robot.GetLabware(place, []).get_responses()
    robot.PrepareForOutput(place, 1).get_responses()
    robot.PutLabware(place, []).get_responses()
