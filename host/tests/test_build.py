"""Build folders: what is wrong with one is said before a device is opened."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sluice_host import Build, SluiceError


@pytest.fixture
def copy(build_folder: Path, tmp_path: Path) -> Path:
    for name in ("manifest.json", "model.json", "host/registers.json"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(build_folder / name, tmp_path / name)
    return tmp_path


def edit(folder: Path, name: str, change: Callable[[Any], None]) -> None:
    """Change a JSON file of a build, and what the manifest says of it."""
    data = json.loads((folder / name).read_text())
    change(data)
    (folder / name).write_text(json.dumps(data))
    if name == "manifest.json":
        return
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["files"][name] = hashlib.sha256((folder / name).read_bytes()).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(manifest))


def code_of(folder: Path) -> str:
    with pytest.raises(SluiceError) as caught:
        Build.load(folder)
    return caught.value.code


def test_a_build_says_what_the_host_needs(build: Build) -> None:
    manifest = json.loads((build.folder / "manifest.json").read_text())
    assert build.build_hash == manifest["interface"]["buildHash"]
    assert (build.model, build.frame_bytes, build.result_bytes) == ("sfc-mnist", 98, 1)
    assert (build.frame_cycles, build.clock_hz) == (manifest["predicted"]["cyclesPerFrame"], 200_000_000)
    assert [layer for _, layer in build.layers] == ["dense0", "dense1", "dense2", "dense3"]


def test_three_files_of_the_folder_are_enough(copy: Path, build: Build) -> None:
    assert Build.load(copy).build_hash == build.build_hash


def test_folders_that_are_no_builds(copy: Path, tmp_path: Path) -> None:
    assert code_of(tmp_path / "none") == "not-a-build"
    edit(copy, "manifest.json", lambda manifest: manifest.update(interface={"kind": "stream"}))
    assert code_of(copy) == "not-an-axi-build"
    (copy / "manifest.json").write_text("{")
    assert code_of(copy) == "build-incomplete"


def test_files_that_are_not_as_built(copy: Path) -> None:
    registers = copy / "host/registers.json"
    text = registers.read_text()
    registers.write_text(text.replace('"offset": 16', '"offset": 20'))
    assert code_of(copy) == "build-changed"
    registers.unlink()
    assert code_of(copy) == "build-incomplete"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda data: data.update(version=2), "registers-invalid"),
        (lambda data: data.pop("registers"), "registers-invalid"),
        (lambda data: data["registers"][0].pop("offset"), "registers-invalid"),
        (lambda data: data["registers"].pop(0), "registers-invalid"),
        (lambda data: data.update(registers=5), "registers-invalid"),
        (lambda data: data.update(registers=["id"]), "registers-invalid"),
        (lambda data: data["registers"][3].update(offset=-4), "registers-invalid"),
        (lambda data: data["registers"][3].update(offset=1 << 40), "registers-invalid"),
        (lambda data: data["registers"].pop(), "build-incomplete"),
        (lambda data: data["registers"][1].update(value=0x0002_0000), "registers-version"),
    ],
)
def test_register_maps_that_the_driver_does_not_know(copy: Path, change: Callable[[Any], None], code: str) -> None:
    edit(copy, "host/registers.json", change)
    assert code_of(copy) == code


@pytest.mark.parametrize(
    "change",
    [
        lambda network: network.pop("input"),
        lambda network: network.update(input=7),
        lambda network: network.update(name="sfc\x1b[2J"),
        lambda network: network.update(layers=None),
        lambda network: network["input"].update(shape=[28, 29]),
        lambda network: network["input"].update(threshold="high"),
    ],
)
def test_networks_that_the_driver_does_not_know(copy: Path, change: Callable[[Any], None]) -> None:
    edit(copy, "model.json", change)
    assert code_of(copy) == "build-incomplete"


@pytest.mark.parametrize("text", ["", "[]", "5", "[" * 100_000, '{"files": [], "interface": {"kind": "axi"}}'])
def test_manifests_that_say_nothing(copy: Path, text: str) -> None:
    (copy / "manifest.json").write_text(text)
    assert code_of(copy) == "build-incomplete"
