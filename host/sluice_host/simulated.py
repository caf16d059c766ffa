"""A simulated board: `sluice board DIR` runs the RTL of the build in Verilator.

Register accesses are AXI4-Lite transactions there, frames and results packets of AXI4-Stream beats. It is asked by JSON
lines over pipes.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
from collections import deque
from pathlib import Path
from typing import Any

from .errors import SluiceError

#: Cycles that `wait` lets pass; the simulation stops before at the end of a packet.
_CYCLES = 2000


class Simulation:
    """A simulated board, both its registers and its stream."""

    def __init__(self, command: list[str], folder: Path, options: list[str] | None = None) -> None:
        """Start `command board FOLDER`, for which Sluice has to be installed. `options` are those of that command.

        Raise SluiceError `sluice-missing`, and what the simulation's build raises.
        """
        full = [*command, "board", str(folder.resolve()), "--json", *(options or [])]
        try:
            self._process = subprocess.Popen(full, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        except OSError as error:
            raise SluiceError(
                "sluice-missing",
                f"Sluice cannot be started: {error.strerror}",
                command[0],
                'say how it is started: --sluice "npm --prefix REPOSITORY run --silent sluice --"',
            ) from None
        self._results: deque[bytes] = deque()
        #: Cycles since the start.
        self.cycles = 0
        # The answer to nothing: the model is compiled.
        self._answer()

    def read(self, offset: int) -> int:
        """Give the value of a register. Raise SluiceError `register-refused`."""
        return int(self._ask(read=offset)["value"])

    def write(self, offset: int, value: int) -> None:
        """Set a register. Raise SluiceError `register-refused`."""
        self._ask(write=offset, value=value)

    def start(self, frame_bytes: int, result_bytes: int) -> None:
        """Nothing is to be done."""

    def arm(self) -> bool:
        """Let one more result come."""
        self._ask(arm=1)
        return True

    def send(self, frame: bytes) -> bool:
        """Queue a frame, where there is room."""
        return bool(self._ask(send=frame.hex())["taken"])

    def receive(self) -> bytes | None:
        """Give the next result."""
        return self._results.popleft() if self._results else None

    def wait(self) -> None:
        """Run the simulation."""
        self._ask(run=_CYCLES)

    def close(self) -> None:
        """End the simulation."""
        if self._process.stdin is None or self._process.stdout is None:
            return
        # It may have ended before it read the last request.
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()

    def _ask(self, **request: Any) -> dict[str, Any]:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
        except (BrokenPipeError, ValueError):
            raise _ended() from None
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        try:
            answer: dict[str, Any] = json.loads(line)
        except ValueError:
            raise _ended() from None
        if "error" in answer:
            raise SluiceError(**answer["error"])
        self.cycles = answer["cycles"]
        self._results.extend(bytes.fromhex(result) for result in answer["results"])
        return answer


def _ended() -> SluiceError:
    return SluiceError("simulation-ended", "the simulated board has ended; its messages are above")
