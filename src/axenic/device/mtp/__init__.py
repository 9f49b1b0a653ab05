"""Modules with a Module Type Package: their service states, and what those are in PackML."""
