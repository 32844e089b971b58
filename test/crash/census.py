"""The entries of a folder with their inodes, and those whose content must survive a killed command."""

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
    content: str  # SHA-256 of a file, or target of a symlink
    inode: int = 0
    mtime: int = 0


Census = dict[str, Thing]
Form = dict[str, tuple[str, Any, Optional[str]]]  # kind, content, and the file's name in an earlier census


def census(folder: Path) -> Census:
    """Returns the entries by relative path; symlinks are not followed."""
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
    """Returns the state of a home without the parts that differ between runs: inodes, times, and the order of an
    index's paths. A file that existed before has its earlier name."""
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
    """Returns True for an entry that may differ between a killed run and a complete run."""
    parent, _, last = f"/{name}".rpartition("/")
    if parent.endswith("/kept"):
        return True  # a folder named after the time
    if parent.endswith("/places") and last.startswith(".hubcache-"):
        return True  # an interrupted write in the index of places, which ignores such files
    # The next adoption or release removes empty folders of hubcache that a release left.
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
    """Returns the records of each path in their order. The order of the paths does not matter."""
    try:
        records = pickle.loads(data)
    except Exception:
        return data
    paths: dict[str, list] = {}
    for record in records:
        paths.setdefault(record["Path"], []).append(record["Revision"])
    return paths


def _record_form(line: dict[str, Any]) -> dict[str, Any]:
    """Removes the parts of a record that differ between runs. Stamps are [inode, size, mtime, ctime]; a symlink's stamp
    has the time of its creation. A command that was killed before it wrote its record leaves the parent folders that it
    created."""
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
