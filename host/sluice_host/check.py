"""Whether a board runs a build. Reads registers and writes none, so that it disturbs nobody."""

from __future__ import annotations

from .build import Build
from .errors import SluiceError
from .registers import ACCELERATOR_ID
from .transport import Registers


def check_board(build: Build, registers: Registers) -> None:
    """Compare what a board says of itself with a build.

    Raise SluiceError `not-an-accelerator`, `registers-version`, `wrong-build`.
    """

    def read(name: str) -> int:
        return registers.read(build.registers[name].offset)

    found = read("id")
    if found != ACCELERATOR_ID:
        raise SluiceError(
            "not-an-accelerator",
            f"register id reads 0x{found:08x}, not 0x{ACCELERATOR_ID:08x} (SLUI)",
            build.model,
            "all ones: the PCIe link is down; else the FPGA is not configured, or this is another device's window",
        )
    version = build.registers["version"].field("major")
    runs, known = version.of(read("version")), version.of(build.registers.constant("version"))
    if runs != known:
        raise SluiceError(
            "registers-version",
            f"the board's register map is of version {runs}, the build's of version {known}",
            build.model,
            "load the bitstream that belongs to this build",
        )
    board = f"{read('build_hash_high'):08x}{read('build_hash_low'):08x}"
    if board != build.build_hash:
        raise SluiceError(
            "wrong-build",
            f"the board runs build {board}, the folder is build {build.build_hash}",
            str(build.folder),
            "load the bitstream of this build, or give the folder of the one that runs",
        )
