#!/usr/bin/env bash
# usage: check_machine.sh WHEEL: the wheel in Debian 11 (glibc 2.31, Python 3.9), with neither a compiler nor libcurl. A wheel for
# x86-64 is also tried with the real SDK and with the certificates of other distributions. One for aarch64 runs under
# qemu-user: the packages of its Debian 11 are unpacked, but not configured, which would take an hour.
#
# It needs root, debootstrap and qemu-user-static. The base system stays in build/wheel/machines for the next call.
source "$(dirname -- "${BASH_SOURCE[0]}")/environment.sh"
wheel=$(realpath "$1")
[[ $(id -u) == 0 ]] || fail "check_machine.sh needs root, for chroot and mount"
work=$(mktemp -d "${TMPDIR:-/var/tmp}/hubcache-machine-XXXXXX")
machine=$work/machine
trap 'rm -rf --one-file-system "$work"' EXIT
# shellcheck source=test/machine.sh
source "$root/test/machine.sh"
machines=$root/build/wheel/machines
mkdir -p "$machines"
packages=python3-minimal,python3-venv,python3-distutils

# What is the same on every machine: install by the release's own pip, then use command and package.
install_and_use() {
  mkdir -p "$machine/opt"
  cp "$wheel" "$packaging/smoke.py" "$machine/opt/"
  run_inside /opt bash -euc '
    ! command -v cc gcc c++ openssl curl
    python3 --version
    python3 -m venv /opt/venv
    /opt/venv/bin/pip --version | cut -d" " -f1-2
    /opt/venv/bin/pip install --quiet --no-index --disable-pip-version-check /opt/hubcache-*.whl
    /opt/venv/bin/python /opt/smoke.py /opt/venv/bin/hubcache'
}

# ---- aarch64

# The kernel runs binaries for aarch64 by qemu in this mount namespace's processes while binfmt_misc has the entry; a user
# namespace has a binfmt_misc of its own, so nothing changes for the rest of the machine.
run_inside_aarch64() {
  local variables
  mapfile -d '' variables < <(kept_variables)
  # shellcheck disable=SC2016
  unshare --user --map-root-user --mount --pid --fork --kill-child bash -euc '
    machine=$1 folder=$2; shift 2
    mount -t binfmt_misc binfmt_misc /proc/sys/fs/binfmt_misc
    magic="\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00"
    mask="\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff"
    echo ":aarch64:M::$magic:$mask:/usr/bin/qemu-aarch64-static:F" >/proc/sys/fs/binfmt_misc/register
    mount --rbind /proc "$machine/proc"
    mount --rbind /dev "$machine/dev"
    exec chroot "$machine" /usr/bin/env -i HOME=/root PATH=/usr/bin:/bin LC_ALL=C.UTF-8 bash -c "cd $folder && exec \"\$@\"" bash "$@"
  ' bash "$machine" "$@" </dev/null
}

make_aarch64_machine() {
  local tarball=$machines/bullseye-arm64.tar
  if [[ ! -e $tarball ]]; then
    debootstrap --variant=minbase --arch=arm64 --foreign --include="$packages" bullseye "$machine" "$(mirror)" >/dev/null
    local package
    for package in "$machine"/var/cache/apt/archives/*.deb; do
      dpkg --fsys-tarfile "$package" | tar -x -C "$machine" --keep-directory-symlink
    done
    rm -rf "$machine"/var/cache/apt/archives "$machine/debootstrap"
    mkdir -p "$machine"/{opt,root,tmp}  # which a package's configuration makes
    tar -C "$machine" -cf "$tarball.new" . && mv "$tarball.new" "$tarball"
    rm -rf "$machine"
  fi
  mkdir -p "$machine" && tar -C "$machine" -xf "$tarball"
}

if [[ $wheel == *_aarch64.whl ]]; then
  make_aarch64_machine
  run_inside() { run_inside_aarch64 "$@"; }
  echo "== Debian 11, aarch64 under qemu-user"
  install_and_use
  exit
fi

# ---- x86-64

# The command and the SDK's Python as commands of this machine, which enter the chroot. The files of the demo are in a folder
# that both have, and its hub is on the loopback address.
write_entries() {
  local sdk=$work/entries/aistudio-0.3.9/bin
  mkdir -p "$sdk" "$machine$work/shared" "$work/shared"
  local enter="#!/bin/sh
exec chroot '$machine' /usr/bin/env --chdir=\"\$PWD\""
  printf '%s /opt/venv/bin/hubcache "$@"\n' "$enter" >"$work/entries/hubcache"
  printf '%s /opt/sdk/bin/python "$@"\n' "$enter" >"$sdk/python"
  chmod +x "$work/entries/hubcache" "$sdk/python"
}

# in_shared_folder COMMAND…: with $work/shared as the temporary folder, which the chroot has too.
in_shared_folder() {
  # shellcheck disable=SC2016
  unshare --mount --propagation private bash -euc '
    machine=$1 shared=$2; shift 2
    mount --bind "$shared" "$machine$shared"
    mount -t proc proc "$machine/proc"
    mount --rbind /dev "$machine/dev"
    TMPDIR=$shared exec "$@"
  ' bash "$machine" "$work/shared" "$@"
}

make_base_system bullseye "$machines" --include="$packages"
copy_network_settings
echo "== Debian 11, x86-64"
install_and_use
# The pins of test/e2e/requirements name packages that need a newer Python, so pip chooses the versions.
run_inside /opt bash -euc '
  python3 -m venv /opt/sdk
  /opt/sdk/bin/pip install --quiet --disable-pip-version-check aistudio-sdk==0.3.9'
write_entries
echo "== the demo, with the SDK of Debian 11"
HUBCACHE_BIN=$work/entries/hubcache HUBCACHE_SDK_VENVS=$work/entries in_shared_folder \
  "$root/.venv/bin/python" "$root/test/e2e/demo.py"
echo "== certificates"
in_shared_folder "$root/.venv/bin/python" "$packaging/check_certificates.py" "$machine" "$work/entries/hubcache"
