"""What shall be done: the recipe after ISA-88, checked against the phase kinds."""
