"""Models of what the driver talks to: an accelerator's registers and stream, an AXI DMA, and a card with XDMA."""

from __future__ import annotations

import fcntl
import os
import termios
import threading
import time
from collections import deque
from pathlib import Path
from typing import Any

from sluice_host import Build, SluiceError, Stream
from sluice_host.simulated import Simulation


class SharedBoard(Simulation):
    """A simulated board that stays when a driver gives it back."""

    def __init__(self, simulation: Simulation) -> None:
        vars(self).update(vars(simulation))
        self._lock = threading.Lock()

    def _ask(self, **request: Any) -> dict[str, Any]:
        # A model of a DMA uses the stream while the driver reads registers.
        with self._lock:
            return super()._ask(**request)

    def close(self) -> None:
        """Leave it running."""


class FakeBoard:
    """An accelerator at the level of its register map: answers at once, and breaks where a test asks for it."""

    def __init__(self, build: Build) -> None:
        self.build = build
        self.values = {r.offset: r.value or 0 for r in build.registers.registers.values()}
        self.log: list[tuple[str, int]] = []
        self.result = bytes(build.result_bytes)
        #: Frames after which nothing is taken any more; results after which none is given.
        self.takes = self.gives = 1 << 30
        self.closed = False
        self._armed = 0
        self._results: deque[bytes] = deque()

    def get(self, name: str) -> int:
        return self.values[self.build.registers[name].offset]

    def put(self, name: str, value: int) -> None:
        self.values[self.build.registers[name].offset] = value

    def read(self, offset: int) -> int:
        return self.values[offset]

    def write(self, offset: int, value: int) -> None:
        name = next(r.name for r in self.build.registers.registers.values() if r.offset == offset)
        self.log.append((name, value))
        if name == "control":
            self.values[offset] = value
        elif name == "errors":
            self.values[offset] &= ~value
        elif name == "command" and value == 1:
            for counter in ("frames_in", "frames_out", "frames_faulty"):
                self.put(counter, 0)

    def start(self, frame_bytes: int, result_bytes: int) -> None:
        self.log.append(("start", frame_bytes))

    def arm(self) -> bool:
        if self._armed == 3:
            return False
        self._armed += 1
        self.log.append(("arm", self._armed))
        return True

    def send(self, frame: bytes) -> bool:
        if self.get("frames_in") >= self.takes or self.get("control") == 0:
            return False
        self.log.append(("send", len(frame)))
        self.put("frames_in", self.get("frames_in") + 1)
        if self.get("frames_out") < self.gives:
            self.put("frames_out", self.get("frames_out") + 1)
            self._results.append(self.result)
        return True

    def receive(self) -> bytes | None:
        if self._armed == 0 or not self._results:
            return None
        self._armed -= 1
        return self._results.popleft()

    def wait(self) -> None:
        time.sleep(0.001)

    def close(self) -> None:
        self.closed = True


class Memory:
    """Physical memory: a file, from an address on."""

    def __init__(self, path: Path, address: int) -> None:
        self._descriptor = os.open(path, os.O_RDWR)
        self._address = address
        self._size = path.stat().st_size

    def read(self, address: int, size: int) -> bytes:
        assert self._address <= address <= address + size <= self._address + self._size
        return os.pread(self._descriptor, size, address - self._address)

    def write(self, address: int, data: bytes) -> None:
        assert self._address <= address <= address + len(data) <= self._address + self._size
        os.pwrite(self._descriptor, data, address - self._address)


class DmaChannel:
    """The registers of a channel, of PG021's direct register mode."""

    def __init__(self) -> None:
        self.control = 0
        self.halted = True
        self.starting = 0
        self.idle = False
        self.errors = 0
        self.address = [0, 0]
        self.length = 0
        self.active = False


class AxiDmaModel:
    """An AXI DMA between memory and a stream: PG021's registers, direct register mode, in whole packets.

    Holds the driver to the rules: LENGTH last, only while the channel runs and no transfer is under way.
    """

    def __init__(self, memory: Memory, stream: Stream, *, scatter_gather: bool = False) -> None:
        self.memory = memory
        self.stream = stream
        self.scatter_gather = scatter_gather
        self.reset_hangs = False
        #: Reads of the status until a channel that was started runs.
        self.start_delay = 2
        self.channels = {0x00: DmaChannel(), 0x30: DmaChannel()}
        #: Offsets and values that were written.
        self.log: list[tuple[int, int]] = []
        self.closed = False

    def read(self, offset: int) -> int:
        base = offset // 0x30 * 0x30
        channel = self.channels[base]
        register = offset - base
        if register == 0x00:
            return channel.control
        if register == 0x04:
            self._advance()
            if channel.control & 1 and channel.halted and channel.errors == 0:
                channel.starting += 1
                channel.halted = channel.starting <= self.start_delay
            return channel.halted << 0 | channel.idle << 1 | self.scatter_gather << 3 | channel.errors
        assert register == 0x28, f"the driver reads 0x{offset:x}"
        assert base == 0x30 and not channel.active
        return channel.length

    def write(self, offset: int, value: int) -> None:
        self.log.append((offset, value))
        base = offset // 0x30 * 0x30
        channel = self.channels[base]
        register = offset - base
        if register == 0x00:
            if value & 4:
                self._reset()
            elif value & 1:
                channel.control, channel.starting = value, 0
        elif register in (0x18, 0x1C):
            channel.address[(register - 0x18) // 4] = value
        else:
            assert register == 0x28, f"the driver writes 0x{offset:x}"
            assert not channel.halted, "a transfer of a channel that does not run"
            assert not channel.active, "a transfer before the one before has ended"
            assert value > 0
            channel.length, channel.active, channel.idle = value, True, False
            if base == 0x30:
                assert self.stream.arm()

    def close(self) -> None:
        self.closed = True

    def _reset(self) -> None:
        for base in self.channels:
            self.channels[base] = DmaChannel()
            self.channels[base].control = 4 if self.reset_hangs else 0

    def _advance(self) -> None:
        """Move packets, as the other side lets it."""
        sender, receiver = self.channels[0x00], self.channels[0x30]
        if sender.active:
            frame = self.memory.read(sender.address[1] << 32 | sender.address[0], sender.length)
            if self.stream.send(frame):
                sender.active, sender.idle = False, True
        if receiver.active:
            result = self.stream.receive()
            if result is None:
                self.stream.wait()
            elif len(result) > receiver.length:
                receiver.errors, receiver.halted = 1 << 4, True
            else:
                self.memory.write(receiver.address[1] << 32 | receiver.address[0], result)
                receiver.length, receiver.active, receiver.idle = len(result), False, True


class XdmaModel:
    """The two channels of a card: named pipes, which a thread joins with a stream. Frames have a known size."""

    def __init__(self, folder: Path, stream: Stream, frame_bytes: int) -> None:
        self.device = folder / "xdma0"
        self._stream = stream
        self._frame_bytes = frame_bytes
        sink, source = Path(f"{self.device}_h2c_0"), Path(f"{self.device}_c2h_0")
        os.mkfifo(sink)
        os.mkfifo(source)
        self._frames = os.open(sink, os.O_RDWR | os.O_NONBLOCK)
        self._results = os.open(source, os.O_RDWR)
        self._stop = False
        self.failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def stop(self) -> None:
        self._stop = True
        self._thread.join()
        os.close(self._frames)
        os.close(self._results)
        if self.failure is not None:
            raise self.failure

    def _run(self) -> None:
        try:
            while not self._stop:
                self._move()
        except (SluiceError, AssertionError, OSError) as error:
            self.failure = error

    def _move(self) -> None:
        try:
            frame = os.read(self._frames, self._frame_bytes)
        except BlockingIOError:
            time.sleep(0.001)
            return
        assert len(frame) == self._frame_bytes
        self._stream.arm()
        while not self._stream.send(frame):
            self._stream.wait()
        while (result := self._stream.receive()) is None:
            self._stream.wait()
        # A read of a pipe would give two results at once, were they there.
        while fcntl.ioctl(self._results, termios.FIONREAD, bytes(4)) != bytes(4):
            time.sleep(0.0005)
        os.write(self._results, result)
