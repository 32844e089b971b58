"""bench/run: compares the local hub with nginx that sends the same bytes, and measures the real SDK with both.

    ./dev bench run [--runs N] [--quick]

The contestants take turns. First part: nginx (one worker, sendfile, no log) and `hubcache serve` send a file of 1 GiB
over 1 and 8 connections, and answers of `contents` over 16 and 256. Second part: the real SDK's cached
snapshot_download of 1,500 files against the hub double 20 ms away, against nginx with the same answers as files, and
under `hubcache run`. CPU time comes first: in the first part that of the server alone, by /proc; in the second part
that of the client and of the server on this machine, with the start of `hubcache run`. The program prints medians,
their spread and ratios, and judges nothing."""

import argparse
import json
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from servers import Nginx, Serve, ask, cpu_seconds, peak_kib

HERE = Path(__file__).parent
DOUBLE = HERE.parent.parent / "test" / "e2e"
REPO = "ctbots/many"
API = f"/api/v1/repos/{REPO}"
FILES = 1500
GIBIBYTE = 1 << 30


def show(name: str, values: list[float], unit: str) -> None:
    print(f"  {name:44} {statistics.median(values):9.2f} {unit}  ({min(values):.2f} … {max(values):.2f})")


def show_ratio(name: str, ours: list[float], theirs: list[float]) -> None:
    show(f"{name}: hubcache / nginx", [a / b for a, b in zip(ours, theirs)], "×")


def read_file(port: int, path: str) -> None:
    with socket.create_connection(("127.0.0.1", port)) as client:
        client.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        room = bytearray(1 << 20)
        got = client.recv(4096)
        left = int(re.search(rb"Content-Length: (\d+)", got)[1]) - (len(got) - got.index(b"\r\n\r\n") - 4)
        while left > 0:
            left -= client.recv_into(room)


def stream(server, path: str, connections: int) -> tuple[float, float]:
    """Returns the server's CPU time and the wall time, in ms per GiB."""
    readers = [threading.Thread(target=read_file, args=(server.port, path)) for _ in range(connections)]
    before, start = cpu_seconds(server.pid), time.perf_counter()
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    return (cpu_seconds(server.pid) - before) * 1000 / connections, (time.perf_counter() - start) * 1000 / connections


SNAPSHOT = f"""
import os, time
from aistudio_sdk.snapshot_download import snapshot_download
snapshot_download(repo_id={REPO!r}, max_workers=3)
"""


class Bench:
    def __init__(self, folder: Path, runs: int):
        self.folder, self.runs = folder, runs
        self.hubcache = os.environ["HUBCACHE_BIN"]
        self.python = Path(os.environ["HUBCACHE_SDK_VENVS"]) / "aistudio-0.3.9" / "bin" / "python"
        home = folder / "home"
        home.mkdir()
        # A proxy that refuses connections makes the SDK's statistics fail at once.
        self.env = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "no_proxy": "127.0.0.1",
            "https_proxy": "http://127.0.0.1:9",
        }
        self.model = folder / "model"

    def adopt(self, url: str) -> None:
        for path in paths_of(url):
            (self.model / path).parent.mkdir(parents=True, exist_ok=True)
            (self.model / path).write_bytes(b"local " + path.encode())
        with open(self.model / "large.bin", "wb") as file:
            for _ in range(64):
                file.write(os.urandom(GIBIBYTE // 64))
        subprocess.run(
            [self.hubcache, "adopt", REPO, self.model],
            env=self.env | {"STUDIO_GIT_HOST": url},
            check=True,
            stdout=subprocess.DEVNULL,
        )

    def copy_answers(self, serve: Serve, root: Path) -> list[str]:
        """Writes the local hub's answers as files, so that nginx sends the same bytes."""
        import requests

        paths = []
        tree = requests.get(f"{serve.url}{API}/git/trees/master?recursive=true&page=1&per_page=1000")
        pages = [
            tree.content,
            requests.get(f"{serve.url}{API}/git/trees/master?recursive=true&page=2&per_page=1000").content,
        ]
        for number, page in enumerate(pages, 1):
            (root / f"tree{number}").write_bytes(page)
        for page in pages:
            for entry in json.loads(page)["tree"]:
                if entry["type"] == "blob":
                    path = f"{API}/contents/{entry['path'].replace('/', '%2F')}"
                    name = root / "contents" / entry["path"]
                    name.parent.mkdir(parents=True, exist_ok=True)
                    name.write_bytes(requests.get(serve.url + path).content)
                    paths.append(path)
        os.link(self.model / "large.bin", root / "large.bin")
        return [path for path in paths if not path.endswith("large.bin")]

    def servers(self, quick: bool) -> None:
        root = self.folder / "root"
        root.mkdir()
        with Serve(self.hubcache, self.env) as serve:
            paths = self.copy_answers(serve, root)
            with Nginx(root, locations_in(root)) as nginx:
                for connections in (1, 8):
                    self.compare(
                        f"1 GiB over {connections}, a GiB",
                        "ms",
                        lambda server, connections=connections: stream(server, f"{API}/media/large.bin", connections),
                        serve,
                        nginx,
                    )
                for connections in (16, 256):
                    self.compare(
                        f"contents over {connections}, an answer",
                        "µs",
                        lambda server, connections=connections: ask(
                            server, paths, connections, 5000 if quick else 30_000
                        ),
                        serve,
                        nginx,
                    )
            print(f"  peak of hubcache serve's memory: {peak_kib(serve.pid) / 1024:.1f} MiB")

    def compare(self, name: str, unit: str, measure, serve: Serve, nginx: Nginx) -> None:
        costs: dict = {"hubcache": [], "nginx": []}
        for _ in range(self.runs):
            for who, server in (("nginx", nginx), ("hubcache", serve)):
                costs[who].append(measure(server))
        for number, what in enumerate(("CPU", "wall")):
            for who, seen in costs.items():
                show(f"{name}, {what}: {who}", [cost[number] for cost in seen], unit)
            show_ratio(
                f"{name}, {what}",
                [cost[number] for cost in costs["hubcache"]],
                [cost[number] for cost in costs["nginx"]],
            )

    def sdk(self, url: str, quick: bool) -> None:
        root = self.folder / "root"
        with Nginx(root, locations_in(root)) as nginx:
            ways = {
                "nginx": ([], {"STUDIO_GIT_HOST": f"http://127.0.0.1:{nginx.port}"}),
                "hubcache run": ([self.hubcache, "run", "--offline", "--"], {"STUDIO_GIT_HOST": url}),
            }
            if not quick:
                ways["the hub, 20 ms away"] = ([], {"STUDIO_GIT_HOST": url})
            costs: dict = {way: [] for way in ways}
            for _ in range(self.runs):
                for way, (prefix, env) in ways.items():
                    before = cpu_seconds(nginx.pid)
                    cpu, wall = self.snapshot([*prefix, self.python, "-c", SNAPSHOT], env)
                    costs[way].append((cpu + cpu_seconds(nginx.pid) - before, wall))
        print(f"cached snapshot_download of {FILES} files by aistudio-sdk 0.3.9")
        for number, what in enumerate(("CPU, client and server", "wall")):
            for way, seen in costs.items():
                show(f"{what}: {way}", [cost[number] for cost in seen], "s")
            show(
                f"{what}: under run / against nginx",
                [a[number] / b[number] for a, b in zip(costs["hubcache run"], costs["nginx"])],
                "×",
            )

    def snapshot(self, command: list, env: dict) -> tuple[float, float]:
        start = time.perf_counter()
        process = subprocess.Popen(
            list(map(str, command)), env=self.env | env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            sys.exit(f"{command}: exit code {process.returncode}")
        return usage.ru_utime + usage.ru_stime, time.perf_counter() - start

    def start(self) -> None:
        costs = [self.snapshot([self.hubcache, "run", "--", "true"], {}) for _ in range(10 * self.runs)]
        print(f"hubcache run -- true, {FILES} files adopted, {len(costs)} runs")
        show("CPU", [cost[0] * 1000 for cost in costs], "ms")
        show("wall", [cost[1] * 1000 for cost in costs], "ms")


def locations_in(root: Path) -> str:
    return f"""
    location {API}/contents/ {{ alias {root}/contents/; }}
    location {API}/media/ {{ alias {root}/; }}
    location {API}/git/trees/master {{
      if ($arg_page = 2) {{ rewrite ^ /tree2 last; }}
      rewrite ^ /tree1 last;
    }}"""


def paths_of(url: str) -> list[str]:
    import requests

    names, page, more = [], 1, True
    while more:
        answer = requests.get(f"{url}{API}/git/trees/master?recursive=true&page={page}&per_page=1000").json()
        names += [entry["path"] for entry in answer["tree"] or () if entry["type"] == "blob"]
        more, page = answer["truncated"], page + 1
    return names


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="fewer answers, and not the hub 20 ms away")
    asked = parser.parse_args()
    double = subprocess.Popen(
        [sys.executable, "-m", "hubdouble", "--port", "0", "--sample", "--many", str(FILES), "--latency-ms", "20"],
        cwd=DOUBLE,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with tempfile.TemporaryDirectory(prefix="hubcache-bench-") as folder:
        try:
            url = double.stdout.readline().split()[-1]
            bench = Bench(Path(folder), asked.runs)
            bench.adopt(url)
            bench.start()
            bench.servers(asked.quick)
            bench.sdk(url, asked.quick)
        finally:
            double.stdin.close()
            double.wait(30)


if __name__ == "__main__":
    main()
