#!/usr/bin/env python3
"""Writes expanduser.tsv: HOME, a path, and the result of CPython's os.path.expanduser on Linux.

The table has only cases that do not depend on this machine's accounts: no unset HOME, and no name of a user that may
exist."""

import os
from pathlib import Path

HOMES = ["/home/me", "/home/me/", "/", "", "relative", "/a b", "//x//"]
PATHS = [
    "",
    "~",
    "~/",
    "~/x",
    "~//x",
    "x/~",
    "/~",
    "~/../x",
    "./~",
    "~nobody-of-this-name",
    "~nobody-of-this-name/x",
    " ~",
    "~/.cache/aistudio/hub",
]

lines = []
for home in HOMES:
    os.environ["HOME"] = home
    lines += ["\t".join((home, path, os.path.expanduser(path))) for path in PATHS]
Path(__file__).with_suffix(".tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
