"""What an accelerator counts, read from its registers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .build import Build
from .registers import Register
from .transport import Registers


@dataclass(frozen=True)
class LayerCounters:
    """Cycles in which a layer stood still."""

    layer: str
    #: It had a result that the next stage did not take.
    stalled: int
    #: It could have taken values and there were none.
    starved: int


@dataclass(frozen=True)
class Counters:
    """Of an accelerator since its reset, or since its counters were cleared."""

    #: Cycles of its clock.
    cycles: int
    frames_in: int
    frames_out: int
    frames_faulty: int
    #: Cycles from the first beat in to the last beat out of the last result.
    latency: int
    enabled: bool
    #: Frames are under way.
    busy: bool
    #: Names of the error bits that are set.
    errors: tuple[str, ...]
    layers: tuple[LayerCounters, ...]

    def as_json(self) -> dict[str, Any]:
        """Give them as an object for `json.dumps`."""
        return {**vars(self), "errors": list(self.errors), "layers": [vars(layer) for layer in self.layers]}


def read_counters(build: Build, registers: Registers) -> Counters:
    """Read all counters. They go on while they are read: each is right, their sum may be a few cycles apart."""

    def read(name: str) -> int:
        return registers.read(build.registers[name].offset)

    def is_set(name: str, field: str) -> bool:
        return build.registers[name].field(field).of(read(name)) != 0

    errors = read("errors")
    return Counters(
        cycles=_read_cycles(build.registers["cycles_low"], build.registers["cycles_high"], registers),
        frames_in=read("frames_in"),
        frames_out=read("frames_out"),
        frames_faulty=read("frames_faulty"),
        latency=read("latency"),
        enabled=is_set("control", "enable"),
        busy=is_set("status", "busy"),
        errors=tuple(field.name for field in build.registers["errors"].fields if field.of(errors)),
        layers=tuple(
            LayerCounters(layer, read(f"stalled_{part}"), read(f"starved_{part}")) for part, layer in build.layers
        ),
    )


def _read_cycles(low: Register, high: Register, registers: Registers) -> int:
    """Read both halves of the counter so that no carry falls between them."""
    upper = registers.read(high.offset)
    while True:
        lower = registers.read(low.offset)
        again = registers.read(high.offset)
        if again == upper:
            return upper << 32 | lower
        upper = again
