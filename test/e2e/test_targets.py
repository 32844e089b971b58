"""The targets, several targets at once, and the dangers that each target avoids."""

import json
import os
import sys
from pathlib import Path

import pytest
from hubdouble import Lfs
from scene import ALL, FILES, REPO, Scene, write

from adoption import contents_beneath, files, ok, tree

sys.path.insert(0, str(Path(__file__).parents[1] / "crash"))

from command import Command as Stepped  # noqa: E402

NAMES = [
    *("aistudio", "aistudio-dir", "aistudio-0.2", "fastdeploy", "paddlex", "paddleformers"),
    *("huggingface", "hf-dir", "modelscope", "ms-dir", "ms-fastdeploy", "ms-paddlex", "csghub", "csghub-cli"),
]
MODEL = "PaddleX/PP-OCRv5_mobile_det"


@pytest.fixture
def scene(hub, home) -> Scene:
    return Scene(hub, home)


@pytest.fixture
def model(hub, home) -> Scene:
    return Scene(hub, home, MODEL)


def told(run) -> list[dict]:
    return json.loads(run.stdout)["targets"]


def official(home) -> Path:
    return home.path / ".paddlex" / "official_models" / MODEL.split("/")[1]


# --- hubcache targets


def targets(hubcache, *options, env={}) -> dict[str, dict]:
    report = ok(hubcache("targets", "--json", *options, env=env))
    assert report["schema"] == 1 and [one["name"] for one in report["targets"]] == NAMES
    return {one["name"]: one for one in report["targets"]}


def test_places_and_variables(hubcache, home):
    here = targets(hubcache)
    assert here["fastdeploy"]["place"] == f"{home.path}/<owner>/<name>" and here["fastdeploy"]["variable"] == "HOME"
    assert here["paddlex"]["place"] == f"{home.path}/.paddlex/official_models/<name>"
    for name in ("aistudio-dir", "hf-dir", "ms-dir"):
        assert (here[name]["place"], here[name]["variable"]) == ("DIR", "--place DIR")
    assert here["huggingface"]["variable"] == here["modelscope"]["variable"] == "HOME"
    assert here["csghub"]["place"] == f"{home.path}/.cache/csg/hub/<owner>/<name>"
    assert here["csghub-cli"]["place"] == f"{home.path}/.cache/csg/hub/models--<owner>--<name>"
    assert here["modelscope"]["place"] == f"{home.path}/.cache/modelscope/hub/models/<owner>/<name>"
    env = {
        "FD_MODEL_CACHE": "/fd",
        "PADDLE_PDX_CACHE_HOME": "/px",
        "PF_HOME": "/pf",
        "AISTUDIO_CACHE_HOME": "/as",
        "HF_HOME": "/hf",
        "MODELSCOPE_CACHE": "/ms",
        "CSGHUB_CACHE": "/csg",
    }
    assert {
        name: (one["place"], one["variable"])
        for name, one in targets(hubcache, env=env).items()
        if not name.endswith("-dir")
    } == {
        "aistudio": ("/as/models/<owner>/<name>", "AISTUDIO_CACHE_HOME"),
        "aistudio-0.2": ("/as/.cache/aistudio/models/<name>", "AISTUDIO_CACHE_HOME"),
        "fastdeploy": ("/fd/<owner>/<name>", "FD_MODEL_CACHE"),
        "paddlex": ("/px/official_models/<name>", "PADDLE_PDX_CACHE_HOME"),
        "paddleformers": ("/pf/<owner>/<name>", "PF_HOME"),
        "huggingface": ("/hf/hub/models--<owner>--<name>", "HF_HOME"),
        "modelscope": ("/ms/models/<owner>/<name>", "MODELSCOPE_CACHE"),
        "csghub": ("/csg/<owner>/<name>", "CSGHUB_CACHE"),
        "csghub-cli": ("/csg/models--<owner>--<name>", "CSGHUB_CACHE"),
        "ms-fastdeploy": ("/fd/<owner>/<name>", "FD_MODEL_CACHE"),
        "ms-paddlex": ("/px/official_models/<name>", "PADDLE_PDX_CACHE_HOME"),
    }


def test_versions_by_an_interpreter(hubcache):
    python = Path(os.environ["HUBCACHE_SDK_VENVS"]) / "aistudio-0.3.9" / "bin" / "python"
    here = targets(hubcache, "--python", python)
    assert here["aistudio"]["packages"] == {"aistudio-sdk": "0.3.9"}
    assert here["paddlex"]["packages"] == {"paddlex": None, "paddleocr": None, "aistudio-sdk": "0.3.9"}
    folder = Path(os.environ["HUBCACHE_SDK_VENVS"]) / "readers" / "packages" / "paddlex-3.2.0"
    there = targets(hubcache, "--python", python, env={"PYTHONPATH": str(folder)})
    assert there["paddlex"]["packages"]["paddlex"] == "3.2.0"
    text = hubcache("targets", "--python", python).stdout
    assert f"the installed packages are those of {python}\n" in text and "installed: aistudio-sdk 0.3.9\n" in text


def test_the_first_python3_of_the_path(hubcache, home):
    """An invalid interpreter is not a failure: the places are printed anyway."""
    venv = Path(os.environ["HUBCACHE_SDK_VENVS"]) / "aistudio-0.3.5" / "bin"
    write(home.path / "bin" / "python3", b"")  # not executable, so not a python3
    assert targets(hubcache, env={"PATH": f"{home.path}/bin::{venv}:{os.environ['PATH']}"})["aistudio"]["packages"] == {
        "aistudio-sdk": "0.3.5"
    }
    for options, env in (
        ([], {"PATH": "/nowhere"}),
        (["--python", "/bin/false"], {}),
        (["--python", "/bin/echo"], {}),
        (["--python", "/nowhere"], {}),
    ):
        report = ok(hubcache("targets", "--json", *options, env=env))
        assert report["python_error"] and report["targets"][0]["packages"] == {"aistudio-sdk": None}


def test_no_such_target(hubcache, scene):
    run = hubcache("adopt", REPO, scene.user, "--target", "aistudio", "--target", "nobody")
    assert (
        run.returncode == 2
        and "unknown target: 'nobody'\nhint: run hubcache targets to list all targets\n" in run.stderr
    )
    assert not scene.place.exists()


# --- users of PaddleOCR


@pytest.mark.parametrize("repo_id", [MODEL, "PaddlePaddle/PP-OCRv5_server_rec"])
def test_the_usual_reader_is_named(hubcache, hub, home, repo_id):
    scene = Scene(hub, home, repo_id)
    place = home.path / ".paddlex" / "official_models" / repo_id.split("/")[1]
    run = hubcache("adopt", repo_id, scene.user)
    assert run.returncode == 0
    assert (
        f"PaddleX and PaddleOCR do not use this cache folder; they use '{place}'; to adopt for them, add --target paddlex"
        in run.stdout
    )
    assert "PaddleOCR" not in ok(hubcache("adopt", repo_id, scene.user, "--target", "aistudio"))
    assert "PaddleOCR" not in ok(hubcache("adopt", repo_id, scene.user, "--target", "paddlex"))


def test_others_are_not(hubcache, scene):
    assert "PaddleOCR" not in ok(hubcache("adopt", REPO, scene.user))


# --- several at once


def test_several_targets_at_once(sdk, hubcache, hub, home, model):
    mark = hub.mark()
    run = hubcache(
        "adopt", MODEL, model.user, "--target", "aistudio", "--target", "fastdeploy", "--target", "paddlex", "--json"
    )
    assert run.returncode == 0
    assert [(one["target"], one["added"]) for one in told(run)] == [("aistudio", 5), ("fastdeploy", 5), ("paddlex", 5)]
    assert len([request for request in hub.log.since(mark) if "/git/trees/" in request.path]) == 1
    assert sum(one["requests"] for one in told(run)) == len(hub.log.since(mark))
    for place in (model.place, home.path / MODEL, official(home)):
        assert model.lost(place) == set()
    assert sdk.snapshot_download(MODEL).downloads == set()
    assert [repo["target"] for repo in ok(hubcache("status", "--json"))["repos"]] == [
        "aistudio",
        "fastdeploy",
        "paddlex",
    ]
    run = hubcache("release", MODEL, "--json")
    assert run.returncode == 0 and [(one["target"], one["removed"]) for one in told(run)] == [
        ("aistudio", 5),
        ("fastdeploy", 5),
        ("paddlex", 5),
    ]
    for place in (model.place, home.path / "PaddleX", official(home)):
        assert not place.exists()
    assert hubcache("release", MODEL).returncode == 1


def test_one_of_several_is_released_by_its_name(hubcache, home, model):
    ok(hubcache("adopt", MODEL, model.user, "--target", "aistudio", "--target", "paddlex"))
    assert ok(hubcache("release", MODEL, "--target", "paddlex", "--json"))["target"] == "paddlex"
    assert not official(home).exists() and model.lost(model.place) == set()


def test_a_failure_at_the_second_does_not_hide_the_first(hubcache, home, model):
    write(home.path / ".paddlex", b"a file where a folder is wanted")
    for options in [], ["--json"]:
        run = hubcache(
            "adopt",
            MODEL,
            model.user,
            "--target",
            "aistudio",
            "--target",
            "paddlex",
            "--target",
            "fastdeploy",
            *options,
        )
        assert run.returncode == 1 and ".paddlex" in run.stderr
        assert model.lost(model.place) == set() and model.lost(home.path / MODEL) == set()
    first, second, third = told(run)
    assert (first["target"], first["files"], third["files"]) == ("aistudio", 5, 5)
    assert second["target"] == "paddlex" and second["error"]["code"] == 1


def test_readers_of_one_place_share_its_adoption(hubcache, scene, home):
    run = hubcache("adopt", REPO, scene.user, "--target", "aistudio", "--target", "paddleformers", "--json")
    assert [(one["target"], one["added"], one["place"]) for one in told(run)] == [
        ("aistudio", 5, str(scene.place)),
        ("paddleformers", 0, str(scene.place)),
    ]
    [repo] = ok(hubcache("status", "--json"))["repos"]
    assert repo["target"] == "paddleformers"
    ok(hubcache("release", REPO))
    assert not scene.place.exists()


# --- places that have only the name of the repo, without the owner


@pytest.mark.parametrize("target", ["paddlex", "aistudio-0.2"])
def test_two_owners_of_one_name_collide(hubcache, hub, home, scene, target):
    ok(hubcache("adopt", REPO, scene.user, "--target", target))
    before = tree(home.path)
    other = Scene(hub, home, "stranger/first-paddle-model")
    run = hubcache("adopt", other.repo_id, other.user, "--target", target)
    assert run.returncode == 5 and f"is already adopted as {REPO}" in run.stderr
    run = hubcache("release", other.repo_id, "--target", target)
    assert run.returncode == 1 and f"is adopted as {REPO}" in run.stderr
    assert hubcache("release", other.repo_id).returncode == 1
    assert tree(home.path) == before


def test_that_it_may_collide_is_said(hubcache, scene):
    assert "a model with the same name of another owner" in ok(
        hubcache("adopt", REPO, scene.user, "--target", "aistudio-0.2")
    )


# --- paddlex


def test_nothing_beside_the_model_looks_like_one(hubcache, home, model):
    write(official(home) / "README.md", b"genuine")
    ok(hubcache("adopt", MODEL, model.user, "--target", "paddlex"))
    assert {path.name for path in official(home).parent.iterdir()} == {official(home).name}
    ok(hubcache("release", MODEL))
    assert files(official(home)) == {"README.md": ("file", 0o644, b"genuine")}


def test_a_new_place_appears_whole(hubcache, home, model):
    """adopt is killed at each change: the folder is either missing or complete, because PaddleX only checks that it
    exists."""
    command = Stepped(hubcache.env, home.path)
    for number in range(1, 1000):
        stop = command.kill("changes", number, "adopt", MODEL, str(model.user), "--target", "paddlex")
        there = files(official(home))
        assert not official(home).exists() or set(there) == ALL | {".msc", ".mv"}, stop
        if not stop.reached:
            break
        command.run_well("adopt", MODEL, str(model.user), "--target", "paddlex")
        command.run_well("release", MODEL)
        assert not official(home).exists()
    assert number > 20


# --- aistudio-0.2


def blobs(home, name: str = "first-paddle-model") -> Path:
    return home.path / ".cache" / "aistudio" / "models" / name / "blobs"


def test_blobs_by_sha(hubcache, home, scene):
    """The place has no symlinks, because aistudio-sdk 0.2.6 would write through one whose target the user has
    deleted."""
    report = ok(hubcache("adopt", REPO, scene.user, "--target", "aistudio-0.2", "--json"))
    assert (report["link"], report["pin"], report["files"]) == ("hardlink", False, 5)
    entries = scene.remote.head.entries
    assert {path.name: path.read_bytes() for path in blobs(home).iterdir()} == {
        entries[path].sha: scene.edited(path) for path in FILES
    }
    assert hubcache("adopt", REPO, scene.user, "--target", "aistudio-0.2", "--link", "symlink").returncode == 5
    [repo] = ok(hubcache("status", "--json"))["repos"]
    assert (repo["target"], repo["repo_id"], repo["downloads"], repo["state"]) == ("aistudio-0.2", REPO, 0, "adopted")


def test_two_revisions_side_by_side(hubcache, home, scene):
    scene.remote.branch("v1")
    scene.push()
    for revision in ("v1", "master"):
        ok(hubcache("adopt", REPO, scene.user, "--target", "aistudio-0.2", "--revision", revision))
    shas = {scene.remote.commit_of(revision).entries[path].sha for revision in ("v1", "master") for path in FILES}
    assert {path.name for path in blobs(home).iterdir()} == shas and len(shas) == 6
    (scene.user / "README.md").unlink()
    report = ok(hubcache("refresh", "--json"))
    assert report["repos"][0]["removed"] == 2
    assert len(list(blobs(home).iterdir())) == 4


def test_files_that_are_one_on_the_hub(hubcache, home, scene):
    scene.remote.push({"a/__init__.py": b"", "b/__init__.py": b""})
    for name in ("a", "b"):
        write(scene.user / name / "__init__.py", name.encode())
    said = ok(hubcache("adopt", REPO, scene.user, "--target", "aistudio-0.2"))
    assert "skipped 1 file; the first file is 'b/__init__.py': the hub has the same content under another name" in said


def test_offline_there_is_no_sha(hubcache, home, scene):
    run = hubcache("adopt", REPO, scene.user, "--target", "aistudio-0.2", "--offline")
    assert run.returncode == 1 and "hint: omit --offline" in run.stderr
    ok(hubcache("adopt", REPO, scene.user, "--target", "aistudio-0.2"))
    before = files(blobs(home))
    ok(hubcache("refresh", "--offline"))
    assert files(blobs(home)) == before


# --- the environment changes


@pytest.mark.parametrize(
    "target,variable",
    [("fastdeploy", "FD_MODEL_CACHE"), ("paddlex", "PADDLE_PDX_CACHE_HOME"), ("paddleformers", "PF_HOME")],
)
def test_a_place_is_remembered_without_its_variable(hubcache, home, scene, target, variable):
    root = home.path / "elsewhere"
    ok(hubcache("adopt", REPO, scene.user, "--target", target, env={variable: str(root)}))
    [repo] = ok(hubcache("status", "--json"))["repos"]
    assert (repo["target"], repo["downloads"], repo["state"]) == (target, 0, "adopted")
    assert ok(hubcache("refresh", "--json", "--check"))["repos"][0]["stale"] is False
    before = contents_beneath(scene.user)
    ok(hubcache("release", REPO))
    assert not [path for path in root.rglob("*") if not path.is_dir()] and contents_beneath(scene.user) == before


def test_pf_home_gets_the_files_and_no_more(hubcache, home, scene):
    scene.remote.push({"later.bin": Lfs(b"x" * 1000)})
    root = home.path / "models"
    said = ok(hubcache("adopt", REPO, scene.user, "--target", "paddleformers", env={"PF_HOME": str(root)}))
    assert {str(path.relative_to(root / REPO)) for path in (root / REPO).rglob("*") if not path.is_dir()} == ALL
    assert "PaddleFormers will not find 1 file, 1000 B" in said


def test_a_home_is_not_taken_for_models(hubcache, home, scene):
    """FastDeploy's place is below the home: status lists only adopted folders there."""
    write(home.path / "projects" / "thing" / "main.py", b"")
    ok(hubcache("adopt", REPO, scene.user, "--target", "fastdeploy"))
    assert [(repo["target"], repo["place"]) for repo in ok(hubcache("status", "--json"))["repos"]] == [
        ("fastdeploy", str(home.path / REPO))
    ]
