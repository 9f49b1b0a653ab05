"""What is raised when readings cannot be kept or given."""

from __future__ import annotations

from axenic.notation.finding import Finding

BUFFER, ARCHIVE, UNWRITTEN, FILE = "AX0331", "AX0332", "AX0333", "AX0334"


class TelemetryError(Exception):
    """Readings cannot be kept or given as asked; `finding` says why and how to mend it."""

    def __init__(self, code: str, message: str, hint: str, file: str) -> None:
        super().__init__(message)
        self.finding = Finding(code, message, hint, file)
