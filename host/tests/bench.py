"""CPU time of the driver itself, per image, on a build of SFC: `python3 host/tests/bench.py BUILD`."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "host"), str(Path(__file__).parent)]

from models import FakeBoard  # noqa: E402

from sluice_host import Accelerator, Build, Transport, load_images  # noqa: E402


class Wire:
    """A stream that gives a result for each frame at once."""

    def __init__(self) -> None:
        self._waiting = 0

    def start(self, frame_bytes: int, result_bytes: int) -> None:
        """Nothing is to be done."""

    def arm(self) -> bool:
        return True

    def send(self, frame: bytes) -> bool:
        self._waiting += 1
        return True

    def receive(self) -> bytes | None:
        if self._waiting == 0:
            return None
        self._waiting -= 1
        return b"\0"

    def wait(self) -> None:
        """Nothing is waited for."""

    def close(self) -> None:
        """Nothing is open."""


def microseconds(work: Callable[[], object], count: int) -> float:
    """Give the least CPU time per image of five runs."""

    def once() -> float:
        begin = time.process_time()
        work()
        return (time.process_time() - begin) / count * 1e6

    return min(once() for _ in range(5))


def main(folder: Path) -> None:
    """Print both times."""
    build = Build.load(folder)
    images = load_images(ROOT / "models/mnist-test-1000.images.idx3-ubyte.gz", build.codec.pixels).images * 10
    frames = [build.codec.encode(image) for image in images]
    packing = microseconds(lambda: [build.codec.encode(image) for image in images], len(images))
    with Accelerator(build, Transport(FakeBoard(build), Wire())) as accelerator:
        loop = microseconds(lambda: accelerator.run(frames), len(frames))
    print(f"packing {packing:.1f} us, loop {loop:.1f} us per image")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
