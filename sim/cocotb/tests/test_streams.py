"""Stream primitives, against what each of them does to beats, under random stalls on both sides."""

from __future__ import annotations

from typing import Any

import cocotb
import pytest

from sluice_cocotb import Bench, Generator, simulate

STALLS = [(0.0, 0.0), (0.3, 0.6), (0.7, 0.2)]


@cocotb.test()
async def gives_what_the_reference_gives(dut: Any) -> None:
    """Beats come out as the software reference says, in order, none lost, none twice."""
    bench = await Bench.start(dut)
    for number, (stall_x, stall_y) in enumerate(STALLS):
        bench.x.stall(stall_x, seed=number)
        bench.y.stall(stall_y, seed=number + 10)
        beats = bench.x.random(40, seed=number)
        expected = bench.reference(x=beats)["y"]
        bench.x.push(beats)
        assert await bench.y.pop_many(len(expected)) == expected


@pytest.mark.parametrize("simulator", ["verilator", "icarus"])
def test_fifo(simulator: str) -> None:
    simulate(Generator("fifo", kind="vec3xsint13", depth=5), simulator=simulator)


def test_skid_buffer() -> None:
    simulate(Generator("skid-buffer", kind="uint70"))


def test_width_converter() -> None:
    simulate(Generator("width-converter", **{"from": 6, "to": 40, "lanes": 2}))
