"""The process of a local hub that LocalHub starts: `python _serve.py OPTIONS` serves until SIGTERM, or until stdin ends.

The parent has the other end of stdin, so the local hub ends with it, however it ends. Each line on stdout is an object in
JSON with one member: "url" when clients can connect, "error" if the local hub fails, or "log", a line of its log.
"""

import importlib.util
import json
import logging
import os
import signal
import sys
import threading


def main() -> None:
    _load_this_package()
    from hubcache.errors import Error
    from hubcache.serving import serve

    options = json.loads(sys.argv[1])
    _log_to_parent()
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        serve(ready=lambda url: _tell("url", url), **options)
    except Error as error:
        flags = {"unanswered": error.unanswered, "refused": error.refused, "errno": error.errno}
        _tell("error", {"code": error.code, "message": error.message, "hint": error.hint, **flags})
        sys.exit(1)


def _load_this_package() -> None:
    """Loads the package of this file, wherever it is. Its modules must not be found as top-level modules."""
    folder = os.path.dirname(os.path.abspath(__file__))
    if sys.path and os.path.abspath(sys.path[0]) == folder:
        del sys.path[0]
    spec = importlib.util.spec_from_file_location(
        "hubcache", os.path.join(folder, "__init__.py"), submodule_search_locations=[folder]
    )
    assert spec is not None and spec.loader is not None
    package = importlib.util.module_from_spec(spec)
    sys.modules["hubcache"] = package
    spec.loader.exec_module(package)


class _ToParent(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        _tell("log", record.getMessage())


def _log_to_parent() -> None:
    logger = logging.getLogger("hubcache")
    logger.setLevel(logging.INFO)
    logger.addHandler(_ToParent())
    logger.propagate = False


def _tell(what: str, value: object) -> None:
    line = json.dumps({what: value}) + "\n"
    try:
        os.write(1, line.encode())
    except OSError:
        pass  # the parent has ended, and with it this process


def _end_with_parent() -> None:
    while os.read(0, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    main()
