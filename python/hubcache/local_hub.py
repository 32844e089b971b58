"""The local hub. Its log goes to the logger "hubcache" at INFO."""

from collections.abc import Callable, Sequence
from typing import Optional

from . import _hubcache
from .arguments import StrPath, flag, path, port_number, text_or_none
from .calls import tell, text_of
from .errors import error_from_json

LOCAL_HUB_PORT = 8477


def run(
    command: Sequence[StrPath],
    *,
    offline: bool = False,
    deny_all: bool = False,
    allow_other_users: bool = False,
    upstream: Optional[str] = None,
    trust_owner: bool = False,
) -> int:
    """Runs a program and its arguments with a local hub, and returns its exit code, as `hubcache run` does.

    Call it in the main thread of a program without other threads: it blocks signals and changes the limit of open files
    while it runs."""
    return int(
        text_of(
            _hubcache.run(
                [path("command", word) for word in _words(command)],
                flag("offline", offline),
                flag("deny_all", deny_all),
                flag("allow_other_users", allow_other_users),
                text_or_none("upstream", upstream),
                flag("trust_owner", trust_owner),
                tell,
            )
        )
    )


def serve(
    port: int = LOCAL_HUB_PORT,
    *,
    offline: bool = False,
    allow_other_users: bool = False,
    upstream: Optional[str] = None,
    trust_owner: bool = False,
    ready: Callable[[str], object] = lambda url: None,
) -> None:
    """Serves the local hub until SIGTERM or SIGINT, as `hubcache serve` does; SIGINT raises ErrorCode.INTERRUPTED.

    `port` 0: any free port. `ready` is called with the URL when clients can connect; it answers after `ready` returns.
    The limits of run() apply."""
    text_of(
        _hubcache.serve(
            port_number("port", port),
            flag("offline", offline),
            flag("allow_other_users", allow_other_users),
            text_or_none("upstream", upstream),
            flag("trust_owner", trust_owner),
            tell,
            lambda url: ready(url.decode()),
        )
    )


def local_hub_variables(port: int = LOCAL_HUB_PORT) -> dict[str, Optional[str]]:
    """Returns the variables that point clients at the local hub on this port, as `hubcache env` prints them. None:
    unset the variable."""
    code, error, variables = _hubcache.local_hub_variables(port_number("port", port), tell)
    if code:
        raise error_from_json(error)
    return dict(variables)


def _words(command: Sequence[StrPath]) -> Sequence[StrPath]:
    if isinstance(command, (str, bytes)):
        raise TypeError(f"command must be a sequence of words, not {type(command).__name__}")
    return command
