"""Files of images."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from sluice_host import SluiceError, load_images


def idx(*sizes: int, content: bytes) -> bytes:
    return bytes([0, 0, 8, len(sizes)]) + b"".join(size.to_bytes(4, "big") for size in sizes) + content


def test_idx_files_with_labels_also_packed(tmp_path: Path) -> None:
    images, labels = tmp_path / "images", tmp_path / "labels.gz"
    images.write_bytes(idx(3, 2, 2, content=bytes(range(12))))
    labels.write_bytes(gzip.compress(idx(3, content=bytes([7, 8, 9]))))
    given = load_images(images, 4, labels, 2)
    assert [bytes(image) for image in given.images] == [bytes([0, 1, 2, 3]), bytes([4, 5, 6, 7])]
    assert given.labels == [7, 8]


def test_cifar_records_have_the_channels_of_a_pixel_together(tmp_path: Path) -> None:
    path = tmp_path / "test.bin"
    path.write_bytes(bytes([5]) + bytes([1] * 1024) + bytes([2] * 1024) + bytes([3] * 1024))
    given = load_images(path, 3072)
    assert bytes(given.images[0]) == bytes([1, 2, 3] * 1024)
    assert given.labels == [5]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "images-format"),
        (b"PNG and more", "images-format"),
        (b"\0\0\x08", "images-format"),
        (idx(2, 2, 2, content=bytes(7)), "images-format"),
        (idx(2, 2, 2, content=bytes(9)), "images-format"),
        (idx(2, 3, 3, content=bytes(18)), "images-shape"),
        (idx(0, 2, 2, content=b""), "images-shape"),
        (gzip.compress(idx(2, 2, 2, content=bytes(8)))[:-9], "images-unreadable"),
        (b"\x1f\x8b\x08garbage", "images-unreadable"),
    ],
)
def test_other_files_are_refused(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "images"
    path.write_bytes(content)
    with pytest.raises(SluiceError) as caught:
        load_images(path, 4)
    assert (caught.value.code, caught.value.where) == (code, str(path))


def test_counts_have_to_fit(tmp_path: Path) -> None:
    images, labels = tmp_path / "images", tmp_path / "labels"
    images.write_bytes(idx(2, 2, 2, content=bytes(8)))
    labels.write_bytes(idx(3, content=bytes(3)))
    for arguments, code in (([None, 3], "bad-frames"), ([None, 0], "bad-frames"), ([labels], "bad-labels")):
        with pytest.raises(SluiceError) as caught:
            load_images(images, 4, *arguments)
        assert caught.value.code == code
    with pytest.raises(SluiceError, match="cannot be read"):
        load_images(tmp_path / "none", 4)
