# Sourced by the scripts of this folder: the folders, the compiler and the variables that make builds reproducible.
# shellcheck shell=bash
set -euo pipefail
root=$(cd -P -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
packaging=$root/packaging
work=$root/build/wheel
glibc=2.17  # manylinux2014: pip takes it since 19.3, and Ubuntu 20.04 has 20.0.2
python=/usr/bin/python3

fail() {
  printf 'packaging: %s\n' "$@" >&2
  exit 1
}

# The time of the last commit is the time of everything in the packages. A tree without git (an sdist) has the sdist's.
if [[ -z ${SOURCE_DATE_EPOCH:-} ]]; then
  SOURCE_DATE_EPOCH=$(git -C "$root" log -1 --format=%ct 2>/dev/null || stat --format %Y "$root/CMakeLists.txt")
  export SOURCE_DATE_EPOCH
fi
export LC_ALL=C.UTF-8 TZ=UTC
unset CC CXX CFLAGS CXXFLAGS CPPFLAGS LDFLAGS MAKEFLAGS

check_architecture() {
  [[ $1 == x86_64 || $1 == aarch64 ]] || fail "there is no architecture $1; say x86_64 or aarch64"
}

# make_environment NAME REQUIREMENTS: build/wheel/NAME, a virtual environment with these packages.
make_environment() {
  local folder=$work/$1 wanted
  wanted=$("$python" --version; cat "$2")
  [[ -x $folder/bin/python && $(cat "$folder/installed" 2>/dev/null) == "$wanted" ]] && return
  rm -rf "$folder"
  "$python" -m venv "$folder"
  "$folder/bin/python" -m pip install --quiet --no-input --disable-pip-version-check --requirement "$2"
  printf '%s\n' "$wanted" >"$folder/installed"
}

# make_tools: build/wheel/tools with ziglang, and its wrappers in build/wheel/bin, which goes on PATH.
# - The wrappers have plain names and map paths: so no path of this machine is in what they compile.
# - There is no link-time optimization: with -flto=thin, zig 0.17 had not linked the command after 13 minutes.
# - zig builds a libc++ for each combination of these options. -O2 is the default also for what CMake tries.
make_tools() {
  make_environment tools "$packaging/requirements.txt"
  local zig architecture
  zig=$(echo "$work"/tools/lib/python3*/site-packages/ziglang)
  local flags="-O2 -fstack-protector-strong -fno-sanitize=all -ffile-prefix-map=$zig=/zig -ffile-prefix-map=$root=."
  mkdir -p "$work/bin"
  for architecture in x86_64 aarch64; do
    write_wrapper "$architecture-cc" "'$zig/zig' cc -target $architecture-linux-gnu.$glibc $flags"
    write_wrapper "$architecture-c++" "'$zig/zig' c++ -target $architecture-linux-gnu.$glibc $flags"
  done
  write_wrapper zig-ar "'$zig/zig' ar"
  write_wrapper zig-ranlib "'$zig/zig' ranlib"
  export PATH="$work/bin:$PATH"
}

# An unchanged wrapper stays as it is: CMake and ninja would start anew.
write_wrapper() {
  local text="#!/bin/sh
exec $2 \"\$@\""
  [[ $(cat "$work/bin/$1" 2>/dev/null) == "$text" ]] && return
  printf '%s\n' "$text" >"$work/bin/$1"
  chmod +x "$work/bin/$1"
}
