"""Files of test images: idx (MNIST) and CIFAR-10's binary records, also gzipped; told apart by what is in them."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from pathlib import Path

from .errors import SluiceError

#: No file is unpacked beyond this; MNIST's and CIFAR-10's largest have 47 and 31 MB.
_LIMIT = 1 << 28


@dataclass(frozen=True)
class Images:
    """Images of one size, and the class of each where the file says it."""

    images: list[memoryview]
    labels: list[int] | None


def load_images(path: Path, pixels: int, labels: Path | None = None, frames: int | None = None) -> Images:
    """Read the first `frames` images of `pixels` bytes each, all where not given.

    Raise SluiceError `images-unreadable`, `images-format`, `images-shape`, `bad-labels`, `bad-frames`.
    """
    data = _read(path)
    classes: list[int] | None = None
    if data[:3] == b"\0\0\x08":
        sizes, content = _idx(data, path)
        count = sizes[0]
        size = len(content) // count if count > 0 else 0
        images = [content[at * size : (at + 1) * size] for at in range(count)]
    elif len(data) > 0 and len(data) % 3073 == 0 and data[0] < 10:
        records = [memoryview(data)[at : at + 3073] for at in range(0, len(data), 3073)]
        # Three planes of 1,024 bytes; a network takes the channels of a pixel together.
        images = [_interleaved(record[1:]) for record in records]
        classes = [record[0] for record in records]
        size = 3072
    else:
        raise SluiceError(
            "images-format",
            "the file holds neither idx images nor CIFAR-10 records",
            str(path),
            "an idx file begins with 00 00 08; a CIFAR-10 record has 3,073 bytes, the first its class, 0 to 9",
        )
    if size != pixels:
        raise SluiceError("images-shape", f"an image has {size} bytes, the network takes {pixels}", str(path))
    if labels is not None:
        classes = _classes(labels, len(images))
    count = len(images) if frames is None else frames
    if not 1 <= count <= len(images):
        raise SluiceError("bad-frames", f"{count} frames asked for, {len(images)} images there", str(path))
    return Images(images[:count], None if classes is None else classes[:count])


def _read(path: Path) -> bytes:
    try:
        with open(path, "rb") as file:
            packed = file.read(2) == b"\x1f\x8b"
        with gzip.open(path) if packed else open(path, "rb") as content:
            data = content.read(_LIMIT + 1)
    except (OSError, EOFError) as error:
        raise SluiceError("images-unreadable", f"the file cannot be read: {error}", str(path)) from None
    if len(data) > _LIMIT:
        raise SluiceError("images-unreadable", f"the file holds more than {_LIMIT} bytes", str(path))
    return data


def _idx(data: bytes, path: Path) -> tuple[list[int], memoryview]:
    dimensions = data[3] if len(data) > 3 else 0
    begin = 4 + 4 * dimensions
    sizes = [int.from_bytes(data[at : at + 4], "big") for at in range(4, begin, 4)]
    wanted = begin
    if dimensions > 0:
        product = 1
        for size in sizes:
            product *= size
        wanted += product
    if dimensions == 0 or len(data) != wanted:
        raise SluiceError("images-format", f"the idx file has {len(data)} bytes and needs {wanted}", str(path))
    return sizes, memoryview(data)[begin:]


def _interleaved(planes: memoryview) -> memoryview:
    pixels = bytearray(3072)
    for channel in range(3):
        pixels[channel::3] = planes[1024 * channel : 1024 * (channel + 1)]
    return memoryview(pixels)


def _classes(path: Path, images: int) -> list[int]:
    data = _read(path)
    sizes, content = _idx(data, path) if data[:3] == b"\0\0\x08" else ([], memoryview(b""))
    if sizes != [images]:
        raise SluiceError(
            "bad-labels",
            f"the file holds no list of {images} labels",
            str(path),
            "give the idx file of the labels that belong to the images",
        )
    return list(content)
