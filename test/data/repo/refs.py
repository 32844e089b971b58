#!/usr/bin/env python3
"""Writes refs.tsv: names, with \\xNN for bytes that are not printable ASCII, and whether `git check-ref-format
--allow-onelevel` accepts them."""

import subprocess
from pathlib import Path

NAMES = [
    "master",
    "v1.0",
    "feature/x",
    "a/b/c",
    "a..b",
    "a...b",
    "..",
    ".",
    ".a",
    "a.",
    "a/.b",
    "a./b",
    "a.lock",
    "a.lock/b",
    "a/b.lock",
    ".lock",
    "a b",
    " a",
    "a~1",
    "a^",
    "a:b",
    "a?b",
    "a*",
    "a[1]",
    "a\\b",
    "@",
    "@@",
    "a@",
    "a@{1",
    "@{",
    "{@",
    "/a",
    "a/",
    "a//b",
    "/",
    "//",
    "",
    "a\tb",
    "a\nb",
    "a\x7f",
    "a\x01",
    "模型",
    "é",
    "a\\x80",
    "0123456789abcdef0123456789abcdef01234567",
    "refs/heads/x",
    "HEAD",
    "a;b",
    "a$b",
    "a'b",
    'a"b',
    "a%2e",
    "a#b",
    "a&b",
    "a=b",
    "a,b",
    "a+b",
    "a]",
    "a{b}",
    "a|b",
    "a<b>",
    "lock",
    "alock",
    "a.locks",
    "-",
    "a-",
]


def escaped(name):
    return "".join(chr(byte) if 32 <= byte < 127 and byte != 92 else f"\\x{byte:02x}" for byte in name.encode())


lines = []
for name in NAMES:
    takes = subprocess.run(["git", "check-ref-format", "--allow-onelevel", name], capture_output=True).returncode == 0
    lines.append(f"{escaped(name)}\t{'yes' if takes else 'no'}")
Path(__file__).with_suffix(".tsv").write_text("\n".join(lines) + "\n", encoding="ascii")
