"""What lies between the driver and an accelerator: its registers, and a stream of frames and results."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


class Registers(Protocol):
    """Registers of 32 bits by their offset in bytes."""

    def read(self, offset: int) -> int:
        """Give the value of a register."""

    def write(self, offset: int, value: int) -> None:
        """Set a register."""

    def close(self) -> None:
        """Give the device back."""


class Stream(Protocol):
    """Frames in, results out, each a packet of its own. No call waits but `wait`.

    A stream may have one frame and one result under way, or several: `arm` and `send` say no where it has no more room.
    """

    def start(self, frame_bytes: int, result_bytes: int) -> None:
        """Get ready for frames and results of so many bytes. Called once, after the build has been checked."""

    def arm(self) -> bool:
        """Let one more result come; False where no more can be waited for now."""

    def send(self, frame: bytes) -> bool:
        """Begin to send a frame; False where one before it is still under way."""

    def receive(self) -> bytes | None:
        """Give the next result, None where there is none yet."""

    def wait(self) -> None:
        """Let time pass until something may have happened, a few milliseconds at most."""

    def close(self) -> None:
        """Stop, whatever is under way, and give the devices back."""


@dataclass(frozen=True)
class Transport:
    """The two ways to an accelerator."""

    registers: Registers
    stream: Stream
    #: Seconds without a result after which a run is given up.
    timeout: float = 5.0

    def close(self) -> None:
        """Close both."""
        try:
            self.stream.close()
        finally:
            self.registers.close()
