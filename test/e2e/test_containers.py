"""Adoptions in containers and in copied caches: the folder and the cache as two mounts, layers of an overlay, cp -a,
archives. Files that nobody has edited stay adopted, whatever their new inode, device or ctime, and the real client
still loads them."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from mounted import TARGETS, Mounted
from mounts import mounts  # noqa: F401 (a fixture)
from scene import FILES, Scene, read, write

from adoption import ok

CASES = [
    ("aistudio", "symlink"),
    ("aistudio", "hardlink"),
    ("aistudio", "copy"),
    ("aistudio-dir", "symlink"),
    ("aistudio-dir", "hardlink"),
    ("aistudio-dir", "copy"),
    ("paddlex", "symlink"),
    ("paddlex", "hardlink"),
    ("huggingface", "hardlink"),
    ("huggingface", "copy"),
    ("hf-dir", "copy"),
]
every_case = pytest.mark.parametrize("target, link", CASES)
# hf-dir is left out: its record is beside its folder, so hubcache refuses a folder that is mounted alone
# (test_mount_points.py).
every_mounted_case = pytest.mark.parametrize("target, link", CASES[:-1])


class Adopted(Mounted):
    def __init__(self, link: str, *more):
        super().__init__(*more)
        self.link = link
        self.outer = {"paddlex": ".paddlex", "aistudio-dir": "local", "hf-dir": "."}.get(self.target, ".cache")
        ok(self.run("adopt", "--link", link))

    def inodes(self) -> dict[str, int]:
        files = self.mounts.inside(self.files)
        return {path: (files / path).lstat().st_ino for path in FILES}

    def check_up_to_date(self) -> None:
        """Asserts that refresh, refresh --check and status find nothing to do, and that no file is replaced."""
        before = self.inodes()
        notes = self.notes()
        assert not any("since the adoption" in note for note in notes), notes
        for words in (["--check"], []):
            assert ": up to date\n" in ok(self.run("refresh", *words))
        assert self.inodes() == before

    def notes(self) -> list[str]:
        (repo,) = ok(self.run("status", "--json"))["repos"]
        return repo["notes"]

    def refreshed(self, *words: str) -> dict:
        run = self.run("refresh", "--json", *words)
        assert run.returncode in (0, 3), run.stdout + run.stderr
        run.returncode = 0
        (repo,) = ok(run)["repos"]
        return repo

    def check_release(self) -> None:
        report = ok(self.run("release", "--json"))
        assert (report["removed"], report["kept"]) == (len(FILES), []) and self.is_nothing_lost()
        edited = {Scene.edited(path) for path in FILES}
        assert not [
            path for path in self.mounts.inside(self.place).rglob("*") if path.is_file() and read(path) in edited
        ]


@pytest.fixture
def adopt(mounts, hubcache, hub, hf_hub, home):  # noqa: F811
    return lambda target, link: Adopted(link, target, mounts, hubcache, hub, hf_hub, home)


def two_mounts(adopted: Adopted) -> None:
    """Mounts both folders like docker run -v CACHE:CACHE -v MODEL:MODEL. No hard link from one to the other is
    possible, although both have one st_dev."""
    for folder in (adopted.home.path / adopted.outer, adopted.user):
        adopted.mounts.bind(folder, folder)


def overlay(adopted: Adopted, folder: Path) -> None:
    """Mounts an overlay on the folder: the folder is the lower layer, and later changes go to an upper layer."""
    layers = adopted.home.path / f"layers-{folder.name}"
    for name in ("upper", "work"):
        (layers / name).mkdir(parents=True)
    options = f"lowerdir={folder},upperdir={layers}/upper,workdir={layers}/work"
    done = adopted.mounts.run("mount", "-t", "overlay", "-o", options, "overlay", folder)
    if done.returncode != 0:
        pytest.skip(f"no overlay can be mounted here: {done.stderr.strip()}")


def copy_up(adopted: Adopted) -> None:
    """Changes only metadata, which copies each file into the upper layer: it gets a new ctime and loses its second hard
    link."""
    done = adopted.mounts.run("chown", "-hR", f"{os.getuid()}:{os.getgid()}", adopted.files)
    assert done.returncode == 0, done.stderr


@every_mounted_case
def test_the_cache_and_the_model_are_two_mounts(adopt, target, link):
    adopted = adopt(target, link)
    two_mounts(adopted)
    adopted.check_up_to_date()
    adopted.check_client()
    adopted.check_release()


def test_refresh_warns_when_it_copies(adopt, tmp_path):
    """With `--link auto` for Hugging Face and two mounts in the container, refresh copies a changed file and warns
    about it."""
    adopted = adopt("huggingface", "auto")
    two_mounts(adopted)
    write(tmp_path / "new", b"newer")
    os.replace(tmp_path / "new", adopted.user / "config.json")
    for words in (["--check"], []):
        repo = adopted.refreshed(*words)
        assert (repo["changed"], repo["stale"]) == (1, True)
        assert [
            warning
            for warning in repo["warnings"]
            if "1 file (5 B): hubcache now uses copy; it used hardlink before" in warning
        ]
    assert not any("since the adoption" in note for note in adopted.notes())
    assert adopted.loaded()["config.json"] == b"newer"
    linked = {path for path in FILES if (adopted.files / path).stat().st_ino == (adopted.user / path).stat().st_ino}
    assert linked == set(FILES) - {"config.json"}
    assert adopted.refreshed()["warnings"] == []


def test_a_changed_file_needs_the_hard_link_that_was_asked_for(adopt, tmp_path):
    adopted = adopt("huggingface", "hardlink")
    two_mounts(adopted)
    adopted.check_up_to_date()
    write(adopted.user / "new.json", b"new")
    before = adopted.inodes()
    run = adopted.run("refresh")
    assert run.returncode == 5 and "--link hardlink does not work here" in run.stdout
    assert adopted.inodes() == before and not (adopted.files / "new.json").exists()


@every_mounted_case
def test_an_overlay_over_the_cache(adopt, target, link):
    """The cache is up to date with its files in the lower layer, as in an image, and after a change of owner copied
    them up."""
    adopted = adopt(target, link)
    overlay(adopted, adopted.home.path / adopted.outer)
    adopted.check_up_to_date()
    copy_up(adopted)
    adopted.check_up_to_date()
    adopted.check_client()
    adopted.check_release()


@pytest.mark.parametrize("link", ["symlink", "hardlink", "copy"])
def test_an_overlay_over_the_cache_and_the_model(adopt, home, link):
    adopted = adopt("aistudio", link)
    moved = home.path / ".cache/my-model"
    ok(adopted.run("release"))
    adopted.user = Path(shutil.move(adopted.user, moved))
    adopted.scene.user = adopted.user
    ok(adopted.run("adopt", "--link", link))
    overlay(adopted, home.path / ".cache")
    adopted.check_up_to_date()
    copy_up(adopted)
    adopted.check_up_to_date()
    adopted.check_client()
    adopted.check_release()


def by_cp(source: Path, target: Path) -> None:
    subprocess.run(["cp", "-a", source, target], check=True)


def by_layer(source: Path, target: Path) -> None:
    """Copies a folder through an archive that keeps whole seconds, as image layers do."""
    target.mkdir()
    archive = subprocess.run(
        ["tar", "-C", source, "--format=gnu", "-cf", "-", "."], check=True, capture_output=True
    ).stdout
    subprocess.run(["tar", "-C", target, "-xpf", "-"], input=archive, check=True)


def exchange_for_copy(folder: Path, copy) -> None:
    copied = folder.with_name(folder.name + ".copy")
    copy(folder, copied)
    shutil.rmtree(folder)
    copied.rename(folder)


@pytest.mark.parametrize("copy", [by_cp, by_layer])
@every_case
def test_a_copied_cache(adopt, target, link, copy):
    adopted = adopt(target, link)
    exchange_for_copy(adopted.place if adopted.outer == "." else adopted.home.path / adopted.outer, copy)
    if link == "hardlink":
        assert any(f"hard links to {len(FILES)} files of yours are now copies" in note for note in adopted.notes())
    adopted.check_up_to_date()
    adopted.check_client()
    write(adopted.user / "config.json", b"newer")
    assert adopted.refreshed()["changed"] == (0 if link == "symlink" else 1)
    assert read(adopted.files / "config.json") == b"newer"
    write(adopted.user / "config.json", Scene.edited("config.json"))
    adopted.refreshed()
    adopted.check_release()


@pytest.mark.parametrize("copy", [by_cp, by_layer])
@every_case
def test_a_copied_model(adopt, target, link, copy):
    """The user's folder is restored from a backup, and the cache is unchanged."""
    adopted = adopt(target, link)
    exchange_for_copy(adopted.user, copy)
    adopted.check_up_to_date()
    adopted.check_client()
    adopted.check_release()


def test_hard_links_that_were_copied_with_their_model(adopt, home):
    """One cp -a of both folders keeps the hard links, with new inodes."""
    adopted = adopt("aistudio", "hardlink")
    both = home.path / "both"
    both.mkdir()
    subprocess.run(["cp", "-a", home.path / ".cache", home.path / "my-model", both], check=True)
    for name in (".cache", "my-model"):
        shutil.rmtree(home.path / name)
        (both / name).rename(home.path / name)
    shutil.rmtree(both)
    assert adopted.notes() == []
    adopted.check_up_to_date()
    assert all((adopted.files / path).stat().st_ino == (adopted.user / path).stat().st_ino for path in FILES)
    adopted.check_release()


def test_a_copied_place_that_was_adopted_in_place(mounts, hubcache, hub, hf_hub, home):  # noqa: F811
    mounted = Mounted("aistudio", mounts, hubcache, hub, hf_hub, home)
    mounted.user = mounted.place
    for path in FILES:
        write(mounted.place / path, Scene.edited(path))
    ok(mounted.run("adopt"))
    exchange_for_copy(home.path / ".cache", by_cp)
    (repo,) = ok(mounted.run("status", "--json"))["repos"]
    assert repo["notes"] == []
    for words in (["--check"], []):
        assert ok(mounted.run("refresh", *words)).endswith(": up to date\n")
    mounted.check_client()
    ok(mounted.run("release"))
    assert mounted.scene.lost(mounted.place) == set()


@pytest.mark.parametrize("target", [target for target in TARGETS if target != "paddlex"])
def test_an_edit_in_a_copied_cache_is_kept(adopt, target):
    """Size and time of the edited file are those of the adoption, so only its content shows the edit."""
    adopted = adopt(target, "copy")
    file = adopted.files / "config.json"
    info, edited = file.stat(), read(file).replace(b"own", b"new")
    write(file, edited)
    os.utime(file, ns=(info.st_atime_ns, info.st_mtime_ns))
    exchange_for_copy(adopted.place if adopted.outer == "." else adopted.home.path / adopted.outer, by_cp)
    assert any(
        note.startswith("another program replaced, edited or removed 1 adopted file") for note in adopted.notes()
    )
    assert adopted.refreshed("--check")["changed"] == 1
    assert adopted.refreshed()["changed"] == 1
    assert [read(path) for path in adopted.home.path.rglob("kept/**/config.json")] == [edited]
    assert adopted.loaded()["config.json"] == Scene.edited("config.json")
