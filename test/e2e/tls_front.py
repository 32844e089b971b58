"""A server on the loopback address that ends TLS before a hub double. It takes direct connections, and as a proxy it takes
CONNECT to some host names, so that a client with a fixed https address talks to the double."""

import select
import socket
import ssl
import subprocess
from pathlib import Path
from typing import Sequence
from urllib.parse import urlsplit

from hubdouble import Server
from listener import Listener, method_and_address, read_head

IDLE_SECONDS = 60


def make_certificate(folder: Path, hosts: Sequence[str], address: str = "127.0.0.1") -> Path:
    """Creates a certificate for the hosts and the address that is its own authority; returns the file with it and its
    key."""
    names = ",".join([f"IP:{address}", *(f"DNS:{host}" for host in hosts)])
    key, certificate, both = folder / "key.pem", folder / "certificate.pem", folder / "both.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
        + ["-days", "2", "-subj", "/CN=hubcache test", "-addext", f"subjectAltName={names}"]
        + ["-keyout", key, "-out", certificate],
        check=True,
        capture_output=True,
    )
    both.write_bytes(key.read_bytes() + certificate.read_bytes())
    return both


class TlsFront(Listener):
    def __init__(self, hub: Server, hosts: Sequence[str], certificate: Path):
        hub_address = urlsplit(hub.url)
        self._hub, self._hosts = (hub_address.hostname, hub_address.port), hosts
        self.certificate = certificate
        self.refused: list[str] = []  # requests for other hosts, for example "CONNECT example.com:443"
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(certificate)
        super().__init__(self._forward)

    def _forward(self, connection: socket.socket) -> None:
        connection.settimeout(IDLE_SECONDS)
        if connection.recv(1, socket.MSG_PEEK) == b"C" and not self._tunnel(connection):
            return
        with (
            self._context.wrap_socket(connection, server_side=True) as tls,
            socket.create_connection(self._hub, IDLE_SECONDS) as plain,
        ):
            _relay(tls, plain)

    def _tunnel(self, connection: socket.socket) -> bool:
        """Answers a CONNECT request; returns True if it names a host of this front."""
        asked = method_and_address(read_head(connection))
        known = asked in (f"CONNECT {host}:443" for host in self._hosts)
        if not known:
            self.refused.append(asked)
        connection.sendall(
            b"HTTP/1.1 " + (b"200 OK\r\n\r\n" if known else b"403 Forbidden\r\nContent-Length: 0\r\n\r\n")
        )
        return known


def _relay(tls: ssl.SSLSocket, plain: socket.socket) -> None:
    """Copies bytes in both directions until one side closes. `select` does not see bytes that TLS has read already."""
    while ready := [tls] if tls.pending() else select.select([tls, plain], [], [], IDLE_SECONDS)[0]:
        for one in ready:
            part = one.recv(65536)
            if not part:
                return
            (plain if one is tls else tls).sendall(part)
