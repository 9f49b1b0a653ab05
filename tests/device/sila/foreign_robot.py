"""A robot on another SiLA stack (unitelabs-cdk), in a process of its own: it gets and puts one carrier.

That stack reads the annotations as they are, not as texts.
"""

import asyncio
import sys
from pathlib import Path

from typing_extensions import override  # the stack finds what it serves by it
from unitelabs.cdk import Connector, sila
from unitelabs.cdk.config import ConnectorBaseConfig, SiLAServerConfig
from unitelabs.cdk.features.robot.labware_transfer_manipulator_controller import (
    HandoverPosition,
    InvalidCommandSequence,
    LabwareTransferManipulatorControllerBase,
    PositionIndex,
)


class LabwareTransferManipulatorController(LabwareTransferManipulatorControllerBase):
    def __init__(self) -> None:
        super().__init__()
        self.ready_for = ""

    @override
    async def get_available_handover_positions(self) -> list[HandoverPosition]:
        """Its places."""
        return [HandoverPosition("incubator", PositionIndex(1))]

    @override
    async def get_number_of_internal_positions(self) -> int:
        """Its hands."""
        return 1

    @override
    async def get_available_intermediate_actions(self) -> list[str]:
        """None."""
        return []

    @override
    async def prepare_for_input(
        self,
        handover_position: HandoverPosition,
        internal_position: PositionIndex,
        labware_type: str,
        labware_unique_id: str,
        *,
        status: sila.Status,
    ) -> None:
        """Be ready to take."""
        self.ready_for = "get"

    @override
    async def prepare_for_output(
        self, handover_position: HandoverPosition, internal_position: PositionIndex, *, status: sila.Status
    ) -> None:
        """Be ready to give."""
        self.ready_for = "put"

    @override
    async def get_labware(
        self, handover_position: HandoverPosition, intermediate_actions: list[str], *, status: sila.Status
    ) -> None:
        """Take.

        Raises:
          InvalidCommandSequence: It was not prepared for this.
        """
        self.act("get")

    @override
    async def put_labware(
        self, handover_position: HandoverPosition, intermediate_actions: list[str], *, status: sila.Status
    ) -> None:
        """Give.

        Raises:
          InvalidCommandSequence: It was not prepared for this.
        """
        self.act("put")

    def act(self, what: str) -> None:
        if self.ready_for != what:
            raise InvalidCommandSequence(f"not ready to {what}")
        self.ready_for = ""


async def serve(folder: Path, port: int, server: str) -> None:
    keys = {"certificate_chain": folder / "server.crt", "private_key": folder / "server.key"}
    of = SiLAServerConfig(hostname="127.0.0.1", port=port, tls=True, uuid=server, name="foreign robot", **keys)
    connector = Connector(ConnectorBaseConfig(sila_server=of, discovery=None))
    connector.register(LabwareTransferManipulatorController())
    await connector.start()
    print("up", file=sys.stderr, flush=True)  # noqa: T201 -- its log goes to the other stream
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]))
