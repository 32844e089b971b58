"""The reports that the functions return: the fields of the command's --json, as types. include/hubcache/*.h documents
them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Optional

RepoType = Literal["model", "dataset"]
Link = Literal["symlink", "hardlink", "reflink", "copy", "in place"]
Action = Literal["accepts", "downloads", "returns_none", "raises", "stuck"]
Comparison = Literal["same", "edited", "missing", "extra", "unreadable"]
State = Literal["adopted", "complete", "partial", "damaged", "empty", "unreadable"]

Json = dict[str, Any]


@dataclass(frozen=True)
class Verdict:
    """Prediction of what the client does with one file at its next run."""

    action: Action
    reason: str  # one word
    why: str  # for people
    loses_local: bool


@dataclass(frozen=True)
class MissingFile:
    """A file that the hub has and the folder lacks."""

    path: str
    size: Optional[int]  # bytes; None: LFS file of unknown size
    verdict: Verdict


@dataclass(frozen=True)
class VerifiedFile:
    """Comparison of a local file with the hub's by content."""

    path: str
    comparison: Comparison
    size: Optional[int]  # bytes on this machine; for a missing file, as the hub says; None: the size is not recorded
    why: Optional[str]  # for an unreadable file


@dataclass(frozen=True)
class AdoptReport:
    repo_id: str
    repo_type: RepoType
    revision: str
    target: str
    folder: Path
    place: Path
    in_place: bool
    pin: bool
    dry_run: bool
    asked_hub: bool  # False: missing is unknown
    link: Link  # link kind of most files
    links: dict[Link, int]  # number of files by link kind
    files: int  # all files of the adoption
    added: int
    changed: int
    removed: int
    renewed: int  # unchanged files whose index entries were rewritten
    hidden: int  # files that clients ignored because they had noted that the hub lacks the files
    copied_files: int  # new and changed files that were copied
    copied_bytes: int
    pinned: int  # files that stay accepted after a push to the hub
    synthetic: int  # files whose exact record has a sha that hubcache made up
    displaced: int  # files that were in the way and were moved aside
    requests: int  # HTTP requests to the hub
    kept: list[str]  # new paths of files that were in the place but are not hubcache's
    missing: list[MissingFile]  # files that the client will still download
    only_here: list[str]  # files that the hub lacks
    unmatched: list[VerifiedFile]  # with partial: files that differ from the hub's and were skipped
    unread: list[str]  # adopted files that could not be read: they stay adopted unchanged
    warnings: list[str]


@dataclass(frozen=True)
class LeftFiles:
    mount_point: Path
    files: int


@dataclass(frozen=True)
class ReleaseReport:
    repo_id: str
    target: str
    place: Path
    removed: int  # removed links and copies that hubcache had made
    restored: int  # files moved back to their previous paths
    kept: list[str]
    left: list[LeftFiles]  # not empty: incomplete; unmount mount_point, then release again
    warnings: list[str]


@dataclass(frozen=True)
class FileStatus:
    path: str
    revision: str  # revision of the verdicts; '' for a file that only this machine has
    size: int
    placed_size: Optional[int]  # bytes of the file in the place; None: there is none
    on_hub: Optional[bool]  # None: the hub has never been asked
    adopted: bool
    snapshot: Verdict
    single_file: Verdict


@dataclass(frozen=True)
class Aside:
    folder: Path
    files: int
    bytes: int


@dataclass(frozen=True)
class PlacedFiles:
    files: int
    bytes: int


@dataclass(frozen=True)
class FolderChanges:
    """Counts the changes since an adoption that the client does not see through a link."""

    folder_missing: bool
    added: int
    changed: int
    removed: int
    unread: int  # adopted files that cannot be read now
    replaced: int  # adopted files in the place that were replaced, edited or removed there


@dataclass(frozen=True)
class Adoption:
    since: str  # UTC, ISO 8601
    folder: Path
    link: Link  # link kind of most files
    links: dict[Link, int]  # number of files by link kind
    pin: bool
    files: int
    pinned: int  # files that stay accepted after a push to the hub
    unfinished: bool
    changes: FolderChanges


@dataclass(frozen=True)
class RevisionStatus:
    """Prediction of what the client does at its next snapshot of one revision."""

    revision: str
    asked_hub: bool
    known: bool  # False: it is unknown which files the hub has besides the adopted ones
    made_up_version: bool  # adopted offline: the client takes the files while it cannot reach the hub
    hub_refuses: bool  # the hub refuses the listing
    hub_error: Optional[str]
    hub_moved_on: Optional[bool]
    cache_moved_on: bool  # the client has stored another version since the adoption, which it uses offline
    downloads: int
    download_bytes: int
    losses: int
    missed: int  # files for which a client that requests each file by itself gets None
    raises: int  # files for which the client raises an exception
    stuck: int  # subset of downloads: files that never arrive
    client_raises: Optional[str]  # why the client raises before it processes any file


@dataclass(frozen=True)
class RepoStatus:
    repo_id: str
    target: str
    repo_type: RepoType
    place: Path
    state: State
    placed: PlacedFiles  # files that programs find in the place
    error: Optional[str]  # why the adoption's record or the place cannot be read
    client_place: Optional[Path]  # where the client looks in this environment, if not in an adopted place
    owner: Optional[str]  # for an adoption with an untrusted record, which hubcache does not touch: the record's author
    adoption: Optional[Adoption]
    revisions: list[str]
    by_revision: list[RevisionStatus]  # one for each of revisions; the counts below are sums
    asked_hub: bool
    known: bool  # False: it is unknown which files the hub has besides the adopted ones
    made_up_version: bool  # adopted offline: the client takes the files while it cannot reach the hub
    hub_refuses: bool  # the hub refuses the listing
    hub_error: Optional[str]
    hub_moved_on: Optional[bool]  # since the adoption; None: unknown
    cache_moved_on: bool  # the client has stored another version since the adoption, which it uses offline
    displaced: Aside
    originals: Aside
    kept: Aside
    downloads: int  # files, at the next snapshot
    download_bytes: int
    losses: int
    missed: int  # files for which a client that requests each file by itself gets None
    raises: int  # files for which the client raises an exception
    only_here: list[str]  # adopted files that the hub lacks, as far as known
    hidden: list[str]  # adopted files that clients ignore because of their own notes
    outdated_copies: list[str]  # copies that programs keep outside the place, in folders named after the commit
    working_folders: list[str]  # folders in which the client finds the adopted files by a symlink
    missing_links: list[str]  # such symlinks that are missing
    stuck: int  # subset of downloads: files that never arrive
    client_raises: Optional[str]  # why the client raises before it processes any file
    notes: list[str]
    files: list[FileStatus]


@dataclass(frozen=True)
class StatusReport:
    repos: list[RepoStatus]
    notes: list[str]  # about the environment as a whole, and folders that cannot be read


def adopt_report(value: Json) -> AdoptReport:
    lists = {"missing": missing_files(value["missing"]), "unmatched": verified_files(value["unmatched"])}
    return AdoptReport(**fields(value) | lists)


def missing_files(values: list[Json]) -> list[MissingFile]:
    return [MissingFile(**file | {"verdict": Verdict(**file["verdict"])}) for file in values]


def verified_files(values: list[Json]) -> list[VerifiedFile]:
    return [VerifiedFile(**file) for file in values]


def release_report(value: Json) -> ReleaseReport:
    left = [LeftFiles(Path(one["mount_point"]), one["files"]) for one in value["left"]]
    return ReleaseReport(**fields(value) | {"left": left})


def status_report(value: Json) -> StatusReport:
    return StatusReport(**fields(value) | {"repos": [_repo_status(repo) for repo in value["repos"]]})


def file_statuses(value: Json) -> list[FileStatus]:
    return [_file_status(file) for file in value["files"]]


def _repo_status(value: Json) -> RepoStatus:
    asides = {name: Aside(**fields(value[name])) for name in ("displaced", "originals", "kept")}
    adoption = value["adoption"] and _adoption(value["adoption"])
    lists = {"files": file_statuses(value), "by_revision": [RevisionStatus(**one) for one in value["by_revision"]]}
    parts = {"adoption": adoption, "placed": PlacedFiles(**value["placed"])}
    return RepoStatus(**fields(value) | asides | lists | parts)


def _adoption(value: Json) -> Adoption:
    return Adoption(**fields(value) | {"changes": FolderChanges(**value["changes"])})


def _file_status(value: Json) -> FileStatus:
    verdicts = {name: Verdict(**value[name]) for name in ("snapshot", "single_file")}
    return FileStatus(**value | verdicts)


def fields(value: Json) -> Json:
    """Returns the JSON fields without the schema number, and with folders as paths."""
    paths = {name: Path(value[name]) for name in ("folder", "place") if name in value}
    return {name: field for name, field in value.items() if name != "schema"} | paths
