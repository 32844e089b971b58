"""Helpers for adoption tests: folder snapshots, content digests and the JSON output of commands."""

import hashlib
import json
import os
import stat
import time
from pathlib import Path
from typing import Any


def tree(folder: Path, *, times: bool = False) -> dict[str, tuple]:
    """Returns kind, mode, content or link target of each entry below a folder; with `times` also inode and mtime."""
    found = {}
    for path in sorted(folder.rglob("*")):
        info = path.lstat()
        more = (info.st_ino, info.st_mtime_ns) if times else ()
        name = str(path.relative_to(folder))
        if stat.S_ISLNK(info.st_mode):
            found[name] = ("link", os.readlink(path))
        elif stat.S_ISDIR(info.st_mode):
            found[name] = ("folder",)
        else:
            found[name] = ("file", stat.S_IMODE(info.st_mode), path.read_bytes(), *more)
    return found


def files(folder: Path) -> dict[str, tuple]:
    return {name: what for name, what in tree(folder).items() if what[0] != "folder"}


def contents_beneath(folder: Path) -> set[str]:
    """Returns the digests of all regular files. A test compares two such sets to show that no content was lost."""
    return {digest_of(path) for path in folder.rglob("*") if path.is_file() and not path.is_symlink()}


def digest_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def age(path: Path) -> None:
    """Waits until a file is old enough for the digest cache to store its digest. No call can set ctime back."""
    while time.time() - path.stat().st_ctime < 2.1:
        time.sleep(0.05)


def ok(run) -> Any:
    """Asserts that a command succeeded; returns its JSON, or its text if the output is not JSON."""
    assert run.returncode == 0, run.stdout + run.stderr
    return json.loads(run.stdout) if run.stdout.startswith("{") else run.stdout


def record_folder(home, repo_id: str, kind: str = "models") -> Path:
    owner, name = repo_id.split("/")
    return home.cache / kind / "._hubcache" / owner / name.replace(".", "___")
