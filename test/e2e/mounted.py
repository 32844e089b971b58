"""Adoptions for several targets. The command and the real client run in a mount namespace."""

from pathlib import Path

import readers
from hf import HfClient
from hf_scene import REPO as HF_REPO
from hf_scene import HfScene
from home import Home
from mounts import CommandInside, Mounts
from scene import FILES, REPO, Scene, read
from sdk import Outcome, Sdk, venv_of

PADDLEX = next(reader for reader in readers.READERS if reader.name == "paddlex 3.3.13")
TARGETS = ("aistudio", "aistudio-dir", "paddlex", "huggingface", "hf-dir")


class Mounted:
    def __init__(self, target: str, mounts: Mounts, hubcache, hub, hf_hub, home: Home):
        self.target, self.mounts, self.home, self.hub, self.hf_hub = target, mounts, home, hub, hf_hub
        self.is_hf = target in ("huggingface", "hf-dir")
        self.repo = HF_REPO if self.is_hf else PADDLEX.repo_id if target == "paddlex" else REPO
        self.scene = HfScene(hf_hub, home) if self.is_hf else Scene(hub, home, self.repo)
        self.user = self.scene.user
        self.place = {
            "aistudio": home.place(self.repo),
            "paddlex": home.path / ".paddlex/official_models" / self.repo.split("/")[1],
            "huggingface": home.path / ".cache/huggingface/hub/models--me--tuned",
        }.get(target, home.path / "local")
        self.files = self.scene.snapshot() if target == "huggingface" else self.place
        self.env = {"HF_ENDPOINT": hf_hub.url}
        self.binary = hubcache.binary
        self.command = CommandInside(mounts, hubcache)

    @property
    def options(self) -> list[str]:
        return ["--target", self.target, *(["--place", str(self.place)] if self.target.endswith("-dir") else [])]

    def run(self, verb: str, *more: object):
        words = [verb, self.repo, *([self.user] if verb == "adopt" else []), *self.options, *more]
        return self.command(*words, env=self.env)

    def client(self, *prefix: object) -> Outcome:
        """Runs the real client in the namespace; `prefix` goes before its command line."""
        words = (*self.mounts.enter, *prefix)
        if self.is_hf:
            kwargs = {"local_dir": str(self.place)} if self.target == "hf-dir" else {}
            return (
                HfClient("huggingface-hub", "2.4.0", self.home, self.hf_hub)
                .under(*words)
                .snapshot_download(self.repo, **kwargs)
            )
        if self.target == "paddlex":
            script = PADDLEX.full_script(self.home)
            return PADDLEX.sdk(self.home, self.hub).under(*words).script(script, env=PADDLEX.variables(self.home))
        kwargs = {"local_dir": str(self.place)} if self.target == "aistudio-dir" else {}
        return (
            Sdk("0.3.9", venv_of("aistudio-0.3.9"), self.home, self.hub)
            .under(*words)
            .snapshot_download(self.repo, **kwargs)
        )

    def loaded(self, *prefix: object) -> dict[str, bytes | None]:
        """Asserts that the client downloads nothing; returns the content of each file that it loads."""
        outcome = self.client(*prefix)
        assert (outcome.error, outcome.downloads) == (None, set()), outcome.error_text + outcome.stderr
        names = (
            outcome.value if isinstance(outcome.value, dict) else {path: f"{outcome.value}/{path}" for path in FILES}
        )
        return {path: read(self.mounts.inside(Path(name))) for path, name in names.items()}

    def check_client(self) -> None:
        """Asserts that the client loads the user's files online and offline, and downloads nothing."""
        mine = {path: Scene.edited(path) for path in FILES}
        offline = ("env", "HF_HUB_OFFLINE=1") if self.is_hf else (self.binary, "run", "--offline", "--")
        assert self.loaded() == mine
        assert self.loaded(*offline) == mine

    def is_nothing_lost(self) -> bool:
        return self.scene.lost(self.user) == set()
