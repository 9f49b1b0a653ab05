"""The hand-off of a carrier: a transaction between a mover and two sites, none of which is believed alone."""
