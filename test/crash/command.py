"""Runs hubcache in a home under the stepper: to its end, until a kill, or with another program in between."""

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Mapping, Sequence

import pytest

NOT_ADOPTED = "is not adopted"


@dataclass
class Stop:
    """The point at which a command was stopped; `reached` is False if the command ended before it."""

    reached: bool
    counted: int
    code: int
    call: str
    path: str
    output: str
    calls: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"stopped before call {self.counted}, {self.call} {self.path}".rstrip()


class Command:
    def __init__(self, env: Mapping[str, str], folder: Path):
        self.env, self.folder = dict(env), folder
        self.hubcache = _variable("HUBCACHE_BIN", "the hubcache command to test")
        self.stepper = os.path.join(_variable("HUBCACHE_TOOLS", "the folder of the tests' own tools"), "stepper")

    def run(self, *arguments: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            [self.stepper, "run", self.hubcache, *arguments],
            env=self.env,
            cwd=self.folder,
            text=True,
            capture_output=True,
            timeout=120,
        )

    def run_well(self, *arguments: str) -> None:
        done = self.run(*arguments)
        assert done.returncode == 0, f"hubcache {' '.join(arguments)}: {done.returncode}\n{done.stderr}"

    def kill(self, how: str, number: int, *arguments: str) -> Stop:
        """Kills the command before a call. `how`: "changes" or "all", see stepper.cc."""
        return self._step([how, str(number)], arguments)

    def race(self, how: str, number: int, script: str, *arguments: str) -> Stop:
        """Runs `script` before a call; the command then continues. `how`: as for kill."""
        return self._step(["meanwhile", how, str(number), script], arguments)

    def fail(self, number: int, error: int, *arguments: str) -> Stop:
        """Makes a call return `error`, or with 0 write half of its bytes; the command then continues."""
        return self._step(["fail", str(number), str(error)], arguments)

    def calls(self, *arguments: str) -> tuple[str, ...]:
        """Returns the names of the calls that `fail` counts."""
        return tuple(self._step(["calls"], arguments).calls)

    def _step(self, how: list[str], arguments: Sequence[str]) -> Stop:
        done = subprocess.run(
            [self.stepper, *how, self.hubcache, *arguments],
            env=self.env,
            cwd=self.folder,
            text=True,
            capture_output=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        return Stop(**json.loads(done.stdout), output=done.stderr)


def _variable(name: str, what: str) -> str:
    value = os.environ.get(name)
    if not value:
        pytest.fail(f"{name} is not set: it names {what}")
    return value
