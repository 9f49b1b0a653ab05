"""The verbs by which persons act on the record, one group for each noun of `quality.commands`."""

from axenic.cli import deviating, releasing, reviewing, signing
from axenic.cli.acting import group

user = group("user", "Accounts: add, enrol, log in, roles, training.")
station = group("station", "Stations from which things may be done.")
clock = group("clock", "The site's clock, after it was set.")
sign = group("sign", "Signatures: what is to be signed, and signing it.")
review = group("review", "Review by exception: show, answer, sign.")
deviation = group("deviation", "Deviations from opening to closing, with their actions.")
release = group("release", "Certify, reject, supply, recall: with everything that is in the way.")
sign.command(signing.show, name="show")
review.command(reviewing.show, name="show")
deviation.command(deviating.listed, name="list")
deviation.command(deviating.show, name="show")
release.command(releasing.show, name="show")
release.command(releasing.register, name="register")
