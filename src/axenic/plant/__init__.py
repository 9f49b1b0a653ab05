"""Where it is done: zones, interfaces, units, robots and persons."""
