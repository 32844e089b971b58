"""A proxy on the loopback address that refuses all requests and records them.

The SDK posts statistics to a hard-coded host. This proxy makes the post fail at once, so nothing leaves the machine."""

import socket

from listener import Listener, method_and_address, read_head


class Egress(Listener):
    def __init__(self, answer: bytes = b"403 Forbidden") -> None:
        self._answer = answer
        self.asked: list[str] = []  # for example "CONNECT aistudio.baidu.com:443"
        super().__init__(self._refuse)

    def _refuse(self, connection: socket.socket) -> None:
        connection.settimeout(10)
        self.asked.append(method_and_address(read_head(connection)))
        connection.sendall(b"HTTP/1.1 %s\r\nContent-Length: 0\r\nConnection: close\r\n\r\n" % self._answer)
