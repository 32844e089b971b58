"""The results of status and predict: the fields of the command's --json, as types. include/hubcache/status.h documents
them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Dict, List, Optional

from .display import Shown, human_size
from .reports import Json, Link, RepoType, State, Verdict, fields


@dataclass(frozen=True)
class FileStatus(Shown):
    _columns = ("path", "size", "adopted", "snapshot", "single_file")

    path: str
    revision: str  # revision of the verdicts; '' for a file that only this machine has
    size: int
    placed_size: Optional[int]  # bytes of the file in the place; None: there is none
    on_hub: Optional[bool]  # None: the hub has never been asked
    adopted: bool
    snapshot: Verdict
    single_file: Verdict


@dataclass(frozen=True)
class Aside(Shown):
    folder: Path  # it may not exist if there are no files
    files: int
    bytes: int

    def _short(self) -> str:
        if self.files == 0:
            return ""
        return f"{self.files} {'file' if self.files == 1 else 'files'}, {human_size(self.bytes)}, in {self.folder}"


@dataclass(frozen=True)
class PlacedFiles(Shown):
    files: int
    bytes: int


@dataclass(frozen=True)
class FolderChanges(Shown):
    """Counts the changes since an adoption that the client does not see through a link."""

    folder_missing: bool
    added: int
    changed: int
    removed: int
    unread: int  # adopted files that cannot be read now
    replaced: int  # adopted files in the place that were replaced, edited or removed there


@dataclass(frozen=True)
class Adoption(Shown):
    since: str  # UTC, ISO 8601
    folder: Path
    link: Link  # link kind of most files
    links: Dict[Link, int]  # number of files by link kind
    pin: bool
    files: int
    pinned: int  # files that stay accepted after a push to the hub
    unfinished: bool
    changes: FolderChanges


@dataclass(frozen=True, repr=False)
class RevisionStatus(Shown):
    """Prediction of what the client does at its next snapshot of one revision."""

    _columns = ("revision", "hub", "next_run")

    revision: str
    hub: str  # for people: as in the column HUB of the command
    next_run: str  # for people: as in the column NEXT RUN
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


@dataclass(frozen=True, repr=False)
class RepoStatus(Shown):
    _title = ("name", "target")
    _omitted = ("repo_id",)
    _columns = ("name", "target", "state", "placed", "hub", "next_run", "place")

    repo_id: str
    name: str  # the id with the prefix of its hub, as the functions take it
    target: str
    repo_type: RepoType
    place: Path
    hub: str  # for people: as in the column HUB of the command
    next_run: str  # for people: as in the column NEXT RUN
    state: State
    placed: PlacedFiles  # files that programs find in the place
    error: Optional[str]  # why the adoption's record or the place cannot be read
    client_place: Optional[Path]  # where the client looks in this environment, if not in an adopted place
    owner: Optional[str]  # for an adoption with an untrusted record, which hubcache does not touch: the record's author
    adoption: Optional[Adoption]
    revisions: List[str]
    by_revision: List[RevisionStatus]  # one for each of revisions; the counts below are sums
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
    only_here: List[str]  # adopted files that the hub lacks, as far as known
    hidden: List[str]  # adopted files that clients ignore because of their own notes
    outdated_copies: List[str]  # copies that programs keep outside the place, in folders named after the commit
    working_folders: List[str]  # folders in which the client finds the adopted files by a symlink
    missing_links: List[str]  # such symlinks that are missing
    stuck: int  # subset of downloads: files that never arrive
    client_raises: Optional[str]  # why the client raises before it processes any file
    notes: List[str]
    files: List[FileStatus]

    def _remarks(self) -> List[str]:
        problems = (self.error, self.client_raises, self.hub_error)
        texts = [problem for problem in problems if problem and problem not in self.notes] + self.notes
        return [f"{self.name}: {text}" for text in dict.fromkeys(texts)]


@dataclass(frozen=True, repr=False)
class StatusReport(Shown):
    repos: List[RepoStatus]
    notes: List[str]  # about the environment as a whole, and folders that cannot be read


def status_report(value: Json) -> StatusReport:
    return StatusReport(**{**fields(value), "repos": [_repo_status(repo) for repo in value["repos"]]})


def file_statuses(value: Json) -> List[FileStatus]:
    return [_file_status(file) for file in value["files"]]


def _repo_status(value: Json) -> RepoStatus:
    asides = {name: Aside(**fields(value[name])) for name in ("displaced", "originals", "kept")}
    adoption = value["adoption"] and _adoption(value["adoption"])
    lists = {"files": file_statuses(value), "by_revision": [RevisionStatus(**one) for one in value["by_revision"]]}
    parts = {"adoption": adoption, "placed": PlacedFiles(**value["placed"])}
    return RepoStatus(**{**fields(value), **asides, **lists, **parts})


def _adoption(value: Json) -> Adoption:
    return Adoption(**{**fields(value), "changes": FolderChanges(**value["changes"])})


def _file_status(value: Json) -> FileStatus:
    verdicts = {name: Verdict(**value[name]) for name in ("snapshot", "single_file")}
    return FileStatus(**{**value, **verdicts})
