"""Device files: opened with errors that say what to do, and registers mapped into memory."""

from __future__ import annotations

import mmap
import os
from pathlib import Path

from .errors import SluiceError


def open_device(path: Path, flags: int, hint: str) -> int:
    """Open a device file. Raise SluiceError `device-missing`, `device-permission`, `device-failed`."""
    try:
        return os.open(path, flags | os.O_CLOEXEC)
    except FileNotFoundError:
        raise SluiceError("device-missing", "there is no such device", str(path), hint) from None
    except PermissionError:
        raise SluiceError(
            "device-permission",
            "this user may not open the device",
            str(path),
            "run as root, or give the user access by a udev rule: see docs/host.md",
        ) from None
    except OSError as error:
        raise SluiceError("device-failed", f"the device cannot be opened: {error.strerror}", str(path), hint) from None


class Window:
    """Registers of a device, mapped into memory.

    Accesses go through a memoryview of unsigned ints: one aligned load or store of 32 bits each, which AXI4-Lite and
    PCIe need; slices of an mmap would be copied byte by byte.
    """

    def __init__(self, path: Path, size: int, offset: int = 0, hint: str = "check the name of the device") -> None:
        """Map `size` bytes from `offset` on.

        Raise SluiceError `device-missing`, `device-permission`, `device-failed`.
        """
        self._path = path
        page, self._start = divmod(offset, mmap.PAGESIZE)
        descriptor = open_device(path, os.O_RDWR | os.O_SYNC, hint)
        try:
            length = -(-(self._start + size) // mmap.PAGESIZE) * mmap.PAGESIZE
            self._memory = mmap.mmap(descriptor, length, offset=page * mmap.PAGESIZE)
        except (OSError, ValueError) as error:
            raise SluiceError(
                "device-failed", f"{size} bytes from 0x{offset:x} on cannot be mapped: {error}", str(path), hint
            ) from None
        finally:
            os.close(descriptor)
        self._words = memoryview(self._memory).cast("I")
        self._size = size

    def read(self, offset: int) -> int:
        """Give the value of a register."""
        return self._words[self._index(offset)]

    def write(self, offset: int, value: int) -> None:
        """Set a register."""
        self._words[self._index(offset)] = value

    def close(self) -> None:
        """Unmap the registers."""
        self._words.release()
        self._memory.close()

    def _index(self, offset: int) -> int:
        if offset % 4 != 0 or not 0 <= offset < self._size:
            raise SluiceError("register-outside", f"there is no register at 0x{offset:x}", str(self._path))
        return (self._start + offset) // 4


def read_attribute(path: Path) -> int:
    """Give the number in a file of sysfs, decimal or hexadecimal. Raise SluiceError `device-failed`."""
    try:
        return int(path.read_text().strip(), 0)
    except (OSError, ValueError) as error:
        raise SluiceError("device-failed", f"the attribute cannot be read: {error}", str(path)) from None
