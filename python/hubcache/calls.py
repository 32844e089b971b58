"""Calls of the library: in a thread of their own, so that Ctrl-C and the caller's functions work in the calling thread."""

import json
import logging
import os
import signal
import threading
from queue import Empty, SimpleQueue
from typing import Callable, Optional, Tuple, Union

from . import _library
from .errors import error_from_json
from .reports import Json

Progress = Callable[[int, int], object]
Ask = Callable[[str], bool]

# Seconds. The system may deliver a signal to any thread. Python handles it in the main thread, but does not wake it.
LOOK_EVERY = 0.05

# Long copies and the local hub's log are logged at INFO. The package prints nothing itself.
logger = logging.getLogger("hubcache")


def call(operation: str, arguments: Json, progress: Optional[Progress] = None, ask: Optional[Ask] = None) -> Json:
    """Returns the report. Raises an Error, or what `progress` or `ask` has raised."""
    return _report(_Call(_request(operation, arguments), progress, ask).run())


def call_here(operation: str, arguments: Json, ready: Optional[Callable[[str], object]] = None) -> Json:
    """Like call(), in the calling thread, whose signals the operation handles itself."""
    callbacks = _library.Callbacks(tell=_library.Tell(_tell))
    if ready is not None:
        tell_url = ready
        callbacks.ready = _library.Tell(lambda _, url: _ignore(tell_url(url.decode())))
    return _report(_library.call(_request(operation, arguments), callbacks))


def encoded(value: bytes) -> Union[str, Json]:
    """Returns a path or the value of a variable as a request has it."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return {"bytes": value.hex()}


class _Call:
    """One call. What the library tells the caller goes through a queue to the calling thread."""

    def __init__(self, request: bytes, progress: Optional[Progress], ask: Optional[Ask]) -> None:
        self._request = request
        self._progress = progress
        self._ask = ask
        self._is_cancelled = False
        self._answered: Tuple[int, Optional[bytes]] = (1, None)
        self._events: SimpleQueue[Optional[Callable[[], object]]] = SimpleQueue()
        self._latest: Optional[Tuple[int, int]] = None  # a progress report that is in the queue
        self._lock = threading.Lock()  # of _latest
        # Not a daemon: Python ends those in a callback at its exit, which aborts the process. It cancels itself then.
        self._thread = threading.Thread(target=self._work, name="hubcache", daemon=False)

    def run(self) -> Tuple[int, Optional[bytes]]:
        try:
            self._thread.start()
            self._serve()
            self._thread.join()  # a later run() would miss the end of its command if another thread got SIGCHLD
        except BaseException:  # KeyboardInterrupt, or from one of the caller's functions
            self._cancel()
            raise
        return self._answered

    def _serve(self) -> None:
        """Calls the caller's functions until the operation ends."""
        while True:
            try:
                event = self._events.get(timeout=LOOK_EVERY)
            except Empty:
                continue
            if event is None:
                return
            event()

    def _cancel(self) -> None:
        """Ends the operation, which must not go on unseen, and waits for its end. Further Ctrl-C are ignored meanwhile."""
        is_main = threading.current_thread() is threading.main_thread()
        while True:
            try:
                handler = signal.signal(signal.SIGINT, signal.SIG_IGN) if is_main else None
                break
            except KeyboardInterrupt:
                pass
        self._is_cancelled = True
        while self._thread.is_alive():
            self._thread.join(LOOK_EVERY)
        if is_main:
            signal.signal(signal.SIGINT, signal.SIG_DFL if handler is None else handler)

    def _work(self) -> None:
        try:
            callbacks = _library.Callbacks(
                tell=_library.Tell(_tell), is_cancelled=_library.IsCancelled(lambda _: self._has_to_end())
            )
            if self._progress is not None:
                callbacks.progress = _library.Progress(self._on_progress)
            if self._ask is not None:
                callbacks.ask = _library.Ask(self._on_question)
            self._answered = _library.call(self._request, callbacks)
        finally:
            self._events.put(None)

    def _has_to_end(self) -> bool:
        return self._is_cancelled or not threading.main_thread().is_alive()

    def _on_progress(self, _: object, done: int, total: int) -> None:
        """Keeps the newest report only: a slow function gets fewer reports."""
        with self._lock:
            is_queued = self._latest is not None
            self._latest = (done, total)
        if not is_queued:
            self._events.put(self._tell_progress)

    def _tell_progress(self) -> None:
        with self._lock:
            latest, self._latest = self._latest, None
        assert self._progress is not None
        if latest is not None:
            self._progress(*latest)

    def _on_question(self, _: object, question: bytes) -> bool:
        ask = self._ask
        assert ask is not None
        answers: SimpleQueue[bool] = SimpleQueue()
        self._events.put(lambda: answers.put(bool(ask(question.decode(errors="backslashreplace")))))
        while not self._has_to_end():  # also set if `ask` raises an exception
            try:
                return answers.get(timeout=LOOK_EVERY)
            except Empty:
                continue
        return False


def _tell(_: object, line: bytes) -> None:
    logger.info("%s", line.decode(errors="backslashreplace"))


def _ignore(_: object) -> None:
    pass


def _request(operation: str, arguments: Json) -> bytes:
    # The library must not read the process's own variables: another Python thread may change them at the same time.
    values = ((encoded(name), os.environb.get(name)) for name in list(os.environb) if name)
    variables = {name: encoded(value) for name, value in values if isinstance(name, str) and value is not None}
    request = {"operation": operation, "arguments": arguments, "environment": variables}
    return json.dumps(request).encode()


def _report(answered: Tuple[int, Optional[bytes]]) -> Json:
    code, text = answered
    if text is None:
        raise MemoryError("hubcache: out of memory")
    if code:
        raise error_from_json(text)
    value: Json = json.loads(text)
    return value
