"""The engine's side of a unit: one protocol in the field's terms, whatever the unit speaks."""
