"""Server faults. A fault applies to requests whose raw path matches its pattern."""

import re
import threading
from dataclasses import dataclass
from typing import Callable, Optional

HTML = b"<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body>Please sign in.</body></html>\n"


@dataclass
class Fault:
    pattern: str
    times: Optional[int] = None  # None: always
    status: Optional[int] = None  # answers with this status, and with `body` or the hub's error for the status
    body: Optional[bytes] = None
    html: bool = False  # a sign-in page with status 200, like that of a captive portal
    half: bool = False  # the headers of the whole body, half of the body, then the end of the connection
    endless: bool = False  # the body begins correctly and never ends
    drop: bool = False  # the connection closes without an answer
    delay: float = 0.0  # seconds before the answer
    bytes_per_second: Optional[float] = None
    retry_after: Optional[int] = None  # the Retry-After header in seconds; used with `status`
    redirect: bool = False  # 307 to the same file at the second origin, `hub.cdn_url`
    rewrite: Optional[Callable[[object], object]] = None  # changes the JSON value of the answer


class Faults:
    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._lock = threading.Lock()

    def add(self, fault: Fault) -> None:
        with self._lock:
            self._faults.append(fault)

    def clear(self) -> None:
        with self._lock:
            self._faults.clear()

    def take(self, raw_path: str) -> Optional[Fault]:
        """Returns the first matching fault that is not used up."""
        with self._lock:
            for fault in self._faults:
                if fault.times != 0 and re.search(fault.pattern, raw_path):
                    if fault.times:
                        fault.times -= 1
                    return fault
        return None
