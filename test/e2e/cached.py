"""The caches of the real clients, for the commands that remove something from them."""

from pathlib import Path
from typing import Any

from csg import CsgClient
from hf import HfClient
from ms import MsClient
from scene import ALL, FILES
from sdk import Sdk, venv_of

from adoption import ok

CLIENTS = [
    "aistudio-0.3.9",
    "aistudio-0.2.6",
    "huggingface-2.4.0",
    "modelscope-1.37.1",
    "modelscope-1.40.2",
    "csghub-0.9.3",
    "csghub-cli-0.9.3",
]
PREFIXES = {"huggingface": "hf:", "modelscope": "ms:", "csghub": "csg:"}
OLD_AISTUDIO = "from aistudio_sdk import hub\nresult = [hub.download(repo_id={!r}, filename=one) for one in {!r}]"


class Cached:
    """A client with a cache of its own, and hubs that have the same files in each repo."""

    def __init__(self, client: str, home, hubs: dict[str, Any], front):
        self.kind, _, self.version = client.rpartition("-")
        self.hub, self.home = self.kind.partition("-")[0], home
        self.remote = hubs[self.hub]
        if self.hub == "aistudio":
            self.client = Sdk(self.version, venv_of(client), home, self.remote)
        elif self.hub == "huggingface":
            self.client = HfClient("huggingface-hub", self.version, home, self.remote)
        elif self.hub == "modelscope":
            self.client = MsClient(self.version, home, self.remote, front)
        else:
            self.client = CsgClient(self.version, home, self.remote)

    def name(self, repo_id: str) -> str:
        """Returns the id as ls prints it."""
        if self.version == "0.2.6":
            return "unknown/" + repo_id.split("/")[1]
        return PREFIXES.get(self.hub, "") + repo_id

    def push(self, *repo_ids: str) -> None:
        for repo_id in repo_ids:
            self.remote.repo(repo_id).push(FILES)

    def downloads(self, repo_id: str) -> set[str]:
        """Runs the client. Returns the files that it downloads."""
        if self.version == "0.2.6":
            run = self.client.script(OLD_AISTUDIO.format(repo_id, sorted(ALL)), env={"SKIP_REPO_VISIBLE_CHECK": "true"})
        elif self.kind == "csghub-cli":
            done, run = self.client.tool("download", repo_id, "-t", "model")
            assert done.returncode == 0, done.stderr
        else:
            run = self.client.snapshot_download(repo_id)
        assert run.error is None, run.error_text
        return run.downloads

    def place(self, hubcache, repo_id: str) -> Path:
        """Returns the cache folder, as ls names it."""
        repos = ok(hubcache("ls", "--json"))["repos"]
        target = {"csghub-cli": "csghub-cli", "csghub": "csghub"}.get(self.kind)
        [place] = [
            one["place"]
            for one in repos
            if one["name"] == self.name(repo_id) and (target is None or one["target"] == target)
        ]
        return Path(place)


def own_folders(home) -> list[str]:
    """Returns what hubcache has left in the home folder, without the list of adopted places and the digest cache."""
    return [str(path) for path in home.path.rglob("*") if "._hubcache" in path.parts]
