"""Adoption in place with clients since 1.38, which replace edited files and write no index, so that only the content
tells who has put a file there."""

import re

import pytest
from ms import MS_VERSIONS, MsClient
from ms_scene import REPO, MsScene
from scene import ALL, FILES, Scene, read, write

from adoption import ok

ID = f"ms:{REPO}"
PUSHED = "README.md"


@pytest.fixture
def cache(hubcache, ms_hub):
    hubcache.env["MODELSCOPE_ENDPOINT"] = ms_hub.endpoint
    return hubcache


@pytest.fixture
def new(home, ms_hub, ms_front) -> MsClient:
    return MsClient(MS_VERSIONS[2], home, ms_hub, ms_front)


@pytest.fixture
def scene(home, ms_hub, ms_front, cache) -> MsScene:
    """Provides a place that a client before 1.38 made, edited and adopted."""
    old = MsClient(MS_VERSIONS[1], home, ms_hub, ms_front)
    scene = MsScene(ms_hub, old)
    old.snapshot_download(REPO)
    for path in FILES:
        write(scene.place / path, Scene.edited(path))
    ok(cache("adopt", ID, scene.place))
    return scene


def replace_all(new: MsClient, scene: MsScene) -> None:
    """Runs the client without hubcache run: it puts the hub's files over the user's."""
    run = new.snapshot_download(REPO)
    assert (run.value, run.downloads >= ALL) == (str(scene.place), True), run.error_text
    assert scene.other_than_the_hubs() == set()


def check_is_noticed(cache, scene: MsScene) -> None:
    told = cache("status", ID, "--check")
    note = f"the client replaced {len(FILES)} files of yours in the cache folder: to restore your versions, run hubcache restore {ID}"
    assert told.returncode == 3 and note in told.stdout, told.stdout
    run = cache("refresh", ID)
    assert run.returncode == 5 and f"run hubcache restore {ID}" in run.stdout, run.stdout + run.stderr
    assert scene.other_than_the_hubs() == set()


@pytest.mark.parametrize("push", [False, True])
def test_restore_brings_the_files_back(cache, new, scene, push):
    if push:
        scene.push()
    replace_all(new, scene)
    check_is_noticed(cache, scene)
    report = ok(cache("restore", ID, "--json"))
    assert (report["restored"], report["warnings"]) == (len(FILES), [])
    assert scene.lost(scene.place) == set()
    assert "the client replaced" not in cache("status", ID).stdout
    ok(cache("refresh", ID))
    ok(cache("release", ID))
    assert scene.lost(scene.place) == set()


@pytest.mark.parametrize("push", [False, True])
def test_take_hub_keeps_the_hubs_files(cache, new, scene, push):
    if push:
        scene.push()
    replace_all(new, scene)
    run = cache("adopt", ID, scene.place)
    assert run.returncode == 5, run.stdout
    [keep] = re.findall(r"to keep the hub's, run hubcache (.*)", run.stderr)
    report = ok(cache(*keep.split(), "--json"))
    assert sorted(map(read_name, report["kept"])) == sorted(Scene.edited(path) for path in FILES)
    assert scene.other_than_the_hubs() == set()
    assert "the client replaced" not in cache("status", ID).stdout
    assert ok(cache("restore", ID, "--json"))["restored"] == 0


def read_name(name: str) -> bytes:
    with open(name, "rb") as file:
        return file.read()


def test_restore_without_the_hub(cache, new, scene, ms_hub):
    """The record tells the content that the hub had at the adoption. It does not tell what the hub got since: that file
    may be the user's, and stays."""
    scene.push()
    replace_all(new, scene)
    ms_hub.__exit__()
    report = ok(cache("restore", ID, "--json"))
    assert report["restored"] == len(FILES) - 1
    assert any("the hub cannot tell" in warning for warning in report["warnings"])
    assert scene.lost(scene.place) == {PUSHED}


def test_restore_asks_nothing_if_the_record_tells(cache, new, scene, ms_hub):
    replace_all(new, scene)
    mark = ms_hub.mark()
    ok(cache("restore", ID))
    assert ms_hub.log.since(mark) == []
    assert scene.lost(scene.place) == set()


def test_a_newer_file_of_the_users_own(cache, scene):
    """An editor that saves by a rename makes another file, too."""
    newer = scene.place / "newer"
    newer.write_bytes(b"newer\n")
    newer.rename(scene.place / PUSHED)
    assert "the client replaced" not in cache("status", ID).stdout
    assert ok(cache("restore", ID, "--json"))["restored"] == 0
    ok(cache("refresh", ID))
    assert read(scene.place / PUSHED) == b"newer\n"
