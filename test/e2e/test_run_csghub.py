"""Under `hubcache run`, the real csghub-sdk gets the adopted files, whatever the hub answers."""

import json
import os
from pathlib import Path

import pytest
from csg import CSG_VERSIONS, CsgClient
from csg_scene import REPO, CsgScene
from hubdouble import Lfs
from hubdouble.csghub import content_of
from scene import ALL, FILES, Scene, read, write

from adoption import ok, tree
from local_hub import serving

ID = f"csg:{REPO}"
KINDS = ("models", "datasets")
FILE = "inference/config.json"
TOKEN = "my-token"
API = "/csghub/csg"
WAYS = [[], ["--offline"], ["--deny-all"]]
MEBIBYTE = 1 << 20

only_new = pytest.mark.parametrize("csg", CSG_VERSIONS[1:], indirect=True)


@pytest.fixture
def cache(hubcache, csg_hub, csg):
    hubcache.env |= {"CSGHUB_DOMAIN": csg_hub.url, "VIRTUAL_ENV": str(csg.venv)}
    return hubcache


@pytest.fixture
def scene(csg_hub, csg) -> CsgScene:
    return CsgScene(csg_hub, csg)


def adopt(cache, scene: CsgScene, kind: str = "models", *more: str) -> CsgScene:
    ok(cache("adopt", f"csg:{scene.repo_id}", scene.user, "--repo-type", kind.removesuffix("s"), *more))
    return scene


def cold(csg: CsgClient, cache, *options: str) -> tuple[CsgClient, dict[str, str], Path]:
    """Returns the client under `hubcache run` with another cache and another working folder, as in a container; its
    variables, and its working folder."""
    folder = csg.home.path / "cold"
    folder.mkdir(exist_ok=True)
    other = csg.in_folder(folder).under_run(cache.binary, *options)
    return other, {"CSGHUB_CACHE": str(csg.home.path / "cold-cache")}, folder


def question(kind: str) -> str:
    return f"/csg/api/{kind}/{REPO}/revision/main"


def asked(run) -> list[str]:
    return [path.partition("?")[0] for path in run.questions]


# ---- the adopted files


@pytest.mark.parametrize("options", WAYS)
@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_cache(csg, csg_hub, cache, egress, kind, options):
    scene = adopt(cache, CsgScene(csg_hub, csg, kind), kind)
    scene.push()
    before = tree(scene.user, times=True)
    egress.asked.clear()
    client, env, folder = cold(csg, cache, *options)
    run = client.snapshot_download(REPO, kind, env=env)
    assert (run.value, run.error) == (str(folder / REPO), None), run.error_text
    assert (run.fetched, scene.lost(folder / REPO)) == ([], set())
    assert asked(run) == ([] if options else [question(kind)])
    run = client.file_download(REPO, FILE, kind, env=env)
    assert (run.error, run.fetched, read(Path(run.value))) == (None, [], Scene.edited(FILE)), run.error_text
    assert egress.asked == [] and tree(scene.user, times=True) == before


@pytest.mark.parametrize("options", WAYS)
def test_placed(csg, cache, scene, options):
    adopt(cache, scene)
    scene.push()
    client = csg.under_run(cache.binary, *options)
    for _ in range(2):
        run = client.snapshot_download(REPO)
        assert (run.value, run.error, run.fetched) == (str(scene.place), None, []), run.error_text
        assert scene.lost(scene.place) == set()
        assert client.file_download(REPO, FILE).fetched == []


def test_edits_after_the_adoption(csg, cache, scene):
    adopt(cache, scene, "models", "--link", "hardlink")
    write(scene.user / FILE, b"edited once more, and longer\n")
    client, env, folder = cold(csg, cache)
    run = client.snapshot_download(REPO, env=env)
    assert (run.error, read(folder / REPO / FILE)) == (None, b"edited once more, and longer\n"), run.error_text


def test_names_with_spaces_and_signs(csg, cache, scene):
    names = {"a b+c.txt", "100%.txt", "q?x=1&y.txt", "h#1.txt", "模型.txt", "deep/a b+c.txt", "empty.txt"}
    for name in names:
        write(scene.user / name, b"" if name == "empty.txt" else name.encode())
    adopt(cache, scene)
    client, env, folder = cold(csg, cache, "--offline")
    run = client.snapshot_download(REPO, env=env)
    assert run.error is None, run.error_text
    assert {name: read(folder / REPO / name) for name in names} == {name: read(scene.user / name) for name in names}


def test_a_revision_with_a_slash(csg, cache, scene):
    """The client does not escape the slash in the address of a file."""
    scene.remote.branch("feature/x")
    adopt(cache, scene, "models", "--revision", "feature/x")
    client, env, folder = cold(csg, cache, "--offline")
    run = client.snapshot_download(REPO, revision="feature/x", env=env)
    assert (run.error, scene.lost(folder / REPO)) == (None, set()), run.error_text


@pytest.mark.parametrize("kind", KINDS)
def test_the_hubs_other_files(csg, csg_hub, cache, kind):
    """A file of the hub that is not adopted comes from the hub, an LFS file by a redirect; offline it is left out."""
    scene = CsgScene(csg_hub, csg, kind)
    scene.remote.push({"big.bin": Lfs(b"of the hub"), "small.txt": b"also"})
    adopt(cache, scene, kind)
    client, env, folder = cold(csg, cache)
    env |= {"http_proxy": "", "HTTP_PROXY": ""}
    run = client.snapshot_download(REPO, kind, env=env)
    assert (run.error, set(run.fetched)) == (None, {"big.bin", "small.txt"}), run.error_text
    assert (read(folder / REPO / "big.bin"), scene.lost(folder / REPO)) == (b"of the hub", set())
    client, env, folder = cold(csg, cache, "--offline")
    (folder / REPO / "big.bin").unlink()
    run = client.snapshot_download(REPO, kind, env=env | {"CSGHUB_CACHE": str(csg.home.path / "colder")})
    assert (run.error, run.requests, (folder / REPO / "big.bin").exists()) == (None, [], False), run.error_text
    assert "the listing omits 2 files of the hub" in run.stderr


def test_another_repo_passes_through(csg, csg_hub, cache, scene):
    """With the caller's token; offline it is refused."""
    csg_hub.user("me", TOKEN)
    csg_hub.repo("me/secret", private=True).push(FILES)
    adopt(cache, scene)
    client, env, folder = cold(csg, cache)
    assert client.snapshot_download("me/secret", env=env).error == "HTTPError"
    run = client.snapshot_download("me/secret", env=env | {"CSGHUB_TOKEN": TOKEN, "http_proxy": "", "HTTP_PROXY": ""})
    assert (run.error, run.downloads) == (None, ALL), run.error_text
    assert {one.authorization for one in run.requests if one.origin == "hub"} == {f"Bearer {TOKEN}"}
    client, env, folder = cold(csg, cache, "--offline")
    run = client.snapshot_download("me/secret", env=env)
    assert (run.error, run.requests) == ("HTTPError", [])
    assert "refused a request for me/secret: not adopted (--offline)" in run.stderr


def test_a_hub_that_does_not_answer(csg, csg_hub, cache, scene):
    adopt(cache, scene)
    csg_hub.__exit__()
    client, env, folder = cold(csg, cache)
    run = client.snapshot_download(REPO, env=env)
    assert (run.error, scene.lost(folder / REPO)) == (None, set()), run.error_text
    assert "the listing contains only adopted files" in run.stderr


def test_a_revision_that_is_not_adopted(csg, cache, scene):
    """The adopted revision is served by its commit, too."""
    commit = scene.remote.head.sha
    scene.remote.branch("dev")
    adopt(cache, scene)
    client, env, folder = cold(csg, cache)
    env |= {"http_proxy": "", "HTTP_PROXY": ""}
    run = client.snapshot_download(REPO, revision="dev", env=env)
    assert (run.error, run.downloads) == (None, ALL)
    run = client.snapshot_download(REPO, revision=commit, env=env)
    assert (run.error, run.fetched, scene.lost(folder / REPO)) == (None, [], set())
    client, env, folder = cold(csg, cache, "--offline")
    assert client.snapshot_download(REPO, revision="dev", env=env).error == "HTTPError"


# ---- the local hub's answers


@only_new
def test_parts_of_a_file(csg, cache, scene):
    content = os.urandom(3 * MEBIBYTE)
    write(scene.user / "large.bin", content)
    adopt(cache, scene, "models", "--link", "symlink")
    address = f"{API}/{REPO}/resolve/main/large.bin"
    with serving(cache) as local:
        status, headers, body = local.ask(address)
        assert (status, headers["accept-ranges"], body) == (200, "bytes", content)
        status, headers, body = local.ask(address, headers={"Range": f"bytes={MEBIBYTE}-"})
        assert (status, body) == (206, content[MEBIBYTE:])
        status, headers, body = local.ask(address, "HEAD")
        assert (status, headers["content-length"], body) == (200, str(len(content)), b"")
        write(scene.user / "large.bin", os.urandom(3 * MEBIBYTE))
        assert local.ask(address, headers={"Range": f"bytes={MEBIBYTE}-"})[0] == 409
        assert local.ask(address)[2] == read(scene.user / "large.bin")


@only_new
def test_an_interrupted_download_goes_on(csg, cache, scene):
    """The client gets the second part by itself, from the local hub."""
    content = os.urandom(5 * MEBIBYTE)
    write(scene.user / "large.bin", content)
    adopt(cache, scene)
    folder = csg.home.path / "cold"
    folder.mkdir()
    text = f"""
import requests
from pycsghub import file_download
get, asked = requests.get, []
class Cut:
    def __init__(self, answer): self.answer, self.headers = answer, answer.headers
    def raise_for_status(self): self.answer.raise_for_status()
    def iter_content(self, chunk_size):
        yield next(self.answer.iter_content(chunk_size=chunk_size))
        raise requests.ConnectionError('cut')
def cut_once(url, headers, **more):
    answer = get(url, headers=dict(headers), **more)
    if '/resolve/' not in url: return answer
    asked.append(headers.get('Range'))
    return Cut(answer) if len(asked) == 1 else answer
file_download.requests.get = cut_once
path = file_download.file_download({REPO!r}, file_name='large.bin', repo_type='model')
result = [path, asked]
"""
    client = csg.in_folder(folder).under_run(cache.binary, "--offline")
    run = client.script(text, env={"CSGHUB_CACHE": str(csg.home.path / "cold-cache")})
    assert run.error is None, run.error_text
    path, ranges = run.value
    assert ranges == [None, f"bytes={MEBIBYTE}-"] and read(Path(path)) == content


@only_new
def test_other_requests(csg_hub, csg, cache, scene):
    adopt(cache, scene)
    with serving(cache, "--offline") as local:
        assert local.json(f"{API}/api/models/{REPO}/revision/main")["id"] == REPO
        for path in (
            f"{API}/api/models/{REPO}",
            f"{API}/api/models/{REPO}/revision/dev",
            f"{API}/{REPO}/resolve/main/nothing",
            f"{API}/{REPO}/resolve/main/%2e%2e/secret",
            f"{API}/api/datasets/{REPO}/revision/main",
            "/csghub/ms/api/models/me/other/revision/main",
            "/csghub/",
            "/csghub",
        ):
            status, headers, body = local.ask(path)
            assert (status, set(json.loads(body))) == (404, {"msg"}), path
        assert local.ask(f"{API}/api/models/{REPO}/revision/main", "POST", body=b"")[0] == 404
    with serving(cache) as local:
        [name] = [name for name in FILES if name == "README.md"]
        scene.remote.push({"more.txt": b"more"})
        assert local.ask(f"{API}/{REPO}/resolve/main/more.txt")[2] == b"more"
        assert local.ask(f"{API}/{REPO}/resolve/main/{name}")[2] == Scene.edited(name)
        assert local.ask(f"/csghub/hf/api/models/{REPO}/revision/main")[0] == 200
    assert content_of(scene.remote.head.entries["more.txt"]) == b"more"


@only_new
def test_the_variables(csg_hub, csg, cache, scene):
    adopt(cache, scene)
    told = cache("run", "--", "env").stdout
    assert "CSGHUB_DOMAIN=http://127.0.0.1:" in told and "/csghub\n" in told
    assert f"HUBCACHE_CSGHUB_UPSTREAM={csg_hub.url}" in told
