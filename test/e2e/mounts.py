"""A mount namespace for one test: what is mounted in it is gone with it. Needs root or user namespaces."""

import os
import subprocess
from pathlib import Path
from typing import Iterator, Mapping

import pytest


class Mounts:
    """Holds the namespace, runs programs in it, and looks at its files."""

    def __init__(self) -> None:
        self.is_root = os.geteuid() == 0
        self.served: list[
            Path
        ] = []  # FUSE mounts: their servers run in the namespace, and end when these are unmounted
        user = [] if self.is_root else ["--user", "--map-root-user"]
        self.keeper = subprocess.Popen(
            ["unshare", *user, "--mount", "--propagation", "private", "sh", "-c", "echo ready; exec cat"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        if self.keeper.stdout.readline() != "ready\n":
            pytest.skip(f"no mount namespace can be made here: {self.keeper.communicate()[1].strip()}")

    @property
    def enter(self) -> list[str]:
        """The words before a command that is to run in the namespace."""
        user = [] if self.is_root else ["--user", "--preserve-credentials"]
        return ["nsenter", f"--target={self.keeper.pid}", *user, "--mount"]

    def run(self, *words: object, env: Mapping[str, str] = {}) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*self.enter, *map(str, words)],
            env=dict(os.environ) | dict(env),
            cwd="/",
            text=True,
            capture_output=True,
            timeout=120,
        )

    def bind(self, source: Path, target: Path) -> None:
        """`target` becomes another name of `source`: a folder or a file."""
        if source.is_dir():
            target.mkdir(parents=True, exist_ok=True)
        done = self.run("mount", "--bind", source, target)
        assert done.returncode == 0, done.stderr

    def volume(self, target: Path, files: Mapping[str, bytes] = {}) -> Path:
        """A volume of its own at `target`, with these files."""
        target.mkdir(parents=True, exist_ok=True)
        done = self.run("mount", "-t", "tmpfs", "-o", "mode=755", "hubcache-test", target)
        if done.returncode != 0:
            pytest.skip(f"no tmpfs can be mounted here: {done.stderr.strip()}")
        for name, content in files.items():
            file = self.inside(target) / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        return target

    def unmount(self, target: Path) -> None:
        done = self.run("umount", target)
        assert done.returncode == 0, done.stderr

    def inside(self, path: Path) -> Path:
        """The path as programs in the namespace see it, for the test to look at."""
        return Path(f"/proc/{self.keeper.pid}/root{path}")

    def end(self) -> None:
        for target in self.served:
            self.unmount(target)
        self.keeper.communicate("")


class CommandInside:
    """The hubcache command in the namespace."""

    def __init__(self, mounts: Mounts, command) -> None:
        self.mounts, self.command = mounts, command

    def __call__(self, *arguments: object, env: Mapping[str, str] = {}) -> subprocess.CompletedProcess[str]:
        words = [f"{name}={value}" for name, value in (self.command.env | dict(env)).items()]
        return self.mounts.run("env", "-i", *words, self.command.binary, *arguments)


@pytest.fixture
def mounts() -> Iterator[Mounts]:
    held = Mounts()
    yield held
    held.end()
