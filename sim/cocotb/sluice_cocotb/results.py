"""What a simulation says of its cocotb tests."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree


@dataclass(frozen=True)
class CocotbResult:
    """One cocotb test that has run, or has been skipped."""

    name: str
    #: "passed", "failed" or "skipped".
    status: str
    #: Seconds that it took.
    seconds: float
    #: What went wrong, as cocotb printed it.
    failure: str | None


def read_results(file: Path, log: str) -> list[CocotbResult]:
    """Read the results file of cocotb, which has no messages, and these from its log.

    A simulation that ended in the midst of its tests has left no file: none of its tests counts.
    """
    if not file.exists() or file.stat().st_size == 0:
        return []
    return [_result(case, log) for case in ElementTree.parse(file).iter("testcase")]


def _result(case: ElementTree.Element, log: str) -> CocotbResult:
    name = case.get("name", "")
    seconds = float(case.get("time", "0"))
    if case.find("skipped") is not None:
        return CocotbResult(name, "skipped", seconds, None)
    if case.find("failure") is None and case.find("error") is None:
        return CocotbResult(name, "passed", seconds, None)
    return CocotbResult(name, "failed", seconds, _failure(name, log))


def _failure(name: str, log: str) -> str:
    """Give the traceback that follows the line that says that a test has failed."""
    found = re.search(rf"^.* cocotb\.regression +{re.escape(name)} failed.*\n((?: {{20}}.*\n)*)", log, re.MULTILINE)
    return textwrap.dedent(found[1]).strip() if found and found[1] else "cocotb printed no reason"


def rtl_errors(log: str) -> list[str]:
    """Give the assertions in the RTL that have failed, with their times: Verilator and Icarus word them differently."""
    verilator = r"^\[(\d+)\] %Error: (.*)$"
    icarus = r"^ERROR: (.*)\n +Time: (\d+)"
    found = [(int(time), text) for time, text in re.findall(verilator, log, re.MULTILINE)]
    found += [(int(time), text) for text, time in re.findall(icarus, log, re.MULTILINE)]
    return [f"{time / 1000:g} ns: {text}" for time, text in found]
