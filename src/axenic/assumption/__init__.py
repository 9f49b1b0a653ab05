"""What is believed: every number that a prediction rests on, with unit, distribution, source and grade."""
