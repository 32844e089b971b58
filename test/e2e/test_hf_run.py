"""Under `hubcache run`, the real Hugging Face clients get the adopted files, whatever the hub answers."""

import pytest
from hf import HfClient
from hf_models import config, rows, tokenizer
from hf_scene import REPO, HfScene
from hubdouble import Lfs
from scene import ALL, FILES, Scene, write

from adoption import ok
from local_hub import serving

CONFIG = 'from transformers import AutoConfig; result = AutoConfig.from_pretrained("me/tiny").hidden_size'
TOKENIZE = (
    'from transformers import AutoTokenizer; result = AutoTokenizer.from_pretrained("me/tiny").tokenize("hello there")'
)
LOAD = 'from datasets import load_dataset; result = load_dataset("me/rows")["train"]["text"][:]'


@pytest.fixture
def scene(hf_hub, home) -> HfScene:
    return HfScene(hf_hub, home)


@pytest.fixture
def cache(hubcache, hf_hub):
    hubcache.env["HF_ENDPOINT"] = hf_hub.url
    return hubcache


def under(client, cache, *options):
    return client.under_run(cache.binary, *options)


def check_taken(client, scene, **kwargs):
    run = client.snapshot_download(REPO, **kwargs)
    assert (run.error, run.requests) == (None, []), run.error_text
    assert scene.lost(scene.place.parent / run.value) == set()
    run = client.hf_hub_download(REPO, "model.safetensors", **kwargs)
    assert (run.error, run.requests) == (None, []), run.error_text
    assert scene.lost(scene.user) == set()


@pytest.mark.parametrize("options", [[], ["--offline"], ["--deny-all"]])
def test_after_a_push(hf, cache, scene, options):
    ok(cache("adopt", f"hf:{REPO}", scene.user))
    scene.push()
    check_taken(under(hf, cache, *options), scene)


@pytest.mark.parametrize("variable", ["HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"])
def test_a_variable_that_keeps_the_client_offline(hf, cache, scene, variable):
    """Under `run --offline`, the variable must not keep the client from the local hub: an offline client would use the
    hub's commit from its last online run."""
    ok(cache("adopt", f"hf:{REPO}", scene.user))
    scene.push()
    assert hf.snapshot_download(REPO).error is None
    offline = {variable: "1"}
    check_taken(under(hf, cache, "--offline"), scene, env=offline)
    run = cache("run", "--", "true", env=offline)
    assert f"{variable} is set, so clients of Hugging Face do not ask the local hub" in run.stderr
    assert "do not ask" not in cache("run", "--offline", "--", "true", env=offline).stderr
    assert "do not ask" not in cache("run", "--", "true").stderr


@pytest.mark.parametrize("options", [[], ["--offline"]])
def test_adopted_offline(hf, cache, scene, options):
    """The repo is adopted at a synthetic commit."""
    ok(cache("adopt", f"hf:{REPO}", scene.user, "--offline"))
    check_taken(under(hf, cache, *options), scene)


def test_what_was_not_adopted_is_not_there(hf, cache, scene):
    (scene.user / "README.md").unlink()
    ok(cache("adopt", f"hf:{REPO}", scene.user))
    run = under(hf, cache).snapshot_download(REPO)
    assert (run.error, run.requests) == (None, [])
    run = under(hf, cache).hf_hub_download(REPO, "README.md")
    assert run.error in ("EntryNotFoundError", "RemoteEntryNotFoundError")


def test_a_cold_cache_is_filled_from_the_local_hub(hf, cache, scene):
    """With another cache than the adopted one, as in a container, the content comes from the local hub, also in
    ranges."""
    write(scene.user / "large.bin", bytes(range(256)) * 40_000)
    ok(cache("adopt", f"hf:{REPO}", scene.user))
    cold = {"HF_HUB_CACHE": str(scene.home.path / "cold")}
    run = hf.under("env").snapshot_download(REPO, env=cold)
    assert run.downloads == ALL
    with serving(cache) as hub:
        env = {"HF_HUB_CACHE": str(scene.home.path / "colder"), "HF_ENDPOINT": f"{hub.url}/huggingface"}
        run = hf.snapshot_download(REPO, env=env)
    assert (run.error, run.requests) == (None, []), run.error_text
    folder = scene.home.path / "colder" / "models--me--tuned" / "snapshots" / scene.commit
    assert scene.lost(folder) == set()
    assert (folder / "large.bin").read_bytes() == (scene.user / "large.bin").read_bytes()


def test_local_dir(hf, cache, scene):
    folder = scene.home.path / "local"
    ok(cache("adopt", REPO, scene.user, "--target", "hf-dir", "--place", folder))
    scene.push()
    for call in (hf.snapshot_download, hf.hf_hub_download):
        arguments = [REPO] if call == hf.snapshot_download else [REPO, "model.safetensors"]
        run = getattr(under(hf, cache), call.__name__)(*arguments, local_dir=str(folder))
        assert (run.error, run.requests) == (None, []), run.error_text
    assert scene.lost(folder) == set()


def test_other_repos_are_passed_through(hf, cache, scene, hf_hub):
    """The local hub passes the caller's token on, and the hub's redirects to another host and to another path of the
    hub."""
    ok(cache("adopt", f"hf:{REPO}", scene.user))
    hf_hub.user("me", "secret")
    hf_hub.repo("me/private", private=True).push({"a.txt": b"a\n", "b.bin": Lfs(bytes(5000))})
    run = under(hf, cache).snapshot_download("me/private", token="secret")
    assert (run.error, run.downloads) == (None, {"a.txt", "b.bin"}), run.error_text
    assert {request.authorization for request in run.requests if request.origin == "hub"} == {"Bearer secret"}
    run = under(hf, cache).snapshot_download("me/nowhere", token="secret")
    assert run.error == "RepositoryNotFoundError"


def test_offline_a_repo_that_is_not_adopted_is_taken_from_the_cache(hf, cache, scene, hf_hub):
    hf_hub.repo("me/genuine").push({"a.txt": b"a\n"})
    value = hf.snapshot_download("me/genuine").value
    ok(cache("adopt", f"hf:{REPO}", scene.user))
    run = under(hf, cache, "--offline").snapshot_download("me/genuine")
    assert (run.value, run.requests) == (value, [])
    assert under(hf, cache, "--offline").snapshot_download("me/nowhere").error == "RepositoryNotFoundError"


def test_the_api(hf, cache, scene):
    """The clients' API objects can parse the local hub's answers."""
    ok(cache("adopt", f"hf:{REPO}", scene.user))
    told = under(
        hf, cache, "--offline"
    ).script(f"""
from huggingface_hub import HfApi
api = HfApi()
info = api.model_info({REPO!r}, files_metadata=True)
tree = list(api.list_repo_tree({REPO!r}, recursive=True))
paths = api.get_paths_info({REPO!r}, ["README.md", "inference", "nope"])
refs = api.list_repo_refs({REPO!r})
top = [one.path for one in api.list_repo_tree({REPO!r}, "inference")]
result = [info.sha, sorted([one.rfilename, one.size] for one in info.siblings),
          sorted([one.path, one.size] for one in tree if hasattr(one, "size")), [one.path for one in paths],
          [[one.name, one.target_commit] for one in refs.branches], top,
          [api.repo_exists({REPO!r}), api.file_exists({REPO!r}, "README.md"), api.file_exists({REPO!r}, "nope"),
           api.revision_exists({REPO!r}, "main"), api.revision_exists({REPO!r}, "nope"), api.repo_exists("me/nowhere")]]""")
    assert told.error is None, told.error_text
    sizes = sorted([path, len(Scene.edited(path))] for path in FILES)
    assert told.value == [
        scene.commit,
        sizes,
        sizes,
        ["README.md", "inference"],
        [["main", scene.commit]],
        ["inference/a", "inference/config.json"],
        [True, True, False, True, False, False],
    ]


def test_parts_and_validators(cache, scene):
    """The local hub serves the ranges that a client requests to resume, and the ETag."""
    ok(cache("adopt", f"hf:{REPO}", scene.user))
    url, content = f"/huggingface/{REPO}/resolve/main/README.md", Scene.edited("README.md")
    with serving(cache, "--offline") as hub:
        status, headers, body = hub.ask(url, "HEAD")
        assert (status, body, headers["content-length"], headers["x-repo-commit"]) == (
            200,
            b"",
            str(len(content)),
            scene.commit,
        )
        status, part, body = hub.ask(url, headers={"Range": "bytes=3-7"})
        assert (status, body, part["content-range"]) == (206, content[3:8], f"bytes 3-7/{len(content)}")
        assert part["etag"] == headers["etag"]
        assert hub.ask(url, headers={"Range": f"bytes={len(content)}-"})[0] == 416
        # The ETag stays the hub's id after an edit, so the local hub must not use it to validate a condition.
        write(scene.user / "README.md", b"edited since")
        for name, status in (("If-None-Match", 200), ("If-Range", 200)):
            more = {"Range": "bytes=3-7"} if name == "If-Range" else {}
            told, again, body = hub.ask(url, headers={name: headers["etag"], **more})
            assert (told, again["etag"]) == (status, headers["etag"]) and len(body) == int(again["content-length"]) > 5


@pytest.mark.parametrize("options,known", [([], 200), (["--offline"], 401)])
def test_telemetry_is_answered_locally_and_whoami_offline_is_401(cache, scene, hf_hub, options, known):
    hf_hub.user("me", "secret")
    ok(cache("adopt", f"hf:{REPO}", scene.user))
    with serving(cache, *options) as hub:
        mark = hf_hub.mark()
        assert hub.ask("/huggingface/api/telemetry/huggingface_hub/whatever", "HEAD")[0] == 200
        assert hf_hub.log.since(mark) == []
        assert hub.ask("/huggingface/api/whoami-v2", headers={"Authorization": "Bearer secret"})[0] == known


def test_pages(hf, cache, home, hf_hub):
    names = [f"{i:04}.txt" for i in range(2300)]
    folder = home.path / "many"
    for name in names:
        write(folder / name, b"x")
    ok(cache("adopt", "hf:me/many", folder, "--offline"))
    told = under(hf, cache, "--offline").script("""
from huggingface_hub import HfApi
result = [one.path for one in HfApi().list_repo_tree("me/many", recursive=True)]""")
    assert told.value == names


# ---- programs that use huggingface_hub


@pytest.mark.parametrize("way", ["online", "hub offline", "run --offline"])
def test_transformers(home, hf_hub, cache, way):
    hf_hub.repo("me/tiny").push({"config.json": config(8), **tokenizer()})
    folder = home.path / "tiny"
    for path, content in {"config.json": config(64), **tokenizer(["[UNK]", "there"])}.items():
        write(folder / path, content)
    ok(cache("adopt", "hf:me/tiny", folder))
    client = HfClient("transformers", "5.23.0", home, hf_hub)
    env = {"HF_HUB_OFFLINE": "1"} if way == "hub offline" else {}
    if way == "run --offline":
        hf_hub.repo("me/tiny").push({"config.json": config(16)})
        client = under(client, cache, "--offline")
    for code, value in ((CONFIG, 64), (TOKENIZE, ["[UNK]", "there"])):
        run = client.script(code, env=env)
        assert (run.value, run.downloads) == (value, set()), run.error_text
        assert way == "online" or run.requests == []
        assert not [request for request in run.requests if request.method == "HEAD"]


@pytest.mark.parametrize("way", ["online", "loaded before", "run --offline"])
def test_datasets(home, hf_hub, cache, way):
    """Without a network, load_dataset requires the copy that it made at the first load."""
    hf_hub.repo("me/rows", "datasets").push(rows("the hub's"))
    folder = home.path / "rows"
    for path, content in rows("mine").items():
        write(folder / path, content)
    ok(cache("adopt", "hf:me/rows", folder, "--repo-type", "dataset"))
    client = HfClient("datasets", "5.2.0", home, hf_hub)
    if way == "loaded before":
        client.script(LOAD)
    if way == "run --offline":
        hf_hub.repo("me/rows", "datasets").push(rows("pushed"))
        client = under(client, cache, "--offline")
    run = client.script(LOAD, env={"HF_HUB_OFFLINE": "1"} if way == "loaded before" else {})
    assert (run.value, run.downloads) == (["mine 0", "mine 1", "mine 2"], set()), run.error_text
    assert way == "online" or run.requests == []
