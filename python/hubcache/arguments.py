"""Checks the callers' arguments before they are passed to C++. Exceptions name the wrong argument."""

import os
from collections.abc import Iterable
from typing import Optional, Union

StrPath = Union[str, os.PathLike[str]]
Patterns = Union[StrPath, Iterable[StrPath]]


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


def path(name: str, value: StrPath) -> bytes:
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


def path_or_none(name: str, value: Optional[StrPath]) -> Optional[bytes]:
    return None if value is None else path(name, value)


def patterns(name: str, value: Patterns) -> list[str]:
    if isinstance(value, (str, os.PathLike)):
        return [_pattern(name, value)]
    if isinstance(value, bytes) or not isinstance(value, Iterable):
        raise _wrong_type(name, "a pattern or an iterable of patterns", value)
    return [_pattern(name, one) for one in value]


def _pattern(name: str, value: StrPath) -> str:
    return text(name, os.fspath(value) if isinstance(value, os.PathLike) else value)


def _wrong_type(name: str, wanted: str, value: object) -> TypeError:
    return TypeError(f"{name} must be {wanted}, not {type(value).__name__}")
