"""A matrix-vector unit, 16 neurons of 64 synapses, against its software reference."""

import cocotb

from sluice_cocotb import Bench, Generator, simulate


@cocotb.test()
async def answers_as_the_reference(dut):
    bench = await Bench.start(dut)
    bench.x.stall(0.3, seed=1)
    bench.y.stall(0.5, seed=2)
    beats = bench.x.random(40, seed=3)
    bench.x.push(beats)
    expected = bench.reference(x=beats)["y"]
    assert await bench.y.pop_many(len(expected)) == expected


def test_mvtu():
    simulate(Generator("mvtu", weights="random:1:16x64", thresholds="random:2:16:65", pe=4, simd=16))
