"""Helpers for tests of the local hub: environments for `hubcache run`, a running `hubcache serve`, raw requests."""

import contextlib
import http.client
import json
import os
import re
import signal
import subprocess
import time
from pathlib import Path
from typing import Any, Callable, Iterator, Mapping, Optional

DIRECT = {name: "" for word in ("http_proxy", "https_proxy", "all_proxy", "no_proxy") for name in (word, word.upper())}
OFFLINE = {"http_proxy": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9"}


class Served:
    def __init__(self, process: subprocess.Popen, url: str):
        self.process, self.url = process, url
        self.port = int(url.rpartition(":")[2])

    def ask(self, path: str, method: str = "GET", headers: Mapping[str, str] = {}, body: Optional[bytes] = None):
        """Returns (status, headers, body); the path is sent unchanged."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        with contextlib.closing(connection):
            connection.putrequest(method, path, skip_accept_encoding=True)
            for name, value in headers.items():
                connection.putheader(name, value)
            connection.endheaders(body)
            answer = connection.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()

    def json(self, path: str, **more) -> Any:
        return json.loads(self.ask(path, **more)[2])

    def peak_kib(self) -> int:
        return int(re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{self.process.pid}/status").read_text())[1])


@contextlib.contextmanager
def serving(hubcache, *arguments: object, env: Mapping[str, str] = {}) -> Iterator[Served]:
    """Runs `hubcache serve` on a free port until the block ends."""
    log = open(hubcache.folder / "serve.log", "ab")
    process = subprocess.Popen(
        [hubcache.binary, "serve", "--port", "0", *map(str, arguments)],
        env=hubcache.env | dict(env),
        cwd=hubcache.folder,
        stdout=subprocess.PIPE,
        stderr=log,
        text=True,
    )
    try:
        line = process.stdout.readline()
        assert "http://127.0.0.1:" in line, f"no address: {line!r} {process.poll()}"
        yield Served(process, line[line.index("http://") :].strip())
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGTERM)
        process.wait(60)
        log.close()


def is_answering(url: str) -> bool:
    connection = http.client.HTTPConnection(url.partition("//")[2], timeout=30)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status > 0
    except ConnectionError:
        return False
    finally:
        connection.close()


def wait_until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def api(repo_id: str) -> str:
    return f"/api/v1/repos/{repo_id}"
