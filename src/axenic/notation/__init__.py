"""How files are written: YAML without its traps, every finding with file, line and column."""
