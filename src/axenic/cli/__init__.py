"""The door: one verb for each job."""
