"""Under `hubcache run`, the real modelscope 1.40.2 gets the adopted files, whatever the hub answers."""

import filecmp
import hashlib
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hubdouble import Lfs
from ms import MS_VERSIONS, MsClient
from ms_scene import REPO, MsScene
from scene import ALL, FILES, Scene, read, write

from adoption import age, digest_of, ok
from local_hub import serving

KINDS = ("models", "datasets")
ACCELERATION = "/api/v1/repos/internalAccelerationInfo"
FILE = "inference/config.json"
WEIGHTS = "model.safetensors"
TOKEN = "my-token"
API = "/modelscope/api/v1"
GIBIBYTE = 1 << 30
PART = 160 << 20  # of a file that the client downloads in parts
WAYS = [[], ["--offline"], ["--deny-all"]]
PLAIN_PROXIES = ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY")
EDITS = {"same size": Scene.edited(FILE)[::-1], "other size": b"longer than before " * 9}


@pytest.fixture
def ms(home, ms_hub, ms_front) -> MsClient:
    return MsClient(MS_VERSIONS[2], home, ms_hub, ms_front)


@pytest.fixture
def old(home, ms_hub, ms_front) -> MsClient:
    """A client before 1.38. It keeps to the hub's own address, unless the caller names another one."""
    return MsClient(MS_VERSIONS[1], home, ms_hub, ms_front)


@pytest.fixture
def cache(hubcache, ms_hub):
    hubcache.env["MODELSCOPE_ENDPOINT"] = ms_hub.endpoint
    return hubcache


@pytest.fixture
def scene(ms_hub, ms) -> MsScene:
    return MsScene(ms_hub, ms)


def adopt(cache, scene: MsScene, ms: MsClient, kind: str = "models", *more: str) -> MsScene:
    """Adopts the user's folder. The place is that of older clients, which 1.40.2 uses if it exists."""
    scene.place = ms.root() / "hub" / kind / scene.repo_id
    ok(cache("adopt", f"ms:{scene.repo_id}", scene.user, "--repo-type", kind.removesuffix("s"), *more))
    return scene


def know_digests(cache, scene: MsScene) -> None:
    """Fills the digest cache."""
    for path in scene.user.rglob("*"):
        age(path)
    ok(cache("hash", scene.user))


def under(ms: MsClient, cache, *options: str) -> MsClient:
    return ms.under_run(cache.binary, *options)


def cold(ms: MsClient) -> tuple[dict[str, str], Path]:
    """Returns variables with which the client has another cache, as in a container, and the place there."""
    root = ms.home.path / "cold"
    return {"MODELSCOPE_CACHE": str(root)}, root


def snapshot_in(root: Path, kind: str = "models", repo_id: str = REPO, revision: str = "master") -> Path:
    return root / kind / repo_id.replace("/", "--") / "snapshots" / revision


def listing_question(kind: str) -> str:
    repo = f"/api/v1/{kind}/{REPO}/repo"
    if kind == "models":
        return f"{repo}/files?Revision=master&Recursive=True"
    return f"{repo}/tree?Revision=master&Recursive=True&PageNumber=1&PageSize=200"


# ---- the adopted files


@pytest.mark.parametrize("options", WAYS)
@pytest.mark.parametrize("kind", KINDS)
def test_placed(ms, ms_hub, cache, egress, kind, options):
    """The client asks once, and downloads nothing, although a push came."""
    scene = adopt(cache, MsScene(ms_hub, ms, kind), ms, kind)
    scene.push()
    egress.asked.clear()
    run = under(ms, cache, *options).snapshot_download(REPO, kind)
    assert (run.value, run.error) == (str(scene.place), None), run.error_text
    assert run.questions == ([] if options else [listing_question(kind)])
    assert (run.fetched, scene.lost(scene.place), scene.lost(scene.user)) == ([], set(), set())
    run = under(ms, cache, *options).file_download(REPO, FILE, kind)
    assert (run.value, run.requests) == (str(scene.place / FILE), []), run.error_text
    assert egress.asked == []


@pytest.mark.parametrize("options", WAYS)
@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_cache(ms, ms_hub, cache, egress, kind, options):
    scene = adopt(cache, MsScene(ms_hub, ms, kind), ms, kind)
    egress.asked.clear()
    env, root = cold(ms)
    run = under(ms, cache, *options).snapshot_download(REPO, kind, env=env)
    assert (run.value, run.error) == (str(snapshot_in(root, kind)), None), run.error_text
    assert run.questions == ([] if options else [listing_question(kind), ACCELERATION])
    assert (run.fetched, scene.lost(snapshot_in(root, kind))) == ([], set())
    again = under(ms, cache, *options).snapshot_download(REPO, kind, env=env)
    assert (again.fetched, scene.lost(snapshot_in(root, kind))) == ([], set())
    assert egress.asked == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_single_file_in_an_empty_cache(ms, ms_hub, cache, kind):
    """A tag of the hub, which the client would choose, is not listed."""
    scene = MsScene(ms_hub, ms, kind)
    scene.remote.tag("v1.0")
    adopt(cache, scene, ms, kind)
    env, root = cold(ms)
    run = under(ms, cache).file_download(REPO, FILE, kind, env=env)
    assert (run.value, run.error) == (str(snapshot_in(root, kind) / FILE), None), run.error_text
    assert read(Path(run.value)) == Scene.edited(FILE)
    assert run.requests == [] or run.questions == [ACCELERATION]


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_edits_after_the_adoption(ms, cache, scene, edit):
    """The place holds hard links, so an edit in the folder is an edit in the place."""
    adopt(cache, scene, ms, "models", "--link", "hardlink")
    write(scene.user / FILE, edit)
    run = under(ms, cache).snapshot_download(REPO)
    assert (run.value, run.error, run.fetched) == (str(scene.place), None, []), run.error_text
    assert read(scene.place / FILE) == read(scene.user / FILE) == edit
    assert (scene.place / FILE).samefile(scene.user / FILE)
    env, root = cold(ms)
    run = under(ms, cache).snapshot_download(REPO, env=env)
    assert (run.error, read(snapshot_in(root) / FILE)) == (None, edit), run.error_text
    assert scene.lost(snapshot_in(root)) == {FILE}


def test_an_edit_that_an_earlier_download_lacks(ms, cache, scene):
    """The client compares sizes, and a digest that hubcache knows."""
    adopt(cache, scene, ms)
    env, root = cold(ms)
    under(ms, cache).snapshot_download(REPO, env=env)
    write(scene.user / FILE, EDITS["same size"])
    ok(cache("refresh", f"ms:{REPO}"))
    know_digests(cache, scene)
    run = under(ms, cache).snapshot_download(REPO, env=env)
    assert (run.error, read(snapshot_in(root) / FILE)) == (None, EDITS["same size"]), run.error_text


@pytest.mark.parametrize("more", [[], ["--continue-on-error"]])
@pytest.mark.parametrize("kind", KINDS)
def test_the_command(ms, ms_hub, cache, kind, more):
    """With --continue-on-error, the command refuses symlinks that lead out of the place, so it has hard links."""
    scene = adopt(cache, MsScene(ms_hub, ms, kind), ms, kind, "--link", "hardlink")
    words = ["run", "--", ms.venv / "bin" / "modelscope", "download", f"--{kind.removesuffix('s')}", REPO, *more]
    env, root = cold(ms)
    for variables, place in (({}, scene.place), (env, snapshot_in(root, kind))):
        mark = ms_hub.mark()
        run = cache(*words, env=ms.env | variables)
        assert (run.returncode, scene.lost(place)) == (0, set()), run.stdout + run.stderr
        assert sum(request.media_bytes for request in ms_hub.log.since(mark)) == 0


def test_a_local_dir(ms, cache, scene):
    folder = ms.home.path / "local"
    ok(cache("adopt", f"ms:{REPO}", scene.user, "--target", "ms-dir", "--place", folder))
    scene.push()
    run = under(ms, cache).snapshot_download(REPO, local_dir=str(folder))
    assert (run.value, run.error, run.fetched) == (str(folder), None, []), run.error_text
    assert scene.lost(folder) == set()


def test_names_with_spaces_and_signs(ms, cache, scene):
    names = {"a b+c.txt", "100%.txt", "q?x=1&y.txt", "h#1.txt", "模型.txt", "deep/a b+c.txt"}
    for name in names:
        write(scene.user / name, name.encode())
    adopt(cache, scene, ms)
    env, root = cold(ms)
    run = under(ms, cache, "--offline").snapshot_download(REPO, env=env)
    assert run.error is None, run.error_text
    assert {name: read(snapshot_in(root) / name) for name in names} == {name: name.encode() for name in names}


@pytest.mark.parametrize("content", [b"", b"1"])
def test_a_file_that_the_hub_lacks(ms, cache, scene, content):
    write(scene.user / "mine/notes.txt", content)
    adopt(cache, scene, ms)
    env, root = cold(ms)
    run = under(ms, cache).snapshot_download(REPO, env=env)
    assert (run.error, read(snapshot_in(root) / "mine/notes.txt")) == (None, content), run.error_text


def test_git_files(ms, cache, scene):
    """Before 1.38, the client leaves them out of a model's listing; since 1.38 it downloads them."""
    scene.remote.push({".gitattributes": b"hub\n", "inference/.gitignore": b"hub\n"})
    write(scene.user / ".gitattributes", b"mine\n")
    adopt(cache, scene, ms)
    env, root = cold(ms)
    run = under(ms, cache).snapshot_download(REPO, env=env)
    assert (run.error, run.fetched) == (None, ["inference/.gitignore"]), run.error_text
    assert read(snapshot_in(root) / ".gitattributes") == b"mine\n"
    assert read(snapshot_in(root) / "inference/.gitignore") == b"hub\n"


def test_a_folder_in_allow_patterns(ms, cache, scene):
    """The client asks for the listing of the folder only."""
    adopt(cache, scene, ms)
    env, root = cold(ms)
    run = under(ms, cache).snapshot_download(REPO, allow_patterns=["inference/*"], env=env)
    assert run.error is None, run.error_text
    assert scene.lost(snapshot_in(root)) == {path for path in ALL if not path.startswith("inference/")}


def test_another_revision_is_the_hubs(ms, cache, scene):
    scene.remote.tag("v1.0")
    adopt(cache, scene, ms)
    env, root = cold(ms)
    run = under(ms, cache).snapshot_download(REPO, revision="v1.0", env=env)
    assert (run.error, run.downloads) == (None, ALL), run.error_text
    scene.place = snapshot_in(root, revision="v1.0")
    assert scene.other_than_the_hubs() == set()


# ---- leftovers of an earlier download


@pytest.mark.parametrize("leftover", [b"theirs", b"theirs" * 99], ids=["shorter", "longer"])
def test_a_leftover_of_other_content(ms, cache, scene, leftover):
    """The listing has no digest of the file. The file's answer has it, so the client starts anew."""
    adopt(cache, scene, ms)
    env, root = cold(ms)
    write(snapshot_in(root) / f"{WEIGHTS}.incomplete", leftover)
    run = under(ms, cache).snapshot_download(REPO, env=env)
    assert (run.error, scene.lost(snapshot_in(root))) == (None, set()), run.error_text


def test_a_leftover_of_the_same_content_is_continued(ms, cache, scene):
    adopt(cache, scene, ms)
    env, root = cold(ms)
    write(snapshot_in(root) / f"{WEIGHTS}.incomplete", Scene.edited(WEIGHTS)[:5])
    run = under(ms, cache).snapshot_download(REPO, env=env)
    assert (run.error, scene.lost(snapshot_in(root))) == (None, set()), run.error_text


def test_a_leftover_of_the_same_size(ms, cache, scene):
    """The client does not ask for the file, so the listing must have the digest."""
    adopt(cache, scene, ms)
    know_digests(cache, scene)
    env, root = cold(ms)
    write(snapshot_in(root) / f"{WEIGHTS}.incomplete", Scene.edited(WEIGHTS)[::-1])
    run = under(ms, cache).snapshot_download(REPO, env=env)
    assert (run.error, scene.lost(snapshot_in(root))) == (None, set()), run.error_text


# ---- the hub's other files


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("redirect", [False, True])
def test_a_file_that_the_user_lacks_comes_from_the_hub(ms, ms_hub, cache, kind, redirect):
    scene = MsScene(ms_hub, ms, kind)
    (scene.user / "README.md").unlink()
    adopt(cache, scene, ms, kind)
    if redirect:
        ms_hub.fault(r"/repo\?", redirect=True)
    env, root = cold(ms)
    env |= {name: "" for name in PLAIN_PROXIES}
    run = under(ms, cache).snapshot_download(REPO, kind, env=env)
    assert (run.error, run.downloads) == (None, {"README.md"}), run.error_text
    sent = {request.origin for request in run.requests if request.media_bytes and request.status < 300}
    assert sent == {"cdn" if redirect else "hub"}
    assert read(snapshot_in(root, kind) / "README.md") == FILES["README.md"]
    assert scene.lost(snapshot_in(root, kind)) == {"README.md"}
    scene.push()
    run = under(ms, cache).snapshot_download(REPO, kind, env=env)
    assert (run.error, run.downloads) == (None, {"README.md"}), run.error_text
    assert read(snapshot_in(root, kind) / "README.md") == scene.content("README.md")


def test_other_files_of_a_private_repo(ms, ms_hub, cache, scene):
    """hubcache asks with the client's token; without one it lists only the adopted files."""
    ms_hub.user("me", TOKEN)
    scene.remote.private = True
    (scene.user / "README.md").unlink()
    token = {"MODELSCOPE_API_TOKEN": TOKEN}
    scene.place = ms.root() / "hub" / "models" / REPO
    ok(cache("adopt", f"ms:{REPO}", scene.user, env=token))
    env, root = cold(ms)
    run = under(ms, cache).snapshot_download(REPO, env=env)
    assert (run.error, run.fetched) == (None, []), run.error_text
    assert "the listing contains only adopted files" in run.stderr
    run = under(ms, cache).snapshot_download(REPO, env=env | token)
    assert (run.error, run.downloads) == (None, {"README.md"}), run.error_text
    assert read(snapshot_in(root) / "README.md") == FILES["README.md"]


def test_offline_the_hubs_other_files_are_not_there(ms, cache, scene):
    (scene.user / "README.md").unlink()
    adopt(cache, scene, ms)
    env, root = cold(ms)
    run = under(ms, cache, "--offline").snapshot_download(REPO, env=env)
    assert (run.error, run.requests, scene.lost(snapshot_in(root))) == (None, [], {"README.md"})
    assert "the listing omits 1 file of the hub: not adopted (--offline)" in run.stderr
    run = under(ms, cache, "--offline").file_download(REPO, "README.md", env=env)
    assert run.error is not None and "refused a request for 'README.md': not adopted (--offline)" in run.stderr


@pytest.mark.parametrize(
    "fault", [{"drop": True}, {"status": 500}, {"delay": 40.0}], ids=["drops", "fails", "is silent"]
)
def test_a_hub_that_does_not_answer(ms, ms_hub, cache, scene, fault):
    """The client waits 15 s for a listing."""
    (scene.user / "README.md").unlink()
    adopt(cache, scene, ms)
    ms_hub.fault("/repo/files", **fault)
    env, root = cold(ms)
    run = under(ms, cache).snapshot_download(REPO, env=env)
    assert (run.error, run.fetched, scene.lost(snapshot_in(root))) == (None, [], {"README.md"}), run.error_text
    assert "the listing contains only adopted files" in run.stderr
    assert "retry" not in run.stderr


# ---- what is not adopted


def test_other_repos_are_passed_through(ms, ms_hub, cache, scene):
    adopt(cache, scene, ms)
    ms_hub.user("me", TOKEN)
    ms_hub.repo("me/private", private=True).push({"a.txt": b"a\n", "b.bin": Lfs(bytes(5000))})
    ms_hub.fault(r"/repo\?.*b.bin", redirect=True)
    env = {"MODELSCOPE_API_TOKEN": TOKEN} | {name: "" for name in PLAIN_PROXIES}
    run = under(ms, cache).snapshot_download("me/private", env=env)
    assert (run.error, run.downloads) == (None, {"a.txt", "b.bin"}), run.error_text
    assert read(Path(run.value) / "b.bin") == bytes(5000)
    sent = {request.authorization for request in run.requests if "/models/" in request.path and request.origin == "hub"}
    assert sent == {f"Bearer {TOKEN}"}


@pytest.mark.parametrize("options", WAYS)
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_unknown_is_an_error(ms, ms_hub, cache, kind, options):
    """An answer with HTTP status 200 would be a success with an empty folder."""
    adopt(cache, MsScene(ms_hub, ms, kind), ms, kind)
    client = under(ms, cache, *options)
    env, _ = cold(ms)
    for run in (
        client.snapshot_download("me/nowhere", kind, env=env),
        client.file_download("me/nowhere", "README.md", kind, env=env),
        client.snapshot_download(REPO, kind, revision="nowhere", env=env),
        client.file_download(REPO, "nowhere.txt", kind, env=env),
    ):
        assert run.error == "HTTPError" and "404" in run.error_text, run
    assert ("me/nowhere: not adopted (--offline)" in client.snapshot_download("me/nowhere", kind).stderr) == bool(
        options
    )


def test_a_login(ms, ms_hub, cache, scene):
    ms_hub.user("me", TOKEN)
    adopt(cache, scene, ms)
    run = cache("run", "--", ms.venv / "bin" / "modelscope", "login", "--token", TOKEN, env=ms.env)
    assert run.returncode == 0, run.stdout + run.stderr


# ---- many files


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("folders", [1, 2])
def test_3212_files(ms, ms_hub, cache, kind, folders):
    """After 3,000 entries of a model, the client lists the folders one by one."""
    files = {f"d{i % folders}/f{i:04}": b"%d" % i for i in range(3212)}
    user = ms.home.path / "many"
    for path, content in files.items():
        write(user / path, content)
    ok(cache("adopt", "ms:me/many", user, "--repo-type", kind.removesuffix("s"), "--offline"))
    env, root = cold(ms)
    wanted = sorted(files)[::400] + ["d0/f3210"]
    run = under(ms, cache, "--offline").snapshot_download("me/many", kind, allow_patterns=wanted, env=env)
    assert run.error is None, run.error_text
    place = snapshot_in(root, kind, "me/many")
    assert {path: read(place / path) for path in wanted} == {path: files[path] for path in wanted}


@pytest.mark.parametrize("kind", KINDS)
def test_3212_files_of_the_hub(ms, ms_hub, cache, kind):
    """hubcache lists the hub's other files once, and in the client's way."""
    files = {f"d{i % 2}/f{i:04}": b"1" for i in range(3212)}
    ms_hub.repo(REPO, kind).push(files)
    adopt(cache, MsScene(ms_hub, ms, kind), ms, kind)
    env, root = cold(ms)
    wanted = ["d0/f3210", "d1/f3211", FILE]
    run = under(ms, cache).snapshot_download(REPO, kind, allow_patterns=wanted, env=env)
    assert (run.error, run.fetched) == (None, ["d0/f3210", "d1/f3211"]), run.error_text
    assert read(snapshot_in(root, kind) / FILE) == Scene.edited(FILE)
    asked = [question for question in run.questions if question != ACCELERATION]
    assert len(asked) == len(set(asked)) == (5 if kind == "models" else 17), asked


# ---- large files


def sparse(path: Path, size: int) -> None:
    with open(path, "wb") as file:
        file.truncate(size)
        file.seek(size - 3)
        file.write(b"end")
    age(path)


def sha256_of(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def listed(hub, path: str) -> dict:
    files = hub.json(f"{API}/models/{REPO}/repo/files?Revision=master&Recursive=True")["Data"]["Files"]
    return next(one for one in files if one["Path"] == path)


def test_a_listing_does_not_wait_for_digests(cache, ms, scene):
    """The client gives up on a listing after 15 s. A file is sent with its digest; then the listing has it too."""
    sizes = {"large.bin": 3 * GIBIBYTE, "other.bin": GIBIBYTE // 4}
    for name, size in sizes.items():
        sparse(scene.user / name, size)
    adopt(cache, scene, ms, "models", "--link", "symlink")
    with serving(cache) as hub, ThreadPoolExecutor() as pool:
        url = f"{API}/models/{REPO}/repo?Revision=master&FilePath="
        end = {name: {"Range": f"bytes={size - 3}-"} for name, size in sizes.items()}
        files = {name: pool.submit(hub.ask, url + name, headers=end[name]) for name in sizes}
        files["again"] = pool.submit(hub.ask, url + "large.bin", "HEAD")
        began = time.monotonic()
        for name, size in sizes.items():
            assert (listed(hub, name)["Size"], listed(hub, name)["Sha256"]) == (size, None)
        assert time.monotonic() - began < 2 and not any(file.done() for file in files.values())
        answers = {name: file.result() for name, file in files.items()}
        for name in sizes:
            status, headers, body = answers[name]
            digest = sha256_of(scene.user / name)
            assert (status, body, headers["x-linked-etag"]) == (206, b"end", f'"{digest}"')
            assert listed(hub, name)["Sha256"] == digest
        status, headers, _ = answers["again"]
        assert (status, headers["content-length"]) == (200, str(3 * GIBIBYTE))


@pytest.mark.parametrize("known", [True, False])
def test_a_large_file_in_parts(cache, ms, scene, known):
    """The client asks for a file of more than 500 MiB in parts, if it is told to. It takes parts of an earlier download,
    and compares the whole file with the listing's digest only, so hubcache sends no parts if the listing has none."""
    large = scene.user / "large.bin"
    sparse(large, GIBIBYTE // 2 + 1)
    adopt(cache, scene, ms)
    if known:
        know_digests(cache, scene)
    env, root = cold(ms)
    part = snapshot_in(root) / f"large.bin_0_{PART - 1}"
    write(part, b"" if known else b"other content")
    os.truncate(part, 0 if known else PART)
    env["MODELSCOPE_DOWNLOAD_PARALLEL_WORKERS"] = "4"
    run = under(ms, cache, "--offline").snapshot_download(REPO, env=env)
    assert (run.error, scene.lost(snapshot_in(root))) == (None, set()), run.error_text
    assert ("using a single stream" in run.stderr + run.stdout) == (not known)
    assert filecmp.cmp(large, snapshot_in(root) / "large.bin", shallow=False)


def test_a_file_that_changes_while_it_is_read(cache, ms, scene):
    """The client tries again after the status 503."""
    large = scene.user / "large.bin"
    sparse(large, GIBIBYTE)
    adopt(cache, scene, ms, "models", "--link", "symlink")
    done = threading.Event()

    def change() -> None:
        while not done.wait(0.005):
            os.utime(large)

    with serving(cache, "--offline") as hub:
        url = f"{API}/models/{REPO}/repo?Revision=master&FilePath=large.bin"
        thread = threading.Thread(target=change)
        thread.start()
        status, headers, body = hub.ask(url, headers={"Range": f"bytes={GIBIBYTE - 3}-"})
        done.set()
        thread.join()
        assert (status, "x-linked-etag" in headers) == (503, False) and b"has changed while it was read" in body
        status, headers, body = hub.ask(url, headers={"Range": f"bytes={GIBIBYTE - 3}-"})
        assert (status, body, headers["x-linked-etag"]) == (206, b"end", f'"{sha256_of(large)}"')


# ---- raw requests


def test_parts_and_validators(cache, ms, scene):
    adopt(cache, scene, ms)
    url, content = f"{API}/models/{REPO}/repo?FilePath=README.md", Scene.edited("README.md")
    with serving(cache, "--offline") as hub:
        status, headers, body = hub.ask(url, "HEAD")
        assert (status, body, headers["content-length"]) == (200, b"", str(len(content)))
        assert headers["x-linked-etag"] == f'"{digest_of(scene.user / "README.md")}"'
        status, part, body = hub.ask(url, headers={"Range": "bytes=3-7"})
        assert (status, body, part["content-range"]) == (206, content[3:8], f"bytes 3-7/{len(content)}")
        assert part["x-linked-etag"] == headers["x-linked-etag"]
        assert hub.ask(url, headers={"Range": f"bytes={len(content)}-"})[0] == 416


@pytest.mark.parametrize("options", [[], ["--offline"]])
def test_refusals(cache, ms, scene, options):
    adopt(cache, scene, ms)
    repo = f"{API}/models/{REPO}"
    with serving(cache, *options) as hub:
        for path in (
            f"{API}/models/me/nowhere",
            f"{API}/datasets/{REPO}",
            f"{API}/datasets/1/repo/tree?Revision=master",
            f"{repo}/repo/files?Revision=nowhere",
            f"{repo}/repo/files?Revision=master&Root=nowhere",
            f"{repo}/repo/files?Revision=master&Root=README.md",
            f"{repo}/repo?Revision=master&FilePath=nowhere.txt",
            f"{repo}/repo?Revision=master&FilePath=../my-model/README.md",
            f"{repo}/repo?Revision=master&FilePath=.msc",
            f"{repo}/repo?Revision=master",
            f"{repo}/repo/nowhere",
            "/modelscope/nowhere",
        ):
            status, _, body = hub.ask(path)
            assert (status, b'"Message":"record not found"' in body) == (404, True), path


# ---- clients before 1.38


def adopt_old(cache, old: MsClient, ms_hub, kind: str) -> MsScene:
    """Adopts the user's folder. The client requires the digests of all files, even of those in its place."""
    scene = MsScene(ms_hub, old, kind)
    ok(cache("adopt", f"ms:{REPO}", scene.user, "--repo-type", kind.removesuffix("s")))
    know_digests(cache, scene)
    return scene


@pytest.mark.parametrize("kind", KINDS)
def test_placed_before_1_38(old, ms_hub, cache, kind):
    scene = adopt_old(cache, old, ms_hub, kind)
    with serving(cache) as hub:
        more = {"endpoint": f"{hub.url}/modelscope", "env": old.without_front}
        run = old.snapshot_download(REPO, kind, **more)
        assert (run.value, run.error, run.fetched) == (str(scene.place), None, []), run.error_text
        assert scene.lost(scene.place) == set()


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_cache_before_1_38(old, ms_hub, cache, kind):
    scene = adopt_old(cache, old, ms_hub, kind)
    env, root = cold(old)
    with serving(cache) as hub:
        more = {"endpoint": f"{hub.url}/modelscope", "env": old.without_front | env}
        run = old.snapshot_download(REPO, kind, **more)
        assert (run.value, run.error, run.fetched) == (str(root / kind / REPO), None, []), run.error_text
        assert scene.lost(root / kind / REPO) == set()
        (root / kind / REPO / FILE).unlink()
        run = old.file_download(REPO, FILE, kind, **more) if kind == "datasets" else old.snapshot_download(REPO, **more)
        assert (run.error, scene.lost(root / kind / REPO)) == (None, set()), run.error_text
