#!/usr/bin/env python3
"""Makes the seeds of the fuzzers in fuzz/corpus, from what the real clients, the hub doubles and hubcache send and write.

Run it with the Python of the tests, after `./dev build`, with HUBCACHE_BIN and HUBCACHE_SDK_VENVS as for the end-to-end
tests. Inputs that were found by fuzzing stay in the corpora.
"""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import urllib.request
import zlib
from pathlib import Path
from typing import Iterator

FUZZ = Path(__file__).resolve().parent
TEST = FUZZ.parent / "test"
sys.path.insert(0, str(TEST / "e2e"))

from csg import CSG_VERSIONS, CsgClient  # noqa: E402
from egress import Egress  # noqa: E402
from hf import HfClient  # noqa: E402
from hfdouble import HfHub  # noqa: E402
from home import Home  # noqa: E402
from hubdouble import CsgHub, Hub, ModelScopeHub  # noqa: E402
from listener import Listener  # noqa: E402
from ms import HOSTS, MsClient  # noqa: E402
from scene import FILES, Scene, write  # noqa: E402
from sdk import Sdk, venv_of  # noqa: E402
from shared_hub import exported  # noqa: E402
from tls_front import TlsFront, make_certificate  # noqa: E402

from local_hub import serving  # noqa: E402

REPO = "me/model"  # fuzz/hub_connection.cc has it
STORED = "me/stored"
MOST_BYTES = 8192  # of an input of ./dev fuzz

URLS = [
    ["https://git.aistudio.baidu.com", "", ""],
    ["https://huggingface.co/api/models/me/model", "localhost,127.0.0.1,.huggingface.co", "http://proxy.example:3128"],
    ["http://127.0.0.1:8477/huggingface", "127.0.0.0/8", "socks5h://me:word@127.0.0.1:1080"],
    ["https://me:word@artifacts.example:8443/api?x=y#part", "*.example,[::1]", "proxy.example:3128"],
    ["http://[::1]:80/", "::1,[::1]:80,all://", "https://proxy.example"],
    ["HTTP://HUB.example./%2e%2E/a b", " hub.example ,*", ""],
]
HEADERS = [
    [
        "https://huggingface.co/api/models/me/model/tree/main?limit=2",
        '<https://huggingface.co/api/models/me/model/tree/main?cursor=a%3D%3D&limit=2>; rel="next"',
    ],
    ["https://me:word@artifacts.example/api/hub/api/models/me/model", "/api/hub/me/model/resolve/main/a?b=c"],
    ["https://git.aistudio.baidu.com/api/v1/repos/me/model/media/a", "https://cdn.example/a?sign=b%2Fc"],
    ["https://hub.example/a/b/c", "../d?e#f"],
    ["https://hub.example/a", "//other.example/b"],
    ["https://hub.example/a", '</b>; rel="prev", <https://me:word@hub.example/c>; rel="next"'],
    ["https://hub.example/a", "file:///etc/passwd"],
]
TARGETS = [
    "/api/v1/repos/me/model/contents/deep/a%20b?ref=feature%2Fx",
    "/api/v1/repos/me/model/git/trees/master?recursive=true&page=2&per_page=1000",
    "/api/v1/repos/me/model/tags/v1",
    "/huggingface/api/models/me/model/tree/main/deep?recursive=True&expand=False&cursor=2",
    "/huggingface/datasets/me/data/resolve/refs%2Fpr%2F1/a%2Bb.bin?download=true",
    "/modelscope/api/v1/models/me/model/repo?Revision=master&FilePath=deep%2Fa+b.txt",
    "/modelscope/api/v1/datasets/me/data/repo/tree?Revision=master&Root=%2F&Recursive=True&PageNumber=1&PageSize=100",
    "/csghub/csg/api/models/me/model/revision/main",
    "/csghub/csg/datasets/me/data/resolve/feature/x/deep/a%20b.txt",
    "/csghub/hf/api/models/me/model/revision/main?blobs=true",
    "/csghub/csg/me/model/resolve" + "/a" * 3000,
    "http://hub.example/a",
    "*",
]
GLOBS = [
    ["*.bin", "a/b.bin"],
    ["/deep/**/x?.[a-z]*", "deep/a/b/xy.txt"],
    ["a/**", "a/b"],
    ["[!a-c[:digit:]\\]]*/", "d1/"],
    ["\\*\\?", "*?"],
    ["**/*a*b*c", "x/aabbcc"],
    ["模型*", "模型.bin"],
]
NAMES = ["config.json", "deep/a b.txt", "back\\slash", "two\nlines\r", " *binary", "\\", "模型", "-", "bad\udcff"]
# Names that break the line of a header if a hub writes them into one.
INJECTED = "a%0D%0AX-Injected:%201"
PLAIN_REQUESTS = [
    "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    "GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\nGET /healthz HTTP/1.0\r\n\r\n",
    "HEAD /.hubcache HTTP/1.1\r\nHost: localhost:8477\r\nConnection: close\r\n\r\n",
    "CONNECT www.modelscope.cn:443 HTTP/1.1\r\nHost: www.modelscope.cn:443\r\n\r\n\x16\x03\x01",
    "GET http://huggingface.co/ HTTP/1.1\r\nHost: huggingface.co\r\n\r\n",
    f"GET /huggingface/{REPO}/resolve/main/model.safetensors HTTP/1.1\r\nHost: 127.0.0.1\r\nRange: bytes=5-9,-3\r\n\r\n",
    f"GET /api/v1/repos/{STORED}/contents/deep?ref=master HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    f"POST /huggingface/api/models/{REPO}/paths-info/main HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    'Content-Length: 41\r\n\r\n{"paths": ["config.json"], "expand": true}',
    f"POST /huggingface/api/models/{STORED}/paths-info/main HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n"
    "Expect: 100-continue\r\n\r\n5\r\npaths\r\n8;a=b\r\n=a&paths\r\n0\r\nx: y\r\n\r\n",
    f"GET /huggingface/{REPO}/resolve/{INJECTED}/{INJECTED} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    f"GET /huggingface/{REPO}/resolve/main/{INJECTED} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    f"GET /huggingface/api/models/{STORED}/tree/main/deep?limit=1&cursor={INJECTED} HTTP/1.1\r\n\r\n",
    f"GET /api/v1/repos/{REPO}/contents/{INJECTED}?ref={INJECTED} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    f"GET /modelscope/api/v1/models/{STORED}/repo?Revision={INJECTED}&FilePath={INJECTED} HTTP/1.1\r\n\r\n",
    f"GET /csghub/csg/{STORED}/resolve/main/{INJECTED} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    "GET /api/v1/repos/me%2F..%2F../secret.txt/raw/..%2F..%2Fsecret.txt HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    f"GET /huggingface/{REPO}/resolve/main/..%2F..%2Fsecret.txt HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: a\r\nHost: b\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
]


def keep(fuzzer: str, seeds: dict[str, bytes]) -> None:
    for name, content in seeds.items():
        if 0 < len(content) <= MOST_BYTES:
            write(FUZZ / "corpus" / fuzzer / name, content)


def keep_texts(fuzzer: str, texts: list[str]) -> None:
    keep(fuzzer, {f"{number:02}": text.encode("utf-8", "surrogateescape") for number, text in enumerate(texts)})


def parts(*contents: bytes) -> bytes:
    """Joins the parts of an input as fuzz/harness.h splits it."""
    return b"\0".join(contents)


@contextlib.contextmanager
def recorder(port: int) -> Iterator[tuple[str, list[bytes]]]:
    """Passes connections on to a port, and collects what each of them sends."""
    sent: list[bytes] = []

    def copy(source: socket.socket, target: socket.socket, number: int | None) -> None:
        with contextlib.suppress(OSError):
            while piece := source.recv(65536):
                if number is not None:
                    sent[number] += piece
                target.sendall(piece)
            target.shutdown(socket.SHUT_WR)

    def serve(connection: socket.socket) -> None:
        sent.append(b"")
        with socket.create_connection(("127.0.0.1", port)) as hub:
            back = threading.Thread(target=copy, args=(hub, connection, None))
            back.start()
            copy(connection, hub, len(sent) - 1)
            back.join()

    with Listener(serve) as listener:
        yield listener.url, sent


class Machine:
    """A home folder with the real clients of all hubs, whose repos are adopted and published."""

    def __init__(self, folder: Path, egress: Egress, hub: Hub, hf_hub: HfHub, ms_hub: ModelScopeHub, csg_hub: CsgHub):
        self.folder, self.home = folder, Home(folder / "home", egress.url)
        self.hubs = {"": hub, "hf:": hf_hub, "ms:": ms_hub, "csg:": csg_hub}
        self.ms_hub = ms_hub
        self.sdk = Sdk("0.3.9", venv_of("aistudio-0.3.9"), self.home, hub)
        self.hf = HfClient("huggingface-hub", "2.4.0", self.home, hf_hub)
        self.ms = MsClient("1.40.2", self.home, ms_hub, None)
        self.csg = {version: CsgClient(version, self.home, csg_hub) for version in CSG_VERSIONS}
        self.env = self.home.env | {"STUDIO_GIT_HOST": hub.url, "HF_ENDPOINT": hf_hub.url, "CSGHUB_DOMAIN": csg_hub.url}
        self.env |= {"MODELSCOPE_ENDPOINT": ms_hub.endpoint, "VIRTUAL_ENV": str(venv_of("csghub-0.9.3"))}
        self.binary = os.environ["HUBCACHE_BIN"]
        for one in self.hubs.values():
            one.repo(REPO).push(FILES)
        for path in FILES:
            write(folder / "model" / path, Scene.edited(path))

    def __call__(self, *arguments: object) -> subprocess.CompletedProcess:
        words = [self.binary, *map(str, arguments)]
        return subprocess.run(words, env=self.env, cwd=self.folder, check=True, capture_output=True, text=True)

    def downloaded(self, outcome) -> Path:
        assert outcome.error is None, outcome.stderr
        return Path(outcome.value)

    def keep_caches(self) -> None:
        """Keeps the metadata that the real clients write beside their downloads."""
        certificate = make_certificate(self.folder, HOSTS)
        indexes = {"aistudio": self.downloaded(self.sdk.download_genuine(REPO)) / ".msc"}
        with TlsFront(self.ms_hub, HOSTS, certificate) as front:
            old = MsClient("1.37.1", self.home, self.ms_hub, front)
            indexes["modelscope"] = self.downloaded(old.snapshot_download(REPO)) / ".msc"
        for version, client in self.csg.items():
            self.downloaded(client.snapshot_download(REPO))
            indexes[f"csghub-{version}"] = client.root() / REPO / ".msc"
            keep("client_index", {f"csghub-{version}": indexes[f"csghub-{version}"].read_bytes()})
            shutil.rmtree(client.root())
        keep("client_index", {name: path.read_bytes() for name, path in indexes.items() if path.exists()})
        keep("client_index", {"cookies": self.cookies(), "not_a_list": b'{"Path": 1}'})
        snapshot = self.downloaded(self.hf.snapshot_download(REPO))
        place, local = snapshot.parents[1], self.folder / "local"
        self.downloaded(self.hf.snapshot_download(REPO, local_dir=str(local)))
        [listing] = (place / "trees").glob("*.json")
        metadata = (local / ".cache/huggingface/download/config.json.metadata").read_bytes()
        ref = (place / "refs" / "main").read_bytes()
        keep("hf_cache", {"whole": parts(ref, listing.read_bytes(), metadata), "empty": parts(b"", b"{}", b"\n\n")})

    def cookies(self) -> bytes:
        """Returns a jar as modelscope's login pickles it."""
        script = (
            "import pickle, sys, time\nfrom requests.cookies import RequestsCookieJar\njar = RequestsCookieJar()\n"
            "jar.set('m_session_id', 'a-token', domain='www.modelscope.cn', path='/', expires=int(time.time()) + 9)\n"
            "sys.stdout.buffer.write(pickle.dumps(jar))"
        )
        return subprocess.run([venv_of("modelscope-1.40.2") / "bin/python", "-c", script], capture_output=True).stdout

    def keep_records(self) -> None:
        for prefix in self.hubs:
            self("adopt", prefix + REPO, "model")
            self("publish", prefix + STORED, "model", "store")
        self("hash", "model")
        for path in sorted(self.home.path.rglob("record.jsonl")):
            text = path.read_text().replace(str(self.folder), "/home/me")
            keep("record", {json.loads(text.splitlines()[0])["target"]: text.encode()})
        [digests] = self.home.path.rglob("digests")
        keep("digest_cache", {"whole": digests.read_bytes(), "cut": digests.read_bytes()[:100]})
        [manifest, *_] = sorted((self.folder / "store").rglob("*.json.z"))
        [ref, *_] = sorted(path for path in (self.folder / "store").rglob("refs/*") if path.is_file())
        text = zlib.decompress(manifest.read_bytes())
        publisher = json.loads(ref.read_bytes())["published_by"].encode()
        keep("published", {"manifest": text, "compressed": manifest.read_bytes()})
        keep("published", {"ref": ref.read_bytes().replace(publisher, b"me@machine")})
        keys = {"key_of_manifest": manifest, "key_of_ref": ref}
        keep("published", {name: str(key.relative_to(self.folder / "store")).encode() for name, key in keys.items()})

    def keep_requests(self) -> None:
        """Keeps what the real clients send to `hubcache serve`, which adds the client machine's variables."""
        self.path = self.folder
        with serving(self, "--offline", "--from", "adopted", "--from", "store") as served:
            for name, client in {"aistudio": self.sdk, "hf": self.hf, "ms": self.ms, "csg": self.csg["0.9.3"]}.items():
                for repo in (REPO, STORED):
                    with recorder(served.port) as (url, sent):
                        env = exported(self, url) | {"HOME": str(self.folder / f"{name}-{repo.replace('/', '-')}")}
                        self.downloaded(client.snapshot_download(repo, env=env))
                    port = url.rpartition(":")[2].encode()
                    for number, connection in enumerate(sorted(set(sent))):
                        requests = connection.replace(port, b"8477")[:MOST_BYTES]
                        keep("hub_connection", {f"{name}-{repo.partition('/')[2]}-{number}": requests})


def keep_answers(hubs: dict) -> None:
    for folder in ("gitea", "modelscope", "csghub"):
        for path in sorted((TEST / "data" / folder).glob("*.json")):
            keep("hub_answers", {f"{folder}-{path.stem}": path.read_bytes()})
    addresses = {
        "hf-info": f"{hubs['hf:'].url}/api/models/{REPO}/revision/main?blobs=true",
        "hf-tree": f"{hubs['hf:'].url}/api/models/{REPO}/tree/main?recursive=true",
        "csg-info": f"{hubs['csg:'].url}/csg/api/models/{REPO}/revision/main",
        "csg-tree": f"{hubs['csg:'].url}/hf/api/models/{REPO}/tree/main?recursive=true",
    }
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    keep("hub_answers", {name: direct.open(address).read() for name, address in addresses.items()})


def main() -> None:
    for fuzzer, lines in {"url": URLS, "headers": HEADERS, "glob": GLOBS}.items():
        keep_texts(fuzzer, ["\0".join(line) for line in lines])
    keep_texts("request_target", TARGETS)
    keep_texts("hash_line", NAMES)
    keep_texts("hub_connection", PLAIN_REQUESTS)
    with (
        tempfile.TemporaryDirectory(prefix="hubcache-seeds-") as folder,
        Egress() as egress,
        Hub(lfs_size="content") as hub,
        HfHub() as hf_hub,
        ModelScopeHub() as ms_hub,
        CsgHub() as csg_hub,
    ):
        machine = Machine(Path(folder), egress, hub, hf_hub, ms_hub, csg_hub)
        keep_answers(machine.hubs)
        machine.keep_caches()
        machine.keep_records()
        machine.keep_requests()


main()
