"""Published models in the programs that load them: transformers from an empty home, and clients that download while the revision
is published anew."""

import re
import threading
from pathlib import Path

import pytest
from hf import HfClient
from hf_models import WORDS, config, tokenizer, weights
from scene import write
from shared_hub import NAME, PREFIXES, Getter, exported, until
from stores import Folder, Proxy, running

from adoption import ok
from local_hub import serving


def publish(hubcache, store, folder: Path, hub: str, files: dict[str, bytes]) -> str:
    for name, content in files.items():
        write(folder / name, content)
    return ok(hubcache("publish", PREFIXES[hub] + NAME, folder, store.name, "--json", env=store.env))["commit"]


# --- transformers

LOADERS = {
    "AutoConfig": f'from transformers import AutoConfig; result = AutoConfig.from_pretrained("{NAME}").hidden_size',
    "AutoTokenizer": "from transformers import AutoTokenizer\n"
    f'result = AutoTokenizer.from_pretrained("{NAME}").tokenize("hello w79999")',
    "AutoModel": f'from transformers import AutoModel; model = AutoModel.from_pretrained("{NAME}")\n'
    "result = model.embeddings.word_embeddings.weight[0][0].item()",
}
LOADED = {"AutoConfig": 512, "AutoTokenizer": ["hello", "w79999"], "AutoModel": 0.25}


@pytest.mark.parametrize("redirects", ["auto", "never"])
def test_transformers_load_a_published_model(hubcache, bucket, home, hf_hub, redirects):
    """The tokenizer and the weights are so large that they come from the store."""
    client = HfClient("transformers", "5.23.0", home, hf_hub)
    loaders = dict(LOADERS)
    if not client.script("import importlib.util as util; result = bool(util.find_spec('torch'))").value:
        del loaders["AutoModel"]  # see docs/testing.md
    words = [*WORDS, *(f"w{number}" for number in range(80_000))]
    publish(
        hubcache,
        bucket,
        home.path / "model",
        "huggingface",
        {"config.json": config(512), "model.safetensors": weights(512, 0.25), **tokenizer(words)},
    )
    with Proxy(bucket.port) as proxy:
        words = ["--from", bucket.name, "--redirect", redirects, "--offline"]
        with serving(hubcache, *words, env=proxy.env) as served:
            env = exported(hubcache, served.url)
            for name, script in loaders.items():
                outcome = client.script(script, env=env)
                assert outcome.value == LOADED[name], (name, outcome.error_text, outcome.stderr[-2000:])
    signed = [path for _, path, _ in proxy.requests if "X-Amz-Signature" in path]
    assert len(signed) >= len(loaders) - 1 if redirects == "auto" else not signed


# --- a publish in the middle of a download

OLD, NEW = ({f"{name}.bin": (version + name).encode() * 500 for name in "abcdef"} for version in ("old", "new"))
CLIENTS = ("aistudio-0.3.9", "huggingface-2.4.0", "modelscope-1.40.2", "csghub-0.9.3")
CONTENT = re.compile(r"/(media|resolve)/|/repo\?.*FilePath=")
OF_THE_BRANCH = {
    "aistudio": f"/api/v1/repos/{NAME}/media/a.bin",
    "huggingface": f"/huggingface/{NAME}/resolve/main/a.bin",
    "modelscope": f"/modelscope/api/v1/models/{NAME}/repo?Revision=master&FilePath=a.bin",
    "csghub": f"/csghub/csg/{NAME}/resolve/main/a.bin",
}


@pytest.fixture
def downloading(hubcache, home, hub, hf_hub, ms_hub, csg_hub, tmp_path):
    """Provides a function that downloads the repo. While the client gets the files, the revision becomes that of NEW. Returns the
    client, the outcome, and what the client has to export later."""
    (tmp_path / "store").mkdir()
    with running(Folder, tmp_path) as store, serving(hubcache, "--from", store.name, "--offline") as served:

        def download(client: str, by_commit: bool):
            one = Getter(client, home, hub, hf_hub, ms_hub, csg_hub)
            first = publish(hubcache, store, home.path / "model", one.hub, OLD)
            lock, requests = threading.Lock(), []

            def moves(method: str, path: str) -> None:
                with lock:
                    requests.extend([path] if method == "GET" and CONTENT.search(path) else [])
                    if len(requests) != 4:
                        return
                    requests.append("moved")
                    publish(hubcache, store, home.path / "model", one.hub, NEW)
                    until(lambda: served.ask(OF_THE_BRANCH[one.hub])[2] == NEW["a.bin"])

            with Proxy(served.port, moves) as proxy:
                env = exported(hubcache, f"http://127.0.0.1:{proxy.server.server_port}")
                outcome = one.get(env, **({"revision": first} if by_commit else {}))
            assert "moved" in requests
            return one, outcome, exported(hubcache, served.url)

        yield download


def versions_in(folder: Path) -> set[str]:
    """Returns the versions of the files that are there; each is whole."""
    versions = {"old": OLD, "new": NEW}
    found = [(path.name, path.read_bytes()) for path in folder.rglob("*.bin") if path.name in OLD]
    for name, content in found:
        assert content in (OLD[name], NEW[name]), name
    return {version for name, content in found for version in versions if content == versions[version][name]}


@pytest.mark.parametrize("client", CLIENTS)
def test_a_commit_as_the_revision_stays_the_same(downloading, client):
    one, outcome, _ = downloading(client, by_commit=True)
    assert not outcome.error, outcome.error_text
    assert not one.wrong_in(Path(outcome.value), OLD)


@pytest.mark.parametrize("client", CLIENTS)
def test_the_branch_moves_during_a_download(downloading, home, client):
    """What each client then has is in docs/formats/store.md."""
    one, outcome, env = downloading(client, by_commit=False)
    if one.hub == "huggingface":
        assert not one.wrong_in(Path(outcome.value), OLD)
    if one.hub == "modelscope":
        assert outcome.error == "FileDownloadError"
    versions_in(home.path)  # no file has parts of two versions
    if one.hub == "csghub":
        assert one.wrong_in(Path(one.get(env).value), NEW)
        assert not one.wrong_in(Path(one.get(env, force_download=True).value), NEW)
    else:
        one.check(env, NEW)
