"""bench/machines: publishing to a bucket and serving from it, compared with rclone, aws s3 cp and nginx.

    ./dev bench machines [--runs N] [--quick]

The bucket is versitygw's (test/e2e/make_stores.sh), on this machine. The contestants take turns. CPU time is that of the
client in the first part and that of the server in the others. The program prints medians, their spread and ratios, and
judges nothing. rclone (Debian) and aws (PyPI: awscli) are left out if they are not in PATH."""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "run"), str(HERE.parent.parent / "test" / "e2e")]

from common import run, spread  # noqa: E402
from servers import Nginx, Serve, ask, cpu_seconds, peak_kib  # noqa: E402
from stores import BUCKET, Bucket  # noqa: E402

REPO = "ctbots/many"
GIBIBYTE = 1 << 30


def fill(file: Path, size: int) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with open(file, "wb") as opened:
        for _ in range(0, size, 1 << 20):
            opened.write(os.urandom(min(size, 1 << 20)))


class Bench:
    def __init__(self, folder: Path, runs: int):
        self.folder, self.runs = folder, runs
        self.bucket = Bucket(folder)
        self.hubcache = os.environ["HUBCACHE_BIN"]
        self.env = {"PATH": os.environ["PATH"], "HOME": str(folder / "home")} | self.bucket.env
        (folder / "home").mkdir()

    def ways(self, source: Path) -> dict:
        ways = {"hubcache publish": [self.hubcache, "publish", REPO, source, self.bucket.name]}
        if shutil.which("rclone"):
            remote = f":s3,provider=Other,env_auth=true,endpoint='{self.env['AWS_ENDPOINT_URL_S3']}':{BUCKET}/copy"
            ways["rclone copy"] = ["rclone", "copy", "--transfers", "16", source, remote]
        if shutil.which("aws"):
            endpoint = ["--endpoint-url", self.env["AWS_ENDPOINT_URL_S3"]]
            ways["aws s3 cp"] = ["aws", *endpoint, "s3", "cp", "--quiet", "--recursive", source, f"s3://{BUCKET}/copy"]
        return ways

    def publish(self, title: str, source: Path) -> None:
        # hubcache names contents by their SHA-256, which a second publish of a repo finds in the digest cache.
        subprocess.run([self.hubcache, "hash", source], env=self.env, check=True, stdout=subprocess.DEVNULL)
        costs: dict = {way: [] for way in self.ways(source)}
        for _ in range(self.runs):
            for way, command in self.ways(source).items():
                shutil.rmtree(self.bucket.files, ignore_errors=True)
                self.bucket.files.mkdir()
                costs[way].append(run(command, self.env))
        print(f"\n{title}: {self.runs} runs in turn; seconds: median (min … max)")
        for way, seen in costs.items():
            print(f"  {way:18} wall {spread([c.wall for c in seen])}   client's CPU {spread([c.cpu for c in seen])}")
        for way in list(costs)[1:]:
            pairs = list(zip(costs[way], costs["hubcache publish"]))
            print(f"  {way} / hubcache: wall {spread([a.wall / b.wall for a, b in pairs])}")

    def metadata(self, files: int) -> None:
        source = self.folder / "many"
        for number in range(files):
            file = source / f"d{number // 1000}" / f"{number}.bin"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(str(number % 100).encode())
        store = self.folder / "folder-store"
        words = [self.hubcache, "publish", REPO, source, store, "--quiet"]
        subprocess.run(words, env=self.env, check=True, stdout=subprocess.DEVNULL)
        paths = [f"/api/v1/repos/{REPO}/contents/d0/{number}.bin?ref=master" for number in range(1000)]
        root = self.folder / "static"
        with Serve(self.hubcache, self.env, "--from", store) as serve:
            for number, path in enumerate(paths):
                with urllib.request.urlopen(serve.url + path) as answer:
                    (root / f"{number}.json").parent.mkdir(exist_ok=True)
                    (root / f"{number}.json").write_bytes(answer.read())
            with Nginx(root, "") as nginx:
                costs: dict = {"hubcache": [], "nginx": []}
                for _ in range(self.runs):
                    costs["hubcache"].append(ask(serve, paths, 16, 20_000)[0])
                    costs["nginx"].append(ask(nginx, [f"/{n}.json" for n in range(1000)], 16, 20_000)[0])
                print(f"\nanswers about {files:,} files, kept alive; server's CPU in µs an answer")
                for name, seen in costs.items():
                    print(f"  {name:10} {spread(seen)}")
                print(f"  ratio      {spread([a / b for a, b in zip(costs['hubcache'], costs['nginx'])])}")
            print(f"  hubcache's memory: {peak_kib(serve.pid) / 1024:.0f} MiB")

    def pull(self, clients: int, size: int) -> None:
        source = self.folder / "large"
        fill(source / "large.bin", size)
        words = [self.hubcache, "publish", f"hf:{REPO}", source, self.bucket.name, "--quiet"]
        subprocess.run(words, env=self.env, check=True, stdout=subprocess.DEVNULL)
        print(f"\n{clients} clients at once get a file of {size >> 20} MiB")
        for title, options in {"by redirect": [], "through the hub": ["--redirect", "never"]}.items():
            costs = []
            for _ in range(self.runs):
                with Serve(self.hubcache, self.env, "--from", self.bucket.name, *options) as serve:
                    path = f"{serve.url}/huggingface/{REPO}/resolve/main/large.bin"
                    before, start = cpu_seconds(serve.pid), time.perf_counter()
                    readers = [threading.Thread(target=drain, args=(path,)) for _ in range(clients)]
                    for reader in readers:
                        reader.start()
                    for reader in readers:
                        reader.join()
                    costs.append((cpu_seconds(serve.pid) - before, time.perf_counter() - start, peak_kib(serve.pid)))
            print(
                f"  {title:16} wall {spread([c[1] for c in costs])} s   hub's own thread {spread([c[0] for c in costs])} s"
                f"   peak {max(c[2] for c in costs) / 1024:.0f} MiB"
            )


def drain(url: str) -> None:
    with urllib.request.urlopen(url) as answer:
        while answer.read(1 << 20):
            pass


def main() -> None:
    options = argparse.ArgumentParser(prog="./dev bench machines")
    options.add_argument("--runs", type=int, default=5)
    options.add_argument("--quick", action="store_true", help="a tenth of the bytes and files")
    given = options.parse_args()
    scale = 10 if given.quick else 1
    with tempfile.TemporaryDirectory(prefix="hubcache-bench-") as name:
        folder = Path(name)
        bench = Bench(folder, given.runs)
        try:
            for number in range(4):
                fill(folder / "model" / f"part{number}.bin", GIBIBYTE // scale)
            bench.publish(f"4 files of {GIBIBYTE // scale >> 20} MiB", folder / "model")
            shutil.rmtree(folder / "model")
            for number in range(2000 // scale):
                fill(folder / "small" / f"d{number // 100}" / f"{number}.bin", 4096)
            bench.publish(f"{2000 // scale:,} files of 4 KiB", folder / "small")
            bench.metadata(100_000 // scale)
            bench.pull(20, GIBIBYTE // scale)
        finally:
            bench.bucket.end()


main()
