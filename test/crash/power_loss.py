"""Cuts the power in the middle of a hubcache command, on a real file system, and checks what is left.

    power_loss.py KIND SCENE FOLDER STATES FLUSH_AT

Runs the command of a scene (scenes.py) on a file system of this kind, whose disk records every write and sync
(recording_disk.py). After a power loss, the disk has all writes from before its last sync, and any of the writes since. The
program makes such disks, mounts each, so that the file system recovers, and checks the home as test_crash.py does after a
kill. STATES: the number of disks to check; 0: all that it makes. FLUSH_AT: before this change of the disk (stepper.cc) the
system writes everything to the disk, as it may at any time; 0: never. Prints the number of checked disks; fails with the
first wrong one.

Needs root, and has to run in a mount namespace and a PID namespace of its own: nothing is left behind."""

import os
import random
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator, Optional

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "e2e")]

from hubdouble import Hub  # noqa: E402
from recording_disk import Write, entries  # noqa: E402
from scenes import SCENES  # noqa: E402
from trial import State, Trial, prepare  # noqa: E402

MEBIBYTE = 2**20
SIZES = {
    "ext4": 64 * MEBIBYTE,
    "xfs": 300 * MEBIBYTE,
    "btrfs": 128 * MEBIBYTE,
}  # the last two: the least that mkfs takes
MAKE = {
    "ext4": ["mkfs.ext4", "-q", "-E", "lazy_itable_init=0,lazy_journal_init=0"],
    "xfs": ["mkfs.xfs", "-q"],
    "btrfs": ["mkfs.btrfs", "-q"],
}
OPTIONS = {"ext4": "noatime", "xfs": "noatime", "btrfs": "noatime,nodiscard"}


def run(*words: object) -> str:
    done = subprocess.run([str(word) for word in words], text=True, capture_output=True, timeout=60)
    if done.returncode != 0:
        raise RuntimeError(f"{words}: {done.stderr}")
    return done.stdout.strip()


class Disk:
    """A file system of one kind, always at the same path, because the path is part of hubcache's files."""

    def __init__(self, kind: str, folder: Path):
        self.kind, self.at, self.image = kind, folder / "disk", folder / "image"
        self.empty, self.log, self.recorder = folder / "empty", folder / "log", folder / "recorder"
        for each in (self.at, self.recorder):
            each.mkdir(parents=True)
        with open(self.empty, "wb") as file:
            file.truncate(SIZES[kind])
        run(*MAKE[kind], self.empty)

    @contextmanager
    def mounted(self, image: Path) -> Iterator[None]:
        run("mount", "-o", f"loop,{OPTIONS[self.kind]}", "-t", self.kind, image, self.at)
        try:
            yield
        finally:
            run("umount", self.at)

    @contextmanager
    def recorded(self) -> Iterator[None]:
        """Mounts a new file system whose disk records."""
        shutil.copyfile(self.empty, self.image)
        words = [sys.executable, HERE / "recording_disk.py", self.image, self.log, self.recorder]
        with subprocess.Popen(words) as recorder:
            while not os.path.ismount(self.recorder):
                assert recorder.poll() is None, "the recorder has ended"
                time.sleep(0.01)
            device = run("losetup", "--find", "--show", self.recorder / "disk")
            run("mount", "-o", OPTIONS[self.kind], "-t", self.kind, device, self.at)
            try:
                yield
            finally:
                run("umount", self.at)
                run("losetup", "--detach", device)
                run("umount", self.recorder)

    def recorded_entries(self) -> int:
        return sum(1 for _ in entries(self.log))

    def make(self, writes: list[Write]) -> None:
        """Makes the image that a disk has after these writes."""
        run("cp", "--sparse=always", self.empty, self.image)
        with open(self.image, "r+b") as file:
            for offset, data in writes:
                file.seek(offset)
                file.write(data)


class Recording:
    """The writes and syncs that a command has made on its disk."""

    def __init__(self, log: list[Optional[Write]], begin: int):
        self.before = [entry for entry in log[:begin] if entry]
        self.epochs: list[list[Write]] = [[]]  # the writes between two syncs
        for entry in log[begin:]:
            if entry:
                self.epochs[-1].append(entry)
            elif self.epochs[-1]:
                self.epochs.append([])

    def states(self) -> Iterator[tuple[str, list[Write]]]:
        """Yields disks after a power loss: for each epoch, some of the beginnings of its writes, and other parts of them, which
        a disk may write in any order."""
        chance = random.Random(1)
        done = list(self.before)
        for number, epoch in enumerate(self.epochs):
            yield f"epoch {number}", list(done)
            for count in sorted({len(epoch) // 3, len(epoch) // 2, len(epoch) - 1} - {-1, 0}):
                yield f"epoch {number}, the first {count} of {len(epoch)} writes", done + epoch[:count]
            for _ in range(2 if len(epoch) > 1 else 0):
                kept = [write for write in epoch if chance.random() < 0.5]
                yield f"epoch {number}, {len(kept)} of {len(epoch)} writes", done + kept
            done += epoch
        yield "the end", done


def record(disk: Disk, scene_name: str, hub: Hub, flush_at: int) -> tuple[State, Recording]:
    scene, home = SCENES[scene_name], disk.at / "home"
    with disk.recorded():
        state = prepare(scene, home, hub)
        run("sync", "-f", disk.at)
        begin = disk.recorded_entries()
        state.command.env["REAL_SYNC"] = "1"
        if flush_at:
            stop = state.command.race("changes", flush_at, f"sync -f {disk.at}", *scene.command)
            assert stop.code == 0, stop.output
        else:
            state.command.run_well(*scene.command)
        del state.command.env["REAL_SYNC"]
        run("sync", "-f", disk.at)
        end = disk.recorded_entries()
    return state, Recording(list(entries(disk.log))[:end], begin)


def check(trial: Trial, state: State, disk: Disk, name: str, writes: list[Write], then: str) -> None:
    disk.make(writes)
    with disk.mounted(disk.image):
        try:
            trial.check(state, then)
        except AssertionError as problem:
            sys.exit(f"power loss at {name}, then {then}:\n{problem}")


def main(kind: str, scene: str, folder: str, most: str, flush_at: str) -> None:
    disk = Disk(kind, Path(folder))
    with Hub(lfs_size="content") as hub:
        shutil.copyfile(disk.empty, disk.image)
        with disk.mounted(disk.image):
            trial = Trial(SCENES[scene], disk.at / "home", hub)
        state, recording = record(disk, scene, hub, int(flush_at))
        states = list(recording.states())
        step = max(1, len(states) // int(most)) if int(most) else 1
        chosen = [*states[:-1:step], states[-1]]
        # Before the release has begun, a new adoption in place may ask what to do with the client's changes.
        ways = ("again",) if trial.is_release else ("again", "release")
        for number, (name, writes) in enumerate(chosen):
            check(trial, state, disk, name, writes, ways[number % len(ways)])
    print(len(chosen), "of", len(states))


if __name__ == "__main__":
    main(*sys.argv[1:])
