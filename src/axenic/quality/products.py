"""What a hospital orders and what is made for it: product codes and recipes, as data."""

from __future__ import annotations

from functools import cache

from axenic.notation.sheet import Grade, Sheet
from axenic.quality.sheets import shipped_sheet


class Product(Sheet):
    """A product as messages name it: by which recipe it is made, between which temperatures (degC) it is stored."""

    product: str
    recipe: str
    store_low: int | None = None
    store_high: int | None = None
    grade: Grade


class Products(Sheet):
    """The products of a site."""

    products: str
    version: int
    source: str
    list: tuple[Product, ...]

    def get(self, name: str) -> Product | None:
        """The product of that code."""
        return next((p for p in self.list if p.product == name), None)


@cache
def shipped_products() -> Products:
    """The products shipped with the package; raises ValueError if they cannot be read."""
    return shipped_sheet(Products, "products.yaml")
