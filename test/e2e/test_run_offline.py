"""With `--offline` and `--deny-all`, the local hub is the command's proxy."""

import contextlib
import socket
from typing import Iterator

import pytest
from listener import Listener, read_head
from scene import REPO, Scene

from adoption import ok
from local_hub import OFFLINE

FETCH = """
import sys, requests
for url in sys.argv[1:]:
    try:
        print(requests.get(url, timeout=20).status_code)
    except requests.exceptions.ProxyError as error:
        print('ProxyError')
"""


@pytest.fixture
def scene(hub, home) -> Scene:
    return Scene(hub, home)


def fetch(sdk, hubcache, *urls: str, options=("--offline",), env={}):
    """Requests these URLs with requests, in the SDK's environment; returns the results and stderr."""
    run = hubcache("run", *options, "--", sdk.venv / "bin" / "python", "-c", FETCH, *urls, env=env)
    assert run.returncode == 0, run.stderr
    return run.stdout.split(), run.stderr


@pytest.mark.parametrize(
    "env",
    [OFFLINE, {"NO_PROXY": ".baidu.com", "no_proxy": ".baidu.com"}, {"NO_PROXY": "*", "no_proxy": "*"}, {}],
    ids=["dead proxy", "no proxy for baidu", "no proxy at all", "plain"],
)
def test_statistics_are_refused_at_once(sdk, hubcache, scene, egress, env):
    """A host that does not answer would block the SDK, which sets no timeout. Nothing leaves the machine, and a line on
    stderr says so."""
    ok(hubcache("adopt", REPO, scene.user))
    egress.asked.clear()
    outcome = sdk.under_run(hubcache.binary, "--offline").snapshot_download(REPO, env=env)
    assert outcome.error is None and outcome.media_bytes == 0
    assert scene.lost(scene.place) == set()
    assert not egress.asked
    lines = [line for line in outcome.stderr.splitlines() if "requested aistudio.baidu.com:443" in line]
    assert len(lines) == 1 and "python" in lines[0] and "refused by --offline" in lines[0]


def test_without_offline_the_sdk_reports_to_its_vendor(sdk, hubcache, scene, egress):
    ok(hubcache("adopt", REPO, scene.user))
    sdk.under_run(hubcache.binary).snapshot_download(REPO)
    assert "CONNECT aistudio.baidu.com:443" in egress.asked


@pytest.mark.parametrize(
    "host", ["huggingface.co", "cdn-lfs.hf.co", "www.modelscope.cn", "git.aistudio.baidu.com", "HuggingFace.CO"]
)
def test_hubs_are_refused(sdk, hubcache, egress, host):
    egress.asked.clear()
    answers, said = fetch(sdk, hubcache, f"https://{host}/", f"http://{host}/")
    assert answers == ["ProxyError", "403"] and not egress.asked
    assert f"requested {host.lower()}:443" in said


@pytest.mark.parametrize(
    "host", ["git.corp.example.", "GIT.corp.EXAMPLE", "git.corp%2eexample", "user:word@git.corp.example."]
)
def test_the_users_own_hub_is_refused_in_every_spelling(sdk, hubcache, egress, host):
    egress.asked.clear()
    answers, said = fetch(
        sdk,
        hubcache,
        f"http://{host}/x",
        env={"STUDIO_GIT_HOST": "http://git.corp.example", "HF_ENDPOINT": "http://10.1.2.3"},
    )
    assert answers == ["403"] and not egress.asked
    assert "refused by --offline" in said


@pytest.mark.parametrize(
    "host",
    [
        "10.1.2.3",
        "10.1.2.3.",
        "10.1.515",
        "[::ffff:10.1.2.3]",
        "git.corp.example.",
        "huggingface.co.",
        "ｇit.corp.example",
        "huggingface。co",
    ],
)
def test_no_tunnel_to_a_hub_in_any_spelling(sdk, hubcache, egress, host):
    """The client sends CONNECT with the name in raw bytes, without converting it."""
    egress.asked.clear()
    ask = (
        "import os, socket, sys\nproxy = int(os.environ['https_proxy'].rpartition(':')[2])\n"
        "with socket.create_connection(('127.0.0.1', proxy)) as s:\n"
        " s.sendall(f'CONNECT {sys.argv[1]}:443 HTTP/1.1\\r\\n\\r\\n'.encode()); print(s.recv(4096).split()[1].decode())"
    )
    run = hubcache(
        "run",
        "--offline",
        "--",
        sdk.venv / "bin" / "python",
        "-c",
        ask,
        host,
        env={"STUDIO_GIT_HOST": "http://git.corp.example", "HF_ENDPOINT": "http://10.1.2.3", "LC_ALL": "C.UTF-8"},
    )
    assert run.stdout.strip() == ("403" if host.isascii() else "400"), run.stderr
    assert not egress.asked


class Origin:
    """A server at 127.0.0.3, and a proxy before it that records the requests."""

    def __init__(self, listeners: contextlib.ExitStack) -> None:
        self.asked: list[str] = []
        self.url = listeners.enter_context(Listener(self._answer, "127.0.0.3")).url + "/"
        self.proxy = f"http://user:secret@{listeners.enter_context(Listener(self._tunnel)).address}"

    @staticmethod
    def _answer(connection: socket.socket) -> None:
        read_head(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")

    def _tunnel(self, connection: socket.socket) -> None:
        head = read_head(connection).decode("latin-1")
        self.asked.append(head)
        host, _, port = head.split()[1].removeprefix("http://").rstrip("/").rpartition(":")
        with socket.create_connection((host, int(port))) as other:
            if head.startswith("CONNECT"):
                connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
                head = read_head(connection).decode("latin-1")
            other.sendall(head.encode("latin-1"))
            while part := other.recv(4096):
                connection.sendall(part)


@pytest.fixture
def origin() -> Iterator[Origin]:
    with contextlib.ExitStack() as listeners:
        yield Origin(listeners)


CONNECT = """
import os, socket, sys
proxy = os.environ['https_proxy'].rpartition(':')[2]
with socket.create_connection(('127.0.0.1', int(proxy))) as connection:
    host = sys.argv[1].removeprefix('http://').rstrip('/')
    connection.sendall(f'CONNECT {host} HTTP/1.1\\r\\nHost: {host}\\r\\n\\r\\nGET / HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n'.encode())
    answer = b''
    while part := connection.recv(4096):
        answer += part
    print(answer.decode())
"""


@pytest.mark.parametrize("proxied", [False, True], ids=["direct", "through the user's proxy"])
def test_other_hosts_are_reached(sdk, hubcache, origin, proxied):
    """Both CONNECT, with data sent right after it, and plain HTTP reach other hosts."""
    proxy = origin.proxy if proxied else ""
    env = {
        "http_proxy": proxy,
        "https_proxy": proxy,
        "HTTP_PROXY": "",
        "HTTPS_PROXY": "",
        "all_proxy": "",
        "ALL_PROXY": "",
        "no_proxy": "",
        "NO_PROXY": "",
    }
    run = hubcache("run", "--offline", "--", sdk.venv / "bin" / "python", "-c", CONNECT, origin.url, env=env)
    assert run.stdout.startswith("HTTP/1.1 200 OK\n\nHTTP/1.1 200 OK\n") and run.stdout.endswith("\n\nok\n"), (
        run.stdout + run.stderr
    )
    assert fetch(sdk, hubcache, origin.url, env=env)[0] == ["200"]
    assert bool(origin.asked) == proxied
    assert all("Proxy-Authorization: Basic dXNlcjpzZWNyZXQ=" in head for head in origin.asked)


def test_deny_all(sdk, hubcache, scene, origin):
    ok(hubcache("adopt", REPO, scene.user))
    env = {"no_proxy": "127.0.0.3", "NO_PROXY": "127.0.0.3"}
    answers, said = fetch(sdk, hubcache, origin.url, "https://example.com/", options=("--deny-all",), env=env)
    assert answers == ["403", "ProxyError"]
    assert "requested example.com:443: refused by --deny-all" in said
    outcome = sdk.under_run(hubcache.binary, "--deny-all").snapshot_download(REPO)
    assert outcome.error is None and not outcome.requests
