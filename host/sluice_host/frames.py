"""Images as the accelerator takes them, and its results as labels: the bytes of docs/axi.md, "Frames in memory"."""

from __future__ import annotations

from typing import Any

from .errors import SluiceError


class FrameCodec:
    """Frames of one network: its values, lowest first, packed without gaps."""

    def __init__(self, network: dict[str, Any], frame_bytes: int, classes: int) -> None:
        """Take `network` as model.json describes it; `classes` is 0 where a result is the last layer's bits."""
        given = network["input"]
        self.frame_bytes = frame_bytes
        self.shape: tuple[int, ...] = tuple(given["shape"])
        #: Pixels of an image.
        self.pixels = _product(self.shape)
        self.binary = given["encoding"] == "binary-threshold"
        needed = -(-self.pixels // 8) if self.binary else self.pixels
        if needed > frame_bytes:
            raise ValueError(f"an image takes {needed} bytes, a frame has {frame_bytes}")
        self._labels_come_ready = classes > 0
        self._classes = int(network["readout"]["classes"])
        # By pixel value: the digit of a bit, or a signed byte.
        self._table = _digits(int(given["threshold"])) if self.binary else _signed_bytes()

    def encode(self, image: bytes | bytearray | memoryview) -> bytes:
        """Make a frame of an image: bytes in the order row, column, channel.

        Raise SluiceError `image-size`.
        """
        if len(image) != self.pixels:
            wanted = " x ".join(str(size) for size in self.shape)
            raise SluiceError("image-size", f"an image has {len(image)} bytes, not {self.pixels} ({wanted})")
        mapped = bytes(image).translate(self._table)
        if not self.binary:
            return mapped
        # The first pixel is bit 0: the last digit of the number.
        return int(mapped[::-1], 2).to_bytes(self.frame_bytes, "little")

    def decode(self, result: bytes) -> int:
        """Give the label that a result stands for."""
        bits = int.from_bytes(result, "little")
        if self._labels_come_ready:
            return bits
        # The highest set bit of the first outputs, 0 if there is none.
        return max((bits & ((1 << self._classes) - 1)).bit_length() - 1, 0)


def _digits(threshold: int) -> bytes:
    """Give the digit of each pixel value: 1 at or above the threshold."""
    return bytes(ord("1") if pixel >= threshold else ord("0") for pixel in range(256))


def _signed_bytes() -> bytes:
    """Give the signed byte of each pixel value p, in two's complement.

    It is floor((2p / 255 - 1) * 128 + 0.5), clipped to -128 ... 127, reckoned in whole numbers.
    """
    return bytes(min(127, ((2 * pixel - 255) * 256 + 255) // 510) & 0xFF for pixel in range(256))


def _product(sizes: tuple[int, ...]) -> int:
    product = 1
    for size in sizes:
        product *= size
    return product
