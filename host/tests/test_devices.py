"""Device files, with plain files in their place."""

from __future__ import annotations

import mmap
import os
import struct
from pathlib import Path

import pytest

from sluice_host import Build, SluiceError, open_xdma, open_zynq
from sluice_host.devices import Window
from sluice_host.udmabuf import DmaBuffer
from sluice_host.uio import open_uio


def uio(root: Path, number: int, name: str, *, size: int = 0x1000, offset: int = 0) -> Path:
    """Make what the kernel shows of a UIO device; give the file in the device's place."""
    region = root / f"sys/class/uio/uio{number}/maps/map0"
    region.mkdir(parents=True)
    (region.parents[1] / "name").write_text(f"{name}\n")
    (region / "size").write_text(f"0x{size:x}\n")
    (region / "offset").write_text(f"0x{offset:x}\n")
    device = root / f"dev/uio{number}"
    device.parent.mkdir(exist_ok=True)
    device.write_bytes(bytes(2 * mmap.PAGESIZE))
    return device


def udmabuf(root: Path, name: str = "udmabuf0", *, size: int = 4096, group: str = "u-dma-buf") -> Path:
    folder = root / "sys/class" / group / name
    folder.mkdir(parents=True)
    (folder / "phys_addr").write_text("0x1e900000\n")
    (folder / "size").write_text(f"{size}\n")
    (root / "dev").mkdir(exist_ok=True)
    (root / "dev" / name).write_bytes(bytes(size))
    return root / "dev" / name


def code_of(caught: pytest.ExceptionInfo[SluiceError]) -> str:
    return caught.value.code


def test_registers_are_words_at_their_offsets(tmp_path: Path) -> None:
    device = uio(tmp_path, 3, "sluice")
    uio(tmp_path, 0, "axi_dma")
    window = open_uio("sluice", tmp_path)
    window.write(0x010, 1)
    window.write(0xFFC, 0xDEAD_BEEF)
    assert window.read(0xFFC) == 0xDEAD_BEEF
    for offset in (0x1000, -4, 2):
        with pytest.raises(SluiceError, match="no register"):
            window.read(offset)
    window.close()
    assert struct.unpack_from("<I", device.read_bytes(), 0x010) == (1,)
    assert struct.unpack_from("<I", device.read_bytes(), 0xFFC) == (0xDEAD_BEEF,)


def test_a_window_that_begins_within_a_page(tmp_path: Path) -> None:
    device = uio(tmp_path, 0, "sluice", size=0x80, offset=0x100)
    window = open_uio("sluice", tmp_path)
    window.write(0x10, 7)
    window.close()
    assert device.read_bytes().index(7) == 0x110


def test_a_window_beyond_the_first_page(tmp_path: Path) -> None:
    device = tmp_path / "xdma0_user"
    device.write_bytes(bytes(4 * mmap.PAGESIZE))
    window = Window(device, 0x1000, 2 * mmap.PAGESIZE)
    window.write(0x0C, 9)
    window.close()
    assert device.read_bytes().index(9) == 2 * mmap.PAGESIZE + 0x0C


def test_uio_devices_that_are_not_there_or_there_twice(tmp_path: Path) -> None:
    with pytest.raises(SluiceError, match="there are: none") as caught:
        open_uio("sluice", tmp_path)
    assert code_of(caught) == "device-missing"
    uio(tmp_path, 0, "axi_dma")
    with pytest.raises(SluiceError, match=r"there are: axi_dma \(uio0\)"):
        open_uio("sluice", tmp_path)
    uio(tmp_path, 1, "axi_dma")
    with pytest.raises(SluiceError, match="uio0 and uio1 are both called axi_dma") as caught:
        open_uio("axi_dma", tmp_path)
    assert code_of(caught) == "device-ambiguous"
    uio(tmp_path, 2, "sluice").unlink()
    with pytest.raises(SluiceError) as caught:
        open_uio("sluice", tmp_path)
    assert (code_of(caught), caught.value.where) == ("device-missing", str(tmp_path / "dev/uio2"))


def test_a_device_too_small_for_the_window_is_told(tmp_path: Path) -> None:
    device = uio(tmp_path, 0, "sluice", size=0x10000)
    with pytest.raises(SluiceError, match="cannot be mapped") as caught:
        open_uio("sluice", tmp_path)
    assert (code_of(caught), caught.value.where) == ("device-failed", str(device))


def test_a_device_that_the_user_may_not_open(tmp_path: Path) -> None:
    device = tmp_path / "xdma0_user"
    device.write_bytes(bytes(4096))
    device.chmod(0)
    child = os.fork()
    if child == 0:
        # As nobody, since root may open anything.
        if os.getuid() == 0:
            os.setuid(65534)
        try:
            Window(device, 4096)
        except SluiceError as error:
            os._exit(0 if error.code == "device-permission" and "udev" in (error.hint or "") else 1)
        os._exit(2)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


@pytest.mark.parametrize("group", ["u-dma-buf", "udmabuf"])
def test_dma_buffers_by_name(tmp_path: Path, group: str) -> None:
    device = udmabuf(tmp_path, group=group)
    buffer = DmaBuffer("udmabuf0", tmp_path)
    assert (buffer.address, buffer.size) == (0x1E90_0000, 4096)
    buffer.write(128, b"frame")
    assert buffer.read(128, 5) == b"frame"
    buffer.close()
    assert device.read_bytes()[128:133] == b"frame"


def test_dma_buffers_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(SluiceError, match="no DMA buffer called udmabuf0") as caught:
        DmaBuffer("udmabuf0", tmp_path)
    assert "modprobe u-dma-buf" in (caught.value.hint or "")
    udmabuf(tmp_path).unlink()
    with pytest.raises(SluiceError, match="no such device"):
        DmaBuffer("udmabuf0", tmp_path)


def test_what_a_zynq_lacks_is_named(tmp_path: Path) -> None:
    uio(tmp_path, 0, "sluice")
    with pytest.raises(SluiceError, match="no UIO device is called axi_dma"):
        open_zynq(root=tmp_path)
    uio(tmp_path, 1, "axi_dma")
    with pytest.raises(SluiceError, match="no DMA buffer"):
        open_zynq(root=tmp_path)
    udmabuf(tmp_path)
    open_zynq(root=tmp_path).close()


def test_what_a_card_lacks_is_named(tmp_path: Path, build: Build) -> None:
    device = tmp_path / "xdma0"
    for suffix in ("_user", "_h2c_0", "_c2h_0"):
        with pytest.raises(SluiceError) as caught:
            open_xdma(build, device)
        assert (code_of(caught), caught.value.where) == ("device-missing", f"{device}{suffix}")
        Path(f"{device}{suffix}").write_bytes(bytes(4096))
    open_xdma(build, device).close()
