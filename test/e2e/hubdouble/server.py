"""The double as an HTTP/1.1 server: a thread a connection, keep-alive, faults on demand."""

import contextlib
import json
import re
import socket
import threading
from email.utils import formatdate
from http import HTTPStatus
from pathlib import Path
from typing import Iterator, Optional
from urllib.parse import parse_qs, unquote

from .answers import BAD_TOKEN, Answer, Api, Options, json_answer, text_answer
from .faults import HTML, Fault, Faults
from .log import Log, Request
from .repo import Repo

# Go's net/http sends a body of up to 2,048 bytes with its length and a larger one in chunks.
GO_BUFFER = 2048
MAX_LINE = 64 * 1024
IDLE_SECONDS = 60
ROUTE = re.compile(r"/api/v1/repos/([^/]+)/([^/]+)/(tags|git/trees|contents|media|raw)(?:/(.*))?$")
REDIRECTED = re.compile(r"/redirected(/.*)$")


class Hub:
    """with Hub() as hub: hub.repo("o/n").push({...}); ask(hub.url); hub.log"""

    def __init__(self, *, port: int = 0, root_url: str = "", latency: float = 0.0, log_file: Optional[Path] = None,
                 page_quirks: bool = False, lfs_size: str = "pointer"):
        self.latency, self.faults, self.log = latency, Faults(), Log(log_file)
        self._repos: dict[tuple[str, str], Repo] = {}
        self._tokens: dict[str, str] = {}
        self._connections: set[socket.socket] = set()
        self._lock = threading.Lock()
        self.stopping = threading.Event()
        self._listeners = [_listen("127.0.0.1", port), _listen("127.0.0.2", 0)]
        self.url, self.cdn_url = (f"http://{host}:{port}" for host, port in map(_address, self._listeners))
        self.api = Api(root_url or self.url, Options(page_quirks, lfs_size))

    def __enter__(self) -> "Hub":
        for listener, origin in zip(self._listeners, ("hub", "cdn")):
            threading.Thread(target=self._accept, args=(listener, origin), daemon=True).start()
        return self

    def __exit__(self, *_exc) -> None:
        self.stopping.set()
        with self._lock:
            for one in [*self._listeners, *self._connections]:
                with contextlib.suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)
        for listener in self._listeners:
            listener.close()
        self.log.close()

    def repo(self, repo_id: str, *, private: bool = False, default_branch: str = "master") -> Repo:
        """The repo of this id, made when it is new."""
        owner, name = repo_id.split("/")
        key = (owner.lower(), name.lower())
        if key not in self._repos:
            self._repos[key] = Repo(owner, name, private=private, default_branch=default_branch)
        return self._repos[key]

    def user(self, name: str, token: str) -> None:
        """Private repos are for their owners; a token of no user is refused everywhere."""
        self._tokens[token] = name

    def fault(self, pattern: str, **kind) -> None:
        """From now on, requests whose raw path holds the regular expression go wrong; see faults.Fault."""
        self.faults.add(Fault(pattern, **kind))

    def media_bytes(self) -> int:
        return sum(request.media_bytes for request in self.log)

    def mark(self) -> int:
        return len(self.log)

    def _accept(self, listener: socket.socket, origin: str) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with self._lock:
                self._connections.add(connection)
            threading.Thread(target=self._converse, args=(connection, origin), daemon=True).start()

    def _converse(self, connection: socket.socket, origin: str) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.settimeout(IDLE_SECONDS)
        with contextlib.suppress(OSError), connection, connection.makefile("rb") as stream:
            for method, raw_path, headers in _requests(stream):
                if not self._respond(connection, origin, method, raw_path, headers):
                    break
        with self._lock:
            self._connections.discard(connection)

    def _respond(self, connection: socket.socket, origin: str, method: str, raw_path: str, headers: dict) -> bool:
        """Whether the connection can be kept."""
        fault = self.faults.take(raw_path) if origin == "hub" else None
        self.stopping.wait(self.latency + (fault.delay if fault else 0))
        answer = self._answer(origin, method, raw_path, headers)
        if fault:
            answer = self._spoil(fault, answer, raw_path)
        self.log.add(Request(method, raw_path, origin, 0 if fault and fault.drop else answer.status,
                             len(answer.body) if answer.media else 0, headers.get("authorization"),
                             headers.get("range")))
        if fault and fault.drop:
            return False
        close = headers.get("connection", "").lower() == "close"
        _send(connection, answer, fault, close, self.stopping)
        return not close and not (fault and (fault.half or fault.endless))

    def _spoil(self, fault: Fault, answer: Answer, raw_path: str) -> Answer:
        if fault.html:
            return Answer(200, HTML, {"Content-Type": "text/html; charset=utf-8"})
        if fault.redirect:
            return Answer(307, b"", {"Location": f"{self.cdn_url}/redirected{raw_path}"})
        if fault.status is not None:
            error = json_answer(fault.status, {"message": HTTPStatus(fault.status).phrase,
                                               "url": f"{self.api.root}/api/swagger"})
            return error if fault.body is None else Answer(fault.status, fault.body, error.headers)
        if fault.rewrite:
            return json_answer(answer.status, fault.rewrite(json.loads(answer.body)))
        if fault.body is not None:
            return Answer(answer.status, fault.body, answer.headers)
        if fault.half and answer.media:
            # noted is what is sent; the length in the header stays that of the whole
            answer.headers["Content-Length"] = str(len(answer.body))
            answer.body = answer.body[:len(answer.body) // 2]
        return answer

    def _answer(self, origin: str, method: str, raw_path: str, headers: dict) -> Answer:
        if origin == "cdn":
            # the address itself is the permission, as a signed one is
            redirected = REDIRECTED.match(raw_path)
            return self._route(redirected[1], headers, None) if redirected else text_answer(404, "404 page not found")
        if method != "GET":
            return Answer(405, b"", {"Allow": "GET"})
        user, known = self._user(headers)
        return self._route(raw_path, headers, user) if known else self.api.error(401, BAD_TOKEN)

    def _user(self, headers: dict) -> tuple[str, bool]:
        """(name or "", False for a token of nobody). The SDK sends "token " when it has none."""
        words = headers.get("authorization", "").split()
        if len(words) < 2:
            return "", True
        return self._tokens.get(words[1], ""), words[1] in self._tokens

    def _route(self, raw_path: str, headers: dict, user: Optional[str]) -> Answer:
        """`user` None may read everything."""
        path, _, query = raw_path.partition("?")
        match = ROUTE.match(path)
        if not match or (match[3] in ("tags", "git/trees", "media", "raw") and not match[4]):
            return text_answer(404, "404 page not found")
        repo = self._repos.get((unquote(match[1]).lower(), unquote(match[2]).lower()))
        if not repo or not repo.branches or (repo.private and user is not None and user != repo.owner):
            return self.api.not_found()
        asked = {key: values[0] for key, values in parse_qs(query).items()}
        return self._ask(repo, match[3], match[4] or "", asked, headers)

    def _ask(self, repo: Repo, what: str, raw_rest: str, asked: dict[str, str], headers: dict) -> Answer:
        rest, ref = unquote(raw_rest), asked.get("ref", "")
        if what == "tags":
            return self.api.tag(repo, rest)
        if what == "contents":
            return self.api.contents(repo, rest, ref)
        if what == "git/trees":
            if "/" in raw_rest:
                return text_answer(404, "404 page not found")  # one segment: a slash in it must be escaped
            return self.api.tree(repo, rest, recursive=asked.get("recursive") in ("true", "1"),
                                 page=_number(asked, "page"), per_page=_number(asked, "per_page"))
        return self.api.file(repo, rest, ref, headers, resolve_lfs=what == "media")


def _listen(host: str, port: int) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, port))
    listener.listen(512)
    return listener


def _address(listener: socket.socket) -> tuple[str, int]:
    return listener.getsockname()


def _number(asked: dict[str, str], name: str) -> int:
    return int(asked[name]) if asked.get(name, "").isdecimal() else 0


def _requests(stream) -> Iterator[tuple[str, str, dict[str, str]]]:
    """The requests of a connection until it ends or is no HTTP; header names come in lower case."""
    while True:
        words = stream.readline(MAX_LINE).decode("latin-1").split()
        if len(words) != 3 or not words[2].startswith("HTTP/1."):
            return
        headers: dict[str, str] = {}
        while (line := stream.readline(MAX_LINE).decode("latin-1")).strip():
            name, _, value = line.partition(":")
            headers[name.strip().lower()] = value.strip()
        stream.read(int(headers.get("content-length", "0") or 0))
        yield words[0], words[1], headers


def _send(connection: socket.socket, answer: Answer, fault: Optional[Fault], close: bool,
          stopping: threading.Event) -> None:
    body = answer.body
    headers = {"Date": formatdate(usegmt=True), **answer.headers}
    chunked = not answer.media and len(body) > GO_BUFFER
    if answer.status == 304:
        pass
    elif chunked or (fault and fault.endless):
        headers["Transfer-Encoding"] = "chunked"
    else:
        headers.setdefault("Content-Length", str(len(body)))
    if close:
        headers["Connection"] = "close"
    head = f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}\r\n"
    head += "".join(f"{name}: {value}\r\n" for name, value in headers.items()) + "\r\n"
    if fault and fault.endless:
        _send_endless(connection, head.encode(), body, stopping)
        return
    if chunked:
        body = b"%x\r\n" % len(body) + bytes(body) + b"\r\n0\r\n\r\n"
    if fault and fault.half and not answer.media:
        body = body[:len(body) // 2]
    if fault and fault.bytes_per_second:
        connection.sendall(head.encode())
        _send_slowly(connection, body, fault.bytes_per_second, stopping)
    elif len(body) < 64 * 1024:
        connection.sendall(head.encode() + bytes(body))
    else:
        connection.sendall(head.encode())
        connection.sendall(body)


def _send_slowly(connection: socket.socket, body: bytes, rate: float, stopping: threading.Event) -> None:
    """In pieces of a tenth of a second, or of one byte at the slowest."""
    piece = max(1, int(rate / 10))
    for start in range(0, len(body), piece):
        if stopping.wait(piece / rate):
            return
        connection.sendall(body[start:start + piece])


def _send_endless(connection: socket.socket, head: bytes, body: bytes, stopping: threading.Event) -> None:
    """The body without its last closing bracket, then blanks, which JSON allows without end."""
    connection.sendall(head)
    beginning = bytes(body).rstrip()[:-1]
    connection.sendall(b"%x\r\n" % len(beginning) + beginning + b"\r\n")
    blanks = b" " * 65536
    while not stopping.is_set():
        connection.sendall(b"%x\r\n" % len(blanks) + blanks + b"\r\n")
