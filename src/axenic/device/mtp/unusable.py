"""A manifest or a sheet that cannot be used, with everything that is wrong with it."""

from __future__ import annotations

from axenic.device.driver.driver import LinkError
from axenic.notation.finding import Finding


class Unusable(LinkError):
    """Nothing can be asked of a module that cannot be understood; `findings` say what, where and how to mend it."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__("; ".join(f"{f.code} {f.file}:{f.line}: {f.message}" for f in findings))
        self.findings = findings

    @classmethod
    def of(cls, code: str, message: str, hint: str, file: str, line: int = 0, column: int = 0) -> Unusable:
        """With one finding."""
        return cls([Finding(code, message, hint, file, line, column)])
