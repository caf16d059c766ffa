"""Makes a Python environment, once, and prints the path of its Python.

    python3 environment.py FOLDER                 that of the cocotb bridge
    python3 environment.py FOLDER REQUIREMENTS    one with what that file pins, for tests of other tools

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


class Environment:
    """What is in an environment: pinned packages, and for the bridge its own package."""

    def __init__(self, requirements: Path | None) -> None:
        """Take the bridge's where no requirements are given."""
        self.is_bridge = requirements is None
        self.requirements = requirements or HERE / "requirements.txt"
        self.title = "cocotb" if requirements is None else self.requirements.resolve().parent.name

    def key(self) -> str:
        """Identify the environment: what is in it, the bridge's place, and this Python."""
        parts = [self.requirements.read_text(), Path(__file__).read_text()]
        if self.is_bridge:
            # Not the settings of tools, which follow.
            parts += [(HERE / "pyproject.toml").read_text().split("[tool.")[0], str(HERE)]
        digest = hashlib.sha256("\0".join([*parts, sys.version, sys.prefix]).encode())
        return digest.hexdigest()[:16]

    def build(self, home: Path, python: Path) -> None:
        """Make it and install what is pinned, and the bridge so that its sources are used in place."""
        try:
            venv.create(home, with_pip=True)
        except (OSError, subprocess.CalledProcessError) as error:
            raise EnvironmentFailure(
                f"no environment could be made: {error}; Debian: apt-get install python3-venv"
            ) from None
        pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--retries", "2"]
        run([*pip, "--only-binary", ":all:", "-r", str(self.requirements)])
        if self.is_bridge:
            run([*pip, "--no-deps", "--editable", str(HERE)])


def make(folder: Path, environment: Environment) -> Path:
    """Give the environment's Python, making the environment where it is not there yet."""
    home = folder / f"{environment.title}-venv-{environment.key()}"
    python = home / "bin" / "python"
    ready = home / "ready"
    if ready.exists():
        return python
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / f"{home.name}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not ready.exists():
            print(f"sluice: making a Python environment, for {environment.title}, in {home}", file=sys.stderr)
            shutil.rmtree(home, ignore_errors=True)
            environment.build(home, python)
            ready.touch()
    return python


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
        wanted = Path(sys.argv[2]) if len(sys.argv) > 2 else None
        print(make(Path(sys.argv[1]).resolve(), Environment(wanted)))
    except EnvironmentFailure as failure:
        print(f"sluice: {failure}", file=sys.stderr)
        sys.exit(1)
