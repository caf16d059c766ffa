"""Transports by the names of their devices."""

from __future__ import annotations

from pathlib import Path

from .axi_dma import AxiDmaStream
from .build import Build
from .devices import Window
from .simulated import Simulation
from .transport import Transport
from .udmabuf import DmaBuffer
from .uio import open_uio
from .xdma import XdmaStream


def open_zynq(
    registers: str = "sluice", dma: str = "axi_dma", buffer: str = "udmabuf0", root: Path = Path("/")
) -> Transport:
    """Open an accelerator beside a Zynq: two UIO devices and a DMA buffer, by name.

    Raise SluiceError `device-missing`, `device-ambiguous`, `device-permission`, `device-failed`.
    """
    window = open_uio(registers, root)
    try:
        dma_window = open_uio(dma, root)
        try:
            return Transport(window, AxiDmaStream(dma_window, DmaBuffer(buffer, root)))
        except BaseException:
            dma_window.close()
            raise
    except BaseException:
        window.close()
        raise


def open_xdma_registers(build: Build, device: Path, offset: int) -> Window:
    """Map the registers of an accelerator on a PCIe card. Raise as `open_xdma`."""
    hint = "load the driver (modprobe xdma); the card needs an AXI4-Lite master BAR"
    return Window(Path(f"{device}_user"), build.registers.size, offset, hint)


def open_xdma(build: Build, device: Path = Path("/dev/xdma0"), offset: int = 0) -> Transport:
    """Open an accelerator on a PCIe card; its registers are at `offset` in the card's AXI4-Lite window.

    Raise SluiceError `device-missing`, `device-permission`, `device-failed`.
    """
    window = open_xdma_registers(build, device, offset)
    try:
        return Transport(window, XdmaStream(device))
    except BaseException:
        window.close()
        raise


def open_simulation(build: Build, command: list[str], options: list[str] | None = None) -> Transport:
    """Start a simulated board of the build. Raise as `Simulation`."""
    simulation = Simulation(command, build.folder, options)
    # A large network computes some thousand cycles per second.
    return Transport(simulation, simulation, timeout=120.0)
