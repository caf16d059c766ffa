"""What goes wrong on a user's side; pytest shows these without a traceback of the bridge."""

from __future__ import annotations


class SluiceError(Exception):
    """An error of Sluice: the TypeScript side's, or one of the bridge's own.

    `code` is stable and machine-readable; `where` and `hint` may be None.
    """

    def __init__(self, code: str, message: str, where: str | None = None, hint: str | None = None) -> None:
        lines = [f"{message} ({code})"]
        if where is not None:
            lines.append(f"  at: {where}")
        if hint is not None:
            lines.append("  hint: " + hint.replace("\n", "\n    "))
        super().__init__("\n".join(lines))
        self.code = code
        self.message = message
        self.where = where
        self.hint = hint


class SimulationFailed(SluiceError):
    """Cocotb tests failed, an assertion in the RTL did, or the simulation ended before its time."""

    def __init__(self, message: str, where: str) -> None:
        super().__init__("simulation-failed", message, where)


class StreamProtocolError(AssertionError):
    """A stream of the design broke the valid/ready rules, or gave unknown bits."""


class StreamHung(AssertionError):
    """A beat was waited for and no stream moved any more."""
