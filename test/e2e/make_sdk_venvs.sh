#!/bin/sh
# Creates the virtual environments of the real clients in $HUBCACHE_SDK_VENVS, one for each file in requirements/.
# A complete environment has a copy of its requirements, and stays unchanged until they change. A lock makes a second run
# of this script wait.
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

# The frameworks that load models through an SDK: the package of each alone, in a folder of $HUBCACHE_SDK_VENVS/readers.
# That environment has the imports of their download modules, but not the packages that are required to run models.
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
