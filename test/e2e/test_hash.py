"""hubcache hash prints the same digests as sha256sum, git and git-lfs, and uses the digest cache between runs."""

import hashlib
import json
import os
import pty
import random
import resource
import signal
import subprocess
from pathlib import Path

import pytest

from adoption import age, ok

OLD = 1_700_000_000  # a time in the past, old enough for the digest cache


def sums(folder: Path, *names: str) -> bytes:
    return subprocess.run(["sha256sum", *names], cwd=folder, capture_output=True, check=True).stdout


def raw(hubcache, *arguments, env={}, stderr=subprocess.PIPE, preexec=None) -> subprocess.CompletedProcess[bytes]:
    """Runs the command with bytes as output, for names that are not UTF-8."""
    return subprocess.run(
        [hubcache.binary, *arguments],
        env=hubcache.env | env,
        cwd=hubcache.folder,
        stdout=subprocess.PIPE,
        stderr=stderr,
        timeout=120,
        preexec_fn=preexec,
    )


def odd_name(chance: random.Random) -> bytes:
    letters = [
        b"a",
        b"Z",
        b"7",
        b" ",
        b".",
        b"-",
        b"\\",
        b"\n",
        b"\r",
        b"\t",
        b"'",
        b'"',
        b"\xff",
        b"\xc3\xa9",
        "模".encode(),
    ]
    return b"n" + b"".join(chance.choices(letters, k=chance.randint(0, 12)))


@pytest.mark.parametrize("seed", range(4))
def test_property_as_sha256sum_git_and_git_lfs(hubcache, home, seed):
    """The files have names with newlines and in other encodings, sizes around the buffer sizes, and nested folders."""
    chance = random.Random(seed)
    root = os.fsencode(home.path / "files")
    sizes = [0, 1, 63, 64, 4096, 262143, 262144, 262145, 300_000, 9_000_001]
    names = []
    for _ in range(40):
        folder = os.path.join(root, *(odd_name(chance) + b"D" for _ in range(chance.randint(0, 3))))
        os.makedirs(folder, exist_ok=True)
        name = os.path.join(folder, odd_name(chance))
        if not os.path.lexists(name):
            Path(os.fsdecode(name)).write_bytes(chance.randbytes(chance.choice(sizes)))
            names.append(name)
    names.sort()
    expected = subprocess.run([b"sha256sum", *names], capture_output=True, check=True).stdout
    assert raw(hubcache, b"hash", root).stdout == expected
    assert raw(hubcache, b"hash", b"--sha256", *names).stdout == expected
    # git hash-object prints no names, so the lines are compared in order.
    git = subprocess.run(
        [b"git", b"hash-object", b"--no-filters", *names], capture_output=True, check=True
    ).stdout.split()
    assert [
        line.lstrip(b"\\").split(b"  ")[0] for line in raw(hubcache, b"hash", b"--git", root).stdout.splitlines()
    ] == git
    for name in names[:6]:
        pointer = subprocess.run(
            [b"git", b"lfs", b"pointer", b"--file=" + name], capture_output=True, check=True
        ).stdout
        blob = subprocess.run(
            ["git", "hash-object", "--stdin"], input=pointer, capture_output=True, check=True
        ).stdout.strip()
        assert raw(hubcache, b"hash", b"--lfs", name).stdout.lstrip(b"\\").startswith(blob + b"  ")


def test_several_digests_and_json(hubcache, home):
    (home.path / "a").write_bytes(b"abc")
    git = subprocess.run(
        ["git", "hash-object", "a"], cwd=home.path, capture_output=True, text=True, check=True
    ).stdout.strip()
    sha256 = hashlib.sha256(b"abc").hexdigest()
    line = ok(hubcache("hash", "a", "--git", "--sha256", "--lfs")).split()
    assert (line[0], line[1], line[3]) == (git, sha256, "a")
    report = ok(hubcache("hash", "a", "--git", "--sha256", "--lfs", "--json"))
    assert report == {
        "schema": 1,
        "unhashed": [],
        "warnings": [],
        "files": [{"path": "a", "size": 3, "remembered": False, "git": git, "sha256": sha256, "lfs": line[2]}],
    }


def test_git_blob_id_whatever_autocrlf_says(hubcache, home):
    (home.path / "a.txt").write_bytes(b"one\r\ntwo\r\n")
    (home.path / ".gitconfig").write_text("[core]\n\tautocrlf = true\n")
    expected = subprocess.run(
        ["git", "hash-object", "--no-filters", "a.txt"],
        cwd=home.path,
        env=home.env,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    assert ok(hubcache("hash", "--git", "a.txt")) == f"{expected}  a.txt\n"


def test_a_sparse_file_of_more_than_4_gib(hubcache, home):
    big = home.path / "sparse"
    with open(big, "wb") as file:
        file.truncate((4 << 30) + 12345)
        file.seek((4 << 30) + 5)
        file.write(b"beyond 32 bits")
    expected = (Path(__file__).parent.parent / "data/digest/sparse.txt").read_text().split()
    [found] = ok(hubcache("hash", "--sha256", "--git", "--lfs", "--json", "sparse"))["files"]
    assert [found["sha256"], found["git"], found["lfs"]] == expected and found["size"] == (4 << 30) + 12345


def test_a_hundred_thousand_small_files(hubcache, home):
    folder = home.path / "many"
    for i in range(100):
        (folder / f"folder{i:02}").mkdir(parents=True)
        for j in range(1000):
            with open(folder / f"folder{i:02}/file{j:03}", "wb") as file:
                file.write(b"%d" % (1000 * i + j))
    lines = ok(hubcache("hash", "many")).splitlines()
    assert len(lines) == 100_000
    for number in (0, 1, 54321, 99_999):
        digest = hashlib.sha256(b"%d" % number).hexdigest()
        assert lines[number] == f"{digest}  many/folder{number // 1000:02}/file{number % 1000:03}"
    age(folder / "folder99/file999")
    ok(hubcache("hash", "many"))
    assert ok(hubcache("cache", "stats", "--json"))["files"] == 100_000
    assert ok(hubcache("hash", "many")).splitlines() == lines


def test_what_cannot_be_read_is_named_and_the_others_are_done(hubcache, home):
    folder = home.path / "f"
    folder.mkdir()
    (folder / "good").write_bytes(b"abc")
    os.mkfifo(folder / "pipe")
    (folder / "dangling").symlink_to("nowhere")
    (folder / "loop").symlink_to(".")
    (folder / "link").symlink_to("good")
    run = hubcache("hash", "f", "none")
    assert run.returncode == 1
    digest = hashlib.sha256(b"abc").hexdigest()
    assert run.stdout == f"{digest}  f/good\n{digest}  f/link\n"
    for name in ("f/pipe", "f/dangling", "f/loop", "none"):
        assert name in run.stderr
    report = json.loads(hubcache("hash", "f", "none", "--json").stdout)
    assert [one["path"] for one in report["unhashed"]] == ["f/dangling", "f/loop", "f/pipe", "none"]


def test_a_file_that_changes_while_it_is_read(hubcache, home):
    """hash names the file that changed and prints the digests of the other files."""
    (home.path / "good").write_bytes(b"abc")
    grows = home.path / "grows"
    with open(grows, "wb") as file:
        file.truncate(3 << 30)
        process = subprocess.Popen(
            [hubcache.binary, "hash", "good", "grows"],
            env=hubcache.env,
            cwd=home.path,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        while process.poll() is None:
            file.write(b"x")
            file.flush()
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (1, f"{hashlib.sha256(b'abc').hexdigest()}  good\n")
    assert "'" + str(grows) + "' changed during the read" in err


def test_empty_path_is_an_error(hubcache, home):
    """An empty path is an error and not the working folder, as for sha256sum."""
    (home.path / "a").write_bytes(b"abc")
    theirs = subprocess.run(["sha256sum", "", "a"], cwd=home.path, capture_output=True, text=True)
    run = hubcache("hash", "", "a")
    assert (
        (run.returncode, run.stdout)
        == (theirs.returncode, theirs.stdout)
        == (1, f"{hashlib.sha256(b'abc').hexdigest()}  a\n")
    )
    assert (
        "''" in run.stderr
        and "No such file or directory" in run.stderr
        and "No such file or directory" in theirs.stderr
    )


def test_names_that_are_not_utf_8_can_be_told_apart(hubcache, home):
    names = [b"x\xfe", b"x\xff", "x模".encode()]
    for name in names:
        (home.path / os.fsdecode(name)).write_bytes(name)
    run = raw(hubcache, "hash", "--json", *names)
    files = json.loads(run.stdout)["files"]
    assert [bytes.fromhex(file["path_bytes"]) for file in files[:2]] == names[:2]
    assert (
        files[0]["path"] == files[1]["path"] == "x\ufffd" and files[2]["path"] == "x模" and "path_bytes" not in files[2]
    )


def test_files_without_a_size_are_hashed_as_sha256sum_does(hubcache, home):
    assert Path("/proc/version").stat().st_size == 0
    for _ in range(2):
        assert raw(hubcache, "hash", "/proc/version").stdout == sums(home.path, "/proc/version")
    assert ok(hubcache("cache", "stats", "--json"))["files"] == 0
    assert hubcache("hash", "--git", "/proc/version").returncode == 1


def test_stdin_and_devices_are_refused(hubcache, home):
    run = hubcache("hash", "-", "/dev/null")
    assert run.returncode == 1 and "/-'" in run.stderr and "'/dev/null': it is not a regular file" in run.stderr
    assert "standard input" in hubcache("hash", "--help").stdout


# ---- the cache


def remembered(hubcache, *names) -> list[bool]:
    return [file["remembered"] for file in ok(hubcache("hash", *names, "--json"))["files"]]


def test_an_unchanged_file_is_read_once(hubcache, home):
    (home.path / "a").write_bytes(b"abc")
    assert remembered(hubcache, "a") == [False]
    assert remembered(hubcache, "a") == [False], "changed less than 2 s before"
    age(home.path / "a")
    assert [remembered(hubcache, "a"), remembered(hubcache, "a")] == [[False], [True]]
    run = subprocess.run(
        ["strace", "-f", "-e", "trace=openat", hubcache.binary, "hash", "a"],
        env=hubcache.env,
        cwd=home.path,
        capture_output=True,
        text=True,
    )
    assert f'"{home.path}/a"' not in run.stderr and run.stdout.startswith(hashlib.sha256(b"abc").hexdigest())


def test_one_file_under_several_names_is_read_once(hubcache, home):
    """In Hugging Face's cache, snapshots have symlinks to blobs."""
    blobs, snapshot = home.path / "m/blobs", home.path / "m/snapshots/abc"
    blobs.mkdir(parents=True)
    snapshot.mkdir(parents=True)
    (blobs / "one").write_bytes(b"abc")
    (snapshot / "model").symlink_to("../../blobs/one")
    os.link(blobs / "one", home.path / "m/hard")
    run = subprocess.run(
        ["strace", "-f", "-e", "trace=openat", hubcache.binary, "hash", "m"],
        env=hubcache.env,
        cwd=home.path,
        capture_output=True,
        text=True,
    )
    names = ["m/blobs/one", "m/hard", "m/snapshots/abc/model"]
    assert run.stdout.encode() == sums(home.path, *names)
    assert sum(run.stderr.count(f'"{home.path}/{name}"') for name in names) == 1


def test_the_old_size_and_mtime_do_not_hide_a_change(hubcache, home):
    file = home.path / "a"
    file.write_bytes(b"abc")
    os.utime(file, ns=(0, OLD * 10**9))
    age(file)
    assert [remembered(hubcache, "a"), remembered(hubcache, "a")] == [[False], [True]]
    file.write_bytes(b"xyz")
    os.utime(file, ns=(0, OLD * 10**9))
    assert ok(hubcache("hash", "a")).startswith(hashlib.sha256(b"xyz").hexdigest())


def test_where_the_cache_lies(hubcache, home):
    (home.path / "a").write_bytes(b"abc")
    age(home.path / "a")
    for env, where in (
        ({}, ".cache/hubcache"),
        ({"XDG_CACHE_HOME": str(home.path / "x")}, "x/hubcache"),
        ({"XDG_CACHE_HOME": "relative"}, ".cache/hubcache"),
        ({"HUBCACHE_CACHE": str(home.path / "y")}, "y"),
    ):
        ok(hubcache("hash", "a", env=env))
        assert (home.path / where / "digests").stat().st_size == 32 + 120
        stats = ok(hubcache("cache", "stats", "--json", env=env))
        assert (stats["file"], stats["files"]) == (str(home.path / where / "digests"), 1)
        ok(hubcache("cache", "clear", env=env))
        assert not (home.path / where / "digests").exists()
    ok(hubcache("cache", "clear", env={"HUBCACHE_CACHE": str(home.path / "z")}))
    assert not (home.path / "z").exists()


def test_a_cache_that_cannot_be_written_costs_nothing_but_time(hubcache, home):
    (home.path / "a").write_bytes(b"abc")
    age(home.path / "a")
    (home.path / "file").write_bytes(b"")
    run = hubcache("hash", "a", env={"HUBCACHE_CACHE": str(home.path / "file")})
    assert (run.returncode, run.stdout.split()[0]) == (0, hashlib.sha256(b"abc").hexdigest())
    assert "hubcache does not use the digest cache" in run.stderr


def small_files(size: int):
    """Makes each write beyond this file size fail with EFBIG, as on a full disk."""

    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    return limit


def test_a_full_disk_leaves_the_cache_whole(hubcache, home):
    for i in range(50):
        (home.path / f"f{i}").write_bytes(b"%d" % i)
    age(home.path / "f49")
    names = [f"f{i}" for i in range(50)]
    ok(hubcache("hash", *names[:10]))
    run = raw(hubcache, "hash", *names, preexec=small_files(32 + 120 * 20 + 50))
    assert run.returncode == 0 and b"hubcache cannot save the digests" in run.stderr
    assert run.stdout == sums(home.path, *names)
    stats = ok(hubcache("cache", "stats", "--json"))
    assert (stats["files"], stats["bytes"], stats["damaged"]) == (10, 32 + 120 * 10, 0)


# ---- the progress bar


def on_a_terminal(hubcache, *arguments: str) -> tuple[str, str]:
    """Returns stdout, and the text written to stderr, which is a terminal."""
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [hubcache.binary, *arguments],
        env=hubcache.env,
        cwd=hubcache.folder,
        text=True,
        stdout=subprocess.PIPE,
        stderr=follower,
    )
    os.close(follower)
    shown = b""
    while True:
        try:
            chunk = os.read(leader, 4096)
        except OSError:  # EIO: the other end is closed
            chunk = b""
        if not chunk:
            break
        shown += chunk
    os.close(leader)
    out, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    return out, shown.decode()


def test_progress_on_a_terminal_only_and_only_for_long_work(hubcache, home):
    with open(home.path / "long", "wb") as file:
        file.truncate(4 << 30)
    (home.path / "short").write_bytes(b"abc")
    _, shown = on_a_terminal(hubcache, "hash", "long")
    lines = shown.split("\r")
    assert any("of 4.0 GiB" in line and "iB/s" in line and "left" in line for line in lines)
    assert lines[-1] == "\x1b[K", "wiped off in the end"
    assert on_a_terminal(hubcache, "hash", "short")[1] == ""
    ok(hubcache("cache", "clear"))
    assert on_a_terminal(hubcache, "hash", "long", "--quiet")[1] == ""
    assert hubcache("hash", "long").stderr == ""


@pytest.mark.parametrize(
    "arguments,said", [(["hash"], "PATH"), (["cache"], "subcommand"), (["hash", "--nonsense", "a"], "--nonsense")]
)
def test_wrong_calls(hubcache, arguments, said):
    run = hubcache(*arguments)
    assert run.returncode == 2 and said in run.stderr
