#!/usr/bin/env python3
"""Writes canonical_decompositions.inc beside it: for each character that Unicode decomposes canonically (without Hangul's
syllables, which are computed), itself and its full decomposition, in UTF-8."""

import unicodedata
from pathlib import Path

PER_LINE = 8
FIRST, LAST = 0xAC00, 0xD7A3  # Hangul's syllables


def entries():
    for code in range(0x110000):
        char = chr(code)
        decomposed = (
            unicodedata.normalize("NFD", char) if not FIRST <= code <= LAST and not 0xD800 <= code < 0xE000 else char
        )
        if decomposed != char:
            yield f"{char} {decomposed}\n"


def quoted(text: str) -> str:
    return (
        '"'
        + "".join(
            "\\n"
            if char == "\n"
            else char
            if char in " " or char.isascii() and char.isalnum()
            else "".join(f"\\{byte:03o}" for byte in char.encode())
            for char in text
        )
        + '"'
    )


lines = list(entries())
pieces = [quoted("".join(lines[i : i + PER_LINE])) for i in range(0, len(lines), PER_LINE)]
head = f"// Unicode {unicodedata.unidata_version}; written by canonical_decompositions.py.\n"
Path(__file__).with_suffix(".inc").write_text(head + "\n".join(pieces) + "\n")
