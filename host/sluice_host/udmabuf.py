"""Physically contiguous memory for a DMA: a buffer of the kernel module u-dma-buf (github.com/ikwzm/udmabuf).

The buffer is read and written by system calls, not mapped: opened with O_SYNC, the module's `read` and `write` bring
CPU caches and memory in line, with the barriers that Python could not give.
"""

from __future__ import annotations

import os
from pathlib import Path

from .devices import open_device, read_attribute
from .errors import SluiceError

#: The module is called udmabuf before version 2.
_CLASSES = ("u-dma-buf", "udmabuf")
_HINT = "load the module with a buffer: modprobe u-dma-buf udmabuf0=1048576"


class DmaBuffer:
    """A buffer: `size` bytes from the physical address `address` on."""

    def __init__(self, name: str, root: Path = Path("/")) -> None:
        """Open /dev/NAME. Raise SluiceError `device-missing`, `device-permission`, `device-failed`."""
        folders = [root / "sys/class" / group / name for group in _CLASSES]
        folder = next((each for each in folders if each.is_dir()), None)
        if folder is None:
            raise SluiceError("device-missing", f"there is no DMA buffer called {name}", str(folders[0]), _HINT)
        self.address = read_attribute(folder / "phys_addr")
        self.size = read_attribute(folder / "size")
        self._path = root / "dev" / name
        self._descriptor = open_device(self._path, os.O_RDWR | os.O_SYNC, _HINT)

    def write(self, offset: int, data: bytes) -> None:
        """Put bytes where the DMA reads them."""
        if os.pwrite(self._descriptor, data, offset) != len(data):
            raise SluiceError("device-failed", f"{len(data)} bytes do not fit at {offset}", str(self._path))

    def read(self, offset: int, size: int) -> bytes:
        """Give bytes that the DMA has written."""
        return os.pread(self._descriptor, size, offset)

    def close(self) -> None:
        """Give the buffer back."""
        os.close(self._descriptor)
