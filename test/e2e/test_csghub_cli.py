"""hubcache with the real csghub-cli: online, after a push, without a network, and under `hubcache run`."""

import json
import os
import shutil
from pathlib import Path

import pytest
from csg import CsgClient
from csg_scene import REPO, CsgScene
from scene import ALL, FILES, read, write

from adoption import files, ok, tree
from local_hub import serving

ID = f"csg:{REPO}"
TARGET = ("--target", "csghub-cli")
FILE = "inference/config.json"
KINDS = ("models", "datasets")
OFFLINE = {"HF_HUB_OFFLINE": "1"}
UNREACHABLE = {"CSGHUB_DOMAIN": "http://127.0.0.1:9"}


@pytest.fixture
def cache(hubcache, csg_hub, csg):
    """Provides the hubcache command, with CSGHUB_DOMAIN set to the hub double."""
    hubcache.env |= {"CSGHUB_DOMAIN": csg_hub.url, "VIRTUAL_ENV": str(csg.venv)}
    hubcache.env["CSGHUB_HOME"] = csg.env["CSGHUB_HOME"]
    return hubcache


@pytest.fixture
def scene(csg_hub, csg) -> CsgScene:
    return CsgScene(csg_hub, csg)


def adopt(cache, scene: CsgScene, kind: str = "models", *more: str) -> CsgScene:
    ok(cache("adopt", ID, scene.user, *TARGET, "--repo-type", kind.removesuffix("s"), *more))
    return scene


@pytest.fixture
def adopted(cache, scene) -> CsgScene:
    return adopt(cache, scene)


def place(csg: CsgClient, kind: str = "models") -> Path:
    return csg.root() / f"{kind}--me--tuned"


def adopted_commit(csg: CsgClient, kind: str = "models") -> str:
    return (place(csg, kind) / "refs" / "main").read_text()


def status(cache, *more: str) -> dict:
    [repo] = json.loads(cache("status", ID, *TARGET, "--json", *more).stdout)["repos"]
    return repo


def under(csg: CsgClient, cache, *options: str) -> CsgClient:
    return csg.under_run(cache.binary, *options)


def download(csg: CsgClient, *words: str, kind: str = "models", repo_id: str = REPO, env={}):
    return csg.tool("download", repo_id, *words, "-t", kind.removesuffix("s"), env=env)


def contents(folder: Path) -> dict[str, tuple]:
    """Returns the files without the client's locks, and without their modes: a listing that hubcache has rewritten and
    restored has a mode by the umask."""
    return {name: (what[0], what[-1]) for name, what in files(folder).items() if not name.startswith(".locks/")}


def check_taken(csg: CsgClient, scene: CsgScene, folder: Path, kind: str = "models", env={}) -> list[str]:
    """Asserts that a download of all files and one of a single file print the adopted folder, that it has the user's
    content, and that no content comes from the hub. Returns what was asked."""
    before, questions = tree(scene.user, times=True), []
    for words, name in (([], folder), ([FILE], folder / FILE)):
        run, asked = download(csg, *words, kind=kind, env=env)
        assert (run.returncode, asked.fetched, asked.media_bytes) == (0, [], 0), run.stdout + run.stderr
        assert asked.printed == name
        questions += asked.questions
    assert scene.lost(folder) == set()
    assert tree(scene.user, times=True) == before
    return questions


# ---- the client takes edited files


def test_online(csg, adopted):
    folder = place(csg) / "snapshots" / adopted.remote.head.sha
    for _ in range(2):
        check_taken(csg, adopted, folder)


@pytest.mark.parametrize("env", [OFFLINE, UNREACHABLE])
@pytest.mark.parametrize("options", [[], ["--offline"]])
def test_without_a_network(csg, cache, scene, env, options):
    """adopt --offline makes up a commit, which is the same for the same repo and revision."""
    adopt(cache, scene, "models", *options)
    commit = adopted_commit(csg)
    assert (commit == scene.remote.head.sha) == (not options)
    check_taken(csg, scene, place(csg) / "snapshots" / commit, env=env)
    ok(cache("release", ID))
    adopt(cache, scene, "models", *options)
    assert adopted_commit(csg) == commit


def test_after_a_push(csg, cache, adopted):
    """The client loads the hub's new commit, until a refresh."""
    before = tree(adopted.user, times=True)
    adopted.push()
    repo = status(cache)
    assert (repo["hub_moved_on"], repo["downloads"]) == (True, len(ALL))
    assert "hubcache refresh" in " ".join(repo["notes"])
    folder = place(csg) / "snapshots" / adopted.remote.head.sha
    run, asked = download(csg)
    assert (run.returncode, asked.downloads, adopted.other_than_the_hubs(folder)) == (0, ALL, set())
    assert tree(adopted.user, times=True) == before
    ok(cache("refresh", ID))
    check_taken(csg, adopted, folder)
    assert cache("status", ID, "--check").returncode == 0


def test_a_blob_is_enough(csg, cache, scene):
    """The name of an LFS file's blob is the id of its pointer text."""
    download(csg)
    (place(csg) / "snapshots" / scene.remote.head.sha / "model.safetensors").unlink()
    assert status(cache)["downloads"] == 0
    assert download(csg)[1].fetched == []


def test_verify_and_match(csg, cache, adopted):
    for more in ([], ["--offline"]):
        [told] = json.loads(cache("verify", ID, *TARGET, *more, "--json").stdout)["repos"]
        assert {file["path"]: file["comparison"] for file in told["files"]} == dict.fromkeys(FILES, "edited")
    ok(cache("release", ID))
    run, _ = download(csg, "-ld", "genuine")
    assert run.returncode == 0, run.stderr
    told = ok(cache("adopt", ID, csg.home.path / "genuine", *TARGET, "--match", "--json"))
    assert (told["files"], told["unmatched"]) == (len(FILES), [])


def test_release_puts_a_genuine_download_back(csg, cache, scene):
    download(csg)
    before = contents(csg.root())
    adopt(cache, scene)
    check_taken(csg, scene, place(csg) / "snapshots" / scene.remote.head.sha)
    ok(cache("release", ID))
    assert contents(csg.root()) == before
    assert download(csg)[1].fetched == []


def test_release_leaves_nothing(csg, cache, adopted):
    before = tree(adopted.user, times=True)
    record = csg.cache / "._hubcache" / "hub" / "models--me--tuned"
    assert record.exists()
    ok(cache("release", ID))
    assert not place(csg).exists() and not (csg.cache / "._hubcache").exists()
    assert tree(adopted.user, times=True) == before
    assert download(csg)[1].downloads == ALL


def test_the_cache_variable(csg, cache, scene):
    """The client expands `~` in it."""
    env = {"CSGHUB_CACHE": "~/elsewhere"}
    told = ok(cache("adopt", ID, scene.user, *TARGET, "--json", env=env))
    assert told["place"] == str(csg.home.path / "elsewhere/models--me--tuned")
    check_taken(csg, scene, Path(told["place"]) / "snapshots" / scene.remote.head.sha, env=env)


def test_with_the_library(csg, cache, scene):
    """The places of the library and of the command are in one cache, and do not meet."""
    told = ok(cache("adopt", ID, scene.user, "--target", "csghub", *TARGET, "--json"))
    assert [report["target"] for report in told["targets"]] == ["csghub", "csghub-cli"]
    check_taken(csg, scene, place(csg) / "snapshots" / scene.remote.head.sha)
    run = csg.snapshot_download(REPO)
    assert (run.fetched, scene.lost(scene.place)) == ([], set())
    assert len(json.loads(cache("status", "--json").stdout)["repos"]) == 2
    ok(cache("release", ID))
    assert not place(csg).exists() and not scene.place.exists() and not (csg.cache / "._hubcache").exists()


def test_a_variable_makes_the_command_use_the_library(csg, cache, scene):
    """With CSGHUB_DISABLE_XNET, the command takes the files of the target csghub, in the working folder."""
    env = {"CSGHUB_DISABLE_XNET": "true"}
    adopt(cache, scene)
    assert download(csg, env=env)[1].downloads == ALL
    told = json.loads(cache("status", ID, *TARGET, "--json", env=env).stdout)["repos"][0]
    assert "CSGHUB_DISABLE_XNET" in " ".join(told["notes"])
    ok(cache("release", ID))
    shutil.rmtree(scene.place.parent)
    ok(cache("adopt", ID, scene.user, "--target", "csghub", env=env))
    before = tree(scene.user, times=True)
    for _ in range(2):
        run, asked = download(csg, env=env)
        assert (run.returncode, asked.fetched, asked.media_bytes) == (0, [], 0), run.stdout + run.stderr
    assert scene.lost(scene.place) == set()
    assert tree(scene.user, times=True) == before


# ---- data sets


def check_data_set(csg: CsgClient, scene: CsgScene) -> None:
    """Asserts that a client that is online downloads nothing. For a whole data set it prints snapshots/main, a folder that
    does not exist, as without hubcache."""
    snapshots = place(csg, "datasets") / "snapshots"
    for words, name in (([], "main"), ([FILE], f"{scene.remote.head.sha}/{FILE}")):
        run, asked = download(csg, *words, kind="datasets")
        assert (run.returncode, asked.fetched, asked.printed) == (0, [], snapshots / name), run.stdout + run.stderr
    assert scene.lost(snapshots / scene.remote.head.sha) == set()


def test_a_data_set(csg, csg_hub, cache):
    """The hub's listing has no commit. hubcache asks for that of a file, as the client does for each file."""
    scene = adopt(cache, CsgScene(csg_hub, csg, "datasets"), "datasets")
    before = tree(scene.user, times=True)
    assert adopted_commit(csg, "datasets") == scene.remote.head.sha
    check_data_set(csg, scene)
    for env in (OFFLINE, UNREACHABLE):
        check_taken(csg, scene, place(csg, "datasets") / "snapshots" / scene.remote.head.sha, "datasets", env)
    assert status(cache)["downloads"] == 0
    scene.push()
    assert status(cache)["downloads"] == len(ALL) and status(cache)["hub_moved_on"] is True
    ok(cache("refresh", ID))
    check_data_set(csg, scene)
    assert tree(scene.user, times=True) == before
    ok(cache("release", ID, "--repo-type", "dataset"))
    assert tree(scene.user, times=True) == before


# ---- under hubcache run


@pytest.mark.parametrize("options", [[], ["--offline"], ["--deny-all"]])
@pytest.mark.parametrize("kind", KINDS)
def test_under_run(csg, csg_hub, cache, kind, options):
    scene = adopt(cache, CsgScene(csg_hub, csg, kind), kind)
    commit = adopted_commit(csg, kind)
    scene.push()
    folder = place(csg, kind) / "snapshots" / commit
    for env in ({}, OFFLINE if "--offline" in options else {}):
        assert check_taken(under(csg, cache, *options), scene, folder, kind, env) == []


@pytest.mark.parametrize("options", [[], ["--offline"]])
def test_under_run_with_a_made_up_commit(csg, cache, scene, options):
    adopt(cache, scene, "models", "--offline")
    folder = place(csg) / "snapshots" / adopted_commit(csg)
    assert check_taken(under(csg, cache, *options), scene, folder) == []


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_cache_is_filled_from_the_local_hub(csg, csg_hub, cache, kind):
    """The repo may be adopted for the library."""
    scene = CsgScene(csg_hub, csg, kind)
    ok(cache("adopt", ID, scene.user, "--repo-type", kind.removesuffix("s")))
    scene.push()
    env = {"CSGHUB_CACHE": str(csg.home.path / "cold")}
    run, asked = download(under(csg, cache, "--offline"), kind=kind, env=env)
    assert (run.returncode, asked.requests) == (0, []), run.stderr
    assert scene.lost(asked.printed) == set()


def test_other_repos_pass_through(csg, csg_hub, cache, adopted):
    csg_hub.user("me", "secret")
    csg_hub.repo("me/other", private=True).push(FILES)
    env = {"CSGHUB_TOKEN": "secret"}
    run, asked = download(under(csg, cache), repo_id="me/other", env=env)
    assert (run.returncode, asked.downloads) == (0, ALL), run.stderr
    assert {request.authorization for request in asked.requests if request.origin == "hub"} == {"Bearer secret"}
    run, asked = download(under(csg, cache, "--offline"), repo_id="me/nowhere", env=env)
    assert (run.returncode, asked.requests) == (1, [])
    assert "refused a request for me/nowhere: not adopted (--offline)" in run.stderr


def test_a_page_of_the_tree_leads_to_the_next(csg, cache, adopted):
    """The address of the next page has the prefix of this API."""
    path = f"/csghub/hf/api/models/{REPO}/tree/main?recursive=true&limit=2"
    names = []
    with serving(cache, "--offline") as local:
        while path:
            _, headers, body = local.ask(path)
            names += [line["path"] for line in json.loads(body) if line["type"] == "file"]
            link = headers.get("link", "")
            path = link[1:].partition(">")[0].removeprefix(local.url)
            assert not link or path.startswith("/csghub/hf/api/models/")
    assert set(names) == ALL


def test_an_edit_after_the_adoption(csg, cache, adopted):
    """An editor that replaces the file cuts the hard link; a refresh puts the new file there."""
    write(adopted.user / "new.txt", b"edited once more\n")
    os.replace(adopted.user / "new.txt", adopted.user / FILE)
    ok(cache("refresh", ID))
    _, asked = download(csg, FILE)
    assert (asked.fetched, read(asked.printed)) == ([], b"edited once more\n")
