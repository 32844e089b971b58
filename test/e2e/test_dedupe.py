"""`hubcache dedupe`: equal files share their disk space, and nothing else changes. The real clients then run again and
download nothing. df(1)'s figure for the file system shows what was gained."""

import hashlib
import os
import pty
import random
import re
import select
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from conftest import Command
from file_systems import mount
from hf import HfClient
from hubdouble import Lfs
from mounts import CommandInside, Mounts, mounts  # noqa: F401 (a fixture)
from ms import MsClient
from other_user import NOBODY, needs_root
from scene import write
from sdk import Sdk, venv_of

from adoption import ok

sys.path.insert(0, str(Path(__file__).parents[1] / "crash"))

from command import Command as Stepped  # noqa: E402

REPO = "me/tuned"
LARGE = random.Random(1).randbytes(24 * 2**20 + 12345)  # more than one piece of FIDEDUPERANGE
SMALL = random.Random(2).randbytes(70_000)
FILES = {"config.json": b"{}\n", "model.safetensors": Lfs(LARGE), "vocab/tokens.bin": SMALL}
CONFLICT = 5


def facts(file: Path) -> tuple:
    """Returns what a program can see of a file, except for its inode and its times of access and status change."""
    info = file.stat()
    attributes = {name: os.getxattr(file, name) for name in os.listxattr(file)}
    content = hashlib.sha256(file.read_bytes()).hexdigest()
    return content, stat.S_IMODE(info.st_mode), info.st_uid, info.st_gid, info.st_mtime_ns, attributes


def all_facts(folder: Path) -> dict[str, tuple]:
    found = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return {str(path.relative_to(folder)): facts(path) for path in found}


def stats(folder: Path) -> dict[str, tuple]:
    """Returns everything that lstat says of all names, except for the times of access."""
    return {
        str(path): tuple(value for number, value in enumerate(path.lstat()) if number != stat.ST_ATIME)
        + (path.lstat().st_mtime_ns, path.lstat().st_ctime_ns)
        for path in [folder, *folder.rglob("*")]
    }


def used(folder: Path) -> int:
    """Returns the occupied bytes of the folder's file system."""
    opened = os.open(folder, os.O_RDONLY)
    subprocess.run(["sync", "-f", str(folder)], check=True)
    info = os.fstatvfs(opened)
    os.close(opened)
    return (info.f_blocks - info.f_bfree) * info.f_frsize


class Clients:
    """Three real clients with their caches on a mounted file system, in which each has the same files."""

    def __init__(self, mounts, hubcache, home, folder, kind, hub, hf_hub, ms_hub, ms_front):  # noqa: F811
        self.mounts, self.caches = mounts, folder / "mounted"
        mount(mounts, kind, self.caches, folder / "image")
        self.env = {
            "AISTUDIO_CACHE_HOME": str(self.caches / "aistudio"),
            "HF_HUB_CACHE": str(self.caches / "hf"),
            "MODELSCOPE_CACHE": str(self.caches / "ms"),
        }
        self.command = CommandInside(mounts, hubcache)
        for one in (hub, hf_hub, ms_hub):
            one.repo(REPO).push(FILES)
        self.aistudio, self.hf, self.ms = (
            client.under("nsenter", f"--target={mounts.keeper.pid}", "--mount")
            for client in (
                Sdk("0.3.9", venv_of("aistudio-0.3.9"), home, hub),
                HfClient("huggingface-hub", "2.4.0", home, hf_hub),
                MsClient("1.40.2", home, ms_hub, ms_front),
            )
        )

    @property
    def inside(self) -> Path:
        return self.mounts.inside(self.caches)

    def download(self) -> set[str]:
        """Runs all clients. Returns the files that they have downloaded."""
        runs = [client.snapshot_download(REPO, env=self.env) for client in (self.aistudio, self.hf, self.ms)]
        assert [run.error for run in runs] == [None] * 3, [run.error_text for run in runs]
        return set().union(*(run.downloads for run in runs))

    def dedupe(self, *options: object) -> dict:
        return ok(self.command("dedupe", "--json", *options, env=self.env))

    def check(self) -> None:
        assert self.download() == set()
        verified = self.hf.tool("cache", "verify", REPO, env=self.env)
        assert verified.returncode == 0, verified.stdout + verified.stderr


@pytest.fixture
def clients(mounts, hubcache, home, tmp_path, hub, hf_hub, ms_hub, ms_front, request) -> Clients:  # noqa: F811
    made = Clients(mounts, hubcache, home, tmp_path, request.param, hub, hf_hub, ms_hub, ms_front)
    assert made.download() == set(FILES)
    return made


@pytest.mark.parametrize("clients", ["btrfs", "xfs"], indirect=True)
def test_clients_share_blocks(clients):
    folder = clients.inside
    before, before_used, before_times = all_facts(folder), used(folder), stats(folder)
    plan = clients.dedupe("--dry-run")
    gain = 2 * (len(LARGE) + len(SMALL))
    assert (plan["to_gain"], plan["gained"], plan["duplicates"], plan["dry_run"]) == (gain, 0, 4, True)
    assert [group["size"] for group in plan["groups"]] == [len(LARGE), len(SMALL)]  # the largest gain first
    assert used(folder) > before_used - gain // 2
    report = clients.dedupe("--yes")
    assert (report["gained"], {group["sharing"] for group in report["groups"]}) == (gain, {"blocks"})
    assert {file["state"] for group in report["groups"] for file in group["files"]} == {"shared"}
    assert used(folder) < before_used - gain * 0.9
    assert all_facts(folder) == before and stats(folder) == before_times
    clients.check()
    again = clients.dedupe("--yes")
    assert (again["to_gain"], again["groups"], again["shared_already"]) == (0, [], gain)


@pytest.mark.parametrize("clients", ["ext4"], indirect=True)
def test_clients_get_hard_links_only_if_asked(clients):
    folder = clients.inside
    before, before_times = all_facts(folder), stats(folder)
    report = clients.dedupe("--yes")
    gain = 2 * (len(LARGE) + len(SMALL))
    assert (report["to_gain"], report["by_hard_links"], report["not_sharable"]) == (0, gain, 0)
    assert stats(folder) == before_times
    assert "--hardlink" in clients.command("dedupe", "--dry-run", env=clients.env).stdout
    before_used = used(folder)
    report = clients.dedupe("--yes", "--hardlink")
    assert (report["gained"], {group["sharing"] for group in report["groups"]}) == (gain, {"hardlink"})
    assert used(folder) < before_used - gain * 0.9
    after = all_facts(folder)
    oldest = min(fact[4] for fact in before.values() if fact[0] == hashlib.sha256(LARGE).hexdigest())
    assert {fact[4] for fact in after.values() if fact[0] == hashlib.sha256(LARGE).hexdigest()} == {oldest}
    without_times = lambda found: {name: fact[:4] + fact[5:] for name, fact in found.items()}  # noqa: E731
    assert without_times(after) == without_times(before)
    clients.check()
    assert clients.dedupe("--yes", "--hardlink")["to_gain"] == 0
    # The clients replace their files by a rename: a new version of one is not a new version of the others.
    clients.aistudio.hub.repo(REPO).push({"vocab/tokens.bin": SMALL[::-1]})
    assert clients.download() == {"vocab/tokens.bin"}
    contents = [fact[0] for fact in all_facts(folder).values()]
    assert contents.count(hashlib.sha256(SMALL).hexdigest()) == 2


@pytest.mark.parametrize("kind", ["xfs", "ext4"])
def test_an_adopted_folder_shares_blocks_and_never_becomes_hard_links(mounts, hubcache, home, tmp_path, kind):  # noqa: F811
    mounted = tmp_path / "mounted"
    mount(mounts, kind, mounted, tmp_path / "image")
    command, env = CommandInside(mounts, hubcache), {"AISTUDIO_CACHE_HOME": str(mounted / "cache")}
    inside = mounts.inside(mounted)
    for name in ("mine", "other", "cache/models/you/genuine"):
        write(inside / name / "model.bin", LARGE)
    ok(command("adopt", REPO, mounted / "mine", "--offline", "--link", "copy", env=env))
    inodes = {path: path.stat().st_ino for path in inside.rglob("model.bin")}
    before = all_facts(inside / "mine")
    words = ["dedupe", mounted / "mine", mounted / "other", "--hardlink", "--yes", "--json"]
    report = ok(command(*words, env=env))
    assert {path: path.stat().st_ino for path in inside.rglob("model.bin")} == inodes
    assert all_facts(inside / "mine") == before
    if kind == "xfs":
        assert report["gained"] == 2 * len(LARGE)
        # The copy of the adoption shares the folder's blocks already, except for the last one: XFS copies so.
        assert report["shared_already"] >= len(LARGE) - 4096
    else:
        assert (report["to_gain"], report["not_sharable"]) == (0, 3 * len(LARGE))
    ok(command("release", REPO, env=env))
    assert all_facts(inside / "mine") == before


@pytest.mark.parametrize("kind", ["xfs", "btrfs"])
def test_files_with_the_same_ends_find_their_twins(mounts, hubcache, tmp_path, kind):  # noqa: F811
    """With --yes only the kernel compares the whole files. Those that differ are then compared with each other."""
    mounted = tmp_path / "mounted"
    mount(mounts, kind, mounted, tmp_path / "image")
    inside, command = mounts.inside(mounted), CommandInside(mounts, hubcache)
    large = {name: LARGE[:9_000_000] + middle + LARGE[9_000_001:] for name, middle in zip("ABC", (b"A", b"B", b"C"))}
    small = {name: bytes([number]) * 5000 for number, name in enumerate("abc")}
    for folder, names in (("one", "ABCabc"), ("two", "BCab"), ("three", "C")):
        for name in names:
            write(inside / folder / name, (large | small)[name])
    before, before_used = all_facts(inside), used(inside)
    plan = ok(command("dedupe", mounted, "--dry-run", "--json"))
    report = ok(command("dedupe", mounted, "--yes", "--json"))
    assert (report["gained"], report["to_gain"]) == (plan["to_gain"], plan["to_gain"])
    assert report["gained"] == 3 * len(LARGE) + 2 * 5000 and report["duplicates"] == 5
    assert [len(group["files"]) for group in report["groups"]] == [2, 1, 1, 1]
    assert used(inside) < before_used - 2.9 * len(LARGE) and all_facts(inside) == before
    again = ok(command("dedupe", mounted, "--yes", "--json"))
    assert (again["to_gain"], again["groups"]) == (0, [])


# --- the following tests need no other file system: `twins` are hard-linked where blocks cannot be shared

AISTUDIO, HF_BLOBS = ".cache/aistudio/hub/models/me/tuned", ".cache/huggingface/hub/models--me--tuned/blobs"


@pytest.fixture
def twins(home) -> list[Path]:
    """Returns equal files of two clients' caches."""
    names = [home.path / AISTUDIO / "model.bin", home.path / HF_BLOBS / ("a" * 64)]
    for name in names:
        write(name, LARGE)
    return names


def is_shared(report: dict) -> bool:
    return report["gained"] == len(LARGE) and report["groups"][0]["files"][0]["state"] == "shared"


def left(report: dict) -> str:
    [group] = report["groups"]
    [file] = group["files"]
    assert (file["state"], report["gained"]) == ("left", 0)
    return file["why"]


def test_a_dry_run_changes_nothing(hubcache, home, twins):
    (home.path / "state").mkdir()
    before = stats(home.path)
    report = ok(
        hubcache("dedupe", home.path, "--hardlink", "--dry-run", "--json", env={"HUBCACHE_CACHE": "/dev/shm/none"})
    )
    assert report["to_gain"] == len(LARGE) and stats(home.path) == before


def test_without_a_terminal_the_command_names_the_next_step(hubcache, twins):
    run = hubcache("dedupe", "--hardlink")
    assert run.returncode == CONFLICT and "--dry-run" in run.stderr and "--yes" in run.stderr
    assert twins[0].stat().st_ino != twins[1].stat().st_ino


def test_a_file_that_is_open_for_writing_is_left_and_named(hubcache, twins):
    for name in twins:
        with open(name, "r+b"):
            assert "is writing to" in left(ok(hubcache("dedupe", "--hardlink", "--yes", "--json")))
    assert is_shared(ok(hubcache("dedupe", "--hardlink", "--yes", "--json")))


@pytest.mark.parametrize("difference", ["mode", "attribute", "another name", "no cache"])
def test_hard_links_need_equal_modes_and_attributes_and_known_names(hubcache, home, twins, difference):
    """Files that share blocks may differ in these; so this test runs where blocks cannot be shared."""
    one = twins[0]
    words = ["dedupe", "--hardlink", "--yes", "--json"]
    if difference == "mode":
        one.chmod(0o600)
    elif difference == "attribute":
        os.setxattr(one, "user.mark", b"x")
    elif difference == "another name":
        os.link(one, home.path / "by-the-user")
    else:
        one.rename(home.path / "mine.bin")
        words.append(home.path)
    report = ok(hubcache(*words))
    if any(group["sharing"] == "blocks" for group in report["groups"]):
        pytest.skip("the file system shares blocks")
    assert (report["to_gain"], report["not_sharable"]) == (0, len(LARGE))


@needs_root
def test_files_of_another_user_are_left(hubcache, twins):
    os.chown(twins[0], NOBODY, NOBODY)
    report = ok(hubcache("dedupe", "--hardlink", "--yes", "--json"))
    assert report["to_gain"] == 0 and any("other users" in note for note in report["notes"])


class Asked:
    """The command in a terminal, up to its question."""

    def __init__(self, hubcache: Command, *words: object):
        self.master, slave = pty.openpty()
        self.process = subprocess.Popen(
            [hubcache.binary, *map(str, words)], env=hubcache.env, stdin=slave, stdout=subprocess.PIPE, stderr=slave
        )
        os.close(slave)
        self.shown = b""
        while b"[y/N]" not in self.shown:
            assert select.select([self.master], [], [], 60)[0], self.shown
            self.shown += os.read(self.master, 4096)

    def answer(self, text: str) -> str:
        os.write(self.master, text.encode() + b"\n")
        return self.process.communicate(timeout=60)[0].decode()


def test_a_file_that_changes_after_the_question_stays(hubcache, twins):
    asked = Asked(hubcache, "dedupe", "--hardlink")
    assert b"24.0 MiB" in asked.shown
    with open(twins[0], "r+b") as file:
        file.seek(len(LARGE) // 2)
        file.write(b"new")
    assert "has changed" in asked.answer("y")
    assert twins[0].read_bytes() != LARGE and twins[1].read_bytes() == LARGE


def test_no_is_no(hubcache, twins):
    asked = Asked(hubcache, "dedupe", "--hardlink")
    asked.answer("n")
    assert asked.process.returncode == CONFLICT and twins[0].stat().st_nlink == 1


def test_two_at_once(hubcache, twins):
    asked = Asked(hubcache, "dedupe", "--hardlink")
    other = hubcache("dedupe", "--hardlink", "--yes")
    assert other.returncode == CONFLICT and "another hubcache dedupe" in other.stderr
    assert "gained" in asked.answer("y") and asked.process.returncode == 0


def test_a_client_that_downloads_meanwhile(hubcache, home, hub):
    """The client moves each file into its place while hubcache looks for duplicates again and again."""
    repos = {
        f"me/tuned{number}": {f"part{n}.bin": LARGE[:100_000] + bytes([n]) for n in range(8)} for number in range(3)
    }
    for repo, files in repos.items():
        hub.repo(repo).push(files)
    sdk = Sdk("0.3.9", venv_of("aistudio-0.3.9"), home, hub)
    is_over, reports = threading.Event(), []

    def repeat() -> None:
        while not is_over.is_set():
            reports.append(ok(hubcache("dedupe", "--hardlink", "--yes", "--json")))

    thread = threading.Thread(target=repeat)
    thread.start()
    try:
        runs = [sdk.snapshot_download(repo) for repo in repos]
    finally:
        is_over.set()
        thread.join()
    assert [run.error for run in runs] == [None] * 3
    ok(hubcache("dedupe", "--hardlink", "--yes", "--json"))
    for repo, files in repos.items():
        assert {name: (home.place(repo) / name).read_bytes() for name in files} == files
        assert sdk.snapshot_download(repo).downloads == set()
    assert ok(hubcache("dedupe", "--hardlink", "--yes", "--json"))["to_gain"] == 0


STRIDE = 1 if os.environ.get("HUBCACHE_CRASH_ALL") == "1" else 4


def contents(home) -> dict[str, bytes]:
    folder = home.path / ".cache"
    files = (path for path in folder.rglob("*") if path.is_file() and "hubcache" not in path.parts)
    return {str(path): path.read_bytes() for path in files}


def test_killed_at_any_call(hubcache, home):
    """Every file is whole after the kill, and the next command gains all and leaves no other names."""
    names = [home.path / AISTUDIO / "a.bin", home.path / AISTUDIO / "b.bin", home.path / HF_BLOBS / ("a" * 64)]
    stepped = Stepped(hubcache.env, home.path)
    before, tried = {}, 0
    for number in range(1, 2000, STRIDE):
        for name in names:
            name.unlink(missing_ok=True)
            write(name, SMALL)
        before = before or contents(home)
        stop = stepped.kill("changes", number, "dedupe", "--hardlink", "--yes")
        found = contents(home)
        assert {name: found.get(name) for name in before} == before, stop
        if not stop.reached:
            break
        tried += 1
        report = ok(hubcache("dedupe", "--hardlink", "--yes", "--json"))
        assert (report["notes"], contents(home)) == ([], before), stop
        again = ok(hubcache("dedupe", "--hardlink", "--dry-run", "--json"))
        assert (again["to_gain"], again["notes"]) == (0, []), stop
    assert tried > 2


def test_what_a_killed_command_left_is_never_the_only_copy(hubcache, home, twins):
    """A file under hubcache's name for its links that no file beside it equals stays, and is named."""
    name = hashlib.sha256(b"model.bin").hexdigest()[:32]
    leftover = twins[0].parent / f".hubcache-dedupe-{name}"
    leftover.write_bytes(SMALL)
    report = ok(hubcache("dedupe", "--hardlink", "--yes", "--json"))
    assert leftover.read_bytes() == SMALL and any(str(leftover) in note for note in report["notes"])
    leftover.write_bytes(LARGE)
    report = ok(hubcache("dedupe", "--hardlink", "--yes", "--json"))
    assert not leftover.exists() and twins[0].read_bytes() == LARGE


@pytest.mark.parametrize("does", ["replaces", "removes"])
def test_a_program_that_replaces_or_removes_the_file_between_two_calls(hubcache, home, twins, does):
    """At each change that hubcache makes, another program renames a new version over the name, or removes it: so it
    stays, and nothing of hubcache's does."""
    stepped = Stepped(hubcache.env, home.path)
    script = home.path / "replace"
    change = f'printf newer > "{home.path}/new" && mv "{home.path}/new" "{twins[0]}"'
    script.write_text(f"#!/bin/sh\n{change if does == 'replaces' else f'rm {twins[0]}'}\n")
    script.chmod(0o755)
    tried = 0
    for number in range(1, 2000):
        for name in twins:
            name.unlink(missing_ok=True)
            write(name, SMALL)
        os.utime(twins[1], (1, 1))  # the oldest is kept: the replaced file is the other
        stop = stepped.race("changes", number, str(script), "dedupe", "--hardlink", "--yes")
        if not stop.reached:
            break
        tried += 1
        assert twins[1].read_bytes() == SMALL, stop
        found = {path.name: path.read_bytes() for path in twins[0].parent.iterdir()}
        assert found == ({"model.bin": b"newer"} if does == "replaces" else {}), stop
    assert tried > 2


def test_files_that_are_not_equal_in_the_middle(hubcache, home):
    """They have the same size, and the same first and last bytes."""
    one, other = home.path / AISTUDIO / "one.bin", home.path / AISTUDIO / "other.bin"
    write(one, LARGE)
    write(other, LARGE[: len(LARGE) // 2] + b"\0" + LARGE[len(LARGE) // 2 + 1 :])
    report = ok(hubcache("dedupe", "--hardlink", "--yes", "--json"))
    assert (report["files"], report["to_gain"]) == (2, 0) and one.read_bytes() == LARGE


def test_symlinks_are_not_followed_and_a_folder_is_looked_at_once(hubcache, home, twins):
    outside = home.path / "outside"
    write(outside / "model.bin", LARGE)
    (twins[0].parent / "linked.bin").symlink_to(outside / "model.bin")
    (twins[0].parent / "folder").symlink_to(outside)
    report = ok(hubcache("dedupe", twins[0].parent, twins[0].parent.parent, "--hardlink", "--dry-run", "--json"))
    assert (report["files"], report["duplicates"]) == (2, 1)


def test_a_wrong_folder_and_a_wrong_target(hubcache, home):
    for words, code in ((["nowhere"], 1), (["--target", "nowhere"], 2)):
        run = hubcache("dedupe", "--json", *words)
        assert run.returncode == code and re.search("nowhere", run.stderr)
