"""The real CSGHub clients: csghub-sdk in the last version with a pickled index and in one with an index in JSON, and their
command csghub-cli."""

import json
import pickle
import re
import subprocess
from pathlib import Path
from typing import Any, Mapping
from urllib.parse import unquote

from home import Home
from hubdouble import CsgHub
from sdk import Client, Outcome, venv_of

CSG_VERSIONS = ("0.9.1", "0.9.3")
FILE = re.compile(r"/(?:csg|hf)/(?:datasets/)?[^/]+/[^/]+/resolve/[^/]+/([^?]+)$")


class CsgOutcome(Outcome):
    @property
    def downloads(self) -> set[str]:
        """Returns the files whose content the client requested."""
        return set(self.fetched)

    @property
    def fetched(self) -> list[str]:
        matches = (FILE.search(request.path) for request in self.requests if request.media_bytes)
        return sorted(unquote(match[1]) for match in matches if match)

    @property
    def printed(self) -> Path:
        """Returns the file or folder that csghub-cli prints, by its logger."""
        return Path(re.findall(r" - INFO - (/.*)$", self.stderr, re.MULTILINE)[-1])

    @property
    def questions(self) -> list[str]:
        """Returns what the client asked, in order; requests for a file's content are left out."""
        return [request.path for request in self.requests if not FILE.search(request.path)]


class CsgClient(Client):
    """A client whose requests go to the double. Its working folder is the home folder."""

    outcome = CsgOutcome

    def __init__(self, version: str, home: Home, hub: CsgHub):
        super().__init__(version, venv_of(f"csghub-{version}"), home, hub)
        self.env = home.env | {
            "CSGHUB_DOMAIN": hub.url,
            "CSGHUB_HOME": str(home.path / "no-such-folder"),
            "HF_HUB_DISABLE_PROGRESS_BARS": "1",
            "HF_HUB_DISABLE_UPDATE_CHECK": "1",
            "PYTHONUTF8": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
        }

    @property
    def has_pickles(self) -> bool:
        """Returns True for clients whose metadata are pickles, before 0.9.2."""
        return self.version == "0.9.1"

    @property
    def cache(self) -> Path:
        return self.home.path / ".cache" / "csg"

    def root(self, kind: str = "models") -> Path:
        return self.cache / ("hub" if kind == "models" else "dataset")

    def read(self, path: Path) -> Any:
        """Reads a metadata file in the client's own format."""
        return pickle.loads(path.read_bytes()) if self.has_pickles else json.loads(path.read_text("utf-8"))

    def write(self, path: Path, value: Any) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(pickle.dumps(value) if self.has_pickles else json.dumps(value, ensure_ascii=False).encode())

    def snapshot_download(
        self, repo_id: str, kind: str = "models", *, env: Mapping[str, str] = {}, **kwargs
    ) -> CsgOutcome:
        kwargs.setdefault("repo_type", kind.removesuffix("s"))
        return self._call("pycsghub.snapshot_download", "snapshot_download", [repo_id], kwargs, env)

    def file_download(
        self, repo_id: str, path: str, kind: str = "models", *, env: Mapping[str, str] = {}, **kwargs
    ) -> CsgOutcome:
        kwargs.setdefault("repo_type", kind.removesuffix("s"))
        return self._call("pycsghub.file_download", "file_download", [repo_id], {"file_name": path, **kwargs}, env)

    def tool(
        self, *arguments: object, env: Mapping[str, str] = {}
    ) -> tuple[subprocess.CompletedProcess[str], CsgOutcome]:
        """Runs the client's own command. Returns its end, and an outcome with its requests."""
        mark = self.hub.mark()
        run = self._tool("csghub-cli", *arguments, env=env)
        return run, CsgOutcome(stdout=run.stdout, stderr=run.stderr, requests=self.hub.log.since(mark))
