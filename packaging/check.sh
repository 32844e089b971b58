#!/usr/bin/env bash
# usage: check.sh ARCH: all checks of the wheel in dist/ for x86_64 or aarch64.
source "$(dirname -- "${BASH_SOURCE[0]}")/environment.sh"
architecture=$1
check_architecture "$architecture"
wheels=("$root"/dist/hubcache-*_"$architecture".whl)
[[ ${#wheels[@]} == 1 && -e ${wheels[0]} ]] || fail "dist/ does not have exactly one wheel for $architecture; ./dev wheel makes it"
wheel=${wheels[0]}
make_environment check-tools "$packaging/check_requirements.txt"
echo "== $(basename "$wheel")"
"$work/check-tools/bin/python" "$packaging/check_wheel.py" "$wheel" "$work/check-tools/bin/auditwheel"
if [[ $architecture == "$(uname -m)" ]]; then
  "$packaging/check_install.sh" "$wheel"
fi
"$packaging/check_machine.sh" "$wheel"
