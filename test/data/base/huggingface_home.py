#!/usr/bin/env python3
"""Writes huggingface_home.tsv: sets of variables, and the folders that huggingface_hub derives from them.

Run this script in / with the Python of a virtual environment that has huggingface_hub 2.4.0."""

import itertools
import os
import subprocess
import sys
from pathlib import Path

VALUES = {
    "HF_HUB_CACHE": [None, "/data/hub", "~/hub", "$BASE/hub", "relative"],
    "HUGGINGFACE_HUB_CACHE": [None, "/older", "~/older"],
    "HF_HOME": [None, "/hf", "~/hf", "${BASE}/hf$NONE", ""],
    "XDG_CACHE_HOME": [None, "/xdg", ""],
}
SCRIPT = "from huggingface_hub import constants as c; print(c.HF_HUB_CACHE); print(c.HF_TOKEN_PATH)"
FIXED = {"HOME": "/home/me", "BASE": "/base"}


def rows():
    for values in itertools.product(*VALUES.values()):
        variables = {name: value for name, value in zip(VALUES, values) if value is not None}
        if len(variables) <= 2 or None not in values:
            yield variables


lines = []
for variables in rows():
    run = subprocess.run(
        [sys.executable, "-c", SCRIPT], env=FIXED | variables, cwd="/", text=True, capture_output=True, check=True
    )
    cache, token = (os.path.normpath(os.path.join("/", line)) for line in run.stdout.splitlines())
    lines.append("\t".join((" ".join(f"{name}={value}" for name, value in variables.items()), cache, token)))
Path(__file__).with_suffix(".tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
