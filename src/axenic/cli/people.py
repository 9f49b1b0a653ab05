"""The verbs by which persons act on the record, one group for each noun of `quality.commands`."""

from axenic.cli.acting import group

user = group("user", "Accounts: add, enrol, log in, roles, training.")
station = group("station", "Stations from which things may be done.")
clock = group("clock", "The site's clock, after it was set.")
