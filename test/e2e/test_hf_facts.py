"""The behaviour of the real Hugging Face clients with a cache that another program wrote. All predictions rely on it.

docs/formats/huggingface.md documents the same facts."""

import json
import os

import pytest
from hf_scene import REPO, HfScene
from hubdouble import Lfs
from scene import ALL, FILES, Scene, write

MADE_UP = "5" * 40  # a commit that no hub has


@pytest.fixture
def scene(hf_hub, home) -> HfScene:
    return HfScene(hf_hub, home)


def is_old(hf) -> bool:
    """Returns True for clients that write no trees/, which huggingface_hub has since 1.22."""
    return hf.version == "0.26.5"


@pytest.fixture
def dead(hf_hub):
    """Provides variables with the address of a hub that has stopped."""
    with type(hf_hub)() as gone:
        url = gone.url
    return {"HF_ENDPOINT": url}


@pytest.mark.parametrize("way", ["copy", "hardlink"])
def test_regular_files_at_the_hubs_commit_are_taken(hf, scene, way):
    """Without blobs/ and trees/, the client takes a file because it exists, and does not read its content."""
    scene.put(way).ref()
    run = hf.snapshot_download(REPO)
    assert (run.value, run.error, run.downloads) == (str(scene.snapshot()), None, set())
    assert scene.lost(scene.snapshot()) == set()
    run = hf.hf_hub_download(REPO, "inference/config.json")
    assert (run.value, run.downloads) == (str(scene.snapshot() / "inference/config.json"), set())
    assert scene.lost(scene.user) == set()


def test_the_ref_need_not_be_there_online(hf, scene):
    scene.put()
    assert hf.snapshot_download(REPO).downloads == set()
    assert (scene.place / "refs" / "main").read_text() == scene.commit  # without a newline


def test_offline_the_ref_is_read_to_its_last_byte(hf, scene):
    scene.put().ref(end="\n")
    run = hf.snapshot_download(REPO, env={"HF_HUB_OFFLINE": "1"})
    assert run.error == "LocalEntryNotFoundError"
    scene.ref()
    run = hf.snapshot_download(REPO, env={"HF_HUB_OFFLINE": "1"})
    assert (run.value, run.requests) == (str(scene.snapshot()), [])


def test_with_a_listing_the_hub_is_asked_once(hf, scene):
    scene.put().ref().trees()
    asked = [request.path for request in hf.snapshot_download(REPO).requests if "agent-harnesses" not in request.path]
    assert asked == [f"/api/models/{REPO}/revision/main"]


def test_a_made_up_commit_is_taken_where_the_hub_is_not_asked(hf, scene, dead):
    scene.put(commit=MADE_UP).ref(MADE_UP).trees(commit=MADE_UP)
    for env in ({"HF_HUB_OFFLINE": "1"}, dead):
        assert hf.snapshot_download(REPO, env=env).value == str(scene.snapshot(MADE_UP))
        assert hf.hf_hub_download(REPO, "README.md", env=env).value == str(scene.snapshot(MADE_UP) / "README.md")
    assert hf.snapshot_download(REPO, local_files_only=True).value == str(scene.snapshot(MADE_UP))


def test_a_made_up_commit_is_not_taken_online(hf, scene):
    """The made-up snapshot stays on the disk, and the client downloads the hub's snapshot next to it."""
    scene.put(commit=MADE_UP).ref(MADE_UP).trees(commit=MADE_UP)
    run = hf.snapshot_download(REPO)
    assert (run.value, run.downloads) == (str(scene.snapshot()), ALL)
    assert scene.lost(scene.snapshot(MADE_UP)) == set()


@pytest.mark.parametrize("status", [401, 503])
def test_a_hub_that_fails_leaves_the_cache(hf, hf_hub, scene, status):
    """503: the hub is down. 401: the repo does not exist, or is private."""
    scene.put(commit=MADE_UP).ref(MADE_UP).trees(commit=MADE_UP)
    hf_hub.fault("/", status=status)
    assert hf.snapshot_download(REPO).value == str(scene.snapshot(MADE_UP))
    assert hf.hf_hub_download(REPO, "README.md").value == str(scene.snapshot(MADE_UP) / "README.md")


def test_a_commit_by_its_name_needs_the_listing(hf, scene):
    scene.put(commit=MADE_UP)
    alone = hf.snapshot_download(REPO, revision=MADE_UP, env={"HF_HUB_OFFLINE": "1"})
    assert (alone.error is None) == (hf.version != "1.33.0")
    scene.trees(commit=MADE_UP)
    run = hf.snapshot_download(REPO, revision=MADE_UP, env={"HF_HUB_OFFLINE": "1"})
    assert (run.value, run.error) == (str(scene.snapshot(MADE_UP)), None)


def test_a_push_makes_the_clients_go_on_to_the_hubs_files(hf, scene):
    scene.put().ref().trees()
    old = scene.commit
    scene.push()
    run = hf.snapshot_download(REPO)
    assert (run.value, run.downloads) == (str(scene.snapshot()), ALL)
    assert scene.lost(scene.snapshot(old)) == set()
    assert scene.lost(scene.user) == set()


def test_what_the_listing_lacks_is_not_downloaded(hf, scene):
    """huggingface_hub 0.26.5 has no cached listing and follows the hub's."""
    some = ("config.json", "README.md")
    scene.put(paths=some).ref().trees(some)
    assert hf.snapshot_download(REPO).downloads == (ALL - set(some) if is_old(hf) else set())


def test_without_a_listing_what_is_not_there_is_downloaded(hf, scene):
    some = ("config.json", "README.md")
    scene.put(paths=some).ref()
    assert hf.snapshot_download(REPO).downloads == ALL - set(some)
    assert scene.lost(scene.snapshot()) == ALL - set(some)


def test_what_the_listing_has_must_be_there_offline(hf, scene):
    some = ("config.json", "README.md")
    scene.put(paths=some).ref().trees()
    run = hf.snapshot_download(REPO, env={"HF_HUB_OFFLINE": "1"})
    expected = None if is_old(hf) else "IncompleteSnapshotError"
    assert run.error == expected


def test_a_blob_of_the_right_name_is_taken_unread(hf, scene):
    entry = scene.remote.head.entries["README.md"]
    write(scene.place / "blobs" / entry.sha, b"mine\n")
    scene.put(paths=sorted(ALL - {"README.md"})).ref()
    assert hf.snapshot_download(REPO).downloads == set()
    assert (scene.snapshot() / "README.md").read_bytes() == b"mine\n"


@pytest.mark.parametrize("way", ["copy", "hardlink", "symlink"])
def test_force_download(hf, scene, way):
    """The client downloads the hub's content to blobs/, and the existing files of the snapshot stay."""
    scene.put(way).ref().trees()
    run = hf.snapshot_download(REPO, force_download=True)
    assert run.downloads == ALL
    assert scene.lost(scene.user) == set()
    assert scene.lost(scene.snapshot()) == set()


def test_no_exist_is_believed(hf, scene):
    scene.put().ref()
    write(scene.place / ".no_exist" / scene.commit / "tokenizer.json", b"")
    told = hf.script(f"""
from huggingface_hub import try_to_load_from_cache, _CACHED_NO_EXIST
result = [try_to_load_from_cache({REPO!r}, "tokenizer.json") is _CACHED_NO_EXIST,
          try_to_load_from_cache({REPO!r}, "config.json"), try_to_load_from_cache({REPO!r}, "other.json")]""")
    assert told.value == [True, str(scene.snapshot() / "config.json"), None]


def test_no_exist_as_the_client_leaves_it(hf, scene):
    run = hf.hf_hub_download(REPO, "tokenizer.json")
    assert run.error in ("EntryNotFoundError", "RemoteEntryNotFoundError")
    assert (scene.place / ".no_exist" / scene.commit / "tokenizer.json").read_bytes() == b""
    assert (scene.place / "refs" / "main").read_text() == scene.commit


def test_the_listing_as_the_client_leaves_it(hf, scene):
    hf.snapshot_download(REPO)
    listing = scene.place / "trees" / f"{scene.commit}.json"
    if is_old(hf):
        assert not listing.exists()
        return
    entries = scene.remote.head.entries
    lfs = {"lfs_sha256": "", "lfs_size": 0}
    expected = {}
    for path in sorted(FILES):
        entry = entries[path]
        expected[path] = {"size": len(entry.lfs) if entry.lfs else entry.size, "blob_id": entry.sha}
        if entry.lfs:
            expected[path] |= lfs | {
                "lfs_sha256": entry.text.decode().split("sha256:")[1][:64],
                "lfs_size": len(entry.lfs),
            }
    assert listing.read_text() == json.dumps({"format_version": 1, "files": expected}, indent=1)


# ---- the clients' own tools


def remove(hf, scene, what: str):
    """Removes the whole repo (`what` is "repo") or one commit with the client's own tool."""
    if is_old(hf):
        return hf.script(f"""
from huggingface_hub import scan_cache_dir
info = scan_cache_dir()
every = [revision.commit_hash for repo in info.repos for revision in repo.revisions]
info.delete_revisions(*(every if {what!r} == "repo" else [{what!r}])).execute()
result = len(every)""")
    return hf.tool("cache", "rm", f"model/{REPO}" if what == "repo" else what, "--yes")


@pytest.mark.parametrize("what", ["repo", "revision"])
@pytest.mark.parametrize("way", ["copy", "hardlink", "symlink"])
def test_cache_rm(hf, scene, way, what):
    """The client deletes a symlink's target together with the revision. The target of a symlink out of the cache is the
    user's own file."""
    scene.put(way).ref().trees()
    # another revision; without it, the whole repo would be removed at once
    write(scene.snapshot(MADE_UP) / "config.json", b"{}\n")
    remove(hf, scene, "repo" if what == "repo" else scene.commit)
    assert not scene.snapshot().exists()
    is_lost = way == "symlink" and what == "revision"
    assert scene.lost(scene.user) == (ALL if is_lost else set())


def test_prune_takes_revisions_without_a_ref(hf, scene):
    if is_old(hf):
        pytest.skip("0.26.5 has no prune")
    scene.put().ref().trees()
    write(scene.snapshot(MADE_UP) / "config.json", b"{}\n")
    hf.tool("cache", "prune", "--yes")
    assert scene.lost(scene.snapshot()) == set()
    assert not scene.snapshot(MADE_UP).exists()
    assert scene.lost(scene.user) == set()


def test_verify_tells_and_changes_nothing(hf, scene):
    if is_old(hf):
        pytest.skip("0.26.5 has no verify")
    scene.put().ref().trees()
    run = hf.tool("cache", "verify", REPO)
    assert run.returncode != 0 and "README.md" in run.stdout + run.stderr
    assert scene.lost(scene.snapshot()) == set()


@pytest.mark.parametrize("beside", [".locks/._hubcache", "../._hubcache/hub"])
def test_folders_that_the_scan_does_not_see(hf, scene, beside):
    scene.put().ref()
    write(scene.cache / beside / "models--me--tuned" / "record.jsonl", b"{}\n")
    told = hf.script("""
from huggingface_hub import scan_cache_dir
info = scan_cache_dir()
result = [[str(warning) for warning in info.warnings], [repo.repo_id for repo in info.repos]]""")
    assert told.value == [[], [REPO]]


# ---- local_dir


def metadata(scene, folder, path, commit, etag, later=60.0):
    """Writes metadata as huggingface_hub._local_folder.write_download_metadata does."""
    time = os.stat(folder / path).st_mtime + later
    write(folder / ".cache/huggingface/download" / f"{path}.metadata", f"{commit}\n{etag}\n{time}\n".encode())


def etag_of(scene, path) -> str:
    entry = scene.remote.head.entries[path]
    return entry.text.decode().split("sha256:")[1][:64] if entry.lfs else entry.sha


def put_local_dir(scene, way="copy", etag=etag_of, **more):
    folder = scene.home.path / "local"
    for path in FILES:
        write(folder / path, b"")
        (folder / path).unlink()
        {
            "copy": lambda a, b: b.write_bytes(a.read_bytes()),
            "hardlink": lambda a, b: os.link(a, b),
            "symlink": lambda a, b: b.symlink_to(a),
        }[way](scene.user / path, folder / path)
        metadata(scene, folder, path, scene.commit, etag(scene, path), **more)
    return folder


def test_local_dir_is_taken_by_its_metadata(hf, scene):
    folder = put_local_dir(scene)
    run = hf.snapshot_download(REPO, local_dir=str(folder))
    assert (run.value, run.downloads, scene.lost(folder)) == (str(folder), set(), set())
    run = hf.hf_hub_download(REPO, "README.md", local_dir=str(folder))
    assert (run.error, run.downloads) == (None, set())


def test_local_dir_after_a_push_replaces_what_was_pushed(hf, scene):
    folder = put_local_dir(scene, "hardlink")
    scene.push()
    run = hf.snapshot_download(REPO, local_dir=str(folder))
    assert (run.downloads, scene.lost(folder)) == ({"README.md"}, {"README.md"})
    assert scene.lost(scene.user) == set()


@pytest.mark.parametrize("way", ["hardlink", "symlink"])
def test_local_dir_writes_through_links_what_it_has_in_its_cache(hf, scene, way):
    """file_download._hf_hub_download_to_local_dir copies onto the name (shutil.copyfile), and so overwrites the user's
    file."""
    folder = put_local_dir(scene, way)
    scene.push()
    hf.snapshot_download(REPO)
    assert scene.lost(scene.user) == set()
    run = hf.snapshot_download(REPO, local_dir=str(folder))
    assert run.downloads == set()
    assert scene.lost(scene.user) == {"README.md"}


def test_local_dir_without_metadata_replaces_everything(hf, scene):
    folder = put_local_dir(scene)
    for path in FILES:
        (folder / ".cache/huggingface/download" / f"{path}.metadata").unlink()
    assert hf.snapshot_download(REPO, local_dir=str(folder)).downloads == ALL
    assert scene.lost(folder) == ALL


def test_local_dir_metadata_older_than_the_file_does_not_count(hf, scene):
    folder = put_local_dir(scene, later=-60.0)
    assert hf.snapshot_download(REPO, local_dir=str(folder)).downloads == ALL


def test_local_dir_with_another_etag(hf, scene):
    """snapshot_download checks only the commit, hf_hub_download checks the etag."""
    folder = put_local_dir(scene, etag=lambda *_: "0" * 40)
    assert hf.snapshot_download(REPO, local_dir=str(folder)).downloads == set()
    assert hf.hf_hub_download(REPO, "README.md", local_dir=str(folder)).downloads == {"README.md"}
    assert scene.lost(folder) == {"README.md"}


def test_local_dir_offline_takes_what_is_there(hf, scene):
    folder = scene.home.path / "local"
    for path in FILES:
        write(folder / path, Scene.edited(path))
    run = hf.snapshot_download(REPO, local_dir=str(folder), env={"HF_HUB_OFFLINE": "1"})
    assert (run.value, scene.lost(folder)) == (str(folder), set())


# ---- the folders in which the clients look


@pytest.mark.parametrize(
    "variables, where",
    [
        ({}, ".cache/huggingface/hub"),
        ({"XDG_CACHE_HOME": "{home}/xdg"}, "xdg/huggingface/hub"),
        ({"HF_HOME": "{home}/hf", "XDG_CACHE_HOME": "{home}/xdg"}, "hf/hub"),
        ({"HUGGINGFACE_HUB_CACHE": "{home}/old", "HF_HOME": "{home}/hf"}, "old"),
        ({"HF_HUB_CACHE": "{home}/new", "HUGGINGFACE_HUB_CACHE": "{home}/old"}, "new"),
    ],
)
def test_the_variables_in_their_order(hf, scene, variables, where):
    env = {name: value.format(home=scene.home.path) for name, value in variables.items()}
    run = hf.snapshot_download(REPO, env=env)
    assert run.value == str(scene.home.path / where / "models--me--tuned" / "snapshots" / scene.commit)


def test_data_sets_have_folders_of_their_own(hf, hf_hub, home):
    scene = HfScene(hf_hub, home, "datasets").put().ref()
    run = hf.snapshot_download(REPO, repo_type="dataset")
    assert (run.value, run.downloads) == (str(scene.snapshot()), set())


def test_two_processes_do_not_harm_each_other(hf, hf_hub, home):
    """The client writes a blob under another name and renames it, and creates the snapshot's name once."""
    remote = hf_hub.repo("me/large")
    remote.push({"w.bin": Lfs(bytes(1 << 20))})
    run = hf.script("""
import subprocess, sys
code = "from huggingface_hub import snapshot_download; snapshot_download('me/large')"
both = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(2)]
result = [one.wait() for one in both]""")
    assert run.value == [0, 0]
