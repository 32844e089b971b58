"""What the functions give back: the fields of the command's --json, as types. include/hubcache/*.h says more of each."""

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
    """What the client will do with one file at its next run."""

    action: Action
    reason: str  # one word
    why: str  # for people
    loses_local: bool


@dataclass(frozen=True)
class MissingFile:
    """A file that the hub has and the folder lacks."""

    path: str
    size: Optional[int]  # bytes; None: an LFS file whose real size was not asked for
    verdict: Verdict


@dataclass(frozen=True)
class VerifiedFile:
    """Whether a file is the hub's, by its content."""

    path: str
    comparison: Comparison
    size: Optional[int]  # bytes on this machine; of a missing file, as the hub says; None: nothing tells it
    why: Optional[str]  # of an unreadable one


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
    asked_hub: bool  # False: missing is not known
    link: Link  # of most files
    links: dict[Link, int]  # how many files have which kind
    files: int  # all that the adoption covers now
    added: int
    changed: int
    removed: int
    renewed: int  # others whose records in the client's index were not as they should be
    hidden: int  # files that clients did not look at, by their notes that the hub does not have them
    copied_files: int  # of those that are new or changed
    copied_bytes: int
    pinned: int  # files that stay accepted after a push to the hub
    synthetic: int  # files whose exact record is not the hub's sha
    displaced: int  # things that stood in the way and were moved aside
    requests: int  # asked of the hub
    kept: list[str]  # where things went that hubcache did not put into the place
    missing: list[MissingFile]  # what the client will still download
    only_here: list[str]  # files that the hub does not have
    unmatched: list[VerifiedFile]  # with partial: what is not the hub's, and was left out
    unread: list[str]  # adopted files that could not be read now: they stay adopted as they were
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
    removed: int  # links and copies of hubcache's own that are gone
    restored: int  # files that are back where they were
    kept: list[str]
    left: list[LeftFiles]  # not empty: incomplete; unmount what is there, then release again
    warnings: list[str]


@dataclass(frozen=True)
class FileStatus:
    path: str
    revision: str  # that the verdicts are for; '' of a file that is on this machine only
    size: int  # bytes, as the hub says; of a file that the hub does not have, as on this machine
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
    """Counts the changes of an adoption that the client does not see through a link."""

    folder_missing: bool
    added: int
    changed: int
    removed: int
    unread: int  # adopted files that cannot be looked at now
    replaced: int  # adopted files in the place that were replaced, edited or removed there


@dataclass(frozen=True)
class Adoption:
    since: str  # UTC, ISO 8601
    folder: Path
    link: Link  # of most files
    links: dict[Link, int]  # how many files have which kind
    pin: bool
    files: int
    pinned: int  # files that stay accepted after a push to the hub
    unfinished: bool
    changes: FolderChanges


@dataclass(frozen=True)
class RevisionStatus:
    """What the client will do at its next snapshot of one revision."""

    revision: str
    asked_hub: bool
    known: bool  # False: nothing says what the hub has beside the adopted files
    made_up_version: bool  # adopted offline: the client takes the files while it cannot reach the hub
    hub_refuses: bool  # the hub answers that it does not give the listing
    hub_error: Optional[str]
    hub_moved_on: Optional[bool]
    downloads: int
    download_bytes: int
    losses: int
    raises: int  # files for which the client raises an exception
    stuck: int  # of downloads, those that never arrive
    client_raises: Optional[str]  # why the client raises before it comes to any file


@dataclass(frozen=True)
class RepoStatus:
    repo_id: str
    target: str
    repo_type: RepoType
    place: Path
    state: State
    placed: PlacedFiles  # what programs find in the place
    error: Optional[str]  # why the adoption's record, or the place, cannot be looked at
    owner: Optional[str]  # of an adoption whose record is not trusted: who wrote it; hubcache leaves it alone
    adoption: Optional[Adoption]
    revisions: list[str]
    by_revision: list[RevisionStatus]  # one for each of revisions; the figures below are of all together
    asked_hub: bool
    known: bool  # False: nothing says what the hub has beside the adopted files
    made_up_version: bool  # adopted offline: the client takes the files while it cannot reach the hub
    hub_refuses: bool  # the hub answers that it does not give the listing
    hub_error: Optional[str]
    hub_moved_on: Optional[bool]  # since the adoption; None: not known
    displaced: Aside
    originals: Aside
    kept: Aside
    downloads: int  # files, at the next snapshot
    download_bytes: int
    losses: int
    raises: int  # files for which the client raises an exception
    only_here: list[str]  # adopted files that the hub does not have, as far as is known
    hidden: list[str]  # adopted files that clients do not look at, by notes of theirs
    outdated_copies: list[str]  # that programs have made by the commit, and that do not hold what is adopted now
    stuck: int  # of downloads, those that never arrive
    client_raises: Optional[str]  # why the client raises before it comes to any file
    notes: list[str]
    files: list[FileStatus]


@dataclass(frozen=True)
class StatusReport:
    repos: list[RepoStatus]
    notes: list[str]  # of the environment as a whole


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
    """Without the schema number, and with folders as paths."""
    paths = {name: Path(value[name]) for name in ("folder", "place") if name in value}
    return {name: field for name, field in value.items() if name != "schema"} | paths
