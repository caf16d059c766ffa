"""Devices that Linux hands to user space by UIO (drivers/uio, uio_pdrv_genirq): found by name, not by number."""

from __future__ import annotations

from pathlib import Path

from .devices import Window, read_attribute
from .errors import SluiceError


def open_uio(name: str, root: Path = Path("/")) -> Window:
    """Map the registers of the UIO device that is called `name`: of its node in the device tree, without address.

    Raise SluiceError `device-missing`, `device-ambiguous`, `device-permission`, `device-failed`.
    """
    folder = root / "sys/class/uio"
    names = {entry.name: _name(entry) for entry in sorted(folder.glob("uio*"))}
    found = [number for number, own in names.items() if own == name]
    if len(found) == 0:
        there = ", ".join(f"{own} ({number})" for number, own in names.items()) or "none"
        raise SluiceError(
            "device-missing",
            f"no UIO device is called {name}; there are: {there}",
            str(folder),
            'its node needs compatible = "generic-uio", the kernel the argument uio_pdrv_genirq.of_id=generic-uio',
        )
    if len(found) > 1:
        raise SluiceError(
            "device-ambiguous",
            f"{' and '.join(found)} are both called {name}",
            str(folder),
            "give the nodes in the device tree different names",
        )
    region = folder / found[0] / "maps/map0"
    # A window that begins within a page is mapped with what is before it.
    return Window(root / "dev" / found[0], read_attribute(region / "size"), read_attribute(region / "offset"))


def _name(entry: Path) -> str:
    try:
        return (entry / "name").read_text().strip()
    except OSError:
        return ""
