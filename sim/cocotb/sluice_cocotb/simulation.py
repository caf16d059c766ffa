"""Simulations as pytest runs them: hardware is generated, compiled, and handed to the cocotb tests of a file."""

from __future__ import annotations

import ctypes
import inspect
import json
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import cocotb
from cocotb_test.simulator import Simulator

from . import session
from .designs import Design
from .errors import SimulationFailed, SluiceError
from .results import CocotbResult, read_results, rtl_errors

SIMULATORS = ("verilator", "icarus")


def simulate(
    design: Design,
    *,
    simulator: str = "verilator",
    tests: list[str] | None = None,
    module: str | None = None,
    seed: int = 1,
    internals: bool = False,
    timeout: float = 120.0,
) -> list[CocotbResult]:
    """Run cocotb tests on a design.

    The tests are those of the calling file, or of the Python module `module`: all of them, or those that `tests` names.
    `seed` is cocotb's. `internals` shows the tests all signals of the design; otherwise Verilator shows the ports only,
    and optimises the inside. A simulation that has not ended after `timeout` seconds is ended.

    Raises SluiceError for a design that cannot be made or compiled, and SimulationFailed where a test or an assertion
    in the RTL fails.
    """
    if simulator not in SIMULATORS:
        raise SluiceError("unknown-simulator", f'there is no simulator "{simulator}"', None, ", ".join(SIMULATORS))
    caller = Path(inspect.stack()[1].filename)
    service = session.service()
    libraries = Path(cocotb.__file__).parent / "libs"
    main = Path(cocotb.__file__).parent / "share/lib/verilator/verilator.cpp"
    built = service.call(
        "build",
        design=design.spec,
        simulator=simulator,
        internals=internals,
        cocotb={"libraries": str(libraries), "verilatorMain": str(main)},
    )
    with tempfile.TemporaryDirectory(prefix="sluice-cocotb-") as folder:
        told = Path(folder, "simulation.json")
        description = {key: built[key] for key in ("top", "ports", "domains", "registers")}
        told.write_text(json.dumps({"design": design.spec, "description": description, "service": service.descriptors}))
        prepared = _prepare(built["top"], module or caller.stem, caller.parent, folder, tests, seed)
        results_file = Path(folder, "results.xml")
        environment = {
            **prepared,
            "COCOTB_RESULTS_FILE": str(results_file),
            "COCOTB_ANSI_OUTPUT": "0",
            "COCOTB_REDUCED_LOG_FMT": "1",
            "SLUICE_SIMULATION": str(told),
        }
        log = Path(folder, "log")
        ending = _run(built["command"], built["folder"], environment, log, service.descriptors, timeout)
        text = log.read_text(errors="replace")
        results = read_results(results_file, text)
    session.record(results)
    print(text, end="")
    _check(results, text, ending, f"{design.name} in {simulator}")
    return results


def _prepare(top: str, module: str, folder: Path, build: str, tests: list[str] | None, seed: int) -> dict[str, str]:
    """Give the environment that cocotb-test makes for a simulator."""
    prepared = Simulator(
        toplevel=top,
        module=module,
        python_search=[str(folder)],
        sim_build=build,
        testcase=None if tests is None else ",".join(tests),
        seed=seed,
    )
    # It would answer Ctrl-C with a failed test.
    signal.signal(signal.SIGINT, prepared.old_sigint_h)
    signal.signal(signal.SIGTERM, prepared.old_sigterm_h)
    prepared.set_env()
    return dict(prepared.env)


def _run(
    command: list[str],
    folder: str,
    environment: dict[str, str],
    log: Path,
    descriptors: tuple[int, int],
    timeout: float,
) -> str | None:
    """Run a simulation to its end; give how it ended where that was not by itself."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            pass_fds=descriptors,
            preexec_fn=_end_with_parent,
        )
        try:
            code = process.wait(timeout)
        except subprocess.TimeoutExpired:
            return f"it was ended after {timeout:g} s"
        finally:
            process.kill()
            process.wait()
    if code < 0:
        return f"it was ended by {signal.Signals(-code).name}"
    return None if code == 0 else f"it ended with code {code}"


def _end_with_parent() -> None:
    """Have Linux end this process when the one that started it ends, however that ends."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def _check(results: list[CocotbResult], log: str, ending: str | None, where: str) -> None:
    failed = [result for result in results if result.status == "failed"]
    if failed:
        texts = [f"{result.name} failed\n{result.failure}" for result in failed]
        raise SimulationFailed("\n".join(texts), where)
    errors = rtl_errors(log)
    if errors:
        raise SimulationFailed("\n".join(["assertions in the RTL failed:", *errors[:10]]), where)
    if ending is not None or not results:
        tail = "\n".join(log.splitlines()[-15:])
        what = ending or "it ran no cocotb test"
        raise SimulationFailed(f"the simulation did not end well: {what}\n{tail}", where)
