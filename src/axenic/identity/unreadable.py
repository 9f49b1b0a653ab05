"""Why a code, label or message is not taken: findings that may be shown to anybody."""

from __future__ import annotations

from axenic.notation.finding import Finding

FORM, CHECK, LABEL, PERSONAL, PRINT = "AX0651", "AX0652", "AX0653", "AX0654", "AX0655"
MESSAGE, VAULT, CUSTODY = "AX0656", "AX0657", "AX0658"


class Unreadable(ValueError):
    """Something that cannot be taken for what it claims to be, with every reason."""

    def __init__(self, *findings: Finding) -> None:
        super().__init__("; ".join(f.message for f in findings))
        self.findings = findings


def unreadable(code: str, message: str, hint: str) -> Unreadable:
    """The exception of one finding."""
    return Unreadable(Finding(code, message, hint))


def shown(text: str, most: int = 48) -> str:
    """A foreign text as it may stand in a message: ASCII, quoted, cut; lookalike letters become visible as escapes."""
    return ascii(text) if len(text) <= most else f"{text[:most]!a}... ({len(text)} characters)"
