"""Under `hubcache run` the real SDK gets the local content and downloads nothing from the hub. The user's files are
unchanged."""

import os
import subprocess
from pathlib import Path

import pytest
from home import read_msc
from readers import READERS
from scene import ALL, FILES, REPO, Scene, read, write

from adoption import ok, tree
from local_hub import OFFLINE, serving

HASHES = {"AISTUDIO_ENABLE_DEFAULT_HASH_VALIDATION": "true"}


@pytest.fixture
def scene(hub, home) -> Scene:
    return Scene(hub, home)


@pytest.fixture(params=[(), ("--offline",)], ids=["online", "offline"])
def way(request) -> tuple[str, ...]:
    return request.param


def under(sdk, hubcache, *options):
    return sdk.under_run(hubcache.binary, *options)


def test_adopted_files_are_taken(sdk, hubcache, scene, hub, way):
    """snapshot_download and file_download return the adopted files with and without the hub, also after a push."""
    ok(hubcache("adopt", REPO, scene.user))
    scene.push()
    before = tree(scene.user, times=True)
    local = under(sdk, hubcache, *way)
    outcome = local.snapshot_download(REPO)
    assert (outcome.error, outcome.value, outcome.downloads) == (None, str(scene.place), set())
    assert outcome.media_bytes == 0 and scene.lost(scene.place) == set()
    for path in FILES:
        single = local.file_download(REPO, path)
        assert (single.value, single.media_bytes) == (str(scene.place / path), 0)
    assert local.snapshot_download(REPO, local_files_only=True).value == str(scene.place)
    assert tree(scene.user, times=True) == before
    if way:
        assert not outcome.requests


def test_unreachable_hub(sdk, hubcache, scene, hub, home):
    """Adopted files need neither a proxy nor a hub."""
    ok(hubcache("adopt", REPO, scene.user))
    gone = {"STUDIO_GIT_HOST": "http://127.0.0.1:9"} | OFFLINE
    outcome = under(sdk, hubcache).snapshot_download(REPO, env=gone)
    assert outcome.error is None and scene.lost(scene.place) == set()
    assert "the listing contains only adopted files" in outcome.stderr
    assert under(sdk, hubcache).file_download(REPO, "config.json", env=gone).value == str(scene.place / "config.json")


def test_files_that_the_hub_does_not_have(sdk, hubcache, scene, way):
    """A file that the hub lacks has a synthetic id, which only the local hub knows. A file added after the adoption is
    served too."""
    write(scene.user / "mine.json", b"mine")
    ok(hubcache("adopt", REPO, scene.user))
    write(scene.user / "later" / "new.json", b"later")
    assert sdk.file_download(REPO, "mine.json").value is None
    local = under(sdk, hubcache, *way)
    assert local.file_download(REPO, "mine.json").value == str(scene.place / "mine.json")
    outcome = local.snapshot_download(REPO)
    assert outcome.error is None and outcome.media_bytes == 0
    assert read(scene.place / "later/new.json") == b"later" and read(scene.user / "later/new.json") == b"later"


@pytest.mark.parametrize("link", ["symlink", "copy", "hardlink"])
def test_hash_validation(sdk, hubcache, scene, way, link):
    """The SDK compares each file's SHA-256 with last_commit_sha, which the local hub sets to the SHA-256 of the
    file."""
    ok(hubcache("adopt", REPO, scene.user, "--link", link))
    before = tree(scene.place, times=True)
    local = under(sdk, hubcache, *way)
    for outcome in (local.snapshot_download(REPO, env=HASHES), local.file_download(REPO, "README.md", env=HASHES)):
        assert outcome.error is None and outcome.media_bytes == 0
    after = tree(scene.place, times=True)
    assert {name: after[name] for name in FILES} == {name: before[name] for name in FILES}
    assert scene.lost(scene.user) == set()


def test_a_copy_edited_in_the_place_survives_hash_validation(sdk, hubcache, scene):
    """The local hub describes the file in the place, because the SDK would delete a file that does not match."""
    ok(hubcache("adopt", REPO, scene.user, "--link", "copy"))
    write(scene.place / "config.json", b"edited in the place")
    outcome = under(sdk, hubcache).snapshot_download(REPO, env=HASHES)
    assert outcome.error is None and outcome.media_bytes == 0
    assert read(scene.place / "config.json") == b"edited in the place"


def test_a_file_that_changes_while_the_command_runs(sdk, hubcache, scene):
    """If a training run saves and loads again, the local hub returns the digest of the current file."""
    ok(hubcache("adopt", REPO, scene.user, "--link", "copy"))
    script = f"""
from aistudio_sdk.snapshot_download import snapshot_download
place = snapshot_download(repo_id={REPO!r})
with open(place + '/config.json', 'w') as file:
    file.write('saved by the run')
snapshot_download(repo_id={REPO!r})
with open(place + '/config.json') as file:
    result = file.read()
"""
    outcome = under(sdk, hubcache, "--offline").script(script, env=HASHES)
    assert (outcome.error_text, outcome.value) == ("", "saved by the run")


@pytest.mark.parametrize("kind, repo_type", [("models", "model"), ("datasets", "dataset")])
def test_dotted_names_and_data_sets(sdk, hubcache, hub, home, way, kind, repo_type):
    repo = "ctbots.x/model-v1.5"
    scene = Scene(hub, home, repo)
    ok(hubcache("adopt", repo, scene.user, "--repo-type", repo_type))
    outcome = under(sdk, hubcache, *way).snapshot_download(repo, repo_type=repo_type)
    assert (outcome.error, outcome.media_bytes) == (None, 0)
    assert scene.lost(home.place(repo, kind)) == set()


def test_revisions(sdk, hubcache, scene, hub, way):
    """An adopted tag and an adopted branch are served by the local hub; another revision comes from the hub."""
    scene.remote.tag("v1.0")
    scene.push()
    scene.remote.branch("dev")
    for revision in ("v1.0", "dev"):
        ok(hubcache("adopt", REPO, scene.user, "--revision", revision))
        local = under(sdk, hubcache, *way)
        outcome = local.snapshot_download(REPO, revision=revision)
        assert (outcome.error, outcome.media_bytes) == (None, 0)
        assert local.file_download(REPO, "README.md", revision=revision).value == str(scene.place / "README.md")
    other = under(sdk, hubcache, *way).snapshot_download(REPO, revision="master")
    assert other.error == ("NotExistError" if way else None)
    assert scene.lost(scene.place) == set()


def test_local_dir(sdk, hubcache, scene, home, way):
    place = home.path / "given"
    ok(hubcache("adopt", REPO, scene.user, "--target", "aistudio-dir", "--place", place))
    local = under(sdk, hubcache, *way)
    outcome = local.snapshot_download(REPO, local_dir=str(place))
    assert (outcome.error, outcome.media_bytes) == (None, 0)
    assert local.file_download(REPO, "README.md", local_dir=str(place)).value == str(place / "README.md")
    assert scene.lost(place) == set()


def test_the_sdks_own_command(sdk, hubcache, scene, hub, way):
    ok(hubcache("adopt", REPO, scene.user))
    mark = hub.mark()
    command = f"import subprocess, sys; subprocess.run([sys.prefix + '/bin/aistudio', 'download', '--model', {REPO!r}], check=True)"
    outcome = under(sdk, hubcache, *way).script(command)
    assert (outcome.error_text, outcome.media_bytes) == ("", 0)
    assert scene.lost(scene.place) == set() and not [request for request in hub.log.since(mark) if request.media_bytes]


@pytest.mark.parametrize(
    "reader",
    [one for one in READERS if one.name in ("paddleformers 0.2.6", "paddleformers 1.2.0")],
    ids=lambda reader: reader.name.replace(" ", "-"),
)
def test_paddleformers(hubcache, hub, home, way, reader):
    """PaddleFormers' model_file_download, called by resolve_file_path, works after a push."""
    scene = Scene(hub, home, reader.repo_id)
    ok(hubcache("adopt", reader.repo_id, scene.user))
    scene.push()
    local = under(reader.sdk(home, hub), hubcache, *way)
    outcome = local.script(reader.full_script(home), env=reader.variables(home))
    assert outcome.error is None, outcome.error_text + outcome.stderr
    assert {path: read(Path(name)) for path, name in outcome.value.items()} == {
        path: scene.edited(path) for path in FILES
    }
    assert outcome.media_bytes == 0


@pytest.mark.parametrize(
    "way",
    [["run", "--"], ["run", "--", "hubcache", "run", "--"], ["run", "--offline", "--"], "env"],
    ids=["run", "nested", "run --offline", "env"],
)
def test_hubcache_itself_asks_the_hub(hubcache, scene, home, way):
    """hubcache's own commands contact the real hub, although the variables name a local hub."""
    ok(hubcache("adopt", REPO, scene.user))
    write(scene.user / "mine.json", b"mine")
    scene.push()

    def told(*arguments):
        if way != "env":
            return hubcache(
                *[hubcache.binary if word == "hubcache" else word for word in way], hubcache.binary, *arguments
            )
        exports = hubcache("env", "--port", served.port).stdout
        script = f'{exports}\nexec "$@"'
        return subprocess.run(
            ["sh", "-c", script, "sh", hubcache.binary, *map(str, arguments)],
            env=hubcache.env,
            cwd=home.path,
            capture_output=True,
            text=True,
        )

    with serving(hubcache) as served:
        for question in (["verify", REPO, "--json"], ["refresh", "--check"], ["status", REPO, "--check"]):
            plain, inside = hubcache(*question), told(*question)
            assert (inside.returncode, inside.stdout) == (plain.returncode, plain.stdout), inside.stderr
        ok(told("adopt", REPO, scene.user))
    records = read_msc(scene.place)
    ok(hubcache("adopt", REPO, scene.user))
    assert read_msc(scene.place) == records


def test_a_local_hub_in_a_local_hub(sdk, hubcache, scene, hub):
    ok(hubcache("adopt", REPO, scene.user))
    hub.repo("ctbots/other").push(FILES)
    local = sdk.under(hubcache.binary, "run", "--", hubcache.binary, "run", "--")
    assert local.snapshot_download(REPO).media_bytes == 0
    assert local.snapshot_download("ctbots/other", max_workers=1).downloads == ALL


def test_two_repos(sdk, hubcache, scene, hub, home):
    """The adopted repo is local. Bytes and digests of the other repo are the same as without hubcache."""
    other = hub.repo("ctbots/other")
    other.push(FILES)
    ok(hubcache("adopt", REPO, scene.user))
    local = under(sdk, hubcache)
    assert local.snapshot_download(REPO).media_bytes == 0
    outcome = local.snapshot_download("ctbots/other", max_workers=1)
    assert outcome.error is None and outcome.downloads == ALL
    place = home.place("ctbots/other")
    assert {path: read(place / path) for path in FILES} == {
        path: getattr(content, "content", content) for path, content in FILES.items()
    }
    offline = under(sdk, hubcache, "--offline").snapshot_download("ctbots/third")
    assert offline.error == "NotExistError" and "refused a request for ctbots/third: not adopted" in offline.stderr


def test_files_of_the_hub_that_are_not_adopted(sdk, hubcache, scene, way):
    """Such files come from the hub. With --offline they are left out and named, unless the client has downloaded them
    before."""
    (scene.user / "README.md").unlink()
    ok(hubcache("adopt", REPO, scene.user))
    outcome = under(sdk, hubcache, *way).snapshot_download(REPO, max_workers=1)
    assert outcome.error is None and outcome.downloads == (set() if way else {"README.md"})
    assert (read(scene.place / "README.md") == FILES["README.md"]) == (not way)
    if way:
        assert "'README.md'" in outcome.stderr and "not adopted" in outcome.stderr
        sdk.snapshot_download(REPO)
    again = under(sdk, hubcache, "--offline").file_download(REPO, "README.md")
    assert again.value == str(scene.place / "README.md")


@pytest.mark.parametrize("workers", [3, 16])
def test_another_home_downloads_from_the_local_hub(sdk, hubcache, scene, home, workers):
    """The files arrive unchanged in an empty cache."""
    many = {f"part{i % 7}/file {i}.bin": os.urandom(i * 37) for i in range(40)}
    for path, content in many.items():
        write(scene.user / path, content)
    ok(hubcache("adopt", REPO, scene.user))
    empty = home.path / "another"
    outcome = under(sdk, hubcache, "--offline").snapshot_download(
        REPO, env={"AISTUDIO_CACHE_HOME": str(empty)}, max_workers=workers
    )
    assert outcome.error is None and not outcome.requests
    place = empty / "models" / REPO
    assert {path: read(place / path) for path in many} == many
    assert scene.lost(place) == set()
    recorded = {entry["Path"] for entry in read_msc(place)}
    assert recorded <= ALL | set(many)


def test_a_cdn_and_its_redirects(sdk, hubcache, scene, hub, home):
    """The client and the hub handle the probe of two bytes, the redirect to a CDN and the change of its host."""
    hub.fault("/media/", redirect=True)
    host = hub.cdn_url.removeprefix("http://")
    (scene.user / "model.safetensors").unlink()
    ok(hubcache("adopt", REPO, scene.user))
    outcome = under(sdk, hubcache).snapshot_download(REPO, env={"STUDIO_CDN_HOST": host}, max_workers=1)
    assert outcome.error is None
    assert {(request.origin, request.status) for request in outcome.requests if "/media/" in request.path} == {
        ("hub", 307),
        ("cdn", 206),
    }
    assert read(scene.place / "model.safetensors") == FILES["model.safetensors"].content


def test_private_repos(sdk, hubcache, scene, hub, home):
    """The local hub uses the caller's credentials only."""
    hub.user("ctbots", "right-token")
    hub.repo(REPO).private = True
    token = {"AISTUDIO_ACCESS_TOKEN": "right-token"}
    (scene.user / "README.md").unlink()
    ok(hubcache("adopt", REPO, scene.user, env=token))
    local = under(sdk, hubcache)
    assert local.snapshot_download(REPO, env=token).downloads == {"README.md"}
    assert local.snapshot_download("ctbots/nothing", env=token).error == "NotExistError"
    hub.repo("ctbots/secret", private=True).push({"README.md": b"secret"})
    assert local.snapshot_download("ctbots/secret").error == "NotExistError"
    outcome = local.snapshot_download("ctbots/secret", env=token)
    assert outcome.error is None and outcome.downloads == {"README.md"}
    assert {request.authorization for request in outcome.requests} == {"token right-token"}


@pytest.mark.parametrize("more", [{}, HASHES], ids=["plain", "hash validation"])
def test_a_torn_download_is_refused(sdk, hubcache, scene, home, more):
    """A file is replaced between two of its parts. Without hash validation, `contents` had no Sha256, so the local hub
    refuses the other parts: they belong to another version than the one that it described. With hash validation, the
    SDK detects the mixed content by the Sha256. In the second call, the SDK joins the parts from the first call with
    parts of the new version; now `contents` has a Sha256 in both cases, so the SDK detects this."""
    (scene.user / "model.safetensors").unlink()
    big = scene.user / "model.safetensors"
    with open(big, "wb") as file:
        file.truncate(400 << 20)
    ok(hubcache("adopt", REPO, scene.user))
    script = f"""
import os, threading
from aistudio_sdk import file_download
has_first, is_replaced = threading.Event(), threading.Event()
def part(params, original=file_download.download_part_with_retry):
    start = params[2]
    if start == 0:
        original(params)
        return has_first.set()
    has_first.wait()
    if start == 160 << 20 and not is_replaced.is_set():
        with open({str(big)!r} + '.new', 'wb') as file:
            file.write(b'x' * 1000)
            file.truncate(400 << 20)
            file.seek(200 << 20)
            file.write(b'new' * 1000)
        os.replace({str(big)!r} + '.new', {str(big)!r})
        is_replaced.set()
    is_replaced.wait()
    return original(params)
file_download.download_part_with_retry = part
from aistudio_sdk.snapshot_download import snapshot_download
result = []
for _ in range(2):
    try:
        snapshot_download(repo_id={REPO!r}, max_workers=1)
        result.append(None)
    except Exception as error:
        result.append(type(error).__name__ + str(error))
"""
    env = more | {"AISTUDIO_CACHE_HOME": str(home.path / "another"), "AISTUDIO_DOWNLOAD_PARALLELS": "2"}
    outcome = under(sdk, hubcache, "--offline").script(script, env=env)
    assert [bool(error) for error in outcome.value] == [sdk.version == "0.3.5"] * 2, outcome
    assert "integrity check failed" in (outcome.value[1] or outcome.stdout + outcome.stderr)
    assert ("changed during its download" in outcome.stderr) or more
    assert not (home.path / "another" / "models" / REPO / "model.safetensors").exists()
