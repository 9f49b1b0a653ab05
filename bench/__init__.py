"""Measures of Axenic beside its peers: every figure is a ratio taken in one run, the contestants in turn."""
