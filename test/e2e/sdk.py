"""Calls a real client in a fresh process for each call, and returns the requests that the hub received."""

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
from warm_python import warm_command

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
        """Returns the decoded paths requested from an API ("contents", "media", "tags", "git/trees"), in order."""
        matches = (re.search(rf"/{what}/([^?]*)", request.path) for request in self.requests)
        return [unquote(match[1]) for match in matches if match]

    @property
    def downloads(self) -> set[str]:
        """Returns the files whose content the client requested. The SDK writes an empty file without a request."""
        return set(self.asked("media"))

    @property
    def media_bytes(self) -> int:
        """Returns the sent bytes of content, with the two-byte probes of the SDK (switch_downoad.switch_cdn)."""
        return sum(request.media_bytes for request in self.requests)


class Client:
    """A client of one of the hubs in its own virtual environment."""

    outcome = Outcome

    def __init__(self, version: str, venv: Path, home: Home, hub: Server):
        self.version, self.venv, self.home, self.hub = version, venv, home, hub
        self.prefix: list[str] = []  # words before the client's command line
        self.is_warm = True  # a warm process runs the client; see warm_python.py
        self.env: dict[str, str] = home.env
        self.folder = home.path

    def under(self, *prefix: object) -> "Client":
        """Returns the same client, started by another program, as a child of it."""
        other = copy.copy(self)
        other.prefix, other.is_warm = [str(word) for word in prefix], False
        return other

    def under_run(self, command: object, *options: str) -> "Client":
        """Returns the same client, started by `hubcache run`, which changes only the environment of its program."""
        other = copy.copy(self)
        other.prefix = [str(command), "run", *options, "--"]
        return other

    def in_folder(self, folder: Path) -> "Client":
        """Returns the same client in another working folder."""
        other = copy.copy(self)
        other.folder = folder
        return other

    def script(self, text: str, *, env: Mapping[str, str] = {}) -> Outcome:
        """Runs Python code; the outcome's value is that of the code's variable `result`."""
        return self._run({"script": text}, env)

    def _call(self, module: str, function: str, args: list, kwargs: dict, env: Mapping[str, str]) -> Outcome:
        job = {"module": module, "function": function, "args": args, "kwargs": kwargs}
        return self._run(job, env)

    def _run(self, job: dict, env: Mapping[str, str]) -> Outcome:
        mark = self.hub.mark()
        with tempfile.NamedTemporaryFile("r", encoding="utf-8", dir=self.home.path) as answer:
            os.fchmod(answer.fileno(), 0o666)  # the client may run as another user
            run = self._python([str(DRIVER), answer.name], json.dumps(job), self.env | env)
            told = answer.read()
        if not told:
            raise AssertionError(f"the client's process ended with {run.returncode}\n{run.stderr}")
        result = json.loads(told)
        error, text = result.get("error", (None, ""))
        return self.outcome(result.get("value"), error, text, run.stdout, run.stderr, self.hub.log.since(mark))

    def _tool(
        self, name: str, *arguments: object, env: Mapping[str, str], answer: str = ""
    ) -> "subprocess.CompletedProcess[str]":
        """Runs the client's own command. `answer`: what it reads on stdin."""
        return self._python([str(self.venv / "bin" / name), *map(str, arguments)], answer, self.env | env)

    def _python(self, words: list[str], input: str, env: Mapping[str, str]) -> "subprocess.CompletedProcess[str]":
        python = self.venv / "bin" / "python"
        return subprocess.run(
            [*self.prefix, *(warm_command(python, env) if self.is_warm else [python]), *words],
            input=input,
            text=True,
            env=env,
            cwd=self.folder,
            capture_output=True,
            timeout=SECONDS,
        )


class Sdk(Client):
    def __init__(self, version: str, venv: Path, home: Home, hub: Server):
        super().__init__(version, venv, home, hub)
        self.env = home.env | {"STUDIO_GIT_HOST": hub.url, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"}

    def snapshot_download(self, repo_id: str, *, env: Mapping[str, str] = {}, **kwargs) -> Outcome:
        return self._call(
            "aistudio_sdk.snapshot_download", "snapshot_download", [], {"repo_id": repo_id, **kwargs}, env
        )

    def download_genuine(self, repo_id: str, **kwargs) -> Outcome:
        """Downloads a snapshot with a complete index. With its three threads the SDK sometimes loses records, see
        test_threads_of_one_process_lose_records."""
        return self.snapshot_download(repo_id, max_workers=1, **kwargs)

    def file_download(self, repo_id: str, path: str, *, env: Mapping[str, str] = {}, **kwargs) -> Outcome:
        # aistudio-sdk 0.3.5 has only model_file_download, the older function.
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
