#!/usr/bin/env python3
"""Gets the pinned sources of pins.txt into build/wheel: downloads/, and unpacked into sources/NAME with Debian's patches applied.

apt-get fetches them, with lists of its own: the system's have neither the sources nor the other suites. The mirror is the
system's. What downloads/ has is not fetched again, and its checksums are verified each time.
"""

import hashlib
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple, NoReturn

ROOT = Path(__file__).resolve().parent.parent
WORK = ROOT / "build" / "wheel"
DOWNLOADS = WORK / "downloads"
SOURCES = WORK / "sources"
APT = WORK / "apt"


class Pin(NamedTuple):
    kind: str
    package: str
    version: str
    suite: str
    sha256: str

    @property
    def file_name(self) -> str:
        if self.kind == "source":
            return f"{self.package}_{self.version.split(':')[-1]}.dsc"
        return f"{self.package}_{self.version.split(':')[-1]}.deb"


def pins() -> list[Pin]:
    lines = (Path(__file__).parent / "pins.txt").read_text().splitlines()
    return [Pin(*line.split()) for line in lines if line and not line.startswith("#")]


def fail(message: str) -> NoReturn:
    sys.exit(f"packaging/fetch.py: {message}")


def sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


# ---- apt


def mirror() -> str:
    """The address from which apt on this machine gets Debian."""
    filters = ["Origin: Debian", "Label: Debian", "Component: main"]
    command = ["apt-get", "indextargets", "--format", "$(REPO_URI)", *filters]
    addresses = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    if not addresses:
        fail("apt has no list of Debian's main component: wheels are made on Debian, after apt-get update")
    return addresses[0]


def apt(*command: str) -> None:
    options = {
        "Dir::Etc::SourceList": APT / "sources.list",
        "Dir::Etc::SourceParts": "/dev/null",
        "Dir::State::Lists": APT / "lists",
        "Dir::Cache": APT / "cache",
        "APT::Sandbox::User": "root",
    }
    words = [word for name, value in options.items() for word in ("-o", f"{name}={value}")]
    subprocess.run(["apt-get", "-qq", *words, *command], check=True, cwd=DOWNLOADS)


def read_lists(suites: list[str]) -> None:
    for folder in (APT / "lists" / "partial", APT / "cache" / "archives" / "partial"):
        folder.mkdir(parents=True, exist_ok=True)
    address = mirror()
    kinds = "[signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]"
    lines = [f"deb-src {kinds} {address} {suite} main\ndeb {kinds} {address} {suite} main\n" for suite in suites]
    (APT / "sources.list").write_text("".join(lines))
    apt("update")


def download(wanted: list[Pin]) -> None:
    read_lists(sorted({pin.suite for pin in wanted}))
    for pin in wanted:
        print(f"fetching {pin.package} {pin.version}", flush=True)
        if pin.kind == "source":
            apt("source", "--download-only", f"{pin.package}={pin.version}")
        else:
            apt("download", f"{pin.package}={pin.version}")
            # apt writes the epoch and the architecture into the name.
            for file in DOWNLOADS.glob(f"{pin.package}_*.deb"):
                file.rename(DOWNLOADS / pin.file_name)


# ---- checksums


def files_of(dsc: Path) -> dict[str, str]:
    """The files of a source package and their sha256, as the .dsc lists them."""
    block = re.search(r"^Checksums-Sha256:\n((?: .*\n)+)", dsc.read_text(), re.MULTILINE)
    assert block, dsc
    return {name: digest for digest, _, name in (line.split() for line in block.group(1).splitlines())}


def is_there(pin: Pin) -> bool:
    file = DOWNLOADS / pin.file_name
    if not file.exists():
        return False
    return pin.kind == "headers" or all((DOWNLOADS / name).exists() for name in files_of(file))


def verify(pin: Pin) -> None:
    file = DOWNLOADS / pin.file_name
    expected = {file.name: pin.sha256}
    if sha256(file) == pin.sha256 and pin.kind == "source":
        expected |= files_of(file)
    for name, digest in expected.items():
        if sha256(DOWNLOADS / name) != digest:
            fail(f"{DOWNLOADS / name} does not have the pinned sha256 {digest}; remove it and run the command again")


# ---- unpacking


def unpack(pin: Pin) -> None:
    """Unpacks into sources/PACKAGE, unless it holds this version."""
    folder = SOURCES / pin.package
    mark = SOURCES / f"{pin.package}.pin"
    if folder.exists() and mark.exists() and mark.read_text() == pin.sha256:
        return
    shutil.rmtree(folder, ignore_errors=True)
    mark.unlink(missing_ok=True)
    SOURCES.mkdir(parents=True, exist_ok=True)
    file = DOWNLOADS / pin.file_name
    if pin.kind == "source":
        command = ["dpkg-source", "--no-copy", "--no-check", "--extract", str(file), str(folder)]
    else:
        command = ["dpkg", "--extract", str(file), str(folder)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    mark.write_text(pin.sha256)


def main() -> None:
    DOWNLOADS.mkdir(parents=True, exist_ok=True)
    missing = [pin for pin in pins() if not is_there(pin)]
    if missing:
        download(missing)
    for pin in pins():
        verify(pin)
        unpack(pin)


if __name__ == "__main__":
    main()
