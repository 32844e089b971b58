"""status reports the state of the clients' places and predicts the next run; the tests compare each prediction with the
client's run."""

import ctypes
import json
import os
import pickle
import re
import select
import shutil
import subprocess
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Callable

import pytest
from hf_scene import REPO as HF_REPO
from hf_scene import HfScene
from home import record, write_msc
from hubdouble import Lfs
from json_output import problems
from scene import ALL, FILES, NESTED, REPO, TOP, Scene, write
from status_table import row

from adoption import contents_beneath, ok, record_folder, tree

HASHED = {"AISTUDIO_ENABLE_DEFAULT_HASH_VALIDATION": "true"}


@pytest.fixture
def scene(hub, home) -> Scene:
    return Scene(hub, home)


def status(hubcache, *arguments, **more) -> dict:
    """Returns the status of the only repo."""
    repos = ok(hubcache("status", *arguments, "--json", **more))["repos"]
    assert len(repos) == 1
    return repos[0]


def human(size: int) -> str:
    return f"{size} B" if size < 1024 else f"{size / 1024:.1f} KiB"


def verdicts(repo: dict, question: str = "snapshot") -> dict[str, tuple[str, str]]:
    return {file["path"]: (file[question]["action"], file[question]["reason"]) for file in repo["files"]}


def by_wiki_script(scene: Scene) -> None:
    """Writes the metadata that the wiki page's script writes: `.mdl`, then a record for each name at the top level,
    also for `.mdl`, with the sha from `contents`, or N/A."""
    (scene.place / ".mdl").write_bytes(pickle.dumps({"id": scene.repo_id}))
    entries = scene.remote.head.entries
    names = sorted(path.name for path in scene.place.iterdir() if path.is_file())
    write_msc(scene.place, [record(name, entries[name].sha if name in entries else "N/A") for name in names])


# --- states


def test_nothing_there(hubcache, hub):
    assert hubcache("status").stdout == "no repos in the clients' cache folders\n"
    assert ok(hubcache("status", "--json")) == {"schema": 1, "notes": [], "repos": []}
    assert hubcache("status", "--check").returncode == 0 and list(hub.log) == []


def test_a_repo_that_is_not_there(hubcache, scene, home):
    before = tree(home.path)
    repo = status(hubcache, REPO)
    assert (repo["state"], repo["downloads"], repo["losses"]) == ("empty", len(FILES), 0)
    assert set(verdicts(repo).values()) == {("downloads", "no_record")} and tree(home.path) == before


def test_genuine(sdk, hubcache, scene):
    sdk.download_genuine(REPO)
    repo = status(hubcache)
    assert (repo["state"], repo["downloads"], repo["adoption"], repo["hub_moved_on"]) == ("complete", 0, None, None)
    assert verdicts(repo) == verdicts(repo, "single_file") == {path: ("accepts", "exact_record") for path in FILES}
    text = hubcache("status").stdout
    size = human(sum((scene.place / path).stat().st_size for path in FILES))
    assert row(text, REPO) == {
        "REPO": REPO,
        "TARGET": "aistudio",
        "STATE": "complete",
        "FILES": str(len(FILES)),
        "SIZE": size,
        "HUB": "-",
        "NEXT RUN": "no downloads",
    }
    assert f"  cache     {scene.place}\n" in hubcache("status", "-v").stdout
    assert hubcache("status", "--check").returncode == 0


def test_partial(sdk, hubcache, scene):
    """A cache of the SDK with some files missing, and after a push."""
    sdk.download_genuine(REPO)
    (scene.place / "config.json").unlink()
    repo = status(hubcache)
    assert (repo["state"], repo["downloads"], repo["download_bytes"], repo["losses"]) == (
        "partial",
        1,
        len(FILES["config.json"]),
        0,
    )
    assert verdicts(repo)["config.json"] == ("downloads", "file_missing")
    scene.push()
    repo = status(hubcache)
    assert (repo["state"], repo["downloads"], repo["losses"]) == ("partial", 2, 1)
    assert verdicts(repo)["README.md"] == ("downloads", "no_matching_record")
    run = hubcache("status", "--check")
    assert run.returncode == 3 and row(run.stdout, REPO)["NEXT RUN"] == "2 downloads, 35 B, 1 file overwritten"


@pytest.mark.parametrize(
    "content",
    [b"", b"garbage", b"\x80\x04]", pickle.dumps({"Path": "x"}), pickle.dumps(print), b"\x80\x04" + b"(" * 1000],
)
def test_damaged(hubcache, scene, content):
    scene.put("copy").index([])
    (scene.place / ".msc").write_bytes(content)
    repo = status(hubcache)
    assert (repo["state"], repo["losses"]) == ("damaged", 0)
    assert verdicts(repo) == {path: ("raises", "damaged_index") for path in FILES}
    run = hubcache("status", "--check")
    assert run.returncode == 3 and row(run.stdout, REPO)["NEXT RUN"] == "client fails"
    assert re.search(
        r"note: the index \.msc cannot be read \(.+\): aistudio-sdk raises an exception; run hubcache adopt, or delete the index",
        run.stdout,
    )


def test_a_record_at_which_the_sdk_raises(sdk, hubcache, scene):
    """The index can be read, but no run succeeds with it. adopt repairs it."""
    scene.put("copy").index([1])
    repo = status(hubcache)
    assert (repo["state"], repo["raises"], repo["downloads"]) == ("damaged", len(FILES), 0)
    run = hubcache("status", "--check")
    assert run.returncode == 3 and row(run.stdout, REPO)["NEXT RUN"] == "client fails"
    assert "note: the index .msc has an invalid entry" in run.stdout
    assert sdk.snapshot_download(REPO).error == "TypeError"
    ok(hubcache("adopt", REPO, scene.place))
    assert hubcache("status", "--check").returncode == 0 and sdk.snapshot_download(REPO).downloads == set()


@pytest.mark.parametrize("kind,downloads", [("tuple", set()), ("dict", ALL)])
def test_an_index_that_is_no_list(sdk, hubcache, scene, kind, downloads):
    """The SDK iterates over any index: a tuple of records works, and an empty dict holds no records. The SDK cannot add
    records to it: 0.3.9 ignores this, 0.3.5 finally raises an exception."""
    scene.put("copy").index(tuple(scene.exact()) if kind == "tuple" else {})
    assert {path for path, verdict in verdicts(status(hubcache)).items() if verdict[0] == "downloads"} == downloads
    got = sdk.snapshot_download(REPO)
    is_noted = sdk.version == "0.3.9" or not downloads
    assert (got.error, got.downloads) == (None if is_noted else "AttributeError", downloads)


def test_an_index_that_may_not_be_read(sdk, hubcache, scene):
    """root may read every file, so the test puts a folder in place of the index, for which the SDK raises an exception
    too."""
    scene.put("copy")
    (scene.place / ".msc").mkdir()
    repo = status(hubcache)
    assert repo["state"] == "damaged" and "cannot be read" in repo["notes"][0]
    assert sdk.snapshot_download(REPO).error == "IsADirectoryError"


class Reads:
    """Waits until a process has read a file and closed it (inotify)."""

    def __init__(self, file: Path):
        self.libc = ctypes.CDLL(None, use_errno=True)
        self.descriptor = self.libc.inotify_init1(os.O_CLOEXEC)
        close_nowrite = 0x10
        assert self.libc.inotify_add_watch(self.descriptor, os.fsencode(file), close_nowrite) >= 0

    def wait(self) -> None:
        assert select.select([self.descriptor], [], [], 30)[0]
        os.close(self.descriptor)


def test_an_index_that_is_just_being_replaced(hubcache, scene):
    """The SDK's move from another file system is not atomic, so status reads a torn index once more."""
    import subprocess

    scene.put("copy").index(scene.exact())
    index, whole = scene.place / ".msc", (scene.place / ".msc").read_bytes()
    for _ in range(5):  # the second read comes after 200 ms, which a busy machine may miss
        index.write_bytes(whole[:10])
        reads = Reads(index)
        with subprocess.Popen(
            [hubcache.binary, "status", "--json"], env=hubcache.env, stdout=subprocess.PIPE
        ) as running:
            reads.wait()
            write(scene.place / "new", whole)
            os.replace(scene.place / "new", index)
            told = json.loads(running.stdout.read())
            assert problems("status", told) == []
        if told["repos"][0]["state"] == "complete":
            return
    pytest.fail("never read again")


def test_only_an_empty_folder(hubcache, scene):
    scene.place.mkdir(parents=True)
    assert status(hubcache)["state"] == "empty"


@pytest.mark.parametrize("link", ["symlink", "hardlink", "copy"])
def test_adopted(hubcache, scene, link):
    """status shows the kind of link and the time of the adoption."""
    start = datetime.now(timezone.utc).replace(microsecond=0)
    ok(hubcache("adopt", REPO, scene.user, "--link", link))
    repo = status(hubcache)
    since = datetime.strptime(repo["adoption"].pop("since"), "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)
    assert start <= since <= start + timedelta(minutes=2)
    assert repo["adoption"] == {
        "folder": str(scene.user),
        "link": link,
        "links": {link: 5},
        "pin": True,
        "files": 5,
        "pinned": 5,
        "unfinished": False,
        "changes": {"folder_missing": False, "added": 0, "changed": 0, "removed": 0, "unread": 0, "replaced": 0},
    }
    assert (repo["state"], repo["downloads"], repo["losses"], repo["revisions"], repo["notes"]) == (
        "adopted",
        0,
        0,
        ["master"],
        [],
    )
    assert verdicts(repo) == {path: ("accepts", "pin") for path in FILES}
    assert verdicts(repo, "single_file") == {path: ("accepts", "exact_record") for path in FILES}
    found = row(hubcache("status").stdout, REPO)
    assert (found["STATE"], found["FILES"], found["HUB"], found["NEXT RUN"]) == (
        "adopted",
        "5",
        "unchanged",
        "no downloads",
    )
    text = hubcache("status", "-v").stdout
    assert re.match(
        rf"{REPO} \(aistudio, master\): adopted by {link} on \d{{4}}-\d\d-\d\dT\S+, pinned\n  folder    {scene.user}\n",
        text,
    )
    assert hubcache("status", "--check").returncode == 0
    later = ok(hubcache("adopt", REPO, scene.user, "--link", link, "--no-pin")) and status(hubcache)
    assert later["adoption"]["since"] == since.strftime("%Y-%m-%dT%H:%M:%SZ") and not later["adoption"]["pin"]
    assert set(verdicts(later).values()) == {("accepts", "exact_record")} and later["adoption"]["pinned"] == 0
    assert "pinned" not in hubcache("status", "-v").stdout


def test_adopted_in_place(hubcache, scene):
    scene.put("copy")
    ok(hubcache("adopt", REPO, scene.place))
    repo = status(hubcache)
    assert repo["adoption"]["link"] == "in place" and repo["adoption"]["folder"] == str(scene.place)
    assert (repo["originals"]["files"], repo["originals"]["bytes"]) == (
        len(FILES),
        sum(len(scene.edited(path)) for path in FILES),
    )
    text = hubcache("status", "-v").stdout
    assert "adopted in place on" in text and "  guarded   5 files, " in text


def test_whether_the_hub_has_moved_on(hubcache, scene, hub):
    ok(hubcache("adopt", REPO, scene.user))
    assert status(hubcache)["hub_moved_on"] is False
    scene.push()
    repo = status(hubcache)
    assert repo["hub_moved_on"] is True and row(hubcache("status").stdout, REPO)["HUB"] == "changed"
    assert (repo["downloads"], repo["losses"]) == (0, 0)
    assert verdicts(repo)["README.md"] == ("accepts", "pin")
    assert verdicts(repo, "single_file")["README.md"] == ("returns_none", "no_exact_record")
    ok(hubcache("adopt", REPO, scene.user))
    assert status(hubcache)["hub_moved_on"] is False


def test_a_tag_does_not_move_on(hubcache, scene):
    scene.remote.tag("v1.0")
    ok(hubcache("adopt", REPO, scene.user, "--revision", "v1.0"))
    scene.push()
    repo = status(hubcache)
    assert (repo["hub_moved_on"], repo["revisions"]) == (False, ["v1.0"])


@pytest.mark.parametrize("order", [("master", "v1.0"), ("v1.0", "master")])
def test_each_of_several_revisions(hubcache, sdk, scene, order):
    """master is pushed to and the tag stays. status reports and counts master's download, whichever revision was
    adopted last."""
    scene.remote.tag("v1.0")
    for revision in order:
        ok(hubcache("adopt", REPO, scene.user, "--no-pin", "--revision", revision))
    assert hubcache("status", "--check").returncode == 0
    scene.push()
    repo = status(hubcache)
    assert (repo["revisions"], repo["downloads"], repo["hub_moved_on"]) == (list(order), 1, True)
    told = {one["revision"]: (one["downloads"], one["hub_moved_on"]) for one in repo["by_revision"]}
    assert told == {"master": (1, True), "v1.0": (0, False)}
    words = {"master": ("changed", "1 download, 16 B"), "v1.0": ("unchanged", "no downloads")}
    assert {one["revision"]: (one["hub"], one["next_run"]) for one in repo["by_revision"]} == words
    assert repo["hub"] == "; ".join(f"{revision}: {words[revision][0]}" for revision in order)
    assert repo["next_run"] == "; ".join(f"{revision}: {words[revision][1]}" for revision in order)
    of_readme = {file["revision"]: file["snapshot"]["action"] for file in repo["files"] if file["path"] == "README.md"}
    assert of_readme == {"master": "downloads", "v1.0": "accepts"}
    run = hubcache("status", "--check", "-v")
    assert run.returncode == 3
    for line in (
        "  hub       master: changed",
        "  next run  master: 1 download, 16 B",
        "  hub       v1.0: unchanged",
        "  next run  v1.0: no downloads",
    ):
        assert line + "\n" in run.stdout
    assert re.search(
        rf"^  README\.md +v1\.0 +{(scene.user / 'README.md').stat().st_size} B  local file ", run.stdout, re.M
    )
    table = hubcache("status").stdout
    assert [row(table, f"{REPO} {revision}")["HUB"] for revision in ("master", "v1.0")] == ["changed", "unchanged"]
    assert sdk.snapshot_download(REPO, revision="v1.0").downloads == set()
    assert sdk.snapshot_download(REPO).downloads == {"README.md"}


def test_a_file_of_one_revision_only(hubcache, sdk, scene):
    """Offline too, the record says which file belongs to which revision."""
    scene.remote.tag("v1.0")
    scene.remote.push({"new.txt": b"new"})
    ok(hubcache("adopt", REPO, scene.user, "--revision", "v1.0"))
    write(scene.user / "new.txt", b"mine")
    ok(hubcache("adopt", REPO, scene.user))
    for arguments in ([], ["--offline"]):
        told = {(file["path"], file["revision"]) for file in status(hubcache, *arguments)["files"]}
        assert told == {(path, revision) for path in FILES for revision in ("v1.0", "master")} | {("new.txt", "master")}


def test_whether_the_hub_has_moved_on_is_not_known(hubcache, scene, hub):
    """The state is not known with --offline, after an adoption that never contacted the hub, and if the hub is down."""
    ok(hubcache("adopt", REPO, scene.user))
    scene.push()
    mark = hub.mark()
    repo = status(hubcache, "--offline")
    assert (repo["hub_moved_on"], repo["asked_hub"], repo["hub_error"]) == (None, False, None) and hub.log.since(
        mark
    ) == []
    assert row(hubcache("status", "--offline").stdout, REPO)["HUB"] == "not asked"
    ok(hubcache("release", REPO))
    ok(hubcache("adopt", REPO, scene.user, "--offline"))
    assert status(hubcache)["hub_moved_on"] is None
    assert row(hubcache("status").stdout, REPO)["HUB"] == "-"
    hub.fault("git/trees", status=500)
    repo = status(hubcache)
    assert (repo["hub_moved_on"], repo["asked_hub"]) == (None, False) and "the hub failed" in repo["hub_error"]
    run = hubcache("status", "--check")
    assert (
        run.returncode == 4 and "the hub failed" in run.stdout and "compared with the recorded hub state" in run.stdout
    )


def test_offline_is_judged_by_what_is_recorded(hubcache, sdk, scene):
    sdk.download_genuine(REPO)
    assert (status(hubcache, "--offline")["state"], status(hubcache, "--offline")["downloads"]) == ("complete", 0)
    (scene.place / "README.md").unlink()
    assert verdicts(status(hubcache, "--offline"))["README.md"] == ("downloads", "file_missing")
    assert hubcache("status", "--offline", "--check").returncode == 3


def test_offline_the_record_tells_what_the_folder_lacked(hubcache, sdk, scene):
    """The record names the file that the hub has and the folder lacks. After the client has downloaded the file, the
    client's index names it."""
    (scene.user / "README.md").unlink()
    ok(hubcache("adopt", REPO, scene.user))
    repo = status(hubcache, "--offline")
    assert (repo["downloads"], repo["known"]) == (1, True) and verdicts(repo)["README.md"] == ("downloads", "no_record")
    run = hubcache("status", "--offline", "--check")
    assert run.returncode == 3 and row(run.stdout, REPO)["NEXT RUN"] == "1 download"
    assert sdk.snapshot_download(REPO).downloads == {"README.md"}
    assert hubcache("status", "--offline", "--check").returncode == 0


def test_check_fails_if_the_prediction_is_unknown(hubcache, scene, hub):
    """With an empty place and no answer, --check must not report success."""
    hub.fault("/api/v1/repos", status=500)
    for arguments in (["--offline"], []):
        repo = status(hubcache, REPO, *arguments)
        assert (repo["state"], repo["known"], repo["downloads"]) == ("empty", False, 0)
        run = hubcache("status", REPO, *arguments, "--check")
        assert run.returncode == 4 and row(run.stdout, REPO)["NEXT RUN"] == "unknown"
    assert row(hubcache("status", "ctbots/none").stdout, "ctbots/none")["NEXT RUN"] == "unknown"
    ok(hubcache("adopt", REPO, scene.user, "--offline"))
    assert row(hubcache("status", "--offline").stdout, REPO)["NEXT RUN"] == "no downloads of adopted files"


def test_what_is_pinned_without_being_asked_for(hubcache, sdk, scene):
    """Without a pin, the SDK would not accept a file whose sha on the hub is unknown."""
    said = ok(hubcache("adopt", REPO, scene.user, "--offline", "--no-pin"))
    assert f"  pinned    pushes to the hub are ignored\n  undo      hubcache release {REPO} --target aistudio\n" in said
    assert re.search(r": adopted by symlink on \S+, pinned\n", hubcache("status", "--offline", "-v").stdout)
    scene.push()
    assert sdk.snapshot_download(REPO).downloads == set()
    write(scene.user / "new.txt", b"mine")
    said = ok(hubcache("adopt", REPO, scene.user, "--no-pin"))
    assert (
        f"  pinned    pushes to the hub are ignored for 1 file ('new.txt')\n  undo      hubcache release {REPO} --target aistudio\n"
        in said
    )
    assert re.search(r": adopted by symlink on \S+, 1 file pinned\n", hubcache("status", "-v").stdout)
    adoption = status(hubcache)["adoption"]
    assert (adoption["pin"], adoption["files"], adoption["pinned"]) == (False, 6, 1)


def test_an_adoption_offline_promises_no_single_file(hubcache, sdk, scene):
    """file_download returns None for the synthetic ids, whatever the hub has."""
    ok(hubcache("adopt", REPO, scene.user, "--offline"))
    for arguments in (["--offline"], []):
        repo = status(hubcache, *arguments)
        assert verdicts(repo) == {path: ("accepts", "pin") for path in FILES}
        assert set(verdicts(repo, "single_file").values()) == {("returns_none", "no_exact_record")}
    assert hubcache("status", "--offline", "--check").returncode == 0
    assert sdk.file_download(REPO, "README.md").value is None


def test_what_is_displaced_and_kept(hubcache, sdk, scene, home):
    sdk.download_genuine(REPO)
    ok(hubcache("adopt", REPO, scene.user, "--link", "copy"))
    repo = status(hubcache)
    sizes = [len(content.content if isinstance(content, Lfs) else content) for content in FILES.values()]
    assert repo["displaced"] == {
        "folder": str(record_folder(home, REPO) / "displaced"),
        "files": len(FILES),
        "bytes": sum(sizes),
    }
    assert (repo["kept"]["files"], repo["kept"]["bytes"]) == (0, 0)
    text = hubcache("status", "-v").stdout
    assert "  displaced 5 files, 8.0 KiB, in " in text and "kept" not in text
    write(scene.place / "new.bin", bytes(2048))
    ok(hubcache("release", REPO))
    repo = status(hubcache)
    assert (repo["state"], repo["kept"]["files"], repo["kept"]["bytes"], repo["displaced"]["files"]) == (
        "complete",
        1,
        2048,
        0,
    )
    assert "  kept      1 file, 2.0 KiB, in " in hubcache("status", "-v").stdout


def test_kept_files_are_listed_without_a_place(hubcache, scene, home):
    ok(hubcache("adopt", REPO, scene.user))
    write(scene.place / "new.bin", b"work")
    ok(hubcache("release", REPO))
    assert not scene.place.exists()
    repo = status(hubcache)
    assert (repo["state"], repo["kept"]["files"]) == ("empty", 1)
    shutil.rmtree(record_folder(home, REPO))
    assert ok(hubcache("status", "--json"))["repos"] == []


# --- file by file


def test_sizes_are_those_of_the_files(hubcache, scene):
    """Sizes are those of the files and not of the symlinks to them, for files that the hub has and lacks, and
    offline."""
    write(scene.user / "only-here.bin", b"x" * 3000)
    ok(hubcache("adopt", REPO, scene.user))
    for arguments in ([], ["--offline"]):
        sizes = {file["path"]: file["size"] for file in status(hubcache, REPO, *arguments)["files"]}
        assert sizes["only-here.bin"] == 3000, arguments
    assert sizes == {path: (scene.user / path).stat().st_size for path in sizes}


def test_sizes_in_a_cache_of_hugging_face(hubcache, hf_hub, home):
    """Hugging Face's client keeps symlinks into blobs/."""
    scene = HfScene(hf_hub, home).ref().put("symlink")
    [repo] = ok(hubcache("status", f"hf:{HF_REPO}", "--offline", "--json"))["repos"]
    assert {file["on_hub"] for file in repo["files"]} == {None}
    sizes = {file["path"]: file["size"] for file in repo["files"]}
    assert sizes == {path: (scene.user / path).stat().st_size for path in FILES}


def test_a_file_that_hugging_face_lacks_is_listed_by_its_path(hubcache, hf_hub, home):
    hubcache.env["HF_ENDPOINT"] = hf_hub.url
    scene = HfScene(hf_hub, home)
    write(scene.user / "sub/added.txt", b"mine")
    ok(hubcache("adopt", f"hf:{HF_REPO}", scene.user))
    [repo] = ok(hubcache("status", f"hf:{HF_REPO}", "--json"))["repos"]
    assert {file["path"] for file in repo["files"]} == {*FILES, "sub/added.txt"}
    assert re.search(r"^  sub/added\.txt +4 B  - +- +not on the hub, adopted$", hubcache("status", "-v").stdout, re.M)


@pytest.mark.parametrize("code", [401, 403, 404])
def test_hugging_face_refuses(hf, hubcache, hf_hub, home, code):
    """Hugging Face's clients then load the files in their cache."""
    hubcache.env["HF_ENDPOINT"] = hf_hub.url
    scene = HfScene(hf_hub, home)
    ok(hubcache("adopt", f"hf:{HF_REPO}", scene.user))
    hf_hub.fault("/", status=code)
    cells = row(hubcache("status").stdout, f"hf:{HF_REPO}")
    assert (cells["HUB"], cells["NEXT RUN"]) == ("refuses", "no downloads")
    run = hf.snapshot_download(HF_REPO)
    assert (run.error, run.downloads) == (None, set()), run.error_text


@pytest.mark.parametrize("at", [[], ["--target", "hf-dir", "--place", "place"]])
@pytest.mark.parametrize("code", [401, 403, 404])
def test_a_file_that_a_refusing_hub_of_hugging_face_has(hf, hubcache, hf_hub, home, code, at):
    """huggingface_hub then skips the file in a snapshot and raises an exception for a program that requests it."""
    hubcache.env["HF_ENDPOINT"] = hf_hub.url
    scene = HfScene(hf_hub, home)
    (scene.user / "config.json").unlink()
    report = ok(hubcache("adopt", f"hf:{HF_REPO}", scene.user, *at, "--json"))
    hf_hub.fault("/", status=code)
    cells = row(hubcache("status").stdout, f"hf:{HF_REPO}")
    assert (cells["HUB"], cells["NEXT RUN"]) == ("refuses", "fails at 1 file")
    where = {"local_dir": report["place"]} if at else {}
    assert hf.snapshot_download(HF_REPO, **where).error is None
    assert hf.hf_hub_download(HF_REPO, "config.json", **where).error
    assert hf.hf_hub_download(HF_REPO, "README.md", **where).error is None


def test_a_silent_hub(sdk, hf, hubcache, hub, hf_hub, home, scene):
    """aistudio-sdk contacts the hub before it uses a cached file; huggingface_hub uses the files in its cache."""
    hubcache.env["HF_ENDPOINT"] = hf_hub.url
    model = HfScene(hf_hub, home)
    (model.user / "config.json").unlink()
    ok(hubcache("adopt", REPO, scene.user))
    ok(hubcache("adopt", f"hf:{HF_REPO}", model.user))
    hub.fault("/", status=503)
    hf_hub.fault("/", status=503)
    table = hubcache("status").stdout
    assert row(table, REPO)["NEXT RUN"] == "client fails until the hub answers"
    assert row(table, f"hf:{HF_REPO}")["NEXT RUN"] == "1 download when the hub answers"
    assert hubcache("status", "--check").returncode == 3
    assert sdk.snapshot_download(REPO).error
    run = hf.snapshot_download(HF_REPO)
    assert (run.error, run.downloads) == (None, set())


def test_another_hub_that_does_not_answer(hubcache, hub, scene):
    ok(hubcache("adopt", REPO, scene.user))
    hubcache.env["STUDIO_GIT_HOST"] = "http://127.0.0.1:1"
    said = hubcache("status").stdout
    assert "compared with the recorded hub state" in said and f"was adopted from the hub {hub.url}, but" in said
    assert "this status is about" not in said


def test_offline_after_the_client_has_stored_the_hubs_commit(hf, hubcache, hf_hub, home):
    """The repo is adopted offline. Then one online run stores the hub's files and their commit in refs/main."""
    hubcache.env["HF_ENDPOINT"] = hf_hub.url
    scene = HfScene(hf_hub, home)
    ok(hubcache("adopt", f"hf:{HF_REPO}", scene.user, "--offline"))
    run = hubcache("status", "--offline", "--check")
    assert row(run.stdout, f"hf:{HF_REPO}")["NEXT RUN"] == "unknown"
    assert (run.returncode, "hub state is not recorded" in run.stderr) == (4, True)
    run = hubcache("status", "--check", env={"HF_HUB_OFFLINE": "1"})  # this client will not ask the hub either
    assert (row(run.stdout, f"hf:{HF_REPO}")["NEXT RUN"], run.returncode) == ("no downloads", 0), run.stdout
    assert hf.snapshot_download(HF_REPO).error is None
    assert scene.lost(scene.snapshot()) == set(FILES)
    stored = hf.snapshot_download(HF_REPO, local_files_only=True)
    assert scene.lost(Path(stored.value)) == set(FILES)  # the hub's files, also offline
    run = hubcache("status", "-v", "--offline", "--check")
    assert "  next run  the hub's files, not yours\n" in run.stdout
    assert "the client uses the hub's files, also offline" in run.stderr and run.returncode == 3
    assert "not on the hub" not in run.stdout and "adopted, but the client uses another version" in run.stdout
    assert hubcache("refresh", "--offline", "--check").returncode == 3
    ok(hubcache("refresh", "--offline"))
    stored = hf.snapshot_download(HF_REPO, local_files_only=True)
    assert scene.lost(Path(stored.value)) == set()
    online = hf.snapshot_download(HF_REPO)
    assert (online.error, online.downloads, scene.lost(Path(online.value))) == (None, set(), set())
    assert row(hubcache("status", "--offline").stdout, f"hf:{HF_REPO}")["NEXT RUN"] == "no downloads of adopted files"
    ok(hubcache("release", f"hf:{HF_REPO}"))
    assert scene.lost(scene.user) == set() and scene.lost(scene.snapshot()) == set(FILES)


def test_offline_after_a_push_and_an_online_run(hf, hubcache, hf_hub, home):
    hubcache.env["HF_ENDPOINT"] = hf_hub.url
    scene = HfScene(hf_hub, home)
    ok(hubcache("adopt", f"hf:{HF_REPO}", scene.user))
    scene.push()
    assert "programs that are offline or started by hubcache run use yours" in hubcache("status").stdout
    assert hf.snapshot_download(HF_REPO).error is None
    for said in (hubcache("status").stdout, hubcache("status", "--offline").stdout):
        assert "has stored another version of the hub's files" in said and "or started by" not in said
    ok(hubcache("refresh", "--offline"))
    stored = hf.snapshot_download(HF_REPO, local_files_only=True)
    assert scene.lost(Path(stored.value)) == set()


@pytest.mark.parametrize("at", [[], ["--target", "hf-dir", "--place", "place"]])
def test_a_download_that_only_some_versions_of_huggingface_hub_make(hf, hubcache, hf_hub, home, at):
    hubcache.env["HF_ENDPOINT"] = hf_hub.url
    scene = HfScene(hf_hub, home)
    (scene.user / "config.json").unlink()
    report = ok(hubcache("adopt", f"hf:{HF_REPO}", scene.user, *at, "--json"))
    said = hubcache("adopt", f"hf:{HF_REPO}", scene.user, *at).stdout
    size = f"{len(FILES['config.json'])} B"
    assert f"  next run  up to 1 download, {size}\n" in said and "huggingface_hub before 1.22 downloads" in said
    assert row(hubcache("status").stdout, f"hf:{HF_REPO}")["NEXT RUN"] == f"up to 1 download, {size}"
    run = hf.snapshot_download(HF_REPO, **({"local_dir": report["place"]} if at else {}))
    expected = {"config.json"} if hf.version.startswith("0.") else set()
    assert (run.error, run.downloads) == (None, expected), run.error_text


def test_after_a_push_every_version_of_huggingface_hub_downloads(hubcache, hf_hub, home):
    hubcache.env["HF_ENDPOINT"] = hf_hub.url
    scene = HfScene(hf_hub, home)
    ok(hubcache("adopt", f"hf:{HF_REPO}", scene.user))
    scene.push()
    cells = row(hubcache("status").stdout, f"hf:{HF_REPO}")
    assert (cells["HUB"], cells["NEXT RUN"].split(",")[0]) == ("changed", f"{len(FILES)} downloads")


def test_the_size_of_a_local_file_is_that_of_the_local_file(hubcache, scene):
    ok(hubcache("adopt", REPO, scene.user))
    size = (scene.user / "README.md").stat().st_size
    assert size != len(FILES["README.md"])
    assert re.search(rf"^  README\.md +{size} B  local file", hubcache("status", "-v").stdout, re.M)
    [repo] = ok(hubcache("status", "--json"))["repos"]
    [file] = [file for file in repo["files"] if file["path"] == "README.md"]
    assert (file["size"], file["placed_size"]) == (len(FILES["README.md"]), size)
    (scene.user / "README.md").unlink()
    [repo] = ok(hubcache("status", "--json"))["repos"]
    assert [file["placed_size"] for file in repo["files"] if file["path"] == "README.md"] == [None]


def test_a_hub_that_refuses_a_repo_of_which_nothing_is_here(sdk, hf, hubcache, hf_hub, home, hub):
    hubcache.env["HF_ENDPOINT"] = hf_hub.url
    for name, client in (("no/such", sdk), ("hf:no/such", hf)):
        run = hubcache("status", name, "--check")
        cells = row(run.stdout, name)
        assert (cells["HUB"], cells["NEXT RUN"], run.returncode) == ("refuses", "client fails", 3)
        assert "hubcache run" not in run.stdout
        assert client.snapshot_download("no/such").error


def test_ai_studio_refuses(sdk, hubcache, hub, scene):
    ok(hubcache("adopt", REPO, scene.user))
    hub.fault("/api/v1/repos", status=403)
    cells = row(hubcache("status").stdout, REPO)
    assert (cells["HUB"], cells["NEXT RUN"]) == ("refuses", "client fails")
    assert sdk.snapshot_download(REPO).error


def test_hugging_face_adopted_offline(hf, hubcache, hf_hub, home):
    hubcache.env["HF_ENDPOINT"] = hf_hub.url
    scene = HfScene(hf_hub, home)
    ok(hubcache("adopt", f"hf:{HF_REPO}", scene.user, "--offline"))
    assert row(hubcache("status").stdout, f"hf:{HF_REPO}")["NEXT RUN"] == "the hub's files, not yours"
    assert hf.snapshot_download(HF_REPO).downloads == ALL


def test_a_cache_of_hugging_face_is_not_checked_unless_it_is_named(hubcache, hf_hub, home):
    hubcache.env["HF_ENDPOINT"] = hf_hub.url
    HfScene(hf_hub, home).ref().put("symlink")
    cells = row(hubcache("status").stdout, f"hf:{HF_REPO}")
    assert (cells["HUB"], cells["NEXT RUN"], len(hf_hub.log)) == ("not asked", "not checked", 0)


def test_file_by_file(hubcache, scene):
    """status -v shows the prediction for snapshot_download and file_download, the reason, and whether an edited file
    would be lost."""
    scene.put("copy").index([record("config.json", ""), record("model.safetensors", "N/A"), *scene.exact(NESTED)])
    (scene.place / "notes.txt").write_bytes(b"mine")
    text = hubcache("status", "-v").stdout
    assert text == hubcache("status", "--verbose", REPO).stdout
    lines = [re.split(r" {2,}", line.strip()) for line in text.splitlines()]
    files = lines[lines.index(["FILE", "SIZE", "snapshot_download", "file_download", "REASON"]) + 1 :]
    exact = "the index has the hub's sha"
    assert files == [
        ["README.md", "8 B", "downloads, overwrites", "downloads, overwrites", "not in the index"],
        [
            "config.json",
            "19 B",
            "local file",
            "returns None",
            "pinned; file_download: the index lacks the hub's full sha, which a request for one file requires",
        ],
        ["inference/a/weights.bin", "31 B", "local file", "local file", exact],
        ["inference/config.json", "29 B", "local file", "local file", exact],
        [
            "model.safetensors",
            "5.0 KiB",
            "downloads, overwrites",
            "downloads, overwrites",
            "the index has N/A, which the client never accepts",
        ],
        ["notes.txt", "4 B", "-", "-", "the client does not request it"],
    ]
    assert "README.md" not in hubcache("status").stdout


def test_names_for_a_terminal(hubcache, scene):
    write(scene.user / "red\x1b[31m.txt", b"x")
    ok(hubcache("adopt", REPO, scene.user))
    text = hubcache("status", "-v").stdout
    assert "\x1b" not in text and r"red\x1b[31m.txt" in text
    assert "red\x1b[31m.txt" in [file["path"] for file in status(hubcache)["files"]]


# --- several repos


def test_several_repos_and_data_sets(sdk, hubcache, hub, home, scene):
    """The repos are in the order of their places, and an id has its dots again."""
    other = hub.repo("ctbots/other-1.5")
    other.push({"a.txt": b"a"})
    hub.repo("zoo/data").push({"b.txt": b"b"})
    sdk.snapshot_download("ctbots/other-1.5")
    sdk.snapshot_download("zoo/data")
    write(home.cache / "datasets/zoo/data/b.txt", b"b")
    ok(hubcache("adopt", REPO, scene.user))
    told = ok(hubcache("status", "--json"))["repos"]
    assert [(repo["repo_id"], repo["repo_type"], repo["state"]) for repo in told] == [
        (REPO, "model", "adopted"),
        ("ctbots/other-1.5", "model", "complete"),
        ("zoo/data", "model", "complete"),
        ("zoo/data", "dataset", "partial"),
    ]
    text = hubcache("status").stdout
    assert [row(text, name)["STATE"] for name in ("zoo/data", "zoo/data (dataset)")] == ["complete", "partial"]
    asked = ok(hubcache("status", "zoo/data", REPO, "--json"))["repos"]
    assert [(repo["repo_id"], repo["repo_type"]) for repo in asked] == [
        ("zoo/data", "model"),
        ("zoo/data", "dataset"),
        (REPO, "model"),
    ]
    assert hubcache("status", REPO, "--check").returncode == 0 and hubcache("status", "--check").returncode == 3


def test_what_is_no_repo_is_passed_over(hubcache, home):
    write(home.cache / "models/README.txt", b"x")
    write(home.cache / "models/owner/a file", b"x")
    (home.cache / "models/owner/odd name").mkdir()
    (home.cache / "models/._tmp/ctbots/x").mkdir(parents=True)
    assert ok(hubcache("status", "--json"))["repos"] == []


def test_an_owner_that_is_a_symlink(hubcache, scene, home):
    """Users do this to put one owner's models on another disk."""
    elsewhere = home.path / "elsewhere"
    elsewhere.mkdir()
    scene.place.parent.parent.mkdir(parents=True)
    scene.place.parent.symlink_to(elsewhere)
    (scene.place.parent.parent / "loop").symlink_to("loop")
    scene.put("copy").index(scene.exact())
    assert status(hubcache)["state"] == "complete"


def test_an_adopted_name_is_known_better_than_guessed(hubcache, hub, home):
    """The folder `a___b` may belong to `a.b` or `a___b`; the record has the id."""
    hub.repo("ctbots/a___b").push({"x.txt": b"x"})
    write(home.path / "mine/x.txt", b"mine")
    ok(hubcache("adopt", "ctbots/a___b", home.path / "mine"))
    assert status(hubcache)["repo_id"] == "ctbots/a___b"


def test_places_of_another_environment_are_remembered(hubcache, scene, home):
    """The per-user index has such places. A lost index entry is written again by a status with that environment."""
    elsewhere = {"AISTUDIO_CACHE_HOME": str(home.path / "elsewhere")}
    ok(hubcache("adopt", REPO, scene.user, env=elsewhere))
    assert status(hubcache)["place"] == str(home.path / "elsewhere/models" / REPO)
    shutil.rmtree(home.path / ".local/state/hubcache")
    assert ok(hubcache("status", "--json"))["repos"] == []
    status(hubcache, env=elsewhere)
    assert status(hubcache)["state"] == "adopted"
    ok(hubcache("release", REPO, env=elsewhere))
    assert ok(hubcache("status", "--json"))["repos"] == []


def test_one_that_cannot_be_looked_at_does_not_hide_the_others(hubcache, hub, home, scene):
    """A torn record and an invalid file in the index of places do not hide other repos."""
    hub.repo("ctbots/other").push({"a.txt": b"a"})
    write(home.path / "other/a.txt", b"mine")
    ok(hubcache("adopt", "ctbots/other", home.path / "other"))
    ok(hubcache("adopt", REPO, scene.user))
    torn = record_folder(home, REPO) / "record.jsonl"
    torn.write_bytes(torn.read_bytes()[:-20])
    write(home.path / ".local/state/hubcache/places/x.json", b"{")
    told = {repo["repo_id"]: repo for repo in ok(hubcache("status", "--json"))["repos"]}
    assert told["ctbots/other"]["state"] == "adopted"
    assert told[REPO]["state"] == "damaged" and "cannot read the adoption record" in told[REPO]["error"]
    before = tree(home.path)
    for command in (["adopt", REPO, scene.user], ["release", REPO]):
        run = hubcache(*command)
        assert run.returncode == 1 and "cannot read the adoption record" in run.stderr and tree(home.path) == before


# --- notes


@pytest.mark.parametrize(
    "value,on",
    [("true", True), (" True\n", True), ("TRUE", True), ("1", False), ("yes", False), ("", False), ("false", False)],
)
def test_hash_validation(sdk, hubcache, scene, value, on):
    """With hash validation on, the SDK accepts no cached file. A note at the top and the reason of each file say so."""
    env = {"AISTUDIO_ENABLE_DEFAULT_HASH_VALIDATION": value}
    ok(hubcache("adopt", REPO, scene.user))
    told = ok(hubcache("status", "--json", env=env))
    assert bool(told["notes"]) == on
    assert set(verdicts(told["repos"][0]).values()) == {("downloads", "hash_validation") if on else ("accepts", "pin")}
    run = hubcache("status", "--check", env=env)
    assert run.returncode == (3 if on else 0)
    assert run.stdout.startswith("note: AISTUDIO_ENABLE_DEFAULT_HASH_VALIDATION is on") == on
    assert sdk.snapshot_download(REPO, env=env).downloads == (ALL if on else set())


def test_files_in_the_unmasked_folder(sdk, hubcache, hub, home):
    """Users put files into this folder by hand, because it has the repo's name."""
    scene = Scene(hub, home, "ctbots/model-1.5")
    unmasked = home.cache / "models/ctbots/model-1.5"
    for path in FILES:
        write(unmasked / path, scene.edited(path))
    write_msc(unmasked, scene.exact())
    run = hubcache("status", "ctbots/model-1.5")
    assert (
        run.returncode == 0
        and f"note: found 5 files in the unmasked folder '{unmasked}', which aistudio-sdk does not read" in run.stdout
    )
    assert hubcache("status", "ctbots/model-1.5", "--check").returncode == 3
    listed = ok(hubcache("status", "--json"))["repos"]
    assert [repo["repo_id"] for repo in listed] == ["ctbots/model-1.5"] and "unmasked" in listed[0]["notes"][0]
    assert sdk.snapshot_download("ctbots/model-1.5").downloads == ALL


def test_the_wiki_pages_script(sdk, hubcache, scene):
    """The nested files have no record, and the SDK downloads them over the user's files, as status predicts. adopt
    repairs this."""
    scene.put("copy")
    by_wiki_script(scene)
    repo = status(hubcache)
    assert repo["state"] == "partial" and any(
        "the wiki page's script wrote the index" in note for note in repo["notes"]
    )
    assert {path for path, verdict in verdicts(repo).items() if verdict[0] == "downloads"} == NESTED
    assert repo["losses"] == len(NESTED)
    ok(hubcache("adopt", REPO, scene.place))
    assert status(hubcache)["notes"] == []
    assert sdk.snapshot_download(REPO).downloads == set() and scene.lost(scene.place) == set()


def test_an_index_of_the_sdk_is_not_taken_for_the_wiki_pages(sdk, hubcache, scene):
    sdk.snapshot_download(REPO)
    assert status(hubcache)["notes"] == []


def test_stuck_downloads(sdk, hubcache, scene, home):
    """If a leftover is as long as the file, 0.3.9 returns success without the file. adopt removes the leftover."""
    if sdk.version != "0.3.9":
        pytest.skip("0.3.5 finishes such a file")
    for path in ("README.md", "inference/config.json"):
        write(home.temporary(REPO) / path, FILES[path])
    repo = status(hubcache, REPO)
    assert {path for path, verdict in verdicts(repo).items() if verdict == ("stuck", "leftover")} == {
        "README.md",
        "inference/config.json",
    }
    run = hubcache("status", REPO)
    assert (
        f"note: unfinished downloads in '{home.temporary(REPO)}' block 2 files, so aistudio-sdk cannot download them"
        in run.stdout
    )
    for _ in range(2):
        assert sdk.download_genuine(REPO).error is None
        assert {path for path in FILES if not (scene.place / path).exists()} == {"README.md", "inference/config.json"}
    assert hubcache("status", "--check").returncode == 3
    ok(hubcache("adopt", REPO, scene.user, "--exclude", "README.md"))
    assert sdk.snapshot_download(REPO).downloads == {"README.md"} and (scene.place / "README.md").exists()


def test_a_lock_without_an_owner(sdk, hubcache, scene, home):
    """A process that dies before it writes its pid leaves such a lock: 0.3.9 then skips the file for ever."""
    if sdk.version != "0.3.9":
        pytest.skip("0.3.5 has no locks")
    lock = home.temporary(REPO) / "README.md.lock"
    write(lock, b"")
    os.utime(lock, (0, 0))
    assert {path for path, verdict in verdicts(status(hubcache, REPO)).items() if verdict[0] == "stuck"} == {
        "README.md"
    }
    assert sdk.snapshot_download(REPO).error is None and not (scene.place / "README.md").exists()
    ok(hubcache("adopt", REPO, scene.user, "--exclude", "README.md"))
    assert sdk.snapshot_download(REPO).downloads == {"README.md"} and (scene.place / "README.md").exists()


def test_drifted_copies(hubcache, scene):
    """The note covers files edited in the place, files removed from it, and links without a target."""
    ok(hubcache("adopt", REPO, scene.user, "--link", "copy"))
    write(scene.place / "README.md", b"edited in the place")
    (scene.place / "config.json").unlink()
    assert any(
        note.startswith(
            "another program replaced, edited or removed 2 adopted files in the cache folder: run hubcache refresh "
        )
        for note in status(hubcache)["notes"]
    )
    ok(hubcache("adopt", REPO, scene.user))
    assert status(hubcache)["notes"] == []
    (scene.user / "README.md").unlink()
    repo = status(hubcache)
    assert repo["notes"] == [
        f"the folder '{scene.user}' has changed since the adoption (1 file removed): run hubcache refresh {REPO} --target aistudio"
    ]
    assert verdicts(repo)["README.md"] == ("downloads", "dangling_link") and repo["losses"] == 0


@pytest.mark.parametrize("link", ["symlink", "hardlink", "copy"])
def test_changes_of_the_folder_are_those_that_refresh_takes(hubcache, scene, link):
    """An edit that the client sees through a symlink is not a change, and neither is an unreadable file."""
    ok(hubcache("adopt", REPO, scene.user, "--link", link))
    assert status(hubcache)["adoption"]["changes"] == {
        "folder_missing": False,
        "added": 0,
        "changed": 0,
        "removed": 0,
        "unread": 0,
        "replaced": 0,
    }
    write(scene.user / "new.txt", b"new")
    write(scene.user / ".git/config", b"never adopted")
    (scene.user / "config.json").unlink()
    write(scene.user / "edited", b"another README")
    (scene.user / "edited").rename(scene.user / "README.md")
    changed = 0 if link == "symlink" else 1
    assert status(hubcache)["adoption"]["changes"] == {
        "folder_missing": False,
        "added": 1,
        "changed": changed,
        "removed": 1,
        "unread": 0,
        "replaced": 0,
    }
    [refresh] = json.loads(hubcache("refresh", "--check", "--json").stdout)["repos"]
    assert (refresh["added"], refresh["removed"]) == (1, 1)
    run = hubcache("status", "--check")
    assert run.returncode == 3 and "1 file added to the adopted folder" in run.stderr
    ok(hubcache("refresh"))
    assert hubcache("status", "--offline").stdout.count("note:") == 0


def test_a_changed_copy_alone_fails_the_check(hubcache, sdk, scene):
    """The client loads the older copy and downloads nothing."""
    ok(hubcache("adopt", REPO, scene.user, "--link", "copy"))
    assert hubcache("status", "--check").returncode == 0
    write(scene.user / "README.md", b"edited")
    repo = status(hubcache)
    assert repo["downloads"] == 0 and sdk.snapshot_download(REPO).downloads == set()
    assert (scene.place / "README.md").read_bytes() == scene.edited("README.md")
    run = hubcache("status", "--check")
    assert (
        run.returncode == 3 and run.stderr == f"hubcache: {REPO} for aistudio: 1 file changed in the adopted folder\n"
    )


def test_the_adopted_folder_has_gone(hubcache, scene):
    """refresh could not repair this, so the note does not name it. The sizes are not those of the links."""
    write(scene.user / "only-here.bin", b"x" * 3000)
    ok(hubcache("adopt", REPO, scene.user))
    scene.user.rename(scene.user.parent / "moved")
    repo = status(hubcache)
    release = f"hubcache release {REPO} --target aistudio"
    assert (
        repo["notes"][0]
        == f"the adopted folder '{scene.user}' does not exist: put it back, run hubcache adopt with its new path, or run {release}"
    )
    assert repo["adoption"]["changes"]["folder_missing"] and "refresh" not in hubcache("status").stdout
    assert {file["path"]: file["size"] for file in repo["files"]}["only-here.bin"] == 0
    assert "the adopted folder does not exist" in hubcache("status", "--check").stderr
    (scene.user.parent / "moved").rename(scene.user)
    assert hubcache("status", "--check").returncode == 0


def test_what_the_hub_has_is_not_known_after_an_adoption_offline(hubcache, scene):
    ok(hubcache("adopt", REPO, scene.user, "--offline"))
    assert {file["on_hub"] for file in status(hubcache, "--offline")["files"]} == {None}
    assert {file["on_hub"] for file in status(hubcache)["files"]} == {True}
    ok(hubcache("refresh"))
    assert {file["on_hub"] for file in status(hubcache, "--offline")["files"]} == {True}


def test_a_place_that_is_a_symlink(hubcache, scene):
    scene.put("folder").index(scene.exact())
    repo = status(hubcache)
    assert any("the cache folder is a symlink to a folder" in note for note in repo["notes"])
    scene.push()
    repo = status(hubcache)
    assert [file["path"] for file in repo["files"] if file["snapshot"]["loses_local"]] == ["README.md"]


def test_a_download_under_way(hubcache, scene, home):
    lock = home.temporary(REPO) / "README.md.lock"
    write(lock, str(os.getpid()).encode())
    (scene.place).mkdir(parents=True)
    assert any(f"a client is downloading: process {os.getpid()} holds" in note for note in status(hubcache)["notes"])


def test_a_command_that_was_cut_off(hubcache, scene, home):
    ok(hubcache("adopt", REPO, scene.user))
    file = record_folder(home, REPO) / "record.jsonl"
    file.write_text(file.read_text().replace('"phase":"done"', '"phase":"applying"'))
    repo = status(hubcache)
    assert repo["adoption"]["unfinished"] is True and any("was interrupted" in note for note in repo["notes"])
    ok(hubcache("adopt", REPO, scene.user))
    assert status(hubcache)["notes"] == []


def test_a_temporary_folder_that_went_to_another_device(hubcache, scene, home, other_device):
    """A place that was safe at the adoption is not safe any more."""
    ok(hubcache("adopt", REPO, scene.user))
    shutil.rmtree(home.cache / "models/._tmp", ignore_errors=True)
    (home.cache / "models/._tmp").symlink_to(other_device)
    assert any("is now on another file system than the cache folder" in note for note in status(hubcache)["notes"])


# --- JSON


SCHEMA = {
    "repo_id": str,
    "name": str,
    "hub": str,
    "next_run": str,
    "target": str,
    "repo_type": str,
    "place": str,
    "state": str,
    "revisions": list,
    "asked_hub": bool,
    "displaced": dict,
    "originals": dict,
    "kept": dict,
    "downloads": int,
    "download_bytes": int,
    "losses": int,
    "notes": list,
    "files": list,
    "hub_error": (str, type(None)),
    "hub_moved_on": (bool, type(None)),
    "cache_moved_on": bool,
    "adoption": (dict, type(None)),
    "by_revision": list,
    "missed": int,
    "raises": int,
    "known": bool,
    "error": (str, type(None)),
    "client_place": (str, type(None)),
    "owner": (str, type(None)),
    "placed": dict,
    "made_up_version": bool,
    "hub_refuses": bool,
    "only_here": list,
    "hidden": list,
    "outdated_copies": list,
    "working_folders": list,
    "missing_links": list,
    "stuck": int,
    "client_raises": (str, type(None)),
}
REVISION_SCHEMA = {
    "revision": str,
    "hub": str,
    "next_run": str,
    "asked_hub": bool,
    "hub_error": (str, type(None)),
    "hub_moved_on": (bool, type(None)),
    "cache_moved_on": bool,
    "downloads": int,
    "download_bytes": int,
    "losses": int,
    "missed": int,
    "raises": int,
    "known": bool,
    "stuck": int,
    "client_raises": (str, type(None)),
    "made_up_version": bool,
    "hub_refuses": bool,
}
FILE_SCHEMA = {
    "path": str,
    "revision": str,
    "size": int,
    "placed_size": (int, type(None)),
    "on_hub": (bool, type(None)),
    "adopted": bool,
    "snapshot": dict,
    "single_file": dict,
}
VERDICT_SCHEMA = {"action": str, "reason": str, "why": str, "loses_local": bool}
ASIDE_SCHEMA = {"folder": str, "files": int, "bytes": int}


def fits(value: dict, schema: dict[str, Any]) -> None:
    assert set(value) == set(schema)
    for name, kind in schema.items():
        assert isinstance(value[name], kind), name


def test_schema(hubcache, scene):
    scene.put("copy")
    write(scene.user / "extra.txt", b"x")
    ok(hubcache("adopt", REPO, scene.user))
    told = ok(hubcache("status", "--json"))
    fits(told, {"schema": int, "notes": list, "repos": list})
    assert told["schema"] == 1
    fits(told["repos"][0], SCHEMA)
    assert [told["repos"][0][name] for name in ("name", "hub", "next_run")] == [REPO, "unchanged", "no downloads"]
    fits(told["repos"][0]["by_revision"][0], REVISION_SCHEMA)
    for aside in ("displaced", "originals", "kept"):
        fits(told["repos"][0][aside], ASIDE_SCHEMA)
    for file in told["repos"][0]["files"]:
        fits(file, FILE_SCHEMA)
        fits(file["snapshot"], VERDICT_SCHEMA)
        fits(file["single_file"], VERDICT_SCHEMA)
    extra = [file for file in told["repos"][0]["files"] if not file["on_hub"]]
    assert [(file["path"], file["adopted"]) for file in extra] == [("extra.txt", True)]


def test_status_changes_nothing(hubcache, scene, home):
    """status changes no file of the scene, however many notes it prints."""
    scene.put("copy")
    by_wiki_script(scene)
    write(home.temporary(REPO) / "README.md", b"leftover")
    before = tree(home.path, times=True)
    for arguments in ([], ["-v"], ["--check"], ["--offline"], [REPO, "--json"], ["ctbots/none"]):
        hubcache("status", *arguments)
    assert tree(home.path, times=True) == before


# --- predictions, compared with the SDK's runs


def nothing(scene: Scene) -> None:
    pass


def in_place(records: Callable[[Scene], list], way: str = "copy"):
    def arrange(scene: Scene) -> None:
        scene.put(way)
        if way == "copy":
            shutil.rmtree(scene.user)
        scene.index(records(scene))

    return arrange


def pushed(arrange):
    def arrange_and_push(scene: Scene) -> None:
        arrange(scene)
        scene.push()

    return arrange_and_push


def without(arrange, *paths: str):
    def arrange_and_remove(scene: Scene) -> None:
        arrange(scene)
        for path in paths:
            (scene.place / path).unlink()

    return arrange_and_remove


def damaged(scene: Scene) -> None:
    in_place(Scene.exact)(scene)
    (scene.place / ".msc").write_bytes(b"\x80\x04]")


def wiki(scene: Scene) -> None:
    scene.put("copy")
    shutil.rmtree(scene.user)
    by_wiki_script(scene)


def dangling(scene: Scene) -> None:
    in_place(lambda scene: scene.pins() + scene.exact(), "symlink")(scene)
    (scene.user / "README.md").unlink()


def prefixes(scene: Scene) -> list:
    return [record(one["Path"], one["Revision"][:7]) for one in scene.exact()]


def odd(bad: Any) -> Callable[[Scene], list]:
    return lambda scene: [*scene.exact(TOP), bad, *scene.exact(NESTED)]


STATES: dict[str, Callable[[Scene], None]] = {
    "nothing": nothing,
    "no records": in_place(lambda scene: []),
    "exact": in_place(Scene.exact),
    "exact, pushed": pushed(in_place(Scene.exact)),
    "exact, linked, pushed": pushed(in_place(Scene.exact, "symlink")),
    "exact, hard-linked, pushed": pushed(in_place(Scene.exact, "hardlink")),
    "pins": in_place(Scene.pins),
    "pins and exact, pushed": pushed(in_place(lambda scene: scene.pins() + scene.exact())),
    "N/A": in_place(lambda scene: scene.pins(revision="N/A")),
    "prefixes": in_place(prefixes),
    "files missing": without(in_place(Scene.exact), "README.md", "inference/config.json"),
    "dangling": dangling,
    "damaged": damaged,
    "the wiki page's script": wiki,
    "a record without a revision": in_place(odd({"Path": "README.md"})),
    "a record of a number": in_place(odd({"Path": "inference/config.json", "Revision": 7})),
    "a record that is none": in_place(odd(["README.md", ""])),
    "a third key": in_place(lambda scene: [one | {"Size": 1} for one in scene.exact()]),
    "the folder linked, pushed": pushed(lambda scene: scene.put("folder").index(scene.exact())),
}


def contents_of(scene: Scene) -> set[str]:
    """Returns the edited files whose content still exists in the home."""
    present = contents_beneath(scene.home.path)
    return {path for path in FILES if digest(scene.edited(path)) in present}


def digest(content: bytes) -> str:
    import hashlib

    return hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize("name", STATES)
def test_a_snapshot_does_what_was_said(sdk, hubcache, scene, name):
    STATES[name](scene)
    before, files = contents_of(scene), status(hubcache, REPO)["files"]
    expected = {
        action: {file["path"] for file in files if file["snapshot"]["action"] == action}
        for action in ("downloads", "raises", "accepts")
    }
    got = sdk.download_genuine(REPO)
    if expected["raises"]:
        assert got.error is not None
        return
    assert (got.error, got.downloads) == (None, expected["downloads"])
    assert before - contents_of(scene) == {file["path"] for file in files if file["snapshot"]["loses_local"]}


@pytest.mark.parametrize("name", STATES)
def test_a_single_file_is_treated_as_was_said(sdk, hubcache, scene, name):
    STATES[name](scene)
    for path in ("README.md", "inference/config.json"):
        before, said = (
            contents_of(scene),
            {file["path"]: file for file in status(hubcache, REPO)["files"]}[path]["single_file"],
        )
        got = sdk.file_download(REPO, path)
        if said["action"] == "raises":
            assert got.error is not None
            continue
        assert (got.error, got.downloads) == (None, {path} if said["action"] == "downloads" else set())
        assert got.value == (None if said["action"] == "returns_none" else str(scene.place / path))
        assert (path in before - contents_of(scene)) == said["loses_local"]


# --- the files that one status reads


@pytest.mark.skipif(not shutil.which("strace"), reason="strace counts what is opened")
def test_a_record_is_read_once_and_each_place_too(hubcache, scene, home, tmp_path):
    ids = [f"ctbots/model-{number}" for number in range(10)]
    for repo_id in ids:
        ok(hubcache("adopt", repo_id, scene.user, "--offline"))
    trace = tmp_path / "trace"
    subprocess.run(
        ["strace", "-f", "-y", "-e", "trace=openat,read", "-o", trace, hubcache.binary, "status", "--offline", *ids],
        env=hubcache.env,
        cwd=home.path,
        check=True,
        capture_output=True,
    )
    lines = trace.read_text().splitlines()
    opened = [line for line in lines if "openat(" in line and " = -1 " not in line]
    assert len([line for line in opened if re.search(r'/places/[0-9a-f]{32}\.json"', line)]) == len(
        ids
    )  # the index of places
    record = record_folder(home, ids[0]) / "record.jsonl"
    pieces = [int(line.rsplit("= ", 1)[1]) for line in lines if f"<{record}>" in line and " read(" in line]
    # the header, and then the whole file, which is read in one piece here
    assert sum(pieces) <= 2 * record.stat().st_size


@pytest.mark.parametrize("link", ["symlink", "hardlink", "copy"])
def test_a_removed_file_that_the_client_has_downloaded(sdk, hubcache, scene, link):
    """A refresh leaves the hub's file to the client, which does not download it again."""
    ok(hubcache("adopt", REPO, scene.user, "--link", link))
    (scene.user / "README.md").unlink()
    (scene.place / "README.md").unlink()
    assert sdk.snapshot_download(REPO).downloads == {"README.md"}
    for options in (["--check"], []):
        run = hubcache("refresh", *options)
        assert run.returncode == (3 if options else 0) and "1 removed" in run.stdout
        assert "will download" not in run.stdout and "kept" not in run.stdout
    assert row(hubcache("status").stdout, REPO)["NEXT RUN"] == "no downloads"
    assert sdk.snapshot_download(REPO).downloads == set()
    assert (scene.place / "README.md").read_bytes() == FILES["README.md"]
    ok(hubcache("release", REPO))
    assert scene.lost(scene.user) == {"README.md"}


def test_a_removed_file_of_which_the_cache_folder_had_an_earlier_version(sdk, hubcache, scene):
    """The earlier version comes back, and the client's download is kept beside the record."""
    write(scene.place / "README.md", b"stood here before")
    ok(hubcache("adopt", REPO, scene.user))
    (scene.user / "README.md").unlink()
    (scene.place / "README.md").unlink()
    assert sdk.snapshot_download(REPO).downloads == {"README.md"}
    [kept] = ok(hubcache("refresh", "--json"))["repos"][0]["kept"]
    assert Path(kept).read_bytes() == FILES["README.md"]
    assert (scene.place / "README.md").read_bytes() == b"stood here before"


def test_a_removed_file_that_the_user_has_replaced_in_the_place(hubcache, scene):
    """Such a file may be the only copy, and the client would overwrite it."""
    ok(hubcache("adopt", REPO, scene.user))
    (scene.user / "README.md").unlink()
    (scene.place / "README.md").unlink()
    write(scene.place / "README.md", b"written into the cache folder")
    [kept] = ok(hubcache("refresh", "--json"))["repos"][0]["kept"]
    assert Path(kept).read_bytes() == b"written into the cache folder"


@pytest.mark.parametrize("variable", ["AISTUDIO_CACHE_HOME", "HF_HOME"])
def test_an_environment_that_names_another_cache(sdk, hubcache, hf_hub, home, scene, variable):
    hubcache.env["HF_ENDPOINT"] = hf_hub.url
    name = REPO if variable == "AISTUDIO_CACHE_HOME" else f"hf:{HF_REPO}"
    ok(hubcache("adopt", name, scene.user if name == REPO else HfScene(hf_hub, home).user))
    other = {variable: str(home.path / "elsewhere")}
    run = hubcache("status", "--check", env=other)
    assert run.returncode == 3 and "does not use the adoption in" in run.stdout
    [repo] = json.loads(hubcache("status", "--json", env=other).stdout)["repos"]
    assert Path(repo["client_place"]).is_relative_to(home.path / "elsewhere")
    assert "does not use the adoption in" in ok(hubcache("refresh", env=other))
    assert ok(hubcache("status", "--check", "--json"))["repos"][0]["client_place"] is None
    if name == REPO:
        assert sdk.snapshot_download(REPO, env=other).downloads == set(FILES)
        [repo] = [one for one in json.loads(hubcache("status", "--json", env=other).stdout)["repos"] if one["adoption"]]
        assert repo["client_place"]
    target = "aistudio" if name == REPO else "huggingface"
    ok(hubcache("release", name, "--target", target, env=other))
    assert [one for one in ok(hubcache("status", "--json"))["repos"] if one["adoption"]] == []


def test_paddleformers_misses_a_file_after_a_push(hubcache, scene):
    ok(hubcache("adopt", REPO, scene.user, "--target", "paddleformers"))
    assert row(hubcache("status").stdout, REPO)["NEXT RUN"] == "no downloads"
    scene.push()
    run = hubcache("status", "--check")
    assert (row(run.stdout, REPO)["NEXT RUN"], run.returncode) == ("misses 1 file", 3)
    assert "1 file for which the client gets None" in run.stderr


def test_a_refresh_does_not_adopt_what_match_has_left_out(hubcache, scene):
    for path in ("README.md", "odd[1]*.md"):
        write(scene.user / path, b"not the hub's")
    scene.remote.push({"odd[1]*.md": b"the hub's"})
    for path, content in FILES.items():
        if path != "README.md":
            write(scene.user / path, content.content if isinstance(content, Lfs) else content)
    ok(hubcache("adopt", REPO, scene.user, "--match", "--partial"))
    assert "has changed since" not in hubcache("status").stdout
    assert "up to date" in ok(hubcache("refresh"))
    assert not (scene.place / "README.md").is_symlink()


def test_a_file_where_the_hub_has_a_folder(hubcache, scene):
    shutil.rmtree(scene.user / "inference")
    write(scene.user / "inference", b"a file")
    ok(hubcache("adopt", REPO, scene.user))
    assert "has changed since" not in hubcache("status").stdout


def test_a_client_that_a_variable_keeps_offline(hf, hubcache, hf_hub, home):
    """The hub's blob of a file that is missing in the snapshot is of no use to an offline client."""
    hubcache.env["HF_ENDPOINT"] = hf_hub.url
    scene = HfScene(hf_hub, home)
    assert hf.snapshot_download(HF_REPO).error is None
    ok(hubcache("adopt", f"hf:{HF_REPO}", scene.user))
    (scene.snapshot() / "config.json").unlink()
    offline = {"HF_HUB_OFFLINE": "1"}
    run = hubcache("status", f"hf:{HF_REPO}", "-v", env=offline)
    assert "  next run  fails at 1 file\n" in run.stdout
    assert hf.hf_hub_download(HF_REPO, "config.json", env=offline).error
    assert hf.hf_hub_download(HF_REPO, "README.md", env=offline).error is None
