"""A folder that `sluice build --interface axi` has written, as the driver needs it."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .errors import SluiceError
from .frames import FrameCodec
from .registers import MAJOR_VERSION, RegisterMap, read_json

_REGISTERS = "host/registers.json"
_BUILD_AGAIN = "give a folder that sluice build --interface axi has written"


@dataclass(frozen=True)
class Build:
    """What the host has to know of an accelerator."""

    folder: Path
    model: str
    #: First 64 bits of the build's content hash, 16 hexadecimal digits.
    build_hash: str
    registers: RegisterMap
    codec: FrameCodec
    #: Layers that have counters, in order: the part of a register's name, and the name in the network.
    layers: tuple[tuple[str, str], ...]
    #: Bytes of a frame and of a result.
    frame_bytes: int
    result_bytes: int
    #: Predicted cycles from result to result.
    frame_cycles: int
    clock_hz: int

    @classmethod
    def load(cls, folder: Path) -> Build:
        """Read a build folder.

        Raise SluiceError `not-a-build`, `not-an-axi-build`, `build-incomplete`, `build-changed`, `registers-invalid`,
        `registers-version`.
        """
        if not (folder / "manifest.json").exists():
            raise SluiceError("not-a-build", "there is no manifest.json in this folder", str(folder), _BUILD_AGAIN)
        manifest = read_json(folder / "manifest.json", _BUILD_AGAIN)
        ends = manifest.get("interface")
        if not isinstance(ends, dict) or ends.get("kind") != "axi":
            raise SluiceError("not-an-axi-build", "this accelerator has no AXI interfaces", str(folder), _BUILD_AGAIN)
        for name in (_REGISTERS, "model.json"):
            _check_unchanged(folder, name, manifest)
        network = read_json(folder / "model.json", _BUILD_AGAIN)
        registers = RegisterMap.load(folder / _REGISTERS)
        major = registers["version"].field("major").of(registers.constant("version"))
        if major != MAJOR_VERSION:
            raise SluiceError(
                "registers-version",
                f"the build's register map is of version {major}, this driver knows version {MAJOR_VERSION}",
                str(folder / _REGISTERS),
                "use the driver that belongs to the Sluice that built it",
            )
        constant = registers.constant
        frame_bytes = constant("input_bytes")
        try:
            codec = FrameCodec(network, frame_bytes, constant("classes"))
            layers = _layers(registers, network)
            model = _name(network["name"])
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise SluiceError(
                "build-incomplete", f"the network's description lacks something: {error!r}", str(folder), _BUILD_AGAIN
            ) from None
        return cls(
            folder=folder,
            model=model,
            build_hash=f"{constant('build_hash_high'):08x}{constant('build_hash_low'):08x}",
            registers=registers,
            codec=codec,
            layers=layers,
            frame_bytes=frame_bytes,
            result_bytes=constant("output_bytes"),
            frame_cycles=constant("frame_cycles"),
            clock_hz=1000 * constant("clock_khz"),
        )


def _check_unchanged(folder: Path, name: str, manifest: dict[str, Any]) -> None:
    files = manifest.get("files")
    wanted = files.get(name) if isinstance(files, dict) else None
    try:
        found = hashlib.sha256((folder / name).read_bytes()).hexdigest()
    except OSError as error:
        raise SluiceError(
            "build-incomplete", f"the file cannot be read: {error}", str(folder / name), _BUILD_AGAIN
        ) from None
    if wanted is None:
        raise SluiceError("build-incomplete", f"the build has no {name}", str(folder), _BUILD_AGAIN)
    if found != wanted:
        raise SluiceError(
            "build-changed", "the file is not as it was built", str(folder / name), "copy it again, or build again"
        )


def _layers(registers: RegisterMap, network: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    names = {re.sub(r"\W", "_", str(layer["name"]).lower()): _name(layer["name"]) for layer in network["layers"]}
    parts = [name[len("stalled_") :] for name in registers.registers if name.startswith("stalled_")]
    lacking = [part for part in parts if f"starved_{part}" not in registers.registers]
    if lacking:
        raise KeyError(f"starved_{lacking[0]}")
    return tuple((part, names.get(part, part)) for part in parts)


def _name(given: Any) -> str:
    """Give a name that may be printed."""
    name = str(given)
    if not name.isprintable():
        raise ValueError(f"a name that cannot be printed: {name!r}")
    return name
