"""The real Hugging Face clients: huggingface_hub in several versions, transformers, datasets."""

import re
import subprocess
from typing import Mapping
from urllib.parse import unquote

from hfdouble import HfHub
from home import Home
from sdk import Client, Outcome, venv_of

HUB_VERSIONS = ("0.26.5", "1.33.0", "2.4.0")


class HfOutcome(Outcome):
    @property
    def downloads(self) -> set[str]:
        """Returns the files whose content the client requested."""
        contents = (
            re.search(r"/resolve-cache/[^/]+/[^/]+/[^/]+/[0-9a-f]{40}/(.+)$", request.path)
            for request in self.requests
            if request.method == "GET" and request.media_bytes
        )
        return {unquote(match[1]) for match in contents if match}


class HfClient(Client):
    """A virtual environment in which one of the clients is installed."""

    outcome = HfOutcome

    def __init__(self, name: str, version: str, home: Home, hub: HfHub):
        super().__init__(version, venv_of(f"{name}-{version}"), home, hub)
        self.env = home.env | {
            "HF_ENDPOINT": hub.url,
            "HF_HUB_DISABLE_PROGRESS_BARS": "1",
            "PYTHONUTF8": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
            "HF_HUB_DISABLE_UPDATE_CHECK": "1",
        }

    def snapshot_download(self, repo_id: str, *, env: Mapping[str, str] = {}, **kwargs) -> Outcome:
        return self._call("huggingface_hub", "snapshot_download", [repo_id], kwargs, env)

    def hf_hub_download(self, repo_id: str, path: str, *, env: Mapping[str, str] = {}, **kwargs) -> Outcome:
        return self._call("huggingface_hub", "hf_hub_download", [repo_id, path], kwargs, env)

    def try_to_load_from_cache(self, repo_id: str, path: str, *, env: Mapping[str, str] = {}, **kwargs) -> Outcome:
        return self._call("huggingface_hub", "try_to_load_from_cache", [repo_id, path], kwargs, env)

    def tool(self, *arguments: object, env: Mapping[str, str] = {}) -> subprocess.CompletedProcess[str]:
        """Runs the client's own command: `hf`, or `huggingface-cli` in 0.26."""
        return self._tool("huggingface-cli" if self.version == "0.26.5" else "hf", *arguments, env=env)
