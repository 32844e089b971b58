"""Programs that load models by modelscope. The programs themselves are not run: their calls of the client, as found in
their sources, run in the real client.

modelscope 1.37.1 is run alone, and 1.40.2 under `hubcache run`, because it replaces edited files otherwise."""

import os
from pathlib import Path

import pytest
from hf_models import config, tokenizer
from ms import MS_VERSIONS, MsClient
from ms_scene import MsScene
from scene import ALL, read
from sdk import venv_of

from adoption import ok, tree

REPO = "me/tuned-1.5"
PATHS = sorted(ALL)
SNAPSHOT = "from modelscope.hub.snapshot_download import snapshot_download\n"
IN_FOLDER = "\nimport os\nresult = [os.path.join(folder, path) for path in {paths!r}]\n"

CALLERS = {
    # maybe_download_from_modelscope
    "vLLM": """
folder = snapshot_download(
    model_id={repo!r}, cache_dir=None, local_files_only=False, revision=None, ignore_file_pattern=["original/**/*"]
)
""",
    # ServerArgs: the model, then the tokenizer
    "SGLang": """
folder = snapshot_download({repo!r}, cache_dir=None, revision=None)
snapshot_download({repo!r}, cache_dir=None, revision=None, ignore_patterns=["*.bin", "*.safetensors"])
""",
    # ms-swift 4.6
    "ms-swift": """
folder = snapshot_download({repo!r}, "master", ignore_patterns=["*.zip", "*.gguf", "*.pth", "*.pt", "consolidated*"])
""",
    # FunASR 1.4, get_or_download_model_dir
    "FunASR": """
folder = snapshot_download({repo!r}, revision="master", user_agent={{"invoked_by": "pipeline", "third_party": "funasr"}})
""",
}
# MinerU 4, with a folder of its own
MINERU = """
folder = snapshot_download(
    {repo!r}, local_dir={folder!r}, allow_patterns=["inference", "inference/*", "model.safetensors"]
)
"""


@pytest.fixture(params=MS_VERSIONS[1:])
def ms(request, home, ms_hub, ms_front, hubcache) -> MsClient:
    hubcache.env["MODELSCOPE_ENDPOINT"] = ms_hub.endpoint
    client = MsClient(request.param, home, ms_hub, ms_front)
    return client.under_run(hubcache.binary) if client.is_new else client


@pytest.fixture
def scene(ms, ms_hub) -> MsScene:
    scene = MsScene(ms_hub, ms, repo_id=REPO)
    scene.place = ms.home.path / ".cache/modelscope/hub/models" / REPO.replace(".", "___")
    return scene


def check(ms: MsClient, scene: MsScene, text: str, paths=PATHS, **names) -> None:
    """Runs the call twice, and again after a push."""
    script = SNAPSHOT + (text + IN_FOLDER).format(repo=REPO, paths=paths, **names)
    before = tree(scene.user, times=True)
    for time in range(3):
        run = ms.script(script)
        assert (run.error, run.fetched, run.media_bytes) == (None, [], 0), run.error_text
        assert [read(Path(path)) for path in run.value] == [read(scene.user / path) for path in paths]
        if time == 1:
            scene.push()
    assert tree(scene.user, times=True) == before


@pytest.mark.parametrize("program", CALLERS)
def test_a_program_loads_the_adopted_files(ms, hubcache, scene, program):
    ok(hubcache("adopt", f"ms:{REPO}", scene.user))
    check(ms, scene, CALLERS[program])
    ok(hubcache("release", f"ms:{REPO}"))
    assert ms.script(SNAPSHOT + CALLERS[program].format(repo=REPO)).downloads == set(ALL)


def test_the_folder_that_vllm_opens(ms, hubcache, scene):
    """vLLM opens get_model_cache_root()/<owner>/<name>, for a name with dots, too. A download of modelscope since 1.38
    is not there (vllm#55189); adopted files are."""
    ok(hubcache("adopt", f"ms:{REPO}", scene.user))
    run = ms.script(
        "import os\nfrom modelscope.utils.file_utils import get_model_cache_root\n"
        f"result = [os.path.join(get_model_cache_root(), {REPO!r}, path) for path in {PATHS!r}]"
    )
    assert [read(Path(path)) for path in run.value] == [read(scene.user / path) for path in PATHS]


def test_cache_dir(ms_hub, ms_front, home, hubcache):
    """A program passes cache_dir, whose layout differs between the versions, for a name with dots (modelscope#1153,
    DiffSynth-Studio#1665). The local hub serves the adopted files to any folder."""
    hubcache.env["MODELSCOPE_ENDPOINT"] = ms_hub.endpoint
    for version in MS_VERSIONS:
        client = MsClient(version, home, ms_hub, ms_front)
        scene = MsScene(ms_hub, client, repo_id=REPO)
        ok(hubcache("adopt", f"ms:{REPO}", scene.user))
        for time in range(2):
            run = client.under_run(hubcache.binary).snapshot_download(REPO, cache_dir=str(home.path / version))
            assert (run.error, run.fetched, scene.lost(Path(run.value))) == (None, [], set()), (version, time, run)


def test_a_single_file_again_by_its_revision(ms, hubcache, scene):
    """gpustack PR 381."""
    ok(hubcache("adopt", f"ms:{REPO}", scene.user))
    for revision in ({}, {"revision": "master"}) * 2:
        run = ms.file_download(REPO, "inference/config.json", **revision)
        assert (run.fetched, read(Path(run.value))) == ([], read(scene.user / "inference/config.json")), run


def test_a_program_with_a_folder_of_its_own(ms, hubcache, scene, home):
    folder = home.path / "mineru-models"
    ok(hubcache("adopt", f"ms:{REPO}", scene.user, "--target", "ms-dir", "--place", folder))
    check(ms, scene, MINERU, ["inference/config.json", "model.safetensors"], folder=str(folder))


LOAD = """
from modelscope import AutoConfig, AutoTokenizer
result = [AutoConfig.from_pretrained("{repo}").hidden_size, AutoTokenizer.from_pretrained("{repo}").tokenize("hello there")]
"""
PATCHED = """
from modelscope.utils.hf_util import patch_hub
patch_hub()
from transformers import AutoConfig, AutoTokenizer
""" + LOAD.split("\n", 2)[2]


@pytest.mark.parametrize("script", [LOAD, PATCHED], ids=["modelscope", "patch_hub"])
def test_transformers_through_modelscope(ms_hub, ms_front, home, hubcache, script):
    """modelscope 1.40.2 with transformers 5.23.0, under `hubcache run`."""
    hubcache.env["MODELSCOPE_ENDPOINT"] = ms_hub.endpoint
    ms = MsClient(MS_VERSIONS[2], home, ms_hub, ms_front).under_run(hubcache.binary)
    ms.venv = venv_of("transformers-5.23.0")
    scene = MsScene(ms_hub, ms, repo_id=REPO)
    scene.remote.push({"config.json": config(8), **tokenizer()})
    for path, content in {"config.json": config(64), **tokenizer(["[UNK]", "there"])}.items():
        (scene.user / path).write_bytes(content)
    ok(hubcache("adopt", f"ms:{REPO}", scene.user))
    packages = venv_of("modelscope-1.40.2") / "lib/python3.11/site-packages"
    for _ in range(2):
        run = ms.script(script.format(repo=REPO), env={"PYTHONPATH": os.fspath(packages)})
        assert (run.error, run.value) == (None, [64, ["[UNK]", "there"]]), run.error_text
        assert run.fetched == []
