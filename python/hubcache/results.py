"""What refresh, verify, targets, hash_files and cache_stats return: the fields of the command's --json, as types."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

from .errors import Error, error_of
from .reports import Json, MissingFile, RepoType, VerifiedFile, fields, missing_files, verified_files


@dataclass(frozen=True)
class RefreshedRepo:
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
    unread: list[str]
    hidden: int
    outdated_copies: list[str]  # copies that programs keep outside the place, in folders named after the commit
    moved_to: list[str]  # new paths of outdated_copies; empty with check=True
    missing: list[MissingFile]
    kept: list[str]
    warnings: list[str]
    error: Optional[Error]  # why it could not be refreshed


@dataclass(frozen=True)
class RefreshReport:
    check: bool
    repos: list[RefreshedRepo]
    notes: list[str]


@dataclass(frozen=True)
class RepoVerification:
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
    files: list[VerifiedFile]
    notes: list[str]


@dataclass(frozen=True)
class VerifyReport:
    repos: list[RepoVerification]  # one for each adopted revision of a repo
    notes: list[str]


@dataclass(frozen=True)
class TargetInfo:
    name: str
    place: str  # the cache folder, with <owner> and <name> for those of the repo
    variable: str  # the environment variable or option that sets the place
    accepts: str  # for people
    packages: dict[str, Optional[str]]  # installed version by PyPI name; None: not installed


@dataclass(frozen=True)
class TargetsReport:
    python: Optional[Path]  # the interpreter whose packages are listed
    python_error: Optional[str]  # why the packages are unknown
    targets: list[TargetInfo]


@dataclass(frozen=True)
class HashedFile:
    path: Path  # as named, or below the folder that was named
    size: int
    remembered: bool  # the digest cache had the digests
    git: Optional[str]  # git blob id
    sha256: Optional[str]
    lfs: Optional[str]  # git blob id of the file's Git LFS pointer


@dataclass(frozen=True)
class UnhashedFile:
    path: str  # escaped for printing
    why: str


@dataclass(frozen=True)
class HashReport:
    files: list[HashedFile]
    unhashed: list[UnhashedFile]  # files that cannot be read, or that changed meanwhile
    warnings: list[str]


@dataclass(frozen=True)
class CacheStats:
    file: Path
    bytes: int
    largest: int  # maximum size of the file in bytes
    files: int  # files with known digests
    superseded: int  # outdated records
    damaged: int  # unreadable records


def refresh_report(value: Json) -> RefreshReport:
    return RefreshReport(**fields(value) | {"repos": [_refreshed_repo(repo) for repo in value["repos"]]})


def verify_report(value: Json) -> VerifyReport:
    return VerifyReport(**fields(value) | {"repos": [_verification(repo) for repo in value["repos"]]})


def targets_report(value: Json) -> TargetsReport:
    infos = [TargetInfo(**info) for info in value["targets"]]
    return TargetsReport(Path(value["python"]) if value["python"] else None, value["python_error"], infos)


def hash_report(value: Json) -> HashReport:
    files = [_hashed_file(file) for file in value["files"]]
    return HashReport(files, [UnhashedFile(**file) for file in value["unhashed"]], value["warnings"])


def cache_stats_of(value: Json) -> CacheStats:
    return CacheStats(**fields(value) | {"file": Path(value["file"])})


def _refreshed_repo(value: Json) -> RefreshedRepo:
    return RefreshedRepo(**fields(value) | {"missing": missing_files(value["missing"]), "error": _error(value)})


def _verification(value: Json) -> RepoVerification:
    return RepoVerification(**fields(value) | {"files": verified_files(value["files"]), "error": _error(value)})


def _error(value: Json) -> Optional[Error]:
    return error_of(value["error"]) if value["error"] else None


def _hashed_file(value: Json) -> HashedFile:
    name = os.fsdecode(bytes.fromhex(value["path_bytes"])) if "path_bytes" in value else value["path"]
    return HashedFile(
        Path(name), value["size"], value["remembered"], value.get("git"), value.get("sha256"), value.get("lfs")
    )
