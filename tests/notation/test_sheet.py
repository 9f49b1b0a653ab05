"""A sheet that is copied with other fields is another one, whatever the first had computed from its own."""

from __future__ import annotations

from functools import cached_property

from axenic.notation.sheet import Sheet


class Names(Sheet):
    """Names, found by their first letter."""

    names: tuple[str, ...]

    @cached_property
    def by_letter(self) -> dict[str, str]:
        return {name[0]: name for name in self.names}


def test_a_copy_computes_anew_and_the_first_stays_as_it_was():
    first = Names(names=("Ada",))
    assert first.by_letter == {"A": "Ada"}
    other = first.model_copy(update={"names": ("Bob",)})
    assert (other.by_letter, first.by_letter) == ({"B": "Bob"}, {"A": "Ada"})
    assert first.model_copy() == first
