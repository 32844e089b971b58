"""Helpers for tests of a hub for other machines: real clients with what they export, and nginx in front."""

import contextlib
import os
import shlex
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from csg import CsgClient
from hf import HfClient
from ms import MsClient
from sdk import Sdk, venv_of
from stores import answers

from local_hub import DIRECT

NAME = "ctbots/tuned"
PREFIXES = {"aistudio": "", "huggingface": "hf:", "modelscope": "ms:", "csghub": "csg:"}


def until(condition, seconds: float = 60):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.2)


def exported(hubcache, url: str, token_file: Path | None = None) -> dict[str, str]:
    """Returns what a client machine exports."""
    run = hubcache("env", "--hub", url, *(["--token-file", token_file] if token_file else []))
    assert run.returncode == 0, run.stderr
    lines = (shlex.split(line) for line in run.stdout.splitlines())
    return dict(words[1].split("=", 1) for words in lines if words[0] == "export") | DIRECT


class Getter:
    """A real client with an empty home folder."""

    def __init__(self, client: str, home, hub, hf_hub, ms_hub, csg_hub):
        self.hub, _, version = client.partition("-")
        self.version = version
        if self.hub == "aistudio":
            self.client = Sdk(version, venv_of(client), home, hub)
        elif self.hub == "huggingface":
            self.client = HfClient("huggingface-hub", version, home, hf_hub)
        elif self.hub == "modelscope":
            self.client = MsClient(version, home, ms_hub, None)
        else:
            self.client = CsgClient(version, home, csg_hub)

    def get(self, env: dict[str, str]):
        return self.client.snapshot_download(NAME, env=env)

    def check(self, env: dict[str, str], files: dict[str, bytes]) -> None:
        """Gets the repo, and compares all files."""
        outcome = self.get(env)
        assert not outcome.error, outcome.stderr[-2000:]
        wrong = self.wrong_in(Path(outcome.value), files)
        assert not wrong, (wrong, outcome.stderr[-2000:])

    @staticmethod
    def wrong_in(folder: Path, files: dict[str, bytes]) -> list[str]:
        """Returns the files that are missing in the folder, or have other bytes."""
        paths = {name: folder / name for name in files}
        return [name for name in files if not paths[name].exists() or paths[name].read_bytes() != files[name]]


EXAMPLES = Path(__file__).parents[2] / "docs/examples"


@contextlib.contextmanager
def nginx(folder: Path, name: str, changes: dict[str, str], port: int):
    """Runs nginx with an example's configuration, in which `changes` replaces names and ports."""
    if not shutil.which("nginx"):
        pytest.skip("nginx is not installed (Debian's package nginx-light)")
    text = (EXAMPLES / name).read_text()
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    folder.mkdir(exist_ok=True)
    folder.chmod(0o755)
    (folder / "nginx.conf").write_text("daemon off;\n" + ("user root;\n" if os.geteuid() == 0 else "") + text)
    process = subprocess.Popen(["nginx", "-p", folder, "-c", folder / "nginx.conf"], stderr=open(folder / "log", "w"))
    try:
        until(lambda: answers(port) or process.poll() is not None)
        assert process.poll() is None, (folder / "log").read_text()
        yield
    finally:
        process.terminate()
        process.wait(20)
