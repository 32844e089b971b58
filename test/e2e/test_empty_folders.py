"""release leaves the folders, also empty folders, that existed before the adoption, and removes those that the adoption
created."""

import json
import shutil
import sys
from pathlib import Path

import pytest
from scene import write

from adoption import ok, record_folder, tree

sys.path.insert(0, str(Path(__file__).parents[1] / "crash"))

from command import Command as Stepped  # noqa: E402

REPO = "ctbots/tuned"
PLACES = {
    "aistudio": f".cache/aistudio/hub/models/{REPO}",
    "paddlex": ".paddlex/official_models/tuned",
    "paddleformers": f".cache/aistudio/hub/models/{REPO}",
    "fastdeploy": REPO,
    "aistudio-dir": "out/a/b",
    "hf-dir": "out/a/b",
    "huggingface": ".cache/huggingface/hub/models--ctbots--tuned",
}


@pytest.fixture
def model(home):
    write(home.path / "my-model/config.json", b"mine")
    write(home.path / "my-model/sub/deep/weights.bin", b"mine too")
    return home.path / "my-model"


def words(command, target, *more):
    repo = f"hf:{REPO}" if target in ("huggingface", "hf-dir") else REPO
    return [command, repo, *more, "--target", target, *(["--place", PLACES[target]] if target.endswith("-dir") else [])]


def state(home) -> dict[str, tuple]:
    return {name: thing for name, thing in tree(home.path).items() if not (name + "/").startswith(".local/")}


@pytest.mark.parametrize("depth", range(7))
@pytest.mark.parametrize("target", PLACES)
def test_empty_folders_are_as_before(hubcache, home, model, target, depth):
    """`depth` folders of the path to a model file exist before the adoption."""
    parts = (PLACES[target] + ("/sub/deep" if target != "huggingface" else "/snapshots/" + "1" * 40)).split("/")
    (home.path / "/".join(parts[:depth])).mkdir(parents=True, exist_ok=True)
    before = state(home)
    for _ in range(2):
        ok(hubcache(*words("adopt", target, model, "--offline")))
    ok(hubcache(*words("release", target)))
    assert state(home) == before


@pytest.mark.parametrize("target", [one for one in PLACES if one != "huggingface"])
def test_an_empty_folder_comes_back_where_the_model_has_a_file(hubcache, home, model, target):
    (home.path / PLACES[target] / "config.json/empty").mkdir(parents=True)
    before = state(home)
    ok(hubcache(*words("adopt", target, model, "--offline")))
    ok(hubcache(*words("release", target)))
    assert state(home) == before


def test_a_folder_of_metadata_that_was_empty(hubcache, home, model):
    (home.path / PLACES["huggingface"] / "refs").mkdir(parents=True)
    before = state(home)
    ok(hubcache(*words("adopt", "huggingface", model, "--offline")))
    ok(hubcache(*words("release", "huggingface")))
    assert state(home) == before


@pytest.mark.parametrize("target", ["aistudio", "aistudio-dir"])
def test_a_folder_that_the_model_no_longer_has(hubcache, home, model, target):
    (home.path / PLACES[target] / "sub").mkdir(parents=True)
    before = state(home)
    ok(hubcache(*words("adopt", target, model, "--offline")))
    shutil.rmtree(model / "sub")
    ok(hubcache(*words("adopt", target, model, "--offline")))
    assert (home.path / PLACES[target] / "sub").is_dir() and not (home.path / PLACES[target] / "sub/deep").exists()
    ok(hubcache(*words("release", target)))
    write(model / "sub/deep/weights.bin", b"mine too")
    assert state(home) == before


def test_a_record_without_these_facts(hubcache, home, model):
    """release works with a record that lacks made_above and folders_before, as earlier versions wrote it."""
    ok(hubcache(*words("adopt", "aistudio", model, "--offline")))
    record = record_folder(home, REPO) / "record.jsonl"
    header, *lines = record.read_text().splitlines()
    old = {name: value for name, value in json.loads(header).items() if name not in ("made_above", "folders_before")}
    assert len(old) == len(json.loads(header)) - 2
    record.write_text("\n".join([json.dumps(old), *lines]) + "\n")
    ok(hubcache(*words("release", "aistudio")))
    assert not (home.path / PLACES["aistudio"]).exists() and (model / "config.json").read_bytes() == b"mine"


@pytest.mark.parametrize("old_renames", [False, True], ids=["", "no rename flags"])
@pytest.mark.parametrize("target", ["aistudio", "huggingface"])
def test_an_empty_folder_comes_back_after_a_kill(hubcache, home, model, target, old_renames):
    """adopt is killed before each of its changes in turn."""
    parts = {"aistudio": "config.json", "huggingface": "snapshots/" + "1" * 40}
    folder = home.path / PLACES[target] / parts[target] / "empty"
    command = Stepped(hubcache.env | ({"OLD_RENAMES": "1"} if old_renames else {}), home.path)
    adopt = [str(word) for word in words("adopt", target, model, "--offline")]
    folder.mkdir(parents=True)
    before, number = state(home), 1
    while command.kill("changes", number, *adopt).reached:
        hubcache(*words("release", target))
        after = {name: thing for name, thing in state(home).items() if "._hubcache" not in name}
        assert after == before, number
        shutil.rmtree(home.path / ".cache")
        folder.mkdir(parents=True)
        number += 1
    assert number > 20
