"""A command: what somebody wants done; the bus asks it why not, and then what it changes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from axenic.quality.actor import Actor
from axenic.record.entry import Act, Thing

if TYPE_CHECKING:
    from axenic.quality.books import Books
    from axenic.quality.safe import Safe

COMMANDS: dict[str, type[Command]] = {}


@dataclass(frozen=True, slots=True)
class Effect:
    """What a command changes: the object as "kind name", old and new values, and what goes on record with it."""

    object: str
    batch: str = ""
    old: Mapping[str, Any] = field(default_factory=dict)
    new: Mapping[str, Any] = field(default_factory=dict)
    things: tuple[Thing, ...] = ()


def said(text: str, default: Any = ...) -> Any:
    """A field of a command with the words that explain it to people; with a default, it is given by its name."""
    if default is ...:
        return field(metadata={"help": text})
    return field(default=default, kw_only=True, metadata={"help": text})


class Command(ABC):
    """One thing that can be done to the record; `NAME` is the verb and its noun as people type it."""

    NAME: ClassVar[str] = ""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if cls.NAME:
            COMMANDS[cls.NAME] = cls

    def about(self) -> str:
        """The object it is about, as far as it is known before it is done; for the trail of refused attempts."""
        return ""

    def batch(self) -> str:
        """The batch it is about, if it is about one."""
        return ""

    def case(self, books: Books) -> str:
        """The case of its rule that it falls under (`when` in permissions.yaml), such as a late entry; "" for none."""
        return ""

    @abstractmethod
    def refusals(self, books: Books, by: Actor, at: int) -> list[str]:
        """Every reason why this cannot be done now; empty if it can."""

    @abstractmethod
    def effect(self, books: Books, by: Actor, at: int) -> Effect:
        """What it changes; asked only when nothing refuses it."""

    def alerts(self, act: Act) -> list[str]:
        """What a person must heed although the act is on record, such as a mismatch; empty for most."""
        return []

    def notes(self, act: Act) -> list[str]:
        """What a person is told besides, once the act is on record; empty for most."""
        return []

    def means(self) -> str:
        """What the person says their signature means; "" where permissions.yaml says it."""
        return ""

    def barred(self, safe: Safe, by: Actor, at: int) -> list[str]:
        """Every reason that lies in secrets or open sessions; empty for most."""
        return []

    def finish(self, safe: Safe, by: Actor, at: int) -> dict[str, Any]:
        """What is done outside the journal once the act is on record; what is shown to the person, once."""
        return {}
