#!/usr/bin/env bash
# usage: build.sh ARCH [FOLDER]: makes the wheel of this checkout for x86_64 or aarch64 in FOLDER (dist).
#
# Everything that it makes is below build/wheel, and is used again by the next call: downloads, libraries, object files. zig keeps
# what it has built of libc++ and glibc in its own cache, as compilers do.
source "$(dirname -- "${BASH_SOURCE[0]}")/environment.sh"
architecture=$1
folder=${2:-$root/dist}
check_architecture "$architecture"
mkdir -p "$work/$architecture"
make_tools
"$python" "$packaging/fetch.py"
"$packaging/dependencies.sh" "$architecture"

"$python" "$packaging/licenses.py" "$work/THIRD_PARTY_LICENSES"
"$python" "$packaging/sbom.py" "$work/hubcache.cdx.json"

# The command and the library that the Python package loads. The toolchain file has them stripped.
build=$work/$architecture/build
# CMake does not notice a change of the wrappers, and would link old objects with new ones.
compiler=$(cat "$packaging"/{toolchain.cmake,requirements.txt} "$work/bin/$architecture"-* | sha256sum)
[[ $(cat "$build.compiler" 2>/dev/null) == "$compiler" ]] || rm -rf "$build"
echo "$compiler" >"$build.compiler"
cmake -G Ninja -S "$root" -B "$build" -DCMAKE_TOOLCHAIN_FILE="$packaging/toolchain.cmake" -DHUBCACHE_ARCH="$architecture" \
  -DCMAKE_BUILD_TYPE=Release -DCMAKE_UNITY_BUILD=ON -DHUBCACHE_TESTS=OFF -DHUBCACHE_HARDENING=OFF \
  -DHUBCACHE_THIRD_PARTY_LICENSES="$work/THIRD_PARTY_LICENSES" -DHUBCACHE_SBOM="$work/hubcache.cdx.json" \
  >"$work/$architecture/cmake.log" || {
  tail -n 40 "$work/$architecture/cmake.log" >&2
  fail "cmake failed; its whole output: $work/$architecture/cmake.log"
}
cmake --build "$build" --target hubcache hubcache_c
cp "$build/src/hubcache" "$build/src/libhubcache_c.so" "$work/$architecture/"
"$python" "$packaging/make_wheel.py" "$architecture" "$glibc" "$folder"
