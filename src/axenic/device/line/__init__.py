"""The plainest protocol: lines of JSON over a local socket, for adapters of equipment that speaks nothing better."""
