"""The client's place is the user's own folder under another name: by a bind mount, or because a home is mounted twice.
hubcache adopts it in place or refuses it, and the user's files stay unchanged."""

import os
import sys
from pathlib import Path

import pytest
from mounts import CommandInside, mounts  # noqa: F401 (a fixture)
from scene import FILES, REPO, Scene, read, write

from adoption import ok, tree
from local_hub import api


@pytest.fixture
def scene(hub, home) -> Scene:
    return Scene(hub, home)


@pytest.fixture
def inside(mounts, hubcache) -> CommandInside:  # noqa: F811
    return CommandInside(mounts, hubcache)


def user_files(folder: Path) -> dict[str, tuple]:
    """Returns the entries of a folder without the files of hubcache and the client."""
    own = (".msc", ".mdl", ".mv", "._hubcache")
    return {name: what for name, what in tree(folder, times=True).items() if not name.startswith(own)}


PLACES = {
    "paddlex": ("PaddleX/PP-OCRv5_mobile_det", ".paddlex/official_models/PP-OCRv5_mobile_det", {}),
    "aistudio-dir": (REPO, "local", {}),
    "fastdeploy": ("PaddlePaddle/ERNIE-4.5-0.3B", "PaddlePaddle/ERNIE-4.5-0.3B", {}),
    "paddleformers": (REPO, f"models/{REPO}", {"PF_HOME": "{home}/models"}),
}


@pytest.mark.parametrize("target", PLACES)
def test_a_bind_mount_is_adopted_in_place(hub, home, mounts, inside, target):  # noqa: F811
    repo, place, variables = PLACES[target]
    scene = Scene(hub, home, repo)
    place = home.path / place
    arguments = ["--target", target, *(["--place", str(place)] if target == "aistudio-dir" else [])]
    env = {name: value.format(home=home.path) for name, value in variables.items()}
    mounts.bind(scene.user, place)
    before = user_files(scene.user)
    report = ok(inside("adopt", repo, scene.user, *arguments, "--json", env=env))
    assert report["in_place"] is True
    assert user_files(scene.user) == before
    assert ok(inside("refresh", repo, env=env)).endswith("up to date\n")
    ok(inside("release", repo, *arguments, env=env))
    assert tree(scene.user, times=True) == before


REFUSED = {
    "aistudio": (REPO, f".cache/aistudio/hub/models/{REPO}", "temporary folder is on another file system"),
    "paddleformers": (REPO, f".cache/aistudio/hub/models/{REPO}", "temporary folder is on another file system"),
    "aistudio-0.2": (REPO, ".cache/aistudio/models/first-paddle-model", "does not store files under their repo paths"),
    "hf-dir": (REPO, "local", "cannot adopt the client's own folder in place"),
    "huggingface": (
        REPO,
        ".cache/huggingface/hub/models--ctbots--first-paddle-model",
        "cannot adopt the client's own folder in place",
    ),
}


@pytest.mark.parametrize("target", REFUSED)
def test_a_bind_mount_is_refused_where_a_place_cannot_be_adopted(scene, home, mounts, inside, hf_hub, target):  # noqa: F811
    repo, place, message = REFUSED[target]
    place = home.path / place
    hf_hub.repo(repo).push(FILES)
    mounts.bind(scene.user, place)
    before = tree(home.path, times=True)
    arguments = ["--place", str(place)] if target == "hf-dir" else []
    run = inside("adopt", repo, scene.user, "--target", target, *arguments, env={"HF_ENDPOINT": hf_hub.url})
    assert run.returncode in (2, 5) and message in run.stderr, run.stdout + run.stderr
    assert tree(home.path, times=True) == before


@pytest.fixture
def second_home(home, mounts, tmp_path) -> Path:  # noqa: F811
    """Mounts the whole home under a second name."""
    mounts.bind(home.path, tmp_path / "second")
    return tmp_path / "second"


def under(second_home: Path, home, path: Path) -> Path:
    return second_home / path.relative_to(home.path)


def test_a_home_that_is_mounted_twice(scene, home, inside, second_home):
    """The repo is adopted under one name of the home and used under the other, also by a user who has only the other
    name."""
    scene.put("copy")
    before = user_files(scene.place)
    report = ok(inside("adopt", REPO, under(second_home, home, scene.place), "--json"))
    assert report["in_place"] is True and user_files(scene.place) == before
    assert ok(inside("refresh", REPO)) == f"{REPO}: up to date\n"
    report = ok(inside("status", "--json"))
    assert [(repo["repo_id"], repo["place"]) for repo in report["repos"]] == [(REPO, str(scene.place))]
    (scene.place / "config.json").unlink()
    assert ok(inside("restore", REPO, "--json"))["restored"] == 1
    assert user_files(scene.place) == before
    ok(inside("release", REPO))
    assert tree(scene.place, times=True) == before


def test_one_adoption_under_two_names_is_one(scene, home, inside, second_home):
    """The repo is adopted with the home's second name in the environment, and found under both names."""
    ok(inside("adopt", REPO, scene.user, env={"HOME": second_home, "HUBCACHE_STATE": home.path / "state"}))
    report = ok(inside("status", "--json", env={"HUBCACHE_STATE": home.path / "state"}))
    assert len(report["repos"]) == 1
    ok(inside("release", REPO, env={"HUBCACHE_STATE": home.path / "state"}))
    assert ok(inside("status", "--json", env={"HUBCACHE_STATE": home.path / "state"}))["repos"] == []


def test_in_place_under_a_name_that_is_gone(scene, home, hubcache, mounts, inside, second_home):  # noqa: F811
    """The repo was adopted in a container, where the home had another name: refresh and run use the place."""
    scene.put("copy")
    ok(inside("adopt", REPO, under(second_home, home, scene.place)))
    mounts.unmount(second_home)
    write(scene.place / "new.bin", b"new")
    assert ok(hubcache("refresh", REPO)).startswith(f"{REPO}: refreshed: 1 new, 0 changed, 0 removed\n")
    script = (
        "import os, urllib.request as r; "
        f"print(r.urlopen(os.environ['STUDIO_GIT_HOST'] + '{api(REPO)}/media/config.json?ref=master').read().decode(), end='')"
    )
    run = hubcache("run", "--offline", "--", sys.executable, "-c", script)
    assert run.stdout == scene.edited("config.json").decode(), run.stderr
    ok(hubcache("release", REPO))
    assert scene.lost(scene.place) == set() and read(scene.place / "new.bin") == b"new"


def refused(run, *words: str) -> None:
    assert run.returncode in (2, 5), run.stdout + run.stderr
    for word in words:
        assert word in run.stderr


def overlap(kind: str, scene: Scene, home, mounts, tmp_path: Path) -> Path:  # noqa: F811
    """Creates an overlap of folder and place by a mount; returns the folder to adopt."""
    elsewhere = tmp_path / "elsewhere"
    if kind == "inside the place":
        scene.put("copy")
        mounts.bind(home.path, elsewhere)
        return under(elsewhere, home, scene.place / "inference")
    if kind == "a folder of the place":
        scene.put("copy")
        mounts.bind(scene.place / "inference", elsewhere)
        return elsewhere
    if kind == "around the place":
        scene.put("copy")
        mounts.bind(home.path, elsewhere)
        return elsewhere / ".cache"
    if kind == "around a place to be":
        home.cache.mkdir(parents=True)
        write(home.cache / "config.json", b"{}")
        mounts.bind(home.path, elsewhere)
        return under(elsewhere, home, home.cache)
    if kind == "holds a folder of the place":
        scene.put("copy")
        mounts.bind(scene.place / "inference", scene.user / "x")
        return scene.user
    if kind == "a folder of it is mounted into the place":
        mounts.bind(scene.user / "inference", scene.place / "x")
        return scene.user
    if kind == "downloads":
        write(home.temporary(REPO) / "config.json", b"{}")
        mounts.bind(home.cache / "models" / "._tmp", elsewhere)
        return elsewhere / REPO
    raise AssertionError(kind)


@pytest.mark.parametrize(
    "kind",
    [
        "inside the place",
        "a folder of the place",
        "around the place",
        "around a place to be",
        "holds a folder of the place",
        "a folder of it is mounted into the place",
        "downloads",
    ],
)
def test_folders_that_overlap(scene, home, mounts, inside, tmp_path, kind):  # noqa: F811
    folder = overlap(kind, scene, home, mounts, tmp_path)
    before = tree(home.path, times=True)
    run = (
        inside("adopt", REPO, folder, "--exclude", "models/**")
        if kind == "around the place"
        else inside("adopt", REPO, folder)
    )
    refused(run)
    assert tree(home.path, times=True) == before


def test_hubcaches_own_folder(scene, home, mounts, inside, tmp_path):  # noqa: F811
    ok(inside("adopt", REPO, scene.user))
    write(home.cache / "models/._hubcache" / REPO / "kept/config.json", b"{}")
    mounts.bind(home.cache / "models/._hubcache", tmp_path / "elsewhere")
    refused(inside("adopt", REPO, tmp_path / "elsewhere" / REPO / "kept"), "hubcache's own folder")


@pytest.mark.parametrize("names", [1, 2])
def test_a_file_that_is_mounted_into_the_place(scene, home, mounts, inside, names):  # noqa: F811
    """adopt refuses the mounted file, also if it has a second hard link, as from a backup."""
    write(scene.place / "config.json", b"")
    mounts.bind(scene.user / "config.json", scene.place / "config.json")
    if names == 2:
        os.link(scene.user / "config.json", home.path / "backup")
    before = tree(home.path, times=True)
    refused(inside("adopt", REPO, scene.user), str(scene.place / "config.json"), "two names of one file")
    assert tree(home.path, times=True) == before


def test_a_file_system_that_shows_the_files_under_another_device_number(scene, home, mounts, inside, tmp_path):  # noqa: F811
    """NFS may show another device number if it is mounted twice. This test uses an overlay; its place could be changed
    alone, but hubcache refuses it too."""
    upper, work = home.path / "upper", home.path / "work"
    for folder in (upper, work, scene.place):
        folder.mkdir(parents=True)
    options = f"lowerdir={scene.user},upperdir={upper},workdir={work}"
    done = mounts.run("mount", "-t", "overlay", "-o", options, "overlay", scene.place)
    if done.returncode != 0:
        pytest.skip(f"no overlay can be mounted here: {done.stderr.strip()}")
    before = tree(scene.user, times=True)
    refused(inside("adopt", REPO, scene.user), "two names of one file")
    assert tree(scene.user, times=True) == before and os.listdir(upper) == []


def test_hard_links_are_two_files_names_but_no_overlap(scene, hubcache, sdk):
    """After `cp -al` of the model into the place, each name in the place is separate, and adopt moves it aside."""
    scene.put("hardlink")
    before = tree(scene.user, times=True)
    ok(hubcache("adopt", REPO, scene.user))
    assert sdk.snapshot_download(REPO).downloads == set()
    ok(hubcache("release", REPO))
    assert tree(scene.user, times=True) == before and scene.lost(scene.place) == set()


@pytest.mark.parametrize("what", ["file", "folder"])
def test_a_symlink_into_the_place_by_its_other_name(scene, home, inside, second_home, what):
    scene.put("copy")
    other = under(second_home, home, scene.place)
    if what == "file":
        (scene.user / "config.json").unlink()
        (scene.user / "config.json").symlink_to(other / "config.json")
    else:
        (scene.user / "more").symlink_to(other / "inference")
    before = tree(home.path, times=True)
    refused(inside("adopt", REPO, scene.user), "leads into", str(scene.place))
    assert tree(home.path, times=True) == before


@pytest.mark.parametrize("link", ["symlink", "hardlink", "copy"])
def test_a_folder_that_was_adopted_before_it_was_the_place(scene, home, mounts, inside, link):  # noqa: F811
    """The place is mounted over the folder from which it was adopted: refresh and release refuse, and change
    nothing."""
    scene.put("copy")
    ok(inside("adopt", REPO, scene.user, "--link", link))
    mounts.bind(scene.place, scene.user)
    placed = tree(scene.place, times=True)
    run = inside("refresh", REPO)
    assert run.returncode == 5 and "is already adopted from" in run.stdout, run.stdout
    assert tree(scene.place, times=True) == placed
    assert inside("release", REPO).returncode == 5
    assert tree(scene.place, times=True) == placed and scene.lost(scene.user) == set()
