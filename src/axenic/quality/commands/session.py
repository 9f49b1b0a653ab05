"""Logging in and out: `axenic user login`, `axenic user logout`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from axenic.quality.actor import Actor
from axenic.quality.books import Books
from axenic.quality.command import Command, Effect
from axenic.quality.persons import person_object
from axenic.quality.safe import Safe


@dataclass(frozen=True)
class LogIn(Command):
    """Begin a session with password and code; it locks after 10 minutes without a command."""

    NAME = "user login"

    def refusals(self, books: Books, by: Actor, at: int) -> list[str]:
        """Both components, given now."""
        return [] if {"password", "code"} <= set(by.components) else ["a session begins with password and code"]

    def effect(self, books: Books, by: Actor, at: int) -> Effect:
        """A session is open."""
        return Effect(person_object(by.user), new={"session": session_name(by.user, at), "station": by.station})

    def finish(self, safe: Safe, by: Actor, at: int) -> dict[str, Any]:
        """Older sessions end; the token of the new session, shown once."""
        for session in safe.sessions_of(by.user):
            safe.end_session(session.name)
        return {"session": safe.open_session(session_name(by.user, at), by.user, by.station, at, whole=True)}


def session_name(user: str, at: int) -> str:
    """A session as the record names it."""
    return f"{user}@{at}"


@dataclass(frozen=True)
class LogOut(Command):
    """End your session."""

    NAME = "user logout"

    def refusals(self, books: Books, by: Actor, at: int) -> list[str]:
        """There must be one."""
        return [] if by.session else ["no session is open"]

    def effect(self, books: Books, by: Actor, at: int) -> Effect:
        """The session is over."""
        return Effect(person_object(by.user), old={"session": by.session})

    def finish(self, safe: Safe, by: Actor, at: int) -> dict[str, Any]:
        """The token opens nothing any more."""
        safe.end_session(by.session)
        return {}
