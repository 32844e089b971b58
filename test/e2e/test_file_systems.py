"""The place on a file system of another kind, or of its own, really mounted: adopt, the SDK's files, release."""

import pytest

from adoption import ok
from file_systems import MAKE, mount
from mounts import CommandInside, mounts  # noqa: F401 (a fixture)
from scene import FILES, REPO, Scene


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
