"""The driver against the RTL of a build in Verilator, over AXI4-Lite and AXI4-Stream with random stalls."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT, SLUICE
from models import AxiDmaModel, Memory, SharedBoard, XdmaModel
from test_build import copy, edit  # noqa: F401
from test_devices import udmabuf

from sluice_host import Accelerator, Build, Images, SluiceError, Transport
from sluice_host.axi_dma import AxiDmaStream
from sluice_host.simulated import Simulation
from sluice_host.udmabuf import DmaBuffer
from sluice_host.xdma import XdmaStream

#: Seconds without a result, on a machine that does a lot else.
PATIENCE = 60.0


def test_digits_are_told_and_cycles_counted(build: Build, board: SharedBoard, digits: Images) -> None:
    with Accelerator(build, Transport(board, board, PATIENCE)) as accelerator:
        assert accelerator.classify(digits.images) == digits.labels
        counters = accelerator.counters()
    count = len(digits.images)
    assert (counters.frames_in, counters.frames_out, counters.frames_faulty) == (count, count, 0)
    assert (counters.enabled, counters.busy, counters.errors) == (True, False, ())
    assert counters.cycles > count * build.frame_cycles
    assert counters.latency > build.frame_cycles
    # With a frame in 256 cycles, the last layer, of one lane, waits least for others to take and most for values.
    assert [layer.layer for layer in counters.layers] == ["dense0", "dense1", "dense2", "dense3"]
    assert counters.layers[3].starved > counters.layers[0].starved > 0


def test_an_accelerator_runs_again_and_counts_from_zero(build: Build, board: SharedBoard, digits: Images) -> None:
    for part in (digits.images[:2], digits.images[2:5]):
        with Accelerator(build, Transport(board, board, PATIENCE)) as accelerator:
            assert len(accelerator.classify(part)) == len(part)
            assert accelerator.counters().frames_in == len(part)


def test_through_an_axi_dma(tmp_path: Path, build: Build, board: SharedBoard, digits: Images) -> None:
    memory = Memory(udmabuf(tmp_path), 0x1E90_0000)
    stream = AxiDmaStream(AxiDmaModel(memory, board), DmaBuffer("udmabuf0", tmp_path))
    with Accelerator(build, Transport(board, stream, PATIENCE)) as accelerator:
        assert accelerator.classify(digits.images) == digits.labels


def test_through_xdma(tmp_path: Path, build: Build, digits: Images, board: SharedBoard) -> None:
    card = XdmaModel(tmp_path, board, build.frame_bytes)
    try:
        with Accelerator(build, Transport(board, XdmaStream(card.device), PATIENCE)) as accelerator:
            assert accelerator.classify(digits.images) == digits.labels
    finally:
        card.stop()


def test_a_frame_cut_short_is_told_and_does_not_wedge(
    build: Build, board: SharedBoard, digits: Images, monkeypatch: pytest.MonkeyPatch
) -> None:
    lengths = [98, 50, 98]
    plain = board.send

    def cut(frame: bytes) -> bool:
        taken = plain(frame[: lengths[0]])
        if taken:
            lengths.pop(0)
        return taken

    with Accelerator(build, Transport(board, board, PATIENCE)) as accelerator:
        with monkeypatch.context() as broken:
            broken.setattr(board, "send", cut)
            with pytest.raises(SluiceError, match="1 of 3 frames arrived faulty: frame_short") as caught:
                accelerator.run([build.codec.encode(image) for image in digits.images[:3]])
        assert "TLAST" in (caught.value.hint or "")
        accelerator.clear()
        assert accelerator.classify(digits.images[:2]) == (digits.labels or [])[:2]


def test_what_a_broken_off_run_left_is_thrown_away(build: Build, board: SharedBoard, digits: Images) -> None:
    with Accelerator(build, Transport(board, board, PATIENCE)):
        board.write(build.registers["control"].offset, 1)
        for image in digits.images[5:7]:
            assert board.send(build.codec.encode(image))
        board.wait()
    with Accelerator(build, Transport(board, board, PATIENCE)) as second:
        assert second.classify(digits.images[:3]) == (digits.labels or [])[:3]
        assert second.counters().frames_in == 3


def test_a_stream_that_takes_nothing_is_a_timeout(
    build: Build, board: SharedBoard, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Accelerator(build, Transport(board, board, PATIENCE)) as accelerator:
        with monkeypatch.context() as broken:
            broken.setattr(board, "write", lambda offset, value: None)
            with pytest.raises(SluiceError, match=r"0 of 1 results .* it is not enabled") as caught:
                accelerator.run([bytes(98)], timeout=0.1)
        assert caught.value.code == "timeout"
        # The frame waits at the port still.
        board.write(build.registers["control"].offset, 1)
        while board.receive() is None:
            board.wait()


def test_registers_that_are_not_there_are_refused(board: SharedBoard) -> None:
    for access in (lambda: board.read(0x1FC), lambda: board.write(0x000, 1)):
        with pytest.raises(SluiceError) as caught:
            access()
        assert caught.value.code == "register-refused"


def test_another_build_is_refused(copy: Path, build: Build, board: SharedBoard) -> None:  # noqa: F811
    edit(copy, "host/registers.json", lambda data: data["registers"][2].update(value=0x0BAD_F00D))
    other = Build.load(copy)
    with pytest.raises(SluiceError) as caught:
        Accelerator(other, Transport(board, board, PATIENCE))
    assert caught.value.code == "wrong-build"
    assert caught.value.message == f"the board runs build {build.build_hash}, the folder is build {other.build_hash}"


def test_a_missing_sluice_is_told(build: Build) -> None:
    with pytest.raises(SluiceError) as caught:
        Simulation(["/none/sluice"], build.folder)
    assert caught.value.code == "sluice-missing"


def test_a_simulation_that_ends_is_told_and_closed(build: Build, digits: Images) -> None:
    simulation = Simulation(SLUICE, build.folder)
    with (
        pytest.raises(SluiceError) as caught,
        Accelerator(build, Transport(simulation, simulation, PATIENCE)) as accelerator,
    ):
        simulation._process.kill()
        accelerator.classify(digits.images)
    assert caught.value.code == "simulation-ended"


def test_errors_of_the_simulation_arrive(tmp_path: Path) -> None:
    with pytest.raises(SluiceError) as caught:
        Simulation(SLUICE, tmp_path)
    assert (caught.value.code, caught.value.where) == ("not-a-build", str(tmp_path))


def command(*arguments: str, cwd: Path = ROOT / "host") -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "sluice_host", *arguments]
    return subprocess.run(line, cwd=cwd, capture_output=True, text=True, check=False)


def test_a_build_carries_the_driver_that_prints_labels_and_counters(build: Build) -> None:
    images = str(ROOT / "models/mnist-test-1000.images.idx3-ubyte.gz")
    labels = str(ROOT / "models/mnist-test-1000.labels.idx1-ubyte.gz")
    way = ["--transport", "sim", "--sluice", " ".join(SLUICE), "--images", images, "--labels", labels]
    ran = command("run", *way, "--frames", "4", "--json", cwd=build.folder / "host")
    assert ran.returncode == 0, ran.stderr
    result = json.loads(ran.stdout)
    assert (result["labels"], result["accuracy"], result["build"]) == ([7, 2, 1, 0], 1, build.build_hash)
    assert result["counters"]["frames_out"] == 4


def test_the_command_line_prints_errors(build: Build) -> None:
    way = ["--transport", "xdma", "--device", "/dev/none", "--build", str(build.folder)]
    ran = command("status", *way)
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr.startswith("error: there is no such device\n  at: /dev/none_user\n  hint: load the driver")
    error = json.loads(command("status", *way, "--json").stdout)["error"]
    assert (error["code"], error["where"]) == ("device-missing", "/dev/none_user")
