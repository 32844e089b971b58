"""bench/adopt: compares hubcache adopt with Python programs that do what the wiki page describes, and measures its own
cost.

    ./dev bench adopt [--runs N] [--quick] [--picture FILE]

First part: 1,500 files, 20 ms added to each answer of the hub double; each contestant is a whole process, and the
contestants take turns. hubcache adopts a user's folder, and in place, as the peers work. Second part: 20,000 and
100,000 files --offline, with CPU time per file and peak memory. Both parts also measure the floor, the time for as many
symlinks alone, because it varies tenfold from hour to hour. The program prints medians, their spread and ratios, and
judges nothing. FILE gets the first part as an SVG."""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))
from bars import Bar, Group, draw  # noqa: E402
from common import Cost, run, spread  # noqa: E402

DOUBLE = HERE.parent.parent / "test" / "e2e"
REPO = "ctbots/many"
FILES = 1500
LABELS = {
    "hubcache": "hubcache adopt",
    "in place": "hubcache adopt, in place",
    "serial": "the wiki's way, a request a file",
    "threads": "the same on 16 threads",
    "tree": "a request for all files",
}


class Bench:
    """Measures the contestants. Nothing is deleted between runs: for half a minute ext4 does not reuse the inodes of
    deleted files, but looks through all of them for each new file (fs/ext4/ialloc.c, recently_deleted), which takes 10
    times the CPU time. So wait five minutes after anything that has deleted many files, also after this benchmark; the
    floor shows whether this was enough."""

    def __init__(self, folder: Path, runs: int):
        self.folder, self.runs = folder, runs
        self.hubcache = os.environ["HUBCACHE_BIN"]
        self.homes = 0

    def env(self, url: str = "") -> dict:
        """Returns an environment with a new home, so that each adoption is a first adoption."""
        self.homes += 1
        home = self.folder / f"home{self.homes}"
        home.mkdir()
        return {"PATH": os.environ["PATH"], "HOME": str(home), "STUDIO_GIT_HOST": url, "no_proxy": "127.0.0.1"}

    def against_peers(self, quick: bool) -> Group:
        double = subprocess.Popen(
            [sys.executable, "-m", "hubdouble", "--port", "0", "--sample", "--many", str(FILES), "--latency-ms", "20"],
            cwd=DOUBLE,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            return self._against_peers(double.stdout.readline().split()[-1], quick)
        finally:
            double.stdin.close()
            double.wait(30)

    def _against_peers(self, url: str, quick: bool) -> Group:
        model = self.folder / "model"
        make_files(model, hub_paths(url))
        ways = ["threads", "tree"] if quick else ["serial", "threads", "tree"]
        costs: dict = {way: [] for way in ["hubcache", "in place", *ways]}
        for number in range(self.runs):
            for way in ways:
                copy = self.folder / f"copy-{way}-{number}"
                shutil.copytree(model, copy)
                costs[way].append(run([sys.executable, HERE / "peers.py", way, url, REPO, copy], self.env(url)))
            costs["hubcache"].append(run([self.hubcache, "adopt", REPO, model], self.env(url)))
            costs["in place"].append(self.adopt_in_place(model, url))
            costs.setdefault("floor", []).append(self.bare_links(model))
        print(f"{FILES} files, 20 ms added to each answer, {self.runs} runs in turn; milliseconds: median (min … max)")
        for way, seen in costs.items():
            print(f"  {way:9} wall {spread([c.wall for c in seen], 1000)}   CPU {spread([c.cpu for c in seen], 1000)}")
        for ours, others in {"hubcache": [*ways, "floor"], "in place": ways}.items():
            for way in others:
                pairs = list(zip(costs[way], costs[ours]))
                print(
                    f"  {way} / {ours}: wall {spread([a.wall / b.wall for a, b in pairs])}   "
                    f"CPU {spread([a.cpu / b.cpu for a, b in pairs])}"
                )
        walls = {LABELS[way]: [cost.wall * 1000 for cost in costs[way]] for way in LABELS if way in costs}
        bars = [Bar(label, statistics.median(wall), min(wall), max(wall)) for label, wall in walls.items()]
        return Group(f"{FILES:,} files, 20 ms added to each answer of the hub", bars)

    def adopt_in_place(self, model: Path, url: str) -> Cost:
        """Adopts the place itself, as the peers do. hubcache also creates a second hard link for each file; the peers
        do not."""
        env = self.env(url)
        place = Path(env["HOME"]) / ".cache/aistudio/hub/models" / REPO
        shutil.copytree(model, place)
        os.sync()  # the measurement excludes the copy
        return run([self.hubcache, "adopt", REPO, place], env)

    def bare_links(self, model: Path) -> Cost:
        """Measures symlinks alone. Another process creates them, because a child's peak memory starts at that of its
        parent."""
        self.homes += 1
        told = subprocess.run(
            [sys.executable, HERE / "links.py", model, self.folder / f"links{self.homes}"],
            check=True,
            capture_output=True,
        )
        wall, user, system = map(float, told.stdout.split())
        return Cost(wall, user, system, peak=0)

    def alone(self, count: int) -> None:
        model = self.folder / f"model{count}"
        make_files(model, (f"folder{i // 1000}/file{i}.bin" for i in range(count)))
        costs, floor = [], []
        for _ in range(self.runs):
            costs.append(run([self.hubcache, "adopt", REPO, model, "--offline"], self.env()))
            floor.append(self.bare_links(model))
        allowed = 30 * 1024 + 700 * count / 1024
        print(
            f"{count} files --offline by symlink, {self.runs} runs: CPU µs a file {spread([c.cpu / count for c in costs], 1e6)}"
            f"   wall s {spread([c.wall for c in costs])}   peak KiB {spread([c.peak for c in costs])}"
            f"   (30 MiB + 700 bytes a file: {allowed:.0f})\n  floor, {count} bare symlinks: CPU µs a file "
            f"{spread([c.cpu / count for c in floor], 1e6)}   hubcache / floor {spread([a.cpu / b.cpu for a, b in zip(costs, floor)])}"
        )

    def start(self) -> None:
        costs = [run([self.hubcache, "--version"], self.env()) for _ in range(10 * self.runs)]
        print(
            f"hubcache --version, {len(costs)} runs: ms wall {spread([c.wall for c in costs], 1000)}"
            f"   CPU {spread([c.cpu for c in costs], 1000)}"
        )


def hub_paths(url: str):
    """Yields the names of the files in the double's repo."""
    import requests

    page, more = 1, True
    while more:
        answer = requests.get(
            f"{url}/api/v1/repos/{REPO}/git/trees/master?recursive=true&page={page}&per_page=1000"
        ).json()
        yield from (entry["path"] for entry in answer["tree"] or () if entry["type"] == "blob")
        more, page = answer["truncated"], page + 1


def make_files(folder: Path, names) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"local")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="without the serial peer, which takes a minute a run")
    parser.add_argument("--picture", type=Path, metavar="FILE", help="an SVG with the figures of the first part")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="hubcache-bench-") as folder:
        bench = Bench(Path(folder), asked.runs)
        peers = bench.against_peers(asked.quick)
        if asked.picture:
            note = (
                f"wall time of {asked.runs} runs of each in turn; the peers are Python programs (bench/adopt/peers.py)"
            )
            asked.picture.write_text(draw("Adoption of a model", "milliseconds", [peers], note))
        bench.alone(20_000)
        bench.alone(100_000)
        bench.start()


if __name__ == "__main__":
    main()
