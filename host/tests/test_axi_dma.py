"""The AXI DMA's registers, as PG021 has them, against a model of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from models import AxiDmaModel, FakeBoard, Memory
from test_devices import udmabuf

from sluice_host import Accelerator, Build, SluiceError, Transport
from sluice_host.axi_dma import AxiDmaStream
from sluice_host.udmabuf import DmaBuffer

#: Of the buffer, beyond 32 bits.
ADDRESS = 0x8_7000_0000


class Zynq:
    """A buffer, a DMA and an accelerator's registers."""

    def __init__(self, root: Path, build: Build, size: int = 4096) -> None:
        device = udmabuf(root, size=size)
        (root / "sys/class/u-dma-buf/udmabuf0/phys_addr").write_text(f"0x{ADDRESS:x}\n")
        self.board = FakeBoard(build)
        self.dma = AxiDmaModel(Memory(device, ADDRESS), self.board)
        self.stream = AxiDmaStream(self.dma, DmaBuffer("udmabuf0", root))

    def open(self) -> Accelerator:
        return Accelerator(self.board.build, Transport(self.board, self.stream))


@pytest.fixture
def zynq(tmp_path: Path, build: Build) -> Zynq:
    return Zynq(tmp_path, build)


def test_a_frame_is_these_register_writes(zynq: Zynq) -> None:
    with zynq.open() as accelerator:
        assert accelerator.run([bytes(98)]) == [b"\0"]
    assert zynq.dma.log == [
        (0x00, 4),  # MM2S_DMACR.Reset
        (0x30, 1),  # S2MM_DMACR.RS
        (0x00, 1),  # MM2S_DMACR.RS
        (0x48, 0x7000_0080),  # S2MM_DA: behind the frame
        (0x4C, 8),  # S2MM_DA_MSB
        (0x58, 128),  # S2MM_LENGTH: a result may come
        (0x18, 0x7000_0000),  # MM2S_SA
        (0x1C, 8),  # MM2S_SA_MSB
        (0x28, 98),  # MM2S_LENGTH: the frame goes
        (0x00, 4),  # MM2S_DMACR.Reset
    ]
    assert zynq.dma.closed


def test_frames_go_one_after_the_other(zynq: Zynq) -> None:
    with zynq.open() as accelerator:
        zynq.board.result = b"\x03"
        assert accelerator.run([bytes(98)] * 20) == [b"\x03"] * 20


def test_scatter_gather_is_refused(zynq: Zynq) -> None:
    zynq.dma.scatter_gather = True
    with pytest.raises(SluiceError) as caught:
        zynq.open()
    assert (caught.value.code, caught.value.hint) == ("dma-scatter-gather", "set c_include_sg to 0 in the block design")


def test_a_reset_that_does_not_end_is_told(zynq: Zynq, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sluice_host.axi_dma._LIMIT", 0.02)
    zynq.dma.reset_hangs = True
    with pytest.raises(SluiceError) as caught:
        zynq.open()
    assert caught.value.code == "dma-hung"


def test_a_channel_that_does_not_start_is_told(zynq: Zynq, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sluice_host.axi_dma._LIMIT", 0.02)
    zynq.dma.start_delay = 1 << 30
    with pytest.raises(SluiceError) as caught:
        zynq.open()
    assert (caught.value.code, caught.value.where) == ("dma-halted", "AXI DMA, S2MM")


@pytest.mark.parametrize(("bit", "says"), [(4, "internal error"), (5, "slave error"), (6, "address decode error")])
def test_errors_of_a_transfer_are_told(zynq: Zynq, bit: int, says: str) -> None:
    with zynq.open() as accelerator:
        zynq.dma.channels[0x30].errors = 1 << bit
        with pytest.raises(SluiceError, match=says) as caught:
            accelerator.run([bytes(98)])
        assert (caught.value.code, caught.value.where) == ("dma-error", "AXI DMA, S2MM")


def test_a_result_longer_than_its_transfer_is_an_internal_error(zynq: Zynq) -> None:
    zynq.board.result = bytes(200)
    with zynq.open() as accelerator, pytest.raises(SluiceError, match="internal error"):
        accelerator.run([bytes(98)])


def test_a_buffer_that_is_too_small_is_told(tmp_path: Path, build: Build) -> None:
    with pytest.raises(SluiceError, match="has 255 bytes and needs 256"):
        Zynq(tmp_path, build, size=255).open()


def test_a_frame_that_is_never_sent_is_a_timeout(zynq: Zynq) -> None:
    zynq.board.takes = 2
    with zynq.open() as accelerator, pytest.raises(SluiceError, match="2 of 4 results") as caught:
        accelerator.run([bytes(98)] * 4, timeout=0.05)
    assert "3 were sent: frames do not arrive" in caught.value.message
