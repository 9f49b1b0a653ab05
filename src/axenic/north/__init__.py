"""What the plant's systems north of the cluster see: read-only, derived from the journal by the core and the books."""
