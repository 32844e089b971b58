"""The local hub. Its log goes to the logger "hubcache" at INFO."""

import os
from typing import Callable, Dict, Optional, Sequence

from .arguments import StrPath, flag, path, path_or_none, port_number, text, text_or_none
from .calls import call, call_here
from .reports import Json

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
    while it runs.

    Args:
        command: the program, looked up in PATH, and its arguments.
        offline: contacts no hub, and refuses the command's other connections to hubs.
        deny_all: refuses connections to all other hosts too.
        allow_other_users: answers programs of every user of this machine, not only of this user and root.
        upstream: the hub of ids without a prefix, in place of the one that the environment names; not with offline.
        trust_owner: also serves adoptions whose record another user may have written.

    Raises:
        UsageError: an argument is wrong.
        Error: the local hub could not be started; the command was not started either.
    """
    arguments: Json = {
        "command": [path("command", word) for word in _words(command)],
        "offline": flag("offline", offline),
        "deny_all": flag("deny_all", deny_all),
        "allow_other_users": flag("allow_other_users", allow_other_users),
        "upstream": text_or_none("upstream", upstream),
        "trust_owner": flag("trust_owner", trust_owner),
    }
    exit_code: int = call_here("run", arguments)["exit_code"]
    return exit_code


def serve(
    port: int = LOCAL_HUB_PORT,
    *,
    offline: bool = False,
    allow_other_users: bool = False,
    upstream: Optional[str] = None,
    trust_owner: bool = False,
    stores: Sequence[StrPath] = (),
    listen: Optional[str] = None,
    token_file: Optional[StrPath] = None,
    no_token: bool = False,
    public_url: Optional[str] = None,
    store_public_url: Optional[str] = None,
    redirect: bool = True,
    redirect_via: Optional[str] = None,
    ready: Callable[[str], object] = lambda url: None,
) -> None:
    """Serves the local hub until SIGTERM or SIGINT, as `hubcache serve` does; SIGINT raises ErrorCode.INTERRUPTED.

    The limits of run() apply.

    Args:
        port: 0 means any free port.
        offline, allow_other_users, upstream, trust_owner: as in run().
        stores: stores with published repos ("s3://bucket/prefix", or a folder); "adopted": this machine's adoptions. By
            default only these.
        listen: "ADDRESS:PORT" for clients on other machines; needs token_file or no_token.
        token_file: a file with the clients' tokens, one a line, mode 0600.
        no_token: answers clients of other machines without a token.
        public_url, store_public_url: the addresses of the hub and of the store as clients know them.
        redirect: clients get large files from the store itself; False: through the hub.
        redirect_via: the address of a cache in front of the store.
        ready: called with the URL when clients can connect; the local hub answers after `ready` returns.

    Raises:
        UsageError: an argument is wrong.
        ConflictError: the port is in use.
        Error: the local hub could not be started, or SIGINT ended it (ErrorCode.INTERRUPTED).
    """
    arguments: Json = {
        "port": port_number("port", port),
        "offline": flag("offline", offline),
        "allow_other_users": flag("allow_other_users", allow_other_users),
        "upstream": text_or_none("upstream", upstream),
        "trust_owner": flag("trust_owner", trust_owner),
        "stores": [text("stores", os.fspath(store)) for store in stores],
        "listen": text_or_none("listen", listen),
        "token_file": path_or_none("token_file", token_file),
        "no_token": flag("no_token", no_token),
        "public_url": text_or_none("public_url", public_url),
        "store_public_url": text_or_none("store_public_url", store_public_url),
        "redirect": flag("redirect", redirect),
        "redirect_via": text_or_none("redirect_via", redirect_via),
    }
    call_here("serve", arguments, ready)


def local_hub_variables(port: int = LOCAL_HUB_PORT) -> Dict[str, Optional[str]]:
    """Returns the variables that point clients at the local hub on this port, as `hubcache env` prints them.

    A value None means: unset the variable.

    Raises:
        Error: no local hub of this user answers on the port.
    """
    variables: Dict[str, Optional[str]] = call("local_hub_variables", {"port": port_number("port", port)})["variables"]
    return variables


def _words(command: Sequence[StrPath]) -> Sequence[StrPath]:
    if isinstance(command, (str, bytes)):
        raise TypeError(f"command must be a sequence of words, not {type(command).__name__}")
    return command
