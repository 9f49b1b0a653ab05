"""A plant of simulated equipment, each piece a process of its own: what `axenic plant` starts."""
