"""What Gitea 1.22.3 answers to the questions that AI Studio's clients ask: pure functions of a repo and a request.

The bodies are byte for byte Gitea's: Go's compact JSON with its escapes and a newline. See ../../data/gitea/.
"""

import base64
import json
from dataclasses import dataclass, field
from email.utils import formatdate
from time import gmtime, strftime
from typing import Optional
from urllib.parse import quote, quote_plus

from . import git
from .repo import Commit, Entry, Repo

MAX_PER_PAGE = 1000  # DEFAULT_GIT_TREES_PER_PAGE
API_CACHE_CONTROL = "max-age=0, private, must-revalidate, no-transform"
NOT_FOUND = "The target couldn't be found."
BAD_TOKEN = "user does not exist [uid: 0, name: ]"


@dataclass(frozen=True)
class Options:
    """`page_quirks`: as stock Gitea, `truncated` stays true on the last of several pages, and the one after it is null.
    `lfs_size`: "pointer" as stock Gitea; "content" as a hub must that AI Studio's SDK gets whole LFS files from."""

    page_quirks: bool = False
    lfs_size: str = "pointer"


@dataclass
class Answer:
    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    media: bool = False


def escape_path(path: str) -> str:
    """url.PathEscape of Go for each segment."""
    return quote(path, safe="/$&+:=@~")


def json_answer(status: int, value: object, **headers: str) -> Answer:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for char, escape in (("&", "\\u0026"), ("<", "\\u003c"), (">", "\\u003e")):
        text = text.replace(char, escape)
    fixed = {"Cache-Control": API_CACHE_CONTROL, "Content-Type": "application/json;charset=utf-8"}
    return Answer(status, text.encode() + b"\n", fixed | headers)


def text_answer(status: int, text: str, **headers: str) -> Answer:
    fixed = {"Content-Type": "text/plain; charset=utf-8", "X-Content-Type-Options": "nosniff"}
    return Answer(status, text.encode() + b"\n", fixed | headers)


class Api:
    """Answers for the repos of one server, whose links start with `root`."""

    def __init__(self, root: str, options: Options):
        self.root, self.options = root.rstrip("/"), options

    def error(self, status: int, message: str) -> Answer:
        return json_answer(status, {"message": message, "url": f"{self.root}/api/swagger"})

    def not_found(self, message: str = NOT_FOUND, errors: Optional[list[str]] = None) -> Answer:
        return json_answer(404, {"errors": errors, "message": message, "url": f"{self.root}/api/swagger"})

    def _html(self, repo: Repo) -> str:
        return f"{self.root}/{repo.owner}/{repo.name}"

    def _api(self, repo: Repo) -> str:
        return f"{self.root}/api/v1/repos/{repo.owner}/{repo.name}"

    def tag(self, repo: Repo, name: str) -> Answer:
        tag = repo.tags.get(name)
        if not tag:
            return self.not_found(name)
        archive = f"{self._html(repo)}/archive/{escape_path(name)}"
        commit = {
            "url": f"{self._api(repo)}/git/commits/{tag.commit.sha}",
            "sha": tag.commit.sha,
            "created": strftime("%Y-%m-%dT%H:%M:%SZ", gmtime(tag.commit.when)),
        }
        return json_answer(200, {"name": name, "message": tag.message, "id": tag.sha, "commit": commit,
                                 "zipball_url": f"{archive}.zip", "tarball_url": f"{archive}.tar.gz"})

    def tree(self, repo: Repo, revision: str, *, recursive: bool, page: int, per_page: int) -> Answer:
        found = self._tree_of(repo, revision)
        if not found:
            return self.error(400, f"sha not found [{revision}]")
        sha, commit = found
        entries = list(commit.entries.values())
        if not recursive:
            entries = [commit.entries[path] for path in commit.children[""]]
        per_page = per_page if 0 < per_page <= MAX_PER_PAGE else MAX_PER_PAGE
        page = max(page, 1)
        shown = entries[per_page * (page - 1):per_page * page]
        more = len(entries) > (per_page if self.options.page_quirks else per_page * page)
        return json_answer(200, {
            "sha": sha,
            "url": f"{self._api(repo)}/git/trees/{sha}",
            "tree": [self._tree_entry(repo, entry) for entry in shown] or None,
            "truncated": bool(shown) and more,
            "page": page,
            "total_count": len(entries),
        }, **{"X-Total-Count": str(len(entries)), "Access-Control-Expose-Headers": "X-Total-Count"})

    def _tree_of(self, repo: Repo, revision: str) -> Optional[tuple[str, Commit]]:
        found = repo.find(revision)
        if found:
            return found[1], found[2]
        return next(((revision, commit) for commit in repo.commits.values() if commit.tree == revision), None)

    def _size(self, entry: Entry) -> int:
        return len(entry.lfs) if entry.lfs is not None and self.options.lfs_size == "content" else entry.size

    def _tree_entry(self, repo: Repo, entry: Entry) -> dict:
        kind = "tree" if entry.is_folder else "blob"
        return {"path": entry.path, "mode": entry.mode, "type": kind, "size": self._size(entry), "sha": entry.sha,
                "url": f"{self._api(repo)}/git/{kind}s/{entry.sha}"}

    def contents(self, repo: Repo, path: str, ref: str) -> Answer:
        ref = ref or repo.default_branch
        found = repo.find(ref)
        if not found:
            return self.not_found("GetContentsOrList", [f"object does not exist [id: {ref}, rel_path: ]"])
        kind, _, commit = found
        path = path.strip("/")
        if path in commit.children:
            shown = [self._content(repo, commit.entries[child], kind, ref, False) for child in commit.children[path]]
            return json_answer(200, shown)
        if path not in commit.entries:
            return self.not_found("GetContentsOrList", [f"object does not exist [id: , rel_path: {path}]"])
        return json_answer(200, self._content(repo, commit.entries[path], kind, ref, True))

    def _content(self, repo: Repo, entry: Entry, kind: str, ref: str, embed: bool) -> dict:
        where = f"{kind}/{escape_path(ref)}/{escape_path(entry.path)}"
        self_url = f"{self._api(repo)}/contents/{escape_path(entry.path)}?ref={quote_plus(ref)}"
        git_url = f"{self._api(repo)}/git/blobs/{entry.sha}"  # of a folder too
        html_url = f"{self._html(repo)}/src/{where}"
        is_link = entry.mode == git.MODE_LINK
        embed = embed and not entry.is_folder and not is_link and entry.text is not None
        return {
            "name": entry.name,
            "path": entry.path,
            "sha": entry.sha,
            "last_commit_sha": entry.last_commit,
            "type": "dir" if entry.is_folder else "symlink" if is_link else "file",
            "size": self._size(entry),
            "encoding": "base64" if embed else None,
            "content": base64.b64encode(entry.text or b"").decode() if embed else None,
            "target": (entry.text or b"").decode() if is_link else None,
            "url": self_url,
            "html_url": html_url,
            "git_url": git_url,
            "download_url": None if entry.is_folder else f"{self._html(repo)}/raw/{where}",
            "submodule_git_url": None,
            "_links": {"self": self_url, "git": git_url, "html": html_url},
        }

    def file(self, repo: Repo, path: str, ref: str, headers: dict[str, str], *, resolve_lfs: bool) -> Answer:
        """`media` (which resolves LFS) or `raw`."""
        found = repo.find(ref or repo.default_branch)
        entry = found[2].entries.get(path) if found else None
        if not entry:
            return self.not_found()
        if entry.is_folder:
            return self.not_found("getBlobForEntry")
        if entry.lfs is not None and resolve_lfs:
            return serve(entry, entry.lfs, lfs_oid(entry), headers, seekable=True)
        if entry.text is None:
            return text_answer(500, "the double knows no content of this file")
        return serve(entry, entry.text, entry.sha, headers, seekable=False)


def lfs_oid(entry: Entry) -> str:
    """The SHA-256 out of the pointer: hashing the content again would cost a large file's time at every request."""
    return (entry.text or b"").split(b"sha256:")[1][:64].decode()


def serve(entry: Entry, content: bytes, etag: str, headers: dict[str, str], *, seekable: bool) -> Answer:
    """One file's bytes. `seekable`: Go's http.ServeContent, otherwise Gitea's own ServeContentByReader."""
    fixed = {"Etag": f'"{etag}"', "Last-Modified": formatdate(entry.last_change, usegmt=True)}
    if f'"{etag}"' in [item.strip() for item in headers.get("if-none-match", "").split(",")]:
        return Answer(304, b"", fixed)
    fixed |= {
        "Cache-Control": "private, max-age=300",
        "Content-Type": _sniff(content),
        "X-Content-Type-Options": "nosniff",
        "X-Gitea-Object-Type": "symlink" if entry.mode == git.MODE_LINK else "file",
        "Content-Disposition": f"inline; filename=\"{entry.name}\"; filename*=UTF-8''{quote(entry.name, safe='')}",
    }
    if seekable:
        fixed["Accept-Ranges"] = "bytes"
    wanted = headers.get("range", "")
    if not wanted.startswith("bytes=") or "," in wanted or not content:
        return Answer(200, content, fixed, media=True)
    span = _range(wanted[len("bytes="):], len(content), seekable)
    if span is None:
        refused = {"Content-Range": f"bytes */{len(content)}"} if seekable else {}
        reason = "invalid range: failed to overlap" if seekable else "invalid start range"
        return text_answer(416, reason, **(fixed | refused | {"Content-Type": "text/plain; charset=utf-8"}))
    first, last = span
    fixed["Content-Range"] = f"bytes {first}-{last}/{len(content)}"
    part = content if last - first + 1 == len(content) else memoryview(content)[first:last + 1]
    return Answer(206, part, fixed, media=True)


def _range(text: str, size: int, suffixes: bool) -> Optional[tuple[int, int]]:
    first, _, last = text.partition("-")
    if not first and last.isdigit() and int(last) and suffixes:
        return max(0, size - int(last)), size - 1
    if not first.isdigit() or int(first) >= size or (last and not last.isdigit()):
        return None
    end = min(int(last), size - 1) if last else size - 1
    return (int(first), end) if end >= int(first) else None


def _sniff(content: bytes) -> str:
    head = content[:1024]
    binary = any(byte < 9 or 13 < byte < 27 or 27 < byte < 32 for byte in head)
    return "application/octet-stream" if binary else "text/plain; charset=utf-8"
