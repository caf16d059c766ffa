"""What goes wrong on a user's side. The command line prints these without a traceback."""

from __future__ import annotations


class SluiceError(Exception):
    """An error with a stable `code`; `where` (a file, a device, a register) and `hint` may be None."""

    def __init__(self, code: str, message: str, where: str | None = None, hint: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.where = where
        self.hint = hint

    def __str__(self) -> str:
        lines = [f"{self.message} ({self.code})"]
        if self.where is not None:
            lines.append(f"  at: {self.where}")
        if self.hint is not None:
            lines.append(f"  hint: {self.hint}")
        return "\n".join(lines)
