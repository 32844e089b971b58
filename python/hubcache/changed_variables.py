"""Environment variables that are changed for a while, in this process and the processes that it starts."""

import os
import threading
from typing import Dict, List, Mapping, Optional

_lock = threading.Lock()
_all: List["ChangedVariables"] = []  # those that are not undone, in the order of the changes


class ChangedVariables:
    """Sets variables; None means: unset. undo() puts back what was there before."""

    def __init__(self, variables: Mapping[str, Optional[str]]) -> None:
        with _lock:
            self._before = {name: os.environ.get(name) for name in variables}
            for name, value in variables.items():
                _set(name, value)
            _all.append(self)

    def undo(self) -> None:
        """If a later change of a variable still holds, the variable stays, and the later undo puts back what was here
        before this change."""
        with _lock:
            if self not in _all:
                return
            later = _all[_all.index(self) + 1 :]
            _all.remove(self)
            for name, value in self._before.items():
                holder: Optional[Dict[str, Optional[str]]] = next(
                    (one._before for one in later if name in one._before), None
                )
                if holder is None:
                    _set(name, value)
                else:
                    holder[name] = value


def _set(name: str, value: Optional[str]) -> None:
    if value is None:
        os.environ.pop(name, None)
    else:
        os.environ[name] = value
