"""Weights and thresholds for an accelerator that is built to have them written, as `sluice weights` gives them."""

from __future__ import annotations

from pathlib import Path

from .build import Build
from .errors import SluiceError
from .registers import read_json

_HINT = "write it again: sluice weights <build> <model> --out <file>"


def read_weights(build: Build, path: Path) -> list[tuple[int, int]]:
    """Read offsets and values of 32 bits, in the order in which they are written.

    Raise SluiceError `build-incomplete`, `weights-invalid`, `weights-of-other-build`.
    """
    data = read_json(path, _HINT)
    if data.get("format") != "sluice-weights" or data.get("version") != 1:
        raise SluiceError("weights-invalid", "this is no file of weights of version 1", str(path), _HINT)
    if data.get("buildHash") != build.build_hash:
        raise SluiceError(
            "weights-of-other-build",
            f"the weights are for build {data.get('buildHash')!r}, not for {build.build_hash}",
            str(path),
            _HINT,
        )
    try:
        writes = [(int(offset), int(value)) for offset, value in data["writes"]]
    except (KeyError, TypeError, ValueError) as error:
        raise SluiceError("weights-invalid", f"the file lacks something: {error!r}", str(path), _HINT) from None
    windows = build.registers.windows
    if not all(0 <= value < 1 << 32 and any(offset in window for window in windows) for offset, value in writes):
        raise SluiceError("weights-invalid", "a write lies outside of the windows", str(path), _HINT)
    return writes
