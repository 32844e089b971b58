#!/usr/bin/env bash
# usage: sdist.sh [FOLDER]: makes the sdist of this checkout in FOLDER (dist).
source "$(dirname -- "${BASH_SOURCE[0]}")/environment.sh"
make_environment check-tools "$packaging/check_requirements.txt"
"$work/check-tools/bin/python" -m build --sdist --outdir "${1:-$root/dist}" "$root" >"$work/sdist.log" 2>&1 || {
  tail -n 30 "$work/sdist.log" >&2
  fail "the sdist cannot be made"
}
tail -n 1 "$work/sdist.log"
