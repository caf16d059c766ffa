"""Makes the Python environment of the cocotb bridge, once, and prints the path of its Python.

    python3 environment.py FOLDER

The environment lies in FOLDER under a name made from everything that decides what is in it; where it is there
already, nothing happens. Two processes that want it at once make it once. Runs on any Python 3.9 without packages.
"""

from __future__ import annotations

import fcntl
import hashlib
import shutil
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent


class EnvironmentFailure(Exception):
    """The environment cannot be made; the message says why."""


def key() -> str:
    """Identify the environment: pinned packages, the bridge's own package, its place, and this Python."""
    # Not the settings of tools, which follow.
    project = (HERE / "pyproject.toml").read_text().split("[tool.")[0]
    parts = [project, *((HERE / name).read_text() for name in ("requirements.txt", "environment.py"))]
    digest = hashlib.sha256("\0".join([*parts, str(HERE), sys.version, sys.prefix]).encode())
    return digest.hexdigest()[:16]


def make(folder: Path) -> Path:
    """Give the environment's Python, making the environment where it is not there yet."""
    home = folder / f"cocotb-venv-{key()}"
    python = home / "bin" / "python"
    ready = home / "ready"
    if ready.exists():
        return python
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / f"{home.name}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not ready.exists():
            print(f"sluice: making the Python environment of the cocotb tests in {home}", file=sys.stderr)
            shutil.rmtree(home, ignore_errors=True)
            build(home, python)
            ready.touch()
    return python


def build(home: Path, python: Path) -> None:
    """Make the environment and install what is pinned, and this package so that its sources are used in place."""
    try:
        venv.create(home, with_pip=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise EnvironmentFailure(
            f"no environment could be made: {error}; Debian: apt-get install python3-venv"
        ) from None
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--retries", "2"]
    run([*pip, "--only-binary", ":all:", "-r", str(HERE / "requirements.txt")])
    run([*pip, "--no-deps", "--editable", str(HERE)])


def run(command: list[str]) -> None:
    """Run pip, showing what it says only where it fails."""
    ended = subprocess.run(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    if ended.returncode != 0:
        errors = [line for line in ended.stdout.splitlines() if line.startswith("ERROR")] or [ended.stdout[-500:]]
        raise EnvironmentFailure("\n".join(["pip could not install the packages:", *errors[-3:]]))


if __name__ == "__main__":
    try:
        print(make(Path(sys.argv[1]).resolve()))
    except EnvironmentFailure as failure:
        print(f"sluice: {failure}", file=sys.stderr)
        sys.exit(1)
