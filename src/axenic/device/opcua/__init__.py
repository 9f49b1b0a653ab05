"""Equipment over OPC UA: a simulated instrument as a server, the engine's driver, and the site's certificates."""
