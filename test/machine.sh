# Sourced by scripts that need a fresh machine: a chroot with a Debian release, in the folder $machine. Needs root and debootstrap.
# The package mirror, pip's settings, CA certificates and proxies are those of this machine.
# shellcheck shell=bash disable=SC2154

# Prints the address from which apt on this machine gets Debian.
mirror() {
  local address
  address=$(apt-get indextargets --format '$(REPO_URI)' "Origin: Debian" "Component: main" "Label: Debian" | head -n 1)
  [[ -n $address ]] || fail "apt on this machine knows no mirror of Debian"
  echo "$address"
}

# make_base_system SUITE FOLDER OPTION…: options of debootstrap. The packages stay in FOLDER, if it is not "", for the next call.
make_base_system() {
  local suite=$1 tarball=${2:+$2/$1${*:3}.tar}
  local how=(debootstrap --variant=minbase "${@:3}")
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

# run_inside FOLDER COMMAND…: in a mount namespace of its own, which ends with its last process.
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
    bash -c 'cd -- "$0" && exec "$@"' "$@" </dev/null
}
