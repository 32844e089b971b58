#!/usr/bin/env python3
"""Writes huggingface_copies.tsv: sets of variables, and the folders in which transformers keep copies of code and
datasets keep Arrow copies.

huggingface_copies.py PYTHON_WITH_TRANSFORMERS PYTHON_WITH_DATASETS (5.23.0 and 5.2.0)."""

import os
import subprocess
import sys
from pathlib import Path

FIXED = {"HOME": "/home/me", "BASE": "/base"}
SETS = [
    {},
    {"HF_HOME": "/hf"},
    {"HF_HOME": "~/hf"},
    {"HF_HOME": "$BASE/hf"},
    {"HF_HOME": ""},
    {"XDG_CACHE_HOME": "/xdg"},
    {"XDG_CACHE_HOME": "~/xdg"},
    {"XDG_CACHE_HOME": ""},
    {"HF_HOME": "/hf", "XDG_CACHE_HOME": "/xdg"},
    *(
        {name: value} | more
        for name in ("HF_MODULES_CACHE", "HF_DATASETS_CACHE")
        for value in ("/own", "~/own", "$BASE/own", "relative", "")
        for more in ({}, {"HF_HOME": "/hf"})
    ),
]
CODE = "from transformers.utils.hub import HF_MODULES_CACHE as folder; print(folder)"
DATA = "import os; from datasets.config import HF_DATASETS_CACHE as folder; print(os.path.expanduser(str(folder)))"  # as builder.py does


def folder(python: str, script: str, variables: dict[str, str]) -> str:
    run = subprocess.run(
        [python, "-c", script], env=FIXED | variables, cwd="/", text=True, capture_output=True, check=True
    )
    return os.path.normpath(os.path.join("/", run.stdout.rstrip("\n")))


lines = [
    "\t".join(
        (
            " ".join(f"{name}={value}" for name, value in variables.items()),
            folder(sys.argv[1], CODE, variables),
            folder(sys.argv[2], DATA, variables),
        )
    )
    for variables in SETS
]
Path(__file__).with_suffix(".tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
