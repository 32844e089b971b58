#!/usr/bin/env python3
"""usage: licenses.py FILE: writes THIRD_PARTY_LICENSES, the licence of each library that is linked into the command.

The texts are those in the pinned sources and in the compiler's package, unchanged. A pin without an entry here is an error.
"""

import re
import sys
from pathlib import Path
from typing import NamedTuple

from fetch import SOURCES, WORK, pins


class Library(NamedTuple):
    name: str
    spdx: str  # the licence's id, for sbom.py
    file: str  # of the source
    paragraph: str | None = None  # the licence to take from the file; None: the whole file


class Runtime(NamedTuple):
    """A library of the compiler's package."""

    name: str
    folder: str
    file: str
    spdx: str  # an expression, for sbom.py


LIBRARIES = {
    "openssl": Library("OpenSSL", "Apache-2.0", "LICENSE.txt"),
    "zlib": Library("zlib", "Zlib", "LICENSE"),
    "curl": Library("curl", "curl", "COPYING"),
    "fmtlib": Library("fmt", "MIT", "LICENSE.rst"),
    "spdlog": Library("spdlog", "MIT", "LICENSE"),
    "simdjson": Library("simdjson", "Apache-2.0", "LICENSE"),
    "xxhash": Library("xxHash", "BSD-2-Clause", "LICENSE"),
    "libboost1.81-dev": Library("Boost", "BSL-1.0", "usr/share/doc/libboost1.81-dev/copyright", "BSL-1.0"),
    "libcli11-dev": Library("CLI11", "BSD-3-Clause", "usr/share/doc/libcli11-dev/copyright"),
    "nlohmann-json3-dev": Library("JSON for Modern C++", "MIT", "usr/share/doc/nlohmann-json3-dev/copyright"),
}
LLVM = "Apache-2.0 WITH LLVM-exception"
GLIBC = "LGPL-2.1-or-later WITH GCC-exception-2.0-note"
RUNTIMES = [
    Runtime("zig: compiler_rt", "lib/compiler_rt", "LICENSE", "MIT"),
    Runtime("LLVM: libc++", "lib/libcxx", "lib/libcxx/LICENSE.TXT", LLVM),
    Runtime("LLVM: libc++abi", "lib/libcxxabi", "lib/libcxxabi/LICENSE.TXT", LLVM),
    Runtime("LLVM: libunwind", "lib/libunwind", "lib/libunwind/LICENSE.TXT", LLVM),
    Runtime("glibc: start files and libc_nonshared", "lib/libc/glibc", "lib/libc/glibc/LICENSES", GLIBC),
]


def paragraph(text: str, license_name: str) -> str:
    """The text of a licence in a machine-readable `copyright` of Debian, without its marks of continued lines."""
    found = re.search(rf"^License: {re.escape(license_name)}\n((?: .*\n)+)", text, re.MULTILINE)
    if not found:
        sys.exit(f"licenses.py: a copyright file does not have the text of {license_name}")
    return "\n".join("" if line == " ." else line[1:] for line in found.group(1).splitlines())


def texts() -> list[tuple[str, str]]:
    found = []
    for pin in pins():
        if pin.package not in LIBRARIES:
            sys.exit(f"licenses.py: {pin.package} is in pins.txt, but its licence is not known")
        library = LIBRARIES[pin.package]
        text = (SOURCES / pin.package / library.file).read_text(errors="replace")
        if library.paragraph:
            text = paragraph(text, library.paragraph)
        found.append((f"{library.name} (Debian's {pin.package} {pin.version})", text))
    (folder,) = WORK.glob("tools/lib/python3*/site-packages/ziglang-*.dist-info/licenses/ziglang")
    version = folder.parent.parent.name.split("-")[1].removesuffix(".dist")
    for runtime in RUNTIMES:
        found.append((f"{runtime.name} (from ziglang {version})", (folder / runtime.file).read_text()))
    return found


def main() -> None:
    found = texts()
    head = "hubcache's packages contain parts of these libraries. hubcache's own licence is in the file LICENSE.\n\n"
    head += "".join(f"- {name}\n" for name, _ in found)
    line = "=" * 100
    parts = ["\n".join((line, name, line, "", text.strip("\n"), "")) for name, text in found]
    Path(sys.argv[1]).write_text(head + "\n" + "\n".join(parts))


if __name__ == "__main__":
    main()
