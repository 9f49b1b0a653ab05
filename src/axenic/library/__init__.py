"""Finding files: what is shipped with the package and what the user brings."""
