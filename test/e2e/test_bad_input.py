"""Invalid input and failures: each error has a message that says what failed, where, and the next step. The exit code
is right, and nothing changes."""

import contextlib
import hashlib
import json
import os
import pty
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Iterator

import pytest
from home import write_msc
from hubdouble import Lfs
from scene import FILES, REPO, Scene, write
from status_table import row

from adoption import contents_beneath, ok, record_folder, tree

FAILED, USAGE, DIFFERENCE, HUB, CONFLICT = 1, 2, 3, 4, 5


@pytest.fixture
def scene(hub, home) -> Scene:
    return Scene(hub, home)


def refused(run, code: int, *words: str) -> str:
    """Asserts one line with the failure and its place, one line with the next step, and an empty stdout. A line that
    announces a long copy may come first."""
    assert (run.returncode, run.stdout) == (code, ""), run.stdout + run.stderr
    what, _, step = re.sub(r"^copying .*\n", "", run.stderr).partition("\n")
    assert re.fullmatch(r"error: \S.*", what), run.stderr
    assert re.fullmatch(r"hint: \S[^\n]*\n", step), run.stderr
    for word in words:
        assert word in run.stderr, run.stderr
    return run.stderr


def unchanged(home, hubcache, code: int, *arguments, words: tuple[str, ...] = (), **more) -> str:
    before = tree(home.path, times=True)
    said = refused(hubcache(*arguments, **more), code, *words)
    assert tree(home.path, times=True) == before
    return said


# --- the call itself


@pytest.mark.parametrize(
    "repo_id",
    [
        "",
        "..",
        ".",
        "/",
        "model",
        "a/b/c",
        "/b",
        "a/",
        "../..",
        "a/..",
        "./b",
        "a//b",
        "a/b ",
        "a b/c",
        "a/b\n",
        "a/\x1b[31mred",
        "a/b\x7f",
        "a\\b/c",
        "._tmp/b",
        "a/._hubcache",
        "a" * 129 + "/b",
        "a/\udcff",
        "a/b?c",
        "a/b#c",
        "a/%2e%2e",
    ],
)
@pytest.mark.parametrize("command", ["adopt", "release", "restore", "status"])
def test_invalid_repo_ids(hubcache, scene, home, command, repo_id):
    more = [scene.user] if command == "adopt" else []
    said = unchanged(home, hubcache, USAGE, command, repo_id, *more, words=("' is not a repo id", "owner/name"))
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f]", said)


@pytest.mark.parametrize(
    "arguments,word",
    [
        (["--bogus"], "--bogus"),
        (["--link", "hard"], "'hard'"),
        (["--link", "in place"], "'in place'"),
        (["--link", ""], "''"),
        (["--link"], "--link"),
        (["--target", "huggingfish"], "'huggingfish'"),
        (["--repo-type", "models"], "'models'"),
        (["--take", "theirs"], "'theirs'"),
        (["--revision", ""], "''"),
        (["--revision", "a..b"], "'a..b'"),
        (["--revision", "-x"], "'-x'"),
        (["--revision", "a b"], "'a b'"),
        (["--include", "["], "'['"),
        (["--exclude", ""], "''"),
        (["one", "more"], "one"),
        (["--token=x"], "--token"),
    ],
)
def test_options(hubcache, scene, home, arguments, word):
    unchanged(home, hubcache, USAGE, "adopt", REPO, scene.user, *arguments, words=(word,))


@pytest.mark.parametrize("arguments", [["adopt"], ["adopt", REPO], ["release"], ["status", "--bogus"]])
def test_missing_arguments(hubcache, home, arguments):
    said = unchanged(home, hubcache, USAGE, *arguments, words=("--help",))
    assert "\x1b" not in said


def test_help_lists_the_exit_codes(hubcache):
    for command in ([], ["adopt"], ["release"], ["restore"], ["status"]):
        run = hubcache(*command, "--help")
        assert run.returncode == 0 and "0 ok, 1 failed, 2 usage, 3" in run.stdout and run.stderr == ""


# --- DIR


def test_no_such_folder(hubcache, home):
    unchanged(home, hubcache, FAILED, "adopt", REPO, "nowhere", words=("'nowhere'", "check the path"))
    unchanged(home, hubcache, USAGE, "adopt", REPO, "")
    (home.path / "dangling").symlink_to("nowhere")
    unchanged(home, hubcache, FAILED, "adopt", REPO, "dangling", words=("'dangling'",))


def test_a_file_for_a_folder(hubcache, home):
    write(home.path / "model.bin", b"x")
    unchanged(home, hubcache, FAILED, "adopt", REPO, "model.bin", words=("'model.bin' is not a folder",))
    unchanged(home, hubcache, FAILED, "adopt", REPO, "model.bin/", words=("model.bin/",))


def test_nothing_to_adopt(hubcache, home, hub):
    """adopt fails without a request if the folder is empty, or has only empty folders or ignored names, or all its
    files are excluded."""
    empty = home.path / "empty"
    empty.mkdir()
    unchanged(home, hubcache, FAILED, "adopt", REPO, empty, words=(str(empty), "--exclude"))
    (empty / "a/b").mkdir(parents=True)
    write(empty / ".git/config", b"x")
    write(empty / ".msc", b"x")
    unchanged(home, hubcache, FAILED, "adopt", REPO, empty, words=("no files to adopt",))
    write(empty / "model.bin", b"x")
    unchanged(home, hubcache, FAILED, "adopt", REPO, empty, "--include", "*.txt", words=("--include",))
    assert list(hub.log) == []


def around_and_inside(scene: Scene) -> dict[str, Path]:
    home = scene.home
    return {
        "around": home.path,
        "the root": home.cache,
        "all models": home.cache / "models",
        "the owner": scene.place.parent,
        "inside": scene.place / "inference",
    }


@pytest.mark.parametrize("way", ["around", "the root", "all models", "the owner", "inside"])
def test_a_folder_inside_the_place_or_around_it(hubcache, scene, home, way):
    scene.put("copy")
    folder = around_and_inside(scene)[way]
    hint = "outside the client's cache" if way == "inside" else "only the model's files"
    unchanged(home, hubcache, USAGE, "adopt", REPO, folder, words=(str(folder), str(scene.place), hint))
    link = home.path.parent / "link"
    link.symlink_to(folder)
    unchanged(home, hubcache, USAGE, "adopt", REPO, link, words=(str(link), str(scene.place)))


def test_a_folder_around_a_place_that_is_still_to_be_made(hubcache, scene, home):
    write(home.cache / "model.bin", b"x")
    for folder in (home.path, home.cache):
        unchanged(home, hubcache, USAGE, "adopt", REPO, folder, words=(str(scene.place),))


def test_the_clients_and_our_own_folders(hubcache, scene, home):
    """Adoption moves the content of these folders aside, so none of them can be the user's folder."""
    temporary = home.temporary(REPO)
    write(temporary / "model.safetensors", b"an unfinished download")
    unchanged(home, hubcache, USAGE, "adopt", REPO, temporary, words=(str(temporary), "outside the client's cache"))
    (scene.user / "model.safetensors").unlink()
    (scene.user / "model.safetensors").symlink_to(temporary / "model.safetensors")
    unchanged(home, hubcache, CONFLICT, "adopt", REPO, scene.user, words=("model.safetensors", str(temporary)))
    (scene.user / "model.safetensors").unlink()
    shutil.rmtree(temporary)
    write(scene.user / "model.safetensors", scene.edited("model.safetensors"))
    scene.put("copy")
    ok(hubcache("adopt", REPO, scene.user))
    displaced = record_folder(home, REPO) / "displaced"
    unchanged(home, hubcache, USAGE, "adopt", REPO, displaced, words=(str(displaced), "outside the client's cache"))


def test_a_symlink_into_the_place(hubcache, scene, home):
    """adopt refuses a symlink into the place: the link would replace the file to which it points."""
    scene.put("copy")
    for name, target in (("out.txt", scene.place / "README.md"), ("out", scene.place / "inference")):
        (scene.user / name).symlink_to(target)
        unchanged(home, hubcache, CONFLICT, "adopt", REPO, scene.user, words=(str(scene.user / name), "--exclude"))
        (scene.user / name).unlink()


def test_a_place_that_is_a_symlink_to_a_folder_with_symlinks(hubcache, scene):
    """Symlinks into the folder itself are the user's own. adopt does not refuse them as links into the place."""
    (scene.user / "latest.json").symlink_to("config.json")
    scene.put("folder")
    assert ok(hubcache("adopt", REPO, scene.user, "--json"))["files"] == len(FILES) + 1


def test_symlink_loops(hubcache, scene, home):
    """adopt leaves symlink loops out, names them, and adopts the other files."""
    (scene.user / "self").symlink_to("self")
    (scene.user / "a").symlink_to("b")
    (scene.user / "b").symlink_to("a")
    (scene.user / "inference/up").symlink_to("..")
    (scene.user / "nothing").symlink_to("nowhere")
    report = ok(hubcache("adopt", REPO, scene.user, "--json"))
    assert report["files"] == len(FILES)
    said = "\n".join(report["warnings"])
    for name in ("self", "a", "b", "inference/up", "nothing"):
        assert f"skipped in the folder: {name}: " in said
    (home.path / "loop").symlink_to("loop")
    unchanged(home, hubcache, FAILED, "adopt", REPO, "loop", words=("'loop'",))


def test_a_loop_for_a_cache(hubcache, scene, home):
    (home.path / "loop").symlink_to("loop")
    unchanged(
        home,
        hubcache,
        FAILED,
        "adopt",
        REPO,
        scene.user,
        env={"AISTUDIO_CACHE_HOME": str(home.path / "loop")},
        words=("loop",),
    )


def test_a_file_for_a_cache(hubcache, scene, home):
    write(home.path / "file", b"x")
    unchanged(
        home,
        hubcache,
        FAILED,
        "adopt",
        REPO,
        scene.user,
        env={"AISTUDIO_CACHE_HOME": str(home.path / "file")},
        words=("file",),
    )


def test_special_files_are_skipped(hubcache, scene):
    os.mkfifo(scene.user / "pipe")
    with socket.socket(socket.AF_UNIX) as listener:
        old = os.getcwd()
        os.chdir(scene.user)  # a socket's path must be short
        try:
            listener.bind("socket")
        finally:
            os.chdir(old)
        report = ok(hubcache("adopt", REPO, scene.user, "--json"))
    assert report["files"] == len(FILES)
    assert sum("skipped in the folder: " in warning for warning in report["warnings"]) == 2


def test_names_that_are_not_utf8(hubcache, scene, home):
    """A file whose name is not UTF-8 is left out and named. A folder with such a name is refused. Such a cache folder
    works with the SDK and with hubcache."""
    write(scene.user / os.fsdecode(b"bad-\xff.txt"), b"x")
    write(scene.user / os.fsdecode(b"dir-\xfe/x.txt"), b"x")
    run = hubcache("adopt", REPO, scene.user)
    assert run.returncode == 0 and r"bad-\xff.txt: its name is not UTF-8" in run.stdout and r"dir-\xfe" in run.stdout
    ok(hubcache("release", REPO))
    odd = home.path / os.fsdecode(b"odd-\xff")
    shutil.copytree(scene.user, odd)
    said = unchanged(home, hubcache, FAILED, "adopt", REPO, odd, words=(r"odd-\xff", "is not UTF-8"))
    assert "move the folder" in said
    cache = {"AISTUDIO_CACHE_HOME": str(home.path / os.fsdecode(b"cache-\xff"))}
    ok(hubcache("adopt", REPO, scene.user, env=cache))
    assert ok(hubcache("status", "--json", env=cache))["repos"][0]["state"] == "adopted"
    ok(hubcache("release", REPO, env=cache))


def test_unsupported_links_are_refused(hubcache, scene, home, other_device):
    """A hard link to another file system and a reflink without support for it fail with a reason and a hint of
    hubcache's own."""
    shutil.copytree(scene.user, other_device / "model")
    unchanged(
        home,
        hubcache,
        CONFLICT,
        "adopt",
        REPO,
        other_device / "model",
        "--link",
        "hardlink",
        words=("another file system", "--link symlink"),
    )
    unchanged(
        home,
        hubcache,
        CONFLICT,
        "adopt",
        REPO,
        other_device / "model",
        "--link",
        "reflink",
        words=("reflink", "--link symlink"),
    )
    assert sorted(path.name for path in (other_device / "model").iterdir()) == sorted(
        {path.split("/")[0] for path in FILES}
    )


# --- the hub


def test_an_unknown_repo(hubcache, scene, home):
    said = unchanged(
        home,
        hubcache,
        HUB,
        "adopt",
        "ctbots/no-such-model",
        scene.user,
        words=("ctbots/no-such-model", "AISTUDIO_ACCESS_TOKEN"),
    )
    assert "/api/v1/repos/ctbots/no-such-model/" in said and "model ctbots/no-such-model not found or private" in said


def test_an_unknown_revision(hubcache, scene, home):
    unchanged(
        home,
        hubcache,
        HUB,
        "adopt",
        REPO,
        scene.user,
        "--revision",
        "v9",
        words=(REPO, "'v9'", "a branch, a tag or a commit"),
    )


def test_a_bad_token(hubcache, scene, home, hub):
    """The hub refuses an invalid token even for a public repo. The message names the source of the token, but not the
    token."""
    said = unchanged(
        home,
        hubcache,
        HUB,
        "adopt",
        REPO,
        scene.user,
        env={"AISTUDIO_ACCESS_TOKEN": "nobody-knows-me"},
        words=("rejects the access token", "AISTUDIO_ACCESS_TOKEN"),
    )
    assert "nobody-knows-me" not in said
    write(home.path / ".cache/aistudio/.auth/token", b"nobody-knows-me\n")
    said = unchanged(
        home, hubcache, HUB, "adopt", REPO, scene.user, words=(str(home.path / ".cache/aistudio/.auth/token"),)
    )
    assert "nobody-knows-me" not in said


def test_a_strangers_token(hubcache, scene, home, hub):
    hub.user("stranger", "strangers-token")
    hub.repo("ctbots/private", private=True).push(FILES)
    unchanged(
        home,
        hubcache,
        HUB,
        "adopt",
        "ctbots/private",
        scene.user,
        env={"AISTUDIO_ACCESS_TOKEN": "strangers-token"},
        words=("ctbots/private", "the account of the token in AISTUDIO_ACCESS_TOKEN may read the repo"),
    )


ONE_FILE = [{"path": "README.md", "mode": "100644", "type": "blob", "size": 8, "sha": "1" * 40, "url": ""}]
FAULTS = {
    "401": (dict(status=401), "AISTUDIO_ACCESS_TOKEN"),
    "404": (dict(status=404), "private"),
    "400": (dict(status=400), "revision"),
    "429": (dict(status=429), "later"),
    "500": (dict(status=500), "later"),
    "503": (dict(status=503), "later"),
    "418": (dict(status=418), "STUDIO_GIT_HOST"),
    "a sign-in page": (dict(html=True), "instead of JSON"),
    "half": (dict(half=True), "try again"),
    "no answer": (dict(drop=True), "try again"),
    "no JSON": (dict(body=b"{"), "JSON"),
    "empty": (dict(body=b""), "JSON"),
    "a list": (dict(body=b"[]"), "Gitea"),
    "no fields": (dict(body=b"{}"), "Gitea"),
    "deep": (dict(body=b"[" * 100000), "JSON"),
    "no UTF-8": (dict(body=b'{"tree":[{"path":"\xff\xfe"}]}'), "JSON"),
    "a tree of numbers": (dict(rewrite=lambda page: page | {"tree": [1, 2]}), "Gitea"),
    "a tree of text": (dict(rewrite=lambda page: page | {"tree": "all"}), "Gitea"),
    "names that are none": (dict(rewrite=lambda page: page | {"tree": [{"path": 7, "type": "blob"}]}), "Gitea"),
    "no total": (dict(rewrite=lambda page: page | {"total_count": None}), "Gitea"),
    "too many files": (dict(rewrite=lambda page: page | {"total_count": 3_000_000, "truncated": True}), "2,000,000"),
    "pages without end": (
        dict(rewrite=lambda page: page | {"tree": ONE_FILE, "total_count": 1_000, "truncated": True}),
        "does not end",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_hub_that_goes_wrong(hubcache, scene, home, hub, name):
    fault, word = FAULTS[name]
    hub.fault("git/trees", **fault)
    unchanged(
        home, hubcache, HUB, "adopt", REPO, scene.user, words=(f"{hub.url}/api/v1/repos/{REPO}/git/trees/master", word)
    )


@pytest.mark.parametrize("name", ["500", "a sign-in page", "half", "no answer", "no JSON"])
def test_a_tag_question_that_goes_wrong(hubcache, scene, home, hub, name):
    """A failed tag request ends adopt, except an error status, which the SDK itself reads as "not a tag"."""
    fault, word = FAULTS[name]
    hub.fault("/tags/", **({"status": 200} if "body" in fault else {}), **fault)
    if name == "500":
        ok(hubcache("adopt", REPO, scene.user))
        return
    unchanged(
        home, hubcache, HUB, "adopt", REPO, scene.user, words=(f"{hub.url}/api/v1/repos/{REPO}/tags/master", word)
    )


@pytest.mark.parametrize("name", ["401", "404", "500", "half", "no answer"])
def test_a_cross_check_that_goes_wrong(hubcache, scene, home, hub, name):
    hub.fault("/contents/", **FAULTS[name][0])
    unchanged(home, hubcache, HUB, "adopt", REPO, scene.user, words=(f"{hub.url}/api/v1/repos/{REPO}/contents/",))


def test_a_hub_that_is_down(hubcache, scene, home):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))  # holds the port without listening
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
        unchanged(
            home,
            hubcache,
            HUB,
            "adopt",
            REPO,
            scene.user,
            env={"STUDIO_GIT_HOST": url},
            words=(url, "check the host name, the network"),
        )


@pytest.mark.parametrize(
    "host", ["", "git.aistudio.baidu.com", "ftp://x", "http://", "http://a b", "https://h\x1b[31m", "http://h/?x=1"]
)
def test_invalid_hub_url(hubcache, scene, home, host):
    unchanged(
        home, hubcache, USAGE, "adopt", REPO, scene.user, env={"STUDIO_GIT_HOST": host}, words=("STUDIO_GIT_HOST",)
    )


@pytest.mark.slow
def test_a_hub_that_is_too_slow(hubcache, scene, home, hub):
    """A hub slower than 1 KiB/s fails after 30 s, without a second try. This test alone waits for the real limit."""
    hub.fault("git/trees", bytes_per_second=100, rewrite=lambda page: page | {"padding": "x" * 10_000})
    start, mark = time.monotonic(), hub.mark()
    unchanged(home, hubcache, HUB, "adopt", REPO, scene.user, words=("git/trees/master", "try again later"))
    assert 25 < time.monotonic() - start < 40
    assert sum("git/trees" in request.path for request in hub.log.since(mark)) == 1


PEAK = """
import json, os, subprocess, sys
child = subprocess.Popen(sys.argv[2:])
usage = os.wait4(child.pid, 0)
open(sys.argv[1], "w").write(json.dumps([os.waitstatus_to_exitcode(usage[1]), usage[2].ru_maxrss]))
"""


def peak_of(hubcache, *arguments) -> tuple[int, int, str]:
    """Returns exit code, peak of resident memory in bytes, and stderr. A small process runs the command, because a
    child's peak includes its parent's."""
    with tempfile.NamedTemporaryFile("r") as told:
        run = subprocess.run(
            [sys.executable, "-c", PEAK, told.name, hubcache.binary, *map(str, arguments)],
            env=hubcache.env,
            cwd=hubcache.folder,
            text=True,
            capture_output=True,
            timeout=120,
        )
        code, kibibytes = json.load(told)
    return code, kibibytes * 1024, run.stderr


def is_instrumented(binary: str) -> bool:
    return b"__asan_init" in Path(binary).read_bytes() or b"__tsan_init" in Path(binary).read_bytes()


@pytest.mark.parametrize("what", ["/tags/", "git/trees", "/contents/"])
def test_an_endless_answer(hubcache, scene, home, hub, what):
    hub.fault(what, endless=True)
    before = tree(home.path, times=True)
    code, peak, said = peak_of(hubcache, "adopt", REPO, scene.user)
    assert code == HUB and "the response is longer than 64.0 MiB" in said and what in said
    assert tree(home.path, times=True) == before
    if not is_instrumented(hubcache.binary):
        assert peak < 256 << 20


def with_names(names: list[str]):
    """Returns a rewrite function that adds these files to a listing."""

    def rewrite(page):
        extra = [
            {"path": name, "mode": "100644", "type": "blob", "size": 9999, "sha": "1" * 40, "url": ""} for name in names
        ]
        return (
            page
            if "tree" not in page
            else page | {"tree": page["tree"] + extra, "total_count": page["total_count"] + len(extra)}
        )

    return rewrite


HOSTILE = [
    "/etc/passwd",
    "../../x",
    "a/../../../x",
    "..",
    "a//b",
    "./x",
    "nul\0.txt",
    "._tmp/x",
    "a" * 300,
    "\x1b[31mred/..",
    "",
]


def test_invalid_names_in_the_listing(hubcache, scene, home, hub):
    """adopt leaves out and names each invalid name of the hub, adopts the other files, and writes nothing outside the
    place."""
    hub.fault("git/trees", rewrite=with_names(HOSTILE))
    outside = {name for name in tree(home.path) if not name.startswith((".cache", ".local"))}
    run = hubcache("adopt", REPO, scene.user, "--json")
    report = ok(run)
    assert (report["files"], report["synthetic"]) == (len(FILES), 0)
    assert [file["path"] for file in report["missing"]] == ["._tmp/x"]  # the SDK requests this file
    said = [warning for warning in report["warnings"] if warning.startswith("skipped in the hub's listing: ")]
    assert len(said) == 11 and said[-1].endswith(f"{len(HOSTILE) - 10} more")
    text = hubcache("adopt", REPO, scene.user).stdout
    assert "\x1b" not in text and "/etc/passwd: its path is absolute" in text
    assert {name for name in tree(home.path) if not name.startswith((".cache", ".local"))} == outside


@pytest.mark.parametrize("name", HOSTILE)
def test_each_invalid_name_is_reported(hubcache, scene, hub, name):
    hub.fault("git/trees", rewrite=with_names([name]))
    said = ok(hubcache("adopt", REPO, scene.user, "--json"))["warnings"]
    assert len(said) == 1 and said[0].startswith("skipped in the hub's listing: ")


@pytest.mark.parametrize("name", [".msc", ".mdl", ".mv", ".msc/x"])
def test_a_repo_that_holds_the_clients_metadata(hubcache, scene, home, hub, name):
    hub.fault("git/trees", rewrite=with_names([name]))
    unchanged(home, hubcache, CONFLICT, "adopt", REPO, scene.user, words=(REPO, f"'{name}'", "over its own index"))


def test_metadata_names_deeper_in_the_repo_are_plain_files(hubcache, scene, hub):
    hub.fault("git/trees", rewrite=with_names(["deep/.msc"]))
    assert [file["path"] for file in ok(hubcache("adopt", REPO, scene.user, "--json"))["missing"]] == ["deep/.msc"]


# --- the disk


def mounted(folder: Path, options: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    run = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "hubcache-test", folder], capture_output=True, text=True
    )
    if run.returncode:
        pytest.skip(f"no file system can be mounted here: {run.stderr.strip()}")


@pytest.fixture
def disk(home) -> Iterator[Path]:
    """Mounts a small disk at the SDK's cache."""
    if os.geteuid() != 0:
        pytest.skip("mounting a small disk needs root")
    mounted(home.cache, "size=256k,mode=755")
    yield home.cache
    subprocess.run(["umount", "-l", home.cache], check=True)


def fill(disk: Path, pages_left: int) -> None:
    """Fills the disk except for `pages_left` pages of 4 KiB."""
    free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
    (disk / "filler").write_bytes(bytes(max(0, free - pages_left * 4096)))


def test_a_full_disk(hubcache, scene, disk):
    fill(disk, 0)
    before = (tree(scene.user, times=True), tree(disk))
    refused(hubcache("adopt", REPO, scene.user), FAILED, "No space left on device", "free some space")
    assert (tree(scene.user, times=True), tree(disk)) == before


@pytest.mark.parametrize("way", ["symlink", "copy", "over a genuine cache", "in place"])
def test_a_disk_that_gets_full_on_the_way(hubcache, scene, disk, way):
    """At whichever step the disk gets full, nothing is lost, a second adopt completes, and release restores the
    previous state."""
    if way in ("over a genuine cache", "in place"):
        scene.put("copy").index(scene.exact())
    if way == "over a genuine cache":
        for path in FILES:
            write(scene.place / path, b"a genuine download of " + path.encode())
    folder = scene.place if way == "in place" else scene.user
    link = [] if way == "in place" else ["--link", "copy" if way == "copy" else "symlink"]
    user, place, bytes_before = tree(scene.user, times=True), tree(disk), contents_beneath(disk)
    codes = []
    for pages in range(60):
        fill(disk, pages)
        run = hubcache("adopt", REPO, folder, *link)
        (disk / "filler").unlink()
        codes.append(run.returncode)
        assert tree(scene.user, times=True) == user and bytes_before <= contents_beneath(disk)
        if run.returncode == 0:
            break
        refused(run, FAILED, "No space left on device", "free some space")
        assert ("undo the partial change" in run.stderr) == (tree(disk) != place)
        if tree(disk) != place:
            assert '"phase":"applying"' in (record_folder(scene.home, REPO) / "record.jsonl").read_text()
            ok(hubcache("adopt", REPO, folder, *link))
            assert scene.lost(scene.place) == set() and bytes_before <= contents_beneath(disk)
            ok(hubcache("release", REPO))
        assert tree(disk) == place
    assert codes[0] == FAILED and codes[-1] == 0 and scene.lost(scene.place) == set()


def test_a_copy_that_does_not_fit(hubcache, scene, disk):
    """A failed copy leaves nothing on the full disk."""
    write(scene.user / "large.bin", os.urandom(1 << 20))
    before = tree(disk)
    refused(hubcache("adopt", REPO, scene.user, "--link", "copy"), FAILED, "No space left on device", "large.bin")
    assert tree(disk) == before


def test_a_disk_without_free_inodes(hubcache, scene, home):
    if os.geteuid() != 0:
        pytest.skip("mounting a small disk needs root")
    mounted(home.cache, "size=1m,nr_inodes=9,mode=755")
    try:
        before = tree(home.cache)
        refused(hubcache("adopt", REPO, scene.user), FAILED, "No space left on device")
        assert tree(home.cache) == before
    finally:
        subprocess.run(["umount", "-l", home.cache], check=True)


def read_only(folder: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", folder], check=True)


@pytest.mark.parametrize("genuine", [False, True])
def test_a_read_only_cache(hubcache, scene, disk, genuine):
    if genuine:
        scene.put("copy").index(scene.exact())
    before = tree(disk)
    read_only(disk)
    for arguments in (
        ["adopt", REPO, scene.user],
        ["adopt", REPO, scene.user, "--link", "copy"],
        ["adopt", REPO, scene.user, "--offline"],
        *([["adopt", REPO, scene.place]] if genuine else []),
    ):
        refused(hubcache(*arguments), FAILED, "Read-only file system", "mount the file system writable")
    assert hubcache("status").returncode == 0
    assert tree(disk) == before


def test_an_adopted_cache_that_became_read_only(hubcache, scene, disk):
    ok(hubcache("adopt", REPO, scene.user))
    before = tree(disk)
    read_only(disk)
    refused(hubcache("release", REPO), FAILED, "Read-only file system", "mount the file system writable")
    assert ok(hubcache("status", "--json"))["repos"][0]["state"] == "adopted"
    assert tree(disk) == before


def test_a_read_only_folder_is_fine(hubcache, scene, home):
    """A read-only folder can be adopted, because hubcache only reads it."""
    if os.geteuid() != 0:
        pytest.skip("mounting a read-only folder needs root")
    shared = home.path / "shared"
    mounted(shared, "size=1m,mode=755")
    try:
        shutil.copytree(scene.user, shared / "model")
        read_only(shared)
        ok(hubcache("adopt", REPO, shared / "model"))
        assert scene.lost(scene.place) == set()
        ok(hubcache("release", REPO))
    finally:
        subprocess.run(["umount", "-l", shared], check=True)


# --- permissions

NOBODY = 65534


class AsNobody:
    """Runs the command as a user without rights, whose home belongs to that user. If the tests run without root, this
    is the current user."""

    def __init__(self, hubcache, home: Path):
        self.hubcache, self.home = hubcache, home
        self.prefix = []
        if os.geteuid() == 0:
            if not shutil.which("setpriv"):
                pytest.skip("setpriv, to become another user, is missing")
            self.prefix = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]

    def __call__(self, *arguments, env={}) -> subprocess.CompletedProcess:
        return subprocess.run(
            [*self.prefix, self.hubcache.binary, *map(str, arguments)],
            env=self.hubcache.env | {"HOME": str(self.home)} | env,
            cwd="/",
            text=True,
            capture_output=True,
            timeout=60,
        )

    def give(self, folder: Path) -> None:
        if os.geteuid() == 0:
            for path in (folder, *folder.rglob("*")):
                os.lchown(path, NOBODY, NOBODY)


@pytest.fixture
def nobody(hubcache) -> Iterator[AsNobody]:
    """Provides a user without rights, in a folder that other users can reach; they cannot reach pytest's own
    folders."""
    folder = Path(tempfile.mkdtemp(prefix="hubcache-test-"))
    folder.chmod(0o755)
    home = folder / "home"
    home.mkdir()
    user = AsNobody(hubcache, home)
    shutil.copy(hubcache.binary, folder / "hubcache")
    user.hubcache = type(hubcache)(str(folder / "hubcache"), hubcache.env, Path("/"))
    for path in FILES:
        write(home / "model" / path, path.encode())
    user.give(home)
    yield user
    for path in folder.rglob("*"):
        if path.is_dir() and not path.is_symlink():
            path.chmod(0o755)
    shutil.rmtree(folder)


def test_no_right_to_write(hub, scene, nobody):
    """adopt fails if the cache belongs to another user, or is the user's own but not writable."""
    cache = nobody.home / ".cache"
    cache.mkdir(mode=0o755 if os.geteuid() == 0 else 0o555)
    before = tree(nobody.home, times=True)
    for arguments in (["adopt", REPO, nobody.home / "model"], ["adopt", REPO, nobody.home / "model", "--offline"]):
        refused(nobody(*arguments), FAILED, "Permission denied", str(cache), "permissions")
    assert tree(nobody.home, times=True) == before


def test_no_right_to_write_into_a_place(hub, scene, nobody):
    """adopt fails if the cache is the user's own, but the place belongs to another user."""
    place = nobody.home / ".cache/aistudio/hub/models" / REPO
    write(place / "README.md", b"genuine")
    nobody.give(nobody.home)
    if os.geteuid() == 0:
        for folder in (place, place.parent):
            os.chown(folder, 0, 0)
    place.chmod(0o555)
    before = tree(place)
    refused(nobody("adopt", REPO, nobody.home / "model"), FAILED, "Permission denied", str(place))
    assert tree(place) == before


@pytest.fixture
def foreign_index(scene, nobody) -> Path:
    """Creates an index that belongs to another user, in a place of `nobody`."""
    place = nobody.home / ".cache/aistudio/hub/models" / REPO
    write_msc(place, scene.pins({"README.md"}))
    nobody.give(nobody.home)
    if os.geteuid() == 0:
        os.chown(place / ".msc", 0, 0)
    return place / ".msc"


def test_an_index_of_somebody_else(nobody, foreign_index):
    """fs.protected_hardlinks forbids a hard link to this index, but not a rename over it. release must still restore
    the previous index."""
    before = foreign_index.read_bytes()
    run = nobody("adopt", REPO, nobody.home / "model")
    assert run.returncode == 0, run.stderr
    assert foreign_index.read_bytes() != before
    assert nobody("release", REPO).returncode == 0
    assert foreign_index.read_bytes() == before


def test_an_index_that_is_a_pipe(sdk, hubcache, scene):
    """Nobody writes into the pipe: a program that opened it as a file would wait for ever."""
    sdk.download_genuine(REPO)
    index = scene.place / ".msc"
    index.unlink()
    os.mkfifo(index)
    assert hubcache("status", REPO).returncode == 0
    run = hubcache("adopt", REPO, scene.user)
    assert run.returncode == 0 and "not a regular file" in run.stdout, run.stdout + run.stderr
    assert sdk.snapshot_download(REPO).downloads == set()
    ok(hubcache("release", REPO))
    assert index.is_fifo()


def test_an_index_that_cannot_be_read(nobody, foreign_index):
    foreign_index.chmod(0)
    run = nobody("adopt", REPO, nobody.home / "model")
    assert run.returncode == 0 and "cannot be read (" in run.stdout and "hubcache saves the old index" in run.stdout
    assert nobody("release", REPO).returncode == 0
    assert foreign_index.stat().st_mode & 0o777 == 0


def test_no_right_to_read(hub, scene, nobody):
    """adopt leaves out and names an unreadable folder inside the model, and refuses an unreadable model folder."""
    inner = nobody.home / "model/inference"
    inner.chmod(0)
    run = nobody("adopt", REPO, nobody.home / "model")
    assert (
        run.returncode == 0 and "skipped in the folder: inference: it cannot be read: Permission denied" in run.stdout
    )
    assert nobody("release", REPO).returncode == 0
    (nobody.home / "model").chmod(0)
    before = tree(nobody.home / ".cache")
    refused(
        nobody("adopt", REPO, nobody.home / "model"),
        FAILED,
        "Permission denied",
        str(nobody.home / "model"),
        "permissions",
    )
    assert tree(nobody.home / ".cache") == before


def test_a_token_file_that_cannot_be_read(hub, scene, nobody):
    token = nobody.home / ".cache/aistudio/.auth/token"
    write(token, b"secret-token")
    nobody.give(nobody.home)
    token.chmod(0)
    refused(nobody("adopt", REPO, nobody.home / "model"), HUB, str(token), "AISTUDIO_ACCESS_TOKEN")


# --- JSON


@pytest.mark.parametrize(
    "arguments,code",
    [
        (["adopt", "..", "x"], USAGE),
        (["adopt", REPO, "x", "--bogus"], USAGE),
        (["adopt", REPO, "nowhere"], FAILED),
        (["adopt"], USAGE),
        (["adopt", REPO, "my-model", "--link", "x"], USAGE),
        (["adopt", "ctbots/none", "my-model"], HUB),
        (["release", REPO], FAILED),
        (["restore", REPO], FAILED),
        (["status", "a"], USAGE),
        (["adopt", REPO, "my-model", "--require-complete", "--exclude", "*.md"], DIFFERENCE),
        (["adopt", REPO, ".cache"], USAGE),
    ],
)
def test_errors_as_json(hubcache, scene, home, arguments, code):
    (home.cache / "models").mkdir(parents=True)
    before = tree(home.path)
    run = hubcache(*arguments, "--json")
    told = json.loads(run.stdout)
    assert run.returncode == code and set(told) == {"schema", "error"} and told["schema"] == 1
    assert told["error"]["code"] == code
    assert told["error"]["message"] and told["error"]["hint"]
    assert tree(home.path) == before


# --- the token

TOKEN = "s3cret/t0ken+with=signs"


@pytest.fixture
def private(hub, scene) -> Scene:
    hub.user("ctbots", TOKEN)
    hub.repo(REPO).private = True
    return scene


def everything_said(hubcache, scene: Scene) -> str:
    """Returns all output of several commands, as text and as JSON, with the most verbose log."""
    env = {"AISTUDIO_ACCESS_TOKEN": TOKEN, "HUBCACHE_LOG": "trace"}
    said = ""
    for more in ([], ["--json"]):
        for arguments in (
            ["adopt", REPO, scene.user],
            ["adopt", REPO, scene.user, "--revision", "v9"],
            ["status", "-v"],
            ["status", REPO],
            ["release", REPO],
        ):
            run = hubcache(*arguments, *more, env=env)
            said += run.stdout + run.stderr
    return said


def never_shown(said: str, folder: Path) -> None:
    quoted = TOKEN.replace("/", "%2F").replace("+", "%2B").replace("=", "%3D")
    for form in (TOKEN, quoted, quoted.lower()):
        assert form not in said
    for path in folder.rglob("*"):
        assert path.is_symlink() or not path.is_file() or TOKEN.encode() not in path.read_bytes()


def test_the_token_is_never_shown(hubcache, private, hub, home):
    mark = hub.mark()
    said = everything_said(hubcache, private)
    assert {request.authorization for request in hub.log.since(mark)} == {f"token {TOKEN}"}
    assert "GET " in said  # the log was on
    never_shown(said, home.path)


ECHOES = {
    "an error": dict(status=500, body=TOKEN.encode()),
    "an error of JSON": dict(status=403, body=b'{"message":"' + TOKEN.encode() + b'"}'),
    "a page": dict(body=b"<html>" + TOKEN.encode()),
    "a bad listing": dict(rewrite=lambda page: page | {"tree": [{"path": TOKEN, "type": 1}]}),
    "the version": dict(rewrite=lambda page: page | {"url": "http://x/" + TOKEN.replace("/", "-")}),
}


@pytest.mark.parametrize("name", ECHOES)
def test_token_in_an_answer_is_redacted(hubcache, private, hub, home, name):
    hub.fault("git/trees", **ECHOES[name])
    never_shown(everything_said(hubcache, private), home.path)


def test_a_redirect_goes_without_the_token(hubcache, private, hub, home):
    hub.fault("git/trees", redirect=True)
    mark = hub.mark()
    report = ok(
        hubcache("adopt", REPO, private.user, "--json", env={"AISTUDIO_ACCESS_TOKEN": TOKEN, "HUBCACHE_LOG": "trace"})
    )
    assert report["files"] == len(FILES)
    asked = hub.log.since(mark)
    assert {request.authorization for request in asked if request.origin == "hub"} == {f"token {TOKEN}"}
    assert [request.authorization for request in asked if request.origin == "cdn"] == [None]


def test_a_password_in_the_hosts_address_is_not_shown(hubcache, scene, hub, home):
    url = hub.url.replace("http://", "http://me:pa55word@")
    for arguments in (
        ["adopt", REPO, scene.user],
        ["adopt", "ctbots/none", scene.user],
        ["adopt", "ctbots/none", scene.user, "--json"],
        ["status", "-v", "--json"],
    ):
        run = hubcache(*arguments, env={"STUDIO_GIT_HOST": url, "HUBCACHE_LOG": "trace"})
        assert "pa55word" not in run.stdout + run.stderr


# --- a record that cannot be read

DAMAGES = {
    "empty": (lambda record: b"", "it is empty"),
    "junk": (lambda record: b"\x00\xffjunk", "line 1 is damaged or truncated"),
    "cut off in a line": (lambda record: record[:-20], "is damaged or truncated"),
    "cut off after a line": (lambda record: record[: record.rindex(b"\n{") + 1], "its end is missing"),
    "of another hubcache": (lambda record: record.replace(b'"schema":1', b'"schema":9'), "its schema is not 1"),
}


def contents_of_models(scene, home) -> set[str]:
    """Returns the digests of the hub's and the user's files whose content still exists in the home."""
    hub = [content.content if isinstance(content, Lfs) else content for content in FILES.values()]
    wanted = {hashlib.sha256(content).hexdigest() for content in [*hub, *map(scene.edited, FILES)]}
    return wanted & contents_beneath(home.path)


@pytest.mark.parametrize("name", DAMAGES)
def test_a_record_that_cannot_be_read(sdk, hubcache, scene, home, name):
    """The message says which files are safe, where they are, and a next step that works without loss of content."""
    damage, why = DAMAGES[name]
    sdk.download_genuine(REPO)
    ok(hubcache("adopt", REPO, scene.user))
    folder = record_folder(home, REPO)
    file = folder / "record.jsonl"
    file.write_bytes(damage(file.read_bytes()))
    words = (
        f"cannot read the adoption record '{file}'",
        why,
        "your own files are unchanged",
        f"the previous files of the cache folder are in '{folder / 'displaced'}'",
        "run hubcache adopt again",
    )
    for command in (["adopt", REPO, scene.user], ["release", REPO], ["restore", REPO], ["verify", REPO]):
        said = unchanged(home, hubcache, FAILED, *command, words=words)
        assert "json.exception" not in said and "originals" not in said
    [repo] = ok(hubcache("status", "--json"))["repos"]
    assert repo["state"] == "damaged" and why in repo["error"]
    run = hubcache("status", "--check")
    assert (
        run.returncode == DIFFERENCE
        and row(run.stdout, REPO)["STATE"] == "damaged"
        and str(folder / "displaced") in run.stdout
    )
    assert "aistudio-sdk raises" not in run.stdout

    had, before = contents_of_models(scene, home), tree(scene.user, times=True)
    assert len(had) == 2 * len(FILES)
    file.rename(home.path / "record.aside")
    ok(hubcache("adopt", REPO, scene.user))
    assert sdk.snapshot_download(REPO).downloads == set() and scene.lost(scene.place) == set()
    ok(hubcache("release", REPO))
    assert contents_of_models(scene, home) == had and tree(scene.user, times=True) == before


def test_a_record_of_an_adoption_in_place_that_cannot_be_read(hubcache, scene, home):
    scene.put("copy")
    ok(hubcache("adopt", REPO, scene.place))
    folder = record_folder(home, REPO)
    (folder / "record.jsonl").write_bytes(b"junk")
    unchanged(
        home, hubcache, FAILED, "release", REPO, words=(f"second links to your files are in '{folder / 'originals'}'",)
    )
    (folder / "record.jsonl").rename(home.path / "record.aside")
    shutil.rmtree(scene.user)
    ok(hubcache("adopt", REPO, scene.place))
    ok(hubcache("release", REPO))
    assert scene.lost(scene.place) == set()


# --- output that cannot be written


@pytest.mark.parametrize(
    "arguments",
    [
        ("adopt", REPO, "my-model"),
        ("adopt", REPO, "my-model", "--json"),
        ("adopt", "ctbots/none", "my-model", "--json"),
        ("status",),
        ("hash", "my-model"),
        ("ls",),
        ("targets",),
        ("cache", "stats"),
        ("--version",),
        ("adopt", "--help"),
    ],
)
def test_a_full_device_behind_stdout(hubcache, scene, arguments):
    with open("/dev/full", "w") as full:
        run = subprocess.run(
            [hubcache.binary, *arguments],
            env=hubcache.env,
            cwd=hubcache.folder,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
        )
    assert run.returncode == FAILED
    assert "error: cannot write to the standard output: No space left on device\nhint: " in run.stderr


@pytest.mark.parametrize("ignored", [False, True])
def test_closed_stdout_pipe(hubcache, scene, ignored):
    """If the other end of the pipe is closed (as by `head`), the command prints no error, whether SIGPIPE is ignored or
    not."""
    mine, theirs = os.pipe()
    os.close(mine)
    run = subprocess.run(
        [hubcache.binary, "status"],
        env=hubcache.env,
        stdout=theirs,
        stderr=subprocess.PIPE,
        text=True,
        restore_signals=not ignored,
    )
    os.close(theirs)
    assert (run.returncode, run.stderr) == (FAILED if ignored else -signal.SIGPIPE, "")


# --- memory that runs out


def with_memory(limit, hubcache, *words):
    """Runs the command with an address space of `limit` bytes."""
    return subprocess.run(
        ["prlimit", f"--as={limit}", hubcache.binary, *words],
        env=hubcache.env,
        cwd=hubcache.folder,
        capture_output=True,
        text=True,
    )


def least_memory(hubcache):
    """Returns the least address space, to 64 KiB, with which the command prints its version."""
    too_little, enough = 0, 1 << 30
    while enough - too_little > 64 << 10:
        limit = (too_little + enough) // 2
        if with_memory(limit, hubcache, "--version").returncode == 0:
            enough = limit
        else:
            too_little = limit
    return enough


def test_too_little_memory(hubcache, scene):
    """However little memory there is, nothing is lost, the command says that memory ran out, and a run with more memory
    completes the adoption. The first limits are too small to start: there the message may be the loader's, or that of a
    library which the loader initializes. glibc 2.36's loader reads through a null pointer at some of these limits."""
    start = least_memory(hubcache)
    reported = 0
    for limit in range(start - (1 << 20), start + (64 << 20), 32 << 10):
        run = with_memory(limit, hubcache, "adopt", REPO, scene.user, "--offline")
        assert scene.lost(scene.user) == set()
        if run.returncode == 0:
            break
        assert run.stderr or (limit < start and run.returncode == -signal.SIGSEGV), (limit, run.returncode)
        if limit >= start:
            assert (run.returncode, "out of memory" in run.stderr) == (FAILED, True), (limit, run)
            reported += 1
    assert reported > 0
    assert run.returncode == 0
    assert scene.lost(scene.place) == scene.lost(scene.user) == set()


ODD_WORDS = [
    "[0,1]",
    "[]",
    "[",
    "]",
    "[[a],[b]]",
    '["x"]',
    "{}",
    "%%",
    "a,b",
    "",
    " ",
    "''",
    '""',
    "\\",
    "--",
    "-",
    "--json",
    "[a,b]=c",
    "x=[a,b]",
    "--include=[a,b]",
    "\x01]",
    "a\nb]",
]


def test_no_word_of_the_command_is_interpreted(hubcache):
    show = "import sys; print('\\0'.join(sys.argv[1:]), end='')"
    for before in (["--"], []):
        run = hubcache("run", "--offline", *before, sys.executable, "-c", show, *ODD_WORDS)
        assert run.stdout.split("\0") == ODD_WORDS, run.stderr


BRACKETS = ["[0,1]", "[]", "[a]", "[a,b]=c", "x=[a,b]", "{}", "a,b"]


def test_names_in_brackets(hubcache, home):
    """Commands take words in brackets literally in PATH, DIR, --include, --exclude, --place and ids."""
    for name in BRACKETS:
        write(home.path / "odd" / name / "f.txt", name.encode())
        write(home.path / "odd" / f"{name}.txt", name.encode())
    told = hubcache("hash", *[f"odd/{name}.txt" for name in BRACKETS], *[f"odd/{name}" for name in BRACKETS])
    assert told.returncode == 0 and len(told.stdout.splitlines()) == 2 * len(BRACKETS), told.stderr
    told = subprocess.run(
        [hubcache.binary, "hash", *BRACKETS], env=hubcache.env, cwd=home.path / "odd", capture_output=True, text=True
    )
    assert told.returncode == 0 and [line.split("  ")[1] for line in told.stdout.splitlines()] == [
        f"{name}/f.txt" for name in BRACKETS
    ]
    for number, name in enumerate(BRACKETS):
        adopted = subprocess.run(
            [
                hubcache.binary,
                "adopt",
                f"odd/m{number}",
                name,
                "--target",
                "aistudio-dir",
                f"--place={name}-place",
                "--offline",
                "--json",
            ],
            env=hubcache.env,
            cwd=home.path / "odd",
            capture_output=True,
            text=True,
        )
        assert adopted.returncode == 0, adopted.stderr
        assert (home.path / "odd" / f"{name}-place" / "f.txt").exists()
    write(home.path / "picked" / "a.txt", b"a")
    write(home.path / "picked" / "0,1", b"0")
    for option, kept in (
        (["--include", "[a-b].txt"], {"a.txt"}),
        (["--include=[a-b].txt"], {"a.txt"}),
        (["--exclude", "[a,b].txt"], {"0,1"}),
        (["--include", "[0],[1]"], {"0,1"}),
    ):
        place = home.path / f"place-{len(os.listdir(home.path))}"
        adopted = hubcache(
            "adopt", "odd/picked", "picked", "--target", "aistudio-dir", "--place", place, "--offline", *option
        )
        assert adopted.returncode == 0, adopted.stderr
        assert {file.name for file in place.iterdir() if not file.name.startswith(".")} == kept
    for command in ("status", "verify", "refresh", "release"):
        refused = hubcache(command, "[a/b,c/d]")
        assert refused.returncode == 2 and "[a/b,c/d]" in refused.stderr, refused.stderr


REORDERING = [
    "\u202e",
    "\u2066",
    "\u2069",
    "\u200e",
    "\u200f",
    "\u061c",
    "\u2028",
    "\u2029",
    "\x9b",
    "\x85",
    "\x1b",
    "\x07",
]


@pytest.mark.parametrize(
    "command",
    [
        ["adopt", REPO, "my-model"],
        ["adopt", REPO, "my-model", "--dry-run"],
        ["status", "-v"],
        ["status"],
        ["verify"],
        ["refresh"],
        ["release", REPO],
        ["hash", "my-model/no\u202esuch"],
        ["ls"],
        ["du"],
        ["dedupe", "my-model", "--dry-run"],
        ["targets"],
    ],
    ids=lambda words: " ".join(words[:1] + words[2:]),
)
def test_names_cannot_reorder_a_line(hubcache, hub, home, command):
    """Names in a listing, names in the folder and the folder's own name are escaped in text output."""
    odd = {f"gpj{mark}exe.bin": b"x" for mark in REORDERING}
    scene = Scene(hub, home)
    scene.remote.push(FILES | {f"hub{name}": data for name, data in odd.items()})
    for name, data in odd.items():
        write(scene.user / name, data)
    folder = home.path / "my\u202emodel"
    scene.user.rename(folder)
    if command[0] != "adopt":
        ok(hubcache("adopt", REPO, folder))
        write(folder / "gpj\u202eexe.bin", b"changed")
    told = hubcache(*[word.replace("my-model", str(folder)) for word in command])
    assert not [mark for mark in REORDERING if mark in told.stdout + told.stderr], ascii(told.stdout + told.stderr)
    assert (
        command[0] in ("targets", "release", "refresh", "ls", "du", "dedupe")
        or command == ["status"]
        or r"\xe2\x80\xae" in told.stdout + told.stderr
    )


def test_hash_escapes_on_a_terminal_only(hubcache, home):
    write(home.path / "gpj\u202eexe", b"x")
    assert "gpj\u202eexe" in hubcache("hash", "gpj\u202eexe").stdout
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(home.path)
        os.execve(hubcache.binary, [hubcache.binary, "hash", "-q", "gpj\u202eexe"], hubcache.env)
    seen = b""
    with contextlib.suppress(OSError):
        while part := os.read(terminal, 4096):
            seen += part
    os.waitpid(pid, 0)
    assert rb"gpj\xe2\x80\xaeexe" in seen and "\u202e".encode() not in seen
