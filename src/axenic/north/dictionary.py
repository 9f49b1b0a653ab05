"""Every value of the view: its group, its name, its kind and what it means. What is not here is not shown."""

from __future__ import annotations

from axenic.north.seen import Meaning, Moment, Path

SITE, JOURNAL, ZONES, UNITS = "Site", "Journal", "Zones", "Units"
CHAMBERS, MOVERS, BATCHES, ALARMS = "Chambers", "Movers", "Batches", "Alarms"

_CONDITION = {
    "Condition": Meaning(str, "aseptic condition, in the words of Annex 1"),
    "ValidUntil": Meaning(Moment, "until when the condition holds; the year 9999 if only an event can end it"),
    "Evidence": Meaning(str, "the record that the condition rests on"),
}
GROUPS: dict[str, dict[str, Meaning]] = {  # of the group itself
    SITE: {
        "Plant": Meaning(str, "name of the plant"),
        "Title": Meaning(str, "the plant in words"),
        "Simulated": Meaning(bool, "true: SIMULATED, NOT FOR RELEASE; nothing here is of a real batch"),
        "Time": Meaning(Moment, "plant time of the newest fact"),
    },
    JOURNAL: {
        "Origin": Meaning(str, "name of the journal, as its signed head has it"),
        "Size": Meaning(int, "number of entries"),
        "Root": Meaning(str, "Merkle root over all entries, hexadecimal"),
        "Newest": Meaning(Moment, "time of the newest entry"),
        "Followed": Meaning(bool, "false while the journal cannot be read: all else is as it was then"),
    },
    BATCHES: {"InProcess": Meaning(int, "how many batches are not closed")},
    ALARMS: {"Unacknowledged": Meaning(int, "how many alarms a person must acknowledge still")},
}
THINGS: dict[str, dict[str, Meaning]] = {  # of each thing of the group
    ZONES: _CONDITION,
    UNITS: {
        "StateCurrent": Meaning(int, "PackML state by its number (ISA-TR88.00.02)"),
        "StateText": Meaning(str, "PackML state in words"),
        "Batch": Meaning(str, "the batch that has claimed the unit"),
        "Phase": Meaning(str, "the phase that runs on it, or more than one on a shared unit"),
        **_CONDITION,
    },
    CHAMBERS: {
        "Stage": Meaning(str, "where its cycle stands"),
        "ProvenUntil": Meaning(Moment, "until when its proof holds"),
        "Evidence": Meaning(str, "the cycle that the proof rests on"),
        "Load": Meaning(str, "what lies in it"),
        "Batch": Meaning(str, "the batch whose transfer has claimed it"),
    },
    MOVERS: {
        "Busy": Meaning(bool, "whether the robot or person works"),
        "Carries": Meaning(str, "the item it carries"),
        "To": Meaning(str, "where it brings the item"),
    },
    BATCHES: {
        "Patient": Meaning(str, "the code of the chain of identity; never a name"),
        "Recipe": Meaning(str, "name of its recipe"),
        "Ordered": Meaning(Moment, "when it was ordered"),
        "Due": Meaning(Moment, "when it is due"),
        "Status": Meaning(str, "what the core says: in process, released, rejected, closed"),
        "Step": Meaning(str, "unit procedure it is in; release when its cells are made"),
        "Phase": Meaning(str, "phase that runs"),
        "Unit": Meaning(str, "unit its cells are in"),
        "Held": Meaning(str, "who holds it (person, in-process control, doubt); empty if it is not held"),
        **_CONDITION,
        "State": Meaning(str, "where it stands for quality"),
        "Outcome": Meaning(str, "what the core decided of it in the end"),
        "Exceptions": Meaning(int, "critical and major exceptions that nobody has answered"),
    },
    ALARMS: {
        "State": Meaning(str, "state of ISA-18.2 by its letter, A to G"),
        "StateText": Meaning(str, "state of ISA-18.2 in words"),
        "Active": Meaning(bool, "whether it holds now"),
        "Priority": Meaning(str, "its priority"),
        "Class": Meaning(str, "its class"),
        "Text": Meaning(str, "what it says"),
        "Response": Meaning(str, "what to do"),
        "Batch": Meaning(str, "the batch it is about"),
        "Since": Meaning(Moment, "when it was last shown, or came into its state"),
    },
}


def meaning(path: Path) -> Meaning:
    """What a value means; raises KeyError if it is none of the view."""
    return (THINGS if path.thing else GROUPS)[path.group][path.name]
