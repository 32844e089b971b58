"""`hubcache ls` and `hubcache du` on the caches of the real clients. du(1), and the clients' own commands where they know
the repo, give the expected sizes."""

import csv
import datetime
import io
import os
import re
import time

import pytest
from conftest import Command
from csg import CsgClient
from hf import HfClient
from installed import environment, python  # noqa: F401 (fixtures)
from ms import MsClient
from rights import powerless  # noqa: F401 (fixture)
from scene import ALL, FILES, REPO, Scene, put_file, write
from sdk import Sdk, venv_of

from adoption import ok, record_folder, tree
from caches import du

NAME = "me/tuned"
SIZE = sum(len(content if isinstance(content, bytes) else content.content) for content in FILES.values())


def listed(hubcache: Command, *arguments: object) -> dict[str, dict]:
    """Returns the repos that ls lists, by target and name."""
    return {f"{one['target']} {one['name']}": one for one in ok(hubcache("ls", "--json", *arguments))["repos"]}


def only(hubcache: Command, *arguments: object) -> dict:
    [repo] = listed(hubcache, *arguments).values()
    return repo


@pytest.fixture
def sdk3(home, hub) -> Sdk:
    return Sdk("0.3.9", venv_of("aistudio-0.3.9"), home, hub)


@pytest.fixture
def hf(home, hf_hub) -> HfClient:
    return HfClient("huggingface-hub", "2.4.0", home, hf_hub)


# --- the caches of the clients


def test_aistudio(hubcache, hub, home, sdk3):
    hub.repo(REPO).push(FILES)
    sdk3.download_genuine(REPO)
    repo = only(hubcache)
    assert (repo["name"], repo["target"], repo["state"], repo["files"]) == (REPO, "aistudio", "genuine", len(FILES))
    assert repo["disk_size"] == du(home.place(REPO), home.temporary(REPO)) and repo["content_size"] == SIZE
    assert (repo["revision_count"], repo["temporary"]["files"], repo["notes"]) == (1, 0, [])
    assert time.time() - 3600 < _time(repo["last_use"]) <= time.time()


def test_aistudio_0_2(hubcache, hub, home):
    hub.repo(REPO).push(FILES)
    old = Sdk("0.2.6", venv_of("aistudio-0.2.6"), home, hub)
    script = f"from aistudio_sdk import hub\nresult = [hub.download(repo_id={REPO!r}, filename=one) for one in {sorted(ALL)!r}]"
    run = old.script(script, env={"SKIP_REPO_VISIBLE_CHECK": "true"})
    assert run.error is None, run.error_text
    repo = only(hubcache)
    folder = home.path / ".cache/aistudio/models/first-paddle-model"
    assert (repo["name"], repo["target"], repo["place"]) == ("unknown/first-paddle-model", "aistudio-0.2", str(folder))
    assert (repo["state"], repo["files"], repo["revisions"]) == ("genuine", len(FILES), ["master"])
    assert repo["disk_size"] == du(folder) and repo["content_size"] == SIZE


def test_huggingface(hubcache, hf, hf_hub, home):
    """Two revisions share contents. hf's size is that of the contents that the revisions use."""
    remote = hf_hub.repo(NAME)
    remote.push(FILES)
    first = remote.head.sha
    assert hf.snapshot_download(NAME).error is None
    remote.push({"README.md": b"# pushed\n"})
    assert hf.snapshot_download(NAME).error is None
    repo = only(hubcache)
    folder = home.path / ".cache/huggingface/hub/models--me--tuned"
    assert (repo["name"], repo["state"], repo["revisions"]) == (f"hf:{NAME}", "genuine", sorted([first, "main"]))
    assert repo["disk_size"] == du(folder) and repo["files"] == 2 * len(FILES)
    scan = "from huggingface_hub import scan_cache_dir\n[one] = scan_cache_dir().repos\nresult = [one.size_on_disk, int(one.last_accessed)]"
    size, accessed = hf.script(scan).value
    assert (repo["content_size"], repo["revision_count"]) == (size, 2)
    assert _time(repo["last_use"]) >= accessed


@pytest.mark.parametrize("version", ["1.37.1", "1.40.2"])
def test_modelscope(hubcache, home, ms_hub, ms_front, version):
    ms_hub.repo(NAME).push(FILES)
    ms = MsClient(version, home, ms_hub, ms_front)
    assert ms.snapshot_download(NAME).error is None
    repo = only(hubcache)
    folder = ms.place(NAME).parent.parent if ms.is_new else ms.place(NAME)
    assert (repo["name"], repo["target"], repo["place"]) == (f"ms:{NAME}", "modelscope", str(folder))
    assert (repo["state"], repo["files"], repo["content_size"]) == ("genuine", len(FILES), SIZE)
    temporary = ms.root() / "models" / "._____temp" / NAME
    assert repo["disk_size"] == du(folder, temporary) and repo["revisions"] == (["master"] if ms.is_new else [])
    assert re.search(r"(?:me/)?tuned.*", ms.tool("scan-cache").stdout)


def test_modelscope_with_the_variable_set_later(hubcache, home, ms_hub, ms_front):
    """1.38 and later use the default folder of earlier versions also where MODELSCOPE_CACHE names its parent."""
    ms_hub.repo(NAME).push(FILES)
    assert MsClient("1.37.1", home, ms_hub, ms_front).snapshot_download(NAME).error is None
    variable = {"MODELSCOPE_CACHE": str(home.path / ".cache/modelscope")}
    used = MsClient("1.40.2", home, ms_hub, ms_front).snapshot_download(NAME, env=variable).value
    [repo] = ok(hubcache("ls", "--json", env=variable))["repos"]
    assert (repo["name"], repo["place"], repo["files"]) == (f"ms:{NAME}", used, len(FILES))
    write(home.path / ".cache/modelscope/hub/you/older/.mdl", b"")  # the layout before models/ and datasets/
    names = [one["name"] for one in ok(hubcache("ls", "--json", "--sort", "name", env=variable))["repos"]]
    assert names == [f"ms:{NAME}", "ms:you/older"]


def test_csghub(hubcache, home, csg_hub):
    """csghub-sdk has only its index in the cache; csghub-cli has the files."""
    csg_hub.repo(NAME).push(FILES)
    csg = CsgClient("0.9.3", home, csg_hub)
    assert csg.snapshot_download(NAME).error is None
    run, _ = csg.tool("download", NAME, "-t", "model")
    assert run.returncode == 0, run.stderr
    repos = listed(hubcache)
    library, command = repos[f"csghub csg:{NAME}"], repos[f"csghub-cli csg:{NAME}"]
    assert (library["state"], library["files"]) == ("genuine", 0)
    assert library["disk_size"] == du(csg.root() / NAME)
    assert (command["state"], command["files"], command["content_size"]) == ("genuine", len(FILES), SIZE)
    assert command["disk_size"] == du(csg.root() / "models--me--tuned")


def test_an_adopted_repo(hubcache, hub, home, sdk3):
    """The user's files do not count; what hubcache keeps for `release` does."""
    scene = Scene(hub, home)
    sdk3.download_genuine(REPO)
    ok(hubcache("adopt", REPO, scene.user))
    repo = only(hubcache)
    assert (repo["state"], repo["pinned"], repo["folder"]) == ("adopted", True, str(scene.user))
    assert (repo["files"], repo["content_size"], repo["revisions"]) == (len(FILES), 0, ["master"])
    assert repo["disk_size"] == du(home.place(REPO), home.temporary(REPO), record_folder(home, REPO))
    assert repo["aside"] == {"files": len(FILES), "bytes": SIZE}
    scene.user.rename(home.path / "elsewhere")
    assert any("does not exist" in note for note in only(hubcache)["notes"])


def test_in_place(hubcache, hub, home):
    """A file and its second link count once."""
    scene = Scene(hub, home).put("copy")
    ok(hubcache("adopt", REPO, scene.place))
    repo = only(hubcache)
    assert repo["disk_size"] == du(home.place(REPO), record_folder(home, REPO))
    assert (repo["content_size"], repo["aside"]["files"]) == (sum(len(Scene.edited(path)) for path in FILES), 0)


# --- states


def test_unfinished_downloads(hubcache, hub, home, sdk3, hf, hf_hub):
    """A file without its finished file makes a repo partial; with it, it is left over."""
    hub.repo(REPO).push(FILES)
    sdk3.download_genuine(REPO)
    write(home.temporary(REPO) / "README.md", b"# mo")
    write(home.temporary(REPO) / "README.md.lock", b"1")
    repo = only(hubcache)
    assert (repo["state"], repo["temporary"]) == ("genuine", {"files": 1, "bytes": 4})
    assert repo["notes"] == ["left over from downloads that were completed: 1 file, 4 B"]
    assert repo["disk_size"] == du(home.place(REPO), home.temporary(REPO))
    write(home.temporary(REPO) / "new.bin_0_1023", b"x")
    assert only(hubcache)["state"] == "partial"
    write(home.temporary("me/never-begun") / "a.bin", b"xy")  # has no folder of its own yet
    assert listed(hubcache)["aistudio me/never-begun"]["state"] == "partial"
    hf_hub.repo(NAME).push(FILES)
    hf.snapshot_download(NAME)
    blobs = home.path / ".cache/huggingface/hub/models--me--tuned/blobs"
    blob = sorted(blobs.iterdir())[0]
    write(blobs / f"{blob.name}.0a1b2c3d.incomplete", b"half")
    assert listed(hubcache)[f"huggingface hf:{NAME}"]["state"] == "genuine"
    write(blobs / "0123.incomplete", b"half")
    repo = listed(hubcache)[f"huggingface hf:{NAME}"]
    assert (repo["state"], repo["temporary"]["files"]) == ("partial", 2)
    blob.unlink()
    repo = listed(hubcache)[f"huggingface hf:{NAME}"]
    assert repo["state"] == "damaged" and "broken symlinks of the client: 1" in repo["notes"]


def test_a_damaged_index(hubcache, home):
    write(home.place(REPO) / ".msc", b"no pickle")
    write(home.place(REPO) / "README.md", b"x")
    repo = only(hubcache)
    assert repo["state"] == "damaged" and f"'{home.place(REPO)}/.msc': not a pickle" in hubcache("ls").stdout


@pytest.mark.parametrize("kind", ["folder", "fifo", "device", "large"])
def test_an_index_that_is_no_file_of_a_client(hubcache, home, kind):
    """status says the same."""
    index = home.place(REPO) / ".msc"
    write(home.place(REPO) / "README.md", b"x")
    if kind == "folder":
        index.mkdir()
    elif kind == "fifo":
        os.mkfifo(index)
    elif kind == "device":
        index.symlink_to("/dev/zero")
    else:
        write(index, b"")
        os.truncate(index, 10 << 30)
    repo = only(hubcache)
    assert repo["state"] == "damaged" and "the client cannot read its index" in repo["notes"][0]
    assert "damaged" in hubcache("status", "--offline", REPO).stdout


def test_many_temporary_files_left_over(hubcache, home):
    write(home.place(REPO) / "a", b"x")
    for number in range(1100):
        write(home.temporary(REPO) / f"a_{number}_{number}", b"")
    assert (only(hubcache)["state"], only(hubcache)["temporary"]["files"]) == ("genuine", 1100)


def test_a_commit_without_files(hubcache, hf, hf_hub, home):
    """After a push, huggingface_hub notes the new commit although it does not have the asked file."""
    remote = hf_hub.repo(NAME)
    remote.push(FILES)
    assert hf.snapshot_download(NAME).error is None
    remote.push({"README.md": b"# pushed\n"})
    assert hf.hf_hub_download(NAME, "no-such-file").error is not None
    repo = only(hubcache)
    assert (repo["state"], repo["revision_count"]) == ("genuine", 1)
    assert repo["notes"] == [f"main is commit {remote.head.sha}, of which there are no files"]


def test_folders_that_are_too_deep(hubcache, home):
    """They make no repo unreadable."""
    place = home.place(REPO)
    write(place / "a", b"x")
    place.joinpath(*["d"] * 140).mkdir(parents=True)
    repo = only(hubcache)
    assert repo["state"] == "genuine" and "deeper is not counted" in repo["notes"][0]
    assert repo["notes"][1].startswith("the repo occupies at least ")
    assert "deeper is not counted" in hubcache("du").stdout


def test_a_time_after_2262(hubcache, home):
    file = home.place(REPO) / "a"
    write(file, b"x")
    second = 10_413_792_000  # 2300-01-01
    os.utime(file, (second, second))
    if int(file.stat().st_mtime) != second:
        pytest.skip("the file system has no such times")
    assert only(hubcache)["last_use"] == "2300-01-01T00:00:00Z"


def test_repos_that_have_no_place(hubcache, home):
    """Repos of Hugging Face without an owner, and those of other types, are listed."""
    cache = home.path / ".cache/huggingface/hub"
    for name in ("models--gpt2", "spaces--me--demo", "datasets--squad"):
        write(cache / name / "snapshots" / ("0" * 40) / "config.json", b"{}")
    repos = listed(hubcache)
    assert {(one["name"], one["repo_type"]) for one in repos.values()} == {
        ("hf:gpt2", "model"),
        ("hf:me/demo", "space"),
        ("hf:squad", "dataset"),
    }
    assert "hf:me/demo (space)" in hubcache("ls").stdout


def test_contents_that_repos_of_huggingface_share(hubcache, hf, home):
    """Since 1.32, a content can be in a folder of the whole cache; hf counts it in each repo, too."""
    cache, commit = home.path / ".cache/huggingface/hub", "0" * 40
    shared = cache / "blobs" / "ab" / ("ab" * 32)
    write(shared, bytes(100_000))
    write(cache / "blobs" / ".huggingface-shared-blobs", b"1\n")
    folders = [cache / f"models--me--{name}" for name in ("one", "two")]
    for folder in folders:
        for link in (folder / "blobs" / "1234", folder / "snapshots" / commit / "a.bin"):
            link.parent.mkdir(parents=True)
        (folder / "blobs" / "1234").symlink_to(os.path.relpath(shared, folder / "blobs"))
        (folder / "snapshots" / commit / "a.bin").symlink_to("../../blobs/1234")
        write(folder / "refs" / "main", commit.encode())
    told = ok(hubcache("ls", "--json"))
    assert [(one["state"], one["content_size"]) for one in told["repos"]] == [("genuine", 100_000)] * 2
    sizes = "from huggingface_hub import scan_cache_dir\nresult = sorted(one.size_on_disk for one in scan_cache_dir().repos)"
    assert hf.script(sizes).value == [100_000] * 2
    assert told["disk_size"] == du(*folders, shared)


def test_symlinks_of_huggingface_that_lead_to_nothing(hubcache, hf, home):
    """A missing shared content, and a symlink that leads to itself."""
    for name, target in (("one", "../../blobs/ab/gone"), ("two", "content")):
        folder = home.path / f".cache/huggingface/hub/models--me--{name}"
        write(folder / "refs" / "main", b"a")
        (folder / "blobs").mkdir()
        (folder / "blobs" / "content").symlink_to(target)
        (folder / "snapshots" / "a").mkdir(parents=True)
        (folder / "snapshots" / "a" / "file").symlink_to("../../blobs/content")
    (home.path / ".cache/huggingface/hub/blobs").mkdir()
    repos = listed(hubcache).values()
    assert [(one["state"], one["notes"]) for one in repos] == [("damaged", ["broken symlinks of the client: 1"])] * 2
    scan = "from huggingface_hub import scan_cache_dir\nresult = [str(one) for one in scan_cache_dir().warnings]"
    assert sum("broken" in one.lower() for one in hf.script(scan).value) == 2


# --- hostile and damaged caches


def test_nothing_outside_is_counted(hubcache, home):
    outside = home.path / "outside"
    write(outside / "large", bytes(1 << 20))
    place = home.place(REPO)
    write(place / "file", b"x")
    (place / "folder").symlink_to(outside)
    (place / "large").symlink_to(outside / "large")
    repo = only(hubcache)
    assert (repo["disk_size"], repo["content_size"], repo["state"]) == (du(place), 1, "genuine")
    linked = home.place("me/linked")
    linked.parent.mkdir(parents=True)
    linked.symlink_to(outside)
    repo = listed(hubcache)["aistudio me/linked"]
    assert repo["disk_size"] <= 4096 and "is a symlink" in repo["notes"][0]
    os.mkfifo(place / "pipe")
    write(place / os.fsdecode(b"\xff\n"), b"")
    assert listed(hubcache)[f"aistudio {REPO}"]["files"] == 4


def test_a_folder_that_cannot_be_read(powerless, home):  # noqa: F811
    """It is named, and the rest is shown."""
    write(home.place(REPO) / "open.bin", b"x")
    closed = home.place(REPO) / "closed"
    write(closed / "file", b"x")
    write(home.place("me/other") / "file", b"x")
    closed.chmod(0)
    try:
        repos = {one["name"]: one for one in ok(powerless("ls", "--json"))["repos"]}
        assert repos[REPO]["state"] == "unreadable" and str(closed) in repos[REPO]["notes"][0]
        assert (repos[REPO]["files"], repos["me/other"]["state"]) == (1, "genuine")
        assert str(closed) in ok(powerless("du", "--json"))["notes"][0]
    finally:
        closed.chmod(0o755)


def test_nothing_is_changed(hubcache, hub, home, sdk3):
    hub.repo(REPO).push(FILES)
    sdk3.download_genuine(REPO)
    before = tree(home.path, times=True)
    ok(hubcache("ls"))
    ok(hubcache("du"))
    assert tree(home.path, times=True) == before


# --- filters, orders, forms


@pytest.fixture
def three(hubcache, home) -> Command:
    for name, size, days in (("me/large", 3 << 20, 5), ("me/small", 10, 90), ("you/middle", 1 << 20, 40)):
        file = home.place(name) / "model.bin"
        write(file, bytes(size))
        os.utime(file, (time.time() - days * 86400,) * 2)
    return hubcache


def test_order_and_filters(three):
    def names(*arguments: str) -> list[str]:
        return [one["name"] for one in ok(three("ls", "--json", *arguments))["repos"]]

    assert names() == ["me/large", "you/middle", "me/small"]
    assert names("--sort", "used") == ["me/small", "you/middle", "me/large"]
    assert names("--sort", "name") == ["me/large", "me/small", "you/middle"]
    assert names("--filter", "size>500K", "--filter", "used>30d") == ["you/middle"]
    assert names("--filter", "name=me/*", "--target", "aistudio") == ["me/large", "me/small"]
    assert names("--target", "huggingface") == names("--filter", "name=hf:*") == []
    assert ok(three("ls", "--filter", "name=hf:*")) == "no repo matches the filters\n"
    for words, said in (
        (["--filter", "size"], "'size' is not a condition"),
        (["--filter", "size>big"], "'big' is not a size"),
        (["--sort", "age"], "invalid order: 'age'"),
        (["--target", "nowhere"], "nowhere"),
        (["--csv", "--json"], "--json"),
    ):
        run = three("ls", *words)
        assert run.returncode == 2 and said in run.stdout + run.stderr, run.stderr


def test_table_csv_and_tree(three, home):
    lines = ok(three("ls")).splitlines()
    assert re.split(r" {2,}", lines[0]) == ["REPO", "TARGET", "STATE", "DISK SIZE", "FILES", "REVISIONS", "LAST USE"]
    assert re.split(r" {2,}", lines[1])[:4] == ["me/large", "aistudio", "genuine", "3.0 MiB"]
    total = du(*(home.place(name) for name in ("me/large", "me/small", "you/middle")))
    assert lines[-1].startswith("3 repos, 4.0 MiB on disk")
    rows = list(csv.DictReader(io.StringIO(three("ls", "--csv").stdout)))
    assert [row["name"] for row in rows] == ["me/large", "you/middle", "me/small"]
    assert sum(int(row["disk_size"]) for row in rows) == total
    sums = ok(three("du", "--json"))
    assert (sums["disk_size"], sums["repos"]) == (total, 3)
    [hub] = sums["hubs"]
    assert [(one["name"], one["repos"]) for one in hub["parts"]] == [("me", 2), ("you", 1)]
    text = ok(three("du"))
    assert re.search(r"^AI Studio +3 +4\.0 MiB +100% +█{20}$", text, re.M), text
    assert re.search(r"^    large \(aistudio\) +1 +3\.0 MiB +75% +█{15}", text, re.M), text


def test_repos_of_one_name(hubcache, home):
    """du tells them apart by type, and else by folder."""
    cache = home.path / ".cache/huggingface/hub"
    for name in ("models--me--one", "datasets--me--one", "spaces--me--one"):
        write(cache / name / "snapshots" / ("0" * 40) / "config.json", b"{}")
    places = [home.path / ".cache/modelscope" / folder for folder in ("hub/models/me/two", "models/me--two")]
    for place in places:
        write(place / "snapshots/master/file", b"x")
    text = ok(hubcache("du"))
    for name in ("one (huggingface)", "one (dataset) (huggingface)", "one (space) (huggingface)"):
        assert f"    {name} " in text
    assert all(f"      cache: {place}\n" in text for place in places) and text.count("cache: ") == 2
    repos = [repo for hub in ok(hubcache("du", "--json"))["hubs"] for owner in hub["parts"] for repo in owner["parts"]]
    assert sorted(repo["repo_type"] for repo in repos) == ["dataset", "model", "model", "model", "space"]
    assert {str(place) for place in places} < {repo["place"] for repo in repos}


def test_names_in_csv(hubcache, home):
    write(home.path / ".cache/huggingface/hub/models--a\x1b[31m/snapshots/a/file", b"x")
    text = hubcache("ls", "--csv", "--sort", "name").stdout
    assert "\x1b" not in text and "hf:a\\x1b[31m" in text


def test_repos_that_share_files(hubcache, home):
    """A hard link to a file of another repo counts once in the sums."""
    write(home.place("me/one") / "model.bin", bytes(1 << 20))
    put_file("hardlink", home.place("me/one") / "model.bin", home.place("me/two") / "model.bin")
    told = ok(hubcache("ls", "--json"))
    assert (
        told["disk_size"] == du(home.place("me/one"), home.place("me/two")) == ok(hubcache("du", "--json"))["disk_size"]
    )
    assert all(one["disk_size"] > 1 << 20 for one in told["repos"])


def test_from_python(python, home):  # noqa: F811
    write(home.place("me/one") / "model.bin", bytes(1 << 20))
    write(home.place("me/two") / "model.bin", b"x")
    told = python("""
report = hubcache.list_cached(filter=["size>100K", "files=1"], sort="name")
[repo] = report.repos
usage = hubcache.disk_usage(target="aistudio")
assert "me/one" in report._repr_html_() and "me/one" in str(report) and "1.0 MiB" in str(usage)
try:
    hubcache.list_cached(filter="size")
except hubcache.UsageError as error:
    refused = error.message
largest = usage.hubs[0].parts[0].parts[0]
result = [repo.name, repo.state, repo.place, largest.name, largest.repo_type, largest.place, usage.repos, refused]
""")
    place = str(home.place("me/one"))
    assert told == ["me/one", "genuine", place, "one", "model", place, 2, "'size' is not a condition"]


def test_no_cache(hubcache):
    for command in ("ls", "du"):
        assert ok(hubcache(command)) == "no repos in the clients' cache folders\n"


def _time(text: str) -> float:
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()
