#!/usr/bin/env python3
"""usage: licenses.py FILE: writes THIRD_PARTY_LICENSES, the licence of each library that is linked into the command.

The texts are those in the pinned sources and in the compiler's package, unchanged. A pin without an entry here is an error.
"""

import re
import sys
from pathlib import Path

from fetch import SOURCES, WORK, pins

# package: name, file in its source, and the licence to take from it (None: the whole file)
LIBRARIES = {
    "openssl": ("OpenSSL", "LICENSE.txt", None),
    "zlib": ("zlib", "LICENSE", None),
    "curl": ("curl", "COPYING", None),
    "fmtlib": ("fmt", "LICENSE.rst", None),
    "spdlog": ("spdlog", "LICENSE", None),
    "simdjson": ("simdjson", "LICENSE", None),
    "xxhash": ("xxHash", "LICENSE", None),
    "libboost1.81-dev": ("Boost", "usr/share/doc/libboost1.81-dev/copyright", "BSL-1.0"),
    "libcli11-dev": ("CLI11", "usr/share/doc/libcli11-dev/copyright", None),
    "nlohmann-json3-dev": ("JSON for Modern C++", "usr/share/doc/nlohmann-json3-dev/copyright", None),
}
# The run-time libraries of the compiler: name, licence in the package ziglang
RUNTIME = {
    "zig: compiler_rt": "LICENSE",
    "LLVM: libc++": "lib/libcxx/LICENSE.TXT",
    "LLVM: libc++abi": "lib/libcxxabi/LICENSE.TXT",
    "LLVM: libunwind": "lib/libunwind/LICENSE.TXT",
    "glibc: start files and libc_nonshared": "lib/libc/glibc/LICENSES",
}


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
        name, file, license_name = LIBRARIES[pin.package]
        text = (SOURCES / pin.package / file).read_text(errors="replace")
        found.append(
            (f"{name} (Debian's {pin.package} {pin.version})", paragraph(text, license_name) if license_name else text)
        )
    (folder,) = WORK.glob("tools/lib/python3*/site-packages/ziglang-*.dist-info/licenses/ziglang")
    version = folder.parent.parent.name.split("-")[1].removesuffix(".dist")
    for name, file in RUNTIME.items():
        found.append((f"{name} (from ziglang {version})", (folder / file).read_text()))
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
