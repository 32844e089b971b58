"""release undoes an adoption exactly, and keeps files that have changed since."""

import os
import shutil

import pytest
from home import read_msc, record, write_msc
from scene import ALL, FILES, REPO, Scene, read, write

from adoption import contents_beneath, digest_of, files, ok, record_folder, tree

LINKS = ["symlink", "hardlink", "copy"]
METADATA = {".msc", ".mdl", ".mv"}


@pytest.fixture
def scene(hub, home) -> Scene:
    return Scene(hub, home)


def models(home):
    """Returns the entries with inodes and times, except those of .mdl and .mv, which the SDK rewrites at every run."""
    found = tree(home.cache / "models", times=True)
    return {name: what[:3] if name.endswith((".mdl", ".mv")) else what for name, what in found.items()}


@pytest.mark.parametrize("link", LINKS)
def test_a_genuine_download_comes_back(sdk, hubcache, scene, home, link):
    """release restores each inode, because the files were moved and not copied."""
    sdk.download_genuine(REPO)
    before = models(home)
    report = ok(hubcache("adopt", REPO, scene.user, "--link", link, "--json"))
    assert report["displaced"] == len(FILES)
    assert scene.lost(scene.place) == set()
    assert sdk.snapshot_download(REPO).downloads == set()
    ok(hubcache("release", REPO))
    assert models(home) == before
    assert sdk.snapshot_download(REPO).downloads == set()


@pytest.mark.parametrize("link", LINKS)
def test_nothing_was_there_before(sdk, hubcache, scene, home, link):
    ok(hubcache("adopt", REPO, scene.user, "--link", link))
    sdk.snapshot_download(REPO)
    ok(hubcache("release", REPO))
    assert files(home.cache) == {}
    assert scene.lost(scene.user) == set()
    assert sdk.snapshot_download(REPO).downloads == ALL


def test_a_partial_folder_leaves_the_rest_in_place(sdk, hubcache, scene, home):
    sdk.download_genuine(REPO)
    before = models(home)
    shutil.rmtree(scene.user / "inference")
    ok(hubcache("adopt", REPO, scene.user))
    assert sdk.snapshot_download(REPO).downloads == set()
    assert read(scene.place / "inference/config.json") == FILES["inference/config.json"]
    assert read(scene.place / "README.md") == scene.edited("README.md")
    ok(hubcache("release", REPO))
    assert models(home) == before


def test_after_several_adoptions_of_two_folders(sdk, hubcache, scene, home):
    """release restores the first files, however many adoptions followed."""
    sdk.download_genuine(REPO)
    before = models(home)
    other = home.path / "other"
    for path in FILES:
        write(other / path, b"other " + path.encode())
    write(other / "extra.bin", b"extra")
    for folder, link in ((scene.user, "copy"), (other, "symlink"), (scene.user, "hardlink"), (other, "copy")):
        ok(hubcache("adopt", REPO, folder, "--link", link))
        assert read(scene.place / "README.md") == (folder / "README.md").read_bytes()
    ok(hubcache("release", REPO))
    assert models(home) == before


def kept(home, name: str):
    found = [path for path in (record_folder(home, REPO) / "kept").rglob("*") if str(path).endswith("/" + name)]
    return found[0] if found else None


def test_changed_files_are_kept_and_printed(sdk, hubcache, scene, home):
    """release keeps a copy edited in the place, a file that the SDK replaced, a file that the SDK added, and a new
    checkpoint."""
    (scene.user / "model.safetensors").unlink()
    ok(hubcache("adopt", REPO, scene.user, "--link", "copy", "--no-pin"))
    write(scene.place / "config.json", b"edited in the place")
    write(scene.place / "checkpoints/new.bin", b"days of work")
    scene.push()
    assert sdk.snapshot_download(REPO).downloads == {"README.md", "model.safetensors"}
    bytes_before = contents_beneath(scene.place) - {digest_of(scene.place / name) for name in METADATA}
    run = hubcache("release", REPO)
    assert run.returncode == 0
    expected = {
        "config.json": b"edited in the place",
        "checkpoints/new.bin": b"days of work",
        "README.md": b"# model, pushed\n",
        "model.safetensors": FILES["model.safetensors"].content,
    }
    for name, content in expected.items():
        assert kept(home, name).read_bytes() == content
        assert str(kept(home, name)) in run.stdout
    assert bytes_before <= contents_beneath(home.path)
    assert files(scene.place) == {}
    status = ok(hubcache("status", "--json"))
    assert status["repos"][0]["kept"]["files"] == len(expected) + 1  # the SDK's own `.mv` is kept too
    # The kept files are listed until the user deletes them.
    shutil.rmtree(record_folder(home, REPO))
    assert ok(hubcache("status", "--json"))["repos"] == []


def test_the_place_was_removed_and_filled_again(sdk, hubcache, scene, home):
    """release keeps the new files, restores the displaced files, and names both."""
    sdk.download_genuine(REPO)
    genuine = {path: (scene.place / path).stat().st_ino for path in FILES}
    ok(hubcache("adopt", REPO, scene.user))
    shutil.rmtree(scene.place)
    scene.push()
    assert sdk.snapshot_download(REPO).downloads == ALL
    run = hubcache("release", REPO)
    assert run.returncode == 0
    assert {path: (scene.place / path).stat().st_ino for path in FILES} == genuine
    for path in FILES:
        assert str(kept(home, path)) in run.stdout
    assert kept(home, "README.md").read_bytes() == b"# model, pushed\n"


def test_the_place_was_removed(hubcache, scene, home):
    ok(hubcache("adopt", REPO, scene.user))
    shutil.rmtree(scene.place)
    ok(hubcache("release", REPO))
    assert files(home.cache) == {} and scene.lost(scene.user) == set()


def test_a_hard_link_whose_original_is_gone_is_kept(hubcache, scene, home):
    """The user removed the folder, so the links hold the last copy."""
    for link in ("hardlink", "copy"):
        ok(hubcache("adopt", REPO, scene.user, "--link", link))
        shutil.rmtree(scene.user)
        ok(hubcache("release", REPO))
        for path in FILES:
            assert kept(home, path).read_bytes() == scene.edited(path)
        shutil.rmtree(record_folder(home, REPO))
        for path in FILES:
            write(scene.user / path, scene.edited(path))


def test_what_is_in_the_way_of_a_folder(hubcache, scene, home):
    """adopt moves symlinks, files and folders aside if it needs their names, and release restores them."""
    elsewhere = home.path / "elsewhere"
    write(elsewhere / "config.json", b"the user's, behind a link")
    write(elsewhere / "a/weights.bin", b"also")
    scene.place.mkdir(parents=True)
    (scene.place / "inference").symlink_to(elsewhere)
    write(scene.place / "README.md/a folder", b"where a file belongs")
    before, outside = tree(scene.place), tree(elsewhere, times=True)
    ok(hubcache("adopt", REPO, scene.user))
    assert scene.lost(scene.place) == set() and not (scene.place / "inference").is_symlink()
    assert tree(elsewhere, times=True) == outside
    ok(hubcache("release", REPO))
    assert tree(scene.place) == before and tree(elsewhere, times=True) == outside


def test_a_place_that_is_one_symlink(sdk, hubcache, scene, home):
    """Users create such a symlink by hand, and lose files by it. adopt replaces it by a link for each file."""
    scene.put("folder")
    before = tree(scene.user, times=True)
    ok(hubcache("adopt", REPO, scene.user))
    assert not scene.place.is_symlink()
    assert sdk.snapshot_download(REPO).downloads == set()
    assert tree(scene.user, times=True) == before
    ok(hubcache("release", REPO))
    assert os.readlink(scene.place) == str(scene.user) and tree(scene.user, times=True) == before


def test_a_damaged_index_comes_back_too(hubcache, scene, home):
    scene.put("copy")
    write(scene.place / ".msc", b"\x80\x04 not a pickle")
    before = models(home)
    run = hubcache("adopt", REPO, scene.user)
    assert run.returncode == 0 and "damaged" in run.stdout
    assert {one["Path"] for one in read_msc(scene.place)} == ALL
    ok(hubcache("release", REPO))
    assert models(home) == before


def test_records_that_the_sdk_added_stay(sdk, hubcache, scene, home):
    """release keeps records of files that were not adopted, here those of a genuine, partial cache."""
    sdk.download_genuine(REPO, allow_patterns=["inference/*"])
    shutil.rmtree(scene.user / "inference")
    ok(hubcache("adopt", REPO, scene.user))
    write_msc(scene.place, read_msc(scene.place) + [record("later.txt", "2" * 40)])
    ok(hubcache("release", REPO))
    assert {one["Path"] for one in read_msc(scene.place)} == {
        "inference/config.json",
        "inference/a/weights.bin",
        "later.txt",
    }


def test_release_of_what_is_not_adopted(hubcache, scene, home):
    before = tree(home.path)
    run = hubcache("release", REPO)
    assert run.returncode == 1 and "is not adopted" in run.stderr and "hubcache status" in run.stderr
    assert tree(home.path) == before
