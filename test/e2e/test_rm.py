"""`hubcache rm` on the caches of the real clients: the repo is gone and the client downloads it again; everything else
stays as it is."""

import os
import pty
import subprocess
from pathlib import Path

import pytest
from cached import CLIENTS, Cached, own_folders
from installed import environment, python  # noqa: F401 (fixtures)
from scene import ALL, REPO, Scene, put_file, write

from adoption import files, ok, record_folder, tree
from caches import du

NAME, OTHER = "me/tuned", "me/other"
CONFLICT = 5


@pytest.fixture
def hubs(hub, hf_hub, ms_hub, csg_hub) -> dict:
    return {"aistudio": hub, "huggingface": hf_hub, "modelscope": ms_hub, "csghub": csg_hub}


@pytest.fixture(params=CLIENTS)
def cached(request, home, hubs, ms_front) -> Cached:
    return Cached(request.param, home, hubs, ms_front)


@pytest.fixture
def hf(home, hubs) -> Cached:
    return Cached("huggingface-2.4.0", home, hubs, None)


def removed(hubcache, *arguments: object) -> list[dict]:
    return ok(hubcache("rm", *arguments, "-y", "--json"))["repos"]


def left(hubcache, *arguments: object) -> str:
    """Returns the reason for which the only repo was left; nothing has changed."""
    run = hubcache("rm", *arguments, "-y")
    assert run.returncode == 1, run.stdout + run.stderr
    [line] = [line for line in run.stdout.splitlines() if line.startswith("left ")]
    return line


# --- the caches of the clients


def test_the_client_downloads_the_repo_again(hubcache, home, cached):
    cached.push(NAME, OTHER)
    assert cached.downloads(NAME) == cached.downloads(OTHER) == ALL
    place = cached.place(hubcache, NAME)
    other = tree(cached.place(hubcache, OTHER), times=True)
    size = du(place)
    target = ["--target", cached.kind] if cached.hub == "csghub" else []
    [repo] = removed(hubcache, cached.name(NAME), *target)
    assert (repo["place"], repo["why_left"], repo["kept"]) == (str(place), None, [])
    assert size <= repo["disk_size"] <= size + 64 * 1024  # with the client's locks
    assert not place.exists() and own_folders(home) == []
    assert cached.name(NAME) not in {one["name"] for one in ok(hubcache("ls", "--json", *target))["repos"]}
    assert tree(cached.place(hubcache, OTHER), times=True) == other
    assert cached.downloads(OTHER) == set()
    assert cached.downloads(NAME) == ALL
    again = hubcache("rm", cached.name("me/never"), "-y")
    assert again.returncode == 1 and "is not cached" in again.stderr


def test_locks_of_huggingface(hubcache, home, hf):
    hf.push(NAME, OTHER)
    assert hf.downloads(NAME) == hf.downloads(OTHER) == ALL
    locks = home.path / ".cache/huggingface/hub/.locks"
    assert {one.name for one in locks.iterdir()} == {"models--me--tuned", "models--me--other"}
    removed(hubcache, "hf:me/tuned")
    assert {one.name for one in locks.iterdir()} == {"models--me--other"}


@pytest.mark.parametrize("client", ["aistudio-0.3.9", "modelscope-1.37.1", "csghub-0.9.3"])
def test_a_name_with_dots(hubcache, home, hubs, ms_front, client):
    """The symlink from the name to the masked folder goes, too."""
    cached = Cached(client, home, hubs, ms_front)
    cached.push("me/qwen2.5")
    assert cached.downloads("me/qwen2.5") == ALL
    removed(hubcache, cached.name("me/qwen2.5"))
    assert not [path for path in (home.path / ".cache").rglob("qwen2*")]
    assert cached.downloads("me/qwen2.5") == ALL


def test_an_unfinished_download(hubcache, home):
    """rm removes the files that a client has left in its temporary folder, even if the repo has no other file."""
    write(home.temporary(NAME) / "a.bin_0_100", b"x" * 100)
    [repo] = removed(hubcache, NAME)
    assert repo["files"] == 1 and not home.temporary(NAME).exists()
    assert ok(hubcache("ls", "--json"))["repos"] == []


def test_repos_without_an_owner_and_of_two_types(hubcache, home):
    cache = home.path / ".cache/huggingface/hub"
    for name in ("models--gpt2", "models--me--one", "datasets--me--one", "spaces--me--demo"):
        write(cache / name / "snapshots" / ("0" * 40) / "config.json", b"{}")
    run = hubcache("rm", "hf:me/one", "-y")
    assert run.returncode == 2 and "is cached as dataset and as model" in run.stderr, run.stderr
    assert len(list(cache.iterdir())) == 4
    removed(hubcache, "hf:me/one", "--repo-type", "dataset")
    removed(hubcache, "hf:gpt2", "hf:me/demo")
    assert [one.name for one in cache.iterdir()] == ["models--me--one"]
    removed(hubcache, "me/one", "--target", "huggingface")
    assert list(cache.iterdir()) == []


def test_files_of_several_repos(hubcache, home):
    """A hard link frees nothing as long as the file has another name. A symlink is removed, never followed."""
    outside = home.path / "outside"
    write(home.place("me/one") / "model.bin", bytes(1 << 20))
    put_file("hardlink", home.place("me/one") / "model.bin", home.place("me/two") / "model.bin")
    write(outside / "mine", b"mine")
    (home.place("me/one") / "link").symlink_to(outside)
    (home.place("me/one") / "file").symlink_to(outside / "mine")
    write(home.place("me/one") / os.fsdecode(b"\xff\n"), b"")
    os.mkfifo(home.place("me/one") / "pipe")
    [repo] = removed(hubcache, "me/one")
    assert repo["disk_size"] < 1 << 20 and (outside / "mine").read_bytes() == b"mine"
    assert (home.place("me/two") / "model.bin").read_bytes() == bytes(1 << 20)
    [repo] = removed(hubcache, "me/two")
    assert repo["disk_size"] >= 1 << 20 and own_folders(home) == []


# --- adoptions


def test_an_adopted_repo(hubcache, hub, home):
    scene = Scene(hub, home).put("copy")
    ok(hubcache("adopt", REPO, scene.user))
    before = tree(home.path, times=True)
    assert f"hubcache release {REPO} --target aistudio" in left(hubcache, REPO)
    assert tree(home.path, times=True) == before
    ok(hubcache("release", REPO))
    user = tree(scene.user, times=True)
    removed(hubcache, REPO)
    assert tree(scene.user, times=True) == user and not scene.place.exists()


def test_adopted_in_place(hubcache, hub, home):
    scene = Scene(hub, home).put("copy")
    ok(hubcache("adopt", REPO, scene.place))
    before = files(scene.place)
    assert "release" in left(hubcache, REPO) and files(scene.place) == before


@pytest.mark.parametrize(
    "what", ["the folder", "a folder in it", "a folder around it", "a file to which a symlink leads"]
)
def test_a_repo_that_an_adoption_needs(hubcache, hub, home, what):
    """The user has adopted a folder of another client's cache, by a name with a symlink above it."""
    Scene(hub, home)
    cache = home.path / "disk/hub"
    place = cache / "models--me--tuned"
    write(place / "snapshots" / ("0" * 40) / "config.json", b"my only copy")
    alias = home.path / "alias"
    alias.symlink_to(home.path / "disk")
    folder = {"the folder": "hub/models--me--tuned", "a folder in it": "hub/models--me--tuned/snapshots/" + "0" * 40}
    user = alias / folder.get(what, "hub")
    if what == "a file to which a symlink leads":
        user = home.path / "mine"
        user.mkdir()
        (user / "config.json").symlink_to(place / "snapshots" / ("0" * 40) / "config.json")
    ok(hubcache("adopt", REPO, user, "--offline"))
    env = {"HF_HUB_CACHE": str(cache)}
    run = hubcache("rm", "hf:me/tuned", "-y", env=env)
    assert run.returncode == 1 and "an adoption needs" in run.stdout, run.stdout + run.stderr
    assert (place / "snapshots" / ("0" * 40) / "config.json").read_bytes() == b"my only copy"
    ok(hubcache("release", REPO))
    ok(hubcache("rm", "hf:me/tuned", "-y", env=env))
    assert not place.exists()


def test_files_that_hubcache_keeps(hubcache, hub, home):
    """rm never deletes them, and tells where they are."""
    scene = Scene(hub, home)
    ok(hubcache("adopt", REPO, scene.user))
    write(scene.place / "added.txt", b"added by a program")
    ok(hubcache("release", REPO))
    [kept] = [path for path in record_folder(home, REPO).rglob("added.txt")]
    assert "only the files that hubcache keeps in" in left(hubcache, REPO)
    write(scene.place / "README.md", b"x")
    removed(hubcache, REPO)
    assert kept.read_bytes() == b"added by a program" and not scene.place.exists()


# --- the question


@pytest.fixture
def two(home) -> list[Path]:
    for name in ("me/one", "me/two"):
        write(home.place(name) / "model.bin", bytes(1 << 20))
    return [home.place("me/one"), home.place("me/two")]


def test_a_dry_run(hubcache, home, two):
    before = tree(home.path, times=True)
    text = ok(hubcache("rm", "me/one", "me/two", "--dry-run"))
    assert f"to be removed: me/one (aistudio): 1 file, 1.0 MiB, '{two[0]}'" in text and "this frees 2.0 MiB" in text
    assert ok(hubcache("rm", "me/one", "--dry-run", "--json"))["dry_run"] is True
    assert tree(home.path, times=True) == before


def test_nobody_to_answer(hubcache, home, two):
    before = tree(home.path, times=True)
    run = hubcache("rm", "me/one")
    assert run.returncode == CONFLICT and "to be removed: me/one" in run.stderr and "add --yes" in run.stderr
    assert tree(home.path, times=True) == before


@pytest.mark.parametrize("answer", ["y", "n", ""])
def test_the_answer(hubcache, home, two, answer):
    ours, theirs = pty.openpty()
    words = [hubcache.binary, "rm", "me/one"]
    run = subprocess.Popen(
        words, env=hubcache.env, stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    os.close(theirs)
    os.write(ours, f"{answer}\n".encode())
    output, errors = run.communicate(timeout=60)
    os.close(ours)
    assert "Remove these repos? [y/N]" in errors
    assert (run.returncode, two[0].exists()) == ((0, False) if answer == "y" else (CONFLICT, True))
    assert two[1].exists() and (answer != "y" or "removed me/one (aistudio): 1 file, 1.0 MiB" in output)


def test_wrong_ids(hubcache, home, two):
    for words, code, said in (
        (["me/twp"], 1, "did you mean me/two?"),
        (["me/one", "me/none"], 1, "'me/none' is not cached"),
        (["x:me/one"], 2, "no hub has the prefix"),
        (["me/one", "--target", "nowhere"], 2, "nowhere"),
        (["me/one", "--target", "huggingface"], 1, "is not cached"),
        ([], 2, "REPO_ID"),
    ):
        run = hubcache("rm", *words, "-y")
        assert run.returncode == code and said in run.stderr, (words, run.stderr)
    assert all(place.exists() for place in two)


def test_from_python(python, home, two):  # noqa: F811
    told = python("""
plans = []
report = hubcache.remove_cached("me/one", dry_run=True)
try:
    hubcache.remove_cached("me/one", ask=lambda text: plans.append(text))
except hubcache.ConflictError as error:
    refused = error.message
done = hubcache.remove_cached("me/one", ask=lambda text: True)
assert "me/one" in str(done) and done.complete
result = [report.repos[0].place, report.dry_run, plans, refused, done.repos[0].kept]
""")
    assert told[0:2] == [str(two[0]), True] and told[3:] == ["nothing was removed", []]
    assert told[2][0].startswith("to be removed: me/one") and told[2][0].endswith("Remove these repos?")
    assert not two[0].exists() and two[1].exists()


def test_several_repos(hubcache, home, two):
    """An empty cache folder stays: the client would make it again."""
    removed(hubcache, "me/one", "me/two")
    assert own_folders(home) == [] and (home.cache / "models/me").is_dir()
