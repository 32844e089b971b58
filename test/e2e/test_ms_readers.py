"""PaddleX and FastDeploy, each with models of ModelScope. They share their folders with the targets of AI Studio of the
same name; the id's prefix tells the hub."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Callable

import pytest
from home import Home
from ms import MS_VERSIONS, MsClient, MsOutcome, through
from ms_scene import MsScene
from readers import IN_FOLDER, PATHS, paddlex
from scene import ALL, FILES, Scene, read, write
from sdk import venv_of

from adoption import files, ok, tree

NAME = "PP-OCRv5_mobile_det"
REPO = f"PaddlePaddle/{NAME}"
ID = f"ms:{REPO}"

PADDLEX = (
    PATHS
    + """
from paddlex.inference.utils import official_models as module
module._ModelScopeModelHoster.healthcheck_url = None
folder = module._ModelManager()[{name!r}]
"""
    + IN_FOLDER
)
SOURCE = {"PADDLE_PDX_MODEL_SOURCE": "modelscope", "PADDLE_PDX_DISABLE_MODEL_SOURCE_CHECK": "True"}
PADDLEX_VERSIONS = ("3.2.0", "3.7.2")


class Program:
    """A program with its target, its place, and a function that runs it."""

    def __init__(self, target: str, place: Path, client: MsClient, run: Callable[[], MsOutcome]):
        self.target, self.place, self.client, self.run = target, place, client, run


def paddlex_of(version: str, home: Home, hub, front) -> Program:
    reader = replace(paddlex(version), script=PADDLEX, repo_id=REPO, env=SOURCE)
    client = MsClient(MS_VERSIONS[1], home, hub, front)
    client.venv = venv_of("readers")  # with modelscope 1.28.0
    place = home.path / ".paddlex/official_models" / NAME
    return Program(
        "paddlex",
        place,
        client,
        lambda: client.script(reader.full_script(home), env=reader.variables(home) | through(front)),
    )


def fastdeploy_of(version: str, home: Home, hub, front) -> Program:
    """FastDeploy itself is not on PyPI; this is its call (fastdeploy/utils.py, retrive_model_from_server)."""
    client = MsClient(version, home, hub, front)
    place = home.path / REPO

    def run() -> MsOutcome:
        outcome = client.snapshot_download(REPO, revision="master", local_dir=str(place))
        if outcome.error is None:
            outcome.value = {path: f"{outcome.value}/{path}" for path in FILES}
        return outcome

    return Program("fastdeploy", place, client, run)


PROGRAMS = {
    **{f"paddlex-{version}": (paddlex_of, version) for version in PADDLEX_VERSIONS},
    **{f"fastdeploy-ms-{version}": (fastdeploy_of, version) for version in MS_VERSIONS[:2]},
}


@pytest.fixture
def cache(hubcache, ms_hub):
    hubcache.env["MODELSCOPE_ENDPOINT"] = ms_hub.endpoint
    return hubcache


@pytest.fixture(params=PROGRAMS)
def program(request, home, ms_hub, ms_front) -> Program:
    make, version = PROGRAMS[request.param]
    return make(version, home, ms_hub, ms_front)


@pytest.fixture(params=("paddlex", "fastdeploy"))
def target(request) -> str:
    return request.param


def place_of(home: Home, target: str) -> Path:
    return home.path / (f".paddlex/official_models/{NAME}" if target == "paddlex" else REPO)


@pytest.fixture
def scene(home, ms_hub, ms_front) -> MsScene:
    return MsScene(ms_hub, MsClient(MS_VERSIONS[1], home, ms_hub, ms_front), repo_id=REPO)


def contents(outcome: MsOutcome) -> dict[str, bytes | None]:
    assert outcome.error is None, outcome.error_text + outcome.stderr
    return {path: read(Path(name)) for path, name in outcome.value.items()}


MINE = {path: Scene.edited(path) for path in FILES}


def test_adopted_pushed_and_released(cache, program, scene):
    before = tree(scene.user, times=True)
    ok(cache("adopt", ID, scene.user, "--target", program.target))
    for _ in range(2):
        run = program.run()
        assert (contents(run), run.fetched) == (MINE, [])
    scene.push()
    run = program.run()
    assert (contents(run), run.fetched) == (MINE, [])
    [repo] = ok(cache("refresh", ID, "--target", program.target, "--json"))["repos"]
    assert (repo["repo_id"], repo["target"], repo["error"]) == (REPO, f"ms-{program.target}", None)
    run = program.run()
    assert (contents(run), run.fetched) == (MINE, [])
    ok(cache("release", ID, "--target", program.target))
    run = program.run()
    assert contents(run) == {path: scene.content(path) for path in FILES}
    assert run.downloads == ALL
    assert tree(scene.user, times=True) == before


def test_over_a_genuine_download_and_back(cache, program, scene):
    program.run()
    before = files(program.place)
    ok(cache("adopt", ID, scene.user, "--target", program.target))
    assert contents(program.run()) == MINE
    ok(cache("release", ID, "--target", program.target))
    after = files(program.place)
    assert {path: after[path] for path in ALL} == {path: before[path] for path in ALL}
    assert program.run().fetched == []


def test_the_old_name_of_the_owner(cache, home, scene):
    ok(cache("adopt", f"ms:baidu/{NAME}", scene.user, "--target", "fastdeploy"))
    assert scene.lost(home.path / REPO) == set()


def test_the_place_is_shown_once_under_its_hub(cache, hub, home, scene, target):
    ok(cache("adopt", ID, scene.user, "--target", target))
    for request in ([], ["--target", target], [ID], [ID, "--target", target], [ID, "--target", f"ms-{target}"]):
        repos = json.loads(cache("status", *request, "--json").stdout)["repos"]
        assert [(repo["repo_id"], repo["target"], repo["adoption"]["files"]) for repo in repos] == [
            (REPO, f"ms-{target}", len(FILES))
        ], request
    assert f"ms:{REPO}" in cache("status").stdout


def test_verify(cache, scene, target):
    write(scene.user / "README.md", scene.content("README.md"))
    ok(cache("adopt", ID, scene.user, "--target", target))
    for options in ([], ["--offline"]):
        [repo] = json.loads(cache("verify", ID, "--target", target, "--json", *options).stdout)["repos"]
        assert repo["target"] == f"ms-{target}"
        assert {file["path"]: file["comparison"] for file in repo["files"]} == {
            path: "same" if path == "README.md" else "edited" for path in FILES
        }


def test_commands_on_the_other_hub_leave_it_alone(cache, home, scene, target):
    """The same id without a prefix is a repo of AI Studio."""
    ok(cache("adopt", ID, scene.user, "--target", target))
    before = tree(home.path / ".hubcache-state") if (home.path / ".hubcache-state").exists() else None
    for command in ("release", "refresh", "restore"):
        for options in ([], ["--target", target]):
            run = cache(command, REPO, *options)
            assert run.returncode == 1 and "ms:" in run.stderr, (command, options, run.stderr)
    assert before is None or tree(home.path / ".hubcache-state") == before
    assert scene.lost(place_of(home, target)) == set()
    ok(cache("release", ID))
    assert not place_of(home, target).exists()


def test_adopted_for_one_hub_after_the_other(cache, hub, home, scene, target):
    """The two hubs share the folder, and so the adoption: the last one counts."""
    studio = Scene(hub, home, REPO)
    ok(cache("adopt", REPO, studio.user, "--target", target, "--offline"))
    told = ok(cache("adopt", ID, scene.user, "--target", target, "--json"))
    assert any("share this cache folder" in warning for warning in told["warnings"])
    [repo] = json.loads(cache("status", "--json").stdout)["repos"]
    assert (repo["target"], repo["adoption"]["files"]) == (f"ms-{target}", len(FILES))
    ok(cache("release", ID, "--target", target))
    assert not place_of(home, target).exists()


def test_the_usual_program_is_named(cache, home, scene):
    told = ok(cache("adopt", ID, scene.user, "--json"))
    assert any("PaddleOCR" in warning and "--target ms-paddlex" in warning for warning in told["warnings"])


def test_targets_with_places_of_their_own_take_no_place(cache, scene, target):
    run = cache("adopt", ID, scene.user, "--target", target, "--place", scene.user)
    assert run.returncode == 2 and "fixed cache folder" in run.stderr


def test_a_target_of_another_hub(cache, scene):
    run = cache("adopt", ID, scene.user, "--target", "aistudio")
    assert run.returncode == 2 and "belongs to another hub" in run.stderr
