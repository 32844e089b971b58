"""bench/fleet: compares status, refresh and verify over 60 adopted repos with the same commands for one repo at a time.

    ./dev bench fleet [--runs N]

First part: 20 ms added to each answer of the hub double; the homes are in memory, because refresh would wait for the
disk. The floor is one request for each repo's tree, 16 at a time, by Python. Second part: the peak memory for 60 repos
of 1,500 files, each in a separate run. The program prints medians, their spread and ratios, and judges nothing."""

import argparse
import os
import sys
import tempfile
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent.parent / "test" / "e2e")]
from common import Cost, peak_of, run, spread  # noqa: E402
from hubdouble import Hub  # noqa: E402

REPOS = [f"ctbots/fleet-{number:02}" for number in range(60)]
COMMANDS = ["status", "refresh", "verify"]


class Fleet:
    def __init__(self, folder: Path, hub: Hub, files: int):
        self.hub, self.hubcache = hub, os.environ["HUBCACHE_BIN"]
        self.env = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "STUDIO_GIT_HOST": hub.url,
            "no_proxy": "127.0.0.1",
        }
        names = [f"folder{number % 15}/file{number}.txt" for number in range(files)]
        for repo_id in REPOS:
            hub.repo(repo_id).push({name: f"{repo_id} {name}".encode() for name in names})
            for name in names:
                path = folder / repo_id / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(b"local")
            run([self.hubcache, "adopt", repo_id, folder / repo_id], self.env)
        hub.latency = 0.02

    def all_at_once(self, command: str) -> Cost:
        return run([self.hubcache, command], self.env)

    def one_by_one(self, command: str) -> Cost:
        costs = [run([self.hubcache, command, repo_id], self.env) for repo_id in REPOS]
        return Cost(sum(c.wall for c in costs), sum(c.user for c in costs), sum(c.system for c in costs), 0)

    def one_round(self) -> float:
        def ask(repo_id: str) -> None:
            with urllib.request.urlopen(f"{self.hub.url}/api/v1/repos/{repo_id}/git/trees/master") as answer:
                answer.read()

        start = time.perf_counter()
        with ThreadPoolExecutor(16) as pool:
            list(pool.map(ask, REPOS))
        return time.perf_counter() - start


def compare(fleet: Fleet, runs: int) -> None:
    floor: list[float] = []
    costs: dict[str, dict[str, list[Cost]]] = {command: {"together": [], "one by one": []} for command in COMMANDS}
    for _ in range(runs):
        floor.append(fleet.one_round())
        for command, ways in costs.items():
            ways["together"].append(fleet.all_at_once(command))
            ways["one by one"].append(fleet.one_by_one(command))
    print(f"{len(REPOS)} repos, 20 ms added to each answer, {runs} runs in turn; milliseconds: median (min … max)")
    print(f"  floor: one question for each repo, 16 at a time: wall {spread(floor, 1000)}")
    for command, ways in costs.items():
        for way, seen in ways.items():
            walls, cpus = [c.wall for c in seen], [c.cpu for c in seen]
            print(f"  {command:7} {way:10} wall {spread(walls, 1000)}   CPU {spread(cpus, 1000)}")
        pairs = list(zip(ways["one by one"], ways["together"]))
        print(
            f"  {command:7} one by one / together: wall {spread([a.wall / b.wall for a, b in pairs])}   "
            f"CPU {spread([a.cpu / b.cpu for a, b in pairs])}   "
            f"together / floor: wall {spread([b.wall / f for (_, b), f in zip(pairs, floor)])}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="hubcache-bench-", dir=memory) as folder, Hub() as hub:
        compare(Fleet(Path(folder), hub, files=5), runs)
    with tempfile.TemporaryDirectory(prefix="hubcache-bench-", dir=memory) as folder, Hub() as hub:
        fleet = Fleet(Path(folder), hub, files=1500)
        for command in [*COMMANDS, *(f"{command} --json" for command in COMMANDS)]:
            peaks = [peak_of([fleet.hubcache, *command.split()], fleet.env) for _ in range(min(runs, 3))]
            print(f"{len(REPOS)} repos of 1,500 files, {command}: peak MiB {spread(peaks)}")


if __name__ == "__main__":
    main()
