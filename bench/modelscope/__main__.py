"""bench/modelscope: ModelScope's repos of 1,500 files, 20 ms away.

    ./dev bench modelscope [--runs N]

First part: hubcache adopt, and a program that does the same with modelscope 1.37.1's own listing code and serial work;
each contestant is a whole process. Second part: a cached snapshot_download by modelscope 1.40.2 under `hubcache run
--offline`, against nginx with the same listing, and against nginx with a listing without SHA-256: the client then
hashes no file. The contestants take turns. The program prints medians, their spread and ratios, and judges nothing."""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

BENCH = Path(__file__).parent.parent
E2E = BENCH.parent / "test" / "e2e"
sys.path[:0] = [str(BENCH), str(BENCH / "run"), str(E2E)]
from common import run, spread  # noqa: E402
from hubdouble import ModelScopeHub  # noqa: E402
from hubdouble.modelscope import PREFIX  # noqa: E402
from servers import Nginx, Serve  # noqa: E402

from adoption import age  # noqa: E402

REPO = "me/many"
FILES = 1500
LISTING = f"{PREFIX}/api/v1/models/{REPO}/repo/files"
SNAPSHOT = f"from modelscope import snapshot_download; snapshot_download({REPO!r})"


def python_of(version: str) -> Path:
    return Path(os.environ["HUBCACHE_SDK_VENVS"]) / f"modelscope-{version}" / "bin" / "python"


class Bench:
    def __init__(self, folder: Path, runs: int, endpoint: str):
        self.folder, self.runs, self.endpoint = folder, runs, endpoint
        self.hubcache = os.environ["HUBCACHE_BIN"]
        self.model = folder / "model"
        self.homes = 0
        for path in names():
            (self.model / path).parent.mkdir(parents=True, exist_ok=True)
            (self.model / path).write_bytes(b"local " + path.encode())

    def env(self) -> dict:
        """Returns an environment with a new home, so that each adoption is a first adoption."""
        self.homes += 1
        home = self.folder / f"home{self.homes}"
        home.mkdir()
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "no_proxy": "127.0.0.1",
            "INTRA_CLOUD_ACCELERATION": "false",
            "MODELSCOPE_ENDPOINT": self.endpoint,
        }

    def adopt(self) -> None:
        costs: dict = {"hubcache": [], "client's code": []}
        for _ in range(self.runs):
            env = self.env()
            place = Path(env["HOME"]) / "place"
            peer = [python_of("1.37.1"), Path(__file__).with_name("peer.py"), self.endpoint, REPO, self.model, place]
            costs["client's code"].append(run(peer, env))
            costs["hubcache"].append(run([self.hubcache, "adopt", f"ms:{REPO}", self.model], self.env()))
        print(f"adopt, {FILES} files, 20 ms added to each answer, {self.runs} runs in turn; milliseconds")
        self.show(costs, "client's code", "hubcache")

    def snapshot(self) -> None:
        env, root = self.env(), self.folder / "root"
        root.mkdir()
        subprocess.run([self.hubcache, "adopt", f"ms:{REPO}", self.model], env=env, check=True, capture_output=True)
        age(self.model / names()[-1])
        subprocess.run([self.hubcache, "hash", self.model], env=env, check=True, capture_output=True)
        self.copy_listing(env, root)
        with (
            Nginx(root, f"location {LISTING} {{ alias {root}/listing; }}") as known,
            Nginx(root, f"location {LISTING} {{ alias {root}/without; }}") as unknown,
        ):
            client = [python_of("1.40.2"), "-c", SNAPSHOT]
            ways = {
                "nginx": (client, known.port),
                "nginx, no SHA-256": (client, unknown.port),
                "hubcache run": ([self.hubcache, "run", "--offline", "--", *client], None),
            }
            costs: dict = {way: [] for way in ways}
            for _ in range(self.runs):
                for way, (command, port) in ways.items():
                    endpoint = f"http://127.0.0.1:{port}{PREFIX}" if port else self.endpoint
                    costs[way].append(run(command, env | {"MODELSCOPE_ENDPOINT": endpoint}))
        print(f"cached snapshot_download of {FILES} files by modelscope 1.40.2; milliseconds")
        self.show(costs, "hubcache run", "nginx")

    def copy_listing(self, env: dict, root: Path) -> None:
        """Writes the local hub's listing as a file, so that nginx sends the same bytes."""
        import requests

        with Serve(self.hubcache, env) as serve:
            text = requests.get(f"{serve.url}{LISTING}?Revision=master&Recursive=True").text
        if text.count('"Sha256":"') < FILES:
            sys.exit("the listing has no SHA-256: run again")
        (root / "listing").write_text(text)
        (root / "without").write_text(text.replace('"Sha256":"', '"Sha256":"" ,"Was":"'))

    @staticmethod
    def show(costs: dict, one: str, other: str) -> None:
        for way, seen in costs.items():
            print(f"  {way:18} wall {spread([c.wall for c in seen], 1000)}   CPU {spread([c.cpu for c in seen], 1000)}")
        pairs = list(zip(costs[one], costs[other]))
        print(
            f"  {one} / {other}: wall {spread([a.wall / b.wall for a, b in pairs])}   "
            f"CPU {spread([a.cpu / b.cpu for a, b in pairs])}"
        )


def names() -> list[str]:
    return [f"folder{number // 100}/file{number}.bin" for number in range(FILES)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    asked = parser.parse_args()
    with ModelScopeHub(latency=0.02) as hub, tempfile.TemporaryDirectory(prefix="hubcache-bench-") as folder:
        hub.repo(REPO).push({path: b"the hub's " + path.encode() for path in names()})
        bench = Bench(Path(folder), asked.runs, hub.endpoint)
        bench.adopt()
        bench.snapshot()


if __name__ == "__main__":
    main()
