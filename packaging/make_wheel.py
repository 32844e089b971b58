#!/usr/bin/env python3
"""usage: make_wheel.py ARCH GLIBC FOLDER: writes the wheel of what build/wheel/ARCH has, and prints its name. The tests make
a wheel of the development build by write_wheel().

Two builds give the same bytes: entries in the order of their names, all with the time SOURCE_DATE_EPOCH, compressed the same way.
"""

import base64
import hashlib
import os
import re
import sys
import time
import zipfile
from pathlib import Path

from fetch import ROOT, WORK

# glibc: the old name of the same platform, which pip before 20.3 knows
OLD_NAMES = {"2.17": "manylinux2014"}


def pyproject(key: str) -> str:
    found = re.search(rf'^{key} = "(.*)"$', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    assert found, key
    return found.group(1)


def project_version() -> str:
    found = re.search(r"project\(hubcache VERSION ([0-9.]+)", (ROOT / "CMakeLists.txt").read_text())
    assert found
    return found.group(1)


def metadata(version: str, licenses: list[Path]) -> str:
    classifiers = re.search(
        r"^classifiers = \[\n(.*?)^\]", (ROOT / "pyproject.toml").read_text(), re.MULTILINE | re.DOTALL
    )
    assert classifiers
    lines = [
        "Metadata-Version: 2.1",  # the newest that the pip of Debian 11 and Ubuntu 20.04 knows
        "Name: hubcache",
        f"Version: {version}",
        f"Summary: {pyproject('description')}",
        f"License: {pyproject('license')}",
        *(f"License-File: {license.name}" for license in licenses),
        f"Requires-Python: {pyproject('requires-python')}",
        *(f"Classifier: {name}" for name in re.findall(r'"(.*)"', classifiers.group(1))),
        "Description-Content-Type: text/markdown",
    ]
    return "\n".join(lines) + "\n\n" + (ROOT / "README.md").read_text()


def entry_points() -> str:
    groups = re.findall(
        r"^\[project\.entry-points\.(.*?)\]\n((?:.+\n)+)", (ROOT / "pyproject.toml").read_text(), re.MULTILINE
    )
    assert groups
    return "\n".join(f"[{group}]\n" + lines.replace('"', "") for group, lines in groups)


def shared_files() -> dict[str, Path]:
    """Man pages and completion scripts, by their paths below the prefix: where man and the shells look for them."""
    scripts = ROOT / "src" / "cli" / "completion"
    return {f"share/man/man1/{page.name}": page for page in (ROOT / "docs" / "man").glob("*.1")} | {
        "share/bash-completion/completions/hubcache": scripts / "hubcache.bash",
        "share/zsh/site-functions/_hubcache": scripts / "hubcache.zsh",
        "share/fish/vendor_completions.d/hubcache.fish": scripts / "hubcache.fish",
    }


def contents(
    command: Path, library: Path, licenses: list[Path], sboms: list[Path], tags: list[str]
) -> dict[str, tuple[bytes, int]]:
    """The entries of the wheel but RECORD: name, bytes and mode."""
    version = project_version()
    info = f"hubcache-{version}.dist-info"
    package = ROOT / "python" / "hubcache"
    found = {
        f"hubcache/{file.relative_to(package)}": (file.read_bytes(), 0o644)
        for file in package.rglob("*")
        if file.suffix in (".py", ".pyi") or file.name == "py.typed"
    }
    found["hubcache/libhubcache_c.so"] = (library.read_bytes(), 0o755)
    found[f"hubcache-{version}.data/scripts/hubcache"] = (command.read_bytes(), 0o755)
    for name, file in shared_files().items():
        found[f"hubcache-{version}.data/data/{name}"] = (file.read_bytes(), 0o644)
    for license in licenses:
        found[f"{info}/licenses/{license.name}"] = (license.read_bytes(), 0o644)
    for sbom in sboms:  # PEP 770
        found[f"{info}/sboms/{sbom.name}"] = (sbom.read_bytes(), 0o644)
    found[f"{info}/METADATA"] = (metadata(version, licenses).encode(), 0o644)
    found[f"{info}/entry_points.txt"] = (entry_points().encode(), 0o644)
    tag_lines = "".join(f"Tag: py3-none-{tag}\n" for tag in tags)
    found[f"{info}/WHEEL"] = (
        f"Wheel-Version: 1.0\nGenerator: hubcache\nRoot-Is-Purelib: false\n{tag_lines}".encode(),
        0o644,
    )
    return dict(sorted(found.items(), key=lambda entry: (".dist-info/" in entry[0], entry[0])))


def record_line(name: str, content: bytes) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
    return f"{name},sha256={digest},{len(content)}\n"


def write_wheel(
    command: Path, library: Path, licenses: list[Path], sboms: list[Path], tags: list[str], folder: Path
) -> Path:
    """Returns the wheel's path in the folder. `tags`: the platforms."""
    entries = contents(command, library, licenses, sboms, tags)
    info = next(name for name in entries if ".dist-info/" in name).split("/")[0]
    entries[f"{info}/RECORD"] = (
        "".join(record_line(name, data) for name, (data, _) in entries.items()).encode(),
        0o644,
    )
    entries[f"{info}/RECORD"] = (entries[f"{info}/RECORD"][0] + f"{info}/RECORD,,\n".encode(), 0o644)
    when = time.gmtime(int(os.environ.get("SOURCE_DATE_EPOCH", "315532800")))[:6]  # by default the first time of a zip
    folder.mkdir(parents=True, exist_ok=True)
    wheel = folder / f"{info.removesuffix('.dist-info')}-py3-none-{'.'.join(tags)}.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for name, (data, mode) in entries.items():
            entry = zipfile.ZipInfo(name, when)
            entry.external_attr = (0o100000 | mode) << 16
            archive.writestr(entry, data, zipfile.ZIP_DEFLATED, compresslevel=9)
    return wheel


def main() -> None:
    architecture, glibc, folder = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    tags = [f"manylinux_{glibc.replace('.', '_')}_{architecture}"]
    if glibc in OLD_NAMES:
        tags.append(f"{OLD_NAMES[glibc]}_{architecture}")
    build, licenses = WORK / architecture, [ROOT / "LICENSE", WORK / "THIRD_PARTY_LICENSES"]
    sboms = [WORK / "hubcache.cdx.json"]
    print(write_wheel(build / "hubcache", build / "libhubcache_c.so", licenses, sboms, tags, folder))


if __name__ == "__main__":
    main()
