"""The record: journal, Merkle tree, signed checkpoint, verification, batch record."""
