#!/usr/bin/env bash
# Runs ./dev demo and ./dev test on a fresh machine: a chroot with nothing installed, and a clone of this checkout.
#
#   test/chroot.sh [TASK…]     as root, on Debian with debootstrap; the tasks are "demo" and "test" unless named
#
# The package mirror, pip's settings, CA certificates and proxies are those of this machine. If $HUBCACHE_CHROOT_CACHE is
# set, the script keeps the base system there as a tarball for the next run. It removes everything else at the end. The
# mounts are in their own namespace, which ends with its last process, before the script removes files.
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

mirror() {
  local uri
  uri=$(apt-get indextargets --format '$(REPO_URI)' "Codename: $suite" "Component: main" | head -n 1)
  [[ -n $uri ]] || fail "apt on this machine knows no mirror of $suite"
  echo "$uri"
}

make_base_system() {
  local tarball=${HUBCACHE_CHROOT_CACHE:+$HUBCACHE_CHROOT_CACHE/$suite.tar}
  local how=(debootstrap --variant=minbase)
  if [[ -n $tarball && ! -e $tarball ]]; then
    "${how[@]}" --make-tarball="$tarball.new" "$suite" "$work/packages" "$(mirror)" >/dev/null
    mv "$tarball.new" "$tarball"
  fi
  "${how[@]}" ${tarball:+--unpack-tarball="$tarball"} "$suite" "$machine" "$(mirror)" >/dev/null
}

# Copies the settings that a machine in this network requires to reach a package index.
copy_network_settings() {
  local file
  for file in /etc/resolv.conf /etc/hosts /etc/pip.conf; do
    [[ ! -e $file ]] || cp "$file" "$machine$file"
  done
  grep -lE '^ *Acquire::' /etc/apt/apt.conf.d/* | xargs --no-run-if-empty cp --target-directory="$machine/etc/apt/apt.conf.d"
  local bundle=/etc/ssl/certs/ca-certificates.crt
  [[ -e $bundle ]] || return 0
  # One copy is used until the package ca-certificates is installed; the package reads the other one.
  mkdir -p "$machine/etc/ssl/certs" "$machine/usr/local/share/ca-certificates"
  cp "$bundle" "$machine$bundle"
  cp "$bundle" "$machine/usr/local/share/ca-certificates/host.crt"
}

# Prints the variables that the network requires; HOME, LANG and others are those of a fresh machine.
kept_variables() {
  env -0 | grep -zE '^(PIP_(INDEX_URL|EXTRA_INDEX_URL|TRUSTED_HOST|CERT)=|https?_proxy=|all_proxy=|no_proxy=|HTTPS?_PROXY=|ALL_PROXY=|NO_PROXY=)' || true
}

run_inside() {
  local variables
  mapfile -d '' variables < <(kept_variables)
  # shellcheck disable=SC2016
  unshare --mount --pid --fork --kill-child --propagation private bash -euc '
    machine=$1; shift
    mount -t proc proc "$machine/proc"
    mount --rbind /sys "$machine/sys"
    mount --rbind /dev "$machine/dev"
    exec chroot "$machine" "$@"
  ' bash "$machine" /usr/bin/env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin CI=true "${variables[@]}" \
    bash -c 'cd /root/hubcache && exec "$@"' bash "$@" </dev/null
}

make_base_system
copy_network_settings
git clone --quiet --no-hardlinks "$checkout" "$machine/root/hubcache"
for task in "${tasks[@]}"; do
  echo "== ./dev $task, in $suite with nothing installed before"
  started=$SECONDS
  run_inside ./dev "$task"
  echo "== ./dev $task: done in $((SECONDS - started)) s"
done
