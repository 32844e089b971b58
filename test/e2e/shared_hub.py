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
from stores import answers, wrong_clock

from local_hub import DIRECT, serving

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

    def get(self, env: dict[str, str], **options):
        return self.client.snapshot_download(NAME, env=env, **options)

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


def assert_that_the_clock_is_named(hubcache, store, folder: Path, shift: str, words: str) -> None:
    """Runs the commands with a wrong clock on a store that has the repo NAME."""
    env = store.env | wrong_clock(shift)
    for arguments in (["publish", NAME, folder], ["store", "ls"], ["store", "gc"]):
        run = hubcache(*arguments, store.name, env=env)
        assert run.returncode == 4 and words in run.stderr and "set this machine's clock" in run.stderr, arguments
    run = hubcache("store", "check", store.name, env=env)
    assert run.returncode == 3 and words in run.stdout
    with serving(hubcache, "--from", store.name, "--offline", env=env) as served:
        status, _, body = served.ask(f"/api/v1/repos/{NAME}/git/trees/master")
        assert status == 503 and words.encode() in body


EXAMPLES = Path(__file__).parents[2] / "docs/examples"


def changed_example(name: str, changes: dict[str, str]) -> str:
    """Returns the text of an example, in which `changes` replaces names and ports."""
    text = (EXAMPLES / name).read_text()
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    return text


@contextlib.contextmanager
def nginx(folder: Path, name: str, changes: dict[str, str], port: int):
    """Runs nginx with an example's configuration, in which `changes` replaces names and ports."""
    if not shutil.which("nginx"):
        pytest.skip("nginx is not installed (Debian's package nginx-light)")
    text = changed_example(name, changes)
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
