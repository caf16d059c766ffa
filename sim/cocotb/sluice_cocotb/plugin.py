"""The pytest plugin: errors of Sluice without tracebacks, and a report with an entry for every cocotb test."""

from __future__ import annotations

import json
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from . import session
from .errors import SluiceError

_report_key = pytest.StashKey["Report"]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of the bridge."""
    group = parser.getgroup("sluice")
    group.addoption("--sluice-report", metavar="PATH", help="write a JSON report with every cocotb test to this file")
    group.addoption("--sluice-node", metavar="PATH", help="the Node that runs the TypeScript side")


def pytest_configure(config: pytest.Config) -> None:
    """Start a report where one is asked for."""
    session.use_node(config.getoption("--sluice-node"))
    path = config.getoption("--sluice-report")
    if path is not None:
        config.stash[_report_key] = Report(Path(path), config.rootpath)
        config.pluginmanager.register(config.stash[_report_key])


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show an error of Sluice as its message, and hand on what the cocotb tests of the test gave."""
    report = yield
    if call.excinfo is not None and isinstance(call.excinfo.value, SluiceError):
        report.longrepr = str(call.excinfo.value)
    if call.when == "call":
        report.user_properties.append(("cocotb", session.take_results()))
    return report


class Report:
    """Everything that pytest and cocotb ran, for the TypeScript side."""

    def __init__(self, path: Path, root: Path) -> None:
        self._path = path
        self._root = root
        self._entries: list[dict[str, Any]] = []

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Note a file that cannot be loaded."""
        if report.failed:
            self._add(report.nodeid, None, "failed", 0.0, str(report.longrepr))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note the cocotb tests of a test, or the test itself where it has none or failed for another reason."""
        found = dict(report.user_properties).get("cocotb", []) if report.when == "call" else []
        assert isinstance(found, list)
        failed = any(result.status == "failed" for result in found)
        # A test may expect cocotb tests to fail: then it counts, not they.
        results = [] if report.passed and failed else found
        for result in results:
            self._add(report.nodeid, result.name, result.status, result.seconds, result.failure)
        told = len(results) > 0 and (report.passed or failed)
        if told or (report.when != "call" and report.passed):
            return
        failure = str(report.longrepr) if report.failed else None
        self._add(report.nodeid, None, report.outcome, report.duration, failure)

    def pytest_sessionfinish(self) -> None:
        """Write the report."""
        self._path.write_text(json.dumps({"tests": self._entries}))

    def _add(self, node: str, cocotb: str | None, status: str, seconds: float, failure: str | None) -> None:
        file, _, name = node.partition("::")
        self._entries.append(
            {
                "file": str(self._root / file),
                "test": name,
                "cocotb": cocotb,
                "status": status,
                "seconds": seconds,
                "failure": failure,
            }
        )
