"""Studies: questions that take many simulations, each in a file of its own."""
