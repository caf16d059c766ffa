"""cocotb test benches for hardware that Sluice generates from TypeScript.

In a test that pytest runs, `simulate(Generator("fifo", ...))` generates the hardware, compiles it and runs the cocotb
tests of the same file on it. In these, `await Bench.start(dut)` gives the ports of the design as typed handles.
"""

from .bench import Bench, Frames
from .designs import Accelerator, Component, Design, Generator
from .errors import SimulationFailed, SluiceError, StreamHung, StreamProtocolError
from .plain_ports import InputPort, OutputPort
from .random_numbers import Random
from .results import CocotbResult
from .simulation import simulate
from .streams import InputStream, OutputStream

__all__ = [
    "Accelerator",
    "Bench",
    "CocotbResult",
    "Component",
    "Design",
    "Frames",
    "Generator",
    "InputPort",
    "InputStream",
    "OutputPort",
    "OutputStream",
    "Random",
    "SimulationFailed",
    "SluiceError",
    "StreamHung",
    "StreamProtocolError",
    "simulate",
]
