"""Telemetry: what the equipment measured, hot in a database, then in archives whose digests are in the journal."""
