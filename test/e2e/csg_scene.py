"""A repo of five files on CSGHub, a user folder with an edited copy of each file, and ways to put it in the place."""

from pathlib import Path
from typing import Iterable

from csg import CsgClient
from hubdouble import CsgHub
from hubdouble.csghub import content_of
from scene import ALL, FILES, Scene, put_file, read, write

REPO = "me/tuned"


class CsgScene:
    """`place` has the files of a snapshot, `index` the client's metadata about it."""

    def __init__(self, hub: CsgHub, client: CsgClient, kind: str = "models", repo_id: str = REPO):
        self.client, self.repo_id = client, repo_id
        self.remote = hub.repo(repo_id, kind)
        self.remote.push(FILES)
        self.user = client.home.path / "my-model"
        for path in FILES:
            write(self.user / path, Scene.edited(path))
        self.place = client.home.path / repo_id
        self.index = client.root(kind) / repo_id

    def put(self, way: str = "copy", paths: Iterable[str] = tuple(FILES)) -> "CsgScene":
        for path in paths:
            (self.place / path).unlink(missing_ok=True)
            put_file(way, self.user / path, self.place / path)
        return self

    def records(self, revision: str = "main") -> list[dict[str, str]]:
        return [{"Path": path, "Revision": revision} for path in sorted(ALL)]

    def record(self, revision: str = "main") -> "CsgScene":
        """Writes an index with a record of each file, in the client's own format."""
        self.client.write(self.index / ".msc", self.records(revision))
        return self

    def push(self) -> None:
        """Pushes a change of README.md to the hub."""
        self.remote.push({"README.md": b"# model, pushed\n"})

    def other_than_the_hubs(self, folder: Path | None = None) -> set[str]:
        """Returns the files of the hub that a folder, by default the place, does not have with the hub's content."""
        files = (entry for entry in self.remote.head.entries.values() if not entry.is_folder)
        return {entry.path for entry in files if read((folder or self.place) / entry.path) != content_of(entry)}

    @staticmethod
    def lost(folder: Path) -> set[str]:
        """Returns the files whose edited content is not in a folder."""
        return {path for path in FILES if read(folder / path) != Scene.edited(path)}
