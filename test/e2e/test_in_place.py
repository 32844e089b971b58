"""Adoption in place, as on the wiki page: the user's folder is the client's place. hubcache gives each file a second
hard link in a folder that the client does not use."""

import os
import re
import shutil

import pytest
from home import read_msc
from scene import ALL, FILES, REPO, Scene, read, write

from adoption import contents_beneath, ok, record_folder, tree

HASHED = {"AISTUDIO_ENABLE_DEFAULT_HASH_VALIDATION": "true"}


@pytest.fixture
def scene(hub, home) -> Scene:
    """Provides a scene in which the user's edited files are in the place."""
    return Scene(hub, home).put("copy")


def originals(home):
    return record_folder(home, REPO) / "originals"


def edited(scene) -> set:
    return {path for path in FILES if read(scene.place / path) == scene.edited(path)}


def test_metadata_only(sdk, hubcache, scene, home):
    before = {path: os.stat(scene.place / path).st_ino for path in FILES}
    report = ok(hubcache("adopt", REPO, scene.place, "--json"))
    assert report["in_place"] and report["displaced"] == 0
    assert {path: os.stat(scene.place / path).st_ino for path in FILES} == before
    assert {path: os.stat(originals(home) / path).st_ino for path in FILES} == before
    got = sdk.snapshot_download(REPO)
    assert (got.downloads, scene.lost(scene.place)) == (set(), set())
    scene.push()
    assert sdk.snapshot_download(REPO).downloads == set()


@pytest.mark.parametrize("damage", ["index deleted", "hash validation", "index replaced"])
def test_restore_brings_the_files_back(sdk, hubcache, scene, home, damage):
    ok(hubcache("adopt", REPO, scene.place))
    if damage == "index deleted":
        (scene.place / ".msc").unlink()
    if damage == "index replaced":  # as by an SDK that read the index before the adoption
        scene.index(scene.pins(revision="N/A"))
    got = sdk.snapshot_download(REPO, env=HASHED if damage == "hash validation" else {})
    assert got.downloads == ALL and edited(scene) == set()
    run = hubcache("adopt", REPO, scene.place)
    assert run.returncode == 5
    restore, keep = re.search(r"to restore your versions, run (.*); to keep the hub's, run (.*)", run.stderr).groups()
    assert (restore, keep) == (
        f"hubcache restore {REPO} --target aistudio",
        f"hubcache adopt {REPO} --target aistudio {scene.place} --take hub",
    )
    told = hubcache("status", "--check")
    note = f"the client replaced {len(FILES)} files of yours in the cache folder: to restore your versions, run hubcache restore {REPO}"
    assert told.returncode == 3 and note in told.stdout, told.stdout
    report = ok(hubcache("restore", REPO, "--json"))
    assert "the client replaced" not in hubcache("status").stdout
    assert report["restored"] == len(FILES) and len(report["kept"]) == len(FILES)
    assert edited(scene) == ALL
    again = sdk.snapshot_download(REPO)
    assert (again.downloads, edited(scene)) == (set(), ALL)
    ok(hubcache("adopt", REPO, scene.place))
    ok(hubcache("release", REPO))
    assert edited(scene) == ALL


def test_release_leaves_the_files_and_takes_our_records(sdk, hubcache, scene, home):
    before = tree(scene.place, times=True)
    ok(hubcache("adopt", REPO, scene.place))
    ok(hubcache("release", REPO))
    assert tree(scene.place, times=True) == before
    assert not record_folder(home, REPO).exists()


def test_release_does_not_take_what_the_sdk_added(sdk, hubcache, scene):
    (scene.place / "README.md").unlink()
    ok(hubcache("adopt", REPO, scene.place))
    assert sdk.snapshot_download(REPO).downloads == {"README.md"}
    ok(hubcache("release", REPO))
    assert read_msc(scene.place) == scene.exact({"README.md"})
    assert edited(scene) == ALL - {"README.md"} and read(scene.place / "README.md") == FILES["README.md"]


def test_edits_by_rename_and_in_the_file(sdk, hubcache, scene, home):
    """adopt protects the editor's new inode and keeps the previous version, of which no other copy exists."""
    ok(hubcache("adopt", REPO, scene.place))
    write(scene.place / "new", b"by an editor")
    os.replace(scene.place / "new", scene.place / "README.md")
    write(scene.place / "config.json", b"rewritten by a program")
    assert (
        "the folder has 1 file newer than the adoption and not protected by a second hard link yet"
        in hubcache("status").stdout
    )
    assert hubcache("status", "--check").returncode == hubcache("refresh", "--check").returncode == 3
    before = contents_beneath(originals(home)) | contents_beneath(scene.place)
    report = ok(hubcache("adopt", REPO, scene.place, "--json"))
    assert (report["changed"], len(report["kept"])) == (1, 1)
    assert os.path.samefile(originals(home) / "README.md", scene.place / "README.md")
    assert "not protected" not in hubcache("status").stdout
    assert read(originals(home) / "config.json") == b"rewritten by a program"
    assert sdk.snapshot_download(REPO).downloads == set()
    assert before <= contents_beneath(home.path)


@pytest.mark.parametrize("winner", ["mine", "hub"])
def test_without_a_pin_a_push_asks_who_wins(sdk, hubcache, scene, home, winner):
    ok(hubcache("adopt", REPO, scene.place, "--no-pin"))
    scene.push()
    assert sdk.snapshot_download(REPO).downloads == {"README.md"}
    before = tree(home.cache)
    run = hubcache("adopt", REPO, scene.place, "--no-pin")
    assert run.returncode == 5 and "README.md" in run.stderr
    assert tree(home.cache) == before
    ok(hubcache("adopt", REPO, scene.place, "--no-pin", "--take", winner))
    mine, hubs = scene.edited("README.md"), b"# model, pushed\n"
    assert read(scene.place / "README.md") == (mine if winner == "mine" else hubs)
    assert {mine, hubs} <= {path.read_bytes() for path in home.cache.rglob("README.md")}
    assert sdk.snapshot_download(REPO).downloads == set()
    assert sdk.file_download(REPO, "README.md").value == str(scene.place / "README.md")


def test_across_devices_it_is_refused(hubcache, scene, home, other_device):
    """If ._tmp is on another file system, the SDK writes into the files (shutil.move), and so into a second hard
    link."""
    (home.cache / "models" / "._tmp").symlink_to(other_device)
    before = tree(home.path, times=True)
    run = hubcache("adopt", REPO, scene.place)
    assert run.returncode == 5 and "on another file system" in run.stderr and "outside the client's cache" in run.stderr
    assert tree(home.path, times=True) == before


def test_restore_after_tmp_moved_to_another_device(sdk, hubcache, scene, home, other_device):
    """The second links are safe at adoption, but not after ._tmp has moved to another file system. restore then copies,
    so that the second links keep their content."""
    ok(hubcache("adopt", REPO, scene.place))
    (scene.place / ".msc").unlink()
    assert sdk.snapshot_download(REPO).downloads == ALL
    (home.cache / "models" / "._tmp").rename(home.cache / "models" / "._tmp-before")
    (home.cache / "models" / "._tmp").symlink_to(other_device)
    assert "write into your files" in hubcache("status").stdout
    for _ in range(2):
        ok(hubcache("restore", REPO))
        assert edited(scene) == ALL
        (scene.place / ".msc").unlink()
        assert sdk.snapshot_download(REPO).downloads == ALL and edited(scene) == set()


def test_restore_leaves_what_an_editor_has_put_there(hubcache, scene):
    """A file that an editor replaced is newer than the second link, and is the user's own."""
    ok(hubcache("adopt", REPO, scene.place))
    write(scene.place / "new", b"by an editor")
    os.replace(scene.place / "new", scene.place / "README.md")
    (scene.place / "config.json").unlink()
    report = ok(hubcache("restore", REPO, "--json"))
    assert (report["restored"], report["kept"]) == (1, [])
    assert read(scene.place / "README.md") == b"by an editor" and scene.lost(scene.place) == {"README.md"}


def test_a_file_becomes_a_folder_and_a_folder_a_file(sdk, hubcache, scene):
    scene.remote.push(
        {
            "config.json": None,
            "config.json/part": b"hub's",
            "inference/config.json": None,
            "inference/a/weights.bin": None,
            "inference": b"hub's",
        }
    )
    ok(hubcache("adopt", REPO, scene.place))
    os.rename(scene.place / "config.json", scene.place / "part")
    os.mkdir(scene.place / "config.json")
    os.rename(scene.place / "part", scene.place / "config.json/part")
    os.rename(scene.place / "inference/a/weights.bin", scene.place / "weights.bin")
    shutil.rmtree(scene.place / "inference")
    os.rename(scene.place / "weights.bin", scene.place / "inference")
    ok(hubcache("adopt", REPO, scene.place))
    assert sdk.snapshot_download(REPO).downloads == set()
    assert read(scene.place / "config.json/part") == scene.edited("config.json")
    assert read(scene.place / "inference") == scene.edited("inference/a/weights.bin")


def test_a_file_deleted_by_hand_is_kept(hubcache, scene, home):
    ok(hubcache("adopt", REPO, scene.place))
    (scene.place / "README.md").unlink()
    report = ok(hubcache("adopt", REPO, scene.place, "--json"))
    assert report["removed"] == 1
    assert [open(name, "rb").read() for name in report["kept"]] == [scene.edited("README.md")]


def test_the_two_ways_are_not_mixed(hubcache, scene, home):
    ok(hubcache("adopt", REPO, scene.place))
    before = tree(home.cache)
    run = hubcache("adopt", REPO, scene.user)
    assert run.returncode == 5 and "hubcache release " + REPO in run.stderr
    assert tree(home.cache) == before
    ok(hubcache("release", REPO))
    ok(hubcache("adopt", REPO, scene.user))
    assert hubcache("adopt", REPO, scene.place).returncode == 5
    assert hubcache("restore", REPO).returncode == 1


def test_status_counts_every_file_without_a_second_hard_link(hubcache, scene):
    ok(hubcache("adopt", REPO, scene.place))
    write(scene.place / "config.new", b"edited again")
    os.replace(scene.place / "config.new", scene.place / "config.json")
    write(scene.place / "added.txt", b"new")
    note = "the folder has 2 files newer than the adoption and not protected by a second hard link yet: run"
    assert note in hubcache("status").stdout
    ok(hubcache("refresh"))
    assert "not protected" not in hubcache("status").stdout


def test_status_names_the_commands_in_the_order_in_which_they_work(sdk, hubcache, scene):
    """The user deletes a file, edits another, and the client downloads the deleted one."""
    ok(hubcache("adopt", REPO, scene.place))
    (scene.place / "README.md").unlink()
    assert "1 adopted file no longer exists in" in hubcache("status").stdout
    write(scene.place / "added.txt", b"new")
    assert sdk.snapshot_download(REPO).downloads == {"README.md"}
    said = hubcache("status").stdout
    assert "no longer exists" not in said
    [restore] = re.findall(r"to restore your versions, run (.*); to keep", said)
    [refresh] = re.findall(r"hard link yet: after that, run (.*)", said)
    assert hubcache("refresh").returncode == 5
    for command in (restore, refresh):
        ok(hubcache(*command.split()[1:]))
    assert edited(scene) == ALL
    assert ok(hubcache("status", "--check")) and "note:" not in hubcache("status").stdout


def test_the_command_that_keeps_the_hubs_version(sdk, hubcache, scene):
    ok(hubcache("adopt", REPO, scene.place))
    (scene.place / "README.md").unlink()
    assert sdk.snapshot_download(REPO).error is None
    [keep] = re.findall(r"to keep the hub's, run (.*)", hubcache("status").stdout)
    ok(hubcache(*keep.split()[1:]))
    assert edited(scene) == ALL - {"README.md"} and read(scene.place / "README.md") == FILES["README.md"]


@pytest.mark.parametrize("at", ["in place", "folder"])
def test_the_next_run_under_hash_validation(sdk, hubcache, scene, at):
    folder = scene.place if at == "in place" else scene.user
    said = ok(hubcache("adopt", REPO, folder, "--require-complete", env=HASHED))
    assert f"  next run  {len(FILES)} downloads, " in said
    assert sdk.snapshot_download(REPO, env=HASHED).downloads == ALL
