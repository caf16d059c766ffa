"""A PCIe card with Xilinx' XDMA and its Linux driver (github.com/Xilinx/dma_ip_drivers, XDMA/linux-kernel).

/dev/xdma0_user is the AXI4-Lite window, mapped; a `write` to /dev/xdma0_h2c_0 is one packet, ended with TLAST; a `read`
from /dev/xdma0_c2h_0 gives one packet, as the device is opened with O_TRUNC, the driver's way to ask that a read ends
at the end of a packet (`eop_flush`). Both calls wait, so each has a thread.
"""

from __future__ import annotations

import mmap
import os
import queue
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from .devices import open_device
from .errors import SluiceError

#: Frames and results that may be waited for at once. The driver moves one after the other.
_DEPTH = 16

#: Seconds that `wait` waits at most.
_WAIT = 0.005

#: ERESTARTSYS: what the driver gives after its own time limit, which Python has no name for.
_DRIVER_TIMEOUT = 512

T = TypeVar("T")

_HINT = "load the driver: modprobe xdma; the card's channels have to be AXI4-Stream"


class XdmaStream:
    """Frames and results by the first channels of a card."""

    def __init__(self, device: Path) -> None:
        """Open `device`_h2c_0 and `device`_c2h_0: /dev/xdma0 is the first card.

        Raise SluiceError `device-missing`, `device-permission`, `device-failed`.
        """
        self._sink = Path(f"{device}_h2c_0")
        self._source = Path(f"{device}_c2h_0")
        self._outgoing = open_device(self._sink, os.O_RDWR, _HINT)
        try:
            self._incoming = open_device(self._source, os.O_RDWR | os.O_TRUNC, _HINT)
        except SluiceError:
            os.close(self._outgoing)
            raise
        self._frames: queue.Queue[bytes | None] = queue.Queue(_DEPTH)
        self._wanted: queue.Queue[bool] = queue.Queue(_DEPTH)
        self._results: queue.SimpleQueue[bytes | SluiceError] = queue.SimpleQueue()
        self._happened = threading.Event()
        self._closed = False

    def start(self, frame_bytes: int, result_bytes: int) -> None:
        """Start the two threads."""
        # Page aligned: the driver refuses buffers that are less aligned than the card's engines.
        sending = mmap.mmap(-1, frame_bytes)
        receiving = mmap.mmap(-1, max(mmap.PAGESIZE, result_bytes))
        for work in (lambda: self._send_all(sending), lambda: self._receive_all(receiving)):
            threading.Thread(target=self._guarded, args=[work], daemon=True).start()

    def arm(self) -> bool:
        """Let one more result come."""
        return _offer(self._wanted, True)

    def send(self, frame: bytes) -> bool:
        """Hand a frame to the thread that sends."""
        return _offer(self._frames, frame)

    def receive(self) -> bytes | None:
        """Give the next result. Raise SluiceError `xdma-failed` where a thread failed."""
        try:
            result = self._results.get_nowait()
        except queue.Empty:
            return None
        if isinstance(result, SluiceError):
            raise result
        return result

    def wait(self) -> None:
        """Wait for the threads."""
        self._happened.wait(_WAIT)
        self._happened.clear()

    def close(self) -> None:
        """Close the devices. A call that still waits in the driver ends at the driver's own time limit."""
        self._closed = True
        _offer(self._frames, None)
        _offer(self._wanted, False)
        os.close(self._outgoing)
        os.close(self._incoming)

    def _send_all(self, buffer: mmap.mmap) -> None:
        while (frame := self._frames.get()) is not None and not self._closed:
            self._happened.set()
            buffer[: len(frame)] = frame
            with memoryview(buffer) as pages, pages[: len(frame)] as packet:
                try:
                    sent = os.write(self._outgoing, packet)
                except OSError as error:
                    raise _failure(error, self._sink, "sending a frame", "h2c_timeout_ms") from None
            if sent != len(frame):
                raise SluiceError("xdma-failed", f"{sent} of {len(frame)} bytes of a frame were sent", str(self._sink))

    def _receive_all(self, buffer: mmap.mmap) -> None:
        # A plain `read`: the driver's `readv` is its asynchronous way.
        with open(self._incoming, "rb", buffering=0, closefd=False) as file:
            while self._wanted.get() and not self._closed:
                try:
                    size = file.readinto(buffer)
                except OSError as error:
                    raise _failure(error, self._source, "waiting for a result", "c2h_timeout_ms") from None
                self._results.put(buffer[:size])
                self._happened.set()

    def _guarded(self, work: Callable[[], None]) -> None:
        try:
            work()
        except SluiceError as error:
            self._results.put(error)
            self._happened.set()


def _failure(error: OSError, path: Path, doing: str, limit: str) -> SluiceError:
    if error.errno == _DRIVER_TIMEOUT:
        return SluiceError(
            "xdma-failed",
            f"the driver gave up {doing} at its own time limit",
            str(path),
            f"check that the accelerator is enabled and its clock runs; the module's {limit} sets the limit",
        )
    return SluiceError("xdma-failed", f"the driver failed while {doing}: {error.strerror}", str(path), "see dmesg")


def _offer(waiting: queue.Queue[T], item: T) -> bool:
    try:
        waiting.put_nowait(item)
    except queue.Full:
        return False
    return True
