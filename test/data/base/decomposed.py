#!/usr/bin/env python3
"""Writes decomposed.tsv: names, and their NFD form by CPython's unicodedata."""

import unicodedata
from pathlib import Path

NAMES = [
    "model.bin",
    "é.txt",
    "e\u0301.txt",
    "naïve/Ångström.json",
    "模型.bin",
    "가각힣.bin",
    "がぎ.txt",
    "Việt Nam ệ",
    "ﬁ.txt",
    "\u1f82",
    "\u0344x",
    "\U0001d15e",
    "\ufb2c",
    "½",
    "a\u0327\u0301",
]
lines = ["\t".join((name, unicodedata.normalize("NFD", name))) for name in NAMES]
Path(__file__).with_suffix(".tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
