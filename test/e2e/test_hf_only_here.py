"""Files that only the user has, such as a single model.safetensors where the hub has shards. Online the hub answers 404
for such a file; the client notes this in .no_exist, and the note then hides the file."""

import subprocess

import pytest
from hf import HfClient
from hf_scene import REPO, HfScene
from scene import FILES, write

from adoption import ok

OFFLINE = {"HF_HUB_OFFLINE": "1"}
WEIGHTS = "model.safetensors"
SHARD, INDEX = "model-00001-of-00001.safetensors", "model.safetensors.index.json"

# transformers.modeling_utils looks for weights in this order: the single file, then the index.
FIND = f"""
from transformers.utils import cached_file, extract_commit_hash
config = cached_file({REPO!r}, "config.json")
ask = lambda name: cached_file({REPO!r}, name, _raise_exceptions_for_missing_entries=False,
                               _commit_hash=extract_commit_hash(config, None))
found = ask({WEIGHTS!r}) or ask({INDEX!r})
result = found and found.rpartition("/")[2]"""


@pytest.fixture
def cache(hubcache, hf_hub):
    hubcache.env["HF_ENDPOINT"] = hf_hub.url
    return hubcache


@pytest.fixture
def scene(hf_hub, home) -> HfScene:
    """Provides a hub with shards and an index, and a user with a single file."""
    scene = HfScene(hf_hub, home)
    scene.remote.push({"config.json": b"{}", SHARD: bytes(100), INDEX: b"{}", WEIGHTS: None})
    for path in list(scene.user.rglob("*")):
        if path.is_file():
            path.unlink()
    write(scene.user / "config.json", b'{"edited": true}')
    write(scene.user / WEIGHTS, b"tuned weights")
    return scene


@pytest.fixture
def transformers(home, hf_hub) -> HfClient:
    return HfClient("transformers", "5.23.0", home, hf_hub)


def note(scene):
    return scene.place / ".no_exist" / scene.commit / WEIGHTS


def repo_status(cache, *options):
    return ok(cache("status", f"hf:{REPO}", "--json", *options))["repos"][0]


def test_adopt_and_status_name_the_file(cache, scene):
    told = ok(cache("adopt", f"hf:{REPO}", scene.user, "--json"))
    assert told["only_here"] == [WEIGHTS]
    [warning] = [line for line in told["warnings"] if WEIGHTS in line]
    assert "hubcache run" in warning and "config.json" not in warning
    for options in ([], ["--offline"]):
        repo = repo_status(cache, *options)
        assert repo["only_here"] == [WEIGHTS]
        assert any(WEIGHTS in line and "hubcache run" in line for line in repo["notes"])


def test_what_the_hub_has_is_not_named(cache, scene):
    (scene.user / WEIGHTS).unlink()
    told = ok(cache("adopt", f"hf:{REPO}", scene.user, "--json"))
    assert told["only_here"] == [] and not any("hubcache run" in line for line in told["warnings"])
    assert repo_status(cache)["only_here"] == []


def test_local_dir_is_told_of_too(hf, cache, scene):
    folder = scene.home.path / "local"
    told = ok(cache("adopt", REPO, scene.user, "--target", "hf-dir", "--place", folder, "--json"))
    assert any(WEIGHTS in line and "hubcache run" in line for line in told["warnings"])
    run = hf.hf_hub_download(REPO, WEIGHTS, local_dir=str(folder))
    assert run.error in ("EntryNotFoundError", "RemoteEntryNotFoundError")


def test_the_clients_note_is_seen_and_moved_aside(hf, cache, scene):
    scene.remote.push(
        dict.fromkeys([*FILES, SHARD, INDEX]) | {"config.json": b"{}"}
    )  # leaves one file on the hub, so that --check has no other difference to report
    ok(cache("adopt", f"hf:{REPO}", scene.user))
    for command in (["refresh"], ["status", f"hf:{REPO}"]):
        assert cache(*command, "--check").returncode == 0
    run = hf.hf_hub_download(REPO, WEIGHTS)
    assert run.error in ("EntryNotFoundError", "RemoteEntryNotFoundError") and note(scene).exists()
    for options in ([], ["--offline"]):
        assert cache("status", f"hf:{REPO}", "--check", *options).returncode == 3
        assert repo_status(cache, *options)["hidden"] == [WEIGHTS]
    check = cache("refresh", "--check")
    assert check.returncode == 3 and "1 file hidden" in check.stdout
    assert note(scene).exists()
    assert ok(cache("refresh", "--json"))["repos"][0]["hidden"] == 1
    assert not note(scene).exists()
    assert (
        scene.cache.parent / "._hubcache/hub/models--me--tuned/displaced" / note(scene).relative_to(scene.place)
    ).exists()
    assert cache("refresh", "--check").returncode == 0
    assert repo_status(cache)["hidden"] == []
    run = hf.try_to_load_from_cache(REPO, WEIGHTS)
    assert run.value == str(scene.snapshot() / WEIGHTS)
    assert (scene.user / WEIGHTS).read_bytes() == b"tuned weights"


def test_each_note_is_kept_however_often_the_client_writes_it(hf, cache, scene):
    ok(cache("adopt", f"hf:{REPO}", scene.user))
    for _ in range(2):
        hf.hf_hub_download(REPO, WEIGHTS)
        ok(cache("refresh"))
        assert not note(scene).exists()
    ok(cache("release", f"hf:{REPO}"))
    assert note(scene).read_bytes() == b""


@pytest.mark.parametrize("options", [[], ["--offline"]])
def test_run_is_not_misled(transformers, cache, scene, options):
    """Without `hubcache run`, transformers load the hub's shards and write the note. Under `hubcache run`, they load
    the user's file."""
    ok(cache("adopt", f"hf:{REPO}", scene.user))
    assert transformers.script(FIND).value == INDEX
    assert note(scene).exists()
    assert transformers.script(FIND, env=OFFLINE).value == INDEX
    run = transformers.under_run(cache.binary, *options).script(FIND)
    assert (run.value, run.error) == (WEIGHTS, None), run.error_text
    assert not note(scene).exists()
    assert transformers.script(FIND, env=OFFLINE).value == WEIGHTS


def test_a_note_that_run_cannot_move_is_told_of(cache, scene):
    ok(cache("adopt", f"hf:{REPO}", scene.user))
    write(note(scene), b"")
    lock = scene.cache.parent / "._hubcache/hub/models--me--tuned/lock"
    script = f"exec 9>>{lock}; flock 9; exec {cache.binary} run --offline -- true"
    run = subprocess.run(
        ["bash", "-c", script], env=cache.env, cwd=cache.folder, text=True, capture_output=True, timeout=60
    )
    assert run.returncode == 0 and WEIGHTS in run.stderr and "cannot move the notes aside" in run.stderr
    assert note(scene).exists()


def test_a_file_of_another_commit_does_not_count(cache, scene):
    """The note belongs to the commit before the push."""
    old = scene.commit
    scene.push()
    write(scene.place / ".no_exist" / old / WEIGHTS, b"")
    ok(cache("adopt", f"hf:{REPO}", scene.user))
    assert cache("refresh", "--check").returncode == 0
    assert repo_status(cache)["hidden"] == []
    assert (scene.place / ".no_exist" / old / WEIGHTS).exists()
