"""Units of layers against the network's software reference, under random stalls on both sides."""

from __future__ import annotations

from typing import Any

import cocotb
import pytest

from sluice_cocotb import Bench, Generator, simulate


@cocotb.test()
async def gives_what_the_reference_gives(dut: Any) -> None:
    """Whole vectors or maps go in; what comes out is the reference's, bit by bit."""
    bench = await Bench.start(dut)
    for seed, stall in enumerate([0.0, 0.25, 0.6]):
        bench.x.stall(stall, seed=seed)
        bench.y.stall(stall, seed=seed + 100)
        beats = bench.x.random(48, seed)
        expected = bench.reference(x=beats)["y"]
        assert len(expected) > 0
        bench.x.push(beats)
        assert await bench.y.pop_many(len(expected)) == expected


@pytest.mark.parametrize("simulator", ["verilator", "icarus"])
def test_mvtu(simulator: str) -> None:
    unit = Generator("mvtu", weights="random:1:16x64", thresholds="random:2:16:65", pe=4, simd=16)
    simulate(unit, simulator=simulator)


def test_mvtu_two_vectors_side_by_side() -> None:
    rows = ["1100101011110000", "0101010101010101", "1111000011001010", "0000000011111111"]
    simulate(Generator("mvtu", weights=rows, thresholds=[3, 8, 9, 17], pe=2, simd=8, mmv=2))


def test_mvu() -> None:
    simulate(Generator("mvu", weights="@weights.json", pe=1, simd=6))


def test_sliding_window() -> None:
    window = Generator("sliding-window", height=4, width=6, channels=4, simd=2, kernel=[3, 3], padding=[1, 1, 1, 1])
    simulate(window)


@pytest.mark.parametrize("simulator", ["verilator", "icarus"])
def test_max_pool(simulator: str) -> None:
    pool = Generator("max-pool", height=4, width=4, channels=3, pe=1, kernel=[2, 2], bits=5)
    simulate(pool, simulator=simulator)


def test_label_select() -> None:
    simulate(Generator("label-select", classes=10, width=9, pe=2, outputs=12))
