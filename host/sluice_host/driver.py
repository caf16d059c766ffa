"""The driver: checks that a board runs the build that it is given, sends frames, receives results, reads counters."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import TracebackType

from .build import Build
from .check import check_board
from .counters import Counters, read_counters
from .errors import SluiceError
from .transport import Transport
from .weights import read_weights

#: Frames that are sent before their results have come, at most: enough to keep every layer busy.
_AHEAD = 64


class Accelerator:
    """An accelerator on a board.

    ```python
    with Accelerator(build, open_zynq()) as accelerator:
        labels = accelerator.classify(images)
        print(accelerator.counters())
    ```
    """

    def __init__(self, build: Build, transport: Transport) -> None:
        """Check the board, and throw away what an earlier run left in it. Closes the transport where that fails.

        Raise SluiceError `not-an-accelerator`, `registers-version`, `wrong-build`, `accelerator-hung`, and those of the
        transport.
        """
        self.build = build
        self._transport = transport
        # Results that the transport waits for.
        self._armed = 0
        try:
            check_board(build, transport.registers)
            transport.stream.start(build.frame_bytes, build.result_bytes)
            self._drain()
            self.clear()
        except BaseException:
            transport.close()
            raise

    def __enter__(self) -> Accelerator:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.close()
        except SluiceError:
            # What went wrong first is what is told.
            if error is None:
                raise

    def close(self) -> None:
        """Stop the accelerator after the frames that it has begun, and give the devices back."""
        try:
            self._write("control", 0)
        finally:
            self._transport.close()

    def classify(self, images: Iterable[bytes | bytearray | memoryview], timeout: float | None = None) -> list[int]:
        """Give the label of each image; an image is its pixels, a byte each, in the order row, column, channel.

        Raise as `run` does, and SluiceError `image-size`.
        """
        codec = self.build.codec
        return [codec.decode(result) for result in self.run([codec.encode(image) for image in images], timeout)]

    def run(self, frames: Sequence[bytes], timeout: float | None = None) -> list[bytes]:
        """Give the result of each frame, in order. Frames go in while results of earlier ones come out.

        `timeout` is the seconds without a result after which the run is given up, the transport's where not given.
        After an error the accelerator has to be closed and opened anew.

        Raise SluiceError `frame-size`, `result-size`, `timeout`, `frames-faulty`, and those of the transport.
        """
        for number, frame in enumerate(frames):
            if len(frame) != self.build.frame_bytes:
                raise SluiceError(
                    "frame-size",
                    f"frame {number} has {len(frame)} bytes, not {self.build.frame_bytes}",
                    self.build.model,
                )
        self._write("control", self._bit("control", "enable"))
        seconds = self._transport.timeout if timeout is None else timeout
        results: list[bytes] = []
        sent = 0
        deadline = time.monotonic() + seconds
        while len(results) < len(frames):
            # Whoever receives is ready before anything is sent.
            ahead = min(len(frames), len(results) + _AHEAD)
            moved = self._arm(ahead - len(results))
            if sent < ahead and self._armed > 0:
                taken = self._transport.stream.send(frames[sent])
                sent += taken
                moved = moved or taken
            result = self._receive()
            if result is not None:
                results.append(result)
                deadline = time.monotonic() + seconds
            elif not moved:
                if time.monotonic() > deadline:
                    raise self._timeout(len(results), sent, len(frames), seconds)
                self._transport.stream.wait()
        self.check()
        return results

    def load_weights(self, path: Path) -> None:
        """Write the weights and thresholds that `sluice weights` has put into a file.

        The accelerator is stopped for it: what runs next is the other network. After an error while it writes, the
        weights are those of neither.

        Raise SluiceError `weights-invalid`, `weights-of-other-build`, `accelerator-busy`, and those of the transport.
        """
        writes = read_weights(self.build, path)
        self._write("control", 0)
        if self._busy():
            raise SluiceError(
                "accelerator-busy", "frames are under way", self.build.model, "wait for all results before weights change"
            )
        for offset, value in writes:
            self._transport.registers.write(offset, value)

    def counters(self) -> Counters:
        """Read all counters."""
        return read_counters(self.build, self._transport.registers)

    def clear(self) -> None:
        """Set all counters to 0 and forget errors."""
        self._write("command", self._bit("command", "clear"))
        self._write("errors", sum(field.at((1 << field.width) - 1) for field in self.build.registers["errors"].fields))

    def check(self) -> None:
        """Raise SluiceError `frames-faulty` where frames were faulty since the counters were cleared."""
        counters = self.counters()
        if counters.frames_faulty > 0 or counters.errors:
            raise SluiceError(
                "frames-faulty",
                f"{counters.frames_faulty} of {counters.frames_in} frames arrived faulty: "
                f"{', '.join(counters.errors)}; their results mean nothing",
                self.build.model,
                "each frame has to be a packet of its own, with TLAST at its end: one transfer of the DMA",
            )

    def _drain(self) -> None:
        """Throw away the results of a run that was broken off.

        A frame of which only a part came waits for its rest; after half of the time a packet of one byte ends it.
        """
        if not self._busy():
            return
        self._write("control", self._bit("control", "enable"))
        begin = time.monotonic()
        flushed = False
        while self._armed > 0 or self._busy():
            if self._armed == 0:
                self._arm(1)
            if self._receive() is not None:
                continue
            passed = time.monotonic() - begin
            if passed > self._transport.timeout:
                raise SluiceError(
                    "accelerator-hung",
                    f"frames of an earlier run are still in the accelerator after {passed:.1f} s",
                    self.build.model,
                    "reset it: load the bitstream again",
                )
            if passed > self._transport.timeout / 2 and not flushed:
                flushed = self._transport.stream.send(b"\0")
            self._transport.stream.wait()
        self._write("control", 0)

    def _arm(self, limit: int) -> bool:
        """Have the transport wait for results, up to `limit` of them; tell whether it waits for more than before."""
        before = self._armed
        while self._armed < limit and self._transport.stream.arm():
            self._armed += 1
        return self._armed > before

    def _receive(self) -> bytes | None:
        result = self._transport.stream.receive()
        if result is None:
            return None
        self._armed -= 1
        if len(result) != self.build.result_bytes:
            raise SluiceError(
                "result-size", f"a result has {len(result)} bytes, not {self.build.result_bytes}", self.build.model
            )
        return result

    def _busy(self) -> bool:
        return self.build.registers["status"].field("busy").of(self._read("status")) != 0

    def _timeout(self, done: int, sent: int, wanted: int, seconds: float) -> SluiceError:
        """Say where a run stands still, as the counters show it."""
        counters = self.counters()
        if not counters.enabled:
            what = "it is not enabled: something has reset it"
        elif counters.frames_out < counters.frames_in:
            stalled = max(counters.layers, key=lambda layer: layer.stalled, default=None)
            where = f", most stalled is {stalled.layer} with {stalled.stalled} cycles" if stalled else ""
            what = f"frames are inside{where}"
        elif done < counters.frames_out:
            what = "results were given that do not arrive here"
        elif counters.busy:
            what = "a frame has begun and waits for its rest"
        elif counters.frames_in < sent:
            what = f"{sent} were sent: frames do not arrive"
        else:
            what = "it waits for frames: the transport sends none"
        errors = f"; errors: {', '.join(counters.errors)}" if counters.errors else ""
        moved = f"taken {counters.frames_in} frames and given {counters.frames_out} results"
        return SluiceError(
            "timeout",
            f"{done} of {wanted} results after {seconds:g} s without one. The accelerator has {moved} in "
            f"{counters.cycles} cycles; {what}{errors}",
            self.build.model,
            "check the DMA and the clock: with a clock that stands, the cycles do not count",
        )

    def _read(self, name: str) -> int:
        return self._transport.registers.read(self.build.registers[name].offset)

    def _write(self, name: str, value: int) -> None:
        self._transport.registers.write(self.build.registers[name].offset, value)

    def _bit(self, register: str, field: str) -> int:
        return self.build.registers[register].field(field).at(1)
