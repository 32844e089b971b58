"""The software bill of materials that packaging/sbom.py makes of the real pins, by CycloneDX' own validator."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any, Callable

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "packaging"))

from check_sbom import problems_of_bill  # noqa: E402
from check_wheel import problems_of_record, problems_of_sbom  # noqa: E402
from make_wheel import write_wheel  # noqa: E402


def made(file: Path, seconds: str = "1700000000") -> Path:
    environment = os.environ | {"SOURCE_DATE_EPOCH": seconds}
    subprocess.run([sys.executable, ROOT / "packaging" / "sbom.py", file], check=True, env=environment)
    return file


def test_it_follows_the_schema_and_lists_what_is_linked(tmp_path: Path) -> None:
    text = made(tmp_path / "hubcache.cdx.json").read_text()
    assert problems_of_bill(text) == []
    openssl = next(one for one in json.loads(text)["components"] if one["name"] == "openssl")
    (line,) = (line for line in (ROOT / "packaging" / "pins.txt").read_text().splitlines() if " openssl " in line)
    _, _, version, suite, sha256 = line.split()
    assert openssl["version"] == version
    assert openssl["purl"] == f"pkg:deb/debian/openssl@{version}?arch=source&distro={suite}"
    assert openssl["licenses"] == [{"license": {"id": "Apache-2.0"}}]
    assert openssl["externalReferences"][0]["hashes"] == [{"alg": "SHA-256", "content": sha256}]


def test_it_has_the_same_bytes_each_time(tmp_path: Path) -> None:
    first, second = made(tmp_path / "first").read_bytes(), made(tmp_path / "second").read_bytes()
    assert first == second
    assert b'"timestamp": "2023-11-14T22:13:20Z"' in first


def without_curl(document: dict[str, Any]) -> None:
    document["components"] = [one for one in document["components"] if one["name"] != "curl"]


def with_an_unknown_licence(document: dict[str, Any]) -> None:
    document["components"][0]["licenses"] = [{"license": {"id": "Appache-2.0"}}]


def with_a_short_checksum(document: dict[str, Any]) -> None:
    document["components"][0]["externalReferences"][0]["hashes"][0]["content"] = "259046"


def with_another_version(document: dict[str, Any]) -> None:
    document["components"][0]["purl"] = "pkg:deb/debian/openssl@3.0.0?arch=source&distro=trixie"


def with_an_unknown_dependency(document: dict[str, Any]) -> None:
    document["dependencies"][0]["dependsOn"].append("brotli")


@pytest.mark.parametrize(
    "damage, problem",
    [
        (without_curl, "lacks pkg:deb/debian/curl@"),
        (with_an_unknown_licence, "does not follow its schema"),
        (with_a_short_checksum, "does not follow its schema"),
        (with_another_version, "not in pins.txt"),
        (with_an_unknown_dependency, "does not describe brotli"),
    ],
)
def test_the_check_notices(tmp_path: Path, damage: Callable[[dict[str, Any]], None], problem: str) -> None:
    document = json.loads(made(tmp_path / "hubcache.cdx.json").read_text())
    damage(document)
    assert any(problem in one for one in problems_of_bill(json.dumps(document)))


def test_it_is_in_the_wheel(tmp_path: Path) -> None:
    bill, binary = made(tmp_path / "hubcache.cdx.json"), tmp_path / "binary"
    binary.write_bytes(b"")
    with zipfile.ZipFile(write_wheel(binary, binary, [], [bill], ["linux_x86_64"], tmp_path / "with")) as wheel:
        (name,) = (name for name in wheel.namelist() if "/sboms/" in name)
        assert name.split("/", 1)[0].endswith(".dist-info")
        assert wheel.read(name) == bill.read_bytes()
        assert problems_of_sbom(wheel) == [] and problems_of_record(wheel) == []
    with zipfile.ZipFile(write_wheel(binary, binary, [], [], ["linux_x86_64"], tmp_path / "without")) as wheel:
        assert problems_of_sbom(wheel)
