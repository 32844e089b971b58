"""bench/wheel: compares the command of the wheel with the one that this machine's compiler and libraries give.

    ./dev wheel x86_64 && ./dev bench wheel [--runs N]

Each run is a whole process, and the two take turns. The files are in the page cache, the digest cache is empty. The program prints
medians, their spread and the ratio (above 1: the wheel's takes less); it judges nothing."""

import argparse
import os
import platform
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))
from common import run, spread  # noqa: E402

WHEELS = HERE.parent.parent / "build" / "wheel" / platform.machine() / "hubcache"


def contest(title: str, runs: int, ways: dict) -> None:
    costs: dict = {way: [] for way in ways}
    for _ in range(runs):
        for way, once in ways.items():
            costs[way].append(once())
    print(f"\n{title}, {runs} runs in turn; milliseconds: median (min … max)")
    for way, seen in costs.items():
        print(f"  {way:14} wall {spread([c.wall for c in seen], 1000)}   CPU {spread([c.cpu for c in seen], 1000)}")
    ratios = [here.cpu / wheels.cpu for here, wheels in zip(costs["this machine's"], costs["the wheel's"])]
    print(f"  ratio CPU {spread(ratios, 100)} %")


def main() -> None:
    options = argparse.ArgumentParser(prog="./dev bench wheel")
    options.add_argument("--runs", type=int, default=7)
    runs = options.parse_args().runs
    commands = {"this machine's": os.environ["HUBCACHE_BIN"], "the wheel's": WHEELS}
    with tempfile.TemporaryDirectory(prefix="hubcache-bench-") as folder:
        env = {"PATH": os.environ["PATH"], "HOME": folder}
        one = Path(folder, "one")
        with open(one, "wb") as file:
            for _ in range(1024):
                file.write(os.urandom(1 << 20))

        def hashing(command, kind):
            return lambda: run([command, "hash", kind, one], env | {"HUBCACHE_CACHE": tempfile.mkdtemp(dir=folder)})

        ways = {name: lambda command=command: run([command, "--version"], env) for name, command in commands.items()}
        contest("--version", 10 * runs, ways)
        for kind in ("--sha256", "--git"):
            contest(f"hash {kind}, 1 GiB", runs, {name: hashing(command, kind) for name, command in commands.items()})


main()
