"""The functions that list the cached repos of all clients, sum up what they occupy, remove them, and prune the caches."""

from dataclasses import dataclass
from pathlib import Path
from typing import List, Literal, Optional

from .arguments import Patterns, flag, function_or_none, patterns, text, text_or_none
from .calls import Ask, call
from .display import Shown, human_size
from .reports import Json, fields

CachedState = Literal["adopted", "genuine", "partial", "damaged", "empty", "unreadable"]
CachedOrder = Literal["size", "used", "name"]
Leftover = Literal["unfinished", "lock", "broken_link", "unused_content", "removed", "adoption"]


@dataclass(frozen=True)
class CachedFiles(Shown):
    files: int
    bytes: int

    def _short(self) -> str:
        if self.files == 0:
            return ""
        return f"{self.files} {'file' if self.files == 1 else 'files'}, {human_size(self.bytes)}"


@dataclass(frozen=True, repr=False)
class CachedRepo(Shown):
    _title = ("name", "target")
    _omitted = ("repo_id",)
    _columns = ("name", "target", "state", "disk_size", "files", "revision_count", "last_use")

    repo_id: str  # as the client names it: owner/name, or a name without an owner
    name: str  # the id with the prefix of its hub
    hub: str
    target: str
    repo_type: str  # "model", "dataset", or another word of the client
    place: Path
    state: CachedState
    pinned: bool  # adopted; the client ignores pushes to the hub
    folder: Optional[Path]  # the adopted folder
    disk_size: int  # bytes of all blocks; hard links count once
    content_size: int  # bytes of the contents of the repo's files in the cache, each once
    files: int  # files that programs find, in all revisions
    revision_count: int
    revisions: List[str]  # the first 100
    last_use: Optional[str]  # UTC, ISO 8601; None: there are no files
    temporary: CachedFiles  # unfinished downloads, running or left over
    aside: CachedFiles  # files that hubcache has moved out of the place and keeps
    notes: List[str]

    def _remarks(self) -> List[str]:
        return [f"{self.name}: {note}" for note in self.notes]


@dataclass(frozen=True, repr=False)
class CachedReport(Shown):
    disk_size: int  # what several repos share by hard links counts once
    repos: List[CachedRepo]
    notes: List[str]  # folders that cannot be read


@dataclass(frozen=True, repr=False)
class DiskUsage(Shown):
    _title = ("name",)
    _columns = ("name", "target", "disk_size", "files", "repos")

    name: str  # of a hub, an owner or a repo
    target: Optional[str]  # of a repo
    repo_type: Optional[str]  # of a repo: "model", "dataset", or another word of the client
    place: Optional[Path]  # of a repo: its cache folder
    disk_size: int
    files: int
    repos: int
    parts: List["DiskUsage"]  # owners of a hub, repos of an owner; largest first


@dataclass(frozen=True, repr=False)
class DiskUsageReport(Shown):
    disk_size: int
    files: int
    repos: int
    hubs: List[DiskUsage]  # largest first
    notes: List[str]  # folders that cannot be read


@dataclass(frozen=True, repr=False)
class CachedRemoval(Shown):
    _title = ("name", "target")
    _columns = ("name", "target", "files", "disk_size", "why_left")

    repo_id: str  # as the client names it: owner/name, or a name without an owner
    name: str  # the same with the prefix of its hub
    hub: str  # its name in one word
    target: str
    repo_type: str  # "model", "dataset", or another word of the client
    place: Path
    files: int  # files and symlinks in its folders, also those of the client
    disk_size: int  # bytes that its removal frees
    why_left: Optional[str]  # why the repo, or a part of it, stays
    kept: List[Path]  # new paths of files that another program has put there meanwhile


@dataclass(frozen=True, repr=False)
class RemoveCachedReport(Shown):
    dry_run: bool  # nothing was changed
    complete: bool  # False: some of the repos were left
    disk_size: int  # bytes that the removal frees
    repos: List[CachedRemoval]


@dataclass(frozen=True, repr=False)
class LeftoverGroup(Shown):
    _title = ("what", "name")
    _columns = ("what", "name", "target", "disk_size", "why_left")

    what: Leftover
    repo_id: Optional[str]  # as the client names it; None: the folder is one that repos share
    name: Optional[str]  # the same with the prefix of its hub
    hub: str  # its name in one word
    target: str
    repo_type: Optional[str]  # "model", "dataset", or another word of the client
    folder: Path  # the cache folder, or the shared folder; of an adoption its missing folder
    paths: List[Path]  # the files and symlinks; empty for an adoption
    disk_size: int  # bytes that the removal frees
    why_left: Optional[str]  # why some of it stays
    kept: List[Path]  # new paths of files that another program has put there meanwhile


@dataclass(frozen=True, repr=False)
class PruneReport(Shown):
    dry_run: bool  # nothing was changed
    complete: bool  # False: something was left
    disk_size: int  # bytes that the removal frees
    groups: List[LeftoverGroup]
    notes: List[str]  # folders that cannot be read


def list_cached(*, target: Optional[str] = None, filter: Patterns = (), sort: CachedOrder = "size") -> CachedReport:
    """Lists the cached repos of all clients, and their sizes on disk. No hub is asked.

    Args:
        target: by default all targets.
        filter: conditions, which must all hold: "size>1G", "files>1000", "used>30d" (not used for 30 days),
            "state=partial", "name=owner/*", "name=hf:*".
        sort: "size" (largest first), "used" (longest unused first) or "name".

    Raises:
        UsageError: an argument is wrong.
        A folder that cannot be read raises nothing: see CachedReport.notes and CachedRepo.notes.
    """
    arguments: Json = {
        "target": text_or_none("target", target),
        "filter": patterns("filter", filter),
        "sort": text("sort", sort),
    }
    value = call("list_cached", arguments)
    return CachedReport(**{**fields(value), "repos": [_cached_repo(repo) for repo in value["repos"]]})


def disk_usage(*, target: Optional[str] = None) -> DiskUsageReport:
    """Sums up what the cached repos occupy on disk, by hub and owner.

    Args:
        target: by default all targets.

    Raises:
        UsageError: an argument is wrong.
        A folder that cannot be read raises nothing: see DiskUsageReport.notes.
    """
    value = call("disk_usage", {"target": text_or_none("target", target)})
    return DiskUsageReport(**{**fields(value), "hubs": [_usage(hub) for hub in value["hubs"]]})


def remove_cached(
    *repo_ids: str,
    target: Optional[str] = None,
    repo_type: Optional[str] = None,
    dry_run: bool = False,
    ask: Optional[Ask] = None,
) -> RemoveCachedReport:
    """Removes cached repos from the caches of all versions of the clients. The user's own folders stay as they are.

    A repo that is adopted (release it first), in use, or partly another user's stays: see CachedRemoval.why_left.

    Args:
        repo_ids: ids as list_cached() has them in CachedRepo.name.
        target: by default all targets.
        repo_type: "model" or "dataset"; needed if both are cached.
        dry_run: changes nothing.
        ask: called with the plan and a question; a false result leaves everything as it is (ConflictError). By default
            there is no question.

    Raises:
        Error: a repo is not cached; then nothing is changed.
        UsageError: an argument is wrong, or repo_type is needed.
    """
    arguments: Json = {
        "repo_ids": [text("repo_ids", one) for one in repo_ids],
        "target": text_or_none("target", target),
        "repo_type": text_or_none("repo_type", repo_type),
        "dry_run": flag("dry_run", dry_run),
    }
    value = call("remove_cached", arguments, ask=function_or_none("ask", ask))
    return RemoveCachedReport(**{**fields(value), "repos": [_removal(repo) for repo in value["repos"]]})


def prune(
    *repo_ids: str, target: Optional[str] = None, dry_run: bool = False, ask: Optional[Ask] = None
) -> PruneReport:
    """Removes what clients and killed commands have left in the caches.

    These are unfinished downloads that nobody has continued for a day, locks that no process holds, broken symlinks,
    contents that no revision uses, the rest of killed removals, and adoptions whose folder does not exist. What is in
    use stays: see LeftoverGroup.why_left.

    Args:
        repo_ids: as in remove_cached(); by default all, and the folders that repos share.
        target: by default all targets.
        dry_run: changes nothing.
        ask: called with the plan and a question; a false result leaves everything as it is (ConflictError). By default
            there is no question.

    Raises:
        Error: a repo is not cached; then nothing is changed.
        UsageError: an argument is wrong.
    """
    arguments: Json = {
        "repo_ids": [text("repo_ids", one) for one in repo_ids],
        "target": text_or_none("target", target),
        "dry_run": flag("dry_run", dry_run),
    }
    value = call("prune", arguments, ask=function_or_none("ask", ask))
    return PruneReport(**{**fields(value), "groups": [_leftovers(group) for group in value["groups"]]})


def _leftovers(value: Json) -> LeftoverGroup:
    paths = {name: [Path(one) for one in value[name]] for name in ("paths", "kept")}
    return LeftoverGroup(**{**value, **paths, "folder": Path(value["folder"])})


def _removal(value: Json) -> CachedRemoval:
    return CachedRemoval(**{**value, "place": Path(value["place"]), "kept": [Path(one) for one in value["kept"]]})


def _cached_repo(value: Json) -> CachedRepo:
    files = {name: CachedFiles(**value[name]) for name in ("temporary", "aside")}
    folder = value["folder"] and Path(value["folder"])
    return CachedRepo(**{**value, **files, "folder": folder, "place": Path(value["place"])})


def _usage(value: Json) -> DiskUsage:
    place = value["place"] and Path(value["place"])
    return DiskUsage(**{**value, "place": place, "parts": [_usage(part) for part in value["parts"]]})
