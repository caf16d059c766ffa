"""A running design: its ports as handles, its clocks, its software reference."""

from __future__ import annotations

import functools
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, Union

import cocotb

from .domain import Domain, Watchdog
from .plain_ports import InputPort, OutputPort
from .service import Service
from .signals import Signal
from .streams import InputStream, OutputStream

Port = Union[InputStream, OutputStream, InputPort, OutputPort]
P = TypeVar("P")


@dataclass(frozen=True)
class Frames:
    """Images as an accelerator takes them: the beats of its input stream, and their classes where they are known."""

    x: list[Any]
    labels: list[int] | None


@dataclass(frozen=True)
class _Context:
    """What pytest's process tells this one."""

    design: dict[str, Any]
    description: dict[str, Any]
    service: Service


@functools.lru_cache
def _context() -> _Context:
    told = json.loads(Path(os.environ["SLUICE_SIMULATION"]).read_text())
    return _Context(told["design"], told["description"], Service(*told["service"]))


class Bench:
    """A running design.

    Its ports are attributes: `bench.x` is the stream x. `stream_in`, `stream_out`, `input` and `output` give the same
    with their types known to checkers and editors.
    """

    def __init__(self, dut: Any, periods: dict[str, int], idle_limit: int) -> None:
        self._context = _context()
        description = self._context.description
        self._watchdog = Watchdog(idle_limit)
        self._domains = [Domain(dut, entry, periods.get(entry["name"], 1)) for entry in description["domains"]]
        #: Byte offsets of the registers of an accelerator with AXI interfaces, by their names.
        self.registers: dict[str, int] = description["registers"]
        self.ports: dict[str, Port] = {port["name"]: _handle(dut, port) for port in description["ports"]}

    @classmethod
    async def start(
        cls, dut: Any, *, periods: dict[str, int] | None = None, idle_limit: int = 10_000, drive: bool = True
    ) -> Bench:
        """Start the clocks and take the design through a reset.

        A clock's period is 10 ns, times what `periods` says for its domain. Where beats are waited for and none moves
        on any stream for `idle_limit` cycles, the test fails. `drive=False` leaves the streams to drivers of others.
        """
        bench = cls(dut, periods or {}, idle_limit)
        slowest = max(domain.period for domain in bench._domains) if bench._domains else 1
        for domain in bench._domains:
            domain.begin_reset()
        for domain in bench._domains:
            await domain.end_reset(2 * slowest)
        for domain in bench._domains if drive else ():
            streams = [port for port in bench.ports.values() if isinstance(port, (InputStream, OutputStream))]
            own = [stream for stream in streams if stream.domain == domain.name]
            cocotb.start_soon(domain.run(own, streams, bench._watchdog))
        return bench

    def __getattr__(self, name: str) -> Any:
        ports = self.__dict__.get("ports", {})
        if name in ports:
            return ports[name]
        raise AttributeError(f"the design has no port {name}: it has {', '.join(ports)}")

    def stream_in(self, name: str) -> InputStream:
        """Give a stream into the design."""
        return self._typed(name, InputStream)

    def stream_out(self, name: str) -> OutputStream:
        """Give a stream out of the design."""
        return self._typed(name, OutputStream)

    def input(self, name: str) -> InputPort:
        """Give a port into the design that is no stream."""
        return self._typed(name, InputPort)

    def output(self, name: str) -> OutputPort:
        """Give a port out of the design that is no stream."""
        return self._typed(name, OutputPort)

    async def cycles(self, count: int, domain: str | None = None) -> None:
        """Wait for rising edges of a domain's clock, of the first domain's where none is named."""
        chosen = next(each for each in self._domains if domain in (None, each.name))
        for _ in range(count):
            await chosen.edge()

    def reference(self, **inputs: list[Any]) -> dict[str, list[Any]]:
        """Give what the software reference makes of input beats by stream: output beats by stream."""
        outputs: dict[str, list[Any]] = self._context.service.call(
            "reference", design=self._context.design, inputs=inputs
        )
        return outputs

    def frames(self, count: int, first: int = 0) -> Frames:
        """Give the beats of `count` of the test images that come with Sluice, from number `first` on."""
        return Frames(**self._context.service.call("frames", design=self._context.design, first=first, count=count))

    def _typed(self, name: str, of: type[P]) -> P:
        port = getattr(self, name)
        if not isinstance(port, of):
            raise TypeError(f"{name} is an {type(port).__name__}, not an {of.__name__}")
        return port


def _handle(dut: Any, port: dict[str, Any]) -> Port:
    signals = [Signal(dut, name) for name in port["leaves"]]
    if port["direction"] == "output":
        return OutputPort(port, signals)
    if port["direction"] == "input":
        for signal in signals:
            signal.write(0)
        return InputPort(port, signals)
    valid, ready = Signal(dut, port["valid"]), Signal(dut, port["ready"])
    return (InputStream if port["direction"] == "sink" else OutputStream)(port, signals, valid, ready)
