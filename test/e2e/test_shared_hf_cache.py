"""A Hugging Face cache that two users share: Bob has downloaded the repo with the real client, and Alice adopts her own
files. Bob owns the blobs, and only Bob can read the listing that his client saved (trees/*.json)."""

import os
import pty
import stat
import subprocess
from pathlib import Path
from typing import Iterator

import pytest
from hf_scene import REPO, HfScene
from home import Home
from other_user import reachable_home
from scene import FILES, Scene
from users import GROUP, User, Users, users  # noqa: F401 (a fixture)

from adoption import files, ok

CONFLICT = 5
WEIGHTS = "model.safetensors"


@pytest.fixture
def home(egress) -> Iterator[Home]:
    """Provides a home in a folder that other users can reach, because the clients run as other users."""
    with reachable_home(egress.url) as home:
        yield home


def as_user(hf, user: User):
    """Returns the client, run as this user with a umask that lets the group write."""
    groups = [f"--reuid={user.uid}", f"--regid={user.uid}", f"--groups={GROUP}"]
    client = hf.under("setpriv", *groups, "--", "sh", "-c", 'umask 002; exec "$@"', "sh")
    client.env = user.env | {
        "HF_ENDPOINT": hf.env["HF_ENDPOINT"],
        "PYTHONDONTWRITEBYTECODE": "1",
        "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    }
    return client


@pytest.fixture
def place(hf, hf_hub, users) -> Path:  # noqa: F811
    """Creates Bob's genuine download. Alice may read his blobs but not write them, so the system does not let her
    create hard links to them."""
    hf_hub.repo(REPO).push(FILES)
    cache = users.shared / "huggingface" / "hub"
    for folder in (cache.parent, cache):
        folder.mkdir()
        os.chown(folder, 0, GROUP)
        folder.chmod(0o2775)
    run = as_user(hf, users.bob).snapshot_download(REPO)
    assert run.error is None and run.downloads == set(FILES), run.error_text
    for blob in (cache / "models--me--tuned/blobs").iterdir():
        blob.chmod(0o644)
    for user in (users.alice, users.bob):
        user.env["HF_ENDPOINT"] = hf_hub.url
    for path in FILES:
        users.alice.write(users.alice.home / "model" / path, Scene.edited(path))
    return cache / "models--me--tuned"


def human_size(size: int) -> str:
    return f"{size} B" if size < 1024 else f"{size / 1024:.1f} KiB"


def owners(folder: Path) -> dict[str, int]:
    return {
        str(path.relative_to(folder)): path.lstat().st_uid
        for path in folder.rglob("*")
        if path.is_symlink() or not path.is_dir()
    }


def adopt(users: Users, *options: object):  # noqa: F811
    return users.alice("adopt", f"hf:{REPO}", users.alice.home / "model", *options)


def test_adopted_and_released(hf, users, place):  # noqa: F811
    """Bob's client then loads Alice's files. After the release, everything is as before, also Bob's listing."""
    before, of_whom = files(place), owners(place)
    listings = [path for path in (place / "trees").glob("*.json")] if (place / "trees").exists() else []
    assert all(stat.S_IMODE(listing.stat().st_mode) == 0o600 for listing in listings)
    told = ok(adopt(users, "--json"))
    assert told["links"] == {"hardlink": 5}
    size = sum(path.stat().st_size for path in (place / "blobs").iterdir())
    assert any("copied 5 files of the client's cache" in one and human_size(size) in one for one in told["warnings"]), (
        told["warnings"]
    )
    for user in (users.alice, users.bob):
        run = as_user(hf, user).snapshot_download(REPO)
        assert (run.error, run.downloads) == (None, set()), run.error_text
        assert HfScene.lost(Path(run.value)) == set()
    released = ok(users.alice("release", f"hf:{REPO}", "--json"))
    assert (released["removed"], released["kept"]) == (5, [])
    assert files(place) == before and owners(place) == of_whom
    assert not list((users.shared / "huggingface").rglob("led_to"))
    run = as_user(hf, users.bob).snapshot_download(REPO)
    assert (run.error, run.downloads) == (None, set()), run.error_text


def test_blobs_that_are_pruned_come_back(users, place):  # noqa: F811
    """`hf cache prune` deletes blobs to which no snapshot leads."""
    before = {
        path: (place / "snapshots").joinpath(path).read_bytes()
        for path in (
            str(one.relative_to(place / "snapshots")) for one in (place / "snapshots").rglob("*") if one.is_file()
        )
    }
    ok(adopt(users))
    for blob in (place / "blobs").iterdir():
        blob.unlink()
    ok(users.alice("release", f"hf:{REPO}"))
    assert {path: (place / "snapshots" / path).read_bytes() for path in before} == before


def test_a_refresh_and_a_newer_download(hf, hf_hub, users, place):  # noqa: F811
    """After a push Bob downloads again, which adds a listing of his and more blobs. Alice's refresh and release still
    work."""
    ok(adopt(users))
    hf_hub.repo(REPO).push({"README.md": b"# model, pushed\n"})
    run = as_user(hf, users.bob).snapshot_download(REPO)
    assert run.error is None, run.error_text
    [refreshed] = ok(users.alice("refresh", f"hf:{REPO}", "--json"))["repos"]
    assert refreshed["error"] is None
    run = as_user(hf, users.bob).snapshot_download(REPO)
    assert (run.error, run.downloads) == (None, set()) and HfScene.lost(Path(run.value)) == set()
    ok(users.alice("release", f"hf:{REPO}"))
    run = as_user(hf, users.bob).snapshot_download(REPO)
    assert run.error is None and (Path(run.value) / "README.md").read_bytes() == b"# model, pushed\n"


def test_copies_that_are_not_wanted(users, place):  # noqa: F811
    """hubcache asks the user before it copies more than 1 GiB. After the answer "no", nothing has changed."""
    blob = (place / "snapshots").glob(f"*/{WEIGHTS}").__next__().resolve()
    os.truncate(blob, 2**31)
    before = names(users.shared)
    ours, theirs = pty.openpty()
    alice = users.alice
    run = subprocess.Popen(
        [alice.binary, "adopt", f"hf:{REPO}", alice.home / "model"],
        env=alice.env,
        cwd="/",
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        user=alice.uid,
        group=alice.uid,
        extra_groups=[GROUP],
        umask=0o002,
    )
    os.close(theirs)
    os.write(ours, b"n\n")
    output = run.communicate(timeout=120)[0]
    os.close(ours)
    assert run.returncode == CONFLICT and "copy 5 files of the client's cache, 2.0 GiB" in output, output
    assert names(users.shared) == before


def names(folder: Path) -> dict[str, tuple[int, int]]:
    """Returns inode and link count of each entry."""
    return {str(path.relative_to(folder)): (path.lstat().st_ino, path.lstat().st_nlink) for path in folder.rglob("*")}
