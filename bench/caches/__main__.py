"""bench/caches: `hubcache ls` beside the clients' own commands and du(1); `hubcache dedupe` beside other programs.

    ./dev bench caches [ls|dedupe] [--runs N]

Part ls. First: 200 repos of 50 files each, in the caches of huggingface_hub and modelscope: `hubcache ls`, `hf cache ls` and
`modelscope scan-cache`, each a whole process. Second: one repo of 100,000 files, in 100 folders and in one:
`hubcache ls` and `du -s`. The contestants take turns, on a warm cache of the system; with `--cold` (as root) the system
drops its caches before each run of the second. The clients write banners to stderr: append 2>/dev/null.

Part dedupe (as root): 4 GiB in 1,000 small and 8 large files, half of them copies, on a loop-mounted XFS (or --disk btrfs).
`hubcache dedupe`, jdupes, rdfind and duperemove first only find the equal files, then those that can share blocks do so,
on new copies each time. The system has all files in its memory; hubcache's digest cache is empty before the first of its
two runs. jdupes compares all bytes, but with -Q it trusts digests of 64 bits; rdfind trusts SHA-1s, duperemove digests of
blocks, and hubcache XXH3s of 128 bits. Whoever lets files share blocks lets the kernel compare the bytes.

The program prints medians, their spread and ratios, and judges nothing."""

import argparse
import hashlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
from common import Cost, peak_of, run, spread  # noqa: E402
from dedupe import DedupeBench  # noqa: E402

REPOS, FILES, MANY = 200, 50, 100_000
VENVS = Path(os.environ.get("HUBCACHE_SDK_VENVS", "nowhere"))


def make_huggingface(cache: Path) -> None:
    """Makes repos as huggingface_hub does: contents, and symlinks to them."""
    for number in range(REPOS):
        folder = cache / f"models--owner{number % 20}--model{number}"
        commit = hashlib.sha1(str(number).encode()).hexdigest()
        for path in ("blobs", "refs", f"snapshots/{commit}/weights"):
            (folder / path).mkdir(parents=True)
        (folder / "refs" / "main").write_text(commit)
        for file in range(FILES):
            name = hashlib.sha1(f"{number} {file}".encode()).hexdigest()
            (folder / "blobs" / name).write_bytes(b"x" * (100 + file))
            (folder / "snapshots" / commit / "weights" / f"part-{file}.bin").symlink_to(f"../../../blobs/{name}")


def make_modelscope(root: Path) -> None:
    """Makes repos as modelscope 1.40 does."""
    for number in range(REPOS):
        folder = root / "models" / f"owner{number % 20}--model{number}" / "snapshots" / "master" / "weights"
        folder.mkdir(parents=True)
        for file in range(FILES):
            (folder / f"part-{file}.bin").write_bytes(b"x" * (100 + file))


def make_many(cache: Path, folders: int) -> Path:
    """Makes one repo of MANY files, as aistudio-sdk does, without an index."""
    place = cache / "models" / "owner" / f"model{folders}"
    for number in range(folders):
        (place / f"folder{number}").mkdir(parents=True)
        for file in range(MANY // folders):
            (place / f"folder{number}" / f"file{file:06}.txt").touch()
    return place


def drop_caches() -> None:
    os.sync()
    Path("/proc/sys/vm/drop_caches").write_text("3")


class Bench:
    def __init__(self, folder: Path, runs: int, cold: bool):
        self.folder, self.runs, self.cold = folder, runs, cold
        self.hubcache = os.environ["HUBCACHE_BIN"]
        # Only the caches of one contestant at a time
        self.env = {"PATH": os.environ["PATH"], "HOME": str(folder / "home"), "HF_HUB_DISABLE_UPDATE_CHECK": "1"}
        (folder / "home").mkdir()

    def compare(self, title: str, commands: dict[str, list], env: dict, cold: bool = False) -> None:
        costs: dict[str, list[Cost]] = {name: [] for name in commands}
        for command in commands.values():
            run(command, env)
        for _ in range(self.runs):
            for name, command in commands.items():
                if cold:
                    drop_caches()
                costs[name].append(run(command, env))
        print(f"{title}{', cold' if cold else ''}; {self.runs} runs in turn; milliseconds")
        for name, seen in costs.items():
            print(
                f"  {name:28} wall {spread([c.wall for c in seen], 1000)}   CPU {spread([c.cpu for c in seen], 1000)}"
                f"   {peak_of(commands[name], env):.0f} MiB"
            )
        own, *others = costs
        for other in others:
            # The clients' commands are slower, du(1) is not.
            one, two = (own, other) if other == "du -s" else (other, own)
            pairs = list(zip(costs[one], costs[two]))
            print(
                f"  {one} / {two}: wall {spread([a.wall / b.wall for a, b in pairs])}   "
                f"CPU {spread([a.cpu / b.cpu for a, b in pairs])}"
            )

    def many_repos(self) -> None:
        cache, root = self.folder / "hf", self.folder / "ms"
        make_huggingface(cache)
        make_modelscope(root)
        env = self.env | {"HF_HUB_CACHE": str(cache), "MODELSCOPE_CACHE": str(root)}
        hf = VENVS / "huggingface-hub-2.4.0" / "bin"
        ms = VENVS / "modelscope-1.40.2" / "bin"
        ls = [self.hubcache, "ls", "--target"]
        title = f"{REPOS} repos of {FILES} files"
        self.compare(
            f"{title}, huggingface_hub's cache",
            {
                "hubcache ls": [*ls, "huggingface"],
                "hf cache ls 2.4.0": [hf / "hf", "cache", "ls"],
                "du -s": ["du", "-s", cache],
            },
            env,
        )
        self.compare(
            f"{title}, modelscope's cache",
            {
                "hubcache ls": [*ls, "modelscope"],
                "modelscope scan-cache 1.40.2": [ms / "modelscope", "scan-cache"],
                "du -s": ["du", "-s", root],
            },
            env,
        )

    def many_files(self) -> None:
        for folders in (100, 1):
            cache = self.folder / f"many{folders}"
            place = make_many(cache, folders)
            env = self.env | {"AISTUDIO_CACHE_HOME": str(cache)}
            commands = {"hubcache ls": [self.hubcache, "ls"], "du -s": ["du", "-s", place]}
            title = f"one repo of {MANY:,} files in {folders} folder{'s' if folders > 1 else ''}"
            self.compare(title, commands, env)
            if self.cold:
                self.compare(title, commands, env, cold=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("part", nargs="?", choices=["ls", "dedupe"])
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--disk", choices=["xfs", "btrfs"], default="xfs", help="the file system of the part dedupe")
    parser.add_argument("--cold", action="store_true", help="also with cold caches of the system; as root")
    asked = parser.parse_args()
    print(subprocess.run([os.environ["HUBCACHE_BIN"], "--version"], text=True, capture_output=True).stdout.strip())
    with tempfile.TemporaryDirectory(prefix="hubcache-bench-") as folder:
        bench = Bench(Path(folder), asked.runs, asked.cold)
        if asked.part != "dedupe":
            bench.many_repos()
            bench.many_files()
        if asked.part != "ls":
            DedupeBench(Path(folder), asked.runs, bench.env, asked.disk).run()


if __name__ == "__main__":
    main()
