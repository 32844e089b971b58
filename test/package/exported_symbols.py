#!/usr/bin/env python3
"""Fails if a shared library does not export exactly the functions in exported_symbols.txt, which has one line for each
overload.

`exported_symbols.py LIBRARY`; with `--write` the program writes the list instead, after a change of include/hubcache. With
`--list FILE`, it reads another list.
"""

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

LIST = Path(__file__).with_suffix(".txt")


def exported(library):
    """Returns demangled names without parameters. An internal namespace, a template or a weak symbol stays visible in
    them."""
    lines = subprocess.run(
        ["nm", "--dynamic", "--defined-only", "--demangle", library], text=True, capture_output=True, check=True
    ).stdout.splitlines()
    names = []
    for line in lines:
        _, kind, name = line.split(" ", 2)
        name = re.sub(r"\[abi:\w+\]", "", name).partition("(")[0]
        names.append(name if kind == "T" else f"{name} (nm: {kind})")
    return sorted(names)


def main():
    *options, library = sys.argv[1:]
    names = exported(library)
    listed = Path(options[1]) if options[:1] == ["--list"] else LIST
    if options == ["--write"]:
        LIST.write_text("".join(name + "\n" for name in names))
        return
    found, wanted = Counter(names), Counter(listed.read_text().splitlines())
    for name in (found - wanted).elements():
        print(f"exported, but not in {listed.name}: {name}")
    for name in (wanted - found).elements():
        print(f"in {listed.name}, but not exported: {name}")
    print(f"{library}: {len(names)} exported symbols")
    sys.exit(found != wanted)


if __name__ == "__main__":
    main()
