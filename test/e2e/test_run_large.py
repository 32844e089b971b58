"""Large and many files: a file in parts, 1,500 files, forwarded content, a download that is killed and resumed."""

import os
import select
import signal
import socket
import subprocess
import threading
import time
from pathlib import Path
from typing import Optional

import pytest
from listener import Listener, read_head
from scene import REPO, Scene, read, write

from adoption import ok
from local_hub import api, serving

MEBIBYTE = 1 << 20
GIBIBYTE = 1 << 30


@pytest.fixture
def scene(hub, home) -> Scene:
    return Scene(hub, home)


def sparse(path: Path, size: int) -> None:
    """Writes a sparse file with some distinct bytes at every 100 MB and at the end."""
    with open(path, "wb") as file:
        file.truncate(size)
        for offset in range(0, size - 100, 100_000_000):
            file.seek(offset)
            file.write(b"at %d" % offset)
        file.seek(size - 3)
        file.write(b"end")


def same_content(one: Path, other: Path) -> bool:
    return subprocess.run(["cmp", one, other]).returncode == 0


@pytest.mark.parametrize("workers", [3, 16])
def test_fifteen_hundred_files(sdk, hubcache, hub, home, workers):
    """The files arrive unchanged in an empty cache."""
    if (sdk.version == "0.3.9") != (workers == 16):
        pytest.skip("once for each of the two")
    contents = {f"dir{i % 15:02}/file{i:05}.bin": b"%d " % i * (i % 50) for i in range(1500)}
    user = home.path / "many"
    for path, content in contents.items():
        write(user / path, content)
    hub.repo("ctbots/many").push(contents)
    ok(hubcache("adopt", "ctbots/many", user))
    local = sdk.under_run(hubcache.binary, "--offline")
    empty = home.path / "another"
    outcome = local.snapshot_download("ctbots/many", env={"AISTUDIO_CACHE_HOME": str(empty)}, max_workers=workers)
    assert outcome.error is None and not outcome.requests
    place = empty / "models" / "ctbots" / "many"
    assert {path: read(place / path) for path in contents} == contents


def test_a_large_file_in_parts(sdk, hubcache, scene, home):
    """The SDK requests a file of 6 GiB in parts of 160 MiB, six at a time."""
    if sdk.version != "0.3.9":
        pytest.skip("once is enough: both ask for parts in the same way")
    sparse(scene.user / "model.safetensors", 6 * GIBIBYTE)
    ok(hubcache("adopt", REPO, scene.user))
    empty = home.path / "another"
    outcome = sdk.under_run(hubcache.binary, "--offline").snapshot_download(
        REPO, env={"AISTUDIO_CACHE_HOME": str(empty)}
    )
    assert outcome.error is None
    arrived = empty / "models" / REPO / "model.safetensors"
    assert same_content(arrived, scene.user / "model.safetensors")
    arrived.unlink()


class Upstream(Listener):
    """A hub that sends one file for every path, and records the requests."""

    def __init__(self, file: Path):
        self.file, self.heads = file, []
        self.connection: Optional[socket.socket] = None
        super().__init__(self._answer)

    def _answer(self, connection: socket.socket) -> None:
        with open(self.file, "rb") as file:
            self.heads.append(read_head(connection).decode("latin-1"))
            size = os.fstat(file.fileno()).st_size
            connection.sendall(
                b"HTTP/1.1 200 Fine\r\nX-Mine: a\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % size
            )
            self.connection = connection
            connection.sendfile(file)

    def is_held_back_by(self, pid: int) -> bool:
        """Returns True if no more data can be sent, and the receiving process sleeps."""
        is_full = self.connection is not None and not select.select([], [self.connection], [], 0)[1]
        return is_full and Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] == "S"


def test_forwarding_uses_little_memory(hubcache, home):
    """The client first delays the reading of 3 GiB. The test prints the peak of the local hub's memory."""
    sparse(home.path / "large", 3 * GIBIBYTE)
    with (
        Upstream(home.path / "large") as upstream,
        serving(hubcache, "--upstream", upstream.url) as served,
        socket.create_connection(("127.0.0.1", served.port)) as client,
    ):
        client.sendall(
            f"GET {api(REPO)}/media/large?ref=x HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: token T\r\nX-Own: b\r\n\r\n".encode()
        )
        got = client.recv(4096)
        assert got.startswith(b"HTTP/1.1 200 ") and b"X-Mine: a\r\n" in got
        while not upstream.is_held_back_by(served.process.pid):  # the upstream's further data must wait
            time.sleep(0.01)
        held = served.peak_kib()
        length = len(got) - got.index(b"\r\n\r\n") - 4
        last = b""
        while length < 3 * GIBIBYTE and (part := client.recv(4 * MEBIBYTE)):
            length, last = length + len(part), part
        assert length == 3 * GIBIBYTE and last.endswith(b"end")
        peak = served.peak_kib()
        print(f"\npeak of the local hub's memory: {held} KiB while the client waited, {peak} KiB after 3 GiB")
        assert peak <= 64 << 10
        head = upstream.heads[0]
        assert head.startswith(f"GET {api(REPO)}/media/large?ref=x HTTP/1.1\r\n")
        assert "Authorization: token T\r\n" in head and "X-Own: b\r\n" in head and "Accept:" not in head
        assert f"Host: {upstream.url.removeprefix('http://')}\r\n" in head


def test_uploads_pass_through(hubcache, home):
    """The local hub forwards an upload with a length and one in chunks, and returns the hub's answer."""
    received = []
    listener = socket.create_server(("127.0.0.1", 0))

    def hub() -> None:
        for _ in range(2):
            connection, _ = listener.accept()
            with connection, connection.makefile("rb") as stream:
                head = [line.decode() for line in iter(stream.readline, b"\r\n")]
                length = next(
                    (int(line.split(":")[1]) for line in head if line.lower().startswith("content-length")), None
                )
                body = b""
                if length is not None:
                    body = stream.read(length)
                else:
                    while size := int(stream.readline(), 16):
                        body += stream.read(size)
                        stream.readline()
                    stream.readline()
                received.append((head[0].split()[0], body))
                connection.sendall(b"HTTP/1.1 201 Created\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")

    threading.Thread(target=hub, daemon=True).start()
    body = os.urandom(3 * MEBIBYTE)
    with listener, serving(hubcache, "--upstream", f"http://127.0.0.1:{listener.getsockname()[1]}") as served:
        assert served.ask("/o/n.git/info/lfs/x", "PUT", {"Content-Length": str(len(body))}, body)[::2] == (201, b"ok")
        chunks = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (body[:70_000], body[70_000:])) + b"0\r\n\r\n"
        assert served.ask("/api/v1/repos/o/n/contents", "POST", {"Transfer-Encoding": "chunked"}, chunks)[::2] == (
            201,
            b"ok",
        )
    assert received == [("PUT", body), ("POST", body)]


KILLED_AT_THE_THIRD_PART = """
import os, signal, sys
parts = set()
def watch(event, arguments):
    if event == "open" and "model.safetensors_" in str(arguments[0]):
        parts.add(str(arguments[0]))
        if len(parts) == 3: os.killpg(0, signal.SIGKILL)
sys.addaudithook(watch)
from aistudio_sdk.snapshot_download import snapshot_download
snapshot_download(repo_id=sys.argv[1])
"""


def test_a_killed_download_is_resumed(sdk, hubcache, scene, home):
    """kill -9 ends the whole run while it downloads a file in parts; the next run completes the file."""
    size = 500 * MEBIBYTE
    sparse(scene.user / "model.safetensors", size)
    ok(hubcache("adopt", REPO, scene.user))
    empty = home.path / "another"
    env = sdk.env | {"AISTUDIO_CACHE_HOME": str(empty), "AISTUDIO_DOWNLOAD_PARALLELS": "2"}
    killed = subprocess.run(
        [hubcache.binary, "run", "--offline", "--", sdk.venv / "bin" / "python", "-c", KILLED_AT_THE_THIRD_PART, REPO],
        env=env,
        cwd=home.path,
        start_new_session=True,
        timeout=120,
    )
    parts = (empty / "models" / "._tmp" / REPO).glob("model.safetensors_*")
    assert killed.returncode == -signal.SIGKILL and 0 < sum(part.stat().st_size for part in parts) < size
    outcome = sdk.under_run(hubcache.binary, "--offline").snapshot_download(
        REPO, env={"AISTUDIO_CACHE_HOME": str(empty)}
    )
    assert outcome.error is None
    assert same_content(empty / "models" / REPO / "model.safetensors", scene.user / "model.safetensors")
