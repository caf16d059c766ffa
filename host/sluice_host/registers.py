"""The register map of an accelerator, as `host/registers.json` of its build describes it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .errors import SluiceError

#: What register `id` reads: "SLUI".
ACCELERATOR_ID = 0x534C_5549

#: Major version of the register map that this driver knows.
MAJOR_VERSION = 1


@dataclass(frozen=True)
class Field:
    """Bits of a register that mean something for themselves."""

    name: str
    lsb: int
    width: int

    def of(self, value: int) -> int:
        """Give the field's part of a register's value."""
        return (value >> self.lsb) & ((1 << self.width) - 1)

    def at(self, value: int) -> int:
        """Give a register's value in which this field has `value` and all else is 0."""
        return value << self.lsb


@dataclass(frozen=True)
class Register:
    """A register of 32 bits; `value` is that of a constant."""

    name: str
    offset: int
    access: str
    fields: tuple[Field, ...]
    value: int | None

    def field(self, name: str) -> Field:
        """Give the field of this name."""
        return next(field for field in self.fields if field.name == name)


class RegisterMap:
    """Registers by name, and the windows of memories that can be written."""

    def __init__(self, size: int, registers: list[Register], windows: list[range]) -> None:
        #: Bytes of the window.
        self.size = size
        self.registers = {register.name: register for register in registers}
        #: Offsets of the windows' words of 32 bits.
        self.windows = tuple(windows)

    def __getitem__(self, name: str) -> Register:
        return self.registers[name]

    def constant(self, name: str) -> int:
        """Give what a register of this accelerator always reads."""
        value = self.registers[name].value
        assert value is not None, f"register {name} is no constant"
        return value

    @classmethod
    def load(cls, path: Path) -> RegisterMap:
        """Read the file. Raise SluiceError `build-incomplete`, `registers-invalid`."""
        data = read_json(path, "build it with sluice build --interface axi")
        if data.get("format") != "sluice-registers" or data.get("version") != 1:
            raise SluiceError("registers-invalid", "this is no register map of version 1", str(path), "build again")
        try:
            size = 1 << min(int(data["addressBits"]), _ADDRESS_BITS)
            registers = [_register(entry) for entry in data["registers"]]
            windows = [_window(entry) for entry in data.get("windows", [])]
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise SluiceError(
                "registers-invalid", f"the register map lacks something: {error!r}", str(path), "build again"
            ) from None
        wrong = [each.name for each in registers if each.offset % 4 != 0 or not 0 <= each.offset < size]
        if wrong:
            raise SluiceError(
                "registers-invalid", f"registers outside of the window: {', '.join(wrong)}", str(path), "build again"
            )
        if any(each.start % 4 != 0 or not 0 <= each.start <= each.stop <= size for each in windows):
            raise SluiceError(
                "registers-invalid", "the map has a window outside of its addresses", str(path), "build again"
            )
        found = cls(size, registers, windows)
        missing = [name for name in _NEEDED if name not in found.registers]
        if missing:
            raise SluiceError(
                "registers-invalid", f"the register map lacks {', '.join(missing)}", str(path), "build again"
            )
        return found


#: Of the largest window that is believed.
_ADDRESS_BITS = 26

#: No file of a build is larger.
_LIMIT = 1 << 26

#: Registers that the driver uses.
_NEEDED = (
    *("id", "version", "build_hash_low", "build_hash_high", "control", "command", "status", "errors"),
    *("frames_in", "frames_out", "frames_faulty", "latency", "cycles_low", "cycles_high"),
    *("classes", "input_bytes", "output_bytes", "frame_cycles", "clock_khz"),
)


def _register(entry: Any) -> Register:
    fields = tuple(Field(str(field["name"]), int(field["lsb"]), int(field["width"])) for field in entry["fields"])
    value = entry.get("value")
    return Register(
        str(entry["name"]), int(entry["offset"]), str(entry["access"]), fields, None if value is None else int(value)
    )


def _window(entry: Any) -> range:
    offset = int(entry["offset"])
    return range(offset, offset + int(entry["size"]), 4)


def read_json(path: Path, hint: str) -> dict[str, Any]:
    """Read a JSON file of a build. Raise SluiceError `build-incomplete`."""
    try:
        with open(path, "rb") as file:
            text = file.read(_LIMIT + 1)
        if len(text) > _LIMIT:
            raise ValueError(f"it has more than {_LIMIT} bytes")
        data = json.loads(text)
    except (OSError, ValueError, RecursionError) as error:
        raise SluiceError("build-incomplete", f"the file cannot be read: {error}", str(path), hint) from None
    if not isinstance(data, dict):
        raise SluiceError("build-incomplete", "the file holds no JSON object", str(path), hint)
    return data
