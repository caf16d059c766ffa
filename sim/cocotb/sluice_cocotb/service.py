"""The TypeScript side: one process for a whole run of tests, asked by JSON lines over its standard input and output.

pytest starts it. Simulations are other processes; they inherit both pipes and use them while pytest waits for them.
"""

from __future__ import annotations

import atexit
import itertools
import json
import os
import subprocess
from pathlib import Path
from typing import Any

from .errors import SluiceError

#: Where the repository, or the compiled package, begins.
_ROOT = Path(__file__).resolve().parents[3]


class Service:
    """A connection to the TypeScript side."""

    def __init__(self, requests: int, answers: int, process: subprocess.Popen[bytes] | None = None) -> None:
        #: The two pipes, for a process that inherits them.
        self.descriptors = (requests, answers)
        self._process = process
        self._numbers = itertools.count(1)
        self._unread = b""

    @classmethod
    def start(cls, node: str | None = None) -> Service:
        """Start the process; it ends with this one."""
        command = _command(node)
        try:
            process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
        except OSError as error:
            raise SluiceError("node-missing", f"Node could not be started: {error}", command[0]) from None
        assert process.stdin is not None and process.stdout is not None
        service = cls(process.stdin.fileno(), process.stdout.fileno(), process)
        atexit.register(service.close)
        return service

    def call(self, method: str, **arguments: Any) -> Any:
        """Ask, and wait for the answer. Raise SluiceError where that is an error."""
        number = f"{os.getpid()}.{next(self._numbers)}"
        # The line before may have been cut short by the end of the process that wrote it.
        line = "\n" + json.dumps({"id": number, "method": method, **arguments}) + "\n"
        answer = self._read(number) if self._write(line.encode()) else None
        if answer is None:
            raise SluiceError("service-ended", "the TypeScript side of the bridge has ended; its messages are above")
        if "error" in answer:
            raise SluiceError(**answer["error"])
        return answer["result"]

    def close(self) -> None:
        """End the process, which ends with its input."""
        if self._process is None or self._process.stdin is None or self._process.stdout is None:
            return
        self._process.stdin.close()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()

    def _write(self, line: bytes) -> bool:
        try:
            while line:
                line = line[os.write(self.descriptors[0], line) :]
        except BrokenPipeError:
            return False
        return True

    def _read(self, number: str) -> dict[str, Any] | None:
        while (line := self._read_line()) is not None:
            answer: dict[str, Any] = json.loads(line)
            # What a process has asked for and not lived to hear may come first.
            if answer["id"] == number:
                return answer
        return None

    def _read_line(self) -> bytes | None:
        while b"\n" not in self._unread:
            part = os.read(self.descriptors[1], 1 << 16)
            if part == b"":
                return None
            self._unread += part
        line, self._unread = self._unread.split(b"\n", 1)
        return line


def _command(node: str | None) -> list[str]:
    """How the process is started: with tsx from the repository, compiled from the package."""
    compiled = _ROOT / "src/cocotb/service.js"
    local = _ROOT / "node_modules/.bin/node"
    program = node or (str(local) if local.exists() else "node")
    if compiled.exists():
        return [program, str(compiled)]
    loader = (_ROOT / "node_modules/tsx/dist/loader.mjs").as_uri()
    return [program, "--import", loader, str(_ROOT / "src/cocotb/service.ts")]
