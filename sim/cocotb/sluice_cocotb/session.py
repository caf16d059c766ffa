"""What one run of pytest shares: the TypeScript side, and the results of the test that runs now."""

from __future__ import annotations

from .results import CocotbResult
from .service import Service

_service: Service | None = None
_node: str | None = None
_results: list[CocotbResult] = []


def use_node(path: str | None) -> None:
    """Say which Node runs the TypeScript side."""
    global _node
    _node = path


def service() -> Service:
    """Give the TypeScript side, starting it where it does not run yet."""
    global _service
    if _service is None:
        _service = Service.start(_node)
    return _service


def record(results: list[CocotbResult]) -> None:
    """Keep the results of a simulation for the report on the test that runs now."""
    _results.extend(results)


def take_results() -> list[CocotbResult]:
    """Give the results since the last call."""
    taken = list(_results)
    _results.clear()
    return taken
