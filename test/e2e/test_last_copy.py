"""The last copy of a model is never removed: another folder is adopted, another folder has taken the adopted folder's
path, the user removes the folder after a command was killed, or a folder above the place becomes a symlink to the
model."""

import os
import shutil
import sys
from pathlib import Path

import pytest
from scene import write

from adoption import ok, record_folder

sys.path.insert(0, str(Path(__file__).parents[1] / "crash"))

from command import Command  # noqa: E402

REPO = "ctbots/tuned"


@pytest.mark.parametrize("repo, options", [(REPO, ["--link", "copy"]), (f"hf:{REPO}", ["--link", "copy"])])
def test_the_folder_is_gone_and_another_one_is_adopted(hubcache, home, repo, options):
    """The place has the only copy, because the other folder has another file with that name."""
    first, second = home.path / "first", home.path / "second"
    write(first / "model.safetensors", b"the only copy")
    write(second / "model.safetensors", b"another model")
    ok(hubcache("adopt", repo, first, "--offline", *options))
    shutil.rmtree(first)
    ok(hubcache("adopt", repo, second, "--offline", *options))
    found = [path for path in home.path.rglob("model.safetensors") if path.read_bytes() == b"the only copy"]
    assert found and all("/kept/" in str(path) for path in found)


@pytest.mark.parametrize("repo", [REPO, f"hf:{REPO}"])
@pytest.mark.parametrize("words", [["refresh", "--offline"], ["release"]], ids=["refresh", "release"])
def test_another_model_has_taken_the_folders_path(hubcache, home, repo, words):
    model, new = home.path / "model", home.path / "new"
    write(model / "model.safetensors", b"the only copy")
    write(new / "model.safetensors", b"another model")
    ok(hubcache("adopt", repo, model, "--offline", "--link", "copy"))
    shutil.rmtree(model)
    new.rename(model)
    ok(hubcache(words[0], repo, *words[1:]))
    found = [path for path in home.path.rglob("model.safetensors") if path.read_bytes() == b"the only copy"]
    assert len(found) == 1 and "/kept/" in str(found[0])


LFS_POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"0" * 64 + b"\nsize 12345\n"


def made_again(model, home):
    """Replaces the folder; returns True if the file system gave its inode number again."""
    inode = model.stat().st_ino
    shutil.rmtree(model)
    model.mkdir()
    write(model / "model.bin", b"another model")
    return model.stat().st_ino == inode


def with_the_same_stamps(model, home):
    """Replaces the file by another with the same size and time, as an archive may do."""
    model.rename(home.path / "old")
    shutil.rmtree(home.path / "old")
    write(model / "model.bin", b"the same size")
    os.utime(model / "model.bin", (1, 1))


def behind_another_link(model, home):
    write(home.path / "v2/model.bin", b"another model")
    (model / "model.bin").unlink()
    (model / "model.bin").symlink_to(home.path / "v2/model.bin")


def a_pointer(model, home):
    """Replaces the file by a Git LFS pointer, as `git checkout` without git-lfs does."""
    (model / "model.bin").unlink()
    write(model / "model.bin", LFS_POINTER)


@pytest.mark.parametrize("words", [["refresh", "--offline"], ["release"]], ids=["refresh", "release"])
@pytest.mark.parametrize("change", [made_again, with_the_same_stamps, behind_another_link, a_pointer])
def test_another_file_of_that_name_is_no_edit(hubcache, home, words, change):
    model = home.path / "model"
    write(model / "model.bin", b"the only copy")
    os.utime(model / "model.bin", (1, 1))
    ok(hubcache("adopt", REPO, model, "--offline", "--link", "copy"))
    change(model, home)
    ok(hubcache(words[0], REPO, *words[1:]))
    found = [path for path in home.path.rglob("model.bin") if path.read_bytes() == b"the only copy"]
    assert len(found) == 1 and "/kept/" in str(found[0])


def test_a_link_within_the_folder_leads_elsewhere_now(hubcache, home):
    for version in ("v1", "v2"):
        write(home.path / version / "model.bin", b"the only copy" if version == "v1" else b"another model")
    (home.path / "model").mkdir()
    (home.path / "model/weights").symlink_to(home.path / "v1")
    ok(hubcache("adopt", REPO, home.path / "model", "--offline", "--link", "copy"))
    (home.path / "model/weights").unlink()
    (home.path / "model/weights").symlink_to(home.path / "v2")
    shutil.rmtree(home.path / "v1")
    ok(hubcache("refresh", REPO, "--offline"))
    found = [path for path in home.path.rglob("model.bin") if path.read_bytes() == b"the only copy"]
    assert len(found) == 1 and "/kept/" in str(found[0])


@pytest.mark.parametrize("link", ["hardlink", "copy"])
@pytest.mark.parametrize("command", [["release", REPO], ["refresh", REPO, "--offline"]], ids=["release", "refresh"])
def test_the_folder_is_exchanged_during_a_command(home, link, command):
    """While hubcache still has the model's file, another model takes the folder's path. Later commands do not remove
    the last copy either."""
    model, hubcache = home.path / "model", Command(home.env, home.path)
    script = (
        f"if grep -rq 'the only copy' {home.cache}; then mv {model} {home.path}/gone && mv {home.path}/new {model} && "
        f"rm -rf {home.path}/gone && : >{home.path}/exchanged; fi"
    )
    for number in range(1, 2000, 17):
        for folder in (model, home.path / "new", home.cache):
            shutil.rmtree(folder, ignore_errors=True)
        (home.path / "exchanged").unlink(missing_ok=True)
        write(model / "model.bin", b"the only copy")
        write(home.path / "new/model.bin", b"another model")
        hubcache.run_well("adopt", REPO, str(model), "--offline", "--link", link)
        stop = hubcache.race("all", number, script, *command)
        if not stop.reached:
            break
        if not (home.path / "exchanged").exists():
            continue
        for words in (["refresh", REPO, "--offline"], ["release", REPO]):
            assert b"the only copy" in [path.read_bytes() for path in home.cache.rglob("*") if path.is_file()], stop
            hubcache.run(*words)
        assert b"the only copy" in [path.read_bytes() for path in home.cache.rglob("*") if path.is_file()], stop
    assert number > 100


def test_a_pointers_folder_is_exchanged_during_a_release(home):
    """The adopted folder has a Git LFS pointer; the other folder has a file of the same size that is not a pointer. The
    test tries each moment at which hubcache has moved its copy out of the place and has not yet decided what to do with
    it."""
    model, hubcache = home.path / "model", Command(home.env, home.path)
    staged, note = record_folder(home, REPO) / "stage/model.bin", home.path / "staged"
    script = f"[ ! -e {staged} ] || : >{note}; mv {model} {home.path}/gone && mv {home.path}/new {model}"

    def is_staged(number: int) -> bool:
        for folder in (model, home.path / "new", home.path / "gone", home.cache):
            shutil.rmtree(folder, ignore_errors=True)
        note.unlink(missing_ok=True)
        write(model / "model.bin", b"the only copy")
        write(home.path / "new/model.bin", b"x" * len(LFS_POINTER))
        hubcache.run_well("adopt", REPO, str(model), "--offline", "--link", "copy")
        a_pointer(model, home)
        stop = hubcache.race("all", number, script, "release", REPO)
        assert stop.reached and stop.code == 0, stop
        assert b"the only copy" in [path.read_bytes() for path in home.cache.rglob("*") if path.is_file()], stop
        return note.exists()

    first = next(number for number in range(1, 2000, 5) if is_staged(number))
    last = next(number for number in range(first, 2000) if not is_staged(number))
    assert [is_staged(number) for number in range(first - 4, first)] and last - first > 5


def test_the_copy_of_an_edited_file_is_not_kept(hubcache, home):
    """If each refresh kept the old copy, it would cost the space of a model."""
    write(home.path / "model/model.bin", b"an epoch")
    ok(hubcache("adopt", REPO, home.path / "model", "--offline", "--link", "copy"))
    (home.path / "model/model.bin").unlink()
    write(home.path / "model/model.bin", b"the next epoch")
    ok(hubcache("refresh", REPO, "--offline"))
    assert (home.place(REPO) / "model.bin").read_bytes() == b"the next epoch"
    assert not (record_folder(home, REPO) / "kept").exists()


@pytest.mark.parametrize("link", ["hardlink", "copy"])
def test_the_folder_is_removed_after_a_killed_adopt(home, link):
    model, hubcache = home.path / "model", Command(home.env, home.path)
    staged = 0
    for number in range(1, 1000):
        for folder in (model, home.cache):
            shutil.rmtree(folder, ignore_errors=True)
        write(model / "model.bin", b"the only copy")
        stop = hubcache.kill("changes", number, "adopt", REPO, str(model), "--offline", "--link", link)
        if not stop.reached:
            break
        if copies := [
            path for path in home.cache.rglob("*") if path.is_file() and path.read_bytes() == b"the only copy"
        ]:
            staged += "/stage/" in str(copies[0])
            shutil.rmtree(model)
            hubcache.run("release", REPO)
            assert [
                path for path in home.cache.rglob("*") if path.is_file() and path.read_bytes() == b"the only copy"
            ], stop
    assert staged > 1


@pytest.mark.parametrize("link", ["symlink", "hardlink", "copy"])
def test_a_folder_above_the_place_has_become_a_symlink_to_the_model(hubcache, home, link):
    models = home.path / "models"
    write(models / "tuned/model.bin", b"the only copy")
    ok(hubcache("adopt", REPO, models / "tuned", "--offline", "--link", link))
    owner = home.place(REPO).parent
    owner.rename(home.path / "old")
    owner.symlink_to(models)
    before = sorted(path.relative_to(models) for path in models.rglob("*"))
    other = home.path / "other"
    write(other / "model.bin", b"another model")
    for words in (["release", REPO], ["refresh", REPO, "--offline"], ["adopt", REPO, other, "--offline"]):
        done = hubcache(*words)
        assert done.returncode == 5 and REPO in done.stdout + done.stderr
        assert sorted(path.relative_to(models) for path in models.rglob("*")) == before
        assert (models / "tuned/model.bin").read_bytes() == b"the only copy"
        assert not (models / "tuned/model.bin").is_symlink()
    owner.unlink()
    (home.path / "old").rename(owner)
    ok(hubcache("release", REPO))
    assert (models / "tuned/model.bin").read_bytes() == b"the only copy"


@pytest.mark.parametrize("link", ["copy", "symlink"])
def test_a_backup_by_hard_links_makes_no_file_hubcaches_own(hubcache, home, link):
    """An edited copy in the place, or the user's file in place of a symlink, has a second name by `cp -al`. The backup
    is removed later, so release must keep the file."""
    model, place = home.path / "model", home.path / "place"
    write(model / "weights.bin", b"from the folder")
    at = ["--target", "aistudio-dir", "--place", place]
    ok(hubcache("adopt", REPO, model, "--offline", "--link", link, *at))
    inode = (place / "weights.bin").lstat().st_ino
    if link == "copy":
        with open(place / "weights.bin", "ab") as file:
            file.write(b" and trained")
        content = b"from the folder and trained"
    else:
        content = b"trained here"
        for number in range(1000):  # ext4 reuses the inode number of the removed symlink
            (place / "weights.bin").unlink(missing_ok=True)
            write(place / "weights.bin", content)
            if (place / "weights.bin").lstat().st_ino == inode:
                break
            (place / "weights.bin").rename(home.path / f"other{number}")
        else:  # another program has taken the inode number: the file must count as the user's with a new number too
            write(place / "weights.bin", content)
    os.link(place / "weights.bin", home.path / "backup")
    assert hubcache("status", REPO, *at, "--offline", "--check").returncode == 3
    ok(hubcache("release", REPO, *at))
    (home.path / "backup").unlink()
    for other in home.path.glob("other*"):
        other.unlink()
    assert [path.read_bytes() for path in home.path.rglob("kept/**/weights.bin")] == [content]


def test_a_copy_that_was_cut_off_is_not_kept(home):
    """adopt is killed in the middle of a copy, and the user removes the file. The incomplete copy must not look like a
    complete one."""
    model = home.path / "model"
    write(model / "big.bin", bytes(range(256)) * 4096)
    write(model / "config.json", b"{}")
    command = Command(home.env, home.path)
    words = ["adopt", REPO, "model", "--offline", "--link", "copy"]
    for number in range(1, 100):
        for folder in (".cache", ".local"):
            shutil.rmtree(home.path / folder, ignore_errors=True)
        command.kill("changes", number, *words)
        if list(home.path.rglob("stage/**/big.bin")):
            break
    else:
        pytest.fail("the copy was never staged")
    (model / "big.bin").unlink()
    command.run(*words)
    assert not list(home.path.rglob("big.bin"))
    assert all("/kept/" in str(path) for path in home.path.rglob("big.bin.incomplete"))
