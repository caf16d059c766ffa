"""Ports that are not streams."""

from __future__ import annotations

from typing import Any

from .kinds import decode, encode
from .signals import Signal


class InputPort:
    """A value that goes into the design."""

    def __init__(self, port: dict[str, Any], signals: list[Signal]) -> None:
        self.name: str = port["name"]
        self.kind: dict[str, Any] = port["kind"]
        self._signals = signals

    def poke(self, value: Any) -> None:
        """Set the value; it takes effect in this time step."""
        for signal, bits in zip(self._signals, encode(self.kind, value, self.name)):
            signal.write(bits)


class OutputPort:
    """A value that comes out of the design."""

    def __init__(self, port: dict[str, Any], signals: list[Signal]) -> None:
        self.name: str = port["name"]
        self.kind: dict[str, Any] = port["kind"]
        self._signals = signals

    def peek(self) -> Any:
        """Give the value as it was before the last change of the inputs."""
        return decode(self.kind, [signal.read() for signal in self._signals])
