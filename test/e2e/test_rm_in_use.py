"""`hubcache rm` leaves a repo that somebody uses, and names the user."""

import contextlib
import fcntl
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Iterator

import pytest
from cached import Cached, own_folders
from file_systems import mount
from hubdouble import Fault
from mounts import CommandInside, mounts  # noqa: F401 (a fixture)
from other_user import NOBODY, as_user, needs_root, reachable_home
from scene import ALL, write

from adoption import ok, tree

NAME = "me/tuned"


def left(hubcache, home, name: str = NAME, *arguments: object) -> str:
    """Returns why rm leaves the repo. Nothing has changed."""
    before = tree(home.path, times=True)
    run = hubcache("rm", name, "-y", *arguments)
    assert run.returncode == 1, run.stdout + run.stderr
    assert tree(home.path, times=True) == before
    [line] = [line for line in run.stdout.splitlines() if line.startswith("left ")]
    return line


@pytest.fixture
def place(home) -> Path:
    write(home.place(NAME) / "model.bin", bytes(5000))
    write(home.place(NAME) / "inner/file", b"x")
    return home.place(NAME)


USES = {
    "open": "file = open(sys.argv[1] + '/model.bin')",
    "mapped": "file = open(sys.argv[1] + '/model.bin'); held = mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ); file.close()",
    "working folder": "os.chdir(sys.argv[1] + '/inner')",
    "open folder": "held = os.open(sys.argv[1], os.O_RDONLY)",
}


@contextlib.contextmanager
def using(place: Path, code: str, *prefix: str) -> Iterator[int]:
    """Runs a program that uses the place. Yields its process id."""
    words = [
        *prefix,
        sys.executable,
        "-c",
        f"import mmap, os, sys\n{code}\nprint(os.getpid(), flush=True)\nsys.stdin.read()",
    ]
    process = subprocess.Popen([*words, place], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    number = int(process.stdout.readline())
    yield number
    process.communicate("")


@pytest.mark.parametrize("use", USES)
def test_a_process_uses_the_repo(hubcache, home, place, use):
    with using(place, USES[use]) as number:
        assert f"process {number} uses it" in left(hubcache, home)
    ok(hubcache("rm", NAME, "-y"))
    assert not place.exists()


@pytest.mark.parametrize("kind", ["xfs", "btrfs"])
def test_other_file_systems(hubcache, mounts, tmp_path, kind):  # noqa: F811
    """btrfs tells another device for a mapped file than for the file itself."""
    mounted = tmp_path / "mounted"
    mount(mounts, kind, mounted, tmp_path / "image")
    command, env = CommandInside(mounts, hubcache), {"AISTUDIO_CACHE_HOME": str(mounted)}
    place = mounts.inside(mounted) / "models" / NAME
    write(place / "model.bin", bytes(5000))
    with using(mounted / "models" / NAME, USES["mapped"], *mounts.enter) as number:
        run = command("rm", NAME, "-y", env=env)
        assert run.returncode == 1 and f"process {number} uses it" in run.stdout, run.stdout + run.stderr
    ok(command("rm", NAME, "-y", env=env))
    assert not place.exists() and not list(place.parents[1].rglob("*hubcache*"))


def test_locks(hubcache, home, hf_hub):
    """A lock of a client of huggingface_hub, and one of aistudio-sdk, as another container may hold them."""
    cached = Cached("huggingface-2.4.0", home, {"huggingface": hf_hub}, None)
    cached.push(NAME)
    assert cached.downloads(NAME) == ALL
    lock = next((home.path / ".cache/huggingface/hub/.locks/models--me--tuned").glob("*.lock"))
    holder = "import fcntl, os, sys\nfile = open(sys.argv[1])\nfcntl.flock(file, fcntl.LOCK_EX)\n"
    with using(lock, holder):
        assert "uses it" in left(hubcache, home, "hf:" + NAME)
    with open(lock) as file:  # as seen from a container with other processes: /proc does not tell
        fcntl.flock(file, fcntl.LOCK_EX)
        run = subprocess.run(
            [
                "unshare",
                "--user",
                "--map-root-user",
                "--pid",
                "--fork",
                "--mount-proc",
                hubcache.binary,
                "rm",
                f"hf:{NAME}",
                "-y",
            ],
            env=hubcache.env,
            text=True,
            capture_output=True,
        )
        if "unshare" in run.stderr:
            pytest.skip(f"no namespace of processes can be made here: {run.stderr}")
        assert run.returncode == 1 and f"it holds '{lock}'" in run.stdout, run.stdout + run.stderr
    write(home.temporary(NAME) / "a.bin.lock", str(os.getpid()).encode())
    assert f"process {os.getpid()} holds" in left(hubcache, home)
    ok(hubcache("rm", "hf:" + NAME, "-y"))


@pytest.mark.parametrize("client", ["aistudio-0.3.9", "huggingface-2.4.0", "modelscope-1.37.1", "modelscope-1.40.2"])
def test_a_client_is_downloading(hubcache, home, hub, hf_hub, ms_hub, ms_front, client):
    """The client is in the middle of a file. After rm has refused, it completes the download."""
    cached = Cached(client, home, {"aistudio": hub, "huggingface": hf_hub, "modelscope": ms_hub}, ms_front)
    cached.push(NAME)
    cached.remote.faults.add(Fault("weights", bytes_per_second=600))
    with ThreadPoolExecutor() as threads:
        running = threads.submit(cached.downloads, NAME)
        until = time.monotonic() + 60
        while not has_part(home.path / ".cache"):
            assert time.monotonic() < until and not running.done()
            time.sleep(0.05)
        run = hubcache("rm", cached.name(NAME), "-y")
        assert run.returncode == 1 and "left " in run.stdout, run.stdout + run.stderr
        assert running.result(60) == ALL
    cached.remote.faults.clear()
    assert cached.downloads(NAME) == set()
    ok(hubcache("rm", cached.name(NAME), "-y"))
    assert own_folders(home) == []


def has_part(folder: Path) -> bool:
    """Whether a client has begun to download the slow file. It may remove folders meanwhile: os.walk passes over them."""
    return any(is_part(Path(inside) / name) for inside, _, names in os.walk(folder) for name in names)


def is_part(path: Path) -> bool:
    """Whether a client has begun to download the slow file to there."""
    name = str(path)
    is_temporary = name.endswith(".incomplete") or (("tmp" in name or "temp" in name) and "weights" in name)
    try:
        return is_temporary and path.is_file() and path.stat().st_size < 3000
    except OSError:
        return False


# --- other folders


def test_a_symlinked_place(hubcache, home):
    write(home.path / "outside/model.bin", b"mine")
    home.place(NAME).parent.mkdir(parents=True)
    home.place(NAME).symlink_to(home.path / "outside")
    assert "is a symlink" in left(hubcache, home)


def test_a_mount_point(hubcache, home, place, mounts):  # noqa: F811
    command = CommandInside(mounts, hubcache)
    mounts.volume(place / "inner", {"file": b"on a volume"})
    run = command("rm", NAME, "-y")
    assert run.returncode == 1 and f"'{place}/inner' is a mount point" in run.stdout, run.stdout
    assert (place / "model.bin").exists() and (mounts.inside(place) / "inner/file").read_bytes() == b"on a volume"
    mounts.unmount(place / "inner")
    mounts.volume(place, {"file": b"on a volume"})
    run = command("rm", NAME, "-y")
    assert run.returncode == 1 and f"'{place}' is a mount point" in run.stdout, run.stdout


@needs_root
def test_files_of_another_user(hubcache, home, place):
    os.chown(place / "inner/file", NOBODY, NOBODY)
    assert f"'{place}/inner/file' belongs to another user" in left(hubcache, home)


@needs_root
def test_the_cache_of_another_user(hubcache, egress):
    """A user removes nothing of root's; root removes what belongs to one user."""
    with reachable_home(egress.url) as home:
        write(home.place(NAME) / "model.bin", b"x")
        os.chown(home.path, NOBODY, NOBODY)
        run = subprocess.run(
            [hubcache.binary, "rm", NAME, "-y"], env=home.env, text=True, capture_output=True, **as_user()
        )
        if "Permission denied" in run.stderr:
            pytest.skip("another user cannot run the command here")
        assert run.returncode == 1 and "belongs to another user" in run.stdout, run.stdout + run.stderr
        for path in [home.cache, *home.cache.rglob("*")]:
            os.chown(path, NOBODY, NOBODY)
        run = subprocess.run([hubcache.binary, "rm", NAME, "-y"], env=home.env, text=True, capture_output=True)
        assert run.returncode in (0, 1) and (run.returncode == 1) == home.place(NAME).exists(), run.stdout + run.stderr


def test_a_folder_in_a_local_dir_is_not_cached(hubcache, home):
    write(home.path / "models/README.md", b"mine")
    run = hubcache("rm", NAME, "--target", "hf-dir", "-y")
    assert run.returncode == 1 and "is not cached" in run.stderr
