"""Alarms after ISA-18.2 / IEC 62682: state, types, who acts on them, and how many there are; no interlock asks them."""
