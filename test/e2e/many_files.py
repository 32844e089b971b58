"""Repos with many files in a store: manifests and refs (docs/formats/store.md) without the contents, which no request for
metadata needs."""

import hashlib
import json
import zlib
from pathlib import Path

TIME = 1_700_000_000


def paths_of(files: int) -> list[str]:
    """Returns sorted paths, a thousand in a folder."""
    return [f"part-{number // 1000:03}/shard-{number:06}.bin" for number in range(files)]


def line_of(repo: str, path: str) -> dict:
    sha256 = hashlib.sha256(f"{repo}/{path}".encode()).hexdigest()
    return {"git": sha256[:40], "head": "6869", "path": path, "sha256": sha256, "size": 4096}


def add_repo(store: Path, hub: str, repo: str, files: int, revision: str) -> str:
    """Returns the commit."""
    lines = [line_of(repo, path) for path in paths_of(files)]
    digest = hashlib.sha256()
    for line in lines:
        digest.update(f"{line['path']}\0{line['size']} {line['sha256']}\n".encode())
    commit = digest.hexdigest()[:40]
    frame = {"format": 1, "hub": hub, "kind": "models", "repo": repo, "commit": commit, "time": TIME}
    dump = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode
    text = dump(frame)[:-1] + ',"files":[' + ",".join("\n" + dump(line) for line in lines) + "\n]}\n"
    folder = store / "repos" / hub / "models" / repo
    for name in ("commits", "refs"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / "commits" / f"{commit}.json.z").write_bytes(zlib.compress(text.encode(), 1))
    (folder / "refs" / revision).write_text(dump({"commit": commit, "time": TIME}) + "\n")
    return commit
