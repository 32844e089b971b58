#!/usr/bin/env bash
# usage: check_install.sh WHEEL: installs a wheel for this machine in each way of docs/install.md, and uses it. Nothing stays.
source "$(dirname -- "${BASH_SOURCE[0]}")/environment.sh"
wheel=$(realpath "$1")
make_environment check-tools "$packaging/check_requirements.txt"
tools=$work/check-tools/bin
folder=$(mktemp -d "${TMPDIR:-/tmp}/hubcache-install-XXXXXX")
trap 'rm -rf "$folder"' EXIT
# Every Python since 3.8 that this machine has: the system's, and those of pyenv.
pythons=("$python")
for one in "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.*/bin/python; do
  [[ ! -x $one ]] || ! "$one" -c 'import sys; sys.exit(sys.version_info < (3, 8))' || pythons+=("$one")
done

# Each tool keeps everything in this folder. The index is not asked: the wheel depends on no package.
export HOME=$folder/home PIPX_HOME=$folder/pipx PIPX_BIN_DIR=$folder/pipx-bin UV_CACHE_DIR=$folder/uv-cache UV_OFFLINE=1 PIP_NO_INDEX=1
export UV_TOOL_DIR=$folder/uv-tools UV_TOOL_BIN_DIR=$folder/uv-bin UV_PYTHON=$python PIPX_DEFAULT_PYTHON=$python
export PIP_DISABLE_PIP_VERSION_CHECK=1
mkdir -p "$HOME"

for one in "${pythons[@]}"; do
  "$one" -m venv "$folder/venv"
  "$folder/venv/bin/pip" install --quiet "$wheel"
  "$folder/venv/bin/python" "$packaging/smoke.py" "$folder/venv/bin/hubcache"
  for file in man/man1/hubcache-adopt.1 bash-completion/completions/hubcache zsh/site-functions/_hubcache fish/vendor_completions.d/hubcache.fish; do
    [[ -s $folder/venv/share/$file ]] || fail "the wheel does not install share/$file"
  done
  rm -rf "$folder/venv"
done

"$tools/pipx" install --quiet "$wheel"
"$folder/pipx-bin/hubcache" --version
"$tools/pipx" uninstall hubcache >/dev/null
[[ ! -e $folder/pipx-bin/hubcache ]] || fail "pipx uninstall leaves the command"
echo "pipx install and uninstall work"

"$tools/uv" tool install --quiet "$wheel"
"$folder/uv-bin/hubcache" --version
"$tools/uv" tool uninstall --quiet hubcache
[[ ! -e $folder/uv-bin/hubcache ]] || fail "uv tool uninstall leaves the command"
echo "uv tool install and uninstall work"

"$tools/uvx" --quiet --from "$wheel" hubcache --version
"$tools/uvx" --quiet --no-index --find-links "$(dirname "$wheel")" hubcache --version
echo "uvx hubcache works"
