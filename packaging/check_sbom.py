#!/usr/bin/env python3
"""usage: check_sbom.py FILE: checks a software bill of materials: it follows the schema of CycloneDX 1.6, and lists each pinned
library and the compiler; prints what does not hold, and exits 1. check_wheel.py checks that of a wheel, check_packages.sh that of
a .deb.
"""

import json
import sys
from pathlib import Path

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from fetch import pins
from licenses import RUNTIMES
from packageurl import PackageURL
from sbom import compiler, purl


def problems_of_bill(text: str) -> list[str]:
    invalid = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    if invalid:
        return [f"the SBOM does not follow its schema: {invalid}"]
    document = json.loads(text)
    listed = [component["purl"] for component in document["components"]]
    zig = compiler().purl
    wanted = [*map(purl, pins()), *(f"{zig}#{part.folder}" for part in RUNTIMES), zig]
    found = [f"the SBOM lacks {one}" for one in wanted if one not in listed]
    found += [f"the SBOM has {one}, which is not in pins.txt" for one in listed if one not in wanted]
    found += [f"the SBOM has the package URL {one} in another form" for one in listed if not is_canonical(one)]
    references = {"hubcache", *(component["bom-ref"] for component in document["components"])}
    named = {ref for one in document["dependencies"] for ref in (one["ref"], *one["dependsOn"])}
    found += [f"the SBOM does not describe {one}" for one in sorted(named - references)]
    return found


def is_canonical(address: str) -> bool:
    return PackageURL.from_string(address).to_string() == address


def main() -> None:
    found = problems_of_bill(Path(sys.argv[1]).read_text())
    for problem in found:
        print(f"check_sbom.py: {problem}", file=sys.stderr)
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
