"""The HTTP/1.1 server of a test double: one thread per connection, keep-alive, injected faults. Subclasses compute the
answers."""

import contextlib
import json
import socket
import threading
from email.utils import formatdate
from http import HTTPStatus
from pathlib import Path
from typing import Iterator, Optional

from .answers import Answer, json_answer
from .faults import HTML, Fault, Faults
from .log import Log, Request

# Go's net/http sends a body of up to 2,048 bytes with its length, and a larger body in chunks.
GO_BUFFER = 2048
MAX_LINE = 64 * 1024
IDLE_SECONDS = 60


class Server:
    """The server of a hub. `origin` is "hub", or "cdn" for the second address, to which a hub may redirect."""

    def __init__(self, *, port: int = 0, latency: float = 0.0, log_file: Optional[Path] = None):
        self.latency, self.faults, self.log = latency, Faults(), Log(log_file)
        self._tokens: dict[str, str] = {}
        self._connections: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._open = self.most_at_once = 0  # requests that were received and are not answered yet
        self.stopping = threading.Event()
        self._listeners = [_listen("127.0.0.1", port), _listen("127.0.0.2", 0)]
        self.url, self.cdn_url = (f"http://{host}:{port}" for host, port in map(_address, self._listeners))

    def answer(self, origin: str, method: str, raw_path: str, headers: dict[str, str], body: bytes) -> Answer:
        raise NotImplementedError

    def error(self, status: int) -> Answer:
        """Returns the hub's answer for a failure with this status."""
        raise NotImplementedError

    def __enter__(self) -> "Server":
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

    def user(self, name: str, token: str) -> None:
        """Adds a user. Only the user who owns a private repo can read it; an unknown token is refused everywhere."""
        self._tokens[token] = name

    def fault(self, pattern: str, **kind) -> None:
        """Adds a fault for all later requests whose raw path matches the regular expression; see faults.Fault."""
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
            for method, raw_path, headers, body in _requests(stream):
                if not self._respond(connection, origin, method, raw_path, headers, body):
                    break
        with self._lock:
            self._connections.discard(connection)

    def _respond(
        self, connection: socket.socket, origin: str, method: str, raw_path: str, headers: dict, body: bytes
    ) -> bool:
        """Answers a request; returns True if the connection can be kept."""
        with self._lock:
            self._open += 1
            self.most_at_once = max(self.most_at_once, self._open)
        try:
            return self._answer(connection, origin, method, raw_path, headers, body)
        finally:
            with self._lock:
                self._open -= 1

    def _answer(
        self, connection: socket.socket, origin: str, method: str, raw_path: str, headers: dict, body: bytes
    ) -> bool:
        fault = self.faults.take(raw_path) if origin == "hub" else None
        self.stopping.wait(self.latency + (fault.delay if fault else 0))
        answer = self.answer(origin, method, raw_path, headers, body)
        if fault:
            answer = self._spoil(fault, answer, raw_path)
        self.log.add(
            Request(
                method,
                raw_path,
                origin,
                0 if fault and fault.drop else answer.status,
                len(answer.body) if answer.media else 0,
                headers.get("authorization"),
                headers.get("range"),
            )
        )
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
            error = self.error(fault.status)
            if fault.retry_after is not None:
                error.headers["Retry-After"] = str(fault.retry_after)
            return error if fault.body is None else Answer(fault.status, fault.body, error.headers)
        if fault.rewrite:
            return json_answer(answer.status, fault.rewrite(json.loads(answer.body)))
        if fault.body is not None:
            return Answer(answer.status, fault.body, answer.headers)
        if fault.half and answer.media:
            # the log counts the bytes that are sent; the Content-Length header stays that of the whole body
            answer.headers["Content-Length"] = str(len(answer.body))
            answer.body = answer.body[: len(answer.body) // 2]
        return answer

    def _user(self, headers: dict) -> tuple[str, bool]:
        """Returns (name or "", False if the token is unknown). The SDK sends "token " if it has no token."""
        words = headers.get("authorization", "").split()
        if len(words) < 2:
            return "", True
        return self._tokens.get(words[1], ""), words[1] in self._tokens


def _listen(host: str, port: int) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, port))
    listener.listen(512)
    return listener


def _address(listener: socket.socket) -> tuple[str, int]:
    return listener.getsockname()


def _requests(stream) -> Iterator[tuple[str, str, dict[str, str], bytes]]:
    """Yields the requests of a connection until it ends or sends invalid HTTP. Header names are in lower case."""
    while True:
        words = stream.readline(MAX_LINE).decode("latin-1").split()
        if len(words) != 3 or not words[2].startswith("HTTP/1."):
            return
        headers: dict[str, str] = {}
        while (line := stream.readline(MAX_LINE).decode("latin-1")).strip():
            name, _, value = line.partition(":")
            headers[name.strip().lower()] = value.strip()
        yield words[0], words[1], headers, stream.read(int(headers.get("content-length", "0") or 0))


def _send(
    connection: socket.socket, answer: Answer, fault: Optional[Fault], close: bool, stopping: threading.Event
) -> None:
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
    raw_head = head.encode("utf-8", "surrogateescape")
    if fault and fault.endless:
        _send_endless(connection, raw_head, body, stopping)
        return
    if chunked:
        body = b"%x\r\n" % len(body) + bytes(body) + b"\r\n0\r\n\r\n"
    if fault and fault.half and not answer.media:
        body = body[: len(body) // 2]
    if fault and fault.bytes_per_second:
        connection.sendall(raw_head)
        _send_slowly(connection, body, fault.bytes_per_second, stopping)
    elif len(body) < 64 * 1024:
        connection.sendall(raw_head + bytes(body))
    else:
        connection.sendall(raw_head)
        connection.sendall(body)


def _send_slowly(connection: socket.socket, body: bytes, rate: float, stopping: threading.Event) -> None:
    """Sends the body in pieces: each piece is what the rate allows in a tenth of a second, but at least one byte."""
    piece = max(1, int(rate / 10))
    for start in range(0, len(body), piece):
        if stopping.wait(piece / rate):
            return
        connection.sendall(body[start : start + piece])


def _send_endless(connection: socket.socket, head: bytes, body: bytes, stopping: threading.Event) -> None:
    """Sends the body without its closing bracket, then spaces, which JSON allows without limit."""
    connection.sendall(head)
    beginning = bytes(body).rstrip()[:-1]
    connection.sendall(b"%x\r\n" % len(beginning) + beginning + b"\r\n")
    blanks = b" " * 65536
    while not stopping.is_set():
        connection.sendall(b"%x\r\n" % len(blanks) + blanks + b"\r\n")
