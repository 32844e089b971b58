"""Mounts other kinds of file systems for one test in a mount namespace. Nothing is left behind."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from mounts import CommandInside, Mounts
from scene import FILES

IMAGE_SIZE = 512 * 2**20  # sparse; mkfs.xfs requires at least 300 MiB
MAKE = {"xfs": ["mkfs.xfs", "-q", "-m", "reflink=1"], "btrfs": ["mkfs.btrfs", "-q"], "ext4": ["mkfs.ext4", "-q"]}
WITHOUT_LINKS = {"vfat": ["mkfs.vfat"], "exfat": ["mkfs.exfat"]}  # no symlinks, no hard links, no reflinks


def mount(mounts: Mounts, kind: str, target: Path, image: Path) -> None:
    """Mounts a new file system at `target`. All kinds but tmpfs use the file `image`, which requires a loop device and
    root."""
    target.mkdir(parents=True, exist_ok=True)
    if kind == "tmpfs":
        done = mounts.run("mount", "-t", "tmpfs", "-o", "mode=755", "hubcache-test", target)
    else:
        make_image(kind, image)
        done = mounts.run("mount", "-o", "loop", "-t", kind, image, target)
        if done.returncode != 0 and kind == "exfat" and shutil.which("mount.exfat-fuse"):
            device = mounts.run("losetup", "--find", "--show", image).stdout.strip()
            done = mounts.run("mount.exfat-fuse", "-o", "umask=022", device, target)
            mounts.run("losetup", "--detach", device)  # takes effect at the unmount
            if done.returncode == 0:
                mounts.served.append(target)
    if done.returncode != 0:
        pytest.skip(f"{kind} cannot be mounted here: {done.stderr.strip()}")


def make_image(kind: str, image: Path) -> None:
    make = (MAKE | WITHOUT_LINKS)[kind]
    program = make[0]
    if not shutil.which(program):
        pytest.skip(f"{program} is missing")
    if os.geteuid() != 0:
        pytest.skip("a loop device needs root")
    with open(image, "wb") as file:
        file.truncate(IMAGE_SIZE)
    made = subprocess.run([*make, str(image)], text=True, capture_output=True, timeout=120)
    assert made.returncode == 0, made.stderr


class Disk:
    """A file system mounted for the test, with a copy of the user's model on it. Runs the command and the clients
    there."""

    def __init__(self, mounts: Mounts, hubcache, folder: Path, kind: str, model: Path):
        self.mounts, self.folder = mounts, folder / "disk"
        mount(mounts, kind, self.folder, folder / "image")
        self.command = CommandInside(mounts, hubcache)
        self.model = self.folder / "model"
        assert mounts.run("cp", "-rL", model, self.model).returncode == 0
        self.inside(self.model / "model.safetensors").write_bytes(bytes(range(256)) * 1024)

    def inside(self, path: Path) -> Path:
        return self.mounts.inside(path)

    def client(self, client):
        return client.under("nsenter", f"--target={self.mounts.keeper.pid}", "--mount")

    def contents(self, folder: Path) -> dict[str, bytes]:
        return {path: self.inside(folder / path).read_bytes() for path in FILES}
