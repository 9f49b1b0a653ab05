"""Every value of the view: its group, its name, its kind and what it means. What is not here is not shown."""

from __future__ import annotations

from axenic.north.seen import Moment, Path, ValueKind

SITE, JOURNAL, ZONES, UNITS = "Site", "Journal", "Zones", "Units"
CHAMBERS, MOVERS, BATCHES, ALARMS = "Chambers", "Movers", "Batches", "Alarms"

_CONDITION = {
    "Condition": ValueKind(str, "aseptic condition, in the words of Annex 1"),
    "ValidUntil": ValueKind(Moment, "until when the condition holds; the year 9999 if only an event can end it"),
    "Evidence": ValueKind(str, "the record that the condition rests on"),
}
GROUPS: dict[str, dict[str, ValueKind]] = {  # of the group itself
    SITE: {
        "Plant": ValueKind(str, "name of the plant"),
        "Title": ValueKind(str, "the plant in words"),
        "Simulated": ValueKind(bool, "true: SIMULATED, NOT FOR RELEASE; nothing here is of a real batch"),
        "Time": ValueKind(Moment, "plant time of the newest fact"),
    },
    JOURNAL: {
        "Origin": ValueKind(str, "name of the journal, as its signed head has it"),
        "Size": ValueKind(int, "number of entries"),
        "Root": ValueKind(str, "Merkle root over all entries, hexadecimal"),
        "Newest": ValueKind(Moment, "time of the newest entry"),
        "Followed": ValueKind(bool, "false while the journal cannot be read: all else is as it was then"),
    },
    BATCHES: {"InProcess": ValueKind(int, "how many batches are not closed")},
    ALARMS: {"Unacknowledged": ValueKind(int, "how many alarms a person must acknowledge still")},
}
THINGS: dict[str, dict[str, ValueKind]] = {  # of each thing of the group
    ZONES: _CONDITION,
    UNITS: {
        "StateCurrent": ValueKind(int, "PackML state by its number (ISA-TR88.00.02)"),
        "StateText": ValueKind(str, "PackML state in words"),
        "Batch": ValueKind(str, "the batch that has claimed the unit"),
        "Phase": ValueKind(str, "the phase that runs on it, or more than one on a shared unit"),
        **_CONDITION,
    },
    CHAMBERS: {
        "Stage": ValueKind(str, "where its cycle stands"),
        "ProvenUntil": ValueKind(Moment, "until when its proof holds"),
        "Evidence": ValueKind(str, "the cycle that the proof rests on"),
        "Load": ValueKind(str, "what lies in it"),
        "Batch": ValueKind(str, "the batch whose transfer has claimed it"),
    },
    MOVERS: {
        "Busy": ValueKind(bool, "whether the robot or person works"),
        "Carries": ValueKind(str, "the item it carries"),
        "To": ValueKind(str, "where it brings the item"),
    },
    BATCHES: {
        "Patient": ValueKind(str, "the code of the chain of identity; never a name"),
        "Recipe": ValueKind(str, "name of its recipe"),
        "Ordered": ValueKind(Moment, "when it was ordered"),
        "Due": ValueKind(Moment, "when it is due"),
        "Status": ValueKind(str, "what the core says: in process, released, rejected, closed"),
        "Step": ValueKind(str, "unit procedure it is in; release when its cells are made"),
        "Phase": ValueKind(str, "phase that runs"),
        "Unit": ValueKind(str, "unit its cells are in"),
        "Held": ValueKind(str, "who holds it (person, in-process control, doubt); empty if it is not held"),
        **_CONDITION,
        "State": ValueKind(str, "where it stands for quality"),
        "Outcome": ValueKind(str, "what the core decided of it in the end"),
        "Exceptions": ValueKind(int, "critical and major exceptions that nobody has answered"),
    },
    ALARMS: {
        "State": ValueKind(str, "state of ISA-18.2 by its letter, A to G"),
        "StateText": ValueKind(str, "state of ISA-18.2 in words"),
        "Active": ValueKind(bool, "whether it holds now"),
        "Priority": ValueKind(str, "its priority"),
        "Class": ValueKind(str, "its class"),
        "Text": ValueKind(str, "what it says"),
        "Response": ValueKind(str, "what to do"),
        "Batch": ValueKind(str, "the batch it is about"),
        "Since": ValueKind(Moment, "when it was last shown, or came into its state"),
    },
}


def meaning(path: Path) -> ValueKind:
    """What a value means; raises KeyError if it is none of the view."""
    return (THINGS if path.thing else GROUPS)[path.group][path.name]
