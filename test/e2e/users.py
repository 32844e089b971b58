"""Other users of this machine: two members of a group, and a folder that they share. Needs root."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Iterator, Mapping

import pytest

GROUP = 54400


class User:
    """A member of the shared folder's group, who runs hubcache or another program."""

    def __init__(self, uid: int, home: Path, binary: Path, env: Mapping[str, str]):
        self.uid, self.home, self.binary = uid, home, binary
        self.env = dict(env) | {"HOME": str(home), "TMPDIR": str(home)}
        home.mkdir(mode=0o700)
        os.chown(home, uid, uid)

    def start(
        self, *words: object, env: Mapping[str, str] = {}, umask: int = 0o002
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*map(str, words)],
            env=self.env | env,
            cwd="/",
            text=True,
            capture_output=True,
            timeout=120,
            user=self.uid,
            group=self.uid,
            extra_groups=[GROUP],
            umask=umask,
        )

    def __call__(
        self, *arguments: object, env: Mapping[str, str] = {}, umask: int = 0o002
    ) -> subprocess.CompletedProcess[str]:
        return self.start(self.binary, *arguments, env=env, umask=umask)

    def write(self, file: Path, content: bytes) -> None:
        for folder in reversed([one for one in file.parents if not one.exists()]):
            folder.mkdir()
            os.chown(folder, self.uid, self.uid)
        file.write_bytes(content)
        os.chown(file, self.uid, self.uid)


class Users:
    def __init__(self, folder: Path, binary: Path, env: Mapping[str, str]):
        self.shared = folder / "shared"
        self.shared.mkdir()
        os.chown(self.shared, 0, GROUP)
        self.shared.chmod(0o2775)
        env = dict(env) | {
            "AISTUDIO_CACHE_HOME": str(self.shared / "aistudio"),
            "AISTUDIO_CACHE": str(self.shared / "aistudio"),
            "HF_HUB_CACHE": str(self.shared / "huggingface/hub"),
            "PADDLE_PDX_CACHE_HOME": str(self.shared / "paddlex"),
        }
        self.alice = User(54321, folder / "alice", binary, env)
        self.bob = User(54322, folder / "bob", binary, env)
        self.root = lambda *arguments, **more: subprocess.run(
            [str(binary), *map(str, arguments)],
            env=env | {"HOME": str(folder / "root")} | more.get("env", {}),
            cwd="/",
            text=True,
            capture_output=True,
            timeout=120,
        )
        (folder / "root").mkdir()

    def place(self, repo_id: str) -> Path:
        return self.shared / "aistudio/models" / repo_id

    def record(self, repo_id: str) -> Path:
        return self.shared / "aistudio/models/._hubcache" / repo_id


@pytest.fixture
def users(hubcache) -> Iterator[Users]:
    if os.geteuid() != 0:
        pytest.skip("only root can become other users")
    folder = Path(tempfile.mkdtemp(prefix="hubcache-test-"))  # other users cannot reach pytest's own folders
    folder.chmod(0o755)
    shutil.copy(hubcache.binary, folder / "hubcache")
    yield Users(folder, folder / "hubcache", hubcache.env)
    shutil.rmtree(folder)
