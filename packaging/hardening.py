#!/usr/bin/env python3
"""usage: hardening.py FILE…: checks that programs and shared libraries have all that cmake/hardening.cmake asks for; prints what
they lack, and exits 1.

It reads them with readelf, so files of another architecture are checked too.
"""

import re
import subprocess
import sys
from pathlib import Path

# zig links a __stack_chk_fail of its own, so no symbol tells of the stack protector. On x86-64 its code is
# "mov %fs:0x28, register"; on aarch64 it compares with a variable of this value (zig 0.17, lib/compiler_rt/ssp.zig), which is
# linked only if some code does.
CANARY = re.compile(rb"\x64[\x48\x4c]\x8b[\x00-\xff]\x25\x28\x00\x00\x00", re.DOTALL)
GUARD = bytes(6) + b"\n\xff"

# A function of glibc that checks the size of a buffer, as __memcpy_chk; __stack_chk_fail is the stack protector's.
FORTIFIED = re.compile(r" __(?!stack)\w+_chk\b")
# x86-64, by g++: "orq $0, (%rsp)" touches each page of a large frame; "endbr64" starts each function that a pointer may call.
PROBE = b"\x48\x83\x0c\x24\x00"
ENDBR64 = b"\xf3\x0f\x1e\xfa"


def readelf(file: Path, *options: str) -> str:
    return subprocess.run(["readelf", "--wide", *options, file], check=True, capture_output=True, text=True).stdout


def has_stack_protector(file: Path) -> bool:
    if "__stack_chk_" in readelf(file, "--dyn-syms"):
        return True
    content = file.read_bytes()
    return GUARD in content if "AArch64" in readelf(file, "--file-header") else len(CANARY.findall(content)) >= 100


def common_problems(file: Path) -> list[str]:
    """Returns the protections that a file lacks and that every build for users has, the wheels included."""
    dynamic, segments = readelf(file, "--dynamic"), readelf(file, "--program-headers")
    found = []
    if not re.search(r"Elf file type is DYN", segments):
        found.append("is not position independent")
    if "GNU_RELRO" not in segments or not re.search(r"\(FLAGS(_1)?\).*NOW", dynamic):
        found.append("does not have full RELRO")
    if not re.search(r"GNU_STACK.* RW ", segments):
        found.append("has an executable stack")
    if not has_stack_protector(file):
        found.append("has no stack protector")
    return found


def problems(file: Path) -> list[str]:
    """Returns the protections that a file lacks of those that cmake/hardening.cmake turns on."""
    found = common_problems(file)
    if not FORTIFIED.search(readelf(file, "--dyn-syms")):
        found.append("has no call that _FORTIFY_SOURCE checks")
    if "X86-64" in readelf(file, "--file-header"):
        code = file.read_bytes()
        if PROBE not in code:
            found.append("does not probe the pages of large stack frames")
        if code.count(ENDBR64) < 10:  # the start files have a few
            found.append("does not mark the targets of indirect branches")
    return found


def main() -> None:
    found = [f"{file}: {problem}" for file in sys.argv[1:] for problem in problems(Path(file))]
    for problem in found:
        print(f"hardening.py: {problem}", file=sys.stderr)
    sys.exit(1 if found or not sys.argv[1:] else 0)


if __name__ == "__main__":
    main()
