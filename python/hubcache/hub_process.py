"""A local hub in a process of its own, as a child of this one."""

import json
import os
import subprocess
import sys
import threading
from typing import IO, Any, Dict, List

from .calls import logger
from .errors import ConflictError, Error, ErrorCode, error_of

SECONDS_TO_END = 10

# Clients that read the address only once go on working with the next local hub if it has the port of the last one.
_last_port = 0


class HubProcess:
    """Starts a local hub, and waits until clients can connect to `url`. The hub ends with this process at the latest.

    Raises:
        Error: the local hub could not be started.
    """

    def __init__(self, options: Dict[str, Any]) -> None:
        global _last_port
        self._owner = os.getpid()
        try:
            self.url = self._start({**options, "port": _last_port})
        except ConflictError:  # another local hub of this process, or another program, has the port
            self.url = self._start({**options, "port": 0})
        self.port = int(self.url.rpartition(":")[2])
        _last_port = self.port

    def is_alive(self) -> bool:
        """Always true in a fork of the process that started it, which cannot know."""
        return os.getpid() != self._owner or self._process.poll() is None

    def stop(self) -> None:
        """Ends the local hub and waits for its end. In a fork of the process that started it, does nothing."""
        if os.getpid() != self._owner:
            return
        self._end()
        self._reader.join(SECONDS_TO_END)
        if not self._reader.is_alive():
            self._lines().close()

    def _start(self, options: Dict[str, Any]) -> str:
        if not sys.executable:
            raise Error(ErrorCode.FAILED, "sys.executable does not name the Python interpreter", "use `hubcache serve`")
        program = os.path.join(os.path.dirname(os.path.abspath(__file__)), "_serve.py")
        self._process = subprocess.Popen(
            [sys.executable, program, json.dumps(options)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C in a terminal, or an interrupt of the kernel, is not for the local hub
        )
        try:
            url = self._read_url()
        except BaseException:
            self._end()
            self._lines().close()
            raise
        self._reader = threading.Thread(target=self._read_log, name="hubcache-local-hub", daemon=True)
        self._reader.start()
        return url

    def _read_url(self) -> str:
        other: List[str] = []
        for line in self._lines():
            told = _told(line)
            if "url" in told:
                return str(told["url"])
            if "error" in told:
                raise error_of(told["error"])
            other.append(str(told.get("log", told)))
        raise Error(ErrorCode.FAILED, "the local hub did not start: " + " / ".join(other[-3:]))

    def _read_log(self) -> None:
        for line in self._lines():
            told = _told(line)
            logger.info("%s", told.get("log", told))

    def _lines(self) -> "IO[bytes]":
        assert self._process.stdout is not None
        return self._process.stdout

    def _end(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            pass
        finally:
            if self._process.poll() is None:
                self._process.kill()
                self._process.wait()
            assert self._process.stdin is not None
            self._process.stdin.close()


def _told(line: bytes) -> Dict[str, Any]:
    """Returns what a line of _serve.py says. Other lines come from the interpreter itself."""
    text = line.decode(errors="backslashreplace").rstrip("\n")
    try:
        told = json.loads(text)
    except ValueError:
        told = text
    return told if isinstance(told, dict) else {"log": text}
