"""Images as frames, results as labels."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping

import pytest

from sluice_host import SluiceError
from sluice_host.frames import FrameCodec

BINARY = {"shape": [3, 5], "encoding": "binary-threshold", "threshold": 128, "bits": 24}
SIGNED = {"shape": [2, 2, 3], "encoding": "signed-8bit"}


def codec(given: Mapping[str, object], frame_bytes: int, classes: int = 10) -> FrameCodec:
    return FrameCodec({"input": given, "readout": {"kind": "argmax", "classes": 10}}, frame_bytes, classes)


def test_bits_are_packed_lowest_first_and_padded_with_zeros() -> None:
    image = bytes([255, 127, 128, 0, 0, 0, 0, 0, 200, 0, 0, 0, 0, 0, 129])
    assert codec(BINARY, 3).encode(image) == bytes([0b0000_0101, 0b0100_0001, 0])


def test_any_image_is_packed_bit_by_bit() -> None:
    source = random.Random(1)
    for _ in range(50):
        image = source.randbytes(15)
        frame = codec(BINARY, 3).encode(memoryview(image))
        bits = [frame[i // 8] >> (i % 8) & 1 for i in range(24)]
        assert bits == [int(pixel >= 128) for pixel in image] + [0] * 9


def test_signed_bytes_follow_the_rule_of_the_network() -> None:
    for first in range(0, 256, 12):
        pixels = bytes(min(255, first + i) for i in range(12))
        rule = [max(-128, min(127, math.floor((2 * p / 255 - 1) * 128 + 0.5))) & 0xFF for p in pixels]
        assert list(codec(SIGNED, 12).encode(pixels)) == rule


def test_results_are_labels_or_the_highest_bit() -> None:
    assert codec(BINARY, 3).decode(b"\x07") == 7
    assert codec(BINARY, 3, 300).decode(b"\x02\x01") == 258
    bits = codec(BINARY, 3, classes=0)
    assert [bits.decode(each) for each in (b"\x00\x00", b"\x01\x00", b"\x05\x02", b"\x08\xfc")] == [0, 0, 9, 3]


def test_an_image_of_another_size_is_refused() -> None:
    with pytest.raises(SluiceError, match=r"14 bytes, not 15 \(3 x 5\)"):
        codec(BINARY, 3).encode(bytes(14))
