"""The verbs by which persons act on the record, one group for each noun of `quality.commands`."""

from axenic.cli import (
    accounts,
    alarming,
    deviating,
    dispatching,
    handing_over,
    premises,
    recorded,
    releasing,
    reviewing,
    signing,
    stations,
)
from axenic.cli.acting import group

user = group("user", "Accounts: add, enrol, log in, roles, training.")
station = group("station", "Stations from which things may be done.")
order = group("order", "Batches: order a dose, take a hospital's order, issue, hold, let go on, end; tell of the dose.")
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
alarm = group("alarm", "Alarms: what to do now, acknowledge, shelve, out of service; how many there are.")
clock = group("clock", "The site's clock, after it was set.")
sign = group("sign", "Signatures: what is to be signed, and signing it.")
review = group("review", "Review by exception: show, answer, sign.")
deviation = group("deviation", "Deviations from opening to closing, with their actions.")
release = group("release", "Certify, reject, supply, recall: with everything that is in the way.")
user.command(accounts.listed, name="list")
station.command(stations.key, name="key")
user.command(accounts.recover, name="recover")
handover = group("handover", "Hand-overs: two scans that must belong together; a mismatch holds both batches.")
label = group("label", "Labels: print, apply, destroy; every one is accounted for.")
custody = group("custody", "Chain of custody: collect, ship, receive; as EPCIS events.")
patient = group("patient", "The vault of persons behind the codes: keep, show, erase; a new code.")
order.command(dispatching.product, name="product")
patient.command(dispatching.code, name="code")
handover.command(handing_over.show, name="show")
custody.command(handing_over.events, name="events")
entry.command(recorded.entries, name="show")
analysis.command(recorded.analyses, name="show")
raw.command(recorded.raws, name="show")
master.command(premises.masters, name="show")
equipment.command(premises.equipment, name="show")
alarm.command(alarming.alarms, name=("list", "ls"))
alarm.command(alarming.metrics, name="metrics")
alarm.command(alarming.types, name="types")
sign.command(signing.show, name="show")
review.command(reviewing.show, name="show")
deviation.command(deviating.listed, name="list")
deviation.command(deviating.show, name="show")
release.command(releasing.show, name="show")
release.command(releasing.register, name="register")
