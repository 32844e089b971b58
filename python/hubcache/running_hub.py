"""The local hub for programs that no command can start, such as notebooks."""

import atexit
from contextlib import contextmanager
from typing import Any, Dict, Iterator, Optional

from .arguments import flag, text_or_none
from .changed_variables import ChangedVariables
from .errors import ErrorCode, UsageError
from .hub_process import HubProcess
from .imported_clients import warn_after_stop, warn_before_start
from .serving import local_hub_variables


class LocalHub:
    """A local hub, and the environment variables that lead this process and its children to it. See local_hub()."""

    def __init__(self, options: Dict[str, Any]) -> None:
        self._options = options
        self._process: Optional[HubProcess] = None
        self._variables: Dict[str, Optional[str]] = {}
        self._changed: Optional[ChangedVariables] = None

    @property
    def url(self) -> str:
        """The address of the local hub. UsageError if it is not running."""
        return self._running().url

    @property
    def variables(self) -> Dict[str, Optional[str]]:
        """The variables that are set while the local hub is running; None: the variable is unset. UsageError if it is not
        running."""
        self._running()
        return dict(self._variables)

    def start(self) -> "LocalHub":
        """Starts the local hub and sets the variables. Returns this object."""
        self._start(3)
        return self

    def stop(self) -> None:
        """Puts the variables back and ends the local hub. Does nothing if it is not running."""
        self._stop(3)

    def __enter__(self) -> "LocalHub":
        self._start(3)
        return self

    def __exit__(self, *_: object) -> None:
        self._stop(3)

    def __repr__(self) -> str:
        if self._process is None:
            return "<local hub, not running>"
        return f"<local hub at {self._process.url}{'' if self._process.is_alive() else ', which has ended'}>"

    def _running(self) -> HubProcess:
        if self._process is None:
            raise UsageError(ErrorCode.USAGE, "the local hub is not running", "call start()")
        return self._process

    @contextmanager
    def _open(self) -> "Iterator[LocalHub]":
        """Lets the local hub run; the user of _lend() sets the variables."""
        self._begin()
        try:
            yield self
        finally:
            self._end()

    def _lend(self) -> Dict[str, Optional[str]]:
        """Returns the variables for one user of several. Starts the local hub again if it was stopped, or has ended."""
        if self._process is None or not self._process.is_alive():
            self._end()
            self._begin()
        warn_before_start(self._variables, 1)
        return self.variables

    def _start(self, stacklevel: int) -> None:
        self._begin()
        try:
            warn_before_start(self._variables, stacklevel)  # raises under `python -W error`
        except BaseException:
            self._end()
            raise
        self._changed = ChangedVariables(self._variables)

    def _begin(self) -> None:
        if self._process is not None:
            hint = "use either `with hubcache.local_hub():`, or start() and stop()"
            raise UsageError(ErrorCode.USAGE, f"this local hub is already running at {self.url}", hint)
        process = HubProcess(self._options)
        try:
            self._variables = local_hub_variables(process.port)
        except BaseException:
            process.stop()
            raise
        self._process = process
        atexit.register(self._end)

    def _stop(self, stacklevel: int) -> None:
        if self._end():
            warn_after_stop(self._variables, stacklevel)

    def _end(self) -> bool:
        """Returns False if the local hub is not running."""
        process, self._process = self._process, None
        if process is None:
            return False
        atexit.unregister(self._end)
        if self._changed is not None:
            self._changed.undo()
            self._changed = None
        process.stop()
        return True


def local_hub(*, offline: bool = False, upstream: Optional[str] = None, trust_owner: bool = False) -> LocalHub:
    """Returns a local hub for notebooks and other programs that `hubcache run` cannot start.

        with hubcache.local_hub(offline=True):
            ...  # clients in this process, and in processes that it starts, load the adopted models

        hub = hubcache.local_hub().start()  # in the first cell; until hub.stop(), or the end of this process

    The local hub runs in a process of its own, which ends with this one. It serves the repos that are adopted when it
    starts. An ImportedClientWarning names each imported client that does not use it, and the next step.

    Args:
        offline, upstream, trust_owner: as in run(). With offline, this process's connections to hubs by a proxy variable
            are refused, too.

    Raises, at the start:
        UsageError: an argument is wrong, or this local hub is already running.
        Error: the local hub could not be started; no variable was changed.
    """
    return LocalHub(
        {
            "offline": flag("offline", offline),
            "upstream": text_or_none("upstream", upstream),
            "trust_owner": flag("trust_owner", trust_owner),
        }
    )
