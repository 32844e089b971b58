#!/bin/sh
# Writes two files beside this script.
# digests.tsv: a number of bytes, their sha256sum, their sha1sum, their `git hash-object`, and the `git hash-object` of
# git-lfs' pointer to them. Byte number i is i mod 251. The sizes are near the block sizes of the digests and reads.
# sparse.txt, for 4 GiB and 12,345 bytes, all 0 except "beyond 32 bits" at 4 GiB and 5: the SHA-256 by openssl, the
# `git hash-object`, and the `git hash-object` of git-lfs' pointer.
set -eu
cd "$(dirname "$0")"
content=$(mktemp)
trap 'rm -f "$content"' EXIT
for size in 0 1 55 56 63 64 65 119 128 1000 4096 1048575 1048576 1048577 3000000; do
  python3 -c "import sys; sys.stdout.buffer.write(bytes(i % 251 for i in range($size)))" >"$content"
  printf '%s\t%s\t%s\t%s\t%s\n' "$size" "$(sha256sum <"$content" | cut -d' ' -f1)" "$(sha1sum <"$content" | cut -d' ' -f1)" \
    "$(git hash-object --no-filters "$content")" "$(git lfs pointer --file="$content" 2>/dev/null | git hash-object --stdin)"
done >digests.tsv
: >"$content"
truncate --size 4294979641 "$content"
printf 'beyond 32 bits' | dd of="$content" bs=1 seek=4294967301 conv=notrunc status=none
{
  openssl dgst -sha256 -r "$content" | cut -d' ' -f1
  git hash-object --no-filters "$content"
  git lfs pointer --file="$content" 2>/dev/null | git hash-object --stdin
} >sparse.txt
