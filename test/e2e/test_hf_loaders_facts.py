"""The behaviour of transformers and datasets with a cache that another program wrote."""

import pytest
from hf import HfClient
from hf_models import config, rows, tokenizer
from hf_scene import place_snapshot

MODEL, DATA = "me/tiny", "me/rows"
CONFIG = f'from transformers import AutoConfig; result = AutoConfig.from_pretrained("{MODEL}").hidden_size'
TOKENIZE = (
    f'from transformers import AutoTokenizer; result = AutoTokenizer.from_pretrained("{MODEL}").tokenize("hello there")'
)
LOAD = f'from datasets import load_dataset; result = load_dataset("{DATA}")["train"]["text"][:]'
OFFLINE = {"HF_HUB_OFFLINE": "1"}


@pytest.fixture
def transformers(home, hf_hub) -> HfClient:
    hf_hub.repo(MODEL).push({"config.json": config(8), **tokenizer()})
    return HfClient("transformers", "5.23.0", home, hf_hub)


@pytest.fixture
def datasets(home, hf_hub) -> HfClient:
    hf_hub.repo(DATA, "datasets").push(rows("the hub's"))
    return HfClient("datasets", "5.2.0", home, hf_hub)


def place(home, hf_hub, kind, repo_id, files):
    return place_snapshot(home, kind, repo_id, hf_hub.repo(repo_id, kind).head.sha, files)


@pytest.mark.parametrize("env", [{}, OFFLINE])
def test_transformers_take_the_snapshot(transformers, home, hf_hub, env):
    place(home, hf_hub, "models", MODEL, {"config.json": config(64), **tokenizer(["[UNK]", "there"])})
    run = transformers.script(CONFIG, env=env)
    assert (run.value, run.downloads) == (64, set())
    run = transformers.script(TOKENIZE, env=env)
    assert (run.value, run.downloads) == (["[UNK]", "there"], set())


def heads(run) -> list[str]:
    return [request.path.rpartition("/")[2] for request in run.requests if request.method == "HEAD"]


def test_what_a_tokenizer_is_asked_for(transformers, home, hf_hub):
    """transformers request files that neither the hub nor the user has. Each load requests them again, unless .no_exist
    has a note."""
    folder = place(home, hf_hub, "models", MODEL, {"config.json": config(64), **tokenizer()})
    asked = heads(transformers.script(TOKENIZE))
    assert sorted(asked) == ["added_tokens.json", "chat_template.jinja", "special_tokens_map.json", "tokenizer.model"]
    assert sorted(path.name for path in (folder / ".no_exist").rglob("*") if path.is_file()) == sorted(asked)
    assert heads(transformers.script(TOKENIZE)) == []


def test_datasets_take_the_snapshot(datasets, home, hf_hub):
    place(home, hf_hub, "datasets", DATA, rows("mine"))
    run = datasets.script(LOAD)
    assert (run.value, run.downloads) == (["mine 0", "mine 1", "mine 2"], set())


def test_datasets_keep_a_copy_by_the_commit(datasets, home, hf_hub):
    """After an edit with the same commit, datasets load the Arrow copy of the first load."""
    place(home, hf_hub, "datasets", DATA, rows("mine"))
    datasets.script(LOAD)
    place(home, hf_hub, "datasets", DATA, rows("edited"))
    assert datasets.script(LOAD).value[0] == "mine 0"
    assert datasets.script(LOAD, env=OFFLINE).value[0] == "mine 0"
    assert datasets.script(LOAD, env={"HF_DATASETS_CACHE": str(home.path / "fresh")}).value[0] == "edited 0"


def test_datasets_offline_want_their_own_copy(datasets, home, hf_hub):
    place(home, hf_hub, "datasets", DATA, rows("mine"))
    assert datasets.script(LOAD, env=OFFLINE).error == "ConnectionError"
