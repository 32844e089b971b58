"""Adoption and release with the place on a mounted file system of another kind."""

import pytest
from file_systems import MAKE, WITHOUT_LINKS, mount
from mounts import CommandInside, mounts  # noqa: F401 (a fixture)
from scene import FILES, REPO, Scene, write

from adoption import ok


@pytest.mark.parametrize("both", [False, True], ids=["the place alone", "the place and the folder"])
@pytest.mark.parametrize("kind", ["tmpfs", *MAKE])
def test_adopt_and_release_on_another_file_system(hubcache, hub, home, mounts, tmp_path, kind, both):  # noqa: F811
    scene = Scene(hub, home)
    own = {path: (scene.user / path).read_bytes() for path in FILES}
    mounted = tmp_path / "mounted"
    mount(mounts, kind, mounted, tmp_path / "image")
    command = CommandInside(mounts, hubcache)
    folder, cache = scene.user, mounted / "cache"
    if both:
        folder = mounted / "model"
        assert mounts.run("cp", "-a", scene.user, folder).returncode == 0
    env = {"AISTUDIO_CACHE_HOME": str(cache)}
    ok(command("adopt", REPO, folder, "--offline", "--link", "auto", env=env))
    place = mounts.inside(cache / "models" / REPO)
    shown = {path: mounts.run("cat", cache / "models" / REPO / path) for path in FILES}
    assert {path: run.stdout.encode() for path, run in shown.items()} == own
    ok(command("release", REPO, env=env))
    assert not place.exists() or not any(one.is_file() for one in place.rglob("*"))
    assert {path: mounts.inside(folder / path).read_bytes() for path in FILES} == own


LONG, FOLDER = "x" * 255, "y" * 255  # the longest possible names


def long_names(hubcache, mounts, tmp_path, kind):  # noqa: F811
    """Returns an empty file system and the command. The file system may be unable to exchange two names, so that
    hubcache needs a third name for a moment."""
    mounted = tmp_path / "mounted"
    mount(mounts, kind, mounted, tmp_path / "image")
    env = {"AISTUDIO_CACHE_HOME": str(mounted), "HF_HUB_CACHE": str(mounted)}
    return mounts.inside(mounted), lambda *words: ok(CommandInside(mounts, hubcache)(*words, env=env))


@pytest.mark.parametrize("kind", list(WITHOUT_LINKS))
def test_names_of_255_bytes(hubcache, home, mounts, tmp_path, kind):  # noqa: F811
    mounted, command = long_names(hubcache, mounts, tmp_path, kind)
    place, user = mounted / "models" / REPO, home.path / "my-model"
    before = {LONG: b"of the client", f"{FOLDER}/{LONG}": b"in a folder of the client"}
    mine = {LONG: b"mine", FOLDER: b"mine, where the client has a folder"}
    for folder, files in ((place, before), (user, mine)):
        for name, content in files.items():
            write(folder / name, content)
    for _ in range(2):
        command("adopt", REPO, user, "--offline")
        assert {name: (place / name).read_bytes() for name in mine} == mine
    command("release", REPO)
    assert {name: (place / name).read_bytes() for name in before} == before


@pytest.mark.parametrize("kind", list(WITHOUT_LINKS))
def test_a_revision_of_255_bytes(hubcache, home, mounts, tmp_path, kind):  # noqa: F811
    """The revision is the name of a metadata file."""
    mounted, command = long_names(hubcache, mounts, tmp_path, kind)
    ref = mounted / "models--me--tuned/refs" / LONG
    write(ref, b"no commit")
    write(home.path / "my-model/config.json", b"mine")
    command("adopt", "hf:me/tuned", home.path / "my-model", "--offline", "--revision", LONG)
    assert len(ref.read_bytes()) == 40
    command("release", "hf:me/tuned")
    assert ref.read_bytes() == b"no commit"
