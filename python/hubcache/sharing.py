"""The function that lets equal files share their disk space."""

from dataclasses import dataclass
from pathlib import Path
from typing import List, Literal, Optional

from .arguments import StrPath, flag, function_or_none, text_or_none
from .arguments import paths as all_paths
from .calls import Ask, Progress, call
from .display import Shown
from .reports import Json, fields

Sharing = Literal["blocks", "hardlink"]
DuplicateState = Literal["planned", "shared", "left"]


@dataclass(frozen=True)
class Duplicate(Shown):
    """A file that equals the kept file of its group, and occupied disk space of its own."""

    name: Path
    other_names: List[Path]  # its other hard links
    gain: int  # bytes
    state: DuplicateState
    why: Optional[str]  # why it was left


@dataclass(frozen=True, repr=False)
class DuplicateGroup(Shown):
    """Files with the same content, on the same file system."""

    _title = ("kept",)
    _columns = ("kept", "size", "sharing", "gain")

    kept: Path  # the other files get its blocks, or become names of it
    size: int  # bytes of content of each file
    sharing: Sharing
    gain: int  # bytes
    files: List[Duplicate]


@dataclass(frozen=True, repr=False)
class DedupeReport(Shown):
    groups: List[DuplicateGroup]  # largest gain first
    files: int  # files that were looked at, each once
    bytes: int  # their content
    duplicates: int  # planned and shared duplicates
    to_gain: int  # bytes that the plan gains
    gained: int  # bytes
    shared_already: int  # bytes that equal files shared before
    by_hard_links: int  # bytes that only hardlink=True would gain
    not_sharable: int  # bytes of duplicates that stay as they are
    dry_run: bool
    hard_links: bool
    notes: List[str]  # what was left out, and why


def dedupe(
    *folders: StrPath,
    target: Optional[str] = None,
    hardlink: bool = False,
    dry_run: bool = False,
    progress: Optional[Progress] = None,
    ask: Optional[Ask] = None,
) -> DedupeReport:
    """Finds equal files in the caches of all clients and in folders, and lets them share their blocks on disk.

    The kernel compares all bytes before files share blocks (btrfs, XFS). Contents, owners, modes, times and extended
    attributes stay. Files of other users, files of less than 4 KiB, unfinished downloads and files that a program is writing
    are left out.

    Args:
        folders: folders whose files are compared, too.
        target: whose caches; by default all targets.
        hardlink: where the file system cannot share blocks, replaces duplicates by hard links, but only files that a client
            has downloaded and that no client writes in place; the links have the earliest of the files' modification times.
            Files in `folders` and adopted files never become hard links.
        dry_run: returns the plan and changes nothing.
        progress: as in hash_files; begins anew when the sharing begins.
        ask: called with a question before anything is changed; a false result declines (ConflictError). By default nobody
            is asked.

    Raises:
        ConflictError: another call shares files at present, or `ask` declined.
        UsageError: an argument is wrong.
        Error: a folder does not exist.
    """
    arguments: Json = {
        "folders": all_paths("folders", folders),
        "target": text_or_none("target", target),
        "hardlink": flag("hardlink", hardlink),
        "dry_run": flag("dry_run", dry_run),
    }
    value = call("dedupe", arguments, function_or_none("progress", progress), function_or_none("ask", ask))
    return DedupeReport(**{**fields(value), "groups": [_group(group) for group in value["groups"]]})


def _group(value: Json) -> DuplicateGroup:
    return DuplicateGroup(
        **{**value, "kept": Path(value["kept"]), "files": [_duplicate(one) for one in value["files"]]}
    )


def _duplicate(value: Json) -> Duplicate:
    other_names = [Path(name) for name in value["other_names"]]
    return Duplicate(**{**value, "name": Path(value["name"]), "other_names": other_names})
