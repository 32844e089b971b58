"""A model of five files on Hugging Face's hub, a user folder with an edited copy of each file, and ways to put it in
the place."""

import json
from pathlib import Path

import pytest
from hfdouble import HfHub
from home import Home
from scene import FILES, Scene, put_file, read, write

from adoption import ok

REPO = "me/tuned"


class HfScene:
    def __init__(self, hub: HfHub, home: Home, kind: str = "models"):
        self.home = home
        self.remote = hub.repo(REPO, kind)
        self.remote.push(FILES)
        self.user = home.path / "my-model"
        for path in FILES:
            write(self.user / path, Scene.edited(path))
        self.cache = home.path / ".cache" / "huggingface" / "hub"
        self.place = self.cache / f"{kind}--me--tuned"

    @property
    def commit(self) -> str:
        return self.remote.head.sha

    def snapshot(self, commit: str = "") -> Path:
        return self.place / "snapshots" / (commit or self.commit)

    def put(self, way: str = "copy", paths=tuple(FILES), commit: str = "") -> "HfScene":
        for path in paths:
            put_file(way, self.user / path, self.snapshot(commit) / path)
        return self

    def ref(self, commit: str = "", name: str = "main", end: str = "") -> "HfScene":
        write(self.place / "refs" / name, ((commit or self.commit) + end).encode())
        return self

    def trees(self, paths=tuple(FILES), commit: str = "") -> "HfScene":
        """Writes a listing as huggingface_hub._tree_cache.write_tree_cache does."""
        files = {path: {"size": len(Scene.edited(path)), "blob_id": "0" * 40} for path in sorted(paths)}
        listing = json.dumps({"format_version": 1, "files": files}, indent=1)
        write(self.place / "trees" / f"{commit or self.commit}.json", listing.encode())
        return self

    def push(self) -> None:
        """Pushes a change of README.md to the hub."""
        self.remote.push({"README.md": b"# model, pushed\n"})

    @staticmethod
    def lost(folder: Path) -> set[str]:
        """Returns the files whose edited content is not in a folder."""
        return {path for path in FILES if read(folder / path) != Scene.edited(path)}


def place_snapshot(home: Home, kind: str, repo_id: str, commit: str, files: dict[str, bytes]) -> Path:
    """Creates a repo's folder whose ref `main` names a snapshot with these files."""
    folder = home.path / ".cache" / "huggingface" / "hub" / "--".join([kind, *repo_id.split("/")])
    for path, content in files.items():
        write(folder / "snapshots" / commit / path, content)
    write(folder / "refs" / "main", commit.encode())
    return folder


@pytest.fixture
def hf_scene(hf_hub, home, hubcache) -> HfScene:
    """Provides a model of Hugging Face whose edited copy is adopted."""
    scene = HfScene(hf_hub, home)
    hubcache.env |= {"HF_ENDPOINT": hf_hub.url}
    ok(hubcache("adopt", f"hf:{REPO}", scene.user))
    return scene
