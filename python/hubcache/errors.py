"""The exceptions of hubcache's functions."""

import enum
import json
from typing import Dict, List, Optional, Type, Union

from .reports import Json, VerifiedFile, verified_files


class ErrorCode(enum.IntEnum):
    """Kind of a failure; the values are the command's exit codes."""

    FAILED = 1  # a file, a folder or the system caused the failure
    USAGE = 2  # the call itself is wrong
    DIFFERENCE = 3  # a check found a download, a loss or a difference
    HUB = 4  # the hub or the credentials for it
    CONFLICT = 5  # locked by another process, or the user must decide first
    INTERRUPTED = 130


class Error(Exception):
    """A failure: `message` says what failed, `hint` is the user's next step and may be empty."""

    def __init__(self, code: int, message: str, hint: str = "") -> None:
        super().__init__(code, message, hint)
        self.code = ErrorCode(code)
        self.message = message
        self.hint = hint
        self.unanswered = False  # True: the hub could not be reached or failed itself; try again later
        self.refused = False  # True: the hub answered and refused
        self.errno: Optional[int] = None  # errno value of the failed system call
        self.unmatched: List[VerifiedFile] = []  # for adopt with match=True: the files that differ from the hub's

    def __str__(self) -> str:
        return f"{self.message}; {self.hint}" if self.hint else self.message


class UsageError(Error, ValueError):
    """ErrorCode.USAGE"""


class DifferenceError(Error):
    """ErrorCode.DIFFERENCE"""


class HubError(Error):
    """ErrorCode.HUB"""


class ConflictError(Error):
    """ErrorCode.CONFLICT"""


_CLASSES: Dict[int, Type[Error]] = {
    ErrorCode.USAGE: UsageError,
    ErrorCode.DIFFERENCE: DifferenceError,
    ErrorCode.HUB: HubError,
    ErrorCode.CONFLICT: ConflictError,
}


def error_from_json(text: Union[str, bytes]) -> Error:
    return error_of(json.loads(text)["error"])


def error_of(value: Json) -> Error:
    error = _CLASSES.get(value["code"], Error)(value["code"], value["message"], value["hint"])
    error.unanswered, error.refused, error.errno = value["unanswered"], value["refused"], value["errno"]
    error.unmatched = verified_files(value.get("unmatched", []))
    return error
