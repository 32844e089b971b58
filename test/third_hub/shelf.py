"""Shelf, the invented hub: its server and its client. See hub.h."""

import hashlib
import os
import sys
import threading
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class ShelfServer:
    """Serves Shelf on the loopback address. `repos`: "owner/name" -> revision -> path -> content."""

    def __init__(self):
        self.repos: dict[str, dict[str, dict[str, bytes]]] = {}
        self.asked: list[str] = []
        shelf = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                shelf.asked.append(self.path)
                body = shelf.answer(self.path)
                self.send_response(200 if body is not None else 404)
                self.send_header("Content-Length", str(len(body or b"")))
                self.end_headers()
                self.wfile.write(body or b"")

            def log_message(self, *arguments):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def __enter__(self) -> "ShelfServer":
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *error) -> None:
        self.server.shutdown()
        self.server.server_close()

    def answer(self, path: str) -> bytes | None:
        what, owner, name, revision, *rest = path.strip("/").split("/") + [""] * 4
        files = self.repos.get(f"{owner}/{name}", {}).get(revision)
        if files is None:
            return None
        if what == "list":
            lines = [
                f"{hashlib.sha256(content).hexdigest()} {len(content)} {path}\n"
                for path, content in sorted(files.items())
            ]
            version = hashlib.sha1("".join(lines).encode()).hexdigest()
            return f"version {version}\n{''.join(lines)}".encode()
        return files.get("/".join(part for part in rest if part))


def load(repo_id: str, revision: str = "trunk") -> dict[str, bytes]:
    """Acts as the client: downloads missing files, and returns the contents of all files."""
    folder, url = Path(os.environ["SHELF_HOME"]) / repo_id, os.environ["SHELF_URL"]
    with urllib.request.urlopen(f"{url}/list/{repo_id}/{revision}") as answer:
        listing = answer.read().decode().splitlines()[1:]
    for line in listing:
        path = line.split(" ", 2)[2]
        if not (folder / path).exists():
            with urllib.request.urlopen(f"{url}/file/{repo_id}/{revision}/{path}") as answer:
                content = answer.read()
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)
            print("downloaded", path)
    return {line.split(" ", 2)[2]: (folder / line.split(" ", 2)[2]).read_bytes() for line in listing}


if __name__ == "__main__":
    for name, content in load(sys.argv[1]).items():
        print("loaded", name, content.hex())
