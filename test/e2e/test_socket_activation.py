"""`hubcache serve` on a socket that systemd, or another program, has opened."""

import contextlib
import http.client
import shutil
import signal
import subprocess
import sys

import pytest
from shared_hub import EXAMPLES, until
from stores import free_ports

# Listens, and then becomes the command with the sockets as 3, 4 …: what systemd does.
PARENT = """
import os, socket, sys
family, address, count, pid, value, *command = sys.argv[1:]
kinds = {"tcp": (socket.AF_INET, socket.SOCK_STREAM), "unix": (socket.AF_UNIX, socket.SOCK_STREAM), "udp": (socket.AF_INET, socket.SOCK_DGRAM)}
listener = socket.socket(*kinds[family])
listener.bind(address if family == "unix" else (address, 0))
if family != "udp":
    listener.listen()
    print(listener.getsockname()[1] if family == "tcp" else "-", flush=True)
for number in range(int(count)):
    os.dup2(listener.fileno(), 60 + number)
for number in range(int(count)):
    os.dup2(60 + number, 3 + number)
os.environ |= {"LISTEN_FDS": value or count, "LISTEN_PID": pid or str(os.getpid())}
os.execv(command[0], command)
"""


def start(hubcache, *words, family="tcp", address="127.0.0.1", count=1, pid="", value="") -> subprocess.Popen:
    command = [
        sys.executable,
        "-c",
        PARENT,
        family,
        address,
        str(count),
        pid,
        value,
        hubcache.binary,
        "serve",
        "--offline",
    ]
    return subprocess.Popen(
        [*command, *map(str, words)],
        env=hubcache.env,
        cwd=hubcache.folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def health(address: str, port: int) -> int:
    connection = http.client.HTTPConnection(address, port, timeout=60)
    with contextlib.closing(connection):
        connection.request("GET", "/healthz")
        return connection.getresponse().status


def test_it_serves_on_a_socket_of_its_parent(hubcache):
    process = start(hubcache)
    try:
        port = int(process.stdout.readline())
        assert process.stdout.readline().rstrip().endswith(f"http://127.0.0.1:{port}")
        assert health("127.0.0.1", port) == 200
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0


def test_a_socket_for_other_machines_needs_a_token(hubcache, tmp_path):
    process = start(hubcache, address="0.0.0.0")
    assert process.wait(60) == 2 and "--token-file" in process.stderr.read()
    process = start(hubcache, "--no-token", address="0.0.0.0")
    try:
        port = int(process.stdout.readline())
        process.stdout.readline()
        assert health("127.0.0.1", port) == 200
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def test_sockets_that_it_cannot_use(hubcache, tmp_path):
    for more in ({"count": 2}, {"family": "unix", "address": str(tmp_path / "socket")}, {"family": "udp"}):
        process = start(hubcache, **more)
        assert process.wait(60) == 2 and "ListenStream" in process.stderr.read(), more
    process = start(hubcache, value="many")
    assert process.wait(60) == 2 and "LISTEN_FDS has the value 'many'" in process.stderr.read()
    for other in (("--listen", "127.0.0.1:0"), ("--port", "0")):
        process = start(hubcache, *other)
        assert process.wait(60) == 2 and "omit --listen and --port" in process.stderr.read()


def test_a_socket_for_another_process(hubcache):
    """The variables may come from a parent that was started by systemd itself."""
    process = start(hubcache, "--port", "0", pid="1")
    try:
        port = int(process.stdout.readline())
        assert f":{port}" not in process.stdout.readline()
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def test_systemd_starts_it_at_the_first_connection(hubcache):
    if not shutil.which("systemd-socket-activate"):
        pytest.skip("systemd-socket-activate is not installed")
    [port] = free_ports(1)
    command = ["systemd-socket-activate", "-l", f"127.0.0.1:{port}", *(f"-E{name}" for name in hubcache.env)]
    process = subprocess.Popen([*command, hubcache.binary, "serve", "--offline"], env=hubcache.env)
    try:

        def is_healthy() -> bool:
            with contextlib.suppress(ConnectionError):
                return health("127.0.0.1", port) == 200
            return False

        until(is_healthy)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def test_the_units(tmp_path):
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not installed")
    for name in ("hubcache.service", "hubcache.socket"):
        text = (EXAMPLES / name).read_text().replace("/usr/bin/hubcache", "/bin/true")
        (tmp_path / name).write_text(text)
    run = subprocess.run(
        ["systemd-analyze", "verify", tmp_path / "hubcache.service", tmp_path / "hubcache.socket"],
        text=True,
        capture_output=True,
    )
    assert "hubcache." not in run.stderr, run.stderr
