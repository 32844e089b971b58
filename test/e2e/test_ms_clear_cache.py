"""`hubcache release` after the clients' own command `modelscope clear-cache`, which deletes the place and folders above
it."""

from pathlib import Path

import pytest
from ms import MS_VERSIONS, MsClient
from ms_scene import REPO, MsScene
from scene import FILES, Scene, read, write

from adoption import ok, tree

ID = f"ms:{REPO}"


@pytest.fixture(params=MS_VERSIONS[1:])
def cleaner(request, home, ms_hub, ms_front) -> MsClient:
    """Provides the client whose command clears the cache."""
    return MsClient(request.param, home, ms_hub, ms_front)


@pytest.fixture
def scene(home, ms_hub, ms_front) -> MsScene:
    return MsScene(ms_hub, MsClient(MS_VERSIONS[1], home, ms_hub, ms_front))


@pytest.fixture
def reader(home, ms_hub, ms_front) -> MsClient:
    return MsClient(MS_VERSIONS[1], home, ms_hub, ms_front)


@pytest.fixture
def cache(hubcache, ms_hub):
    hubcache.env["MODELSCOPE_ENDPOINT"] = ms_hub.endpoint
    return hubcache


def clear(cleaner: MsClient, scene: MsScene) -> None:
    run = cleaner.tool("clear-cache", answer="y\n")
    assert not scene.place.parent.parent.exists(), run.stdout + run.stderr


def test_a_place_that_was_there_before(cache, cleaner, reader, scene):
    """The files that the place had before come back."""
    reader.snapshot_download(REPO)
    ok(cache("adopt", ID, scene.user))
    before = tree(scene.user, times=True)
    clear(cleaner, scene)
    ok(cache("release", ID))
    assert tree(scene.user, times=True) == before
    assert scene.other_than_the_hubs() == set()
    assert reader.snapshot_download(REPO).fetched == []


def test_a_place_that_hubcache_made(cache, cleaner, scene):
    ok(cache("adopt", ID, scene.user))
    before = tree(scene.user, times=True)
    clear(cleaner, scene)
    ok(cache("release", ID))
    assert tree(scene.user, times=True) == before
    assert not scene.place.exists()


def test_in_place(cache, cleaner, reader, scene):
    """The client has deleted the user's files; the release tells where their second links went."""
    reader.snapshot_download(REPO)
    for path in FILES:
        write(scene.place / path, Scene.edited(path))
    ok(cache("adopt", ID, scene.place))
    clear(cleaner, scene)
    run = cache("release", ID)
    assert run.returncode == 0, run.stderr
    assert "your files stay" not in run.stdout and "no longer exists" in run.stdout, run.stdout
    kept = [Path(line.removeprefix("kept: ")) for line in run.stdout.splitlines() if line.startswith("kept: ")]
    assert sorted(read(name) for name in kept) == sorted(Scene.edited(path) for path in FILES)
    assert not scene.place.exists()  # a folder with metadata alone would hide the folder of clients since 1.38


def test_restore_in_place(cache, cleaner, reader, scene):
    reader.snapshot_download(REPO)
    for path in FILES:
        write(scene.place / path, Scene.edited(path))
    ok(cache("adopt", ID, scene.place))
    clear(cleaner, scene)
    ok(cache("restore", ID))
    assert scene.lost(scene.place) == set()
    run = reader.snapshot_download(REPO)
    assert (run.fetched, scene.lost(scene.place)) == ([], set())
