"""The main use: the unmodified SDK loads the local, edited files under the hub's id and downloads nothing."""

import json
import os
import pickle
import stat

import pytest
from home import read_msc, record
from hubdouble import Lfs
from hubdouble.answers import Options
from scene import ALL, FILES, REPO, Scene, write

from adoption import files, ok, record_folder, tree

HASHED = {"AISTUDIO_ENABLE_DEFAULT_HASH_VALIDATION": "true"}
LINKS = ["auto", "symlink", "hardlink", "copy"]


@pytest.fixture
def scene(hub, home) -> Scene:
    return Scene(hub, home)


def takes_local(sdk, scene: Scene, **kwargs) -> None:
    """Asserts that a snapshot and each single file are the edited content, without a download. The user's folder must
    not change."""
    before = tree(scene.user, times=True)
    got = sdk.snapshot_download(scene.repo_id, **kwargs)
    assert (got.error, got.value, got.downloads) == (None, str(scene.place), set())
    assert scene.lost(scene.place) == set()
    for path in FILES:
        single = sdk.file_download(scene.repo_id, path, **kwargs)
        assert (single.value, single.downloads) == (str(scene.place / path), set())
    assert tree(scene.user, times=True) == before


@pytest.mark.parametrize("link", LINKS)
def test_nothing_is_downloaded(sdk, hubcache, scene, link):
    ok(hubcache("adopt", REPO, scene.user, "--link", link))
    takes_local(sdk, scene)
    scene.push()
    got = sdk.snapshot_download(REPO)
    assert (got.error, got.downloads, scene.lost(scene.place)) == (None, set(), set())
    # After a push the exact record is out of date: file_download returns None until the next adoption.
    assert sdk.file_download(REPO, "README.md").value is None
    ok(hubcache("adopt", REPO, scene.user, "--link", link))
    takes_local(sdk, scene)


def test_edits_after_adopting_are_seen(sdk, hubcache, scene):
    ok(hubcache("adopt", REPO, scene.user))
    write(scene.user / "README.md", b"edited once more\n")
    assert sdk.snapshot_download(REPO).downloads == set()
    assert (scene.place / "README.md").read_bytes() == b"edited once more\n"


@pytest.mark.parametrize(
    "link,check",
    [
        ("auto", lambda place, user: os.readlink(place) == str(user)),
        ("symlink", lambda place, user: os.readlink(place) == str(user)),
        ("hardlink", lambda place, user: place.stat().st_ino == user.stat().st_ino),
        ("copy", lambda place, user: not place.is_symlink() and place.stat().st_ino != user.stat().st_ino),
    ],
)
def test_each_file_gets_its_own_link(hubcache, scene, link, check):
    report = ok(hubcache("adopt", REPO, scene.user, "--link", link, "--json"))
    assert report["files"] == len(FILES) and report["link"] == ("symlink" if link == "auto" else link)
    for path in FILES:
        assert check(scene.place / path, scene.user / path)
    assert not any(path.is_symlink() for path in [scene.place, *scene.place.rglob("*")] if path.is_dir())


def test_metadata_is_as_the_sdk_leaves_it(sdk, hubcache, scene, home):
    """adopt writes `.mdl` and `.mv` byte for byte as the SDK does. `.msc` has the pin and then the exact record of each
    file, with a mode that follows the umask."""
    sdk.download_genuine(REPO)
    genuine = {name: (scene.place / name).read_bytes() for name in (".mdl", ".mv")}
    old_umask = os.umask(0o027)
    try:
        ok(hubcache("adopt", REPO, scene.user))
    finally:
        os.umask(old_umask)
    assert {name: (scene.place / name).read_bytes() for name in genuine} == genuine
    shas = {one["Path"]: one["Revision"] for one in scene.exact()}
    expected = [one for path in sorted(FILES) for one in (record(path, ""), record(path, shas[path]))]
    assert read_msc(scene.place) == expected
    apart = json.loads(json.dumps(expected))  # no two strings are one object, as in the SDK's own lists
    assert (scene.place / ".msc").read_bytes() == pickle.dumps(apart, 4)
    assert stat.S_IMODE((scene.place / ".msc").stat().st_mode) == 0o640


def test_no_pin_writes_the_exact_record_alone(sdk, hubcache, scene):
    """Without a pin, the SDK follows a push: it replaces the link, and the user's file stays."""
    ok(hubcache("adopt", REPO, scene.user, "--no-pin"))
    assert read_msc(scene.place) == sorted(scene.exact(), key=lambda one: one["Path"])
    takes_local(sdk, scene)
    scene.push()
    assert sdk.snapshot_download(REPO).downloads == {"README.md"}
    assert (scene.place / "README.md").read_bytes() == b"# model, pushed\n"
    assert scene.lost(scene.user) == set()


def test_offline(sdk, hubcache, scene, hub):
    """Offline, the records hold stable ids in place of the shas. snapshot_download accepts them, file_download returns
    None, and the only warning says so."""
    mark = hub.mark()
    first = ok(hubcache("adopt", REPO, scene.user, "--offline", "--json"))
    assert hub.log.since(mark) == [] and first["synthetic"] == len(FILES) and not first["asked_hub"]
    said = ok(hubcache("adopt", REPO, scene.user, "--offline", "--dry-run"))
    assert "  next run  unknown (offline)\n" in said and "no downloads" not in said
    assert [w for w in first["warnings"] if "file_download returns None" in w] == first["warnings"]
    index = read_msc(scene.place)
    assert {one["Revision"] for one in index if one["Path"] == "README.md"} > {""}
    assert all(len(one["Revision"]) in (0, 40) for one in index)
    got = sdk.snapshot_download(REPO)
    assert (got.downloads, scene.lost(scene.place)) == (set(), set())
    assert (sdk.file_download(REPO, "README.md").value, sdk.file_download(REPO, "README.md").downloads) == (None, set())
    ok(hubcache("adopt", REPO, scene.user, "--offline"))
    assert read_msc(scene.place) == index
    assert sdk.snapshot_download(REPO, local_files_only=True).value == str(scene.place)


def test_a_file_that_the_hub_does_not_have(sdk, hubcache, scene):
    write(scene.user / "new/checkpoint.bin", b"new")
    report = ok(hubcache("adopt", REPO, scene.user, "--no-pin", "--json"))
    assert report["synthetic"] == 1 and len(report["warnings"]) == 1
    mine = [one["Revision"] for one in read_msc(scene.place) if one["Path"] == "new/checkpoint.bin"]
    assert mine[0] == "" and len(mine[1]) == 40
    assert sdk.snapshot_download(REPO).downloads == set()
    assert (scene.place / "new/checkpoint.bin").read_bytes() == b"new"
    # Once the hub has the file too, its sha replaces the synthetic id.
    scene.remote.push({"new/checkpoint.bin": b"pushed"})
    ok(hubcache("adopt", REPO, scene.user, "--no-pin"))
    assert [one for one in read_msc(scene.place) if one["Path"] == "new/checkpoint.bin"] == [
        one for one in scene.exact(ALL | {"new/checkpoint.bin"}) if one["Path"] == "new/checkpoint.bin"
    ]


def test_what_the_folder_lacks_is_said_and_then_downloaded(sdk, hubcache, scene):
    for path in ("model.safetensors", "README.md"):
        (scene.user / path).unlink()
    run = hubcache("adopt", REPO, scene.user)
    assert run.returncode == 0
    for words in (
        "3 files by symlink",
        "will download 2 files",
        "README.md  8 B",
        "model.safetensors  5.0 KiB",
        "  pinned    pushes to the hub are ignored\n",
        "  undo      hubcache release ctbots/first-paddle-model --target aistudio\n",
    ):
        assert words in run.stdout
    got = sdk.snapshot_download(REPO)
    assert got.downloads == {"model.safetensors", "README.md"}
    assert (scene.place / "model.safetensors").read_bytes() == FILES["model.safetensors"].content


def test_require_complete(hubcache, scene, home):
    (scene.user / "README.md").unlink()
    before = tree(home.path)
    run = hubcache("adopt", REPO, scene.user, "--require-complete")
    assert run.returncode == 3 and "'README.md' (8 B)" in run.stderr
    assert tree(home.path) == before
    write(scene.user / "README.md", b"back")
    assert hubcache("adopt", REPO, scene.user, "--require-complete").returncode == 0
    run = hubcache("adopt", REPO, scene.user, "--require-complete", "--offline")
    assert run.returncode == 2 and "--require-complete conflicts with --offline\nhint: omit --offline" in run.stderr


def test_dry_run_changes_nothing(hubcache, scene, home):
    before = tree(home.path)
    run = hubcache("adopt", REPO, scene.user, "--dry-run")
    assert run.returncode == 0 and "Would adopt" in run.stdout and tree(home.path) == before


def test_adopting_again_takes_up_new_changed_and_removed_files(sdk, hubcache, scene):
    for link in ("copy", "symlink"):
        ok(hubcache("adopt", REPO, scene.user, "--link", link))
        before = tree(scene.place, times=True)
        again = ok(hubcache("adopt", REPO, scene.user, "--link", link, "--json"))
        assert (again["added"], again["changed"], again["removed"]) == (0, 0, 0)
        assert tree(scene.place, times=True) == before
    write(scene.user / "new.txt", b"new")
    write(scene.user / "README.md", b"changed")
    (scene.user / "inference/config.json").unlink()
    report = ok(hubcache("adopt", REPO, scene.user, "--link", "copy", "--json"))
    assert (report["added"], report["removed"]) == (1, 1)
    assert (scene.place / "README.md").read_bytes() == b"changed"
    assert (scene.place / "new.txt").read_bytes() == b"new"
    assert not (scene.place / "inference/config.json").exists()
    assert report["kept"] == []
    assert sdk.snapshot_download(REPO).downloads == {"inference/config.json"}


def test_include_and_exclude(hubcache, scene):
    ok(hubcache("adopt", REPO, scene.user, "--exclude", "*.bin", "--exclude", "/README.md"))
    assert {path for path in files(scene.place)} - {".msc", ".mdl", ".mv"} == ALL - {
        "inference/a/weights.bin",
        "README.md",
    }
    ok(hubcache("adopt", REPO, scene.user, "--include", "inference/"))
    assert {path for path in files(scene.place)} - {".msc", ".mdl", ".mv"} == {
        p for p in ALL if p.startswith("inference/")
    }


def test_metadata_of_hub_clients_and_git_is_left_alone(hubcache, scene):
    for name in (".msc", ".mdl", ".mv", ".git/config", "._tmp/x", ".gitignore", ".gitattributes"):
        write(scene.user / name, b"not a model's file")
    write(scene.user / "inference/.gitignore", b"*")
    report = ok(hubcache("adopt", REPO, scene.user, "--json"))
    assert report["files"] == len(FILES) + 1
    assert (scene.place / "inference/.gitignore").exists() and not (scene.place / ".git").exists()


NAMES = [
    "a b.txt",
    "c+d.txt",
    "100%.txt",
    "x#y.txt",
    "q?.txt",
    "模型.txt",
    "dir with space/x+y%.txt",
    "empty.txt",
    "eq=&amp.txt",
    "a%2Fb.txt",
    "'quoted\".txt",
]


def test_odd_names_and_empty_files(sdk, hubcache, scene):
    scene.remote.push({name: b"" if "empty" in name else b"hub's" for name in NAMES})
    for name in NAMES:
        write(scene.user / name, b"" if "empty" in name else b"mine")
    report = ok(hubcache("adopt", REPO, scene.user, "--json"))
    assert report["missing"] == [] and report["synthetic"] == 0
    got = sdk.snapshot_download(REPO)
    assert (got.error, got.downloads) == (None, set())
    for name in NAMES:
        single = sdk.file_download(REPO, name)
        assert (single.value, single.downloads) == (str(scene.place / name), set())


@pytest.mark.parametrize("repo_id", ["ctbots/model-1.5", "ctbots/.hidden..x", "ct.bots/model"])
def test_dotted_names(sdk, hubcache, hub, home, repo_id):
    """adopt creates the masked folder, and the SDK's link with the unmasked name, as the SDK itself does."""
    scene = Scene(hub, home, repo_id)
    ok(hubcache("adopt", repo_id, scene.user))
    takes_local(sdk, scene)
    ours = tree(home.cache / "models" / repo_id.split("/")[0])
    ok(hubcache("release", repo_id))
    link = home.cache / "models" / repo_id
    assert not link.is_symlink()
    sdk.snapshot_download(repo_id)
    genuine = tree(home.cache / "models" / repo_id.split("/")[0])
    name = repo_id.split("/")[1]
    assert ours.get(name) == genuine.get(name)


def test_data_sets(sdk, hubcache, hub, home):
    scene = Scene(hub, home)
    scene.place = home.place(REPO, "datasets")
    said = ok(hubcache("adopt", REPO, scene.user, "--repo-type", "dataset"))
    assert f"  undo      hubcache release {REPO} --target aistudio --repo-type dataset\n" in said
    assert not home.place(REPO).exists()
    in_place = hubcache("adopt", REPO, scene.place, "--repo-type", "dataset")
    assert (
        in_place.returncode == 5
        and f"hubcache release {REPO} --target aistudio --repo-type dataset\n" in in_place.stderr
    )
    restore = hubcache("restore", REPO, "--repo-type", "dataset")
    assert restore.returncode == 1 and f"hubcache refresh {REPO} --target aistudio\n" in restore.stderr
    got = sdk.snapshot_download(REPO, repo_type="dataset")
    assert got.downloads == set()
    if sdk.version == "0.3.5":
        return  # aistudio-sdk 0.3.5 has incomplete support for data sets: it lists nothing and returns None
    assert got.value == str(scene.place)
    single = sdk.file_download(REPO, "README.md", repo_type="dataset")
    assert (single.value, single.downloads) == (str(scene.place / "README.md"), set())
    ok(hubcache("release", REPO, "--repo-type", "dataset"))
    assert not scene.place.exists()


@pytest.mark.parametrize("kind", ["tag", "branch"])
def test_revisions_live_side_by_side(sdk, hubcache, scene, kind):
    if kind == "tag":
        scene.remote.tag("v1.0")
    else:
        scene.remote.branch("v1.0")
    scene.push()
    for revision in ("v1.0", "master"):
        ok(hubcache("adopt", REPO, scene.user, "--revision", revision, "--no-pin"))
    for revision in ("v1.0", "master"):
        takes_local(sdk, scene, revision=revision)
    mine = [one["Revision"] for one in read_msc(scene.place) if one["Path"] == "README.md"]
    assert mine == [scene.exact({"README.md"})[0]["Revision"], scene.exact({"README.md"}, "v1.0")[0]["Revision"]]


def test_not_available_records_go(hubcache, scene):
    """adopt replaces the N/A records of the wiki page's script and keeps other records."""
    scene.put("copy").index(scene.pins(revision="N/A") + [record("other.txt", "1" * 40)])
    ok(hubcache("adopt", REPO, scene.user))
    index = read_msc(scene.place)
    assert index[0] == record("other.txt", "1" * 40)
    assert "N/A" not in {one["Revision"] for one in index}


def test_private_repos(sdk, hubcache, hub, home):
    hub.user("ctbots", "secret-token")
    hub.repo(REPO, private=True)
    scene = Scene(hub, home)
    assert hubcache("adopt", REPO, scene.user).returncode == 4
    token = {"AISTUDIO_ACCESS_TOKEN": "secret-token"}
    ok(hubcache("adopt", REPO, scene.user, env=token))
    got = sdk.snapshot_download(REPO, env=token)
    assert (got.error, got.downloads, scene.lost(scene.place)) == (None, set(), set())


def test_requests(hubcache, hub, home):
    """Adopting 1,500 files takes at most 7 requests."""
    remote = hub.repo("ctbots/many")
    names = [f"folder{i % 30}/file{i}.txt" for i in range(1500)]
    remote.push({name: name.encode() for name in names} | {"weights.bin": Lfs(b"x" * 5000)})
    user = home.path / "many"
    for name in [*names, "weights.bin"]:
        write(user / name, b"mine")
    mark = hub.mark()
    report = ok(hubcache("adopt", "ctbots/many", user, "--json"))
    assert report["synthetic"] == 0 and report["missing"] == []
    assert report["requests"] == len(hub.log.since(mark)) <= 7


def test_requests_where_lfs_files_are_lacking(hubcache, hub, home):
    """Stock Gitea lists the sizes of LFS pointers. hubcache requests the real sizes until it has sent 7 requests; the
    other sizes stay unknown."""
    hub.api.options = Options(lfs_size="pointer")
    weights = {f"model-{i:02}.safetensors": Lfs(b"x" * (1000 + i)) for i in range(20)}
    names = [f"file{i}.txt" for i in range(1480)]
    hub.repo(REPO).push({name: name.encode() for name in names} | weights)
    for name in names:
        write(home.path / "many" / name, b"mine")
    mark = hub.mark()
    report = ok(hubcache("adopt", REPO, home.path / "many", "--json"))
    assert report["requests"] == len(hub.log.since(mark)) == 7
    told = {file["path"]: file["size"] for file in report["missing"]}
    assert set(told) == set(weights)
    known = {path: size for path, size in told.items() if size is not None}
    assert known and known == {path: len(weights[path].content) for path in known}
    text = hubcache("adopt", REPO, home.path / "many").stdout
    assert "download 20 files, at least " in text and "  unknown size (it may be an LFS file)\n" in text
    [repo] = ok(hubcache("status", REPO, "--json"))["repos"]
    assert any(
        note.startswith(f"the hub does not list the sizes of {20 - len(known)} files that may be stored in Git LFS")
        for note in repo["notes"]
    )


def test_a_tree_that_cannot_be_trusted(sdk, hubcache, hub, scene):
    """If the hub refuses the tree, adopt requests each file by itself."""
    hub.fault("git/trees", status=403)
    ok(hubcache("adopt", REPO, scene.user))
    assert {one["Path"]: one["Revision"] for one in read_msc(scene.place) if one["Revision"]} == {
        one["Path"]: one["Revision"] for one in scene.exact()
    }


def test_hash_validation_is_said_aloud(hubcache, scene):
    run = hubcache("adopt", REPO, scene.user, env=HASHED)
    assert run.returncode == 0 and "AISTUDIO_ENABLE_DEFAULT_HASH_VALIDATION is on" in run.stdout


def test_the_record_is_out_of_the_clients_sight(sdk, hubcache, scene, home):
    """The record is neither in the place nor in a folder that the SDK lists, but beside the SDK's temporary folder."""
    ok(hubcache("adopt", REPO, scene.user))
    assert record_folder(home, REPO).is_dir()
    assert {path.name for path in scene.place.iterdir()} == {".msc", ".mdl", ".mv"} | {p.split("/")[0] for p in FILES}
