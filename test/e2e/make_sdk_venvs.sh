#!/bin/sh
# Makes the virtual environments of the real clients under $HUBCACHE_SDK_VENVS, one for each file in requirements/.
# A finished one holds a copy of its requirements and is left alone until they change. Two of these scripts at once wait
# for each other.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
: "${HUBCACHE_SDK_VENVS:?set it to the folder that the virtual environments go to}"
python=${PYTHON:-python3}

mkdir -p "$HUBCACHE_SDK_VENVS"
exec 9>"$HUBCACHE_SDK_VENVS/.lock"
flock 9

for requirements in "$here"/requirements/*.txt; do
  venv=$HUBCACHE_SDK_VENVS/$(basename "$requirements" .txt)
  if cmp -s "$requirements" "$venv/requirements.txt"; then
    continue
  fi
  echo "making $venv"
  rm -rf "$venv"
  "$python" -m venv "$venv"
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --requirement "$requirements"
  cp "$requirements" "$venv/requirements.txt"
done

# The frameworks that read models through an SDK: of each its own package alone, in a folder of $HUBCACHE_SDK_VENVS/readers.
# What their download modules import is in that environment; all that they need for running models is not.
for requirements in "$here"/requirements/readers/*.txt; do
  folder=$HUBCACHE_SDK_VENVS/readers/packages/$(basename "$requirements" .txt)
  if cmp -s "$requirements" "$folder/requirements.txt"; then
    continue
  fi
  echo "making $folder"
  rm -rf "$folder"
  "$HUBCACHE_SDK_VENVS/readers/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --target "$folder" \
    --requirement "$requirements"
  cp "$requirements" "$folder/requirements.txt"
done
