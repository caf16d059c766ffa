"""Host driver of accelerators that Sluice generates.

`Build.load` reads a folder that `sluice build --interface axi` wrote, `open_zynq`, `open_xdma` and `open_simulation`
give a way to the board, and `Accelerator(build, transport)` runs images through it. Needs Python alone.
"""

from .build import Build
from .counters import Counters, LayerCounters
from .driver import Accelerator
from .errors import SluiceError
from .images import Images, load_images
from .open import open_simulation, open_xdma, open_zynq
from .transport import Registers, Stream, Transport

__all__ = [
    "Accelerator",
    "Build",
    "Counters",
    "Images",
    "LayerCounters",
    "Registers",
    "SluiceError",
    "Stream",
    "Transport",
    "load_images",
    "open_simulation",
    "open_xdma",
    "open_zynq",
]
