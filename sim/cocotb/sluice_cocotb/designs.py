"""What can be tested: a generator of Sluice's, a component of one's own, a whole accelerator."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any, Union


class Generator:
    """A generator by the name that `sluice generate` knows, with its parameters as `--param` takes them.

    Values may also be Python's: numbers, bool, and lists for JSON arrays. `@file.json` is relative to the file that
    makes this.

    >>> Generator("mvtu", weights="random:1:16x64", thresholds="random:2:16:65", pe=4, simd=16)
    """

    def __init__(self, name: str, /, **parameters: Any) -> None:
        caller = Path(inspect.stack()[1].filename).parent
        given = {key: _resolved(caller, value) for key, value in parameters.items()}
        self.name = name
        self.spec: dict[str, Any] = {"kind": "generator", "name": name, "parameters": given}


class Component:
    """A component that a TypeScript module exports, called with the parameters as one object.

    `module` is relative to the file that makes this. `reference` names an export of the module that computes what is
    expected: a function of the input beats by stream and the parameters, which gives output beats by stream. A
    parameter that is a kind is written as in the IR: `{"kind": "uint", "width": 8}`.
    """

    def __init__(self, module: str, export: str, /, *, reference: str | None = None, **parameters: Any) -> None:
        caller = Path(inspect.stack()[1].filename).parent
        self.name = export
        self.spec: dict[str, Any] = {
            "kind": "component",
            "module": str((caller / module).resolve()),
            "export": export,
            "parameters": parameters,
            "reference": reference,
        }


class Accelerator:
    """A whole accelerator as `sluice build` makes it.

    `model` is the name of a bundled model, a model file or a BNN-PYNQ folder; `fold` is "max" or the path of a folding
    file; paths are relative to the file that makes this. `interface` is "stream" or "axi", with a bus of 64 bits.
    """

    def __init__(self, model: str, /, *, board: str = "zc706", fold: str = "max", interface: str = "stream") -> None:
        caller = Path(inspect.stack()[1].filename).parent
        self.name = model
        self.spec: dict[str, Any] = {
            "kind": "accelerator",
            "model": _path_if_file(caller, model),
            "board": board,
            "fold": _path_if_file(caller, fold),
            "interface": interface,
        }


Design = Union[Generator, Component, Accelerator]


def _path_if_file(folder: Path, text: str) -> str:
    path = folder / text
    return str(path.resolve()) if path.exists() else text


def _resolved(folder: Path, value: Any) -> Any:
    return f"@{(folder / value[1:]).resolve()}" if isinstance(value, str) and value.startswith("@") else value
