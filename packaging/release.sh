#!/usr/bin/env bash
# usage: release.sh [--dry-run]: what RELEASING.md lists: checks the versions, makes all packages in dist/, makes the wheels again
# from empty folders and compares, runs all checks, and uploads. --dry-run does not upload; what is not ready for a release is
# then only a note.
source "$(dirname -- "${BASH_SOURCE[0]}")/environment.sh"
dry_run=${1:-}
[[ -z $dry_run || $dry_run == --dry-run ]] || fail "release.sh takes no option but --dry-run"
architectures=(x86_64 aarch64)
version=$(sed -n 's/^project(hubcache VERSION \([0-9.]*\).*/\1/p' "$root/CMakeLists.txt")

not_ready() {
  [[ $dry_run == --dry-run ]] || fail "$1"
  echo "not ready for a release: $1"
}

check_versions() {
  grep -qx "## $version ([0-9]\{4\}-[0-9][0-9]-[0-9][0-9])" "$root/CHANGELOG.md" ||
    not_ready "CHANGELOG.md has no section with the date of $version"
  [[ -z $(git -C "$root" tag --list "v$version") ]] || not_ready "the tag v$version exists: raise the version in CMakeLists.txt"
  [[ -z $(git -C "$root" status --porcelain) ]] || not_ready "the work tree has changes that are not committed"
}

# The second build has other paths, and neither downloads nor caches of the first.
compare_with_second_build() {
  local second=$root/build/release architecture wheel
  rm -rf "$second"
  mkdir -p "$second"
  git clone --quiet --no-hardlinks "$root" "$second/checkout"
  for architecture in "${architectures[@]}"; do
    ZIG_GLOBAL_CACHE_DIR=$second/zig-cache "$second/checkout/packaging/build.sh" "$architecture" "$second/dist"
  done
  for wheel in "$second"/dist/*.whl; do
    cmp "$wheel" "$root/dist/$(basename "$wheel")" || fail "two builds of $(basename "$wheel") differ"
  done
  echo "the wheels are the same as those of a second build, from empty folders"
  rm -rf "$second"
}

echo "== hubcache $version"
check_versions
rm -rf "$root/dist"
for architecture in "${architectures[@]}"; do
  "$packaging/build.sh" "$architecture"
  "$packaging/deb.sh" "$architecture"
done
"$packaging/sdist.sh"
compare_with_second_build
for architecture in "${architectures[@]}"; do "$packaging/check.sh" "$architecture"; done
"$packaging/check_packages.sh" "$root"/dist/*_amd64.deb "$root"/dist/*.tar.gz
(cd "$root/dist" && sha256sum -- * >SHA256SUMS && cat SHA256SUMS)

upload=("$work/check-tools/bin/uv" publish "$root"/dist/*.whl "$root"/dist/*.tar.gz)
if [[ $dry_run == --dry-run ]]; then
  echo "all but the upload is done, which is: git tag v$version; uv publish dist/*.whl dist/*.tar.gz"
else
  git -C "$root" tag "v$version"
  "${upload[@]}"
fi
