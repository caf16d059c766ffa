"""Clock domains of the design: their clocks, resets, and the streams that move at their edges."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Union

import cocotb
from cocotb.clock import Clock
from cocotb.triggers import RisingEdge, Timer

from .errors import StreamHung
from .signals import Signal
from .streams import InputStream, OutputStream

#: Period of a clock of period 1.
CLOCK_NS = 10

Stream = Union[InputStream, OutputStream]


class Watchdog:
    """Counts the edges since a beat has moved on any stream."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._idle = 0

    def edge(self, moved: bool, streams: Sequence[Stream]) -> None:
        """Count an edge. Raise StreamHung where someone has waited in vain for too long."""
        waited_for = [stream for stream in streams if stream.waited_for]
        self._idle = 0 if moved or not waited_for else self._idle + 1
        if self._idle < self.limit:
            return
        names = ", ".join(f"{stream.name} after {stream.moved} beats" for stream in waited_for)
        raise StreamHung(f"no beat has moved for {self.limit} cycles; waited for: {names}")


class Domain:
    """One clock, or, where nothing in the design is clocked, the time that a clock would take."""

    def __init__(self, dut: Any, entry: dict[str, Any], period: int) -> None:
        self.name: str = entry["name"]
        self.period = period
        self._clock = Signal(dut, entry["clock"]) if entry["clock"] is not None else None
        self._reset = Signal(dut, entry["reset"]) if entry["reset"] is not None else None
        self._active = int(entry["resetActive"] == "high")

    async def edge(self) -> None:
        """Wait for the rising edge: signals then still have the values from before it."""
        await (Timer(self.period * CLOCK_NS, "ns") if self._clock is None else RisingEdge(self._clock.handle))

    def begin_reset(self) -> None:
        """Start the clock, with the reset active."""
        if self._reset is not None:
            self._reset.write(self._active)
        if self._clock is not None:
            cocotb.start_soon(Clock(self._clock.handle, self.period * CLOCK_NS, units="ns").start())

    async def end_reset(self, periods: int) -> None:
        """Let the reset go after so many periods of the fastest clock."""
        for _ in range(-(-periods // self.period)):
            await self.edge()
        if self._reset is not None:
            self._reset.write(1 - self._active)

    async def run(self, own: Sequence[Stream], streams: Sequence[Stream], watchdog: Watchdog) -> None:
        """Move the domain's own streams at every edge, for as long as the test runs."""
        while True:
            await self.edge()
            moved = [stream.sample() for stream in own]
            watchdog.edge(any(moved), streams)
            for stream in own:
                stream.drive()
