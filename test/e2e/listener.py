"""A server on a loopback address, for a test's own protocol; hubdouble has the hub's."""

import contextlib
import socket
import threading
from typing import Callable


class Listener:
    """Calls `serve` for each connection to a free port, in a thread of its own, until the `with` block ends."""

    def __init__(self, serve: Callable[[socket.socket], None], host: str = "127.0.0.1") -> None:
        self._serve = serve
        self._socket = socket.create_server((host, 0), backlog=128)
        self.address = f"{host}:{self._socket.getsockname()[1]}"
        self.url = f"http://{self.address}"
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_exc) -> None:
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=self._handle, args=(self._socket.accept()[0],), daemon=True).start()

    def _handle(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:
            self._serve(connection)


def read_head(connection: socket.socket) -> bytes:
    """Reads a request up to the empty line; the result can have bytes after it."""
    head = b""
    while b"\r\n\r\n" not in head and (part := connection.recv(4096)):
        head += part
    return head


def method_and_address(head: bytes) -> str:
    """Returns for example "CONNECT example.com:443"."""
    return " ".join(head.decode("latin-1").split()[:2])
