"""A component of a module of one's own: structs, signed values, enums, wide bits, and ports that are no streams."""

from __future__ import annotations

from typing import Any

import cocotb
import pytest

from sluice_cocotb import Bench, Component, SimulationFailed, simulate

PROBE = Component("probe.fixture.ts", "probe", reference="probeModel", width=12)


@cocotb.test()
async def packs_every_kind(dut: Any) -> None:
    """A value goes through whole, and a signed field is added to."""
    bench = await Bench.start(dut)
    bench.y.stall(0.5, seed=3)
    beats = bench.x.random(50, seed=4)
    bench.x.push(beats)
    assert await bench.y.pop_many(50) == bench.reference(x=beats)["y"] == beats
    assert bench.output("seen").peek() == 50

    bench.input("enable").poke(True)
    bench.input("offset").poke(-7)
    halved = [{**beat, "re": beat["re"] // 2} for beat in beats]
    bench.x.push(halved)
    assert [beat["re"] for beat in await bench.y.pop_many(50)] == [beat["re"] - 7 for beat in halved]


@cocotb.test()
async def refuses_what_does_not_fit(dut: Any) -> None:
    """A value out of range is the test's mistake, and says where it is."""
    bench = await Bench.start(dut)
    good = bench.x.random(1, seed=5)[0]
    for wrong, message in [
        ({**good, "re": 2048}, r"x\.re is sint\(12\), -2048 to 2047, and cannot take 2048"),
        ({**good, "mode": "up"}, r"x\.mode is one of idle, left, right and cannot take 'up'"),
        ({**good, "taps": good["taps"][:2]}, r"x\.taps\.on is a vec of 3 elements"),
        ({"re": 1}, r"x is a struct of re, wide, taps, mode"),
    ]:
        with pytest.raises(ValueError, match=message):
            bench.x.push([wrong])


@cocotb.test()
async def breaks_a_narrow(dut: Any) -> None:
    """2000 + 100 does not fit 12 bits: the RTL's own assertion fails, whatever the test thinks of it."""
    bench = await Bench.start(dut)
    bench.input("enable").poke(True)
    bench.input("offset").poke(100)
    bench.x.push([{**bench.x.random(1, seed=6)[0], "re": 2000}])
    await bench.y.pop()


GOOD = ["packs_every_kind", "refuses_what_does_not_fit"]


@pytest.mark.parametrize("simulator", ["verilator", "icarus"])
def test_component(simulator: str) -> None:
    assert len(simulate(PROBE, simulator=simulator, tests=GOOD)) == 2


@pytest.mark.parametrize("simulator", ["verilator", "icarus"])
def test_a_failed_narrow_fails_the_test(simulator: str) -> None:
    with pytest.raises(SimulationFailed, match=r"the RTL failed:\n30 ns: probe_12\.sv:.*value does not fit"):
        simulate(PROBE, simulator=simulator, tests=["breaks_a_narrow"])
