"""bench/digest: compares hubcache hash and verify with programs that do the same, and measures their cost.

    ./dev bench digest [--runs N] [--quick]

The files are in the page cache; each contestant is a whole process, and the contestants take turns. The program prints
medians, their spread and ratios (above 1: hubcache takes less), with CPU time beside wall time, and the machine's own
floors; it judges nothing. It needs 6 GiB of disk."""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))
sys.path.insert(0, str(HERE.parent.parent / "test" / "e2e"))
from common import peak_of, run, spread  # noqa: E402
from hubdouble import Hub, Opaque  # noqa: E402
from hubdouble.git import blob_id, lfs_pointer  # noqa: E402

MIB = 1 << 20
VENV = HERE.parent.parent / ".venv" / "bench"


def make_hf_venv() -> None:
    wanted = (HERE / "requirements.txt").read_text()
    mark = VENV / "requirements.txt"
    if not mark.exists() or mark.read_text() != wanted:
        subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], check=True)
        subprocess.run(
            [VENV / "bin/python", "-m", "pip", "install", "--quiet", "-r", HERE / "requirements.txt"], check=True
        )
        mark.write_text(wanted)


class Bench:
    def __init__(self, folder: Path, runs: int, quick: bool):
        self.folder, self.runs, self.quick, self.caches = folder, runs, quick, 0
        self.hubcache, self.floor = os.environ["HUBCACHE_BIN"], Path(os.environ["HUBCACHE_TOOLS"]) / "bench_floor"
        home = folder / "home"
        home.mkdir()
        self.env = {"PATH": os.environ["PATH"], "HOME": str(home), "no_proxy": "127.0.0.1"}

    def with_new_cache(self) -> dict:
        """Returns an environment with an empty digest cache, so that every file is hashed."""
        self.caches += 1
        return self.env | {"HUBCACHE_CACHE": str(self.folder / f"cache{self.caches}")}

    def ask_floor(self, *words) -> list[float]:
        return numbers([self.floor, *words])

    def contest(self, title: str, ways: dict, own: str = "hubcache") -> dict:
        """Runs the contestants in turn and prints their costs. `ways`: name -> a function that runs the contestant once
        and returns its Cost."""
        costs: dict = {way: [] for way in ways}
        for _ in range(self.runs):
            for way, once in ways.items():
                costs[way].append(once())
        print(f"\n{title}, {self.runs} runs in turn; milliseconds: median (min … max)")
        for way, seen in costs.items():
            ratio = "" if way == own else f"   ratio wall {spread([a.wall / b.wall for a, b in zip(seen, costs[own])])}"
            ratio += "" if way == own else f"   CPU {spread([a.cpu / b.cpu for a, b in zip(seen, costs[own])])}"
            print(
                f"  {way:28} wall {spread([c.wall for c in seen], 1000)}   CPU {spread([c.cpu for c in seen], 1000)}{ratio}"
            )
        return costs

    def tell_peak(self, *words) -> None:
        print(f"  peak of hubcache {peak_of([self.hubcache, *words], self.with_new_cache()):.0f} MiB")

    def own(self, *words):
        return lambda: run([self.hubcache, "hash", *words], self.with_new_cache())

    def peer(self, *words):
        return lambda: run(words, self.env)

    def large(self) -> None:
        many = [self.folder / f"large{i}" for i in range(4)]
        for file in many:
            write_random(file, 512)
        one = self.folder / "one"
        with open(one, "wb") as file:
            for part in many:
                file.write(part.read_bytes())
        for title, files in (("4 × 512 MiB, SHA-256", many), ("1 × 2 GiB, SHA-256", [one])):
            ways = {
                "hubcache": self.own("--sha256", *files),
                "openssl dgst": self.peer("openssl", "dgst", "-sha256", *files),
                "hashlib loop": self.peer(sys.executable, HERE / "peers.py", "hashlib", *files),
            }
            if not self.quick:
                ways["sha256sum"] = self.peer("sha256sum", *files)
            self.contest(title, ways)
        for title, files in (("4 × 512 MiB, git", many), ("1 × 2 GiB, git", [one])):
            ways = {
                "hubcache": self.own("--git", *files),
                "git, bigFileThreshold=100g": self.peer(
                    "git", "-c", "core.bigFileThreshold=100g", "hash-object", *files
                ),
            }
            if not self.quick:
                ways["git hash-object"] = self.peer("git", "hash-object", *files)
            self.contest(title, ways)
        both = self.contest("1 × 2 GiB, git and SHA-256 in one read", {"hubcache": self.own("--git", "--sha256", one)})[
            "hubcache"
        ]
        self.tell_peak("hash", "--git", "--sha256", one)
        sha1, sha256 = self.ask_floor("memory")
        rates = [2.147483648 / cost.wall for cost in both]
        in_turn = 1 / (1 / sha1 + 1 / sha256)
        print(
            f"  GB/s {spread(rates)}; in memory SHA-1 {sha1:.2f}, SHA-256 {sha256:.2f}, one after the other {in_turn:.2f};"
            f" of that {spread([rate / in_turn for rate in rates])}"
        )
        for file in [*many, one]:
            file.unlink()

    def small(self) -> None:
        folder = self.folder / "small"
        names = write_small(folder, 20_000, 4096)
        (self.folder / "names").write_text("".join(f"{name}\n" for name in names))

        def git():
            with open(self.folder / "names") as stdin:
                return run(["git", "hash-object", "--stdin-paths"], self.env, stdin)

        self.contest(
            "20,000 × 4 KiB, git blob ids",
            {
                "hubcache": self.own("--git", folder),
                "git --stdin-paths": git,
                "floor: open, read, close": self.peer(self.floor, "read", folder),
                "floor: … and SHA-1, all cores": self.peer(self.floor, "hash", folder),
            },
        )
        self.contest("20,000 × 4 KiB, git and SHA-256", {"hubcache": self.own("--git", "--sha256", folder)})

    def unchanged(self) -> None:
        folder = self.folder / "unchanged"
        write_small(folder, 100_000, 16)
        env = self.with_new_cache()
        run([self.hubcache, "hash", folder], env)  # a digest is not stored if the file is younger than 2 s
        run([self.hubcache, "hash", folder], env)
        self.contest(
            "100,000 unchanged files against a bare walk",
            {
                "hubcache": lambda: run([self.hubcache, "hash", folder], env),
                "getdents and statx": self.peer(self.floor, "walk", folder),
            },
        )
        print(f"  peak of hubcache {peak_of([self.hubcache, 'hash', folder], env):.0f} MiB")

    def index(self) -> None:
        own, python = [], []
        for _ in range(3 * self.runs):
            own.append(self.ask_floor("index", self.folder / "index", 100_000))
            python.append(numbers([sys.executable, HERE / "peers.py", "index", self.folder / "index2", 100_000]))
        print(f"\n.msc of 100,000 records, {len(own)} runs in turn; milliseconds")
        for title, part in (("written and synced", 0), ("in memory alone", 1)):
            print(
                f"  {title:28} hubcache {spread([a[part] for a in own], 1000)}   Python {spread([b[part] for b in python], 1000)}"
                f"   ratio {spread([b[part] / a[part] for a, b in zip(own, python)])}"
            )
        print(f"  floor: write and fsync       {spread([a[2] for a in own], 1000)}")

    def cache(self) -> None:
        seen = [self.ask_floor("cache", self.folder / f"store{i}", 100_000) for i in range(3 * self.runs)]
        print(
            f"\ndigest cache of 100,000 files, {len(seen)} runs; milliseconds: filled and saved {spread([a for a, _ in seen], 1000)}"
            f"   loaded, and each found {spread([b for _, b in seen], 1000)}"
        )

    def verify(self) -> None:
        """hf verifies its own layout; hubcache verifies the same files, listed as by AI Studio."""
        make_hf_venv()
        commit = "c" * 40
        repo = self.folder / "hf" / "models--o--n"
        snapshot = repo / "snapshots" / commit
        (snapshot / "lfs").mkdir(parents=True)
        for i in range(4):
            write_random(snapshot / f"lfs/weights{i}", 256)
        write_small(snapshot / "small", 2000, 4096)
        (repo / "refs").mkdir()
        (repo / "refs/main").write_text(commit)
        server = subprocess.Popen(
            [sys.executable, HERE / "peers.py", "tree", snapshot], stdout=subprocess.PIPE, text=True
        )
        try:
            hf_env = self.env | {
                "HF_ENDPOINT": server.stdout.readline().strip(),
                "HF_HUB_CACHE": str(repo.parent),
                "HF_HUB_DISABLE_TELEMETRY": "1",
                "HF_HUB_DISABLE_UPDATE_CHECK": "1",
            }
            with Hub() as hub:
                hub.repo("o/n").push(
                    {str(file.relative_to(snapshot)): listed(file) for file in snapshot.rglob("*") if file.is_file()}
                )
                url = {"STUDIO_GIT_HOST": hub.url}
                self.contest(
                    "verify 4 × 256 MiB of LFS and 2,000 × 4 KiB",
                    {
                        "hubcache": lambda: run(
                            [
                                self.hubcache,
                                "verify",
                                "o/n",
                                "--local-dir",
                                snapshot,
                                "--fail-on",
                                "edited,missing,extra",
                            ],
                            self.with_new_cache() | url,
                        ),
                        "hf cache verify": lambda: run([VENV / "bin/hf", "cache", "verify", "o/n"], hf_env),
                    },
                )
        finally:
            server.kill()
            server.wait()


def numbers(command) -> list[float]:
    return [
        float(word) for word in subprocess.run([*map(str, command)], check=True, capture_output=True).stdout.split()
    ]


def listed(file: Path) -> Opaque:
    content = file.read_bytes()
    if file.parent.name != "lfs":
        return Opaque(blob_id(content), len(content))
    pointer = lfs_pointer(content)
    return Opaque(blob_id(pointer), len(pointer))


def write_random(file: Path, mebibytes: int) -> None:
    with open(file, "wb") as stream:
        for _ in range(mebibytes):
            stream.write(os.urandom(MIB))


def write_small(folder: Path, count: int, size: int) -> list[Path]:
    names = [folder / f"folder{i // 1000}" / f"file{i}" for i in range(count)]
    for i, name in enumerate(names):
        if i % 1000 == 0:
            name.parent.mkdir(parents=True)
        name.write_bytes(os.urandom(size))
    return names


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument(
        "--quick", action="store_true", help="without the peers that take a quarter of a minute or more a run"
    )
    parser.add_argument("parts", nargs="*", help="of large small unchanged index cache verify; none: all of them")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="hubcache-bench-") as folder:
        bench = Bench(Path(folder), asked.runs, asked.quick)
        for part in asked.parts or ("large", "small", "unchanged", "index", "cache", "verify"):
            getattr(bench, part)()


if __name__ == "__main__":
    main()
