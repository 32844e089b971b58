"""What refresh, verify, targets, hash_files and cache_stats return: the fields of the command's --json, as types."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Dict, List, Optional

from .display import Shown
from .errors import Error, error_of
from .reports import Json, MissingFile, RepoType, VerifiedFile, fields, missing_files, verified_files


@dataclass(frozen=True, repr=False)
class RefreshedRepo(Shown):
    _title = ("repo_id", "target")
    _columns = ("repo_id", "target", "stale", "added", "changed", "removed", "renewed", "error")

    repo_id: str
    target: str
    repo_type: RepoType
    folder: Path
    place: Path
    stale: bool  # it was out of date; with check=True: it is out of date
    unfinished: bool  # the last command on it was interrupted
    added: int  # as in AdoptReport, for all revisions
    changed: int
    removed: int
    renewed: int
    copied_files: int
    copied_bytes: int
    unread: List[str]
    hidden: int
    outdated_copies: List[str]  # copies that programs keep outside the place, in folders named after the commit
    moved_to: List[str]  # new paths of outdated_copies; empty with check=True
    missing: List[MissingFile]
    kept: List[str]
    warnings: List[str]
    error: Optional[Error]  # why it could not be refreshed


@dataclass(frozen=True, repr=False)
class RefreshReport(Shown):
    check: bool
    repos: List[RefreshedRepo]
    notes: List[str]


@dataclass(frozen=True, repr=False)
class RepoVerification(Shown):
    _title = ("repo_id", "target", "revision")
    _columns = ("repo_id", "target", "revision", "same", "edited", "missing", "extra", "unreadable", "error")

    repo_id: str
    target: str
    repo_type: RepoType
    revision: str
    folder: Path
    asked_hub: bool  # False: compared with the recorded state
    hub_error: Optional[str]  # why the hub gave no answer
    error: Optional[Error]  # why nothing could be compared
    same: int
    edited: int
    missing: int
    extra: int
    unreadable: int
    files: List[VerifiedFile]
    notes: List[str]


@dataclass(frozen=True, repr=False)
class VerifyReport(Shown):
    repos: List[RepoVerification]  # one for each adopted revision of a repo
    notes: List[str]


@dataclass(frozen=True, repr=False)
class TargetInfo(Shown):
    _title = ("name",)
    _columns = ("name", "place", "variable")

    name: str
    place: str  # the cache folder, with <owner> and <name> for those of the repo
    variable: str  # the environment variable or option that sets the place
    accepts: str  # for people
    packages: Dict[str, Optional[str]]  # installed version by PyPI name; None: not installed


@dataclass(frozen=True, repr=False)
class TargetsReport(Shown):
    python: Optional[Path]  # the interpreter whose packages are listed
    python_error: Optional[str]  # why the packages are unknown
    targets: List[TargetInfo]


@dataclass(frozen=True)
class HashedFile(Shown):
    _columns = ("path", "size", "git", "sha256", "lfs")

    path: Path  # as named, or below the folder that was named
    size: int
    remembered: bool  # the digest cache had the digests
    git: Optional[str]  # git blob id
    sha256: Optional[str]
    lfs: Optional[str]  # git blob id of the file's Git LFS pointer


@dataclass(frozen=True)
class UnhashedFile(Shown):
    path: str  # escaped for printing
    why: str


@dataclass(frozen=True, repr=False)
class HashReport(Shown):
    files: List[HashedFile]
    unhashed: List[UnhashedFile]  # files that cannot be read, or that changed meanwhile
    warnings: List[str]


@dataclass(frozen=True, repr=False)
class CacheStats(Shown):
    file: Path
    bytes: int
    largest: int  # maximum size of the file in bytes
    files: int  # files with known digests
    superseded: int  # outdated records
    damaged: int  # unreadable records


def refresh_report(value: Json) -> RefreshReport:
    return RefreshReport(**{**fields(value), "repos": [_refreshed_repo(repo) for repo in value["repos"]]})


def verify_report(value: Json) -> VerifyReport:
    return VerifyReport(**{**fields(value), "repos": [_verification(repo) for repo in value["repos"]]})


def targets_report(value: Json) -> TargetsReport:
    infos = [TargetInfo(**info) for info in value["targets"]]
    return TargetsReport(Path(value["python"]) if value["python"] else None, value["python_error"], infos)


def hash_report(value: Json) -> HashReport:
    files = [_hashed_file(file) for file in value["files"]]
    return HashReport(files, [UnhashedFile(**file) for file in value["unhashed"]], value["warnings"])


def cache_stats_of(value: Json) -> CacheStats:
    return CacheStats(**{**fields(value), "file": Path(value["file"])})


def _refreshed_repo(value: Json) -> RefreshedRepo:
    return RefreshedRepo(**{**fields(value), "missing": missing_files(value["missing"]), "error": _error(value)})


def _verification(value: Json) -> RepoVerification:
    return RepoVerification(**{**fields(value), "files": verified_files(value["files"]), "error": _error(value)})


def _error(value: Json) -> Optional[Error]:
    return error_of(value["error"]) if value["error"] else None


def _hashed_file(value: Json) -> HashedFile:
    name = os.fsdecode(bytes.fromhex(value["path_bytes"])) if "path_bytes" in value else value["path"]
    return HashedFile(
        Path(name), value["size"], value["remembered"], value.get("git"), value.get("sha256"), value.get("lfs")
    )
