"""A module on another stack (MTPPy), in a process of its own: it mixes until it is told that it is enough.

It writes its own manifest, counts its acts in a file, and completes itself when `<folder>/enough` is there.
"""

import sys
import time
from pathlib import Path

from mtppy.indicator_elements import AnaView, StringView
from mtppy.mtp_generator import MTPGenerator
from mtppy.opcua_server_pea import OPCUAServerPEA
from mtppy.operation_elements import AnaServParam, BinServParam, DIntServParam, StringServParam
from mtppy.procedure import Procedure
from mtppy.service import Service

LOOK_S = 0.01


class Mixing(Service):
    def __init__(self, folder: Path) -> None:
        super().__init__("Mixing", "mixes the vessel")
        self.folder = folder
        gentle = Procedure(1, "Gentle", is_self_completing=True, is_default=True)
        for parameter in (
            AnaServParam("Temperature", v_min=4, v_max=40, v_unit=1001),
            DIntServParam("Speed", v_min=0, v_max=500),
            BinServParam("Covered"),
            StringServParam("Remark"),
        ):
            gentle.add_procedure_parameter(parameter)
        self.mean, self.word = AnaView("MeanTemperature", v_unit=1001), StringView("Word")
        gentle.add_report_value(self.mean)
        gentle.add_report_value(self.word)
        self.gentle = gentle
        self.add_procedure(gentle)
        self.add_procedure(Procedure(2, "Endless"))

    def execute(self) -> None:
        with (self.folder / "acts").open("a") as acts:
            acts.write("x")
        while self.is_state("execute"):
            if (self.folder / "enough").exists():
                self.mean.set_v(self.gentle.procedure_parameters["Temperature"].get_v_out() - 0.5)
                self.word.set_v("well mixed")
                self.state_machine.complete()
            if (self.folder / "broken").exists():
                self.state_machine.abort()
            time.sleep(LOOK_S)

    def on(self) -> None:
        self.state_change()

    starting = completing = pausing = resuming = holding = unholding = stopping = aborting = resetting = on

    def rests(self) -> None:
        pass

    idle = completed = paused = held = stopped = aborted = rests


def serve(folder: Path, port: int, publish_ms: int) -> None:
    template = folder / "template.xml"
    template.write_text(TEMPLATE, "utf-8")
    writer = {"WriterName": "foreign module", "WriterVendor": "another one"}
    manifest = MTPGenerator(writer, str(folder / "module.aml"), str(template))
    module = OPCUAServerPEA(manifest, f"opc.tcp://127.0.0.1:{port}/")
    module.add_service(Mixing(folder))
    module.get_opcua_server().set_security_IDs(["Anonymous"])
    subscribes = module.get_opcua_server().create_subscription
    module.get_opcua_server().create_subscription = lambda _, ear: subscribes(publish_ms, ear)  # 500 ms by itself
    module.run_opcua_server()
    print("up", flush=True)  # noqa: T201 -- that is how it says so
    sys.stdin.read()  # until whoever started it is gone
    module.get_opcua_server().stop()


TEMPLATE = """<?xml version="1.0" encoding="utf-8"?>
<CAEXFile FileName="" SchemaVersion="2.15"><AdditionalInformation><WriterHeader>
<WriterName/><WriterVendor/></WriterHeader></AdditionalInformation></CAEXFile>
"""

if __name__ == "__main__":
    serve(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
