"""The commands as functions. The environment is read at each call; Python's other threads run meanwhile.

Without a target, as the commands: adopt and predict take aistudio (of hf:owner/name, huggingface), the others
all of the hub that the id belongs to: AI Studio, or with hf: Hugging Face."""

import json
import sys
from typing import Literal, Optional

from . import _hubcache
from .arguments import Patterns, StrPath, flag, path, path_or_none, patterns, text, text_or_none
from .errors import error_from_json
from .reports import (AdoptReport, FileStatus, Json, ReleaseReport, RepoType, StatusReport, adopt_report, file_statuses,
                      release_report, status_report)


def adopt(repo_id: str, folder: StrPath, *, target: Optional[str] = None, place: Optional[StrPath] = None,
          repo_type: RepoType = "model", revision: Optional[str] = None,
          link: Literal["auto", "symlink", "hardlink", "reflink", "copy"] = "auto", pin: bool = True,
          offline: bool = False, require_complete: bool = False, match: bool = False, partial: bool = False,
          include: Patterns = (), exclude: Patterns = (), take: Optional[Literal["mine", "hub"]] = None,
          dry_run: bool = False, trust_owner: bool = False) -> AdoptReport:
    """Makes the client take the files of `folder` as the repo's. `place` is for target 'aistudio-dir': its local_dir.
    `revision`: by default the hub's own, master or main. `match`: only what is the hub's byte for byte, and without a
    pin; `partial`: the files that are, whatever the others are. `trust_owner`: go on from a record that another user
    can have written, instead of setting it aside. A copy is announced on sys.stderr."""
    return adopt_report(_value(_hubcache.adopt(
        text("repo_id", repo_id), path("folder", folder), text_or_none("target", target), path_or_none("place", place),
        text("repo_type", repo_type), text_or_none("revision", revision), text("link", link), flag("pin", pin),
        flag("offline", offline), flag("require_complete", require_complete), flag("match", match),
        flag("partial", partial), patterns("include", include), patterns("exclude", exclude),
        text_or_none("take", take), flag("dry_run", dry_run), flag("trust_owner", trust_owner), _tell)))


def release(repo_id: str, *, target: Optional[str] = None, place: Optional[StrPath] = None,
            repo_type: RepoType = "model", trust_owner: bool = False) -> ReleaseReport:
    """Undoes an adoption exactly. Where the repo is adopted for several targets, one has to be named. `trust_owner`: also
    one whose record another user can have written."""
    return release_report(_value(_hubcache.release(
        text("repo_id", repo_id), text_or_none("target", target), path_or_none("place", place),
        text("repo_type", repo_type), flag("trust_owner", trust_owner))))


def restore(repo_id: str, *, target: Optional[str] = None, place: Optional[StrPath] = None,
            repo_type: RepoType = "model", trust_owner: bool = False) -> ReleaseReport:
    """After an adoption in place: puts the user's own files back where a client has replaced or removed them."""
    return release_report(_value(_hubcache.restore(
        text("repo_id", repo_id), text_or_none("target", target), path_or_none("place", place),
        text("repo_type", repo_type), flag("trust_owner", trust_owner))))


def status(*repo_ids: str, target: Optional[str] = None, place: Optional[StrPath] = None,
           offline: bool = False) -> StatusReport:
    """What stands in the clients' places (of these repos, or of all), and what the clients will do with it."""
    return status_report(_value(_hubcache.status(
        [text("repo_ids", one) for one in repo_ids], text_or_none("target", target), path_or_none("place", place),
        flag("offline", offline))))


def predict(repo_id: str, *, target: Optional[str] = None, place: Optional[StrPath] = None, repo_type: RepoType = "model",
            revision: Optional[str] = None, offline: bool = False) -> list[FileStatus]:
    """What the client will do with each file of the repo at its next run."""
    return file_statuses(_value(_hubcache.predict(
        text("repo_id", repo_id), text_or_none("target", target), path_or_none("place", place),
        text("repo_type", repo_type), text_or_none("revision", revision), flag("offline", offline))))


def _tell(line: bytes) -> None:
    print("hubcache:", line.decode(errors="backslashreplace"), file=sys.stderr)


def _value(answer: tuple[int, str]) -> Json:
    code, text = answer
    if code:
        raise error_from_json(code, text)
    value: Json = json.loads(text)
    return value
