"""A client writes its own metadata during a command. Neither the command nor a later release loses this metadata.

By default each scene runs at every 41st system call. HUBCACHE_CRASH_ALL=1 runs all of them.
"""

import os
import pickle
import shlex
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "crash"))

from command import NOT_ADOPTED  # noqa: E402
from scenes import SCENES, Site, sha  # noqa: E402
from trial import prepare  # noqa: E402

ALL = os.environ.get("HUBCACHE_CRASH_ALL") == "1"
STRIDE = 1 if ALL else 41
MOST = 20_000
NEW = sha(55)

# Writes like aistudio-sdk 0.3.9 (caching.ModelFileSystemCache.save_cached_files) and huggingface_hub: to another name,
# then a rename.
WRITE_INDEX = """
import os, pickle, sys
index, beside, path, revision = sys.argv[1:]
records = [one for one in pickle.load(open(index, 'rb')) if one['Path'] != path] if os.path.exists(index) else []
pickle.dump(records + [{'Path': path, 'Revision': revision}], open(beside, 'wb'))
os.rename(beside, index)
"""


def index_script(site: Site) -> str:
    """Returns a script that adds a record for LICENSE, a file of the client that hubcache does not adopt."""
    words = [sys.executable, "-c", WRITE_INDEX, site.place / ".msc", site.home.path / "beside", "LICENSE", NEW]
    return f"[ -d {shlex.quote(str(site.place))} ] && " + " ".join(shlex.quote(str(word)) for word in words)


def revisions(site: Site) -> set[str]:
    return {one["Revision"] for one in pickle.loads((site.place / ".msc").read_bytes()) if one["Path"] == "LICENSE"}


def ref(site: Site) -> Path:
    return site.home.path / f".cache/huggingface/hub/models--{site.repo.replace('/', '--')}/refs/main"


def ref_script(site: Site) -> str:
    beside = site.home.path / "beside"
    return f"printf %s {NEW} >{beside}; mkdir -p {ref(site).parent}; mv {beside} {ref(site)}"


def run_at_each_call(name, folder, hub, script, check):
    """Runs the scene's command with the script before one system call at a time; calls `check` after the command and
    after a release."""
    scene, tried = SCENES[name], 0
    for number in range(1 + sorted(SCENES).index(name) % STRIDE, MOST, STRIDE):
        state = prepare(scene, folder, hub)
        stop = state.command.race("all", number, script(state.site), *scene.command)
        if not stop.reached:
            assert stop.code == 0, stop.output
            break
        assert 0 <= stop.code < 10, stop
        for words in ([], ["again"], scene.release):
            if words:
                done = state.command.run(*(scene.command if words == ["again"] else words))
                assert done.returncode == 0 or NOT_ADOPTED in done.stderr, f"{stop}, then {words}: {done.stderr}"
            check(state.site, f"{stop}, then {words}", words == scene.release)
        tried += 1
    assert tried > 5


@pytest.mark.timeout(7200 if ALL else 300)
@pytest.mark.parametrize(
    "name",
    ["a download in the place", "again, copies", "in place again", "release, a download displaced", "old renames"],
)
def test_a_record_that_a_client_writes_meanwhile_stays(name, scene_folder, hub):
    def check(site, moment, is_released):
        assert revisions(site) == {NEW}, moment

    run_at_each_call(name, scene_folder, hub, index_script, check)


@pytest.mark.timeout(7200 if ALL else 300)
@pytest.mark.parametrize("name", ["hf", "hf, again", "hf, release"])
def test_a_ref_that_a_client_writes_meanwhile_comes_back(name, scene_folder, hub):
    def check(site, moment, is_released):
        if is_released:
            assert ref(site).read_text() == NEW, moment

    run_at_each_call(name, scene_folder, hub, ref_script, check)
