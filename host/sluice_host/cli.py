"""The command line: `python -m sluice_host run` and `status`."""

from __future__ import annotations

import argparse
import json
import shlex
import sys
import time
from pathlib import Path
from typing import Any

from .build import Build
from .check import check_board
from .counters import read_counters
from .driver import Accelerator
from .errors import SluiceError
from .images import load_images
from .open import open_simulation, open_xdma, open_xdma_registers, open_zynq
from .simulated import Simulation
from .transport import Registers, Transport
from .uio import open_uio

#: Labels that are printed for people; --json gives all.
_SHOWN = 20


def main(arguments: list[str] | None = None) -> int:
    """Run a command line; give the exit code: 1 for an error."""
    options = _parser().parse_args(arguments)
    try:
        build = Build.load(options.build)
        result = _run(build, options) if options.command == "run" else _status(build, options)
    except SluiceError as error:
        _report(error, options.json)
        return 1
    except KeyboardInterrupt:
        return 130
    print(json.dumps(result) if options.json else _text(result))
    return 0


def _run(build: Build, options: argparse.Namespace) -> dict[str, Any]:
    given = load_images(options.images, build.codec.pixels, options.labels, options.frames)
    with Accelerator(build, _open(build, options)) as accelerator:
        begin = time.perf_counter()
        labels = accelerator.classify(given.images, options.timeout)
        seconds = time.perf_counter() - begin
        counters = accelerator.counters()
    right = None if given.labels is None else sum(a == b for a, b in zip(labels, given.labels))
    return {
        **_about(build),
        "frames": len(labels),
        "accuracy": None if right is None else right / len(labels),
        "seconds": seconds,
        "labels": labels,
        "counters": counters.as_json(),
    }


def _status(build: Build, options: argparse.Namespace) -> dict[str, Any]:
    """Read a board that someone else may be using."""
    registers = _open_registers(build, options)
    try:
        check_board(build, registers)
        return {**_about(build), "counters": read_counters(build, registers).as_json()}
    finally:
        registers.close()


def _about(build: Build) -> dict[str, Any]:
    return {"model": build.model, "build": build.build_hash, "clockMHz": build.clock_hz / 1e6}


def _open(build: Build, options: argparse.Namespace) -> Transport:
    if options.transport == "uio":
        return open_zynq(options.uio, options.dma, options.buffer)
    if options.transport == "xdma":
        return open_xdma(build, options.device, options.offset)
    return open_simulation(build, shlex.split(options.sluice))


def _open_registers(build: Build, options: argparse.Namespace) -> Registers:
    if options.transport == "uio":
        return open_uio(options.uio)
    if options.transport == "xdma":
        return open_xdma_registers(build, options.device, options.offset)
    return Simulation(shlex.split(options.sluice), build.folder)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="sluice_host", description="Runs images through an accelerator by Sluice.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="run|status")
    run = commands.add_parser("run", help="classify images")
    run.add_argument("--images", type=Path, required=True, help="idx or CIFAR-10 file, also gzipped")
    run.add_argument("--labels", type=Path, help="idx file of the labels of an idx file")
    run.add_argument("--frames", type=int, help="images to run (default: all)")
    run.add_argument("--timeout", type=float, help="seconds without a result (default: 5; 120 of sim)")
    status = commands.add_parser("status", help="check that the board runs the build")
    for command in (run, status):
        carried = Path(__file__).resolve().parents[2]
        is_carried = (carried / "manifest.json").exists()
        command.add_argument(
            *("--build",), type=Path, default=carried if is_carried else None, required=not is_carried,
            help="folder of the build (default: the one that carries this driver)",
        )  # fmt: skip
        command.add_argument("--transport", choices=["uio", "xdma", "sim"], required=True, help="way to the board")
        command.add_argument("--uio", default="sluice", help="UIO device of the registers (default: sluice)")
        command.add_argument("--dma", default="axi_dma", help="UIO device of the AXI DMA (default: axi_dma)")
        command.add_argument("--buffer", default="udmabuf0", help="buffer of u-dma-buf (default: udmabuf0)")
        command.add_argument("--device", type=Path, default=Path("/dev/xdma0"), help="card (default: /dev/xdma0)")
        command.add_argument(
            *("--offset",), type=lambda text: int(text, 0), default=0, help="of the registers in the card's window"
        )
        command.add_argument("--sluice", default="sluice", help="command that starts Sluice (default: sluice)")
        command.add_argument("--json", action="store_true", help="print one JSON object")
    return parser


def _report(error: SluiceError, as_json: bool) -> None:
    if as_json:
        given = {"code": error.code, "message": error.message, "where": error.where, "hint": error.hint}
        print(json.dumps({"error": given}))
        return
    lines = [f"error: {error.message}"]
    lines += [f"  at: {error.where}"] if error.where else []
    lines += [f"  hint: {error.hint}"] if error.hint else []
    print("\n".join(lines), file=sys.stderr)


def _text(result: dict[str, Any]) -> str:
    lines = [f"{result['model']}, build {result['build']}"]
    counters = result["counters"]
    if "labels" in result:
        labels, count = result["labels"], result["frames"]
        more = ", ..." if count > _SHOWN else ""
        lines.append(f"labels: {', '.join(str(label) for label in labels[:_SHOWN])}{more}")
        if result["accuracy"] is not None:
            lines.append(f"accuracy: {100 * result['accuracy']:.2f} % of {count} images")
        lines.append(f"{count} images in {result['seconds']:.3f} s: {count / result['seconds']:,.0f} per second")
    lines.append(
        f"{counters['frames_in']} frames in, {counters['frames_out']} results out, {counters['frames_faulty']} faulty, "
        f"{counters['cycles']} cycles, latency {counters['latency']} cycles at {result['clockMHz']:g} MHz"
    )
    for layer in counters["layers"]:
        lines.append(f"  {layer['layer']}: stalled {layer['stalled']}, starved {layer['starved']} cycles")
    return "\n".join(lines)
