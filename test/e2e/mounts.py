"""A mount namespace for one test. Its mounts end with it. Needs root or user namespaces."""

import os
import subprocess
from pathlib import Path
from typing import Iterator, Mapping

import pytest


class Mounts:
    """Keeps the namespace alive, runs programs in it and opens its files."""

    def __init__(self) -> None:
        self.is_root = os.geteuid() == 0
        # FUSE mounts; their servers run in the namespace and end at the unmount
        self.served: list[Path] = []
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
        """Returns the words that go before a command to run it in the namespace."""
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
        """Mounts `source`, a folder or a file, at `target`."""
        if source.is_dir():
            target.mkdir(parents=True, exist_ok=True)
        done = self.run("mount", "--bind", source, target)
        assert done.returncode == 0, done.stderr

    def volume(self, target: Path, files: Mapping[str, bytes] = {}, size: str = "50%") -> Path:
        """Mounts a new tmpfs with these files at `target`. `size`: as for tmpfs(5)."""
        target.mkdir(parents=True, exist_ok=True)
        done = self.run("mount", "-t", "tmpfs", "-o", f"mode=755,size={size}", "hubcache-test", target)
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
        """Returns a path through which the test opens a file of the namespace."""
        return Path(f"/proc/{self.keeper.pid}/root{path}")

    def end(self) -> None:
        for target in self.served:
            self.unmount(target)
        self.keeper.communicate("")


class CommandInside:
    """The hubcache command, run in the namespace."""

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
