"""The real ModelScope clients, in one version of each of the ways in which they find the hub and keep the files."""

import re
import subprocess
from pathlib import Path
from typing import Mapping
from urllib.parse import parse_qs, urlsplit

from home import Home
from hubdouble import ModelScopeHub
from hubdouble.modelscope import PREFIX
from sdk import Client, Outcome, venv_of
from tls_front import TlsFront

MS_VERSIONS = ("1.25.0", "1.37.1", "1.40.2")
HOSTS = ("www.modelscope.cn", "www.modelscope.ai")  # in the clients' code: the second is asked for what the first lacks
FILE = re.compile(r"/api/v1/(models|datasets)/[^/]+/[^/]+/repo$")


class MsOutcome(Outcome):
    @property
    def downloads(self) -> set[str]:
        """Returns the files whose content the client requested."""
        return set(self.fetched)

    @property
    def fetched(self) -> list[str]:
        addresses = (urlsplit(request.path) for request in self.requests)
        return sorted(parse_qs(url.query)["FilePath"][0] for url in addresses if FILE.search(url.path))

    @property
    def questions(self) -> list[str]:
        """Returns what the client asked, without the hub's address, in order; requests for a file's content are left
        out."""
        paths = [request.path.removeprefix(PREFIX) for request in self.requests]
        return [path for path in paths if not FILE.search(urlsplit(path).path)]


class MsClient(Client):
    """A client whose requests go to the double. Clients before 1.38 use https and a fixed host unless the caller gives an
    endpoint, so they go through a proxy. Clients since 1.38 take the endpoint from the environment."""

    outcome = MsOutcome

    def __init__(self, version: str, home: Home, hub: ModelScopeHub, front: TlsFront):
        super().__init__(version, venv_of(f"modelscope-{version}"), home, hub)
        self.env = home.env | {"PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"}
        self.env |= {"MODELSCOPE_ENDPOINT": hub.endpoint} if self.is_new else through(front)

    @property
    def without_front(self) -> dict[str, str]:
        """Returns variables that undo those of `through`."""
        return {name: self.home.env[name] for name in ("https_proxy", "HTTPS_PROXY")} | {"REQUESTS_CA_BUNDLE": ""}

    @property
    def is_new(self) -> bool:
        """Returns True for clients that keep no metadata, since 1.38."""
        return self.version == "1.40.2"

    def root(self) -> Path:
        cache = self.home.path / ".cache" / "modelscope"
        return cache if self.is_new else cache / "hub"

    def place(self, repo_id: str, kind: str = "models", revision: str = "master") -> Path:
        owner, name = repo_id.split("/")
        if self.is_new:
            return self.root() / kind / f"{owner}--{name}" / "snapshots" / revision
        return self.root() / kind / owner / name.replace(".", "___")

    def snapshot_download(
        self, repo_id: str, kind: str = "models", *, env: Mapping[str, str] = {}, **kwargs
    ) -> MsOutcome:
        function = "snapshot_download" if kind == "models" else "dataset_snapshot_download"
        return self._call("modelscope.hub.snapshot_download", function, [repo_id], kwargs, env)

    def file_download(
        self, repo_id: str, path: str, kind: str = "models", *, env: Mapping[str, str] = {}, **kwargs
    ) -> MsOutcome:
        function = "model_file_download" if kind == "models" else "dataset_file_download"
        return self._call("modelscope.hub.file_download", function, [repo_id, path], kwargs, env)

    def tool(
        self, *arguments: object, env: Mapping[str, str] = {}, answer: str = ""
    ) -> subprocess.CompletedProcess[str]:
        return self._tool("modelscope", *arguments, env=env, answer=answer)


def through(front: TlsFront) -> dict[str, str]:
    """Returns variables with which requests for https addresses go to the front."""
    proxy = {name: f"http://{front.address}" for name in ("https_proxy", "HTTPS_PROXY")}
    return proxy | {"REQUESTS_CA_BUNDLE": str(front.certificate)}
