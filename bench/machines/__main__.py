"""bench/machines: publishing to a bucket and serving from it, compared with rclone, aws s3 cp and nginx.

    ./dev bench machines [--runs N] [--scale N] [PART…]

The bucket is versitygw's (test/e2e/make_stores.sh), on this machine. The contestants take turns. The program prints
medians, their spread and ratios, and judges nothing."""

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "run"), str(ROOT / "test/e2e")]

from publishing import publish  # noqa: E402
from serving import memory, metadata, presign, pull  # noqa: E402
from stores import Bucket  # noqa: E402

GIBIBYTE = 1 << 30
PARTS = ("presign", "metadata", "memory", "small", "pull", "large")


def fill(file: Path, size: int) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with open(file, "wb") as opened:
        for _ in range(0, size, 1 << 20):
            opened.write(os.urandom(min(size, 1 << 20)))


class Bench:
    def __init__(self, folder: Path, runs: int, scale: int):
        self.folder, self.runs, self.scale = folder, runs, scale
        self.bucket = Bucket(folder)
        self.hubcache = Path(os.environ["HUBCACHE_BIN"])
        path = f"{ROOT / '.venv/machines/bin'}:{os.environ['PATH']}"
        self.env = {"PATH": path, "HOME": str(folder / "home")} | self.bucket.env
        (folder / "home").mkdir()

    def run(self, part: str) -> None:
        source, size = self.folder / part, GIBIBYTE // self.scale
        if part == "presign":
            presign(self)
        elif part == "metadata":
            metadata(self, 100_000 // self.scale)
        elif part == "memory":
            memory(self, 20, 100_000 // self.scale)
        elif part == "small":
            for number in range(2000 // self.scale):
                fill(source / f"d{number // 100}" / f"{number}.bin", 4096)
            publish(self, f"{2000 // self.scale:,} files of 4 KiB", source)
        elif part == "pull":
            fill(source / "large.bin", size)
            pull(self, source, 20, size)
        else:
            for number in range(4):
                fill(source / f"part{number}.bin", size)
            publish(self, f"4 files of {size >> 20} MiB", source)
        shutil.rmtree(source, ignore_errors=True)


def main() -> None:
    options = argparse.ArgumentParser(prog="./dev bench machines")
    options.add_argument("--runs", type=int, default=5)
    options.add_argument("--scale", type=int, default=1, help="divides the bytes and the numbers of files")
    options.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; default: all")
    given = options.parse_args()
    if unknown := set(given.parts) - set(PARTS):
        options.error(f"unknown part: {unknown.pop()}")
    with tempfile.TemporaryDirectory(prefix="hubcache-bench-") as name:
        bench = Bench(Path(name), given.runs, given.scale)
        try:
            for part in given.parts or PARTS:
                bench.run(part)
        finally:
            bench.bucket.end()


main()
