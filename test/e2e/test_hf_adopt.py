"""hubcache with the real Hugging Face clients: online, without a network, offline, and with the clients' own cache
tools."""

import json
import os
import pty
import shutil
import subprocess
from pathlib import Path

import pytest
from hf_scene import REPO, HfScene
from scene import ALL, FILES, read, write

from adoption import files, ok, tree

OFFLINE = {"HF_HUB_OFFLINE": "1"}


@pytest.fixture
def scene(hf_hub, home) -> HfScene:
    return HfScene(hf_hub, home)


@pytest.fixture
def cache(hubcache, hf_hub):
    """Provides the hubcache command, with HF_ENDPOINT set to the hub double."""
    hubcache.env["HF_ENDPOINT"] = hf_hub.url
    return hubcache


@pytest.fixture
def adopted(cache, scene):
    ok(cache("adopt", f"hf:{REPO}", scene.user))
    return scene


def record(scene):
    return scene.cache.parent / "._hubcache" / "hub" / "models--me--tuned"


def check_taken(hf, scene, *, env={}, **kwargs):
    """Asserts that snapshot_download and hf_hub_download download nothing and return the user's content, and that the
    user's files are unchanged."""
    run = hf.snapshot_download(REPO, env=env, **kwargs)
    assert (run.error, run.downloads) == (None, set()), run.error_text
    folder = scene.place.parent / run.value
    assert scene.lost(folder) == set()
    run = hf.hf_hub_download(REPO, "inference/a/weights.bin", env=env, **kwargs)
    assert (run.error, run.downloads) == (None, set()), run.error_text
    assert scene.lost(scene.user) == set()


def contents(folder):
    """Returns the files without their modes. A listing that was rewritten and restored has a mode by the umask; the
    client's own mode is 0600."""
    return {name: (what[0], what[-1]) for name, what in files(folder).items()}


# ---- the client uses the adopted files


def test_online(hf, adopted):
    before = tree(adopted.user, times=True)
    check_taken(hf, adopted)
    assert tree(adopted.user, times=True) == before


def test_with_the_network_gone(hf, adopted):
    check_taken(hf, adopted, env={"HF_ENDPOINT": "http://127.0.0.1:9"})


def test_offline(hf, adopted):
    check_taken(hf, adopted, env=OFFLINE)
    check_taken(hf, adopted, local_files_only=True)


def test_adopted_offline(hf, cache, scene):
    """adopt --offline uses a synthetic commit, which is the same for the same repo and revision."""
    told = ok(cache("adopt", f"hf:{REPO}", scene.user, "--offline", "--json"))
    assert told["requests"] == 0
    check_taken(hf, scene, env=OFFLINE)
    commit = (scene.place / "refs" / "main").read_text()
    ok(cache("release", f"hf:{REPO}"))
    ok(cache("adopt", f"hf:{REPO}", scene.user, "--offline"))
    assert (scene.place / "refs" / "main").read_text() == commit


def test_adopted_offline_over_a_genuine_cache(hf, cache, scene):
    """adopt --offline uses the commit of the cached snapshot, which is also the hub's commit later online."""
    hf.snapshot_download(REPO)
    ok(cache("adopt", f"hf:{REPO}", scene.user, "--offline"))
    check_taken(hf, scene, env=OFFLINE)
    check_taken(hf, scene)


def test_the_listing_is_asked_in_two_requests(cache, scene, hf_hub):
    told = ok(cache("adopt", f"hf:{REPO}", scene.user, "--json"))
    assert told["requests"] == 2
    assert told["revision"] == "main"
    assert told["place"] == str(scene.place)


def test_data_sets(hf, cache, hf_hub, home):
    scene = HfScene(hf_hub, home, "datasets")
    ok(cache("adopt", f"hf:{REPO}", scene.user, "--repo-type", "dataset"))
    check_taken(hf, scene, repo_type="dataset")
    ok(cache("release", f"hf:{REPO}", "--repo-type", "dataset"))
    assert not scene.place.exists()


def test_another_revision(hf, cache, scene):
    scene.remote.push(FILES | {"README.md": b"# of the branch\n"}, branch="dev")
    ok(cache("adopt", f"hf:{REPO}", scene.user, "--revision", "dev"))
    check_taken(hf, scene, revision="dev")
    assert (scene.place / "refs" / "dev").read_text() == scene.remote.commit_of("dev").sha
    ok(cache("adopt", f"hf:{REPO}", scene.user))
    check_taken(hf, scene, revision="dev")
    check_taken(hf, scene)


# ---- the kind of the files in the place


def test_regular_files(adopted):
    """The files are never symlinks, because `hf cache rm` deletes their targets."""
    for path in FILES:
        placed = adopted.snapshot() / path
        assert placed.is_file() and not placed.is_symlink()
        assert placed.stat().st_ino == (adopted.user / path).stat().st_ino


def test_a_symlink_is_refused(cache, scene):
    run = cache("adopt", f"hf:{REPO}", scene.user, "--link", "symlink")
    assert run.returncode == 5 and "hf cache rm" in run.stderr
    assert not scene.place.exists()


def test_a_folder_on_another_device_is_copied_and_that_is_said(hf, cache, scene, other_device):
    folder = other_device / "my-model"
    shutil.copytree(scene.user, folder)
    run = cache("adopt", f"hf:{REPO}", folder)
    assert run.returncode == 0 and "copying 5 files" in run.stderr
    check_taken(hf, scene)


def on_a_terminal(cache, answer: str, *arguments: object) -> tuple[int, str]:
    """Runs the command on its own terminal and types the answer."""
    ours, theirs = pty.openpty()
    run = subprocess.Popen(
        [cache.binary, *map(str, arguments)],
        env=cache.env,
        cwd=cache.folder,
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    os.close(theirs)
    os.write(ours, answer.encode())
    output = run.communicate(timeout=120)[0]
    os.close(ours)
    return run.returncode, output


@pytest.fixture
def large(other_device) -> Path:
    """Provides a folder that can only be copied, with a sparse file of more than 1 GiB."""
    folder = other_device / "my-model"
    folder.mkdir()
    with open(folder / "model.safetensors", "wb") as file:
        file.truncate((1 << 30) + 1)
    return folder


def test_a_large_copy_is_asked_for(cache, scene, large):
    """After the answer "no", nothing is copied."""
    code, output = on_a_terminal(cache, "n\n", "adopt", f"hf:{REPO}", large)
    assert (code, scene.place.exists()) == (5, False)
    assert "1.0 GiB" in output


@pytest.mark.parametrize("answer,options,is_asked", [("y\n", [], True), ("", ["--yes"], False)])
def test_a_large_copy_is_made_after_a_yes(cache, scene, large, answer, options, is_asked):
    code, output = on_a_terminal(cache, answer, "adopt", f"hf:{REPO}", large, *options)
    assert (code, "?" in output) == (0, is_asked), output
    placed = scene.place / "snapshots" / scene.commit / "model.safetensors"
    assert placed.stat().st_size == (1 << 30) + 1 and not placed.is_symlink()


def test_in_place_is_refused(cache, adopted):
    run = cache("adopt", f"hf:{REPO}", adopted.place)
    assert run.returncode in (2, 5)
    run = cache("adopt", f"hf:{REPO}", adopted.snapshot())
    assert run.returncode == 2 and "outside the client's cache" in run.stderr


def test_a_hard_link_that_an_editor_has_cut_off(hf, cache, adopted):
    write(adopted.user / "new.txt", b"edited\n")
    os.replace(adopted.user / "new.txt", adopted.user / "README.md")
    told = cache("status", f"hf:{REPO}").stdout
    assert "1 file" in told and "refresh" in told
    ok(cache("refresh", f"hf:{REPO}"))
    assert (adopted.snapshot() / "README.md").read_bytes() == b"edited\n"
    assert "refresh" not in cache("status", f"hf:{REPO}").stdout


def test_verify(cache, adopted):
    """verify compares the snapshot's files with the hub, and with --offline with the recorded listing."""
    told = json.loads(cache("verify", f"hf:{REPO}", "--json").stdout)["repos"][0]
    assert told["folder"] == str(adopted.snapshot())
    assert {file["path"]: file["comparison"] for file in told["files"]} == dict.fromkeys(FILES, "edited")
    told = json.loads(cache("verify", f"hf:{REPO}", "--offline", "--json").stdout)["repos"][0]
    assert {file["path"]: file["comparison"] for file in told["files"]} == dict.fromkeys(FILES, "edited")


def test_match(hf, cache, scene):
    """--match compares LFS files by SHA-256 and other files by git blob id."""
    genuine = scene.home.path / "genuine"
    hf.snapshot_download(REPO, local_dir=str(genuine))
    told = ok(cache("adopt", f"hf:{REPO}", genuine, "--match", "--json"))
    assert (told["files"], told["unmatched"]) == (len(FILES), [])
    assert hf.snapshot_download(REPO).downloads == set()


# ---- the hub has changed, or has more files


def test_a_push(hf, cache, adopted):
    adopted.push()
    told = ok(cache("status", f"hf:{REPO}", "--json"))["repos"][0]
    assert told["hub_moved_on"] is True
    assert told["downloads"] == len(ALL)
    assert "hubcache run" in " ".join(told["notes"])
    ok(cache("refresh", f"hf:{REPO}"))
    check_taken(hf, adopted)


def test_hub_file_is_missing_in_folder(hf, cache, scene):
    """adopt and status say which client versions download the file."""
    (scene.user / "README.md").unlink()
    told = ok(cache("adopt", f"hf:{REPO}", scene.user, "--json"))
    assert [missing["path"] for missing in told["missing"]] == ["README.md"]
    said = cache("adopt", f"hf:{REPO}", scene.user).stdout
    assert (
        "\n  next run  up to 1 download, 8 B\n" in said and "huggingface_hub before 1.22 downloads such files" in said
    )
    notes = " ".join(ok(cache("status", f"hf:{REPO}", "--json"))["repos"][0]["notes"])
    assert "1 file" in notes and "hubcache run" in notes
    run = hf.snapshot_download(REPO)
    assert run.downloads == ({"README.md"} if hf.version == "0.26.5" else set())
    by_name = hf.hf_hub_download(REPO, "README.md")
    assert by_name.error is None and by_name.downloads == (set() if hf.version == "0.26.5" else {"README.md"})


def test_a_file_that_the_hub_does_not_have(hf, cache, scene):
    write(scene.user / "extra.json", b"{}\n")
    ok(cache("adopt", f"hf:{REPO}", scene.user))
    run = hf.hf_hub_download(REPO, "extra.json", env=OFFLINE)
    assert run.value == str(scene.snapshot() / "extra.json")


def test_no_exist_note_is_moved_aside(hf, cache, scene):
    """The client wrote this note before the user added the file."""
    hf.hf_hub_download(REPO, "extra.json")
    note = scene.place / ".no_exist" / scene.commit / "extra.json"
    assert note.exists()
    write(scene.user / "extra.json", b"{}\n")
    ok(cache("adopt", f"hf:{REPO}", scene.user))
    assert hf.try_to_load_from_cache(REPO, "extra.json").value == str(scene.snapshot() / "extra.json")
    ok(cache("release", f"hf:{REPO}"))
    assert note.exists()


# ---- the clients' own tools, and release


def test_the_scan_sees_a_proper_cache_and_nothing_of_ours(hf, adopted):
    told = hf.script("""
from huggingface_hub import scan_cache_dir
info = scan_cache_dir()
result = [[str(one) for one in info.warnings], [[repo.repo_id, repo.nb_files, sorted(repo.refs)] for repo in info.repos]]""")
    assert told.value == [[], [[REPO, len(FILES), ["main"]]]]


@pytest.mark.parametrize("what", ["repo", "revision", "prune", "verify"])
def test_the_clients_tools_cost_nothing(hf, cache, adopted, what):
    if hf.version == "0.26.5":
        hf.script(f"""
from huggingface_hub import scan_cache_dir
scan_cache_dir().delete_revisions({adopted.commit!r}).execute()""")
    else:
        words = {
            "repo": ["rm", f"model/{REPO}", "--yes"],
            "revision": ["rm", adopted.commit, "--yes"],
            "prune": ["prune", "--yes"],
            "verify": ["verify", REPO],
        }
        hf.tool("cache", *words[what])
    assert adopted.lost(adopted.user) == set()
    assert record(adopted).exists()
    ok(cache("refresh", f"hf:{REPO}"))
    check_taken(hf, adopted)
    ok(cache("release", f"hf:{REPO}"))
    assert not record(adopted).exists()


def test_release_puts_a_genuine_cache_back(hf, cache, scene):
    hf.snapshot_download(REPO)
    hf.hf_hub_download(REPO, "tokenizer.json")
    before = contents(scene.cache)
    ok(cache("adopt", f"hf:{REPO}", scene.user))
    check_taken(hf, scene)
    ok(cache("release", f"hf:{REPO}"))
    assert contents(scene.cache) == before
    run = hf.snapshot_download(REPO)
    assert (run.downloads, scene.lost(scene.snapshot())) == (set(), ALL)


def test_release_leaves_nothing_where_nothing_was(cache, adopted):
    ok(cache("release", f"hf:{REPO}"))
    assert not adopted.place.exists()
    assert not record(adopted).parent.parent.exists()
    assert adopted.lost(adopted.user) == set()


def test_release_leaves_what_the_client_has_downloaded_since(hf, cache, adopted):
    adopted.push()
    hf.snapshot_download(REPO)
    ok(cache("release", f"hf:{REPO}"))
    run = hf.snapshot_download(REPO)
    assert (run.error, run.downloads) == (None, set())


def test_an_edit_through_the_cache_is_kept(cache, scene):
    """Another program's edit in the snapshot is displaced by the adoption, and release restores it."""
    write(scene.snapshot() / "config.json", b"edited in the cache\n")
    ok(cache("adopt", f"hf:{REPO}", scene.user))
    assert scene.lost(scene.snapshot()) == set()
    ok(cache("release", f"hf:{REPO}"))
    assert read(scene.snapshot() / "config.json") == b"edited in the cache\n"


@pytest.mark.parametrize("what", ["prune", "repo"])
def test_an_edit_of_a_blob_outlives_the_clients_tools(hf, cache, scene, what):
    """The edit goes through the snapshot's symlink to the blob. adopt moves the symlink aside, so the client's tools
    see the blob as unused."""
    hf.snapshot_download(REPO)
    with open(scene.snapshot() / "config.json", "r+b") as file:
        file.write(b"edited")
    edited = read(scene.snapshot() / "config.json")
    ok(cache("adopt", f"hf:{REPO}", scene.user))
    if hf.version == "0.26.5":
        hf.script(f"""
from huggingface_hub import scan_cache_dir
scan_cache_dir().delete_revisions({scene.commit!r}).execute()""")
    else:
        hf.tool("cache", *(["prune"] if what == "prune" else ["rm", f"model/{REPO}"]), "--yes")
    ok(cache("release", f"hf:{REPO}"))
    assert read(scene.snapshot() / "config.json") == edited


# ---- the folder of the cache


@pytest.mark.parametrize(
    "variables, where",
    [
        ({"XDG_CACHE_HOME": "{home}/xdg"}, "xdg/huggingface/hub"),
        ({"HF_HOME": "{home}/hf"}, "hf/hub"),
        ({"HUGGINGFACE_HUB_CACHE": "{home}/old", "HF_HOME": "{home}/hf"}, "old"),
        ({"HF_HUB_CACHE": "{home}/new", "HUGGINGFACE_HUB_CACHE": "{home}/old"}, "new"),
        ({"HF_HUB_CACHE": "~/new"}, "new"),
    ],
)
def test_the_variables_in_their_order(hf, cache, scene, variables, where):
    env = {name: value.format(home=scene.home.path) for name, value in variables.items()}
    if hf.version == "0.26.5" and "~" in str(variables):
        pytest.skip("0.26.5 does not expand ~")
    told = ok(cache("adopt", f"hf:{REPO}", scene.user, "--json", env=env))
    assert told["place"] == str(scene.home.path / where / "models--me--tuned")
    run = hf.snapshot_download(REPO, env=env)
    assert (run.downloads, scene.lost(scene.home.path / where / run.value)) == (set(), set())


def test_a_cache_that_is_a_file_system_of_its_own(hf, cache, scene):
    """hubcache then keeps its folder inside the cache, in a place that the scan ignores, so that files can be moved by
    rename."""
    mount = scene.home.path / "mount"
    mount.mkdir()
    env = cache.env | hf.env | {"HF_HUB_CACHE": str(mount)}
    scan = "from huggingface_hub import scan_cache_dir; assert not scan_cache_dir().warnings and len(scan_cache_dir().repos) == 1"
    script = f"""
mount -t tmpfs none {mount} || exit 77
set -ex
{cache.binary} adopt hf:{REPO} {scene.user} 2>&1
test -e {mount}/.locks/._hubcache/models--me--tuned/record.jsonl
{hf.venv}/bin/python -c '{scan}'
{cache.binary} release hf:{REPO}
test ! -e {mount}/models--me--tuned -a ! -e {mount}/.locks/._hubcache"""
    run = subprocess.run(
        ["unshare", "--mount", "sh", "-c", script], env=env, text=True, capture_output=True, timeout=120
    )
    if run.returncode in (1, 77) and "+" not in run.stderr:
        pytest.skip(f"nothing can be mounted here: {run.stderr}")
    assert run.returncode == 0, run.stdout + run.stderr


def test_two_hubs_at_once(hf, cache, scene, hub):
    """adopt scans the folder once and requests one listing from each hub."""
    hub.repo(REPO).push(FILES)
    told = ok(cache("adopt", REPO, scene.user, "--target", "aistudio", "--target", "huggingface", "--json"))
    assert [report["target"] for report in told["targets"]] == ["aistudio", "huggingface"]
    check_taken(hf, scene)


# ---- local_dir


@pytest.fixture
def local_dir(cache, scene):
    folder = scene.home.path / "local"
    ok(cache("adopt", REPO, scene.user, "--target", "hf-dir", "--place", folder))
    return folder


def test_local_dir(hf, scene, local_dir):
    for env in ({}, OFFLINE):
        run = hf.snapshot_download(REPO, local_dir=str(local_dir), env=env)
        assert (run.value, run.downloads, scene.lost(local_dir)) == (str(local_dir), set(), set())
    run = hf.hf_hub_download(REPO, "model.safetensors", local_dir=str(local_dir))
    assert (run.error, run.downloads) == (None, set())


def test_local_dir_holds_copies(scene, local_dir):
    for path in FILES:
        assert (local_dir / path).stat().st_ino != (scene.user / path).stat().st_ino


def test_local_dir_links_are_refused(cache, scene):
    for link in ("symlink", "hardlink"):
        run = cache(
            "adopt", REPO, scene.user, "--target", "hf-dir", "--place", scene.home.path / "local", "--link", link
        )
        assert run.returncode == 5 and "local_dir" in run.stderr


def test_local_dir_after_a_push_with_the_new_file_in_the_cache(hf, cache, scene, local_dir):
    """The client copies the cached file onto the name, and so overwrites only the copy."""
    scene.push()
    hf.snapshot_download(REPO)
    hf.snapshot_download(REPO, local_dir=str(local_dir))
    assert scene.lost(scene.user) == set()
    ok(cache("refresh", f"hf:{REPO}"))
    run = hf.snapshot_download(REPO, local_dir=str(local_dir))
    assert (run.downloads, scene.lost(local_dir)) == (set(), set())


def test_local_dir_release(hf, cache, scene, local_dir):
    hf.snapshot_download(REPO, local_dir=str(local_dir))
    ok(cache("release", REPO, "--target", "hf-dir", "--place", local_dir))
    assert not any((local_dir / path).exists() for path in FILES)
    assert scene.lost(scene.user) == set()


def test_local_dir_in_place_is_refused(cache, scene):
    run = cache("adopt", REPO, scene.user, "--target", "hf-dir", "--place", scene.user)
    assert run.returncode == 5
    assert scene.lost(scene.user) == set()
