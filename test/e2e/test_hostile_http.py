"""The local hub between a hostile or broken hub and a client, and between a hostile client and the hub. The local hub
rebuilds each message from its parsed parts, so that both sides see the same messages."""

import contextlib
import http.client
import socket
from typing import Iterator

import pytest
from listener import Listener

from local_hub import DIRECT, serving

PATH = "/some/path"
OK = "HTTP/1.1 200 OK\r\n"


class Upstream(Listener):
    """Answers each request on a connection with the given bytes, and records the bytes that it receives."""

    def __init__(self, answer: bytes):
        self.answer, self.got = answer, bytearray()
        super().__init__(self._reply)

    def _reply(self, connection: socket.socket) -> None:
        while part := connection.recv(65536):
            self.got += part
            if self.got.endswith((b"\r\n\r\n", b"END")):
                connection.sendall(self.answer)
                if b"Connection: close" in self.answer or b"HTTP/1.0" in self.answer:
                    return


@contextlib.contextmanager
def between(hubcache, answer: str) -> Iterator[tuple[Upstream, object]]:
    with (
        Upstream(answer.encode("latin-1")) as upstream,
        serving(hubcache, "--upstream", upstream.url, env=DIRECT) as served,
    ):
        yield upstream, served


def ask_twice(served, method: str = "GET"):
    """Sends two requests on one connection with Python's client; returns (status, headers, body or None if the body is
    cut off) of each."""
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=20)
    answers = []
    with contextlib.closing(connection):
        for _ in range(2):
            connection.request(method, PATH)
            answer = connection.getresponse()
            body: bytes | None = None
            with contextlib.suppress(http.client.IncompleteRead, ConnectionResetError):
                body = answer.read()
            answers.append((answer.status, {name.lower(): value for name, value in answer.getheaders()}, body))
    return answers


GOOD = {
    "a length": (OK + "Content-Length: 2\r\nX-Mine: 1\r\n\r\nok", b"ok"),
    "chunks": (OK + "Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", b"ok"),
    "chunks and a length that is too small": (
        OK + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
        b"ok",
    ),
    "chunks and a length that is too large": (
        OK + "Transfer-Encoding: chunked\r\nContent-Length: 99\r\n\r\n2\r\nok\r\n0\r\n\r\n",
        b"ok",
    ),
    "trailers": (
        OK + "Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-Trailer: 1\r\nContent-Length: 77\r\n\r\n",
        b"ok",
    ),
    "the length twice": (OK + "Content-Length: 2\r\nContent-Length: 2, 2\r\n\r\nok", b"ok"),
    "interim responses": (
        "HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n"
        + OK
        + "Content-Length: 2\r\n\r\nok",
        b"ok",
    ),
    "the end of the connection": ("HTTP/1.0 200 OK\r\n\r\nok", b"ok"),
    "bare LF": ("HTTP/1.1 200 OK\nContent-Length: 2\n\nok", b"ok"),
    "a second response behind the first": (
        OK + "Content-Length: 2\r\n\r\nok" + OK + "Content-Length: 4\r\n\r\nevil",
        b"ok",
    ),
    "a second response behind the chunks": (
        OK + "Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n" + OK + "Content-Length: 4\r\n\r\nevil",
        b"ok",
    ),
    "a body of a 204": ("HTTP/1.1 204 No Content\r\nContent-Length: 4\r\n\r\nevil", b""),
    "a body of a 304": ("HTTP/1.1 304 Not Modified\r\nContent-Length: 4\r\n\r\nevil", b""),
}


@pytest.mark.parametrize("name", GOOD)
def test_what_can_be_read_is_passed_on(hubcache, name):
    answer, expected = GOOD[name]
    with between(hubcache, answer) as (_, served):
        for status, headers, body in ask_twice(served):
            assert (status, body) == (int(answer.split()[1]) if "interim" not in name else 200, expected)
            assert "transfer-encoding" not in headers or "content-length" not in headers
            assert headers.get("content-length") != "77" and "x-trailer" not in headers and "link" not in headers


BAD = {
    "status 101": "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
    "status 999": "HTTP/1.1 999 No\r\nContent-Length: 2\r\n\r\nok",
    "status 600": "HTTP/1.1 600 No\r\nContent-Length: 2\r\n\r\nok",
    "status 099": "HTTP/1.1 099 No\r\nContent-Length: 2\r\n\r\nok",
    "a bare CR": OK + "X: a\rTransfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\nok",
    "a space before the colon": OK + "Transfer-Encoding : chunked\r\nContent-Length: 2\r\n\r\nok",
    "a continued line": OK + "X: a\r\n Content-Length: 99\r\nContent-Length: 2\r\n\r\nok",
    "a name that is no token": OK + "X(Y): a\r\nContent-Length: 2\r\n\r\nok",
    "a line without a colon": OK + "nonsense\r\nContent-Length: 2\r\n\r\nok",
    "no name": OK + ": a\r\nContent-Length: 2\r\n\r\nok",
    "a NUL": OK + "X: a\0b\r\nContent-Length: 2\r\n\r\nok",
    "an escape": OK + "X: a\x1b[2Jb\r\nContent-Length: 2\r\n\r\nok",
    "two lengths": OK + "Content-Length: 2\r\nContent-Length: 3\r\n\r\nok!",
    "a list of lengths": OK + "Content-Length: 2, 3\r\n\r\nok!",
    "a length with a sign": OK + "Content-Length: +2\r\n\r\nok",
    "a negative length": OK + "Content-Length: -2\r\n\r\nok",
    "a length in hex": OK + "Content-Length: 0x2\r\n\r\nok",
    "an empty length": OK + "Content-Length:\r\n\r\n",
    "a length of 2^64": OK + "Content-Length: 18446744073709551616\r\n\r\nok",
    "a huge head": OK + f"X: {'x' * 70_000}\r\nContent-Length: 2\r\n\r\nok",
    "endless interim responses": "HTTP/1.1 102 Processing\r\nX: y\r\n\r\n" * 3000 + OK + "Content-Length: 2\r\n\r\nok",
    "a second status line": OK + "HTTP/1.1 200 OK: x\r\nContent-Length: 2\r\n\r\nok",
    "HTTP/0.9": "ok, just a body without a head Connection: close",
    "nothing": "Connection: close"[:0] + "HTTP/1.0",
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_read_is_refused(hubcache, name):
    with between(hubcache, BAD[name]) as (_, served):
        for status, headers, body in ask_twice(served):
            assert status == 502 and b"ok" not in (body or b""), (status, headers, body)
            assert not {"x", "transfer-encoding "} & set(headers)


CUT = {
    "fewer bytes than the length": OK + "Content-Length: 9\r\nConnection: close\r\n\r\nok",
    "chunks without an end": OK + "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n2\r\nok\r\n",
    "chunks that are none": OK + "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n2\r\nokXX\r\n0\r\n\r\n",
    "a chunk of -1": OK + "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n-1\r\nok\r\n0\r\n\r\n",
}


@pytest.mark.parametrize("name", CUT)
def test_a_cut_body_is_cut_for_the_client_too(hubcache, name):
    with (
        between(hubcache, CUT[name]) as (_, served),
        socket.create_connection(("127.0.0.1", served.port), timeout=20) as client,
    ):
        client.sendall(f"GET {PATH} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        got = b""
        with contextlib.suppress(ConnectionResetError):
            while part := client.recv(65536):
                got += part
        assert not got.endswith(b"0\r\n\r\n") and b"Content-Length: 2\r\n" not in got, got


def test_head_with_a_body(hubcache):
    with between(hubcache, OK + "Content-Length: 4\r\n\r\nevil") as (_, served):
        for status, headers, body in ask_twice(served, "HEAD"):
            assert (status, headers["content-length"], body) == (200, "4", b"")


def test_fields_of_one_connection_end_there(hubcache):
    """Neither direction passes on hop-by-hop headers, nor headers that Connection names."""
    with between(
        hubcache,
        OK + "Connection: X-Hop\r\nX-Hop: 1\r\nKeep-Alive: timeout=5\r\nX-End: 1\r\nContent-Length: 2\r\n\r\nok",
    ) as (upstream, served):
        _, headers, _ = served.ask(
            PATH, headers={"Connection": "X-Mine", "X-Mine": "1", "TE": "trailers", "X-Kept": "1"}
        )
        assert "x-hop" not in headers and "keep-alive" not in headers and headers["x-end"] == "1"
        sent = upstream.got.lower()
        assert b"x-kept: 1" in sent and b"x-mine" not in sent and b"te: trailers" not in sent


HEAD = f"POST {PATH} HTTP/1.1\r\nHost: localhost\r\n"
SMUGGLED = "GET /smuggled HTTP/1.1\r\nHost: localhost\r\nX: END"
REQUESTS = {
    "both lengths": HEAD + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + SMUGGLED,
    "both, the other way round": HEAD + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n" + SMUGGLED,
    "two lengths": HEAD + "Content-Length: 0\r\nContent-Length: 60\r\n\r\n" + SMUGGLED,
    "a list of lengths": HEAD + "Content-Length: 0, 60\r\n\r\n" + SMUGGLED,
    "a length with a sign": HEAD + "Content-Length: +0\r\n\r\n" + SMUGGLED,
    "a space before the colon": HEAD + "Content-Length : 60\r\n\r\n" + SMUGGLED,
    "an encoding with a space": HEAD + "Transfer-Encoding : chunked\r\nContent-Length: 0\r\n\r\n" + SMUGGLED,
    "an encoding that is unknown": HEAD + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + SMUGGLED,
    "an encoding behind chunks": HEAD + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n" + SMUGGLED,
    "chunks twice": HEAD + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + SMUGGLED,
    "a bare CR": HEAD + "X: a\rContent-Length: 60\r\n\r\n" + SMUGGLED,
    "a bare LF": HEAD + "X: a\nContent-Length: 60\r\n\r\n" + SMUGGLED,
    "a NUL": HEAD + "X: a\0b\r\n\r\n" + SMUGGLED,
    "a continued line": HEAD + "X: a\r\n Content-Length: 60\r\n\r\n" + SMUGGLED,
    "two hosts": HEAD + "Host: other.example\r\nContent-Length: 0\r\n\r\n" + SMUGGLED,
    "a chunk that is none": HEAD + "Transfer-Encoding: chunked\r\n\r\n0x0\r\n\r\n" + SMUGGLED,
    "a bad method": f"G@T {PATH} HTTP/1.1\r\nHost: localhost\r\n\r\n" + SMUGGLED,
    "a target with a tab": f"GET {PATH}\tX HTTP/1.1\r\nHost: localhost\r\n\r\n" + SMUGGLED,
    "HTTP/2": f"GET {PATH} HTTP/2.0\r\nHost: localhost\r\n\r\n" + SMUGGLED,
}


@pytest.mark.parametrize("name", REQUESTS)
def test_no_client_smuggles_a_request(hubcache, name):
    """The hub never sees a request that the local hub did not parse as a request of its own."""
    with between(hubcache, OK + "Content-Length: 2\r\n\r\nok") as (upstream, served):
        with socket.create_connection(("127.0.0.1", served.port), timeout=20) as client:
            got = b""
            with contextlib.suppress(OSError):  # the local hub may have closed the connection already
                client.sendall(REQUESTS[name].encode("latin-1"))
                client.shutdown(socket.SHUT_WR)
                while part := client.recv(65536):
                    got += part
        assert got.startswith((b"HTTP/1.1 400 ", b"HTTP/1.1 502 ")) or name == "a continued line" or not got, got
        assert b"smuggled" not in upstream.got and b"\r\nContent-Length: 60" not in upstream.got


REFUSED = {
    "a known hub": ("aistudio.baidu.com:443", 403),
    "no port": ("127.0.0.3", 400),
    "nobody listens": ("127.0.0.3:9", 502),
}


@pytest.mark.parametrize("options", [("--offline",), ()], ids=["a proxy", "no proxy"])
@pytest.mark.parametrize("name", REFUSED)
def test_what_follows_a_refused_connect_is_no_request(hubcache, name, options):
    """A client may send data for the tunnel before it has the answer. After a refusal, this data is not parsed as a
    request."""
    host, status = REFUSED[name]
    with (
        Upstream((OK + "Content-Length: 2\r\n\r\nok").encode()) as upstream,
        serving(hubcache, *(options or ("--upstream", upstream.url)), env=DIRECT) as served,
    ):
        with socket.create_connection(("127.0.0.1", served.port), timeout=20) as client:
            smuggled = (
                f"GET {upstream.url}/smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n" if options else SMUGGLED + "\r\n\r\n"
            )
            client.sendall(f"CONNECT {host} HTTP/1.1\r\nHost: {host}\r\n\r\n{smuggled}".encode())
            got = b""
            while part := client.recv(65536):
                got += part
    assert got.startswith(f"HTTP/1.1 {status if options else 403} ".encode()) and b"\r\nConnection: close\r\n" in got, (
        got
    )
    assert got.count(b"HTTP/1.1 ") == 1 and not upstream.got, (got, upstream.got)
