"""`hubcache prune` on the caches of the real clients: what is left over goes, and the clients download nothing."""

import fcntl
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from cached import CLIENTS, Cached, own_folders
from installed import environment, python  # noqa: F401 (fixtures)
from scene import ALL, REPO, Scene, write

from adoption import ok, tree

NAME, OTHER = "me/tuned", "me/other"
TWO_DAYS = 2 * 86400
CONFLICT = 5


@pytest.fixture
def hubs(hub, hf_hub, ms_hub, csg_hub) -> dict:
    return {"aistudio": hub, "huggingface": hf_hub, "modelscope": ms_hub, "csghub": csg_hub}


@pytest.fixture
def hf(home, hubs) -> Cached:
    cached = Cached("huggingface-2.4.0", home, hubs, None)
    cached.push(NAME, OTHER)
    assert cached.downloads(NAME) == cached.downloads(OTHER) == ALL
    return cached


def old(path: Path, content: bytes = b"half", seconds: float = TWO_DAYS) -> Path:
    """Writes a file that nobody has written to for some time."""
    write(path, content)
    os.utime(path, (time.time() - seconds,) * 2)
    return path


def pruned(hubcache, *arguments: object) -> dict[str, set[str]]:
    """Prunes. Returns the removed paths by kind."""
    report = ok(hubcache("prune", *arguments, "-y", "--json"))
    found: dict[str, set[str]] = {}
    for group in report["groups"]:
        assert group["why_left"] is None and group["kept"] == []
        found.setdefault(group["what"], set()).update(group["paths"])
    assert not [path for paths in found.values() for path in paths if os.path.lexists(path)]
    return found


def left(hubcache, *arguments: object) -> list[str]:
    """Returns why prune leaves what it finds."""
    run = hubcache("prune", *arguments, "-y")
    assert run.returncode == 1, run.stdout + run.stderr
    return [line for line in run.stdout.splitlines() if line.startswith("left ")]


# --- the caches of the clients


@pytest.mark.parametrize("client", CLIENTS)
def test_a_client_downloads_nothing_after_prune(hubcache, home, hubs, ms_front, client):
    cached = Cached(client, home, hubs, ms_front)
    cached.push(NAME)
    assert cached.downloads(NAME) == ALL
    place = cached.place(hubcache, NAME)
    before = tree(place)
    unfinished = {
        "aistudio-0.3.9": [home.temporary(NAME) / "a.bin", home.temporary("me/never") / "b.bin_0_1023"],
        "huggingface-2.4.0": [place / "blobs/12.0a1b2c3d.incomplete"],
        "modelscope-1.37.1": [home.path / ".cache/modelscope/hub/models/._____temp/me/tuned/a.bin"],
        "modelscope-1.40.2": [place / "snapshots/master/a.bin.incomplete"],
        "csghub-0.9.3": [home.path / ".cache/csg/hub/temp/x1y2/a.bin"],
        "csghub-cli-0.9.3": [place / "blobs/12.0a1b2c3d.incomplete"],
    }.get(client, [])
    for path in unfinished:
        old(path)
    found = pruned(hubcache)
    assert found.pop("unfinished", set()) == {str(path) for path in unfinished}
    assert set(found) <= {"lock"}
    assert tree(place) == before and own_folders(home) == []
    assert cached.downloads(NAME) == set()
    pruned(hubcache)
    assert ok(hubcache("prune")) == "nothing is left over in the clients' cache folders\n"


def test_huggingface(hubcache, home, hf):
    """A content without a revision, a symlink without its content, and locks. `hf cache verify` is clean."""
    cache = home.path / ".cache/huggingface/hub"
    place = cache / "models--me--tuned"
    unused = place / "blobs" / ("ab" * 20)
    write(unused, bytes(100_000))
    broken = place / "snapshots" / ("1" * 40) / "gone.bin"
    broken.parent.mkdir()
    broken.symlink_to("../../blobs/gone")
    out = place / "snapshots" / ("1" * 40) / "mine"
    out.symlink_to(home.path / "nowhere")
    locks = {str(path) for path in (cache / ".locks").rglob("*.lock")}
    dead = cache / ".locks/models--me--long-gone/12.lock"
    write(dead, b"")
    soft = cache / ".locks/models--me--long-gone/12.lock.soft"
    write(soft, b"")
    assert len(locks) > 1
    assert pruned(hubcache) == {
        "unused_content": {str(unused)},
        "broken_link": {str(broken)},
        "lock": locks | {str(dead)},
    }
    assert out.is_symlink() and soft.exists() and own_folders(home) == []
    assert hf.downloads(NAME) == hf.downloads(OTHER) == set()
    out.unlink()
    run = hf.client.tool("cache", "verify", NAME)
    assert run.returncode == 0, run.stdout + run.stderr


def test_a_content_that_has_an_absolute_link(hubcache, home, hf):
    """It may lead to the content by another name of the cache."""
    place = home.path / ".cache/huggingface/hub/models--me--tuned"
    alias = home.path / "alias"
    alias.symlink_to(home.path / ".cache")
    link = next(path for path in place.glob("snapshots/*/*") if path.is_symlink())
    content = link.resolve()
    link.unlink()
    link.symlink_to(alias / content.relative_to(home.path / ".cache"))
    assert set(pruned(hubcache)) == {"lock"} and content.exists()


def test_contents_that_repos_share(hubcache, home):
    """Only those that no repo uses go, with their lists, under the client's lock."""
    cache, commit = home.path / ".cache/huggingface/hub", "0" * 40
    used, unused, held = (cache / "blobs" / two / (two * 32) for two in ("ab", "cd", "ef"))
    for content in (used, unused, held):
        write(content, bytes(100_000))
        write(content.with_name(content.name + ".refs"), b"models--me--one/blobs/1234\n")
        write(content.with_name(content.name + ".lock"), b"")
    write(cache / "blobs/.huggingface-shared-blobs", b"1\n")
    place = cache / "models--me--one"
    for link in (place / "blobs/1234", place / "snapshots" / commit / "a.bin"):
        link.parent.mkdir(parents=True)
    (place / "blobs/1234").symlink_to(os.path.relpath(used, place / "blobs"))
    (place / "snapshots" / commit / "a.bin").symlink_to("../../blobs/1234")
    with open(held.with_name(held.name + ".lock")) as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        [line] = left(hubcache)
        assert "another process uses or has changed 1 file" in line
    assert used.exists() and held.exists() and not unused.exists()
    assert not unused.with_name(unused.name + ".refs").exists() and used.with_name(used.name + ".refs").exists()
    assert pruned(hubcache) == {"unused_content": {str(held)}}
    (cache / "blobs/.huggingface-shared-blobs").unlink()  # then the folder is not the client's
    write(unused, b"x")
    assert ok(hubcache("prune", "--json"))["groups"] == []


# --- what stays


def test_young_files_and_a_wrong_clock(hubcache, home):
    for name, age in (("young", 3600), ("future", -TWO_DAYS)):
        old(home.temporary(NAME) / name, seconds=age)
    before = tree(home.path, times=True)
    assert ok(hubcache("prune", "-y", "--json"))["groups"] == []
    assert tree(home.path, times=True) == before
    old(home.temporary(NAME) / "young")
    assert pruned(hubcache) == {"unfinished": {str(home.temporary(NAME) / "young")}}


def test_a_file_that_is_open(hubcache, home):
    path = old(home.temporary(NAME) / "a.bin")
    with open(path, "ab") as file:
        code = "import sys; print(1, flush=True); sys.stdin.read()"
        holder = subprocess.Popen(
            [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, pass_fds=[file.fileno()]
        )
        assert holder.stdout is not None and holder.stdout.readline()
        before = tree(home.temporary(NAME), times=True)
        [line] = left(hubcache)
        assert "another process uses" in line and tree(home.temporary(NAME), times=True) == before
        holder.communicate(b"")
    assert pruned(hubcache) == {"unfinished": {str(path)}}


def test_a_client_that_downloads(hubcache, home, hf):
    """Its lock, and the lock of aistudio-sdk, protect all files of the repo."""
    place = home.path / ".cache/huggingface/hub/models--me--tuned"
    path = old(place / "blobs/12.0a1b2c3d.incomplete")
    lock = next((home.path / ".cache/huggingface/hub/.locks/models--me--tuned").glob("*.lock"))
    with open(lock) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        assert any("a client is downloading it" in line for line in left(hubcache, "hf:me/tuned"))
        pruned(hubcache, "hf:me/other")
        assert path.exists() and lock.exists()
    old(home.temporary(NAME) / "a.bin")
    old(home.temporary(NAME) / "a.bin.lock", str(os.getpid()).encode())
    assert any(f"process {os.getpid()} holds" in line for line in left(hubcache, NAME))
    old(home.temporary(NAME) / "a.bin.lock", str(2**22 + 1).encode())
    assert set(pruned(hubcache, NAME)) == {"unfinished", "lock"}
    assert not home.temporary(NAME).exists()


# --- adoptions


def test_an_adoption_without_its_folder(hubcache, hub, home):
    """It is released: the files from before come back."""
    cached = Cached("aistudio-0.3.9", home, {"aistudio": hub}, None)
    scene = Scene(hub, home)
    assert cached.downloads(REPO) == ALL
    before = tree(scene.place)
    ok(hubcache("adopt", REPO, scene.user))
    assert ok(hubcache("prune", "--json"))["groups"] == []
    scene.user.rename(home.path / "elsewhere")
    text = ok(hubcache("prune", "--dry-run"))
    assert f"adoption of {REPO} (aistudio), whose folder '{scene.user}' does not exist" in text
    assert pruned(hubcache) == {"adoption": set()}
    assert tree(scene.place) == before and cached.downloads(REPO) == set()
    assert not scene.lost(home.path / "elsewhere")


def test_an_adopted_repo_stays_as_it_is(hubcache, hub, home):
    """In place, the user's own files may have the names of unfinished downloads."""
    scene = Scene(hub, home).put("copy")
    old(scene.place / "mine.incomplete")
    old(home.temporary(REPO) / "a.bin")
    ok(hubcache("adopt", REPO, scene.place))
    before = tree(home.path, times=True)
    assert ok(hubcache("prune", "-y", "--json"))["groups"] == []
    assert tree(home.path, times=True) == before
    scene.place.rename(home.path / "elsewhere")  # `restore` can bring the files back
    assert ok(hubcache("prune", "-y", "--json"))["groups"] == []


def test_the_copy_of_a_lost_folder_is_kept(hubcache, hub, home):
    scene = Scene(hub, home)
    ok(hubcache("adopt", REPO, scene.user, "--link", "copy"))
    for path in sorted(scene.user.rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    scene.user.rmdir()
    [group] = ok(hubcache("prune", "-y", "--json"))["groups"]
    assert len(group["kept"]) == len(ALL)
    assert all(Path(path).read_bytes().startswith(b"my own ") for path in group["kept"])


# --- the rest of killed removals; forms


def test_the_rest_of_a_killed_removal(hubcache, home):
    rest = home.cache / "models/._hubcache/me/tuned/removed/place/model.bin"
    write(rest, bytes(5000))
    assert pruned(hubcache) == {"removed": {str(rest)}}
    assert own_folders(home) == []


def test_the_question_and_a_dry_run(hubcache, home):
    path = old(home.temporary(NAME) / "a.bin", bytes(100_000))
    before = tree(home.path, times=True)
    text = ok(hubcache("prune", "--dry-run"))
    assert (
        text == f"to be removed: unfinished downloads of {NAME} (aistudio): 1 file, 100.0 KiB\nthis frees 100.0 KiB\n"
    )
    run = hubcache("prune")
    assert run.returncode == CONFLICT and "Remove this?" in run.stderr and "add --yes" in run.stderr
    assert ok(hubcache("prune", "--target", "huggingface", "-y", "--json"))["groups"] == []
    run = hubcache("prune", "me/none", "-y")
    assert run.returncode == 1 and "is not cached" in run.stderr
    assert tree(home.path, times=True) == before and path.exists()
    assert ok(hubcache("prune", "-y")).startswith("removed unfinished downloads of me/tuned (aistudio): 1 file")


def test_from_python(python, home):  # noqa: F811
    path = old(home.temporary(NAME) / "a.bin")
    told = python("""
plan = hubcache.prune(dry_run=True)
done = hubcache.prune("me/tuned", target="aistudio", ask=lambda text: True)
[group] = done.groups
assert "unfinished" in str(done) and plan.dry_run and done.complete
result = [group.what, group.paths, group.kept]
""")
    assert told == ["unfinished", [str(path)], []] and not path.exists()
