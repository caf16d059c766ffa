"""Signals of the design as numbers."""

from __future__ import annotations

from typing import Any

from .errors import StreamProtocolError


class Signal:
    """A port of the design, read and written as an unsigned number."""

    def __init__(self, dut: Any, name: str) -> None:
        # Not getattr: names such as `value` or `_id` are the handle's own.
        self._handle = dut._id(name, extended=False)
        self.name = name

    def read(self) -> int:
        """Give the value. Raise StreamProtocolError where bits are x or z."""
        value = self._handle.value
        try:
            return int(value)
        except ValueError:
            raise StreamProtocolError(f"{self.name} has unknown bits: {value}") from None

    def is_high(self) -> bool:
        """Tell whether a signal of one bit is 1, not 0, x or z."""
        return str(self._handle.value) == "1"

    def write(self, value: int) -> None:
        """Set the value in this time step, after all that wait for the same edge have read."""
        self._handle.value = value

    @property
    def handle(self) -> Any:
        """The handle of cocotb's."""
        return self._handle
