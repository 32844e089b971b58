"""Computes the hub's answers about a repo: pure functions of the repo and a request."""

import json
from email.utils import formatdate
from time import gmtime, strftime
from urllib.parse import quote

from hubdouble.answers import Answer, lfs_oid, serve
from hubdouble.repo import Commit, Entry, Repo

MAX_PER_PAGE = 1000


def json_answer(status: int, value: object, **headers: str) -> Answer:
    fixed = {"Content-Type": "application/json; charset=utf-8"}
    return Answer(status, json.dumps(value, separators=(",", ":")).encode(), fixed | headers)


def error(status: int, message: str, code: str = "", **headers: str) -> Answer:
    """Builds an error answer. huggingface_hub.utils._http.hf_raise_for_status reads the two headers."""
    named = {"X-Error-Message": message} | ({"X-Error-Code": code} if code else {})
    return json_answer(status, {"error": message}, **(named | headers))


def no_revision(revision: str) -> Answer:
    return error(404, f"Invalid rev id: {revision}", "RevisionNotFound")


def no_entry(commit: Commit) -> Answer:
    return error(404, "Entry not found", "EntryNotFound", **{"X-Repo-Commit": commit.sha})


def info(kind: str, repo: Repo, commit: Commit, *, blobs: bool) -> Answer:
    siblings = [_sibling(entry, blobs) for entry in commit.entries.values() if not entry.is_folder]
    when = strftime("%Y-%m-%dT%H:%M:%S.000Z", gmtime(commit.when))
    about = {
        "_id": commit.sha[:24],
        "id": f"{repo.owner}/{repo.name}",
        "author": repo.owner,
        "sha": commit.sha,
        "lastModified": when,
        "createdAt": when,
        "private": repo.private,
        "gated": False,
        "disabled": False,
        "downloads": 0,
        "likes": 0,
        "tags": [],
        "siblings": siblings,
    }
    return json_answer(200, about | ({"modelId": about["id"]} if kind == "models" else {}))


def _sibling(entry: Entry, blobs: bool) -> dict:
    if not blobs:
        return {"rfilename": entry.path}
    return {"rfilename": entry.path, "blobId": entry.sha} | _sizes(entry, "sha256")


def _sizes(entry: Entry, name_of_oid: str) -> dict:
    if entry.lfs is None:
        return {"size": entry.size}
    lfs = {name_of_oid: lfs_oid(entry), "size": len(entry.lfs), "pointerSize": entry.size}
    return {"size": len(entry.lfs), "lfs": lfs}


def tree_entry(entry: Entry) -> dict:
    if entry.is_folder:
        return {"type": "directory", "oid": entry.sha, "size": 0, "path": entry.path}
    return {"type": "file", "oid": entry.sha, "path": entry.path} | _sizes(entry, "oid")


def tree(commit: Commit, folder: str, asked: dict[str, str], url: str) -> Answer:
    """Answers with one page. The Link header holds the address of the next page; its cursor is opaque to clients."""
    if folder not in commit.children:
        return no_entry(commit)
    names = commit.children[folder]
    if asked.get("recursive", "").lower() in ("true", "1"):
        names = [path for path in commit.entries if not folder or path.startswith(folder + "/")]
    limit = min(int(asked.get("limit", MAX_PER_PAGE)), MAX_PER_PAGE)
    start = int(asked.get("cursor", 0))
    headers = {}
    if start + limit < len(names):
        kept = "&".join(f"{key}={quote(value, safe='')}" for key, value in asked.items() if key != "cursor")
        headers["Link"] = f'<{url}?{kept}{"&" if kept else ""}cursor={start + limit}>; rel="next"'
    return json_answer(200, [tree_entry(commit.entries[name]) for name in names[start : start + limit]], **headers)


def paths_info(commit: Commit, paths: list[str]) -> Answer:
    """Answers with the entries of the given paths; missing paths are left out."""
    return json_answer(200, [tree_entry(commit.entries[path]) for path in paths if path in commit.entries])


def refs(repo: Repo) -> Answer:
    branches = [
        {"name": name, "ref": f"refs/heads/{name}", "targetCommit": at.sha} for name, at in repo.branches.items()
    ]
    tags = [
        {"name": name, "ref": f"refs/tags/{name}", "targetCommit": tag.commit.sha} for name, tag in repo.tags.items()
    ]
    return json_answer(200, {"branches": branches, "tags": tags, "converts": []})


def content(commit: Commit, entry: Entry, headers: dict[str, str]) -> Answer:
    if entry.lfs is not None:
        answer = serve(entry, entry.lfs, lfs_oid(entry), headers, seekable=True)
    else:
        answer = serve(entry, entry.text or b"", entry.sha, headers, seekable=True)
    answer.headers.pop("X-Gitea-Object-Type", None)
    answer.headers["X-Repo-Commit"] = commit.sha
    return answer


def redirect(status: int, commit: Commit, entry: Entry, location: str) -> Answer:
    """Redirects a download. The headers hold size and etag of an LFS file."""
    linked = (
        {"X-Linked-Etag": f'"{lfs_oid(entry)}"', "X-Linked-Size": str(len(entry.lfs))} if entry.lfs is not None else {}
    )
    return Answer(
        status,
        b"",
        {
            "Location": location,
            "X-Repo-Commit": commit.sha,
            "Accept-Ranges": "bytes",
            "Last-Modified": formatdate(entry.last_change, usegmt=True),
        }
        | linked,
    )
