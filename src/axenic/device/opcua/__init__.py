"""Equipment over OPC UA: a simulated instrument as a server, the engine's driver, and the site's certificates."""

import logging

# what asyncua logs we tell by events and status codes; whoever sets up logging still gets it
logging.getLogger("asyncua").addHandler(logging.NullHandler())
