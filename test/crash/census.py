"""What stands in a folder, down to the inode, and what of it has to outlive a killed command."""

import hashlib
import json
import os
import pickle
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Iterator, Optional

KEPT = re.compile(r"/kept/[^/]+/")


@dataclass(frozen=True)
class Thing:
    kind: str  # "file", "folder", "symlink"
    content: str  # of a file its SHA-256, of a symlink its target
    inode: int = 0
    mtime: int = 0


Census = dict[str, Thing]
Form = dict[str, tuple[str, Any, Optional[str]]]  # kind, content, and the file's name in an earlier census


def census(folder: Path) -> Census:
    """By relative path; symlinks are not followed."""
    return dict(_things(os.fspath(folder), ""))


def _things(folder: str, prefix: str) -> Iterator[tuple[str, Thing]]:
    if not os.path.isdir(folder):
        return
    with os.scandir(folder) as entries:
        for entry in entries:
            status = entry.stat(follow_symlinks=False)
            name = prefix + entry.name
            if entry.is_symlink():
                yield name, Thing("symlink", os.readlink(entry.path), status.st_ino, status.st_mtime_ns)
            elif entry.is_dir(follow_symlinks=False):
                yield name, Thing("folder", "")
                yield from _things(entry.path, name + "/")
            else:
                with open(entry.path, "rb") as file:
                    digest = hashlib.sha256(file.read()).hexdigest()
                yield name, Thing("file", digest, status.st_ino, status.st_mtime_ns)


def contents(things: Census) -> set[str]:
    return {thing.content for thing in things.values() if thing.kind == "file"}


def normal_form(home: Path, before: Census) -> Form:
    """All of a home but what no two runs share: inodes, times, and the order of an index's paths. Each file that was there
    before says under which name."""
    was = {(thing.inode, thing.mtime, thing.content): name for name, thing in before.items() if thing.kind == "file"}
    forms: Form = {}
    now = census(home)
    for name, thing in now.items():
        path = home / name
        if is_tolerated(name, now):
            continue
        where = was.get((thing.inode, thing.mtime, thing.content))
        forms[KEPT.sub("/kept/*/", name)] = (thing.kind, _form(path, thing), where and KEPT.sub("/kept/*/", where))
    return forms


def is_tolerated(name: str, now: Census) -> bool:
    """What may differ between a run that was killed and one that was not."""
    parent, _, last = f"/{name}".rpartition("/")
    if parent.endswith("/kept"):
        return True  # a folder named after the time
    if parent.endswith("/places") and last.startswith(".hubcache-"):
        return True  # a write that was cut off, in the index of places: a memory aid, which passes over it
    # Folders of hubcache's own that a release had emptied: the next adoption or release clears them.
    is_own = "/._hubcache" in f"/{name}" and now[name].kind == "folder"
    return is_own and not any(other.startswith(name + "/") and now[other].kind != "folder" for other in now)


def _form(path: Path, thing: Thing) -> Any:
    if path.name == ".msc":
        return index_form(path.read_bytes())
    if path.name == "record.jsonl":
        lines = [_record_form(json.loads(line)) for line in path.read_text().splitlines()]
        return {line.get("path", "header" if "schema" in line else "end"): line for line in lines}
    return thing.content


def index_form(data: bytes) -> Any:
    """The records of each path in their order, which matters; that of the paths does not."""
    try:
        records = pickle.loads(data)
    except Exception:
        return data
    paths: dict[str, list] = {}
    for record in records:
        paths.setdefault(record["Path"], []).append(record["Revision"])
    return paths


def _record_form(line: dict[str, Any]) -> dict[str, Any]:
    """Stamps are [inode, size, mtime, ctime]; those of a symlink have the time at which it was made. A command that was killed before it
    wrote its record leaves the folders that it had made above."""
    form = {
        key: value
        for key, value in line.items()
        if key not in ("adopted_at", "index_wrote", "folder_id", "placed_at", "place_link", "made_above")
    }
    for key in ("placed", "staged", "displaced"):
        if key in form:
            form[key] = form[key][1]
    if "source" in form:
        form["source"] = form["source"][1:3]
    return form
