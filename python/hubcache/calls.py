"""Shared by the modules with functions: decodes the results of C++ calls and logs their lines for people."""

import json
import logging

from .errors import error_from_json
from .reports import Json

# Long copies and the local hub's log are logged at INFO. The package prints nothing itself.
logger = logging.getLogger("hubcache")


def tell(line: bytes) -> None:
    logger.info("%s", line.decode(errors="backslashreplace"))


def text_of(answer: tuple[int, str]) -> str:
    code, answered = answer
    if code:
        raise error_from_json(answered)
    return answered


def value_of(answer: tuple[int, str]) -> Json:
    value: Json = json.loads(text_of(answer))
    return value
