"""Chain of identity and custody: codes on carriers, labels, scans, and the messages of other systems."""
