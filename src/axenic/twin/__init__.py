"""The second clock: an agenda of virtual time."""
