"""The names of nodes: namespaces of the companion specifications, and readable node ids of ours."""

from __future__ import annotations

from datetime import UTC, datetime

from asyncua import ua

DI = "http://opcfoundation.org/UA/DI/"
PACKML = "http://opcfoundation.org/UA/PackML/"
OWN = "urn:axenic:equipment"

# node ids of types and folders, as the node sets of the OPC Foundation number them (OPC 10000-100, OPC 30050 v1.01)
DEVICE_SET, DEVICE_TYPE = 5001, 1002
STATUS_TYPE, UNIT_TYPE = 4, 6

EXECUTE, STOP, CONTROL = "Execute", "Stop", "Control"
RECORD, IDENTITY, INJECT = "GetCommandRecord", "Identity", "Inject"
EVENT_TYPE, SEQUENCE, TEXT = "EquipmentEventType", "Sequence", "Text"
PARAMETERS, STATE = "ParameterSet", "StateCurrent"
_LAST = 253_402_300_799_000
NO_COMMUNICATION = int(ua.StatusCodes.BadNoCommunication)


def node_id(namespace: int, *path: str) -> ua.NodeId:
    """The id of a node of ours: where it stands, with its unit before it."""
    return ua.NodeId("/".join(path), namespace)  # type: ignore[arg-type]  # asyncua's own numbers and texts


def numbered(number: int, namespace: int = 0) -> ua.NodeId:
    """The id of a node that a specification numbers."""
    return ua.NodeId(number, namespace)  # type: ignore[arg-type]


def named(name: str, namespace: int = 0) -> ua.QualifiedName:
    """A browse name."""
    return ua.QualifiedName(name, namespace)


def status(code: int) -> ua.StatusCode:
    """A status code as asyncua has it."""
    return ua.StatusCode(code)  # type: ignore[arg-type]


def code_of(found: ua.DataValue) -> int:
    """The status code of a value; 0 is good."""
    return int(found.StatusCode.value) if found.StatusCode is not None else 0


def moment_of(at: int) -> ua.DateTime:
    """Milliseconds of plant time as OPC UA has it, which ends with the year 9999."""
    return ua.DateTime.fromtimestamp(min(at, _LAST) / 1000, UTC)


def milliseconds(moment: datetime | None) -> int:
    """A moment of OPC UA as milliseconds; 0 if the source gave none."""
    if moment is None:
        return 0
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    return round(aware.timestamp() * 1000)
