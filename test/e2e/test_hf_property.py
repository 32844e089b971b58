"""Compares hubcache's predictions with huggingface_hub, over caches in random states: the files that it finds, and the
files that it then downloads."""

import random
from collections import defaultdict
from urllib.parse import unquote

import pytest
from hubdouble import Lfs
from scene import write

from adoption import ok

REPOS = 25
FILES = {"README.md": b"# hub\n", "config.json": b"{}\n", "a/w.bin": Lfs(bytes(2000)), "a/b/deep.txt": b"deep\n"}
STATES = ("nothing", "file", "link", "dangling", "blob", "folder's")


def etag_of(entry) -> str:
    return entry.text.decode().split("sha256:")[1][:64] if entry.lfs else entry.sha


def prepare(place, commit, entries, rng) -> None:
    for path in FILES:
        state, name = rng.choice(STATES), place / "snapshots" / commit / path
        blob = place / "blobs" / etag_of(entries[path])
        if state == "file":
            write(name, b"mine\n")
        if state in ("link", "blob"):
            write(blob, b"a blob\n")
        if state in ("link", "dangling"):
            name.parent.mkdir(parents=True, exist_ok=True)
            name.symlink_to(blob if state == "link" else place / "blobs" / "gone")
    ref = rng.choice((commit, None, "1" * 40, commit + "\n"))
    if ref:
        write(place / "refs" / "main", ref.encode())
    if rng.random() < 0.3:
        write(place / "snapshots" / ("1" * 40) / "README.md", b"old\n")


@pytest.mark.parametrize("seed", range(3))
def test_verdicts(hf, hf_hub, hubcache, home, seed):
    rng = random.Random(seed)
    hubcache.env["HF_ENDPOINT"] = hf_hub.url
    cache = home.path / ".cache" / "huggingface" / "hub"
    repos = {f"me/r{number}": hf_hub.repo(f"me/r{number}") for number in range(REPOS)}
    for repo_id, repo in repos.items():
        repo.push(FILES)
        prepare(cache / f"models--{repo_id.replace('/', '--')}", repo.head.sha, repo.head.entries, rng)
    told = ok(hubcache("status", *[f"hf:{repo_id}" for repo_id in repos], "--json"))
    ours = {one["repo_id"]: {file["path"]: file for file in one["files"] if file["on_hub"]} for one in told["repos"]}
    told = ok(hubcache("status", *[f"hf:{repo_id}" for repo_id in repos], "--offline", "--json"))
    ours_offline = {
        one["repo_id"]: {file["path"]: file for file in one["files"] if file["on_hub"] is not False}
        for one in told["repos"]
    }
    found = hf.script(f"""
from huggingface_hub import snapshot_download, try_to_load_from_cache
def local(repo_id):
    try:
        return snapshot_download(repo_id, local_files_only=True)
    except Exception as error:
        return type(error).__name__
def finds(repo_id, **kwargs):
    return {{path: isinstance(try_to_load_from_cache(repo_id, path, **kwargs), str) for path in {sorted(FILES)!r}}}
result = {{repo_id: [local(repo_id), finds(repo_id, revision=commit), finds(repo_id)] for repo_id, commit in {[(name, repo.head.sha) for name, repo in repos.items()]!r}}}""")
    assert found.error is None, found.error_text
    online = hf.script(f"""
from huggingface_hub import snapshot_download
for repo_id in {sorted(repos)!r}:
    snapshot_download(repo_id)
result = 0""")
    assert online.error is None, online.error_text
    downloads = defaultdict(set)
    for request in online.requests:
        if request.media_bytes:
            _, _, _, _, owner, name, _, path = request.path.split("/", 7)
            downloads[f"{owner}/{name}"].add(unquote(path))
    for repo_id, repo in repos.items():
        local, there, there_offline = found.value[repo_id]
        taken = {path for path, file in ours_offline[repo_id].items() if file["snapshot"]["reason"] == "file_there"}
        assert taken == {path for path, is_there in there_offline.items() if is_there}, repo_id
        assert not taken or local.endswith((repo.head.sha, "1" * 40)), (repo_id, local)
        for path in FILES:
            verdict = ours[repo_id][path]["snapshot"]
            assert (verdict["reason"] == "file_there") == there[path], (repo_id, path)
            assert (verdict["action"] == "downloads") == (path in downloads[repo_id]), (repo_id, path)
            assert not verdict["loses_local"]
            mine = cache / f"models--{repo_id.replace('/', '--')}" / "snapshots" / repo.head.sha / path
            assert mine.exists()
            assert not there[path] or mine.read_bytes() in (b"mine\n", b"a blob\n")
