"""What carries orders out: simulated units, chambers and cells, with chance keyed by what it decides."""
