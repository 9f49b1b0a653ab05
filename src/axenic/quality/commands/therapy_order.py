"""An order as a hospital's system sends it: `axenic order take`; the message has no person in it, or is refused."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path

from axenic.identity.fhir import MOST_CHARACTERS, TherapyOrder, order_from
from axenic.identity.unreadable import Unreadable
from axenic.quality.actor import Actor
from axenic.quality.books import Books
from axenic.quality.command import Command, Effect, said
from axenic.quality.digests import batch_object
from axenic.quality.products import shipped_products
from axenic.quality.requests import FACT, asked

TAKE = "order take"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
_LONGEST = 4 * MOST_CHARACTERS  # bytes


@dataclass(frozen=True)
class TakeOrder(Command):
    """Take a hospital's order (FHIR R5 Bundle): code, product and time; a message with a person is refused."""

    NAME = TAKE

    file: str = said("The message, as JSON.")
    order: str = said("A name for the batch; the next free one if none is given.", "")

    def about(self) -> str:
        """The batch, as far as it has a name."""
        return batch_object(self.order) if _NAME.fullmatch(self.order) else "order"

    def batch(self) -> str:
        """The batch, as far as it has a name."""
        return self.order if _NAME.fullmatch(self.order) else ""

    @cached_property
    def _text(self) -> str:
        place = Path(self.file)
        if not place.is_file() or place.stat().st_size > _LONGEST:
            raise ValueError("the message is no file, or too large")
        return place.read_text("utf-8")

    @cached_property
    def _taken(self) -> TherapyOrder | list[str]:
        try:
            return order_from(self._text)
        except Unreadable as error:
            return [f"{f.code}: {f.message}; {f.hint}" for f in error.findings]
        except UnicodeDecodeError:
            return ["the message is not UTF-8 text"]
        except OSError as error:
            return [f"the message cannot be read: {error.strerror}"]
        except ValueError:
            return ["the message is no file, or too large"]

    def refusals(self, books: Books, by: Actor, at: int) -> list[str]:
        """A message without a person, a product that is made here, a time to come, once."""
        found = [] if not self.order or _NAME.fullmatch(self.order) else ["the name of the batch is no code (--order)"]
        if books.batches.get(self.order) is not None or books.bonds.ordered(self.order):
            found.append(f"{self.order} was ordered before")
        taken = self._taken
        if isinstance(taken, list):
            return found + taken
        product = shipped_products().get(taken.product)
        if product is None:
            found.append(f"the product {taken.product!r} is not made here")
        elif not books.digests.of(f"recipe {product.recipe}"):
            found.append(f"there is no recipe {product.recipe!r} in this journal")
        if taken.due <= at:
            found.append("it is due in the past")
        digest = self._digest()
        found += [f"the message was taken before, as {t.batch}" for t in _orders(books) if t.digest == digest]
        return found

    def effect(self, books: Books, by: Actor, at: int) -> Effect:
        """The core is asked for a batch."""
        taken, name = self._taken, self.order or _next(books)
        product = shipped_products().get(taken.product) if isinstance(taken, TherapyOrder) else None
        assert isinstance(taken, TherapyOrder) and product is not None
        data = {"batch": name, "patient": str(taken.coi), "recipe": product.recipe, "due": taken.due}
        new = {FACT: asked("BatchOrdered", **data, actor=by.user), "product": taken.product, "request": taken.request}
        new |= {"din": taken.din.number if taken.din else "", "digest": self._digest()}
        return Effect(batch_object(name), name, new=new)

    def _digest(self) -> str:
        return sha256(self._text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Taken:
    """An order that was taken: the batch, the product, the hospital's request, the digest of the message."""

    batch: str
    product: str
    request: str
    digest: str


def _orders(books: Books) -> list[Taken]:
    lines = [line.act for line in books.trail.lines if line.act.command == TAKE and not line.act.refused]
    return [Taken(act.batch, act.new["product"], act.new["request"], act.new["digest"]) for act in lines]


def order_of(books: Books, batch: str) -> Taken | None:
    """The order that a batch was made for, if it came as a message."""
    return next((taken for taken in _orders(books) if taken.batch == batch), None)


def _next(books: Books) -> str:
    number = len(books.batches.all()) + 1
    while books.batches.get(f"AX-{number:04d}") is not None or books.trail.of_batch(f"AX-{number:04d}"):
        number += 1
    return f"AX-{number:04d}"
