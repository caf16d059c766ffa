"""Xilinx' AXI DMA in direct register mode (PG021, "Direct Register Mode"), one packet per transfer.

MM2S moves a frame from memory to the accelerator and ends it with TLAST; S2MM moves a result into memory and ends its
transfer at TLAST. A channel has one transfer under way; between two the accelerator waits, or its results do.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from .errors import SluiceError
from .transport import Registers
from .udmabuf import DmaBuffer

#: Registers of a channel, from its first on: DMACR, DMASR, SA or DA, SA_MSB or DA_MSB, LENGTH.
_CONTROL = 0x00
_STATUS = 0x04
_ADDRESS = 0x18
_ADDRESS_HIGH = 0x1C
_LENGTH = 0x28

#: Offsets of the channels.
MM2S = 0x00
S2MM = 0x30

#: DMACR.
_RUN = 1 << 0
_RESET = 1 << 2
#: DMASR.
_HALTED = 1 << 0
_IDLE = 1 << 1
_HAS_SCATTER_GATHER = 1 << 3
_ERRORS = {1 << 4: "internal error", 1 << 5: "slave error", 1 << 6: "address decode error"}

#: Seconds that a reset or a start may take; a reset waits for bursts that are under way.
_LIMIT = 1.0

#: Of buffers: the widest stream, so that no DMA needs its data realignment engine.
_ALIGNMENT = 128


class Channel:
    """One direction of an AXI DMA."""

    def __init__(self, registers: Registers, base: int, name: str) -> None:
        self._registers = registers
        self._base = base
        self._name = name
        #: A transfer was begun whose end has not been seen.
        self.busy = False

    def start(self) -> None:
        """Let it run. Raise SluiceError `dma-scatter-gather`, `dma-halted`."""
        if self._read(_STATUS) & _HAS_SCATTER_GATHER:
            raise SluiceError(
                "dma-scatter-gather",
                "the AXI DMA was built with scatter gather, which the driver does not use",
                f"AXI DMA, {self._name}",
                "set c_include_sg to 0 in the block design",
            )
        self._write(_CONTROL, _RUN)
        if not _passes(lambda: not self._read(_STATUS) & _HALTED):
            raise SluiceError("dma-halted", "the channel does not start to run", f"AXI DMA, {self._name}")

    def transfer(self, address: int, length: int) -> None:
        """Begin to move a packet from or to memory: at most `length` bytes. The write of LENGTH starts it."""
        self._write(_ADDRESS, address & 0xFFFF_FFFF)
        self._write(_ADDRESS_HIGH, address >> 32)
        self._write(_LENGTH, length)
        self.busy = True

    def done(self) -> bool:
        """Tell whether the transfer that was begun has ended. Raise SluiceError `dma-error`."""
        status = self._read(_STATUS)
        errors = [text for bit, text in _ERRORS.items() if status & bit]
        if errors:
            raise SluiceError(
                "dma-error",
                f"the transfer failed: {', '.join(errors)} (DMASR 0x{status:08x})",
                f"AXI DMA, {self._name}",
                "an internal error is a packet longer than its transfer; the others, a wrong physical address",
            )
        if not status & _IDLE:
            return False
        self.busy = False
        return True

    def moved(self) -> int:
        """Give the bytes of the packet that an S2MM transfer received."""
        return self._read(_LENGTH)

    def reset(self) -> None:
        """Reset the whole DMA: both channels, whatever is under way. Raise SluiceError `dma-hung`."""
        self._write(_CONTROL, _RESET)
        if not _passes(lambda: not self._read(_CONTROL) & _RESET):
            raise SluiceError(
                "dma-hung",
                f"the reset has not ended after {_LIMIT:g} s",
                "AXI DMA",
                "check that the fabric's clock runs and that the device is an AXI DMA",
            )

    def _read(self, offset: int) -> int:
        return self._registers.read(self._base + offset)

    def _write(self, offset: int, value: int) -> None:
        self._registers.write(self._base + offset, value)


class AxiDmaStream:
    """Frames and results by an AXI DMA, through a buffer that holds one of each."""

    def __init__(self, registers: Registers, buffer: DmaBuffer) -> None:
        self._registers = registers
        self._buffer = buffer
        self._sender = Channel(registers, MM2S, "MM2S")
        self._receiver = Channel(registers, S2MM, "S2MM")
        self._result_at = 0
        self._result_room = 0
        self._started = False

    def start(self, frame_bytes: int, result_bytes: int) -> None:
        """Reset the DMA and let both channels run.

        Raise SluiceError `dma-buffer-small`, and those of the channels.
        """
        self._result_at = _aligned(frame_bytes)
        # Whole words, so that a result of any bus width fits.
        self._result_room = _aligned(result_bytes)
        needed = self._result_at + self._result_room
        if self._buffer.size < needed:
            raise SluiceError("dma-buffer-small", f"the DMA buffer has {self._buffer.size} bytes and needs {needed}")
        self._started = True
        self._sender.reset()
        self._receiver.start()
        self._sender.start()

    def arm(self) -> bool:
        """Let the next result come, where none is waited for."""
        if self._receiver.busy:
            return False
        self._receiver.transfer(self._buffer.address + self._result_at, self._result_room)
        return True

    def send(self, frame: bytes) -> bool:
        """Begin to send a frame, where the one before is sent."""
        if self._sender.busy and not self._sender.done():
            return False
        self._buffer.write(0, frame)
        self._sender.transfer(self._buffer.address, len(frame))
        return True

    def receive(self) -> bytes | None:
        """Give the result that has come."""
        if not self._receiver.busy or not self._receiver.done():
            return None
        return self._buffer.read(self._result_at, self._receiver.moved())

    def wait(self) -> None:
        """Let other processes run; transfers take microseconds."""
        time.sleep(0)

    def close(self) -> None:
        """Stop both channels and give the devices back."""
        try:
            if self._started:
                self._sender.reset()
        finally:
            self._buffer.close()
            self._registers.close()


def _passes(holds: Callable[[], bool]) -> bool:
    """Tell whether something comes to hold in time."""
    limit = time.monotonic() + _LIMIT
    while not holds():
        if time.monotonic() > limit:
            return False
        time.sleep(0)
    return True


def _aligned(size: int) -> int:
    return -(-size // _ALIGNMENT) * _ALIGNMENT
