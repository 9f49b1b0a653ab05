"""The first clock: wall clock, journal, intents and recovery."""
