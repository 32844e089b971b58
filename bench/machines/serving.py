"""The cost of a hub's answers, by its CPU time and memory; nginx serves the same bytes as static files."""

import http.client
import json
import re
import subprocess
import threading
import time
import urllib.request

from common import spread
from many_files import add_repo, paths_of
from publishing import REPO
from servers import Nginx, Serve, ask, ask_anew, cpu_seconds, peak_kib, process_seconds

SHARED = ("--listen", "0.0.0.0:0", "--no-token")
HUBS = {"huggingface": "main", "aistudio": "master", "modelscope": "master"}


def metadata(bench, files: int) -> None:
    store = bench.folder / "folder-store"
    add_repo(store, "aistudio", REPO, files, "master")
    paths = [f"/api/v1/repos/{REPO}/contents/{path}?ref=master" for path in paths_of(files)[:: files // 1000]]
    root = bench.folder / "static"
    root.mkdir()
    with Serve(bench.hubcache, bench.env, "--from", store, *SHARED) as serve:
        for number, path in enumerate(paths):
            with urllib.request.urlopen(f"http://127.0.0.1:{serve.port}{path}") as answer:
                (root / f"{number}.json").write_bytes(answer.read())
        with Nginx(root, "") as nginx:
            static = [f"/{number}.json" for number in range(len(paths))]
            kept: dict = {"hubcache": [], "nginx": []}
            anew: dict = {"hubcache": [], "nginx": []}
            for _ in range(bench.runs):
                for name, server, asked in (("hubcache", serve, paths), ("nginx", nginx, static)):
                    kept[name].append(ask(server, asked, 16, 20_000)[0])
                    anew[name].append(ask_anew(server, asked, 4_000))
    print(f"\nanswers about a file of a repo with {files:,} files; server's CPU in µs an answer")
    for title, costs in {"kept alive": kept, "a connection each": anew}.items():
        for name, seen in costs.items():
            print(f"  {title:18} {name:9} {spread(seen)}")
        print(f"  {title:18} ratio     {spread([a / b for a, b in zip(costs['hubcache'], costs['nginx'])], digits=2)}")


class Lister:
    """Lists repos by the requests of the clients."""

    def __init__(self, port: int):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)

    def get(self, path: str):
        self.connection.request("GET", path)
        answer = self.connection.getresponse()
        return json.loads(answer.read()), re.match(r"<http://[^/]+(/[^>]+)>", answer.getheader("Link") or "")

    def huggingface(self, repo: str) -> int:
        self.get(f"/huggingface/api/models/{repo}/revision/main")
        path, files = f"/huggingface/api/models/{repo}/tree/main?recursive=True", 0
        while path:
            items, following = self.get(path)
            files += sum(item["type"] == "file" for item in items)
            path = following[1] if following else ""
        return files

    def aistudio(self, repo: str) -> int:
        page, files = 1, 0
        while True:
            tree = self.get(f"/api/v1/repos/{repo}/git/trees/master?recursive=true&per_page=1000&page={page}")[0]
            files, page = files + sum(item["type"] == "blob" for item in tree["tree"]), page + 1
            if not tree["truncated"]:
                return files

    def modelscope(self, repo: str) -> int:
        answer = self.get(f"/modelscope/api/v1/models/{repo}/repo/files?Revision=master&Recursive=True")[0]
        return sum(item["Type"] == "blob" for item in answer["Data"]["Files"])


def memory(bench, repos: int, files: int) -> None:
    store, hubs = bench.folder / "many-store", [list(HUBS)[number % len(HUBS)] for number in range(repos)]
    for number, hub in enumerate(hubs):
        add_repo(store, hub, f"many/repo{number}", files, HUBS[hub])
    seconds: dict = {hub: [] for hub in HUBS}
    with Serve(bench.hubcache, bench.env, "--from", store, *SHARED) as serve:
        lister, at_start = Lister(serve.port), peak_kib(serve.pid) / 1024
        for number, hub in enumerate(hubs):
            before = process_seconds(serve.pid)
            assert getattr(lister, hub)(f"many/repo{number}") == files
            seconds[hub].append(process_seconds(serve.pid) - before)
        listed = peak_kib(serve.pid) / 1024
        asked = [number for number, hub in enumerate(hubs) if hub == "aistudio"]
        for path in paths_of(files)[:: max(1, files // 500)]:
            for number in asked:
                lister.get(f"/api/v1/repos/many/repo{number}/contents/{path}?ref=master")
        print(f"\n{repos} repos of {files:,} files, all listed by a client of their hub, then asked for single files")
        print(
            f"  hub's memory: {at_start:.0f} MiB at its start, {listed:.0f} MiB at most while listing, "
            f"{peak_kib(serve.pid) / 1024:.0f} MiB at most in the end"
        )
    for hub, seen in seconds.items():
        print(f"  {hub:12} reading the manifest and listing: hub's CPU {spread(seen, digits=2)} s", flush=True)


def drain(url: str) -> None:
    with urllib.request.urlopen(url) as answer:
        while answer.read(1 << 20):
            pass


def pull(bench, source, clients: int, size: int) -> None:
    words = [bench.hubcache, "publish", f"hf:{REPO}", source, bench.bucket.name, "--quiet"]
    subprocess.run(words, env=bench.env, check=True, stdout=subprocess.DEVNULL)
    print(f"\n{clients} clients at once get a file of {size >> 20} MiB")
    for title, options in {"by redirect": [], "through the hub": ["--redirect", "never"]}.items():
        walls, own, whole, peaks = [], [], [], []
        for _ in range(bench.runs):
            with Serve(bench.hubcache, bench.env, "--from", bench.bucket.name, *SHARED, *options) as serve:
                path = f"http://127.0.0.1:{serve.port}/huggingface/{REPO}/resolve/main/large.bin"
                before, all_before, start = cpu_seconds(serve.pid), process_seconds(serve.pid), time.perf_counter()
                readers = [threading.Thread(target=drain, args=(path,)) for _ in range(clients)]
                for reader in readers:
                    reader.start()
                for reader in readers:
                    reader.join()
                walls.append(time.perf_counter() - start)
                own.append(cpu_seconds(serve.pid) - before)
                whole.append(process_seconds(serve.pid) - all_before)
                peaks.append(peak_kib(serve.pid) / 1024)
        gigabytes = clients * size / 1e9
        print(
            f"  {title:16} wall {spread(walls)} s   {spread([gigabytes / wall for wall in walls], digits=2)} GB/s"
            f"   peak {max(peaks):.0f} MiB"
        )
        print(f"  {'':16} hub's CPU {spread(whole, digits=2)} s, of its main thread {spread(own, 1000)} ms", flush=True)


def presign(bench) -> None:
    program = bench.hubcache.parent / "bench_presign"
    words = subprocess.run([program], check=True, stdout=subprocess.PIPE, text=True).stdout.split()
    print("\na presigned URL: {} µs ({} … {})".format(*words), flush=True)
