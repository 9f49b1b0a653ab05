"""Axenic: an open manufacturing system for advanced therapies.

The path of a batch through the packages: `recipe` and `plant` say what and where, `control` decides,
`device` carries out, `record` keeps; `live` and `twin` are the two clocks.
"""

__version__ = "0.1.0"
