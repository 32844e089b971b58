"""The place among the folders of clients since 1.38: the adopted place is used by all clients, unless an older folder
has files; after a release the client's own cache is used again."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from ms import MS_VERSIONS, MsClient
from ms_scene import REPO, MsScene
from scene import FILES, Scene, read, write

from adoption import ok, tree

ID = f"ms:{REPO}"
FILE = "README.md"


@pytest.fixture
def cache(hubcache, ms_hub):
    hubcache.env["MODELSCOPE_ENDPOINT"] = ms_hub.endpoint
    return hubcache


@pytest.fixture
def old(home, ms_hub, ms_front) -> MsClient:
    return MsClient(MS_VERSIONS[1], home, ms_hub, ms_front)


@pytest.fixture
def new(home, ms_hub, ms_front) -> MsClient:
    return MsClient(MS_VERSIONS[2], home, ms_hub, ms_front)


@pytest.fixture
def scene(ms_hub, old) -> MsScene:
    return MsScene(ms_hub, old)


def root(client: MsClient) -> Path:
    return client.home.path / ".cache/modelscope"


def used(client: MsClient, repo_id: str = REPO, kind: str = "models", **kwargs) -> str:
    """Returns the folder that a client uses without the hub. Clients since 1.38 have no such call for a whole data set."""
    if kind == "datasets" and client.is_new:
        return str(Path(client.file_download(repo_id, FILE, kind, revision="master", **kwargs).value).parent)
    run = client.snapshot_download(repo_id, kind, local_files_only=True, **kwargs)
    assert run.error is None, run.error_text
    return run.value


def put(folder: Path) -> None:
    """Makes the folder one of a client: with other files than the hub's and the user's."""
    for path in FILES:
        write(folder / path, b"older " + path.encode())


def warning_of(texts: list[str]) -> list[str]:
    return [text for text in texts if "instead of this cache folder" in text]


def test_beside_a_cache_of_clients_since_1_38(cache, new, old, scene):
    """All clients use the adopted place while the repo is adopted, and their own folders after the release."""
    own = new.place(REPO)
    assert new.snapshot_download(REPO).value == str(own)
    before = tree(own)
    told = ok(cache("adopt", ID, scene.user, "--json"))
    assert warning_of(told["warnings"]) == []
    assert used(new) == used(old) == str(scene.place)
    assert scene.lost(scene.place) == set() and tree(own) == before
    ok(cache("release", ID))
    assert (used(new), new.snapshot_download(REPO).fetched, tree(own)) == (str(own), [], before)


OLDER = [
    ("models", REPO, "me/tuned"),
    ("models", REPO, "hub/me/tuned"),
    ("models", REPO, "models/me/tuned"),
    ("models", "me/tuned-v1.5", "me/tuned-v1.5"),
    ("models", "me/tuned-v1.5", "hub/me/tuned-v1___5"),
    ("models", "me/tuned-v1.5", "models/me/tuned-v1.5"),
    ("datasets", REPO, "hub/me/tuned"),
]


@pytest.mark.parametrize("kind, repo_id, folder", OLDER)
def test_an_older_folder(cache, new, old, ms_hub, kind, repo_id, folder):
    """Clients since 1.38 find this folder first. hubcache names it, and a command after which they use the place."""
    scene = MsScene(ms_hub, old, kind, repo_id)
    name, options = f"ms:{repo_id}", ["--repo-type", "dataset"] if kind == "datasets" else []
    older = root(new) / folder
    put(older)
    told = ok(cache("adopt", name, scene.user, *options, "--json"))
    assert (used(new, repo_id, kind), used(old, repo_id, kind)) == (str(older), str(scene.place))
    [warning] = warning_of(told["warnings"])
    assert f"'{older}'" in warning
    [note] = warning_of(repo_notes(cache, name))
    assert note == warning
    [command] = re.findall(r"mv .*", warning)
    subprocess.run(command, shell=True, check=True)
    assert used(new, repo_id, kind) == used(old, repo_id, kind) == str(scene.place)
    assert warning_of(repo_notes(cache, name)) == []
    assert scene.lost(scene.place) == set()


def repo_notes(cache, name: str) -> list[str]:
    [repo] = json.loads(cache("status", name, "--json").stdout)["repos"]
    return repo["notes"]


def test_an_older_folder_beside_a_cache_of_clients_since_1_38(cache, new, scene):
    """The older folder does not count if the client's own layout has the repo."""
    new.snapshot_download(REPO)
    put(root(new) / "hub/me/tuned")
    told = ok(cache("adopt", ID, scene.user, "--json"))
    assert (warning_of(told["warnings"]), used(new)) == ([], str(scene.place))


def test_an_older_folder_in_a_named_cache(cache, new, old, scene):
    """With MODELSCOPE_CACHE the adopted place comes first."""
    env = {"MODELSCOPE_CACHE": str(new.home.path / "elsewhere")}
    for folder in ("me/tuned", "hub/me/tuned", "hub/models/me/tuned"):
        put(new.home.path / "elsewhere" / folder)
    told = ok(cache("adopt", ID, scene.user, "--json", env=env))
    place = str(new.home.path / "elsewhere/models/me/tuned")
    assert warning_of(told["warnings"]) == []
    assert used(new, env=env) == used(old, env=env) == place


# ---- a folder with metadata alone would hide the genuine cache of clients since 1.38


@pytest.fixture
def own(new, scene) -> Path:
    """Provides the genuine cache of clients since 1.38."""
    own = new.place(REPO)
    assert new.snapshot_download(REPO).value == str(own)
    return own


@pytest.mark.parametrize("reader", ["old", "new"])
def test_after_a_release(cache, new, old, scene, own, reader):
    """The clients add files of their own to the adopted place; the release takes them out."""
    ok(cache("adopt", ID, scene.user, "--include", FILE))
    (old if reader == "old" else new).snapshot_download(REPO)
    ok(cache("release", ID))
    assert not scene.place.exists()
    assert (used(new), new.snapshot_download(REPO).fetched) == (str(own), [])


def test_after_a_release_in_place(cache, new, old, scene, own):
    """A user who removes the model after the release has removed everything."""
    old.snapshot_download(REPO)
    ok(cache("adopt", ID, scene.place))
    shutil.rmtree(scene.place)
    ok(cache("release", ID))
    assert not scene.place.exists()
    assert used(new) == str(own)


def test_after_a_failed_adoption(cache, new, scene, own):
    elsewhere = Path("/dev/shm") / f"hubcache-{os.getpid()}"
    if not Path("/dev/shm").is_dir() or os.stat("/dev/shm").st_dev == os.stat(scene.user).st_dev:
        pytest.skip("/dev/shm is not another file system")
    shutil.copytree(scene.user, elsewhere)
    try:
        run = cache("adopt", ID, elsewhere, "--link", "hardlink")
    finally:
        shutil.rmtree(elsewhere)
    assert run.returncode != 0, run.stdout
    assert not scene.place.exists()
    assert used(new) == str(own)


def test_the_user_keeps_everything(cache, new, scene, own):
    before = tree(scene.user, times=True)
    ok(cache("adopt", ID, scene.user))
    new.snapshot_download(REPO)
    ok(cache("release", ID))
    assert tree(scene.user, times=True) == before
    assert read(own / FILE) == scene.content(FILE) and Scene.edited(FILE) != scene.content(FILE)
