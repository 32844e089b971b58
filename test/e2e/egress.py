"""A proxy on the loopback address that refuses all requests and records them.

The SDK posts statistics to a hard-coded host. This proxy makes the post fail at once, so nothing leaves the machine."""

import contextlib
import socket
import threading


class Egress:
    def __init__(self, answer: bytes = b"403 Forbidden") -> None:
        self._answer = answer
        self.asked: list[str] = []  # for example "CONNECT aistudio.baidu.com:443"
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def __enter__(self) -> "Egress":
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_exc) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._refuse, args=(connection,), daemon=True).start()

    def _refuse(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:
            connection.settimeout(10)
            head = b""
            while b"\r\n\r\n" not in head and (part := connection.recv(4096)):
                head += part
            self.asked.append(" ".join(head.decode("latin-1").split()[:2]))
            connection.sendall(b"HTTP/1.1 %s\r\nContent-Length: 0\r\nConnection: close\r\n\r\n" % self._answer)
