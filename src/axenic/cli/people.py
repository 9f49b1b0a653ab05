"""The verbs by which persons act on the record, one group for each noun of `quality.commands`."""

from axenic.cli.acting import group

user = group("user", "Accounts: add, enrol, log in, roles, training.")
station = group("station", "Stations from which things may be done.")
order = group("order", "Batches: order a dose, issue it, hold it, let it go on, end it, settle what is in doubt.")
zone = group("zone", "Zones: record a sample, raise an alarm, restore on evidence.")
clock = group("clock", "The site's clock, after it was set.")
