"""A model of five files on the hub, a user folder with an edited copy of each file, and ways to put it in the place."""

import os
import shutil
from pathlib import Path

from home import Home, record, write_msc
from hubdouble import Hub, Lfs

REPO = "ctbots/first-paddle-model"
FILES = {
    "README.md": b"# model\n",
    "config.json": b'{"hidden_size": 8}\n',
    "model.safetensors": Lfs(bytes(range(256)) * 20),
    "inference/config.json": b'{"nested": true}\n',
    "inference/a/weights.bin": bytes(3000),
}
ALL = set(FILES)
TOP = {path for path in FILES if "/" not in path}
NESTED = ALL - TOP


class Scene:
    def __init__(self, hub: Hub, home: Home, repo_id: str = REPO):
        self.home, self.repo_id = home, repo_id
        self.remote = hub.repo(repo_id)
        self.remote.push(FILES)
        self.user = home.path / "my-model"
        for path in FILES:
            write(self.user / path, self.edited(path))
        self.place = home.place(repo_id)

    @staticmethod
    def edited(path: str) -> bytes:
        return f"my own {path}\n".encode()

    def put(self, way: str) -> "Scene":
        """Puts the user's files into the place: as copies, as one link per file, or as one symlink to the folder."""
        if way == "folder":
            self.place.parent.mkdir(parents=True, exist_ok=True)
            self.place.symlink_to(self.user)
            return self
        for path in FILES:
            put_file(way, self.user / path, self.place / path)
        return self

    def index(self, records: list[dict[str, str]]) -> "Scene":
        write_msc(self.place, records)
        return self

    def exact(self, paths: set[str] = ALL, revision: str = "master") -> list[dict[str, str]]:
        entries = self.remote.commit_of(revision).entries
        return [record(path, entries[path].sha) for path in sorted(paths)]

    def pins(self, paths: set[str] = ALL, revision: str = "") -> list[dict[str, str]]:
        return [record(path, revision) for path in sorted(paths)]

    def push(self) -> None:
        """Pushes a change of README.md to the hub."""
        self.remote.push({"README.md": b"# model, pushed\n"})

    def lost(self, folder: Path) -> set[str]:
        """Returns the files whose edited content is no longer in a folder."""
        return {path for path in FILES if read(folder / path) != self.edited(path)}

    def strangers(self, folder: Path) -> set[str]:
        """Returns the files in a folder that are not the user's files."""
        found = {str(path.relative_to(folder)) for path in folder.rglob("*") if not path.is_dir() or path.is_symlink()}
        return found - ALL


def put_file(way: str, source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    {"copy": shutil.copyfile, "symlink": os.symlink, "hardlink": os.link}[way](source, target)


def write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def read(path: Path) -> bytes | None:
    return path.read_bytes() if path.exists() else None
