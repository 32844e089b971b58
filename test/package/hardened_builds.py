#!/usr/bin/env python3
"""usage: hardened_builds.py CXX: builds hardening/ with cmake/hardening.cmake, and fails if packaging/hardening.py finds that Release
lacks anything, or does not notice what the other builds lack.
"""

import platform
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE.parents[1] / "packaging"))

from hardening import problems  # noqa: E402

# What g++ does without being asked depends on the distribution.
BARE = "-fno-stack-protector -fno-stack-clash-protection -U_FORTIFY_SOURCE"
BARE_LINKING = "-no-pie -Wl,-z,norelro -Wl,-z,lazy -Wl,-z,execstack"
LACKS = {
    "is not position independent",
    "does not have full RELRO",
    "has an executable stack",
    "has no stack protector",
    "has no call that _FORTIFY_SOURCE checks",
}
if platform.machine() == "x86_64":
    BARE += " -fcf-protection=none"
    LACKS |= {"does not probe the pages of large stack frames", "does not mark the targets of indirect branches"}


def run(*command: str | Path) -> None:
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))} failed:\n{done.stdout}{done.stderr}")


def built(folder: Path, compiler: str, *options: str) -> list[Path]:
    run("cmake", "-S", HERE / "hardening", "-B", folder, f"-DCMAKE_CXX_COMPILER={compiler}", *options)
    run("cmake", "--build", folder)
    return [folder / "program", folder / "libshared.so"]


def main() -> None:
    compiler = sys.argv[1]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for build_type in ("Release", "RelWithDebInfo"):
            for file in built(folder / build_type, compiler, f"-DCMAKE_BUILD_TYPE={build_type}"):
                found = problems(file)
                assert not found, f"{build_type}: {file.name} {found}"
        program, _ = built(
            folder / "bare",
            compiler,
            "-DCMAKE_BUILD_TYPE=Release",
            "-DHUBCACHE_HARDENING=OFF",
            f"-DCMAKE_CXX_FLAGS={BARE}",
            f"-DCMAKE_EXE_LINKER_FLAGS={BARE_LINKING}",
        )
        unnoticed = LACKS - set(problems(program))
        assert not unnoticed, f"packaging/hardening.py does not notice that the bare program {unnoticed}"
    print("Release and RelWithDebInfo are hardened; a bare program is noticed")


if __name__ == "__main__":
    main()
