"""Logs all requests: as a list for tests, as JSON lines for programs."""

import json
import threading
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Iterator, Optional


@dataclass
class Request:
    method: str
    path: str  # as received, with escapes and query
    origin: str  # "hub" or "cdn"
    status: int
    media_bytes: int  # bytes of the body if it is a file's content
    authorization: Optional[str]
    range: Optional[str]


class Log:
    """Log of requests. A request is logged before it is answered, so a client that has its answer finds its request
    here."""

    def __init__(self, path: Optional[Path] = None):
        self._requests: list[Request] = []
        self._lock = threading.Lock()
        self._file = open(path, "a", encoding="utf-8", buffering=1) if path else None

    def add(self, request: Request) -> None:
        with self._lock:
            self._requests.append(request)
            if self._file:
                self._file.write(json.dumps(asdict(request)) + "\n")

    def since(self, mark: int) -> list[Request]:
        with self._lock:
            return self._requests[mark:]

    def __len__(self) -> int:
        return len(self._requests)

    def __iter__(self) -> Iterator[Request]:
        return iter(self.since(0))

    def close(self) -> None:
        if self._file:
            self._file.close()
