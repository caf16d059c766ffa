"""What goes wrong in a simulation fails the test that started it, and says what it was."""

from __future__ import annotations

import os
import time
from typing import Any

import cocotb
import pytest

from sluice_cocotb import Bench, Component, Generator, SimulationFailed, simulate

FIFO = Generator("fifo", kind="uint8", depth=4)


@cocotb.test()
async def watches_a_restless_stream(dut: Any) -> None:
    """The component changes what it offers before it is taken."""
    bench = await Bench.start(dut)
    await bench.cycles(5)


@cocotb.test()
async def ends_the_simulator(dut: Any) -> None:
    """As a crash would."""
    os.abort()


@cocotb.test()
async def takes_too_long(dut: Any) -> None:
    """Longer than the test allows."""
    time.sleep(60)


@cocotb.test()
async def asks_in_vain(dut: Any) -> None:
    """There are no images for a FIFO."""
    bench = await Bench.start(dut)
    bench.frames(1)


@pytest.mark.parametrize("simulator", ["verilator", "icarus"])
def test_a_broken_stream_rule(simulator: str) -> None:
    message = "stream y changed its payload before the beat was taken"
    with pytest.raises(SimulationFailed, match=message):
        simulate(Component("probe.fixture.ts", "restless"), simulator=simulator, tests=["watches_a_restless_stream"])


def test_a_crash() -> None:
    with pytest.raises(SimulationFailed, match="did not end well: it was ended by SIGABRT"):
        simulate(FIFO, simulator="icarus", tests=["ends_the_simulator"])


def test_a_simulation_without_end() -> None:
    with pytest.raises(SimulationFailed, match="it was ended after 2 s"):
        simulate(FIFO, simulator="icarus", tests=["takes_too_long"], timeout=2)


def test_an_error_of_the_typescript_side_inside_a_simulation() -> None:
    with pytest.raises(SimulationFailed, match="is no accelerator: there are no images for it"):
        simulate(FIFO, simulator="icarus", tests=["asks_in_vain"])
    # The process that serves both still does.
    with pytest.raises(SimulationFailed, match="it ran no cocotb test"):
        simulate(FIFO, simulator="icarus", tests=["nothing_of_this_name"])
