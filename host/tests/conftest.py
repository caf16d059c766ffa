"""A build of SFC with AXI interfaces, and a simulated board of it, made once for all tests."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "host"), str(Path(__file__).parent)]

from models import SharedBoard  # noqa: E402

from sluice_host import Build, Images, load_images  # noqa: E402
from sluice_host.simulated import Simulation  # noqa: E402

#: How Sluice is started in the repository.
SLUICE = [str(ROOT / "node_modules/.bin/node"), "--import", (ROOT / "node_modules/tsx/dist/loader.mjs").as_uri()]
SLUICE += [str(ROOT / "src/cli/bin.ts")]


@pytest.fixture(scope="session")
def build_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("host") / "sfc"
    folding = ROOT / "sim/cocotb/tests/sfc-folding.json"
    options = ["--interface", "axi", "--fold", str(folding), "--out", str(folder), "--json"]
    subprocess.run([*SLUICE, "build", "sfc", *options], check=True, stdout=subprocess.DEVNULL)
    return folder


@pytest.fixture(scope="session")
def build(build_folder: Path) -> Build:
    return Build.load(build_folder)


@pytest.fixture(scope="session")
def digits(build: Build) -> Images:
    """Digits that the network classifies right, as it does all of the first fifty."""
    models = ROOT / "models"
    images, labels = models / "mnist-test-1000.images.idx3-ubyte.gz", models / "mnist-test-1000.labels.idx1-ubyte.gz"
    return load_images(images, build.codec.pixels, labels, 12)


@pytest.fixture(scope="session")
def board(build: Build) -> Iterator[SharedBoard]:
    """The RTL of the build in Verilator; all channels stall at random in half of the cycles."""
    simulation = Simulation(SLUICE, build.folder, ["--stall", "0.5", "--seed", "7"])
    yield SharedBoard(simulation)
    simulation.close()
