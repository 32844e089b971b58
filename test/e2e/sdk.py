"""Calls a real client, each time in a fresh process, and tells what the hub saw of it."""

import copy
import json
import os
import re
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Mapping, Optional
from urllib.parse import unquote

import pytest
from home import Home
from hubdouble import Request, Server

DRIVER = Path(__file__).with_name("sdk_driver.py")
SECONDS = 120


@dataclass
class Outcome:
    value: Any = None
    error: Optional[str] = None  # the name of the exception's type
    error_text: str = ""
    stdout: str = ""
    stderr: str = ""
    requests: list[Request] = field(default_factory=list)

    def asked(self, what: str) -> list[str]:
        """The decoded paths, in their order, that were asked of an API: "contents", "media", "tags", "git/trees"."""
        matches = (re.search(rf"/{what}/([^?]*)", request.path) for request in self.requests)
        return [unquote(match[1]) for match in matches if match]

    @property
    def downloads(self) -> set[str]:
        """The files of which any content was asked; an empty one is written without a request."""
        return set(self.asked("media"))

    @property
    def media_bytes(self) -> int:
        """The SDK's probe of two bytes before each download included (switch_downoad.switch_cdn)."""
        return sum(request.media_bytes for request in self.requests)


class Client:
    """One of the hubs' clients in a virtual environment of its own."""

    outcome = Outcome

    def __init__(self, version: str, venv: Path, home: Home, hub: Server):
        self.version, self.venv, self.home, self.hub = version, venv, home, hub
        self.prefix: list[str] = []  # what the client's process is started by
        self.env: dict[str, str] = home.env

    def under(self, *prefix: object) -> "Client":
        """The same client, started by another program: env, or hubcache run."""
        other = copy.copy(self)
        other.prefix = [str(word) for word in prefix]
        return other

    def script(self, text: str, *, env: Mapping[str, str] = {}) -> Outcome:
        """Runs Python code; the value of its variable `result` is the outcome's."""
        return self._run({"script": text}, env)

    def _call(self, module: str, function: str, args: list, kwargs: dict, env: Mapping[str, str]) -> Outcome:
        job = {"module": module, "function": function, "args": args, "kwargs": kwargs}
        return self._run(job, env)

    def _run(self, job: dict, env: Mapping[str, str]) -> Outcome:
        mark = self.hub.mark()
        with tempfile.NamedTemporaryFile("r", encoding="utf-8", dir=self.home.path) as answer:
            os.fchmod(answer.fileno(), 0o666)  # the client may run as another user
            run = subprocess.run(
                [*self.prefix, self.venv / "bin" / "python", DRIVER, answer.name],
                input=json.dumps(job),
                text=True,
                env=self.env | env,
                cwd=self.home.path,
                capture_output=True,
                timeout=SECONDS,
            )
            told = answer.read()
        if not told:
            raise AssertionError(f"the client's process ended with {run.returncode}\n{run.stderr}")
        result = json.loads(told)
        error, text = result.get("error", (None, ""))
        return self.outcome(result.get("value"), error, text, run.stdout, run.stderr, self.hub.log.since(mark))


class Sdk(Client):
    def __init__(self, version: str, venv: Path, home: Home, hub: Server):
        super().__init__(version, venv, home, hub)
        self.env = home.env | {"STUDIO_GIT_HOST": hub.url, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"}

    def snapshot_download(self, repo_id: str, *, env: Mapping[str, str] = {}, **kwargs) -> Outcome:
        return self._call(
            "aistudio_sdk.snapshot_download", "snapshot_download", [], {"repo_id": repo_id, **kwargs}, env
        )

    def download_genuine(self, repo_id: str, **kwargs) -> Outcome:
        """A snapshot whose index can be relied on: with its three threads the SDK loses records now and then, see
        test_threads_of_one_process_lose_records."""
        return self.snapshot_download(repo_id, max_workers=1, **kwargs)

    def file_download(self, repo_id: str, path: str, *, env: Mapping[str, str] = {}, **kwargs) -> Outcome:
        # 0.3.5 has only the older name, for models.
        name = "model_file_download" if self.version == "0.3.5" else "file_download"
        return self._call("aistudio_sdk.file_download", name, [repo_id, path], kwargs, env)


def venv_of(name: str) -> Path:
    venvs = os.environ.get("HUBCACHE_SDK_VENVS")
    if not venvs:
        pytest.fail("HUBCACHE_SDK_VENVS is not set: run test/e2e/make_sdk_venvs.sh with it, then the tests")
    venv = Path(venvs) / name
    if not (venv / "bin" / "python").exists():
        pytest.fail(f"{venv} is missing: run test/e2e/make_sdk_venvs.sh")
    return venv
