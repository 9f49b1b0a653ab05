"""The verbs by which persons act on the record, one group for each noun of `quality.commands`."""

from axenic.cli import premises, recorded
from axenic.cli.acting import group

user = group("user", "Accounts: add, enrol, log in, roles, training.")
station = group("station", "Stations from which things may be done.")
order = group("order", "Batches: order a dose, issue it, hold it, let it go on, end it, settle what is in doubt.")
zone = group("zone", "Zones: record a sample, raise an alarm, restore on evidence.")
entry = group("entry", "Values recorded at the steps of a batch: add, correct, comment, verify.")
analysis = group("analysis", "Runs of tests, each kept beside the others.")
limit = group("limit", "Limits of tests, set under change control.")
raw = group("raw", "Raw data: attach files by their digest, hash them again.")
change = group("change", "Change control: open, approve.")
master = group("master", "Master batch records: draft, approve, make effective, retire.")
site = group("site", "Sites, agreements and the Master File.")
equipment = group("equipment", "Equipment: add, certify, qualify, use, block.")
discrepancy = group("discrepancy", "Discrepancies from protocols of qualification.")
bypass = group("bypass", "Permits to bypass an interlock, by two persons for a time.")
alarm = group("alarm", "Alarms: acknowledge.")
clock = group("clock", "The site's clock, after it was set.")
entry.command(recorded.entries, name="show")
analysis.command(recorded.analyses, name="show")
raw.command(recorded.raws, name="show")
master.command(premises.masters, name="show")
equipment.command(premises.equipment, name="show")
alarm.command(premises.alarms, name="list")
