"""A foreign module of MTPPy in its process, and what a test needs to drive it."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from itertools import count
from pathlib import Path

import pytest

from axenic.control.orders import RunPhase, StopPhase
from axenic.device.connection import Connection, Protocol, driver_of
from axenic.device.driver.intent import Intent, command_id
from axenic.device.mtp.driver import MtpDriver
from axenic.device.opcua.patience import Patience
from axenic.live.clock import now_ms
from tests.device.driver.bench import free_port
from tests.device.driver.rig import JOURNAL

SHEET = """\
module: mixer
manifest: module.aml
units:
  - unit: reactor-1
    phases:
      - phase: culture
        service: Mixing
        procedure: Gentle
        set:
          - {parameter: Temperature, using: temperature, unit: degC}
          - {parameter: Speed, always: "120"}
          - {parameter: Covered, always: "true"}
          - {parameter: Remark, always: for cells}
        results:
          - {result: mean, report: MeanTemperature, unit: degC, as: K}
          - {result: word, report: Word}
"""
PATIENT = Patience(answer_s=5.0, life_s=0.5, least_s=0.05, most_s=0.2, publish_s=0.02)
UNIT = "reactor-1"


class Mixer:
    """The module, its folder, and orders to it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        (folder / "mixer.yaml").write_text(SHEET, "utf-8")
        self._numbers = count(1)
        self.process = self.power_on()

    def power_on(self):
        script = str(Path(__file__).with_name("foreign_module.py"))
        command = [sys.executable, script, str(self.folder), str(self.port), "20"]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        assert process.stdout is not None
        assert process.stdout.readline() == b"up\n", "the module did not start"
        return process

    def power_off(self) -> None:
        self.process.kill()
        self.process.communicate()

    def restart(self) -> None:
        self.power_off()
        self.process = self.power_on()

    def connection(self, **more) -> Connection:
        known = {"equipment": "mixer", "speaks": Protocol.MTP, "address": f"opc.tcp://127.0.0.1:{self.port}"}
        return Connection(**known | {"module": "mixer.yaml", "open": "a test on one machine"} | more)

    def driver(self) -> MtpDriver:
        """As a connection gives it, but with less patience."""
        driver = driver_of(self.connection(), self.folder, now_ms)
        assert isinstance(driver, MtpDriver)
        return MtpDriver("mixer", driver.module, self.connection().address, lambda asked: None, now_ms, PATIENT)

    def phase(self, phase: str = "culture", using: dict[str, str] | None = None) -> Intent:
        number = next(self._numbers)
        given = {"temperature": "37 degC"} if using is None else using
        order = RunPhase(number, now_ms(), UNIT, phase, "B-1/expand", "B-1", given)
        return Intent(command_id(JOURNAL, number), order, JOURNAL, 1)

    def stop(self, of: Intent) -> Intent:
        number = next(self._numbers)
        order = StopPhase(number, now_ms(), UNIT, of.order.number)
        return Intent(command_id(JOURNAL, number), order, JOURNAL, 1)

    def acts(self) -> int:
        file = self.folder / "acts"
        return len(file.read_text()) if file.exists() else 0

    def tell(self, what: str) -> None:
        (self.folder / what).touch()

    def fresh(self) -> None:
        for name in ("acts", "enough", "broken"):
            (self.folder / name).unlink(missing_ok=True)


@pytest.fixture(scope="package")
def module(tmp_path_factory):
    if find_spec("mtppy") is None:
        pytest.skip("the extra `foreign` is not installed")
    mixer = Mixer(tmp_path_factory.mktemp("module"))
    yield mixer
    mixer.power_off()


@pytest.fixture
def mixer(module):
    module.fresh()
    return module
