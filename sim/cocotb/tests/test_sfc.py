"""SFC end to end: handwritten digits go in, classes come out, bit by bit those of the network's software reference."""

from __future__ import annotations

from typing import Any

import cocotb

from sluice_cocotb import Accelerator, Bench, simulate


@cocotb.test()
async def classifies_digits(dut: Any) -> None:
    """Without stalls, then with stalls on both sides."""
    bench = await Bench.start(dut)
    for first, stall in [(0, 0.0), (8, 0.4)]:
        bench.x.stall(stall, seed=first + 1)
        bench.y.stall(stall, seed=first + 2)
        frames = bench.frames(8, first)
        expected = bench.reference(x=frames.x)["y"]
        bench.x.push(frames.x)
        classes = await bench.y.pop_many(8)
        assert classes == expected
        assert sum(a == b for a, b in zip(classes, frames.labels or [])) >= 7


def test_sfc() -> None:
    simulate(Accelerator("sfc", fold="sfc-folding.json"))
