"""`status` and `refresh --check` report hard links that an editor's rename has separated from the user's file, and
copies of a file that was edited. They must do so although the old file may have other links (a backup by `cp -al`)."""

import json
import os
import re
import shutil
import subprocess

import pytest
from hf_scene import REPO as HF_REPO
from hf_scene import HfScene
from scene import REPO, Scene, read, write

from adoption import ok


@pytest.fixture
def scene(hub, home) -> Scene:
    return Scene(hub, home)


def edit_by_rename(path, content: bytes = b"edited\n") -> None:
    write(path.with_name("new"), content)
    os.replace(path.with_name("new"), path)


def notes(hubcache, *options) -> list[str]:
    [repo] = json.loads(hubcache("status", "--json", *options).stdout)["repos"]
    return [note for note in repo["notes"] if "refresh" in note]


def check_told(hubcache, *options) -> None:
    for more in ([], ["--offline"]):
        [note] = notes(hubcache, *options, *more)
        assert re.search(
            r"^the folder '.*' has changed since the adoption \(1 file (changed|removed)\): run hubcache refresh ", note
        )
    assert hubcache("refresh", "--check").returncode == 3
    ok(hubcache("refresh"))
    assert notes(hubcache, *options) == []
    assert hubcache("refresh", "--check").returncode == 0


def test_with_a_backup_of_the_old_file(sdk, hubcache, scene, home):
    ok(hubcache("adopt", REPO, scene.user, "--link", "hardlink"))
    subprocess.run(["cp", "-al", scene.user, home.path / "backup"], check=True)
    assert notes(hubcache) == []
    edit_by_rename(scene.user / "config.json")
    assert read(scene.place / "config.json") != b"edited\n"
    check_told(hubcache)
    assert sdk.snapshot_download(REPO).downloads == set() and read(scene.place / "config.json") == b"edited\n"


def test_with_a_backup_of_the_old_file_on_hugging_face(hubcache, hf_hub, home):
    hubcache.env["HF_ENDPOINT"] = hf_hub.url
    scene = HfScene(hf_hub, home)
    ok(hubcache("adopt", f"hf:{HF_REPO}", scene.user))
    subprocess.run(["cp", "-al", scene.user, home.path / "backup"], check=True)
    edit_by_rename(scene.user / "config.json")
    check_told(hubcache)
    assert read(scene.snapshot() / "config.json") == b"edited\n"


def test_adopted_symlink_is_repointed(hubcache, scene, home):
    """The symlink `latest` now points to the next checkpoint, which differs in one file and shares the others by hard
    links."""
    subprocess.run(["cp", "-al", scene.user, home.path / "step2"], check=True)
    edit_by_rename(home.path / "step2" / "config.json")
    latest = home.path / "latest"
    latest.symlink_to(scene.user)
    ok(hubcache("adopt", REPO, latest, "--link", "hardlink"))
    latest.unlink()
    latest.symlink_to(home.path / "step2")
    check_told(hubcache)
    assert read(scene.place / "config.json") == b"edited\n"


def test_a_file_that_is_removed_and_has_a_backup(hubcache, scene, home):
    ok(hubcache("adopt", REPO, scene.user, "--link", "hardlink"))
    subprocess.run(["cp", "-al", scene.user, home.path / "backup"], check=True)
    (scene.user / "config.json").unlink()
    check_told(hubcache)


@pytest.mark.parametrize("way", ["rename", "in place"])
def test_a_copy_that_an_edit_has_left_behind(hubcache, scene, way):
    ok(hubcache("adopt", REPO, scene.user, "--link", "copy"))
    assert notes(hubcache) == []
    if way == "rename":
        edit_by_rename(scene.user / "config.json")
    else:
        with open(scene.user / "config.json", "r+b") as file:
            file.write(b"EDITED")
    check_told(hubcache)


def test_an_edit_in_place_of_a_hard_link_is_seen_by_the_client(hubcache, scene):
    """The client loads the edited content, so nothing is out of date."""
    ok(hubcache("adopt", REPO, scene.user, "--link", "hardlink"))
    with open(scene.user / "config.json", "r+b") as file:
        file.write(b"EDITED")
    assert notes(hubcache) == [] and hubcache("refresh", "--check").returncode == 0


def test_symlinks_lead_to_what_is_there(hubcache, scene, home):
    ok(hubcache("adopt", REPO, scene.user, "--link", "symlink"))
    edit_by_rename(scene.user / "config.json")
    assert notes(hubcache) == []
    shutil.move(scene.user / "config.json", home.path / "gone.json")
    check_told(hubcache)
