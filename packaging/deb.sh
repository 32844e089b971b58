#!/usr/bin/env bash
# usage: deb.sh ARCH [FOLDER]: makes the .deb of the command that build.sh has built for x86_64 or aarch64, in FOLDER (dist).
source "$(dirname -- "${BASH_SOURCE[0]}")/environment.sh"
architecture=$1
folder=${2:-$root/dist}
check_architecture "$architecture"
[[ -e $work/$architecture/build/CPackConfig.cmake ]] || fail "first make the wheel: ./dev wheel $architecture"

# The command needs nothing but glibc, which dpkg-shlibdeps cannot tell of a binary for another architecture. The linker has
# stripped it, and the host's strip does not know the other architecture.
cpack --config "$work/$architecture/build/CPackConfig.cmake" -G DEB -B "$work/$architecture/deb" \
  -D CPACK_DEBIAN_PACKAGE_SHLIBDEPS=OFF -D "CPACK_DEBIAN_PACKAGE_DEPENDS=libc6 (>= $glibc)" -D CPACK_STRIP_FILES=OFF \
  >"$work/$architecture/cpack.log" || {
  cat "$work/$architecture/cpack.log" >&2
  fail "cpack failed"
}
mkdir -p "$folder"
cp "$work/$architecture"/deb/*.deb "$folder/"
ls "$work/$architecture"/deb/*.deb | sed "s|.*/|$folder/|"
