"""Streams of the design: valid and ready, one beat where both are high at the clock's rising edge.

The rules are those of docs/architecture.md: valid never waits for ready, and once valid is high, it and the payload
stay until the beat is taken. Drivers keep them, monitors check them.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator as Awaiting
from typing import Any

from cocotb.triggers import Event

from .errors import StreamProtocolError
from .kinds import Kind, decode, encode
from .random_numbers import Random, StallPattern
from .signals import Signal


class _Wait:
    """Someone who waits until so many beats have moved."""

    def __init__(self, until: int) -> None:
        self.until = until
        self.event = Event()


class _Stream:
    """What both directions have in common."""

    def __init__(self, port: dict[str, Any], payload: list[Signal], valid: Signal, ready: Signal) -> None:
        self.name: str = port["name"]
        self.kind: Kind = port["kind"]
        self.domain: str = port["domain"]
        #: Beats that have moved since the start of the bench.
        self.moved = 0
        self._payload = payload
        self._valid = valid
        self._ready = ready
        self._stalls = StallPattern()
        self._waits: list[_Wait] = []

    @property
    def waited_for(self) -> bool:
        """Whether someone waits for beats to move."""
        return len(self._waits) > 0

    def stall(self, probability: float, seed: int) -> None:
        """From now on, stall at random: in a cycle with this probability, by the pattern of this seed."""
        self._stalls = StallPattern(probability, seed)

    def random(self, count: int, seed: int) -> list[Any]:
        """Give `count` random beats of the stream's kind."""
        random = Random(seed)
        return [random.value(self.kind) for _ in range(count)]

    async def _wait(self, until: int) -> None:
        if until > self.moved:
            wait = _Wait(until)
            self._waits.append(wait)
            await wait.event.wait()

    def _count(self) -> None:
        self.moved += 1
        for wait in [wait for wait in self._waits if wait.until <= self.moved]:
            self._waits.remove(wait)
            wait.event.set()


class Pushed:
    """Beats that are queued; `await` it until the last of them is taken."""

    def __init__(self, stream: InputStream, until: int) -> None:
        self._stream = stream
        self._until = until

    def __await__(self) -> Awaiting[Any, Any, None]:
        return self._stream._wait(self._until).__await__()


class InputStream(_Stream):
    """A stream into the design."""

    def __init__(self, port: dict[str, Any], payload: list[Signal], valid: Signal, ready: Signal) -> None:
        super().__init__(port, payload, valid, ready)
        self._queue: deque[list[int]] = deque()
        self._holding = False
        valid.write(0)
        for signal in payload:
            signal.write(0)

    @property
    def pending(self) -> int:
        """Beats that are queued and not taken yet."""
        return len(self._queue)

    def push(self, beats: list[Any]) -> Pushed:
        """Queue beats, which go in as the clock runs. Await the result until all of them are taken."""
        self._queue.extend([encode(self.kind, beat, self.name) for beat in beats])
        return Pushed(self, self.moved + len(self._queue))

    def sample(self) -> bool:
        """Look at a rising edge whether a beat is taken."""
        if not self._holding or not self._ready.is_high():
            return False
        self._queue.popleft()
        self._holding = False
        self._count()
        return True

    def drive(self) -> None:
        """Offer the next beat after an edge, unless stalled; one that was not taken stays."""
        stalled = self._stalls.draw()
        if self._holding:
            return
        self._holding = len(self._queue) > 0 and not stalled
        self._valid.write(int(self._holding))
        if self._holding:
            for signal, bits in zip(self._payload, self._queue[0]):
                signal.write(bits)


class OutputStream(_Stream):
    """A stream out of the design. Ready is high only while beats are asked for."""

    def __init__(self, port: dict[str, Any], payload: list[Signal], valid: Signal, ready: Signal) -> None:
        super().__init__(port, payload, valid, ready)
        self._asked = 0
        self._beats: deque[Any] = deque()
        self._driven = False
        self._refused: list[int] | None = None
        ready.write(0)

    async def pop(self) -> Any:
        """Give the next beat."""
        return (await self.pop_many(1))[0]

    async def pop_many(self, count: int) -> list[Any]:
        """Give the next `count` beats. Who asks first gets the first ones."""
        self._asked += count
        until = self._asked
        await self._wait(until)
        return [self._beats.popleft() for _ in range(count)]

    def sample(self) -> bool:
        """Look at a rising edge whether a beat is given, and whether the rules hold."""
        valid = self._valid.is_high()
        payload = [signal.read() for signal in self._payload] if valid else None
        if self._refused is not None and payload != self._refused:
            what = "changed its payload" if valid else "took valid back"
            raise StreamProtocolError(f"stream {self.name} {what} before the beat was taken")
        self._refused = None if self._driven else payload
        if payload is None or not self._driven:
            return False
        self._beats.append(decode(self.kind, payload))
        self._count()
        return True

    def drive(self) -> None:
        """Set ready after an edge: while beats are asked for, unless stalled."""
        stalled = self._stalls.draw()
        self._driven = self.moved < self._asked and not stalled
        self._ready.write(int(self._driven))
