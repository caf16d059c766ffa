"""Values of the DSL's kinds as Python values, and as the bits of the ports that hold them.

bool: bool. bits, uint, sint: int. enum: its label. vec: a list, element 0 in the least significant bits. struct: a dict
of its fields, each of which is a port of its own; a vec of structs is a vec of each field.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

#: A kind as the TypeScript side describes it: {"kind": "uint", "width": 8}.
Kind = dict[str, Any]


def encode(kind: Kind, value: Any, where: str) -> list[int]:
    """Give the bits of each port of a value, in their order. Raise ValueError for what is not of the kind."""
    return [_bits(leaf, _at(kind, value, path, where), ".".join([where, *path])) for path, leaf in leaves(kind)]


def decode(kind: Kind, bits: list[int]) -> Any:
    """Give the value whose ports hold these bits."""
    values = [_value(leaf, word) for (_, leaf), word in zip(leaves(kind), bits)]
    return _assemble(kind, iter(values))


def leaves(kind: Kind) -> list[tuple[list[str], Kind]]:
    """Give the fields that lead to each port of a kind, and what that port holds: no structs any more."""
    if kind["kind"] == "struct":
        return [([name, *path], leaf) for name, field in kind["fields"].items() for path, leaf in leaves(field)]
    if kind["kind"] == "vec":
        return [(path, {**kind, "element": leaf}) for path, leaf in leaves(kind["element"])]
    return [([], kind)]


def width(kind: Kind) -> int:
    """Give the bits of a kind without structs."""
    name = kind["kind"]
    if name == "vec":
        return int(kind["length"]) * width(kind["element"])
    if name == "enum":
        return max(1, (len(kind["labels"]) - 1).bit_length())
    return 1 if name == "bool" else int(kind["width"])


def _at(kind: Kind, value: Any, path: list[str], where: str) -> Any:
    """Give the part of a value that belongs to the port at `path`."""
    if kind["kind"] == "struct":
        if not isinstance(value, dict) or path[0] not in value:
            raise ValueError(f"{where} is a struct of {', '.join(kind['fields'])}: {value!r} has no {path[0]}")
        return _at(kind["fields"][path[0]], value[path[0]], path[1:], f"{where}.{path[0]}")
    if kind["kind"] == "vec" and isinstance(value, (list, tuple)):
        return [_at(kind["element"], element, path, where) for element in value]
    return value


def _bits(kind: Kind, value: Any, where: str) -> int:
    name = kind["kind"]
    if name == "vec":
        if not isinstance(value, (list, tuple)) or len(value) != kind["length"]:
            raise ValueError(f"{where} is a vec of {kind['length']} elements and cannot take {value!r}")
        size = width(kind["element"])
        return sum(_bits(kind["element"], e, f"{where}[{i}]") << (i * size) for i, e in enumerate(value))
    if name == "enum":
        if value not in kind["labels"]:
            raise ValueError(f"{where} is one of {', '.join(kind['labels'])} and cannot take {value!r}")
        return int(kind["labels"].index(value))
    if name == "bool":
        if value not in (0, 1):
            raise ValueError(f"{where} is a bool and cannot take {value!r}")
        return int(value)
    size = width(kind)
    low, high = (-(1 << (size - 1)), (1 << (size - 1)) - 1) if name == "sint" else (0, (1 << size) - 1)
    if not isinstance(value, int) or not low <= value <= high:
        raise ValueError(f"{where} is {name}({size}), {low} to {high}, and cannot take {value!r}")
    return value & ((1 << size) - 1)


def _value(kind: Kind, bits: int) -> Any:
    name = kind["kind"]
    if name == "vec":
        size = width(kind["element"])
        return [_value(kind["element"], (bits >> (i * size)) & ((1 << size) - 1)) for i in range(kind["length"])]
    if name == "enum":
        labels = kind["labels"]
        return labels[bits] if bits < len(labels) else str(bits)
    if name == "bool":
        return bits == 1
    return bits - (1 << kind["width"]) if name == "sint" and bits >> (kind["width"] - 1) else bits


def _assemble(kind: Kind, values: Iterator[Any]) -> Any:
    """Give the value of a kind from those of its ports, in their order."""
    if kind["kind"] == "struct":
        return {name: _assemble(field, values) for name, field in kind["fields"].items()}
    if kind["kind"] != "vec":
        return next(values)
    columns = [next(values) for _ in leaves(kind)]
    return [_assemble(kind["element"], iter([column[i] for column in columns])) for i in range(kind["length"])]
