"""Stores for published repos: a folder, a bucket of versitygw, and one of a Ceph cluster."""

import contextlib
import hashlib
import hmac
import http.client
import os
import shutil
import signal
import socket
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Callable, Iterator, Optional

import pytest

KEY_ID, SECRET, BUCKET = "TESTKEY", "test/secret+0123456789", "models"


class Bucket:
    """A bucket of versitygw, which keeps its objects as files. `certificate`: of localhost, with its key, for https."""

    def __init__(self, folder: Path, certificate: Optional[Path] = None):
        self.files = folder / "data" / BUCKET
        self.files.mkdir(parents=True)
        [self.port] = free_ports(1)
        self.log = open(folder / "log", "w+")
        self.process = subprocess.Popen(
            [binary(), "--quiet", "--port", f"127.0.0.1:{self.port}", "--virtual-domain", "localhost"]
            + (["--cert", str(certificate), "--key", str(certificate)] if certificate else [])
            + ["--access", KEY_ID, "--secret", SECRET, "posix", str(folder / "data")],
            stdout=self.log,
            stderr=self.log,
        )
        deadline = time.monotonic() + 60
        while not answers(self.port):
            assert self.process.poll() is None and time.monotonic() < deadline, (folder / "log").read_text()
            time.sleep(0.05)
        endpoint = f"https://localhost:{self.port}" if certificate else f"http://127.0.0.1:{self.port}"
        self.name, self.env = f"s3://{BUCKET}/team/a", environment(endpoint)
        self.root = self.files / "team/a"

    def end(self) -> None:
        self.process.terminate()
        self.process.wait(20)
        self.log.close()


def signed(port: int, method: str, path: str, body: str = "", service: str = "s3") -> bytes:
    """Sends a signed request to a service of AWS's kind; returns the body of the answer."""
    now = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    digest, scope = hashlib.sha256(body.encode()).hexdigest(), f"{now[:8]}/us-east-1/{service}/aws4_request"
    names = "host;x-amz-content-sha256;x-amz-date"
    headers = f"host:127.0.0.1:{port}\nx-amz-content-sha256:{digest}\nx-amz-date:{now}\n"
    request = hashlib.sha256(f"{method}\n{path}\n\n{headers}\n{names}\n{digest}".encode()).hexdigest()
    key = f"AWS4{SECRET}".encode()
    for part in [*scope.split("/"), f"AWS4-HMAC-SHA256\n{now}\n{scope}\n{request}"]:
        key = hmac.digest(key, part.encode(), "sha256")
    authorization = f"AWS4-HMAC-SHA256 Credential={KEY_ID}/{scope},SignedHeaders={names},Signature={key.hex()}"
    sent = {"x-amz-content-sha256": digest, "x-amz-date": now, "Authorization": authorization}
    sent |= {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    with contextlib.closing(connection):
        connection.request(method, path, body, sent)
        answer = connection.getresponse()
        content = answer.read()
    assert answer.status == 200, content
    return content


class Ceph:
    """A Ceph cluster: three OSDs with a copy of each object on each, and two S3 gateways."""

    def __init__(self, folder: Path):
        for program in ("ceph-mon", "ceph-osd", "radosgw", "radosgw-admin"):
            if not shutil.which(program):
                pytest.skip(f"{program} is not installed (Debian's packages radosgw, ceph-mon, ceph-osd, ceph-common)")
        self.folder = folder
        monitor, *self.ports = free_ports(3)
        script = Path(__file__).with_name("ceph.sh")
        run = subprocess.run([script, folder, *map(str, [monitor, *self.ports])], text=True, capture_output=True)
        if run.returncode:
            self.end()
            pytest.fail(run.stdout + run.stderr)
        signed(self.ports[0], "PUT", f"/{BUCKET}")
        self.name, self.env = f"s3://{BUCKET}/team/a", environment(f"http://127.0.0.1:{self.ports[0]}")

    def kill(self, name: str) -> None:
        """Kills "osd.0", "client.rgw.1" …"""
        os.kill(int((self.folder / f"{name}.pid").read_text()), signal.SIGKILL)

    def start_osd(self, number: int) -> None:
        command = ["ceph-osd", "--conf", self.folder / "ceph.conf", "-i", str(number)]
        subprocess.run(command, check=True, capture_output=True, timeout=60)

    def end(self) -> None:
        for file in self.folder.glob("*.pid"):
            with contextlib.suppress(OSError, ValueError):
                os.kill(int(file.read_text()), signal.SIGKILL)
        shutil.rmtree(self.folder, ignore_errors=True)


class Folder:
    """A store in a folder."""

    def __init__(self, folder: Path):
        self.root = folder / "store"
        self.name, self.env = str(self.root), {}

    def end(self) -> None:
        pass


def binary() -> Path:
    path = Path(os.environ["HUBCACHE_SDK_VENVS"]) / "stores/versitygw"
    if not path.exists():
        pytest.skip("versitygw is not installed: it needs Go 1.25 or later (test/e2e/make_stores.sh)")
    return path


def free_ports(count: int) -> list[int]:
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports


def answers(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


def environment(endpoint: str) -> dict[str, str]:
    return {
        "AWS_ENDPOINT_URL_S3": endpoint,
        "AWS_ACCESS_KEY_ID": KEY_ID,
        "AWS_SECRET_ACCESS_KEY": SECRET,
        "AWS_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def wrong_clock(shift: str) -> dict[str, str]:
    """Returns the variables with which a program's clock is wrong, by "+2h" for example."""
    [library, *_] = [*Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), None]
    if not library:
        pytest.skip("libfaketime is not installed (Debian's package faketime)")
    return {"LD_PRELOAD": str(library), "FAKETIME": shift, "FAKETIME_DONT_FAKE_MONOTONIC": "1"}


@contextlib.contextmanager
def running(kind: type, folder: Path) -> Iterator["Bucket | Folder"]:
    store = kind(folder)
    try:
        yield store
    finally:
        store.end()


# A test's function that decides about a request: None passes it on; a number answers with that status, bytes answer with 200 and that
# body; "cut" closes the connection before the answer.
Fault = Callable[[str, str], "Optional[int | str | bytes]"]


class Proxy:
    """Stands before an S3 service, records its requests, and lets some fail. The Host header stays the client's."""

    def __init__(self, port: int, fault: Fault = lambda method, path: None):
        self.fault, self.requests, self.credentials = fault, [], []
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_words):
                pass

            def answer(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                proxy.requests.append((self.command, self.path, self.headers.get("Host")))
                proxy.credentials += [self.headers.get(name, "") for name in ("Authorization", "Cookie")]
                what = proxy.fault(self.command, self.path)
                if what == "cut":
                    self.close_connection = True
                    self.connection.shutdown(socket.SHUT_RDWR)
                    return
                if isinstance(what, (int, bytes)):
                    self.send_response(what if isinstance(what, int) else 200)
                    self.send_header("Content-Length", "0" if isinstance(what, int) else str(len(what)))
                    self.end_headers()
                    self.wfile.write(b"" if isinstance(what, int) else what)
                    return
                upstream = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
                upstream.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
                for name, value in self.headers.items():
                    upstream.putheader(name, value)
                upstream.endheaders(body)
                answer = upstream.getresponse()
                content = answer.read()
                self.send_response_only(answer.status)
                for name, value in answer.getheaders():
                    if name.lower() not in ("connection", "transfer-encoding", "content-length"):
                        self.send_header(name, value)
                length = answer.getheader("Content-Length") if self.command == "HEAD" else str(len(content))
                self.send_header("Content-Length", length or "0")
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = answer

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.env = environment(f"http://127.0.0.1:{self.server.server_port}")

    def __enter__(self) -> "Proxy":
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_exc) -> None:
        self.server.shutdown()
        self.server.server_close()

    def puts(self) -> list[str]:
        return [path for method, path, _ in self.requests if method == "PUT"]
