"""The reports that the functions return: the fields of the command's --json, as types. include/hubcache/*.h documents
them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, List, Literal, Optional

from .display import Shown

RepoType = Literal["model", "dataset"]
Link = Literal["symlink", "hardlink", "reflink", "copy", "in place"]
Action = Literal["accepts", "downloads", "returns_none", "raises", "stuck"]
Comparison = Literal["same", "edited", "missing", "extra", "unreadable"]
State = Literal["adopted", "complete", "partial", "damaged", "empty", "unreadable"]
LinkChoice = Literal["auto", "symlink", "hardlink", "reflink", "copy"]
Winner = Literal["mine", "hub"]

Json = Dict[str, Any]


@dataclass(frozen=True)
class Verdict(Shown):
    """Prediction of what the client does with one file at its next run."""

    action: Action
    reason: str  # one word
    why: str  # for people
    loses_local: bool

    def _short(self) -> str:
        return f"{self.action} ({self.reason})"


@dataclass(frozen=True)
class MissingFile(Shown):
    """A file that the hub has and the folder lacks."""

    _columns = ("path", "size", "verdict")

    path: str
    size: Optional[int]  # bytes; None: LFS file of unknown size
    verdict: Verdict


@dataclass(frozen=True)
class VerifiedFile(Shown):
    """Comparison of a local file with the hub's by content."""

    _columns = ("path", "comparison", "size", "why")

    path: str
    comparison: Comparison
    size: Optional[int]  # bytes on this machine; for a missing file, as the hub says; None: the size is not recorded
    why: Optional[str]  # for an unreadable file


@dataclass(frozen=True, repr=False)
class AdoptReport(Shown):
    _title = ("repo_id", "target")

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
    links: Dict[Link, int]  # number of files by link kind
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
    kept: List[str]  # new paths of files that were in the place but are not hubcache's
    missing: List[MissingFile]  # files that the client will still download
    only_here: List[str]  # files that the hub lacks
    unmatched: List[VerifiedFile]  # with partial: files that differ from the hub's and were skipped
    unread: List[str]  # adopted files that could not be read: they stay adopted unchanged
    warnings: List[str]


@dataclass(frozen=True)
class LeftFiles(Shown):
    mount_point: Path
    files: int


@dataclass(frozen=True, repr=False)
class ReleaseReport(Shown):
    _title = ("repo_id", "target")

    repo_id: str
    target: str
    place: Path
    removed: int  # removed links and copies that hubcache had made
    restored: int  # files moved back to their previous paths
    kept: List[str]
    left: List[LeftFiles]  # not empty: incomplete; unmount mount_point, then release again
    warnings: List[str]


def adopt_report(value: Json) -> AdoptReport:
    lists = {"missing": missing_files(value["missing"]), "unmatched": verified_files(value["unmatched"])}
    return AdoptReport(**{**fields(value), **lists})


def missing_files(values: List[Json]) -> List[MissingFile]:
    return [MissingFile(**{**file, "verdict": Verdict(**file["verdict"])}) for file in values]


def verified_files(values: List[Json]) -> List[VerifiedFile]:
    return [VerifiedFile(**file) for file in values]


def release_report(value: Json) -> ReleaseReport:
    left = [LeftFiles(Path(one["mount_point"]), one["files"]) for one in value["left"]]
    return ReleaseReport(**{**fields(value), "left": left})


def fields(value: Json) -> Json:
    """Returns the JSON fields without the schema number, and with folders as paths."""
    paths: Json = {name: Path(value[name]) for name in ("folder", "place") if name in value}
    return {**{name: field for name, field in value.items() if name != "schema"}, **paths}
