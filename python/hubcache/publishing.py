"""The functions that publish repos in a store, and those on a store."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import List, Optional

from .arguments import StrPath, flag, function_or_none, path_or_none, text, text_or_none
from .calls import Progress, call
from .display import Shown
from .reports import Json, RepoType, fields


@dataclass(frozen=True, repr=False)
class PublishReport(Shown):
    _title = ("repo_id", "revision")

    repo_id: str  # with the hub's prefix
    hub: str
    repo_type: RepoType
    revision: str
    store: str
    folder: Path
    commit: str  # the same files have the same commit
    previous: Optional[str]  # the commit that the revision had before
    files: int
    bytes: int
    uploaded: int  # different contents that the store lacked
    uploaded_bytes: int
    verified: bool
    dry_run: bool
    warnings: List[str]


@dataclass(frozen=True, repr=False)
class PublishedRevision(Shown):
    _title = ("repo_id", "revision")
    _columns = ("repo_id", "revision", "commit", "published_at", "files", "bytes")

    repo_id: str  # with the hub's prefix
    hub: str
    repo_type: RepoType
    revision: str
    commit: Optional[str]  # None: its object cannot be read
    published_at: Optional[str] = None  # UTC, ISO 8601
    published_by: Optional[str] = None  # user@host, as the publisher's machine named them
    files: Optional[int] = None
    bytes: Optional[int] = None


@dataclass(frozen=True, repr=False)
class StoreListReport(Shown):
    _title = ("store",)

    store: str
    revisions: List[PublishedRevision]
    unreadable: List[str]  # what cannot be listed, and why


@dataclass(frozen=True, repr=False)
class PublishedFile(Shown):
    path: str
    size: int  # bytes
    sha256: str


@dataclass(frozen=True, repr=False)
class StoreShowReport(Shown):
    _title = ("repo_id", "revision")

    store: str
    repo_id: str
    hub: str
    repo_type: RepoType
    revision: str
    commit: str
    published_at: str  # UTC, ISO 8601
    published_by: Optional[str]  # user@host, as the publisher's machine named them
    files: int
    bytes: int
    listing: List[PublishedFile]


@dataclass(frozen=True, repr=False)
class StoreRemoveReport(Shown):
    store: str
    removed: List[PublishedRevision]


@dataclass(frozen=True, repr=False)
class StoreGcReport(Shown):
    store: str
    kept: int  # contents that are in use
    kept_bytes: int
    removed: int
    removed_bytes: int
    young: int  # unused contents of the last 24 hours, which stay
    commits: int  # removed commits
    uploads: int  # removed parts of interrupted uploads
    dry_run: bool


@dataclass(frozen=True, repr=False)
class StoreCheck(Shown):
    what: str
    works: bool
    needed: bool  # False: publishing works without it
    detail: Optional[str]  # why it does not work
    consequence: str  # what follows if it does not work


@dataclass(frozen=True, repr=False)
class StoreCheckReport(Shown):
    _title = ("store",)

    store: str
    usable: bool
    checks: List[StoreCheck]


def publish(
    repo_id: str,
    folder: Optional[StrPath] = None,
    *,
    store: StrPath,
    revision: Optional[str] = None,
    repo_type: RepoType = "model",
    verify: bool = False,
    expect: Optional[str] = None,
    dry_run: bool = False,
    trust_owner: bool = False,
    progress: Optional[Progress] = None,
) -> PublishReport:
    """Puts a repo into a store, from which other machines get it by its hub id.

    Args:
        repo_id: "owner/name", with the hub's prefix if it has one.
        folder: the folder with the model's files; by default the folder from which the repo is adopted.
        store: "s3://bucket/prefix", or a folder.
        revision: branch or tag; by default the adopted revision, or the hub's default.
        repo_type: "model" or "dataset".
        verify: reads all contents back and compares them.
        expect: the commit that the revision must have before, or "none" if it must not exist.
        dry_run: changes nothing.
        trust_owner: uses a record that another user may have written.
        progress: called as in hash_files(); starts again for hashing, sending and verifying.

    Raises:
        UsageError: an argument is wrong, or there are no credentials.
        DifferenceError: the revision has another commit than `expect`.
        ConflictError: a file changed meanwhile, or the store is being cleaned.
        HubError: the store fails or refuses.
        Error: a file cannot be read.
    """
    arguments: Json = {
        "repo_id": text("repo_id", repo_id),
        "folder": path_or_none("folder", folder),
        "store": _store(store),
        "revision": text_or_none("revision", revision),
        "repo_type": text("repo_type", repo_type),
        "verify": flag("verify", verify),
        "expect": text_or_none("expect", expect),
        "dry_run": flag("dry_run", dry_run),
        "trust_owner": flag("trust_owner", trust_owner),
    }
    value = fields(call("publish", arguments, function_or_none("progress", progress)))
    return PublishReport(**{**value, "folder": Path(value["folder"])})


def list_store(store: StrPath) -> StoreListReport:
    """Lists the repos that are published in a store.

    Raises:
        HubError: the store fails or refuses.
        Error: there is no store.
    """
    value = fields(call("list_store", {"store": _store(store)}))
    return StoreListReport(**{**value, "revisions": [PublishedRevision(**one) for one in value["revisions"]]})


def show_in_store(
    store: StrPath, repo_id: str, *, revision: Optional[str] = None, repo_type: RepoType = "model"
) -> StoreShowReport:
    """Lists the files of a published repo. `revision`: by default the hub's default.

    Raises:
        Error: the store does not have it.
    """
    value = fields(call("show_in_store", _stored_repo(store, repo_id, revision, repo_type)))
    return StoreShowReport(**{**value, "listing": [PublishedFile(**one) for one in value["listing"]]})


def remove_from_store(
    store: StrPath, repo_id: str, *, revision: Optional[str] = None, repo_type: RepoType = "model"
) -> StoreRemoveReport:
    """Removes a published repo. Its contents stay until collect_garbage(). `revision`: by default all.

    Raises:
        Error: the store does not have it.
    """
    value = fields(call("remove_from_store", _stored_repo(store, repo_id, revision, repo_type)))
    return StoreRemoveReport(**{**value, "removed": [PublishedRevision(**one) for one in value["removed"]]})


def collect_garbage(store: StrPath, *, dry_run: bool = False) -> StoreGcReport:
    """Removes contents that no published repo uses. Those of the last 24 hours stay.

    Raises:
        ConflictError: somebody publishes or collects at present.
        Error: an object cannot be understood; then nothing is removed.
    """
    arguments: Json = {"store": _store(store), "dry_run": flag("dry_run", dry_run)}
    return StoreGcReport(**fields(call("collect_garbage", arguments)))


def check_store(store: StrPath) -> StoreCheckReport:
    """Tries the operations that hubcache needs.

    Raises:
        UsageError: there are no credentials.
    """
    value = fields(call("check_store", {"store": _store(store)}))
    return StoreCheckReport(**{**value, "checks": [StoreCheck(**one) for one in value["checks"]]})


def _store(store: StrPath) -> str:
    return text("store", os.fspath(store))


def _stored_repo(store: StrPath, repo_id: str, revision: Optional[str], repo_type: RepoType) -> Json:
    return {
        "store": _store(store),
        "repo_id": text("repo_id", repo_id),
        "revision": text_or_none("revision", revision),
        "repo_type": text("repo_type", repo_type),
    }
