"""Copies that programs key by the repo's commit and keep outside huggingface_hub's cache: transformers' modules
(trust_remote_code) and the Arrow files of load_dataset. An edit does not change the commit, so the programs use the old
copy."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from hf import HfClient
from hf_models import rows
from scene import write

from adoption import ok

OFFLINE = {"HF_HUB_OFFLINE": "1"}


@pytest.fixture
def cache(hubcache, hf_hub):
    hubcache.env["HF_ENDPOINT"] = hf_hub.url
    return hubcache


def reports(cache, command, *options) -> dict:
    return json.loads(cache(command, "--json", *options).stdout)["repos"][0]


# ---- transformers

MODEL = "me/1tiny-model.v2"
LOAD_CODE = f"from transformers import AutoConfig; result = AutoConfig.from_pretrained({MODEL!r}, trust_remote_code=True).said()"
CONFIG = json.dumps({"auto_map": {"AutoConfig": "configuration_tiny.TinyConfig"}, "model_type": "tiny"}).encode()


def code(word: str) -> dict[str, bytes]:
    """Returns a model repo whose config class returns a word from another module."""
    return {
        "config.json": CONFIG,
        "words.py": f"WORD = {word!r}\n".encode(),
        "configuration_tiny.py": b"from transformers import PreTrainedConfig\nfrom .words import WORD\n\n\n"
        b"class TinyConfig(PreTrainedConfig):\n    model_type = 'tiny'\n\n    def said(self):\n        return WORD\n",
    }


class Scene:
    def __init__(self, home, hf_hub, repo_id, kind, hubs, mine):
        self.home, self.folder = home, home.path / "mine"
        self.remote = hf_hub.repo(repo_id, kind)
        self.remote.push(hubs)
        self.put(mine)

    def put(self, files: dict[str, bytes]) -> None:
        for path, content in files.items():
            write(self.folder / path, content)

    @property
    def caches(self) -> Path:
        return self.home.path / ".cache" / "huggingface"


@pytest.fixture
def model(home, hf_hub) -> Scene:
    return Scene(home, hf_hub, MODEL, "models", code("the hub's"), code("mine"))


@pytest.fixture
def transformers(home, hf_hub) -> HfClient:
    return HfClient("transformers", "5.23.0", home, hf_hub)


def modules(scene) -> Path:
    return scene.caches / "modules/transformers_modules/me/_1tiny_hyphen_model_dot_v2" / scene.remote.head.sha


def moved(scene, copy: Path, cache_name: str) -> list[Path]:
    """Returns the folders to which refresh has moved the copy."""
    cache = scene.caches / cache_name
    return sorted((cache / "._hubcache").glob(f"*/{copy.relative_to(cache)}"))


def test_adopting_code_names_the_folder(cache, model):
    told = ok(cache("adopt", f"hf:{MODEL}", model.folder, "--json"))
    assert any(str(modules(model)) in line and "hubcache refresh" in line for line in told["warnings"])
    (model.folder / "words.py").unlink()
    (model.folder / "configuration_tiny.py").unlink()
    told = ok(cache("adopt", f"hf:{MODEL}", model.folder, "--json"))
    assert not any("modules" in line for line in told["warnings"])


def test_the_hubs_code_from_before_is_moved_aside(transformers, cache, model):
    """transformers run the copy of an earlier run until refresh moves it aside."""
    assert transformers.script(LOAD_CODE).value == "the hub's"
    hubs = {path.name: path.read_bytes() for path in modules(model).glob("*.py")}
    assert hubs["words.py"] == b'WORD = "the hub\'s"\n'
    told = ok(cache("adopt", f"hf:{MODEL}", model.folder, "--json"))
    assert any("outdated copy" in line and str(modules(model)) in line for line in told["warnings"])
    assert transformers.script(LOAD_CODE).value == "the hub's"
    assert cache("status", f"hf:{MODEL}", "--check").returncode == 3
    assert reports(cache, "status")["outdated_copies"] == [str(modules(model))]
    check = cache("refresh", "--check")
    assert check.returncode == 3 and str(modules(model)) in check.stdout and modules(model).exists()
    told = reports(cache, "refresh")
    assert told["outdated_copies"] == [str(modules(model))]
    assert [Path(name) for name in told["moved_to"]] == moved(model, modules(model), "modules")
    [aside] = moved(model, modules(model), "modules")
    assert {path.name: path.read_bytes() for path in aside.glob("*.py")} == hubs and not modules(model).exists()
    for command in (["refresh"], ["status", f"hf:{MODEL}"]):
        assert cache(*command, "--check").returncode == 0
    assert transformers.script(LOAD_CODE).value == "mine"
    for command in (["refresh"], ["status", f"hf:{MODEL}"]):
        assert cache(*command, "--check").returncode == 0


@pytest.mark.parametrize("env", [{}, OFFLINE])
def test_after_an_edit_the_older_code_is_moved_aside(transformers, cache, model, env):
    ok(cache("adopt", f"hf:{MODEL}", model.folder))
    assert transformers.script(LOAD_CODE, env=env).value == "mine"
    model.put({"words.py": b"WORD = 'edited'\n"})
    assert transformers.script(LOAD_CODE, env=env).value == "mine"
    ok(cache("refresh"))
    assert transformers.script(LOAD_CODE, env=env).value == "edited"
    assert len(moved(model, modules(model), "modules")) == 1


def test_other_repos_and_commits_stay(cache, model):
    """refresh moves only the copies of this repo and commit."""
    others = [
        modules(model).parent / ("0" * 40),
        modules(model).parent.parent / "other" / model.remote.head.sha,
        modules(model).parent.parent.parent / "you" / modules(model).parent.name / model.remote.head.sha,
    ]
    for folder in [*others, modules(model)]:
        write(folder / "words.py", b"WORD = 'older'\n")
    ok(cache("adopt", f"hf:{MODEL}", model.folder))
    ok(cache("refresh"))
    assert [folder.exists() for folder in others] == [True] * 3 and not modules(model).exists()


def test_a_copy_behind_a_symlink_is_left_alone(cache, model):
    """A copy behind a symlink belongs to another folder and stays. A symlink of the whole cache is allowed."""
    elsewhere = model.home.path / "elsewhere"
    write(elsewhere / model.remote.head.sha / "words.py", b"WORD = 'older'\n")
    modules(model).parent.parent.mkdir(parents=True)
    modules(model).parent.symlink_to(elsewhere)
    ok(cache("adopt", f"hf:{MODEL}", model.folder))
    assert reports(cache, "refresh")["outdated_copies"] == []
    modules(model).parent.unlink()
    (elsewhere / "me").mkdir()
    os.rename(elsewhere / model.remote.head.sha, elsewhere / "me" / model.remote.head.sha)
    (model.caches / "modules").rename(model.home.path / "disk")
    (model.caches / "modules").symlink_to(model.home.path / "disk")
    write(modules(model) / "words.py", b"WORD = 'older'\n")
    assert len(reports(cache, "refresh")["moved_to"]) == 1


def test_release_names_a_copy_of_the_users_code(transformers, cache, model):
    ok(cache("adopt", f"hf:{MODEL}", model.folder))
    transformers.script(LOAD_CODE)
    told = ok(cache("release", f"hf:{MODEL}", "--json"))
    assert any(str(modules(model)) in line for line in told["warnings"]) and modules(model).exists()


# ---- datasets

DATA = "me/TinyHTMLRows-v2"
LOAD_DATA = f'from datasets import load_dataset; result = load_dataset("{DATA}")["train"]["text"][0]'


@pytest.fixture
def data(home, hf_hub) -> Scene:
    return Scene(home, hf_hub, DATA, "datasets", rows("the hub's"), rows("mine"))


@pytest.fixture
def datasets(home, hf_hub) -> HfClient:
    return HfClient("datasets", "5.2.0", home, hf_hub)


def arrow(scene) -> Path:
    return scene.caches / "datasets/me___tiny_html_rows-v2/default/0.0.0" / scene.remote.head.sha


def adopt_data(cache, data, *options):
    return ok(cache("adopt", f"hf:{DATA}", data.folder, "--repo-type", "dataset", "--json", *options))


def test_adopting_a_data_set_names_the_folder(cache, data):
    told = adopt_data(cache, data)
    folder = data.caches / "datasets/me___tiny_html_rows-v2/*/*" / data.remote.head.sha
    assert any(str(folder) in line and "hubcache refresh" in line for line in told["warnings"])


def test_the_hubs_rows_from_before_are_moved_aside(datasets, cache, data):
    assert datasets.script(LOAD_DATA).value == "the hub's 0"
    assert arrow(data).is_dir()
    adopt_data(cache, data)
    assert datasets.script(LOAD_DATA).value == "the hub's 0"
    assert reports(cache, "status")["outdated_copies"] == [str(arrow(data))]
    assert cache("refresh", "--check").returncode == 3
    ok(cache("refresh"))
    [aside] = moved(data, arrow(data), "datasets")
    assert list(aside.glob("*.arrow")) and not arrow(data).exists()
    assert datasets.script(LOAD_DATA).value == "mine 0"
    assert cache("refresh", "--check").returncode == 0
    assert reports(cache, "status")["outdated_copies"] == []


@pytest.mark.parametrize("link", ["hardlink", "copy"])
def test_after_an_edit_the_older_rows_are_moved_aside(datasets, cache, data, link):
    adopt_data(cache, data, "--link", link)
    assert datasets.script(LOAD_DATA).value == "mine 0"
    data.put(rows("edited"))
    ok(cache("refresh"))
    assert datasets.script(LOAD_DATA).value == "edited 0"
    assert len(moved(data, arrow(data), "datasets")) == 1


def test_an_edit_that_sets_the_time_back_counts(datasets, cache, data):
    """rsync --inplace --times makes such an edit."""
    adopt_data(cache, data, "--link", "hardlink")
    assert datasets.script(LOAD_DATA).value == "mine 0"
    with open(data.folder / "train.jsonl", "r+b") as file:
        file.write(rows("edit")["train.jsonl"])
    os.utime(data.folder / "train.jsonl", (1_600_000_000, 1_600_000_000))
    assert cache("refresh", "--check").returncode == 3
    ok(cache("refresh"))
    assert datasets.script(LOAD_DATA).value == "edit 0"


def test_a_second_load_and_a_backup_by_hard_links_leave_the_copy(datasets, cache, data):
    """Neither a second load nor a backup by hard links changes the adopted files."""
    adopt_data(cache, data, "--link", "hardlink")
    datasets.script(LOAD_DATA)
    for path in data.folder.iterdir():
        os.link(path, data.home.path / f"backup-{path.name}")
    assert cache("refresh", "--check").returncode == 0
    before = arrow(data).stat().st_ino
    ok(cache("refresh"))
    assert arrow(data).stat().st_ino == before


@pytest.mark.parametrize("link", ["hardlink", "copy"])
def test_a_copied_cache_leaves_the_copy(datasets, cache, data, link):
    """cp -a of the cache gives the adopted files a newer ctime, which does not count as an edit."""
    adopt_data(cache, data, "--link", link)
    datasets.script(LOAD_DATA)
    hub = data.caches / "hub"
    subprocess.run(["cp", "-a", hub, data.caches / "copied"], check=True)
    shutil.rmtree(hub)
    (data.caches / "copied").rename(hub)
    before = arrow(data).stat().st_ino
    for _ in range(2):
        assert cache("refresh", "--check").returncode == 0
        ok(cache("refresh"))
    assert arrow(data).stat().st_ino == before and datasets.script(LOAD_DATA).value == "mine 0"
