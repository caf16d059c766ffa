"""SFC with AXI interfaces, driven by cocotbext-axi: what Sluice has no part in is the judge of the protocols."""

from __future__ import annotations

import itertools
from random import Random
from typing import Any

import cocotb
from cocotb.triggers import with_timeout
from cocotbext.axi import (
    AxiLiteBus,
    AxiLiteMaster,
    AxiResp,
    AxiStreamBus,
    AxiStreamFrame,
    AxiStreamMonitor,
    AxiStreamSink,
    AxiStreamSource,
)

from sluice_cocotb import Accelerator, Bench, simulate


def _packets(beats: list[Any], bus_bytes: int = 8) -> list[bytes]:
    """Give the bytes of each packet of a list of beats."""
    packets = [b""]
    for beat in beats:
        packets[-1] += beat["data"].to_bytes(bus_bytes, "little")[: bin(beat["keep"]).count("1")]
        if beat["last"]:
            packets.append(b"")
    return packets[:-1]


def _pauses(seed: int, probability: float) -> Any:
    random = Random(seed)
    return (random.random() < probability for _ in itertools.count())


class _Top:
    """cocotbext-axi at every interface of the top."""

    def __init__(self, dut: Any, bench: Bench, pause: float) -> None:
        reset = {"reset": dut.aresetn, "reset_active_level": False}
        self._offsets = bench.registers
        self.bus = AxiLiteMaster(AxiLiteBus.from_prefix(dut, "s_axi"), dut.aclk, **reset)
        self.frames = AxiStreamSource(AxiStreamBus.from_prefix(dut, "s_axis"), dut.aclk, **reset)
        self.results = AxiStreamSink(AxiStreamBus.from_prefix(dut, "m_axis"), dut.aclk, **reset)
        self.seen = AxiStreamMonitor(AxiStreamBus.from_prefix(dut, "m_axis"), dut.aclk, **reset)
        if pause > 0:
            lite = self.bus
            channels = [
                lite.write_if.aw_channel,
                lite.write_if.w_channel,
                lite.write_if.b_channel,
                lite.read_if.ar_channel,
                lite.read_if.r_channel,
            ]
            for seed, channel in enumerate([*channels, self.frames, self.results]):
                channel.set_pause_generator(_pauses(seed, pause))

    async def read(self, name: str) -> int:
        response = await with_timeout(self.bus.read(self._offsets[name], 4), 100, "us")
        assert response.resp == AxiResp.OKAY
        return int.from_bytes(response.data, "little")

    async def write(self, name: str, value: int) -> None:
        response = await with_timeout(self.bus.write(self._offsets[name], value.to_bytes(4, "little")), 100, "us")
        assert response.resp == AxiResp.OKAY

    async def result(self) -> AxiStreamFrame:
        return await with_timeout(self.results.recv(), 1, "ms")


async def _classify(dut: Any, pause: float) -> None:
    bench = await Bench.start(dut, drive=False)
    top = _Top(dut, bench, pause)
    assert await top.read("id") == 0x534C5549
    assert await top.read("build_hash_high") == 0x5EEDC0DE
    assert await top.read("input_bytes") == 98
    await top.write("control", 1)
    images = bench.frames(6)
    packets = _packets(images.x)
    expected = [packet[0] for packet in _packets(bench.reference(s_axis_t=images.x)["m_axis_t"])]
    sent = [packets[0], packets[1][:50], packets[2], packets[3] + bytes(40), packets[4], packets[5]]
    for packet in sent:
        await top.frames.send(AxiStreamFrame(packet))
    results = [await top.result() for _ in sent]
    assert [len(result.tdata) for result in results] == [1] * 6
    assert [_user(result) for result in results] == [0, 1, 0, 1, 0, 0]
    good = [0, 2, 3, 4, 5]
    assert [results[i].tdata[0] for i in good] == [expected[i] for i in good]
    assert top.seen.count() == 6
    assert await top.read("frames_in") == 6
    assert await top.read("frames_out") == 6
    assert await top.read("errors") == 3
    await top.write("errors", 3)
    assert await top.read("errors") == 0
    assert await top.read("status") == 0


def _user(result: AxiStreamFrame) -> int:
    """TUSER at TLAST, which cocotbext-axi gives as a number where it is the same in all beats."""
    return result.tuser if isinstance(result.tuser, int) else result.tuser[-1]


@cocotb.test()
async def without_pauses(dut: Any) -> None:
    """Good packets, one cut short and one too long."""
    await _classify(dut, 0.0)


@cocotb.test()
async def with_pauses(dut: Any) -> None:
    """The same with every channel pausing at random."""
    await _classify(dut, 0.4)


@cocotb.test()
async def refuses_what_is_no_register(dut: Any) -> None:
    """Unmapped addresses and writes to constants."""
    bench = await Bench.start(dut, drive=False)
    top = _Top(dut, bench, 0.0)
    assert (await top.bus.read(0xFF0, 4)).resp == AxiResp.SLVERR
    assert (await top.bus.write(0xFF0, b"\0\0\0\0")).resp == AxiResp.SLVERR
    assert (await top.bus.write(bench.registers["id"], b"\0\0\0\0")).resp == AxiResp.SLVERR
    # A byte that is not the one with the bit.
    assert (await top.bus.write(bench.registers["control"] + 1, b"\1")).resp == AxiResp.OKAY
    assert await top.read("control") == 0
    assert (await top.bus.write(bench.registers["control"], b"\1")).resp == AxiResp.OKAY
    assert await top.read("control") == 1


def test_axi() -> None:
    simulate(Accelerator("sfc", fold="sfc-folding.json", interface="axi"))
