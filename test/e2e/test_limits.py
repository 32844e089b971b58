"""Limits on threads, processes, open files or connections: hubcache uses fewer threads, and the local hub still answers
every user."""

import contextlib
import os
import resource
import signal
import socket
import subprocess
import sys
import uuid
from pathlib import Path
from typing import Iterator

import pytest
from scene import REPO, Scene, write

from adoption import ok
from local_hub import api, serving

MEBIBYTE = 1 << 20


class Group:
    """A control group with a limit on the number of threads."""

    def __init__(self, path: Path, most: int):
        self.path = path
        path.mkdir()
        (path / "pids.max").write_text(str(most))

    def enter(self) -> None:
        (self.path / "cgroup.procs").write_text("0")


@pytest.fixture
def group() -> Iterator:
    root = next(
        (root for root in (Path("/sys/fs/cgroup/pids"), Path("/sys/fs/cgroup")) if (root / "cgroup.procs").exists()),
        None,
    )
    made: list[Group] = []

    def make(most: int) -> Group:
        try:
            made.append(Group(root / f"hubcache-test-{uuid.uuid4().hex[:8]}", most))
        except (OSError, TypeError) as problem:
            pytest.skip(f"no control group with a limit of processes can be made here: {problem}")
        return made[-1]

    yield make
    for one in made:
        one.path.rmdir()


@pytest.fixture
def scene(hub, home, hubcache) -> Scene:
    scene = Scene(hub, home)
    for number in range(600):
        write(scene.user / f"many/{number}.txt", b"%d" % number)  # more files than one thread scans
    for number in range(3):
        with open(scene.user / f"large{number}.bin", "wb") as file:
            file.truncate(16 * MEBIBYTE)  # several threads hash it
    ok(hubcache("adopt", REPO, scene.user))
    return scene


def limited(hubcache, group, *words: object, env={}) -> subprocess.CompletedProcess:
    return subprocess.run(
        [hubcache.binary, *map(str, words)],
        env=hubcache.env | env,
        cwd=hubcache.folder,
        text=True,
        capture_output=True,
        timeout=100,
        preexec_fn=group.enter,
    )


@pytest.mark.parametrize("most", [1, 2, 3])
@pytest.mark.parametrize(
    "words",
    [["hash", "--git", "--sha256", "my-model"], ["adopt", REPO, "my-model"], ["status"], ["verify"], ["refresh"]],
    ids=lambda words: words[0],
)
def test_few_threads(hubcache, scene, group, most, words):
    """The output is the same with fewer threads."""
    expected = hubcache(*words)
    told = limited(hubcache, group(most), *words)
    assert (told.returncode, told.stdout, told.stderr) == (expected.returncode, expected.stdout, expected.stderr)


@pytest.mark.parametrize("most", [2, 3, 4])
def test_run_with_few_processes(hubcache, scene, group, most):
    """hubcache's own process and the command's process suffice, also if the local hub answers in place of the hub's
    listing."""
    ask = (
        "import os, urllib.request as r; print(len(r.urlopen(os.environ['STUDIO_GIT_HOST'] + "
        f"'{api(REPO)}/git/trees/master?recursive=true').read()) > 1000)"
    )
    run = limited(
        hubcache,
        group(most),
        "run",
        "--",
        sys.executable,
        "-c",
        ask,
        env={"AISTUDIO_ENABLE_DEFAULT_HASH_VALIDATION": "true"},
    )
    assert (run.returncode, run.stdout) == (0, "True\n"), run.stderr


def test_run_without_a_process_for_the_command(hubcache, scene, group):
    run = limited(hubcache, group(1), "run", "--", "true")
    assert run.returncode == 125 and "cannot start true" in run.stderr


@pytest.mark.parametrize("most", [1, 2, 3])
def test_serve_with_few_threads(hubcache, scene, group, most):
    limit = group(most)
    process = subprocess.Popen(
        [hubcache.binary, "serve", "--port", "0"],
        env=hubcache.env,
        cwd=hubcache.folder,
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=limit.enter,
    )
    try:
        port = int(process.stdout.readline().split(":")[-1])
        for _ in range(2):
            with socket.create_connection(("127.0.0.1", port), timeout=30) as client:
                client.sendall(
                    f"GET {api(REPO)}/git/trees/master?recursive=true HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode()
                )
                got = b"".join(iter(lambda: client.recv(65536), b""))
                assert got.startswith(b"HTTP/1.1 200 ") and b"large0.bin" in got
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    finally:
        process.kill()
        process.wait()


HOLD = """
import resource, socket, sys
port, count = int(sys.argv[1]), int(sys.argv[2])
limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
held = []
for number in range(count):
    client = socket.create_connection(("127.0.0.1", port), timeout=60)
    try:
        client.sendall(b"GET / HTTP/1.1\\r\\nHos")
    except OSError:
        pass
    held.append(client)
print("held", flush=True)
sys.stdin.read()
"""


@contextlib.contextmanager
def holding(port: int, count: int, user: int) -> Iterator[None]:
    """Runs a process of another user that holds connections, each with half a header."""
    process = subprocess.Popen(
        ["/usr/bin/python3", "-c", HOLD, str(port), str(count)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        user=user,
        group=user,
        extra_groups=[],
        cwd="/",
    )
    try:
        assert process.stdout.readline() == "held\n"
        yield
    finally:
        process.kill()
        process.communicate()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can run programs of two other users")
@pytest.mark.skipif(
    resource.getrlimit(resource.RLIMIT_NOFILE)[1] < 18_000,
    reason="the limit of open files is too low for 8,192 connections",
)
@pytest.mark.parametrize("options", [(), ("--allow-other-users",)], ids=["own user", "all users"])
def test_another_user_cannot_take_all_connections(hubcache, scene, options):
    """The hub answers its own user, whether the other user is refused or answered."""
    with serving(hubcache, "--offline", *options) as served, holding(served.port, 8300, 54_321):
        for _ in range(3):
            assert served.ask(f"{api(REPO)}/media/config.json")[0] == 200


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can run programs of another user")
def test_few_open_files(hubcache, scene):
    """With a hard limit of 256 open files, the connections of another user and of the own user do not use up all
    files."""
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)
    process = subprocess.Popen(
        [hubcache.binary, "serve", "--port", "0", "--offline", "--allow-other-users"],
        env=hubcache.env,
        cwd=hubcache.folder,
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (256, 256)),
    )
    try:
        port = int(process.stdout.readline().split(":")[-1])
        with holding(port, 400, 54_321), contextlib.ExitStack() as stack:
            for _ in range(300):
                stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=30))
            for _ in range(3):
                with socket.create_connection(("127.0.0.1", port), timeout=30) as client:
                    client.sendall(
                        f"GET {api(REPO)}/media/config.json HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode()
                    )
                    assert client.recv(4096).startswith(b"HTTP/1.1 200 ")
    finally:
        process.kill()
        process.wait()
    assert resource.getrlimit(resource.RLIMIT_NOFILE) == limit


def test_tunnels_count_as_connections(hubcache, scene):
    """The tunnels of --offline's proxy count too: the hub closes the slowest connection before it runs out of open
    files."""
    env = {name: "" for word in ("http_proxy", "https_proxy", "all_proxy", "no_proxy") for name in (word, word.upper())}
    process = subprocess.Popen(
        [hubcache.binary, "serve", "--port", "0", "--offline"],
        env=hubcache.env | env,
        cwd=hubcache.folder,
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (256, 256)),
    )
    try:
        port = int(process.stdout.readline().split(":")[-1])
        with socket.create_server(("127.0.0.3", 0), backlog=512) as other, contextlib.ExitStack() as stack:
            host = f"127.0.0.3:{other.getsockname()[1]}"
            tunnels = []
            for _ in range(200):
                client = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=30))
                client.sendall(f"CONNECT {host} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
                assert client.recv(4096).startswith(b"HTTP/1.1 200 ")
                tunnels.append(client)
            assert tunnels[0].recv(1) == b""
    finally:
        process.kill()
        process.wait()
