"""Designs with two clocks, and with none."""

from __future__ import annotations

from typing import Any

import cocotb

from sluice_cocotb import Bench, Generator, simulate


@cocotb.test()
async def crosses_clock_domains(dut: Any) -> None:
    """Beats written by one clock are read by another, faster or slower."""
    bench = await Bench.start(dut, periods={"write": 3, "read": 2})
    bench.y.stall(0.3, seed=1)
    beats = bench.x.random(60, seed=2)
    bench.x.push(beats)
    assert await bench.y.pop_many(60) == bench.reference(x=beats)["y"]


@cocotb.test()
async def joins_without_a_clock(dut: Any) -> None:
    """Nothing in a join is clocked: the bench moves its streams all the same."""
    bench = await Bench.start(dut)
    bench.x_a.stall(0.4, seed=3)
    bench.y.stall(0.4, seed=4)
    a, b = bench.x_a.random(30, seed=5), bench.x_b.random(30, seed=6)
    bench.x_a.push(a)
    bench.x_b.push(b)
    assert await bench.y.pop_many(30) == bench.reference(x_a=a, x_b=b)["y"]


def test_async_fifo() -> None:
    simulate(Generator("async-fifo", kind="uint20", depth=8), tests=["crosses_clock_domains"])


def test_join() -> None:
    simulate(Generator("join", kinds="a:sint9,b:bool"), tests=["joins_without_a_clock"])
