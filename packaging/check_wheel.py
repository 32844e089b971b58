#!/usr/bin/env python3
"""usage: check_wheel.py WHEEL AUDITWHEEL: checks what is in a wheel; prints what does not hold, and exits 1.

It reads the binaries with readelf: a wheel of another architecture is checked too. It needs the packages in
check_requirements.txt.
"""

import hashlib
import re
import subprocess
import sys
import tempfile
import zipfile
from base64 import urlsafe_b64encode
from pathlib import Path

from check_sbom import problems_of_bill
from fetch import ROOT, pins
from hardening import common_problems, readelf

# The libraries that glibc installs. The loader's name differs by architecture.
GLIBC = re.compile(r"lib(c|m|pthread|dl|rt)\.so\.\d+|ld-linux-(x86-64|aarch64)\.so\.\d")
EXPORTS = re.compile(r"hubcache_\w+")


def problems_of_binary(file: Path) -> list[str]:
    dynamic, content = readelf(file, "--dynamic"), file.read_bytes()
    needed = re.findall(r"\(NEEDED\).*\[(.*)\]", dynamic)
    found = [f"needs {name}, which is not glibc's" for name in needed if not GLIBC.fullmatch(name)]
    found += common_problems(file)
    if re.search(r"\((RPATH|RUNPATH)\)", dynamic):
        found.append("has a path to search for libraries")
    if ".symtab" in readelf(file, "--sections"):
        found.append("is not stripped")
    for folder in (str(ROOT), ".cache/zig", "site-packages/ziglang"):  # the sources, zig's cache, zig
        if folder.encode() in content:
            found.append(f"contains the path {folder}")
    return [f"{file.name} {problem}" for problem in found]


def problems_of_exports(library: Path) -> list[str]:
    defined = re.findall(r" (?:FUNC|OBJECT) +(?:GLOBAL|WEAK) +DEFAULT +\d+ (\S+)", readelf(library, "--dyn-syms"))
    return [f"{library.name} exports {name}" for name in defined if not EXPORTS.fullmatch(name)]


def problems_of_record(wheel: zipfile.ZipFile) -> list[str]:
    record = next(name for name in wheel.namelist() if name.endswith(".dist-info/RECORD"))
    lines = [line.split(",") for line in wheel.read(record).decode().splitlines()]
    found = []
    for name, digest, _ in lines:
        expected = "sha256=" + urlsafe_b64encode(hashlib.sha256(wheel.read(name)).digest()).rstrip(b"=").decode()
        if digest != expected and name != record:
            found.append(f"RECORD has another digest of {name}")
    if sorted(name for name, _, _ in lines) != sorted(wheel.namelist()):
        found.append("RECORD does not name exactly the files of the wheel")
    return found


def problems_of_licenses(wheel: zipfile.ZipFile) -> list[str]:
    (name,) = (name for name in wheel.namelist() if name.endswith("licenses/THIRD_PARTY_LICENSES"))
    text = wheel.read(name).decode()
    return [
        f"THIRD_PARTY_LICENSES lacks {pin.package} {pin.version}"
        for pin in pins()
        if f"{pin.package} {pin.version}" not in text
    ]


def problems_of_sbom(wheel: zipfile.ZipFile) -> list[str]:
    names = [name for name in wheel.namelist() if ".dist-info/sboms/" in name]
    if len(names) != 1 or not names[0].endswith("/hubcache.cdx.json"):
        return [f"sboms/ does not have hubcache.cdx.json alone: {names}"]
    return problems_of_bill(wheel.read(names[0]).decode())


def problem_of_platform(wheel: Path, auditwheel: str) -> list[str]:
    """auditwheel reads the versions of glibc's symbols; the wheel's name must not promise more."""
    said = subprocess.run([auditwheel, "show", wheel], check=True, capture_output=True, text=True).stdout
    said = " ".join(said.split())
    print(re.sub(r"^.*?is consistent", "auditwheel: the wheel is consistent", said)[:200])
    architecture = wheel.stem.split("_", 3)[-1].split(".")[0]
    wanted = f'"manylinux_2_17_{architecture}"'
    return [] if wanted in said.split("The wheel references")[0] else [f"auditwheel does not call it {wanted}: {said}"]


def main() -> None:
    wheel = Path(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
        command = next(Path(folder).glob("hubcache-*.data/scripts/hubcache"))
        library = Path(folder) / "hubcache" / "libhubcache_c.so"
        found = [*problems_of_binary(command), *problems_of_binary(library), *problems_of_exports(library)]
        found += problems_of_record(archive) + problems_of_licenses(archive) + problems_of_sbom(archive)
    found += problem_of_platform(wheel, sys.argv[2])
    for problem in found:
        print(f"check_wheel.py: {problem}", file=sys.stderr)
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
