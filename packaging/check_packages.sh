#!/usr/bin/env bash
# usage: check_packages.sh DEB SDIST: checks the SBOM of the .deb (of x86-64), installs and removes it in a bare Debian 11, and builds
# the sdist with this machine's compiler and libraries. Needs root and debootstrap.
source "$(dirname -- "${BASH_SOURCE[0]}")/environment.sh"
deb=$(realpath "$1")
sdist=$(realpath "$2")
[[ $(id -u) == 0 ]] || fail "check_packages.sh needs root, for chroot and mount"
machines=$work/machines
mkdir -p "$machines"
make_environment check-tools "$packaging/check_requirements.txt"
check_tools=$work/check-tools
work=$(mktemp -d "${TMPDIR:-/var/tmp}/hubcache-packages-XXXXXX")
machine=$work/machine
trap 'rm -rf --one-file-system "$work"' EXIT
# shellcheck source=test/machine.sh
source "$root/test/machine.sh"

echo "== the SBOM of the .deb"
dpkg-deb --fsys-tarfile "$deb" | tar --extract --to-stdout ./usr/share/doc/hubcache/hubcache.cdx.json >"$work/hubcache.cdx.json"
"$check_tools/bin/python" "$packaging/check_sbom.py" "$work/hubcache.cdx.json"

echo "== the .deb in a bare Debian 11"
make_base_system bullseye "$machines"
cp "$deb" "$machine/opt/"
run_inside / bash -euc '
  find / -xdev -not -path "/proc/*" -not -path "/var/l*/*" | sort >/opt/before
  dpkg --install /opt/*.deb
  dpkg --listfiles hubcache
  hubcache --version
  mkdir /root/model && echo "{}" >/root/model/config.json
  hubcache adopt --offline owner/name /root/model
  hubcache release owner/name
  rm -rf /root/model /root/.cache /root/.local
  dpkg --purge hubcache
  find / -xdev -not -path "/proc/*" -not -path "/var/l*/*" | sort >/opt/after
  diff <(grep -v ^/opt /opt/before) <(grep -v ^/opt /opt/after)'
echo "the .deb is installed and removed without a trace"

echo "== the sdist"
"$python" -m venv "$work/venv"
CMAKE_BUILD_PARALLEL_LEVEL=$(nproc) "$work/venv/bin/pip" install --quiet --disable-pip-version-check "$sdist"
"$work/venv/bin/python" "$packaging/smoke.py" "$work/venv/bin/hubcache"
