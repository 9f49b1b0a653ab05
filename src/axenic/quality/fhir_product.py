"""A certified dose as it is told to the hospital: FHIR R5, the product and where its batch record lies."""

from __future__ import annotations

from axenic.identity.fhir import Dose, document_of, product_of
from axenic.quality.batches import CERTIFIED
from axenic.quality.books import Books
from axenic.quality.commands.therapy_order import order_of
from axenic.quality.products import shipped_products
from axenic.quality.release import certifications

Bundle = dict[str, object]


def product_refusals(books: Books, batch: str) -> list[str]:
    """Why a batch is not told of: only what is certified and accounted for is."""
    found = books.batches.get(batch)
    bond = books.bonds.get(batch)
    if found is None or bond is None:
        return [f"there is no bound batch {batch!r}"]
    because = [] if found.state == CERTIFIED else [f"{batch} is {found.state or 'ordered'}, not {CERTIFIED}"]
    because += books.handovers.stops(batch)
    because += [] if _expires(books, batch) else [f"no label of {batch} is on record: its expiry is not known"]
    return because if _product(books, batch) else [*because, f"no product is made by {found.recipe}"]


def bundle_of(books: Books, batch: str, pdf: bytes, address: str) -> Bundle:
    """Product and document; raises Unreadable. The batch must not be refused by `product_refusals`."""
    bond, taken = books.bonds.get(batch), order_of(books, batch)
    product = shipped_products().get(_product(books, batch))
    assert bond is not None and product is not None
    din = min(bond.dins, key=lambda d: d.number)
    said = (bond.coi, product.product, batch, din, _expires(books, batch), taken.request if taken else "")
    dose = Dose(*said, store_low=product.store_low, store_high=product.store_high)
    at = max(line.act.at for name, lines in certifications(books) if name == batch for line in lines)
    document = document_of(pdf, address, bond.coi, at, f"batch record of {batch}")
    entry = [{"resource": product_of(dose)}, {"resource": document}]
    return {"resourceType": "Bundle", "type": "collection", "entry": entry}


def _product(books: Books, batch: str) -> str:
    """The product that was ordered, or the only one that the recipe makes."""
    taken, found = order_of(books, batch), books.batches.get(batch)
    if taken is not None:
        return taken.product
    made = [p.product for p in shipped_products().list if found is not None and p.recipe == found.recipe]
    return made[0] if len(made) == 1 else ""


def _expires(books: Books, batch: str) -> int:
    """When the first of its containers expires, as the labels say."""
    return min((count.expires for count in books.labels.of(batch) if count.applied), default=0)
