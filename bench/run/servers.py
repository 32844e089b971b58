"""The servers that bench/run and bench/machines measure, each in its own process on a free port of 127.0.0.1."""

import contextlib
import os
import re
import selectors
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

CONFIGURATION = """
worker_processes 1;
daemon off;
error_log stderr error;
pid {folder}/pid;
events {{ worker_connections 4096; }}
http {{
  access_log off;
  sendfile on;
  tcp_nopush on;
  keepalive_requests 1000000;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  default_type application/json;
  server {{
    listen 127.0.0.1:{port} backlog=4096;
    root {root};
    {locations}
  }}
}}
"""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


def cpu_seconds(pid: int) -> float:
    """Returns the CPU time of a process's main thread in seconds, as summed by the scheduler (schedstat)."""
    words = Path(f"/proc/{pid}/schedstat").read_text().split()
    return int(words[0]) / 1e9


def process_seconds(pid: int) -> float:
    """Returns the CPU time of all threads of a process in seconds, to a hundredth."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def peak_kib(pid: int) -> int:
    return int(re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())[1])


class Nginx:
    def __init__(self, root: Path, locations: str):
        """Serves `root`; `locations` are more lines of the server's configuration."""
        self.port = free_port()
        self.folder = root.parent / f"nginx{self.port}"
        self.folder.mkdir()
        # nginx's worker runs as another user if root starts nginx
        for folder in (root.parent, root):
            folder.chmod(0o755)
        (self.folder / "conf").write_text(
            ("user root;\n" if os.getuid() == 0 else "")
            + CONFIGURATION.format(folder=self.folder, port=self.port, root=root, locations=locations)
        )

    def __enter__(self) -> "Nginx":
        program = shutil.which("nginx") or "/usr/sbin/nginx"
        self.process = subprocess.Popen([program, "-p", self.folder, "-c", self.folder / "conf"])
        for _ in range(500):
            children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
            if children:
                self.pid = int(children[0])
                return self
            time.sleep(0.01)
        raise RuntimeError("nginx does not start")

    def __exit__(self, *_exc) -> None:
        self.process.terminate()
        self.process.wait(30)


class Serve:
    def __init__(self, hubcache: str, env: dict, *options: object):
        self.hubcache, self.env, self.options = hubcache, env, options

    def __enter__(self) -> "Serve":
        self.process = subprocess.Popen(
            [self.hubcache, "serve", "--offline", *(() if "--listen" in self.options else ("--port", "0"))]
            + [str(option) for option in self.options],
            env=self.env,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.url = self.process.stdout.readline().split()[-1]
        self.port, self.pid = int(self.url.rpartition(":")[2]), self.process.pid
        return self

    def __exit__(self, *_exc) -> None:
        self.process.terminate()
        self.process.wait(60)


def ask_anew(server, paths: list[str], count: int) -> float:
    """Returns the server's CPU time in µs per answer, over a connection for each request."""
    requests = [f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode() for path in paths]
    before = cpu_seconds(server.pid)
    for number in range(count):
        with socket.create_connection(("127.0.0.1", server.port)) as client:
            client.sendall(requests[number % len(requests)])
            answer = client.recv(65536)
            if not answer.startswith(b"HTTP/1.1 200"):
                sys.exit(f"unexpected answer: {answer[:200]!r}")
            while client.recv(65536):
                pass
    return (cpu_seconds(server.pid) - before) / count * 1e6


def ask(server, paths: list[str], connections: int, count: int) -> tuple[float, float]:
    """Returns the server's CPU time and the wall time, in µs per answer, over kept-alive connections that are all
    busy."""
    with selectors.DefaultSelector() as ready, contextlib.ExitStack() as stack:
        requests = [f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode() for path in paths]
        clients = [
            stack.enter_context(socket.create_connection(("127.0.0.1", server.port))) for _ in range(connections)
        ]
        for client in clients:
            ready.register(client, selectors.EVENT_READ)
        before, start = cpu_seconds(server.pid), time.perf_counter()
        for number, client in enumerate(clients):
            client.sendall(requests[number % len(requests)])
        sent, done = connections, 0
        while done < count:
            for key, _ in ready.select():
                answer = key.fileobj.recv(65536)
                if not answer.startswith(b"HTTP/1.1 200"):
                    sys.exit(f"unexpected answer: {answer[:200]!r}")
                done += 1
                if sent < count:
                    key.fileobj.sendall(requests[sent % len(requests)])
                    sent += 1
        wall = time.perf_counter() - start
        return (cpu_seconds(server.pid) - before) / count * 1e6, wall / count * 1e6
