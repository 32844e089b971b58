"""The kind of link that adopt chooses for each file: on real file systems, for files of another user, and for files at
the limit of hard links. The real clients load the result."""

import fcntl
import os
import shutil
import struct
import subprocess
from pathlib import Path

import pytest
from file_systems import WITHOUT_LINKS, Disk
from hf_scene import REPO as HF_REPO
from hf_scene import HfScene
from mounts import CommandInside, mounts  # noqa: F401 (a fixture)
from scene import FILES, REPO, Scene, write
from users import Users, users  # noqa: F401 (a fixture)

from adoption import ok, tree

FAILED, CONFLICT = 1, 5
WEIGHTS = "model.safetensors"
MOST_LINKS = {"ext4": 65_000, "btrfs": 65_535}


def has_shared_extents(path: Path) -> bool:
    """Returns True if another file shares the file's blocks (FS_IOC_FIEMAP)."""
    fs_ioc_fiemap, sync, shared = 0xC020660B, 1, 0x2000
    request = bytearray(struct.pack("=QQIIII", 0, 2**64 - 1, sync, 0, 1, 0) + bytes(56))
    with open(path, "rb") as file:
        fcntl.ioctl(file, fs_ioc_fiemap, request)
    count = struct.unpack_from("=I", request, 20)[0]
    flags = struct.unpack_from("=I", request, 32 + 40)[0]
    return count > 0 and flags & shared != 0


@pytest.fixture
def disk(mounts, hubcache, tmp_path, hub, home):  # noqa: F811
    scene = Scene(hub, home)
    return lambda kind: Disk(mounts, hubcache, tmp_path, kind, scene.user)


@pytest.fixture
def hf_env(hubcache, hf_hub):
    hf_hub.repo(HF_REPO).push(FILES)
    hubcache.env["HF_ENDPOINT"] = hf_hub.url
    return {"HF_ENDPOINT": hf_hub.url}


def links(report) -> dict[str, int]:
    return report["links"]


# ---- reflinks


@pytest.mark.parametrize("kind", ["xfs", "btrfs"])
def test_hugging_face_by_reflinks(hf, disk, hf_env, kind):
    """The client takes reflinks, and the user's edits reach them only by refresh."""
    here = disk(kind)
    env = {"HF_HUB_CACHE": str(here.folder / "hub")}
    told = ok(here.command("adopt", f"hf:{HF_REPO}", here.model, "--json", env=env))
    assert links(told) == {"reflink": 5} and told["copied_files"] == 0
    run = here.client(hf).snapshot_download(HF_REPO, env=env)
    assert (run.error, run.downloads) == (None, set()), run.error_text
    snapshot = Path(run.value)
    assert here.contents(snapshot) == here.contents(here.model)
    placed = here.inside(snapshot / WEIGHTS)
    assert placed.stat().st_nlink == 1 and has_shared_extents(placed)
    again = ok(here.command("refresh", f"hf:{HF_REPO}", "--check", "--json", env=env))
    assert not again["repos"][0]["stale"]
    ok(here.command("release", f"hf:{HF_REPO}", env=env))
    assert not here.inside(snapshot).exists()


@pytest.mark.parametrize(
    "target, expected",
    [
        ("aistudio", "symlink"),
        ("paddlex", "symlink"),
        ("aistudio-dir", "symlink"),
        ("aistudio-0.2", "hardlink"),
        ("huggingface", "reflink"),
        ("hf-dir", "reflink"),
    ],
)
@pytest.mark.parametrize("kind", ["xfs", "btrfs"])
def test_the_first_kind_of_each_target(disk, hf_env, kind, target, expected):
    """The kinds are those that include/hubcache/adopt.h and the README name."""
    here = disk(kind)
    env = {
        name: str(here.folder / "cache") for name in ("AISTUDIO_CACHE_HOME", "PADDLE_PDX_CACHE_HOME", "HF_HUB_CACHE")
    }
    place = ["--place", here.folder / "local"] if target in ("aistudio-dir", "hf-dir") else []
    repo = {"huggingface": f"hf:{HF_REPO}", "hf-dir": f"hf:{HF_REPO}"}.get(target, REPO)
    told = ok(here.command("adopt", repo, here.model, "--target", target, *place, "--json", env=env))
    assert links(told) == {expected: 5}


def test_a_symlink_is_not_safe_where_the_client_writes_through_it(sdk, disk, home):
    """With its temporary folder on another disk, the SDK writes into the files instead of renaming over them. On XFS
    hubcache then uses reflinks."""
    here = disk("xfs")
    cache, temporary = here.folder / "cache", here.folder / "cache/models/._tmp"
    here.inside(temporary).mkdir(parents=True)
    assert here.mounts.run("mount", "-t", "tmpfs", "tmpfs", temporary).returncode == 0
    env = {"AISTUDIO_CACHE_HOME": str(cache), "AISTUDIO_CACHE": str(cache)}
    told = ok(here.command("adopt", REPO, here.model, "--json", env=env))
    assert links(told) == {"reflink": 5}
    run = here.client(sdk).snapshot_download(REPO, env=env)
    assert (run.error, run.downloads) == (None, set()), run.error_text
    assert here.contents(cache / "models" / REPO) == here.contents(here.model)


def test_one_probe_for_many_files(cache_of_many):
    """hubcache tries a reflink once for the file system, not once for each file."""
    command, folder = cache_of_many
    trace = folder / "trace"
    run = subprocess.run(
        [
            "strace",
            "-f",
            "-e",
            "trace=ioctl",
            "-o",
            trace,
            command.binary,
            "adopt",
            f"hf:{HF_REPO}",
            folder / "many",
            "--offline",
            "--json",
        ],
        env=command.env,
        text=True,
        capture_output=True,
        timeout=120,
    )
    told = ok(run)
    assert told["files"] == 300 and sum(links(told).values()) == 300
    if "reflink" in links(told):
        pytest.skip("the tests' own file system has reflinks")
    assert sum("FICLONE" in line for line in trace.read_text().splitlines()) == 1


@pytest.fixture
def cache_of_many(hubcache, home):
    if not shutil.which("strace"):
        pytest.skip("strace is missing")
    for i in range(300):
        write(home.path / "many" / f"{i}.bin", b"x")
    return hubcache, home.path


# ---- files of another user


def model_with_a_colleagues_file(users: Users) -> Path:  # noqa: F811
    """Creates a model of Alice with one file of Bob, which Alice may read but not write."""
    for path in FILES:
        users.alice.write(users.alice.home / "model" / path, Scene.edited(path))
    theirs = users.alice.home / "model" / WEIGHTS
    os.chown(theirs, users.bob.uid, users.bob.uid)
    theirs.chmod(0o644)
    return users.alice.home / "model"


@pytest.fixture
def protected():
    setting = Path("/proc/sys/fs/protected_hardlinks")
    if not setting.exists() or setting.read_text().strip() != "1":
        pytest.skip("fs.protected_hardlinks is off: another user's files can be linked to")


def test_another_users_file_is_copied_and_the_rest_linked(protected, hf, hf_env, users):  # noqa: F811
    folder = model_with_a_colleagues_file(users)
    env = hf_env | {"HF_HUB_CACHE": str(users.alice.home / "hub")}
    size = len(Scene.edited(WEIGHTS))
    dry = ok(users.alice("adopt", f"hf:{HF_REPO}", folder, "--dry-run", "--json", env=env))
    assert (links(dry), dry["copied_files"], dry["copied_bytes"]) == ({"hardlink": 4, "copy": 1}, 1, size)
    run = users.alice("adopt", f"hf:{HF_REPO}", folder, env=env)
    assert run.returncode == 0, run.stderr
    assert "5 files by 4 hardlink, 1 copy" in run.stdout and f"copied 1 file, {size} B" in run.stdout
    assert f"copying 1 file, {size} B" in run.stderr and "another user" in run.stdout and WEIGHTS in run.stdout
    client = hf.snapshot_download(HF_REPO, env=env)
    assert (client.error, client.downloads) == (None, set()), client.error_text
    assert HfScene.lost(Path(client.value)) == set()
    [shown] = ok(users.alice("status", f"hf:{HF_REPO}", "--json", env=env))["repos"]
    assert shown["adoption"]["links"] == {"hardlink": 4, "copy": 1} and shown["adoption"]["link"] == "hardlink"
    assert users.alice("refresh", f"hf:{HF_REPO}", "--check", env=env).returncode == 0
    (folder / WEIGHTS).write_bytes(b"edited by Bob")
    [refreshed] = ok(users.alice("refresh", f"hf:{HF_REPO}", "--json", env=env))["repos"]
    assert (refreshed["changed"], refreshed["copied_files"], refreshed["copied_bytes"]) == (1, 1, 13)
    assert (Path(client.value) / WEIGHTS).read_bytes() == b"edited by Bob"
    ok(users.alice("release", f"hf:{HF_REPO}", env=env))
    assert not Path(client.value).exists() and (folder / WEIGHTS).read_bytes() == b"edited by Bob"


@pytest.mark.parametrize("repo, works", [(f"hf:{HF_REPO}", "copy"), (REPO, "symlink")])
def test_a_hard_link_that_is_asked_for_names_what_works(protected, hub, hf_env, users, repo, works):  # noqa: F811
    hub.repo(REPO).push(FILES)
    folder = model_with_a_colleagues_file(users)
    before = tree(users.shared)
    run = users.alice("adopt", repo, folder, "--link", "hardlink", env=hf_env)
    assert run.returncode == CONFLICT and WEIGHTS in run.stderr, run.stderr
    assert f"hubcache adopt {repo} {folder} --link {works}" in run.stderr
    assert tree(users.shared) == before
    ok(users.alice("adopt", repo, folder, "--link", works, env=hf_env))


def test_another_users_file_in_place_is_refused(protected, hub, users):  # noqa: F811
    """In place, each file needs a second hard link: a copy would miss the user's later edits."""
    hub.repo(REPO).push(FILES)
    folder = model_with_a_colleagues_file(users)
    place = users.alice.home / "cache/models" / REPO
    place.parent.mkdir(parents=True)
    folder.rename(place)
    for name in (users.alice.home / "cache", users.alice.home / "cache/models", place.parent):
        os.chown(name, users.alice.uid, users.alice.uid)
    before = tree(users.alice.home)
    run = users.alice("adopt", REPO, place, env={"AISTUDIO_CACHE_HOME": str(users.alice.home / "cache")})
    assert (
        run.returncode == FAILED and "second hard link" in run.stderr and "outside the client's cache" in run.stderr
    ), run.stderr
    after = {name: thing for name, thing in tree(users.alice.home).items() if not f"{name}/".startswith(".local/")}
    assert after == before


# ---- files on another disk


def test_a_shard_on_another_disk_is_copied_and_the_rest_linked(hf, hubcache, hf_env, hf_hub, home, other_device):
    scene = HfScene(hf_hub, home)
    shutil.move(scene.user / WEIGHTS, other_device / "shard")
    (scene.user / WEIGHTS).symlink_to(other_device / "shard")
    told = ok(hubcache("adopt", f"hf:{HF_REPO}", scene.user, "--json"))
    assert (links(told), told["copied_files"]) == ({"hardlink": 4, "copy": 1}, 1)
    assert told["copied_bytes"] == len(Scene.edited(WEIGHTS))
    run = hf.snapshot_download(HF_REPO)
    assert (run.error, run.downloads) == (None, set()) and scene.lost(Path(home.path / run.value)) == set()
    assert hubcache("refresh", "--check").returncode == 0
    ok(hubcache("release", f"hf:{HF_REPO}"))
    assert not scene.place.exists() and (other_device / "shard").read_bytes() == Scene.edited(WEIGHTS)


def test_a_folder_that_is_mounted_into_the_model(mounts, hubcache, hf_env, hf_hub, home, tmp_path):  # noqa: F811
    """A mounted folder has the same device, and only the attempt shows that a hard link to it is impossible."""
    scene = HfScene(hf_hub, home)
    source = tmp_path / "weights"
    shutil.copytree(scene.user / "inference", source)
    mounts.bind(source, scene.user / "inference")
    command = CommandInside(mounts, hubcache)
    told = ok(command("adopt", f"hf:{HF_REPO}", scene.user, "--json"))
    assert (links(told), told["copied_files"]) == ({"hardlink": 3, "copy": 2}, 2)
    assert any("inference/" in warning and "copied 2 files" in warning for warning in told["warnings"])
    assert scene.lost(scene.snapshot()) == set()
    assert command("refresh", "--check").returncode == 0
    ok(command("release", f"hf:{HF_REPO}"))
    assert not scene.place.exists()


# ---- file systems without links


@pytest.mark.parametrize("kind", list(WITHOUT_LINKS))
def test_a_cache_without_links(sdk, disk, kind):
    """adopt copies all files and says so, the SDK takes the copies, and release restores the previous files."""
    here = disk(kind)
    env = {"AISTUDIO_CACHE_HOME": str(here.folder / "cache"), "AISTUDIO_CACHE": str(here.folder / "cache")}
    place = here.folder / "cache/models" / REPO
    genuine = here.client(sdk).snapshot_download(REPO, env=env, max_workers=1)
    assert genuine.error is None and genuine.downloads == set(FILES), genuine.error_text
    before = here.contents(place)
    run = here.command("adopt", REPO, here.model, "--json", env=env)
    told = ok(run)
    assert links(told) == {"copy": 5} and told["copied_files"] == 5 and "copying 5 files" in run.stderr
    assert any("copied 5 files" in warning for warning in told["warnings"])
    client = here.client(sdk).snapshot_download(REPO, env=env)
    assert (client.error, client.downloads) == (None, set()), client.error_text
    assert here.contents(place) == here.contents(here.model)
    assert here.command("refresh", "--check", env=env).returncode == 0
    ok(here.command("release", REPO, env=env))
    assert here.contents(place) == before


@pytest.mark.parametrize("kind", list(WITHOUT_LINKS))
@pytest.mark.parametrize("link", ["symlink", "hardlink", "reflink"])
def test_a_link_that_is_asked_for_without_links(disk, kind, link):
    here = disk(kind)
    env = {"AISTUDIO_CACHE_HOME": str(here.folder / "cache")}
    run = here.command("adopt", REPO, here.model, "--link", link, env=env)
    assert run.returncode in (FAILED, CONFLICT) and f"hubcache adopt {REPO} {here.model} --link copy" in run.stderr, (
        run.stderr
    )
    assert not here.inside(here.folder / "cache/models" / REPO).exists()
    # FUSE keeps the removed lock under a hidden name while it is open, so its folder cannot be removed.
    assert [path for path in here.inside(here.folder / "cache").rglob("*") if not path.is_dir()] == []


# ---- no more links of a file


def with_all_links(here: Disk, kind: str) -> None:
    """Gives the model's weights as many hard links as the file system allows."""
    here.inside(here.folder / "links").mkdir()
    weights = here.inside(here.model / WEIGHTS)
    for i in range(MOST_LINKS[kind] - 1):
        os.link(weights, here.inside(here.folder / "links") / f"{i}")
    with pytest.raises(OSError, match="Too many links"):
        os.link(weights, here.inside(here.folder / "links/more"))


@pytest.mark.parametrize(
    "kind, target, expected",
    [("ext4", "huggingface", {"hardlink": 4, "copy": 1}), ("btrfs", "aistudio-0.2", {"hardlink": 4, "reflink": 1})],
)
def test_a_file_with_as_many_links_as_there_can_be(disk, hf_env, kind, target, expected):
    here = disk(kind)
    with_all_links(here, kind)
    env = {"AISTUDIO_CACHE_HOME": str(here.folder / "cache"), "HF_HUB_CACHE": str(here.folder / "cache")}
    repo = f"hf:{HF_REPO}" if target == "huggingface" else REPO
    refused = here.command("adopt", repo, here.model, "--target", target, "--link", "hardlink", env=env)
    works = "copy" if kind == "ext4" else "reflink"
    assert refused.returncode == FAILED and f"--link {works}" in refused.stderr, refused.stderr
    assert not here.inside(here.folder / "cache").exists()
    told = ok(here.command("adopt", repo, here.model, "--target", target, "--json", env=env))
    assert links(told) == expected and told["copied_files"] == expected.get("copy", 0)
    assert here.command("refresh", "--check", env=env).returncode == 0
    [again] = ok(here.command("refresh", "--json", env=env))["repos"]
    assert not again["stale"]
    released = ok(here.command("release", repo, "--target", target, "--json", env=env))
    assert (released["removed"], released["kept"]) == (5, [])
