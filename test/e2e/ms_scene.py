"""A repo of five files on ModelScope's hub, a user folder with an edited copy of each file, and ways to put it in the
place."""

import pickle
from pathlib import Path
from typing import Iterable

from home import record, write_msc
from hubdouble import ModelScopeHub
from hubdouble.modelscope import content_of
from ms import MsClient
from scene import ALL, FILES, Scene, put_file, read, write

REPO = "me/tuned"


class MsScene:
    def __init__(self, hub: ModelScopeHub, client: MsClient, kind: str = "models", repo_id: str = REPO):
        self.repo_id = repo_id
        self.remote = hub.repo(repo_id, kind)
        self.number = hub.number(repo_id, kind)
        self.remote.push(FILES)
        self.user = client.home.path / "my-model"
        for path in FILES:
            write(self.user / path, Scene.edited(path))
        self.place = client.place(repo_id, kind)

    def put(self, way: str = "copy", paths: Iterable[str] = tuple(FILES)) -> "MsScene":
        for path in paths:
            (self.place / path).unlink(missing_ok=True)
            put_file(way, self.user / path, self.place / path)
        return self

    def index(self, records: list[dict[str, str]]) -> "MsScene":
        write_msc(self.place, records)
        return self

    def exact(self) -> list[dict[str, str]]:
        """Returns records of all files as the clients before 1.38 write them."""
        entries = self.remote.head.entries
        return [record(path, entries[path].last_commit) for path in sorted(ALL)]

    def push(self) -> None:
        """Pushes a change of README.md to the hub."""
        self.remote.push({"README.md": b"# model, pushed\n"})

    def content(self, path: str) -> bytes:
        """Returns a file's content on the hub."""
        return content_of(self.remote.head.entries[path])

    def other_than_the_hubs(self) -> set[str]:
        """Returns the files of the hub that the place does not have with the hub's content."""
        files = (entry.path for entry in self.remote.head.entries.values() if not entry.is_folder)
        return {path for path in files if read(self.place / path) != self.content(path)}

    @staticmethod
    def lost(folder: Path) -> set[str]:
        """Returns the files whose edited content is not in a folder."""
        return {path for path in FILES if read(folder / path) != Scene.edited(path)}


def read_pickle(path: Path):
    return pickle.loads(path.read_bytes())
