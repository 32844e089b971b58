"""`hubcache dedupe` beside jdupes, rdfind and duperemove: 4 GiB on a file system of its own, half of it double."""

import os
import shutil
import statistics
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import Callable, Iterator

from common import Cost, run, spread

SMALL, LARGE = (500, 1 << 20), (4, 384 << 20)  # number and bytes of the files; each has a copy
IMAGE_SIZE = 12 << 30  # sparse
MAKE = {"xfs": ["mkfs.xfs", "-q", "-m", "reflink=1"], "btrfs": ["mkfs.btrfs", "-q"]}


@contextmanager
def mounted(folder: Path, kind: str) -> Iterator[Path]:
    """Yields the folder of a new file system in a file of the system's disk."""
    if os.geteuid() != 0:
        sys.exit("the part dedupe needs root: it mounts a file system")
    image, target = folder / "image", folder / "mounted"
    with open(image, "wb") as file:
        file.truncate(IMAGE_SIZE)
    target.mkdir()
    subprocess.run([*MAKE[kind], str(image)], check=True)
    subprocess.run(["mount", "-o", "loop", str(image), str(target)], check=True)
    try:
        yield target
    finally:
        subprocess.run(["umount", str(target)], check=True)


def make_files(folder: Path) -> None:
    folder.mkdir()
    for number, size in (SMALL, LARGE):
        for at in range(number):
            with open(folder / f"{size >> 20}-{at}.bin", "wb") as file:
                for _ in range(size >> 20):
                    file.write(os.urandom(1 << 20))


class DedupeBench:
    def __init__(self, folder: Path, runs: int, env: dict, kind: str):
        self.folder, self.runs, self.kind = folder, runs, kind
        self.digests = folder / "digests"
        self.env = env | {"HUBCACHE_CACHE": str(self.digests), "HUBCACHE_STATE": str(folder / "state")}
        self.hubcache = os.environ["HUBCACHE_BIN"]

    def run(self) -> None:
        with mounted(self.folder, self.kind) as disk:
            self.disk = disk
            make_files(disk / "files")
            self.copy()
            self.find()
            self.share()

    def copy(self) -> None:
        """Makes copies that share nothing. Then all of their content is on the disk, and in the system's cache."""
        copies = self.disk / "copies"
        shutil.rmtree(copies, ignore_errors=True)
        subprocess.run(["cp", "-r", "--reflink=never", self.disk / "files", copies], check=True)
        subprocess.run(["sync", "-f", self.disk], check=True)
        subprocess.run(f"cat '{self.disk}'/*/* >/dev/null", shell=True, check=True)

    def forget(self) -> None:
        shutil.rmtree(self.digests, ignore_errors=True)

    def nothing(self) -> None:
        pass

    def find(self) -> None:
        own = [self.hubcache, "dedupe", self.disk, "--dry-run"]
        commands: dict[str, tuple[Callable[[], None], list]] = {
            "hubcache dedupe --dry-run": (self.forget, own),
            "the same, digests known": (self.nothing, own),
            "jdupes -r -m": (self.nothing, ["jdupes", "-r", "-q", "-m", self.disk]),
            "jdupes -r -m -Q": (self.nothing, ["jdupes", "-r", "-q", "-m", "-Q", self.disk]),
            "rdfind -n true": (self.nothing, ["rdfind", "-n", "true", "-makeresultsfile", "false", self.disk]),
            "duperemove -r": (self.nothing, ["duperemove", "-r", "-q", self.disk]),
        }
        self.compare("find equal files", commands)

    def share(self) -> None:
        hashes = self.folder / "hashes"

        def forget_all() -> None:
            self.copy()
            self.forget()
            hashes.unlink(missing_ok=True)

        own = [self.hubcache, "dedupe", self.disk, "--yes"]
        jdupes = ["jdupes", "-r", "-q", "-B", self.disk]
        duperemove = ["duperemove", "-r", "-q", "-d", f"--hashfile={hashes}", self.disk]
        commands: dict[str, tuple[Callable[[], None], list]] = {
            "hubcache dedupe --yes": (forget_all, own),
            "the same again": (self.nothing, own),
            "jdupes -r -B": (forget_all, jdupes),
            "jdupes -r -B again": (self.nothing, jdupes),
            "duperemove -r -d": (forget_all, duperemove),
            "duperemove -r -d again": (self.nothing, duperemove),
        }
        self.compare("find equal files and share their blocks", commands)

    def compare(self, title: str, commands: dict[str, tuple[Callable[[], None], list]]) -> None:
        costs: dict[str, list[Cost]] = {name: [] for name in commands}
        for _ in range(self.runs):
            for name, (prepare, command) in commands.items():
                prepare()
                costs[name].append(run(command, self.env))
        total = 2 * sum(number * size for number, size in (SMALL, LARGE)) / 2**30
        print(f"{title}: {total:.0f} GiB in {2 * (SMALL[0] + LARGE[0]):,} files, half of it double, on {self.kind}")
        print(f"  {self.runs} runs in turn, on a warm cache of the system; milliseconds")
        for name, seen in costs.items():
            print(
                f"  {name:28} wall {spread([c.wall for c in seen], 1000)}   CPU {spread([c.cpu for c in seen], 1000)}"
            )
        cold, warm, *others = costs
        peers = [name for name in others if not name.endswith("again")]
        fastest = min(peers, key=lambda name: statistics.median(cost.wall for cost in costs[name]))
        for own in (cold, warm):
            for peer in dict.fromkeys([fastest, *peers]):
                ratios = [a.wall / b.wall for a, b in zip(costs[peer], costs[own])]
                print(f"  {peer} / {own}: wall {spread(ratios)}{'  (the fastest)' if peer == fastest else ''}")
