"""adopt, release and restore exit with 5 and change nothing while another program works on the place."""

import contextlib
import fcntl
import os
import subprocess
import time
from pathlib import Path
from typing import Iterator

import pytest
from home import read_msc
from scene import FILES, REPO, Scene, write

from adoption import ok, record_folder, tree

CONFLICT = 5
LONG_AGO = 11 * 60
ABOVE_THE_LARGEST_PID = 2**22 + 1


@pytest.fixture
def scene(hub, home) -> Scene:
    return Scene(hub, home)


def refused(hubcache, home, *arguments, word: str) -> str:
    before = tree(home.path, times=True)
    run = hubcache(*arguments)
    assert (run.returncode, run.stdout) == (CONFLICT, ""), run.stdout + run.stderr
    assert word in run.stderr and run.stderr.splitlines()[1].startswith("hint: wait until ")
    assert tree(home.path, times=True) == before
    return run.stderr


def commands(scene: Scene) -> list[list]:
    return [
        ["adopt", REPO, scene.user],
        ["adopt", REPO, scene.user, "--link", "copy", "--offline"],
        ["release", REPO],
        ["restore", REPO],
    ]


# --- another hubcache


@contextlib.contextmanager
def held(lock: Path) -> Iterator[None]:
    lock.parent.mkdir(parents=True, exist_ok=True)
    with open(lock, "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def test_another_hubcache(hubcache, scene, home):
    ok(hubcache("adopt", REPO, scene.user))
    lock = record_folder(home, REPO) / "lock"
    with held(lock):
        for arguments in commands(scene):
            refused(hubcache, home, *arguments, word=f"another hubcache process holds the lock '{lock}'")
        assert hubcache("status").returncode == 0 and hubcache("adopt", REPO, scene.user, "--dry-run").returncode == 0
    for arguments in (["adopt", REPO, scene.user], ["release", REPO]):
        ok(hubcache(*arguments))


def test_another_hubcache_that_has_just_begun(hubcache, scene, home):
    lock = record_folder(home, REPO) / "lock"
    with held(lock):
        refused(hubcache, home, "adopt", REPO, scene.user, word=f"'{lock}'")


def test_another_hubcache_on_another_repo(hubcache, scene, home):
    with held(record_folder(home, "ctbots/other") / "lock"):
        ok(hubcache("adopt", REPO, scene.user))


def test_many_at_once(hubcache, scene):
    """Each of several simultaneous commands succeeds or is refused, and the result is a complete adoption."""
    running = [
        subprocess.Popen(
            [hubcache.binary, "adopt", REPO, scene.user, "--link", link],
            env=hubcache.env,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for link in ("copy", "symlink", "hardlink") * 4
    ]
    said = [(one.communicate(timeout=60)[1], one.returncode) for one in running]
    assert {code for _, code in said} <= {0, CONFLICT} and 0 in {code for _, code in said}
    assert all("another hubcache process holds the lock" in error for error, code in said if code)
    assert scene.lost(scene.place) == set() and len(read_msc(scene.place)) == 2 * len(FILES)
    ok(hubcache("adopt", REPO, scene.user))
    ok(hubcache("release", REPO))
    assert not scene.place.exists()


# --- an SDK that downloads


def lock_of(home, content: bytes, seconds_ago: float = 0, path: str = "inference/config.json") -> Path:
    lock = home.temporary(REPO) / (path + ".lock")
    write(lock, content)
    then = time.time() - seconds_ago
    os.utime(lock, (then, then))
    return lock


@pytest.mark.parametrize("age", [0, LONG_AGO, 3600 * 24])
def test_a_live_process(hubcache, scene, home, age):
    """The lock of a live process counts, however old it is."""
    ok(hubcache("adopt", REPO, scene.user))
    lock = lock_of(home, str(os.getpid()).encode(), age)
    for arguments in commands(scene):
        said = refused(hubcache, home, *arguments, word=f"process {os.getpid()} holds '{lock}'")
        assert "a client is downloading into " + repr(str(scene.place)) in said and "delete the lock file" in said


@pytest.mark.parametrize(
    "content", [str(ABOVE_THE_LARGEST_PID).encode(), b"", b"no pid", b"-1", b"0", b"12 34", b"9" * 30, b"\xff\xfe"]
)
def test_an_unknown_owner(hubcache, scene, home, content):
    """A lock of another container or machine counts if it is less than 10 minutes old."""
    lock = lock_of(home, content)
    refused(hubcache, home, "adopt", REPO, scene.user, word=f"'{lock}' is less than 10 minutes old")
    lock_of(home, content, 9 * 60)
    refused(hubcache, home, "adopt", REPO, scene.user, word="less than 10 minutes old")
    lock_of(home, content, LONG_AGO)
    ok(hubcache("adopt", REPO, scene.user))


def test_a_lock_from_the_future(hubcache, scene, home):
    """A lock with a time in the future, from another machine's clock, counts as new."""
    lock_of(home, b"4194305", -3600)
    refused(hubcache, home, "adopt", REPO, scene.user, word="less than 10 minutes old")


@contextlib.contextmanager
def zombie() -> Iterator[int]:
    """Yields the pid of a process that has ended and is not reaped yet."""
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    try:
        yield pid
    finally:
        os.waitpid(pid, 0)


def test_a_zombie_is_dead(hubcache, scene, home):
    """A zombie counts as dead, as in the SDK's file_download.is_process_alive."""
    with zombie() as pid:
        lock_of(home, str(pid).encode(), LONG_AGO)
        ok(hubcache("adopt", REPO, scene.user))


def test_white_space_around_a_pid(hubcache, scene, home):
    """White space around the pid is accepted, because the SDK parses it with int()."""
    lock_of(home, f" {os.getpid()}\n".encode(), LONG_AGO)
    refused(hubcache, home, "adopt", REPO, scene.user, word=f"process {os.getpid()} holds")


def test_one_lock_among_many(hubcache, scene, home):
    for number in range(20):
        lock_of(home, b"4194305", LONG_AGO, f"folder{number}/file.bin")
    ok(hubcache("adopt", REPO, scene.user, "--dry-run"))
    lock_of(home, str(os.getpid()).encode(), LONG_AGO, "folder7/deep/er/file.bin")
    refused(hubcache, home, "adopt", REPO, scene.user, word="folder7/deep/er/file.bin.lock")


def test_locks_of_other_repos(hubcache, scene, home):
    for repo in ("ctbots/other", "other/first-paddle-model"):
        write(home.temporary(repo) / "README.md.lock", str(os.getpid()).encode())
    write(home.temporary(REPO, "datasets") / "README.md.lock", str(os.getpid()).encode())
    ok(hubcache("adopt", REPO, scene.user))


def test_a_dotted_name_has_its_locks_unmasked(hubcache, hub, home):
    scene = Scene(hub, home, "ctbots/model-1.5")
    write(home.temporary("ctbots/model-1.5") / "README.md.lock", str(os.getpid()).encode())
    refused(hubcache, home, "adopt", "ctbots/model-1.5", scene.user, word="README.md.lock")


def test_a_lock_that_is_a_folder_or_a_loop(hubcache, scene, home):
    """A lock that is a folder or a symlink loop is not the SDK's lock; it does not stop the command."""
    (home.temporary(REPO) / "x.lock").mkdir(parents=True)
    loop = home.temporary(REPO) / "y.lock"
    loop.symlink_to(loop.name)
    then = time.time() - LONG_AGO
    os.utime(loop, (then, then), follow_symlinks=False)
    ok(hubcache("adopt", REPO, scene.user))


def wait_for(condition, what: str) -> None:
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end, f"{what} never came"
        time.sleep(0.02)


@pytest.fixture
def download(sdk, scene, hub, home) -> Iterator[subprocess.Popen]:
    """Starts a real download, of which the hub sends one file's content slowly."""
    if sdk.version == "0.3.5":
        pytest.skip("0.3.5 has no locks: nothing tells that it downloads")
    hub.fault("/media/inference%2Fa%2Fweights.bin", bytes_per_second=300)
    program = f"from aistudio_sdk.snapshot_download import snapshot_download; snapshot_download(repo_id={REPO!r}, max_workers=1)"
    with subprocess.Popen(
        [sdk.venv / "bin/python", "-c", program],
        env=sdk.env,
        cwd=home.path,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as running:
        part = home.temporary(REPO) / "inference/a/weights.bin"
        wait_for(lambda: Path(str(part) + ".lock").exists() and part.exists(), "the download")
        yield running
        running.kill()


def test_a_real_download(hubcache, scene, hub, home, download):
    lock = home.temporary(REPO) / "inference/a/weights.bin.lock"
    wait_for(lambda: lock.read_bytes(), "the pid")
    user = tree(scene.user, times=True)
    place = {name: what for name, what in tree(home.cache).items() if name.startswith("models/ctbots")}
    for arguments in (["adopt", REPO, scene.user], ["adopt", REPO, scene.user, "--offline"]):
        run = hubcache(*arguments)
        assert (run.returncode, run.stdout) == (CONFLICT, "") and f"process {download.pid} holds '{lock}'" in run.stderr
    assert tree(scene.user, times=True) == user and not record_folder(home, REPO).exists()
    assert {name: what for name, what in tree(home.cache).items() if name.startswith("models/ctbots")} == place
    assert "a client is downloading" in hubcache("status").stdout
    # The killed process leaves its lock, which is still new.
    download.kill()
    download.wait()
    run = hubcache("adopt", REPO, scene.user)
    assert (
        run.returncode == CONFLICT and "less than 10 minutes old" in run.stderr and "delete the lock file" in run.stderr
    )
    lock.unlink()
    report = ok(hubcache("adopt", REPO, scene.user, "--json"))
    assert scene.lost(scene.place) == set() and any("weights.bin" in name for name in report["kept"])


def test_after_a_real_download(hubcache, sdk, scene, home):
    """A complete download leaves no lock, so adopt does not have to wait."""
    sdk.snapshot_download(REPO)
    ok(hubcache("adopt", REPO, scene.user))
    assert sdk.snapshot_download(REPO).downloads == set() and scene.lost(scene.place) == set()
