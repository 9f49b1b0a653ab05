"""What is raised when a journal cannot be used as asked."""

from __future__ import annotations

from axenic.notation.finding import Finding


class JournalError(Exception):
    """The journal cannot be used as asked; `finding` says why and how to mend it."""

    def __init__(self, code: str, message: str, hint: str, file: str) -> None:
        super().__init__(message)
        self.finding = Finding(code, message, hint, file)
