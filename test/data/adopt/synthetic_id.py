#!/usr/bin/env python3
"""Writes synthetic_id.tsv: repo type, id, path, and the synthetic id of such a file if the hub does not have it.
Records on users' disks hold these ids, so they must never change after a release."""

from hashlib import sha1
from pathlib import Path

FILES = [
    ("model", "ctbots/first-paddle-model", "README.md"),
    ("dataset", "ctbots/first-paddle-model", "README.md"),
    ("model", "ctbots/first-paddle", "-model/README.md"),
    ("model", "a/b", "c"),
    ("model", "a/b.c", "dir with space/模型.txt"),
]

lines = [
    "\t".join((kind, repo, path, sha1("\0".join(("hubcache synthetic id", kind, repo, path)).encode()).hexdigest()))
    for kind, repo, path in FILES
]
Path(__file__).with_suffix(".tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
