"""A finding: what is wrong in a file, where, why, and how to mend it, under a stable code."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

CODES: dict[str, str] = {
    "AX0001": "The file cannot be read or is not text. Check the path, and save the file as UTF-8.",
    "AX0002": "The file is not YAML. Mend the line named; a text editor with YAML support shows the place.",
    "AX0003": "A YAML trap (on/off/yes/no, 12:30, 0123, anchors, tags). Quote the value or write it plainly.",
    "AX0004": "A key stands twice in one mapping. Remove one.",
    "AX0005": "A key is not known here. Mend its spelling or remove it.",
    "AX0006": "A key is missing. Add it.",
    "AX0007": "A value is not of the kind wanted. Write it as the message says.",
    "AX0008": "The file is too large or too deeply nested to be one of ours.",
    "AX0101": "A name is not declared. Mend its spelling or declare it.",
    "AX0102": "The procedure or the test graph runs in a circle. Remove one `after`.",
    "AX0103": "The steps do not form one line: cells can be at one place only.",
    "AX0104": "The numbers of a spread are not in order: least <= usual <= most <= at most.",
    "AX0105": "A decision table has no bound. Give `rounds`.",
    "AX0106": "Two things have the same name. Rename one.",
    "AX0107": "A quantity is of the wrong kind or in the wrong unit. Write it in the unit named.",
    "AX0108": "A parameter is out of the range its phase kind allows. Choose one within it.",
    "AX0109": "A limit is on a result that is not measured there. Choose one of those named.",
    "AX0110": "A number cannot be: a count below 1 or beyond 10,000, equipment that is down longer than up, a shift of "
    "less than an hour, a share beyond 100 %. Write one within the range named.",
    "AX0111": "More persons are needed in a zone than are ever on duty there at once. Add persons, or change the rota.",
    "AX0130": "Equipment or an event has no alarm type. Add it to the alarm table: cause, consequence, response, time.",
    "AX0131": "An alarm type cannot be: no time to respond, a critical one shelved. Write it as the message says.",
    "AX0201": "An item would cross the boundary without a proven barrier. Name a barrier its route offers.",
    "AX0202": "No unit of the plant can do a unit procedure. Add the phase kinds to a unit's `can`.",
    "AX0203": "A unit could take the cells of one batch and then no other. It needs a changeover and is not shared.",
    "AX0204": "Cells would be worked on openly outside grade A, or wait for that for ever. Close the unit, or move it.",
    "AX0205": "No cells can come into a zone: it is not qualified, or no robot or person serves it. Mend the plant.",
    "AX0301": "The journal cannot be written; nothing moves until it can. Check disk space and permissions.",
    "AX0302": "Another process has taken over the journal. Stop one of the two.",
    "AX0303": "This is no Axenic journal or export, or it does not verify. Check the path; axenic verify says more.",
    "AX0304": "The journal was begun otherwise (recipe, plant, seed, a batch). Give what it has, or another journal.",
    "AX0305": "Integrity lock: what is there does not extend what was anchored. Nothing is appended; restore a backup.",
    "AX0306": "The journal was written by an earlier form of Axenic. Read it with that; its export still verifies.",
    "AX0310": "Others wrote to the journal at the same moment, again and again. Do it once more.",
    "AX0307": "The witness of the journal cannot be asked. Bring its storage back; what was appended is kept.",
    "AX0308": "The backup cannot be made there, or is not what was backed up. Choose another folder or backup.",
    "AX0309": "A restore begins a new epoch, by two persons and for a reason. Name both and say why.",
    "AX0331": "The hot buffer of telemetry cannot be used. Check disk or server; what was taken is held until it can.",
    "AX0332": "An archive of telemetry is missing or not the one on record; none of it is read. Bring back a copy.",
    "AX0333": "An archive of telemetry cannot be written; its readings are still in the buffer. Check disk space.",
    "AX0334": "A line of a file of readings is not as wanted; nothing of the file is taken. Mend the line named.",
    "AX0401": "The recording does not fit the program. Check its columns and units.",
    "AX0402": "The batch record cannot be printed. Check the batch and the folder.",
    "AX0501": "The named thing was not found. Check the spelling.",
    "AX0601": "A chamber lacks a parameter its physics needs, or has one nobody knows. Add it or mend its spelling.",
    "AX0602": "A chamber's parameter has the wrong unit or cannot be. Write it in the unit named.",
    "AX0603": "No cycle meets what is wanted in this chamber. Ask for less, or change the chamber.",
    "AX0604": "What was asked of a cycle cannot be (logs, confidence, kind of chamber). Mend the option named.",
    "AX0651": "A code is not of the form it should have. Scan it again, or read it character by character.",
    "AX0652": "A check character or digit does not agree, or is missing. Read again; never use a label that fails.",
    "AX0653": "A label lacks what its jurisdiction requires, or says what cannot be. Add or mend the element named.",
    "AX0654": "Personal data stands where only a pseudonym may. Take it out at its source.",
    "AX0655": "A symbol cannot be drawn, or is not read back as it was to be printed. Do not use the label.",
    "AX0656": "A message of another system is not taken. Mend the element named at the sender.",
    "AX0657": "The vault of personal data cannot be used, or does not hold the code. Check vault and key file.",
    "AX0658": "A custody event cannot be: no single container, no address, no such time or temperature.",
    "AX0711": "What was asked of the twin cannot be (demand, years, replications, a change). Mend the option named.",
    "AX0712": "No row of the assumptions has that name, or a row that is needed is missing. Mend or add it.",
    "AX0713": "The scenario cannot be simulated: recipe, plant, regime and assumptions do not fit. Mend what is named.",
    "AX0714": "The plant would be overloaded: more is ordered than its busiest unit can do. Order less or add units.",
    "AX0715": "There is no figure, unit or study of that name. Mend its spelling; the message lists what there is.",
    "AX0716": "No dose was released, so nothing can be told for each dose. Simulate longer, or check the plant.",
    "AX0717": "A wanted precision was not reached within 400 replications. Want less, simulate longer, or allow more.",
    "AX0821": "A line of a file of executed batches is not as wanted. Mend the line named, or take it out.",
    "AX0822": "Records that cannot be taken together: simulated with real ones, or one of them twice.",
    "AX0823": "The records hold nothing that an assumption can be made of. Check that phases ended in them.",
    "AX0824": "Assumptions stand over one another in a circle. Mend one `over`.",
    "AX0701": "An assumption names what nobody knows (an effect's word, row, field, measure). Mend its spelling.",
    "AX0702": "An assumption's number cannot be. Write one within the range named.",
    "AX0851": "A report or picture cannot be written. Check its ending, the folder and its permissions.",
    "AX0911": "Equipment cannot be started. Check the folder; its path must be short enough for a socket.",
    "AX0912": "Equipment does not answer, or not as it should. Check that it is on, and its address and certificate.",
    "AX0913": "The equipment is of another plant or seed, or not all of it. Connect the right one.",
    "AX0914": "The view to the north cannot be served. Check port, credentials and journal.",
    "AX0921": "A manifest cannot be read: no .mtp or .aml, broken, too large, or with a DOCTYPE. Export it again.",
    "AX0922": "A manifest lacks what it takes to drive its module, or contradicts itself. Ask its maker for another.",
    "AX0923": "The sheet of a module and its manifest do not fit. Mend the name, unit or value that is named.",
    "AX0924": "A connection without security is not said to be one, or has no reason, or serves a real journal.",
    "AX1001": "It is not known who this is. Give --as, AXENIC_PASSWORD and AXENIC_CODE, or log in.",
    "AX1002": "The station is not enrolled. Give --station, or let a security admin enrol it.",
    "AX1003": "The session is locked or belongs to another. Log in again.",
    "AX1004": "A service account cannot act as a person. Use an account of your own.",
    "AX1005": "The account is locked out for a while after repeated failures. Wait, or let a security admin reset it.",
    "AX1006": "The safe is not of the record for this account. Put the right safe back, or let it be reset.",
    "AX1007": "The station did not prove itself. Give its key (AXENIC_STATION_KEY), or enrol another station.",
    "AX1010": "The command is refused; every reason is named with it. It is on record as an attempt.",
    "AX0900": "Something happened that nobody foresaw: our mistake. Please report it.",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong, at a place (line and column from 1; 0 if the file as a whole is meant)."""

    code: str
    message: str
    hint: str
    file: str = ""
    line: int = 0
    column: int = 0

    def to_data(self) -> dict[str, Any]:
        """As plain data for `--json`."""
        return asdict(self)

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        return f"error[{self.code}]: {self.message}\n  --> {where}\n  = help: {self.hint}"
