"""The clients that load AI Studio's models, each called as its users' programs call it.

Each script runs in a fresh process of the real package. It leaves in `result`, for each path of the repo, the name of
the file that the client returns to its caller."""

import os
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from home import Home
from hubdouble import Hub
from scene import FILES
from sdk import Outcome, Sdk

PATHS = f"paths = {sorted(FILES)!r}\n"
IN_FOLDER = "import os\nresult = {{path: os.path.join(str(folder), path) for path in paths}}\n"

# The __init__ of these packages does not run, because it imports numpy, pandas or transformers. The tested module and
# its own imports run unchanged.
WITHOUT_INIT = """
import sys, types
for name in {packages!r}:
    module = types.ModuleType(name)
    module.__path__ = [next(one for one in sys.path if one.endswith({folder!r})) + "/" + name.replace(".", "/")]
    sys.modules[name] = module
"""

SNAPSHOT = (
    PATHS
    + """
from aistudio_sdk.snapshot_download import snapshot_download
folder = snapshot_download(repo_id={repo_id!r})
"""
    + IN_FOLDER
)

LOCAL_DIR = (
    PATHS
    + """
import os
from aistudio_sdk.snapshot_download import snapshot_download
folder = os.path.join({base}, {repo_id!r})
snapshot_download(repo_id={repo_id!r}, revision="master", local_dir=folder)
"""
    + IN_FOLDER
)

COMMAND = (
    PATHS
    + """
import subprocess, sys
subprocess.run([sys.prefix + "/bin/aistudio", "download", "--model", {repo_id!r}], check=True)
folder = {place!r}
"""
    + IN_FOLDER
)

SINGLE_FILES = (
    PATHS
    + """
from aistudio_sdk.hub import download
result = {{path: download(repo_id={repo_id!r}, filename=path)["path"] for path in paths}}
"""
)

# PaddleX 3.2.0 checks that each model source is reachable before it uses the source. On this machine only the hub is
# reachable, at another address.
PADDLEX = (
    PATHS
    + """
from paddlex.inference.utils import official_models as module
module._AIStudioModelHoster.healthcheck_url = None
folder = module._ModelManager()[{name!r}]
"""
    + IN_FOLDER
)

PADDLEFORMERS = (
    PATHS
    + """
from paddleformers.utils.download import resolve_file_path
result = {{path: resolve_file_path({repo_id!r}, path, download_hub="aistudio") for path in paths}}
"""
)


@dataclass(frozen=True)
class Reader:
    name: str
    target: str
    call: str  # for docs/targets.md
    script: str
    repo_id: str = "ctbots/my.model-1.5"
    named: str = ""  # the id that the client's user types, if it is another id
    venv: str = "aistudio-0.3.9"
    package: str = ""  # its folder in readers/packages
    bare: tuple[str, ...] = ()  # packages whose __init__ does not run
    env: dict[str, str] = field(default_factory=dict)  # {home} is the test's home
    place: str = ""  # the folder for --place; {home} is the test's home
    skipped: str = ""  # reason why the client is not run
    asks_nothing: bool = False  # True: the client sends no request if the folder exists
    after_push: frozenset[str] = frozenset()  # files downloaded after a push, before a refresh
    # files for which the client returns None after a push, before a refresh
    none_after_push: frozenset[str] = frozenset()

    def sdk(self, home: Home, hub: Hub) -> Sdk:
        venvs = os.environ.get("HUBCACHE_SDK_VENVS")
        folder = Path(venvs or "nowhere") / self.venv
        if not (folder / "bin" / "python").exists():
            pytest.fail(f"{folder} is missing: run test/e2e/make_sdk_venvs.sh")
        return Sdk(self.name, folder, home, hub)

    def variables(self, home: Home) -> dict[str, str]:
        values = {name: value.format(home=home.path) for name, value in self.env.items()}
        if self.package:
            values["PYTHONPATH"] = f"{os.environ['HUBCACHE_SDK_VENVS']}/readers/packages/{self.package}"
        return values

    def arguments(self, home: Home) -> list[str]:
        place = ["--place", self.place.format(home=home.path)] if self.place else []
        return ["--target", self.target, *place]

    def full_script(self, home: Home) -> str:
        intro = WITHOUT_INIT.format(packages=self.bare, folder=self.package) if self.bare else ""
        script = self.script.format(
            repo_id=self.repo_id,
            name=self.repo_id.split("/")[1],
            base=repr(str(home.path)),
            place=str(home.place(self.repo_id)),
        )
        return intro + script

    def run(self, home: Home, hub: Hub) -> Outcome:
        return self.sdk(home, hub).script(self.full_script(home), env=self.variables(home))


def paddlex(version: str, **more) -> Reader:
    return Reader(
        f"paddlex {version}",
        "paddlex",
        "official_models['PP-OCRv5_mobile_det']",
        PADDLEX,
        repo_id="PaddleX/PP-OCRv5_mobile_det",
        venv="readers",
        package=f"paddlex-{version}",
        bare=("paddlex", "paddlex.inference", "paddlex.inference.models", "paddlex.inference.models.utils"),
        env={"PADDLE_PDX_MODEL_SOURCE": "aistudio", "PADDLE_PDX_DISABLE_MODEL_SOURCE_CHECK": "True"},
        **more,
    )


def paddleformers(version: str, how: str = "", **more) -> Reader:
    return Reader(
        f"paddleformers {version}{how}",
        "paddleformers",
        "resolve_file_path(repo_id, file, download_hub='aistudio')",
        PADDLEFORMERS,
        venv="readers",
        package=f"paddleformers-{version}",
        bare=("paddleformers",),
        **more,
    )


README = frozenset({"README.md"})

READERS = [
    Reader("aistudio-sdk 0.3.9", "aistudio", "snapshot_download(repo_id)", SNAPSHOT),
    Reader("aistudio download 0.3.9", "aistudio", "aistudio download --model REPO_ID", COMMAND),
    Reader(
        "aistudio-sdk 0.3.9 local_dir",
        "aistudio-dir",
        "snapshot_download(repo_id, local_dir=DIR)",
        LOCAL_DIR,
        place="{home}/ctbots/my.model-1.5",
    ),
    Reader(
        "aistudio-sdk 0.2.6",
        "aistudio-0.2",
        "hub.download(repo_id=…, filename=…)",
        SINGLE_FILES,
        venv="aistudio-0.2.6",
        env={"SKIP_REPO_VISIBLE_CHECK": "true"},
        after_push=README,
    ),
    Reader(
        "FastDeploy's call, sdk 0.3.9",
        "fastdeploy",
        "snapshot_download(repo_id, revision='master', local_dir=…)",
        LOCAL_DIR,
        repo_id="PaddlePaddle/ERNIE-4.5-0.3B",
        named="baidu/ERNIE-4.5-0.3B",
    ),
    Reader(
        "FastDeploy itself",
        "fastdeploy",
        "its call is replayed, see the next row",
        "",
        skipped="PyPI has no fastdeploy-gpu, and the fastdeploy that it has is another project",
    ),
    paddlex("3.2.0"),
    paddlex("3.3.13", asks_nothing=True),
    paddlex("3.7.2", asks_nothing=True),
    paddleformers("0.2.6", none_after_push=README),
    paddleformers("1.2.0", none_after_push=README),
    paddleformers("1.2.0", " with PF_HOME", env={"PF_HOME": "{home}/models"}, asks_nothing=True),
]
