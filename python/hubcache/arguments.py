"""Checks the callers' arguments before they are passed to the library. Exceptions name the wrong argument."""

import os
import sys
from typing import TYPE_CHECKING, Any, Callable, Iterable, List, Optional, TypeVar, Union

from .calls import encoded

if TYPE_CHECKING or sys.version_info >= (3, 9):
    StrPath = Union[str, os.PathLike[str]]
else:
    StrPath = Union[str, os.PathLike]
Patterns = Union[StrPath, Iterable[StrPath]]

_Value = TypeVar("_Value")
_Function = TypeVar("_Function", bound=Callable[..., object])


def text(name: str, value: str) -> str:
    if not isinstance(value, str):
        raise _wrong_type(name, "a str", value)
    try:
        value.encode()
    except UnicodeEncodeError:
        raise ValueError(f"{name} is not valid Unicode: {value!a}") from None
    return value


def text_or_none(name: str, value: Optional[str]) -> Optional[str]:
    return None if value is None else text(name, value)


def flag(name: str, value: bool) -> bool:
    if not isinstance(value, bool):
        raise _wrong_type(name, "a bool", value)
    return value


def port_number(name: str, value: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise _wrong_type(name, "an int", value)
    if not 0 <= value <= 65535:
        raise ValueError(f"{name} is not a port: {value}")
    return value


def path(name: str, value: StrPath) -> Any:
    """Returns a path as a request has it."""
    return encoded(path_bytes(name, value))


def path_bytes(name: str, value: StrPath) -> bytes:
    """Encodes a path as the system has it. Rejects NUL, which would truncate the path."""
    try:
        encoded = os.fsencode(value)
    except UnicodeEncodeError:
        raise ValueError(f"{name} is not valid Unicode: {value!a}") from None
    except TypeError:
        raise _wrong_type(name, "a str or os.PathLike", value) from None
    if b"\0" in encoded:
        raise ValueError(f"embedded null byte in {name}")
    return encoded


def path_or_none(name: str, value: Optional[StrPath]) -> Any:
    return None if value is None else path(name, value)


def patterns(name: str, value: Patterns) -> List[str]:
    if isinstance(value, (str, os.PathLike)):
        return [_pattern(name, value)]
    if isinstance(value, bytes) or not isinstance(value, Iterable):
        raise _wrong_type(name, "a pattern or an iterable of patterns", value)
    return [_pattern(name, one) for one in value]


def texts(name: str, values: Iterable[str]) -> List[str]:
    """Returns the positional arguments `*name`."""
    return [text(name, one) for one in _not_lists(name, values)]


def paths(name: str, values: Iterable[StrPath]) -> List[Any]:
    """Returns the positional arguments `*name`."""
    return [path(name, one) for one in _not_lists(name, values)]


def function_or_none(name: str, value: Optional[_Function]) -> Optional[_Function]:
    if value is not None and not callable(value):
        raise _wrong_type(name, "callable", value)
    return value


def _not_lists(name: str, values: Iterable[_Value]) -> Iterable[_Value]:
    for one in values:
        if isinstance(one, (list, tuple, set)):
            raise TypeError(f"{name} are separate arguments, not a {type(one).__name__}: pass *{name}")
    return values


def _pattern(name: str, value: StrPath) -> str:
    return text(name, os.fspath(value) if isinstance(value, os.PathLike) else value)


def _wrong_type(name: str, wanted: str, value: object) -> TypeError:
    return TypeError(f"{name} must be {wanted}, not {type(value).__name__}")
