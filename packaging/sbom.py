#!/usr/bin/env python3
"""usage: sbom.py FILE: writes the software bill of materials of the wheels and the .debs, in CycloneDX 1.6 as JSON.

It lists what is linked into the command and the library, and the compiler. All packages of a version have the same one. It is
made from pins.txt, requirements.txt and licenses.py alone, has the time SOURCE_DATE_EPOCH and no serial number: two builds give
the same bytes.
"""

import json
import os
import re
import sys
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

from fetch import Pin, pins
from licenses import LIBRARIES, RUNTIMES, Runtime
from make_wheel import project_version, pyproject

# The libraries that each library is linked with, besides those of the compiler.
NEEDS = {"curl": ["openssl", "zlib"], "spdlog": ["fmtlib"]}


class Compiler(NamedTuple):
    version: str
    sha256: str

    @property
    def purl(self) -> str:
        return f"pkg:pypi/ziglang@{self.version}"


def compiler() -> Compiler:
    text = (Path(__file__).parent / "requirements.txt").read_text()
    found = re.search(r"^ziglang==(\S+) --hash=sha256:(\w+)$", text, re.MULTILINE)
    assert found
    return Compiler(*found.groups())


def purl(pin: Pin) -> str:
    """The package URL; a colon stays, as purl's specification has it."""
    architecture = "arch=source&" if pin.kind == "source" else ""
    return f"pkg:deb/debian/{pin.package}@{quote(pin.version, safe=':~')}?{architecture}distro={pin.suite}"


def checksum(kind: str, file_name: str, sha256: str) -> list[dict[str, Any]]:
    return [{"type": kind, "url": quote(file_name), "hashes": [{"alg": "SHA-256", "content": sha256}]}]


def library(pin: Pin) -> dict[str, Any]:
    """The pinned .dsc has the sha256 of each file of the source."""
    known = LIBRARIES[pin.package]
    kind = "source-distribution" if pin.kind == "source" else "distribution"
    return {
        "type": "library",
        "bom-ref": purl(pin),
        "name": pin.package,
        "version": pin.version,
        "description": known.name,
        "licenses": [{"license": {"id": known.spdx}}],
        "purl": purl(pin),
        "externalReferences": checksum(kind, pin.file_name, pin.sha256),
    }


def runtime(part: Runtime, zig: Compiler) -> dict[str, Any]:
    address = f"{zig.purl}#{part.folder}"
    return {
        "type": "library",
        "bom-ref": address,
        "name": part.name,
        "version": zig.version,
        "licenses": [{"expression": part.spdx}],
        "purl": address,
    }


def compiler_component(zig: Compiler) -> dict[str, Any]:
    return {
        "type": "application",
        "bom-ref": zig.purl,
        "name": "ziglang",
        "version": zig.version,
        "description": "The compiler",
        "scope": "excluded",
        "licenses": [{"license": {"id": "MIT"}}],
        "purl": zig.purl,
        "externalReferences": checksum("distribution", "ziglang", zig.sha256),
    }


def dependencies(pinned: list[Pin], zig: Compiler) -> list[dict[str, Any]]:
    references = {pin.package: purl(pin) for pin in pinned}
    linked = [*references.values(), *(f"{zig.purl}#{part.folder}" for part in RUNTIMES)]
    needed = {references[name]: [references[one] for one in NEEDS.get(name, [])] for name in references}
    return [{"ref": "hubcache", "dependsOn": linked}] + [{"ref": ref, "dependsOn": on} for ref, on in needed.items()]


def sbom(pinned: list[Pin], seconds: int) -> dict[str, Any]:
    """`seconds`: its time, since 1970."""
    zig = compiler()
    hubcache = {
        "type": "application",
        "bom-ref": "hubcache",
        "name": "hubcache",
        "version": project_version(),
        "licenses": [{"license": {"id": pyproject("license")}}],
    }
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "timestamp": datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "component": hubcache,
        },
        "components": [*map(library, pinned), *(runtime(part, zig) for part in RUNTIMES), compiler_component(zig)],
        "dependencies": dependencies(pinned, zig),
    }


def main() -> None:
    document = sbom(pins(), int(os.environ["SOURCE_DATE_EPOCH"]))
    Path(sys.argv[1]).write_text(json.dumps(document, indent=2) + "\n")


if __name__ == "__main__":
    main()
