"""Signals inside the design, which Verilator shows where a test asks for them."""

from __future__ import annotations

from typing import Any

import cocotb

from sluice_cocotb import Bench, Component, simulate


@cocotb.test()
async def sees_a_register(dut: Any) -> None:
    """The counter of the component is not among its ports under this name."""
    bench = await Bench.start(dut)
    bench.x.push(bench.x.random(3, seed=7))
    await bench.y.pop_many(3)
    assert int(dut.count.value) == 3


def test_internals() -> None:
    simulate(Component("probe.fixture.ts", "probe", width=12), internals=True)
