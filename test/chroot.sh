#!/usr/bin/env bash
# Runs ./dev demo and ./dev test on a fresh machine: a chroot with nothing installed, and a clone of this checkout.
#
#   test/chroot.sh [TASK…]     as root, on Debian with debootstrap; the tasks are "demo" and "test" unless named
#
# If $HUBCACHE_CHROOT_CACHE is set, the script keeps the base system there as a tarball for the next run. It removes everything
# else at the end. The mounts are in their own namespace, which ends with its last process, before the script removes files.
set -euo pipefail

suite=bookworm
checkout=$(cd -P -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
tasks=("$@")
[[ $# -gt 0 ]] || tasks=(demo test)

fail() {
  echo "test/chroot.sh: $*" >&2
  exit 1
}

[[ $(id -u) == 0 ]] || fail "needs root, for chroot and mount"
command -v debootstrap >/dev/null || fail "needs debootstrap: apt-get install debootstrap"

work=$(mktemp -d "${TMPDIR:-/var/tmp}/hubcache-chroot-XXXXXX")
machine=$work/machine
trap 'rm -rf --one-file-system "$work"' EXIT
# shellcheck source=test/machine.sh
source "$checkout/test/machine.sh"

make_base_system "$suite" "${HUBCACHE_CHROOT_CACHE:-}"
copy_network_settings
git clone --quiet --no-hardlinks "$checkout" "$machine/root/hubcache"
for task in "${tasks[@]}"; do
  echo "== ./dev $task, in $suite with nothing installed before"
  started=$SECONDS
  run_inside /root/hubcache ./dev "$task"
  echo "== ./dev $task: done in $((SECONDS - started)) s"
done
