"""The commands as functions. The environment is read at each call; Python's other threads run meanwhile."""

import json
import os
from collections.abc import Iterable
from typing import Literal, Optional, Union

from . import _hubcache
from .errors import error_from_json
from .reports import (AdoptReport, FileStatus, Json, ReleaseReport, RepoType, StatusReport, adopt_report, file_statuses,
                      release_report, status_report)

StrPath = Union[str, "os.PathLike[str]"]
Patterns = Union[str, Iterable[str]]


def adopt(repo_id: str, folder: StrPath, *, target: str = "aistudio", place: Optional[StrPath] = None,
          repo_type: RepoType = "model", revision: str = "master",
          link: Literal["auto", "symlink", "hardlink", "reflink", "copy"] = "auto", pin: bool = True,
          offline: bool = False, require_complete: bool = False, match: bool = False, partial: bool = False, include: Patterns = (), exclude: Patterns = (),
          take: Optional[Literal["mine", "hub"]] = None, dry_run: bool = False) -> AdoptReport:
    """Makes the client take the files of `folder` as the repo's. `place` is for target 'aistudio-dir': its local_dir.
    `match`: only what is the hub's byte for byte, and without a pin; `partial`: the files that are, whatever the others are."""
    return adopt_report(_value(_hubcache.adopt(
        repo_id, encoded(folder), target, _encoded_if_any(place), repo_type, revision, link, pin, offline,
        require_complete, match, partial, _listed(include), _listed(exclude), take, dry_run)))


def release(repo_id: str, *, target: str = "aistudio", place: Optional[StrPath] = None,
            repo_type: RepoType = "model") -> ReleaseReport:
    """Undoes an adoption exactly."""
    return release_report(_value(_hubcache.release(repo_id, target, _encoded_if_any(place), repo_type)))


def restore(repo_id: str, *, target: str = "aistudio", place: Optional[StrPath] = None,
            repo_type: RepoType = "model") -> ReleaseReport:
    """After an adoption in place: puts the user's own files back where a client has replaced or removed them."""
    return release_report(_value(_hubcache.restore(repo_id, target, _encoded_if_any(place), repo_type)))


def status(*repo_ids: str, target: str = "aistudio", place: Optional[StrPath] = None,
           offline: bool = False) -> StatusReport:
    """What stands in the client's places (of these repos, or of all), and what the client will do with it."""
    return status_report(_value(_hubcache.status(repo_ids, target, _encoded_if_any(place), offline)))


def predict(repo_id: str, *, target: str = "aistudio", place: Optional[StrPath] = None, repo_type: RepoType = "model",
            revision: str = "master", offline: bool = False) -> list[FileStatus]:
    """What the client will do with each file of the repo at its next run."""
    answer = _hubcache.predict(repo_id, target, _encoded_if_any(place), repo_type, revision, offline)
    return file_statuses(_value(answer))


def encoded(path: StrPath) -> bytes:
    """As the system has it. A NUL would cut it short."""
    name = os.fsencode(path)
    if b"\0" in name:
        raise ValueError("embedded null byte")
    return name


def _encoded_if_any(path: Optional[StrPath]) -> Optional[bytes]:
    return None if path is None else encoded(path)


def _listed(patterns: Patterns) -> list[str]:
    return [patterns] if isinstance(patterns, str) else list(patterns)


def _value(answer: tuple[int, str]) -> Json:
    code, text = answer
    if code:
        raise error_from_json(code, text)
    value: Json = json.loads(text)
    return value
