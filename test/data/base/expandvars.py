#!/usr/bin/env python3
"""Writes expandvars.tsv: a path, and the result of CPython's os.path.expandvars on Linux."""

import os
from pathlib import Path

os.environ.clear()
os.environ.update({"A": "x", "AB": "yy", "EMPTY": "", "LOOP": "$A", "_1": "under"})
PATHS = [
    "",
    "$",
    "$$",
    "$A",
    "${A}",
    "$AB/c",
    "${A}B",
    "$NONE/c",
    "${NONE}",
    "${",
    "${A",
    "$EMPTY/c",
    "$LOOP",
    "a$A$AB",
    "$_1",
    "$1",
    "${}",
    "$A-b",
    "a${A}b${AB}",
    "~/$A",
    "$ä",
    "${A B}",
    "{$A}",
    "\\$A",
]
lines = ["\t".join((path, os.path.expandvars(path))) for path in PATHS]
Path(__file__).with_suffix(".tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
