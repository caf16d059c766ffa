"""Weights that are written at run time, through the RTL of a build in Verilator."""

from __future__ import annotations

import base64
import hashlib
import json
import subprocess
from pathlib import Path

import pytest
from conftest import ROOT, SLUICE

from sluice_host import Accelerator, Build, Images, SluiceError, open_simulation


@pytest.fixture(scope="module")
def writable(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("weights") / "sfc"
    folding = ROOT / "sim/cocotb/tests/sfc-folding.json"
    options = ["--interface", "axi", "--writable-weights", "--fold", str(folding), "--out", str(folder), "--json"]
    subprocess.run([*SLUICE, "build", "sfc", *options], check=True, stdout=subprocess.DEVNULL)
    return folder


def turned(folder: Path) -> Path:
    """Give a model of the same shape that calls every digit one less: its last layer's rows have moved up."""
    model = json.loads((folder / "model.json").read_text())
    weights = model["layers"][-1]["weights"]
    rows = base64.b64decode(weights["base64"])
    size = len(rows) // 10
    rows = rows[size:] + rows[:size]
    weights.update(base64=base64.b64encode(rows).decode(), sha256=hashlib.sha256(rows).hexdigest())
    path = folder.parent / "turned.json"
    path.write_text(json.dumps(model))
    return path


def written(folder: Path, model: Path) -> Path:
    out = folder.parent / f"{model.stem}-weights.json"
    line = [*SLUICE, "weights", str(folder), str(model), "--out", str(out), "--json"]
    subprocess.run(line, check=True, stdout=subprocess.DEVNULL)
    return out


def test_another_network_is_loaded_and_the_first_again(writable: Path, digits: Images) -> None:
    build = Build.load(writable)
    other, own = written(writable, turned(writable)), written(writable, writable / "model.json")
    images, labels = digits.images[:4], (digits.labels or [])[:4]
    with Accelerator(build, open_simulation(build, SLUICE)) as accelerator:
        assert accelerator.classify(images) == labels
        accelerator.load_weights(other)
        assert accelerator.classify(images) == [(label - 1) % 10 for label in labels]
        accelerator.load_weights(own)
        assert accelerator.classify(images) == labels
        with pytest.raises(SluiceError) as caught:
            accelerator.load_weights(edited(own, lambda data: data.update(buildHash="0" * 16)))
        assert caught.value.code == "weights-of-other-build"
        for wrong in ([0x10, 1], [0x8000, 1 << 32], [0x8002, 1], "no"):
            with pytest.raises(SluiceError) as caught:
                accelerator.load_weights(edited(own, lambda data, wrong=wrong: data["writes"].append(wrong)))
            assert caught.value.code == "weights-invalid"


def edited(path: Path, change) -> Path:  # type: ignore[no-untyped-def]
    data = json.loads(path.read_text())
    change(data)
    out = path.with_name("edited.json")
    out.write_text(json.dumps(data))
    return out
