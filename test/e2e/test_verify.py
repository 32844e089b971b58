"""hubcache verify and adopt --match find the files that equal the hub's, by content alone."""

import json
import os
import subprocess

import pytest
from home import read_msc
from hubdouble import Hub, Lfs
from scene import ALL, FILES, REPO, Scene, write

from adoption import age, contents_beneath, ok, record_folder, tree

COUNTS = ("same", "edited", "missing", "extra", "unreadable")


@pytest.fixture
def scene(hub, home) -> Scene:
    return Scene(hub, home)


def content(path: str) -> bytes:
    file = FILES[path]
    return file.content if isinstance(file, Lfs) else file


def copy_of_the_hub(folder) -> None:
    for path in FILES:
        write(folder / path, content(path))


def counts(repo: dict) -> dict[str, int]:
    return {name: repo[name] for name in COUNTS if repo[name]}


def verified(hubcache, *arguments, code: int = 0) -> dict:
    run = hubcache("verify", *arguments, "--json")
    assert run.returncode == code, run.stdout + run.stderr
    [repo] = json.loads(run.stdout)["repos"]
    return repo


def comparisons(repo: dict) -> dict[str, str]:
    return {file["path"]: file["comparison"] for file in repo["files"]}


# ---- verify


def test_a_genuine_cache_is_the_same(sdk, hubcache, scene):
    sdk.download_genuine(REPO)
    repo = verified(hubcache, REPO)
    assert (counts(repo), repo["asked_hub"], repo["folder"]) == ({"same": 5}, True, str(scene.place))
    assert verified(hubcache) == repo, "and among all"


@pytest.mark.parametrize("lfs_size", ["pointer", "content"])
def test_each_kind_of_difference(home, hubcache, lfs_size):
    """verify finds differences of plain files and of LFS files, whichever size the hub lists for LFS files."""
    with Hub(lfs_size=lfs_size) as hub:
        Scene(hub, home)
        folder = home.path / "copy"
        copy_of_the_hub(folder)
        env = {"STUDIO_GIT_HOST": hub.url}

        def found() -> dict[str, str]:
            [repo] = json.loads(hubcache("verify", REPO, "--local-dir", "copy", "--json", env=env).stdout)["repos"]
            return {path: what for path, what in comparisons(repo).items() if what != "same"}

        assert found() == {}
        write(folder / "config.json", content("config.json").replace(b"8", b"9"))  # of the same size
        write(folder / "README.md", b"longer than it was\n")
        weights = bytearray(content("model.safetensors"))
        weights[-1] ^= 1
        write(folder / "model.safetensors", bytes(weights))
        write(folder / "notes.txt", b"mine")
        (folder / "inference/a/weights.bin").unlink()
        assert found() == {
            "config.json": "edited",
            "README.md": "edited",
            "model.safetensors": "edited",
            "notes.txt": "extra",
            "inference/a/weights.bin": "missing",
        }


def test_only_what_the_sizes_leave_open_is_read(hubcache, scene, home):
    folder = home.path / "copy"
    copy_of_the_hub(folder)
    write(folder / "README.md", b"of another size")
    run = subprocess.run(
        ["strace", "-f", "-e", "trace=openat", hubcache.binary, "verify", REPO, "--local-dir", folder],
        env=hubcache.env,
        cwd=home.path,
        capture_output=True,
        text=True,
    )
    opened = {path for path in FILES if f'"{folder}/{path}"' in run.stderr}
    assert opened == ALL - {"README.md"}


def test_carriage_returns_count_whatever_autocrlf_says(hubcache, hub, home):
    hub.repo("o/crlf").push({"a.txt": b"one\r\ntwo\r\n", "b.txt": b"one\ntwo\n"})
    (home.path / ".gitconfig").write_text("[core]\n\tautocrlf = true\n")
    for name in ("a.txt", "b.txt"):
        write(home.path / "copy" / name, b"one\r\ntwo\r\n")
    assert comparisons(verified(hubcache, "o/crlf", "--local-dir", "copy")) == {"a.txt": "same", "b.txt": "edited"}


def test_an_adoption_is_compared_through_its_links(hubcache, scene):
    copy_of_the_hub(scene.user)
    write(scene.user / "README.md", b"edited\n")
    write(scene.user / "mine.txt", b"mine\n")
    ok(hubcache("adopt", REPO, scene.user))
    assert counts(verified(hubcache, REPO)) == {"same": 4, "edited": 1, "extra": 1}
    text = ok(hubcache("verify", REPO))
    assert f"{REPO}: 4 same, 1 edited, 0 missing, 1 extra" in text
    assert "edited   README.md" in text and "extra    mine.txt" in text


def test_the_clients_own_metadata_is_no_difference(sdk, hubcache, scene, home):
    sdk.snapshot_download(REPO, local_dir=str(home.path / "copy"), max_workers=1)
    assert (home.path / "copy/.msc").exists()
    assert counts(verified(hubcache, REPO, "--local-dir", "copy")) == {"same": 5}


def test_fail_on(hubcache, scene, home):
    copy_of_the_hub(home.path / "copy")
    verify = ("verify", REPO, "--local-dir", "copy")
    assert hubcache(*verify, "--fail-on", "edited,missing,extra").returncode == 0
    write(home.path / "copy/mine", b"mine")
    assert hubcache(*verify).returncode == 0
    assert hubcache(*verify, "--fail-on", "edited,missing").returncode == 0
    assert hubcache(*verify, "--fail-on", "edited", "--fail-on", "extra").returncode == 3
    (home.path / "copy/README.md").unlink()
    assert hubcache(*verify, "--fail-on", "edited,missing").returncode == 3
    assert hubcache(*verify, "--fail-on", "nonsense").returncode == 2


def test_without_network_against_the_record(sdk, hubcache, scene, hub):
    sdk.download_genuine(REPO)
    write(scene.place / "config.json", content("config.json").replace(b"8", b"9"))
    write(scene.place / "model.safetensors", content("model.safetensors")[:-1])
    expected = {"same": 3, "edited": 2}
    asked = len(hub.log)
    repo = verified(hubcache, REPO, "--offline")
    assert (counts(repo), repo["asked_hub"], repo["hub_error"], len(hub.log)) == (expected, False, None, asked)
    hub.fault("/api/v1/repos", status=503)
    repo = verified(hubcache, REPO)
    assert counts(repo) == expected and "503" in repo["hub_error"]
    assert hubcache("verify", REPO, "--fail-on", "missing").returncode == 4, "a check cannot say that all is well"
    assert hubcache("verify", REPO, "--fail-on", "edited").returncode == 3
    run = hubcache("verify", REPO, env={"STUDIO_GIT_HOST": "http://127.0.0.1:1"})
    assert (run.returncode, "the hub does not answer" in run.stdout) == (0, True)


def test_each_adopted_revision(hubcache, scene):
    """verify prints one entry for each revision: the folder equals master, and no longer the tag."""
    copy_of_the_hub(scene.user)
    scene.remote.tag("v1.0")
    scene.push()
    write(scene.user / "README.md", b"# model, pushed\n")
    for revision in ("master", "v1.0"):
        ok(hubcache("adopt", REPO, scene.user, "--revision", revision))
    for arguments in ([], ["--offline"]):
        repos = ok(hubcache("verify", REPO, *arguments, "--json"))["repos"]
        assert {repo["revision"]: counts(repo) for repo in repos} == {
            "master": {"same": 5},
            "v1.0": {"same": 4, "edited": 1},
        }
    assert hubcache("verify", REPO, "--fail-on", "edited").returncode == 3
    assert "with the hub's v1.0" in hubcache("verify", REPO).stdout
    assert "with the recorded hub state of master" in hubcache("verify", REPO, "--offline").stdout


def test_without_network_against_an_adoption(hubcache, scene):
    copy_of_the_hub(scene.user)
    write(scene.user / "README.md", b"edited\n")
    write(scene.user / "mine.txt", b"mine\n")
    ok(hubcache("adopt", REPO, scene.user))
    assert comparisons(verified(hubcache, REPO, "--offline")) == {path: "same" for path in ALL} | {
        "README.md": "edited",
        "mine.txt": "extra",
    }


def test_without_network_against_what_the_folder_lacked(hubcache, scene):
    copy_of_the_hub(scene.user)
    (scene.user / "README.md").unlink()
    ok(hubcache("adopt", REPO, scene.user))
    assert comparisons(verified(hubcache, REPO, "--offline")) == {path: "same" for path in ALL} | {
        "README.md": "missing"
    }
    write(scene.user / "README.md", b"mine, since\n")
    assert comparisons(verified(hubcache, REPO, "--offline", "--local-dir", scene.user))["README.md"] == "extra"


def test_nothing_known(hubcache, scene, home):
    write(home.path / "copy/a", b"a")
    run = hubcache("verify", REPO, "--local-dir", "copy", "--offline")
    assert run.returncode == 1 and "no hub state is recorded for " + REPO in run.stderr
    assert hubcache("verify", REPO, "o/other", "--local-dir", "copy").returncode == 2
    assert hubcache("verify", "--local-dir", "copy").returncode == 2
    run = hubcache("verify", REPO, "--local-dir", "copy", "--target", "aistudio", "--target", "huggingface")
    assert run.returncode == 2 and "one target only" in run.stderr


def test_what_cannot_be_read_is_no_difference_but_a_failure(hubcache, scene, home):
    copy_of_the_hub(home.path / "copy")
    (home.path / "copy/README.md").unlink()
    os.mkfifo(home.path / "copy/README.md")
    repo = verified(hubcache, REPO, "--local-dir", "copy", code=1)
    assert counts(repo) == {"same": 4, "unreadable": 1}
    [bad] = [file for file in repo["files"] if file["comparison"] == "unreadable"]
    assert (bad["path"], bad["why"]) == ("README.md", "a named pipe")


@pytest.mark.parametrize("link", ["file", "folder"])
def test_a_file_deleted_after_its_adoption_is_missing(hubcache, scene, link):
    """A link in the place without a target counts as missing, and so does a file below a folder that is such a link."""
    copy_of_the_hub(scene.user)
    ok(hubcache("adopt", REPO, scene.user, "--link", "symlink"))
    if link == "file":
        (scene.user / "inference/a/weights.bin").unlink()
    else:
        (scene.place / "inference/a/weights.bin").unlink()
        (scene.place / "inference/a").rmdir()
        (scene.place / "inference/a").symlink_to("nowhere")
    repo = verified(hubcache, REPO, "--fail-on", "missing", code=3)
    assert counts(repo) == {"same": 4, "missing": 1}
    [bad] = [file for file in repo["files"] if file["comparison"] == "missing"]
    assert (bad["path"], bad["why"]) == ("inference/a/weights.bin", "broken symlink")


@pytest.mark.parametrize(
    "said,fault",
    [("not found or private", None), ("denies access", {"status": 403}), ("too many requests", {"status": 429})],
)
def test_what_the_hub_says_is_not_passed_over(hubcache, scene, hub, said, fault):
    """If the repo is gone or private, the record only has an old state, so verify fails."""
    copy_of_the_hub(scene.user)
    ok(hubcache("adopt", REPO, scene.user))
    if fault:
        hub.fault("/api/v1/repos", **fault)
    else:
        hub.repo(REPO).private = True
    for arguments in ((REPO,), ()):
        run = hubcache("verify", *arguments)
        assert run.returncode == 4 and said in run.stdout + run.stderr
    assert counts(verified(hubcache, REPO, "--offline")) == {"same": 5}


# ---- adopt --match


def test_match_makes_a_genuine_cache(sdk, hubcache, scene):
    """The cache has no pins and is like the SDK's own, so a push replaces files."""
    copy_of_the_hub(scene.user)
    before = tree(scene.user, times=True)
    ok(hubcache("adopt", REPO, scene.user, "--match"))
    assert read_msc(scene.place) == sorted(scene.exact(), key=lambda one: one["Path"])
    got = sdk.snapshot_download(REPO)
    assert (got.error, got.value, got.downloads) == (None, str(scene.place), set())
    for path in FILES:
        assert sdk.file_download(REPO, path).downloads == set()
    scene.push()
    assert sdk.snapshot_download(REPO).downloads == {"README.md"}
    assert tree(scene.user, times=True) == before


@pytest.mark.parametrize("difference", ["edited", "missing", "extra"])
def test_match_changes_nothing_where_anything_differs(hubcache, scene, home, difference):
    copy_of_the_hub(scene.user)
    if difference == "missing":
        (scene.user / "README.md").unlink()
    else:
        write(scene.user / ("README.md" if difference == "edited" else "mine.txt"), b"# mine!\n")
    before = tree(home.path / ".cache") if (home.path / ".cache").exists() else {}
    run = hubcache("adopt", REPO, scene.user, "--match")
    assert run.returncode == 3
    assert f"({difference})" in run.stderr and "--partial" in run.stderr
    left = {name: what for name, what in tree(home.path / ".cache").items() if not name.startswith("hubcache")}
    assert left == before and not scene.place.exists()


def test_all_that_differs_is_listed(hubcache, scene):
    """The text ends with the number of further files. The JSON lists all of them, as --partial does."""
    copy_of_the_hub(scene.user)
    for i in range(25):
        write(scene.user / f"mine{i:02}.txt", b"mine\n")
    run = hubcache("adopt", REPO, scene.user, "--match", "--json")
    error = json.loads(run.stdout)["error"]
    assert (run.returncode, error["code"]) == (3, 3) and "and 15 more" in run.stderr
    partial = ok(hubcache("adopt", REPO, scene.user, "--match", "--partial", "--dry-run", "--json"))
    assert error["unmatched"] == partial["unmatched"] and len(error["unmatched"]) == 25


def test_match_partial_adopts_what_is_the_same(sdk, hubcache, scene):
    """The other files come from the hub, and the user's versions stay where they are."""
    copy_of_the_hub(scene.user)
    write(scene.user / "README.md", b"# mine!\n")
    write(scene.user / "mine.txt", b"mine\n")
    (scene.user / "config.json").unlink()
    report = ok(hubcache("adopt", REPO, scene.user, "--match", "--partial", "--json"))
    assert {one["path"]: one["comparison"] for one in report["unmatched"]} == {
        "README.md": "edited",
        "config.json": "missing",
        "mine.txt": "extra",
    }
    assert (report["files"], report["pin"]) == (3, False)
    got = sdk.snapshot_download(REPO)
    assert (got.error, got.downloads) == (None, {"README.md", "config.json"})
    assert (scene.user / "README.md").read_bytes() == b"# mine!\n"
    assert (scene.place / "README.md").read_bytes() == content("README.md")


def test_match_in_place(sdk, hubcache, scene):
    """The files were copied into the place from another machine by rsync, without its index."""
    copy_of_the_hub(scene.place)
    ok(hubcache("adopt", REPO, scene.place, "--match"))
    assert sdk.snapshot_download(REPO).downloads == set()


def test_match_partial_in_place_is_refused(hubcache, scene):
    """The client would replace the files that differ."""
    copy_of_the_hub(scene.place)
    write(scene.place / "README.md", b"# mine!\n")
    ok(hubcache("adopt", REPO, scene.place))
    had = contents_beneath(scene.home.path)
    run = hubcache("adopt", REPO, scene.place, "--match", "--partial")
    assert run.returncode == 5 and "README.md" in run.stderr
    assert had <= contents_beneath(scene.home.path)
    assert {"Path": "README.md", "Revision": ""} in read_msc(scene.place), "still pinned"


def test_match_after_an_adoption_takes_the_pins_away(sdk, hubcache, scene):
    copy_of_the_hub(scene.user)
    ok(hubcache("adopt", REPO, scene.user))
    ok(hubcache("adopt", REPO, scene.user, "--match"))
    assert read_msc(scene.place) == sorted(scene.exact(), key=lambda one: one["Path"])
    ok(hubcache("release", REPO))
    assert not scene.place.exists() and not record_folder(scene.home, REPO).exists()


def test_a_dry_run_compares_and_changes_nothing(hubcache, scene):
    copy_of_the_hub(scene.user)
    ok(hubcache("adopt", REPO, scene.user, "--match", "--dry-run"))
    assert not scene.place.exists()
    write(scene.user / "README.md", b"# mine!\n")
    assert hubcache("adopt", REPO, scene.user, "--match", "--dry-run").returncode == 3


def test_what_was_hashed_once_is_not_read_again(hubcache, scene, home):
    """Neither verify nor adopt --match reads an unchanged file again."""
    copy_of_the_hub(scene.user)
    age(scene.user / "inference/a/weights.bin")
    ok(hubcache("verify", REPO, "--local-dir", scene.user))
    run = subprocess.run(
        ["strace", "-f", "-e", "trace=openat", hubcache.binary, "adopt", REPO, scene.user, "--match"],
        env=hubcache.env,
        cwd=home.path,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0
    assert not [path for path in FILES if f'"{scene.user}/{path}"' in run.stderr]


@pytest.mark.parametrize("arguments", [("--partial",), ("--match", "--offline")])
def test_calls_that_cannot_be_right(hubcache, scene, arguments):
    copy_of_the_hub(scene.user)
    assert hubcache("adopt", REPO, scene.user, *arguments).returncode == 2
