"""Computes the answers of Gitea 1.22.3, or 1.25.4, to the requests of AI Studio's clients. All functions are pure
functions of a repo and a request.

The bodies are Gitea's: compact JSON with Go's escapes and a newline. The bodies about a repo and a branch hold only the
fields that matter. See ../../data/gitea/, and ../gitea_questions.py for a comparison with a real server.
"""

import base64
import json
import posixpath
import re
from dataclasses import dataclass
from time import gmtime, strftime
from typing import Optional
from urllib.parse import quote_plus

from . import git
from .repo import Commit, Entry, Repo
from .serving import Answer, escape_segment, serve, text_answer

MAX_PER_PAGE = 1000  # DEFAULT_GIT_TREES_PER_PAGE
MAX_BLOB_SIZE = 10 << 20  # DEFAULT_MAX_BLOB_SIZE: larger files are not embedded
API_CACHE_CONTROL = "max-age=0, private, must-revalidate, no-transform"
NOT_FOUND = "The target couldn't be found."
BAD_TOKEN = "user does not exist [uid: 0, name: ]"


@dataclass(frozen=True)
class Options:
    """Options of the API.

    `page_quirks`: as in stock Gitea 1.22, `truncated` stays true on the last of several pages, and the `tree` of the
    page after it is null. `lfs_size`: "pointer" reports the size of the LFS pointer, as stock Gitea does; "content"
    reports the size of the content, which AI Studio's SDK needs to download whole LFS files."""

    page_quirks: bool = False
    lfs_size: str = "pointer"
    version: str = "1.22.3"

    @property
    def is_new(self) -> bool:
        return self.version.startswith("1.25")


def escape_path(path: str) -> str:
    """Escapes as Gitea's util.PathEscapeSegments does."""
    return "/".join(map(escape_segment, path.split("/")))


def clean(path: str) -> str:
    """Cleans a path as Gitea's util.PathJoinRel does."""
    return posixpath.normpath("/" + path).strip("/")


def json_answer(status: int, value: object, **headers: str) -> Answer:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for char, escape in (("&", "\\u0026"), ("<", "\\u003c"), (">", "\\u003e")):
        text = text.replace(char, escape)
    text = re.sub("[\udc80-\udcff]", "\\\\ufffd", text)  # bytes that are not UTF-8
    fixed = {
        "Cache-Control": API_CACHE_CONTROL,
        "Content-Type": "application/json;charset=utf-8",
        "X-Content-Type-Options": "nosniff",
    }
    return Answer(status, text.encode() + b"\n", fixed | headers)


HTML_ERROR = Answer(
    500,
    b"<!DOCTYPE html>\n<html><head><title>Internal Server Error</title></head></html>\n",
    {"Content-Type": "text/html; charset=utf-8"},
)


class Api:
    """Builds the answers for the repos of one server, whose links start with `root`."""

    def __init__(self, root: str, options: Options):
        self.root, self.options = root.rstrip("/"), options

    def error(self, status: int, message: str) -> Answer:
        return json_answer(status, {"message": message, "url": f"{self.root}/api/swagger"})

    def not_found(self, message: str = "", errors: Optional[list[str]] = None) -> Answer:
        message = message or ("not found" if self.options.is_new else NOT_FOUND)
        return json_answer(404, {"errors": errors, "message": message, "url": f"{self.root}/api/swagger"})

    def _html(self, repo: Repo) -> str:
        return f"{self.root}/{repo.owner}/{repo.name}"

    def _api(self, repo: Repo) -> str:
        return f"{self.root}/api/v1/repos/{repo.owner}/{repo.name}"

    def tags(self, repo: Repo) -> Answer:
        return json_answer(200, [self._tag(repo, name) for name in sorted(repo.tags, reverse=True)])

    def tag(self, repo: Repo, name: str) -> Answer:
        tag = repo.tags.get(name)
        if not tag:
            return self.not_found(f"tag doesn't exist: {name}" if self.options.is_new else name)
        return json_answer(200, self._tag(repo, name))

    def _tag(self, repo: Repo, name: str) -> dict:
        tag = repo.tags[name]
        archive = f"{self._html(repo)}/archive/{escape_path(name)}"
        commit = {
            "url": f"{self._api(repo)}/git/commits/{tag.commit.sha}",
            "sha": tag.commit.sha,
            "created": strftime("%Y-%m-%dT%H:%M:%SZ", gmtime(tag.commit.when)),
        }
        return {
            "name": name,
            "message": tag.message,
            "id": tag.sha,
            "commit": commit,
            "zipball_url": f"{archive}.zip",
            "tarball_url": f"{archive}.tar.gz",
        }

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
        shown = entries[per_page * (page - 1) : per_page * page]
        more = len(entries) > (per_page if self.options.page_quirks else per_page * page)
        return json_answer(
            200,
            {
                "sha": sha,
                "url": f"{self._api(repo)}/git/trees/{sha}",
                "tree": [self._tree_entry(repo, entry) for entry in shown] or None,
                "truncated": bool(shown) and more,
                "page": page,
                "total_count": len(entries),
            },
            **{"X-Total-Count": str(len(entries)), "Access-Control-Expose-Headers": "X-Total-Count"},
        )

    def _tree_of(self, repo: Repo, revision: str) -> Optional[tuple[str, Commit]]:
        found = repo.find(revision)
        if found:
            return found[1], found[2]
        return next(((revision, commit) for commit in repo.commits.values() if commit.tree == revision), None)

    def _size(self, entry: Entry) -> int:
        return len(entry.lfs) if entry.lfs is not None and self.options.lfs_size == "content" else entry.size

    def _tree_entry(self, repo: Repo, entry: Entry) -> dict:
        kind = "tree" if entry.is_folder else "commit" if entry.is_submodule else "blob"
        url = "" if entry.is_submodule else f"{self._api(repo)}/git/{kind}s/{entry.sha}"
        return {
            "path": entry.path,
            "mode": entry.mode,
            "type": kind,
            "size": self._size(entry),
            "sha": entry.sha,
            "url": url,
        }

    def about(self, repo: Repo) -> Answer:
        """Answers GET /repos/OWNER/NAME with the few of about ninety fields that a client may need."""
        return json_answer(
            200,
            {
                "id": 1,
                "owner": {"id": 1, "login": repo.owner, "username": repo.owner},
                "name": repo.name,
                "full_name": f"{repo.owner}/{repo.name}",
                "description": "",
                "empty": self._is_empty(repo),
                "private": repo.private,
                "fork": False,
                "template": False,
                "html_url": self._html(repo),
                "url": self._api(repo),
                "default_branch": repo.default_branch,
                "archived": False,
            },
        )

    def branch(self, repo: Repo, name: str) -> Answer:
        if name not in repo.branches:
            return self.not_found(errors=[f"branch does not exist [repo_id: 1 name: {name}]"])
        commit = repo.branches[name]
        return json_answer(
            200, {"name": name, "commit": {"id": commit.sha, "message": f"{commit.message}\n"}, "protected": False}
        )

    @staticmethod
    def _is_empty(repo: Repo) -> bool:
        """Returns the server's `empty` flag, which lags behind the first push."""
        if repo.settling > 0:
            repo.settling -= 1
            return True
        return not repo.branches

    def contents(self, repo: Repo, path: str, ref: str) -> Answer:
        if self._is_empty(repo):
            return self._contents_of_empty(repo, ref)
        ref = ref or repo.default_branch
        found = self._commit_for_contents(repo, ref)
        if not found:
            missing = [f"object does not exist [id: {ref}, rel_path: ]"]
            return self.not_found("" if self.options.is_new else "GetContentsOrList", missing)
        kind, name, commit = found
        path = clean(path)
        if path in commit.children:
            shown = [
                self._content(repo, commit.entries[child], kind, ref, name, False) for child in commit.children[path]
            ]
            return json_answer(200, shown)
        if path not in commit.entries:
            return self.not_found("GetContentsOrList", [f"object does not exist [id: , rel_path: {path}]"])
        return json_answer(200, self._content(repo, commit.entries[path], kind, ref, name, True))

    def _contents_of_empty(self, repo: Repo, ref: str) -> Answer:
        if not self.options.is_new:
            return json_answer(200, [])
        if repo.branches:
            return HTML_ERROR
        return self.not_found(errors=[f"object does not exist [id: {ref or repo.default_branch}, rel_path: ]"])

    def _commit_for_contents(self, repo: Repo, ref: str) -> Optional[tuple[str, str, Commit]]:
        """Returns (kind, name in links, commit). Before 1.25 a ref is resolved as by rev-parse. Since 1.25 a branch
        takes precedence over a tag, and any other ref must be a whole commit id."""
        if self.options.is_new:
            if ref in repo.branches:
                return "branch", ref, repo.branches[ref]
            if ref in repo.tags:
                return "tag", ref, repo.tags[ref].commit
            commit = repo.commits.get(ref)
            return ("commit", ref, commit) if commit else None
        found = repo.find(ref)
        if not found:
            return None
        kind, sha, commit = found
        return kind, commit.sha if len(ref) >= 4 and commit.sha.startswith(ref) else ref, commit

    def _content(self, repo: Repo, entry: Entry, kind: str, ref: str, name: str, embed: bool) -> dict:
        where = f"{kind}/{escape_path(name)}/{escape_path(entry.path)}"
        self_url = f"{self._api(repo)}/contents/{escape_path(entry.path)}?ref={quote_plus(ref)}"
        git_url = None if entry.is_submodule else f"{self._api(repo)}/git/blobs/{entry.sha}"  # also for a folder
        html_url = None if entry.is_submodule else f"{self._html(repo)}/src/{where}"
        is_link = entry.mode == git.MODE_LINK
        embed = embed and not entry.is_folder and not is_link and entry.text is not None
        text = (entry.text or b"") if entry.size <= MAX_BLOB_SIZE else b""
        kinds = {git.MODE_TREE: "dir", git.MODE_LINK: "symlink", git.MODE_SUBMODULE: "submodule"}
        when = strftime("%Y-%m-%dT%H:%M:%SZ", gmtime(entry.last_change))
        return {
            "name": entry.name,
            "path": entry.path,
            "sha": entry.sha,
            "last_commit_sha": entry.last_commit,
            **({"last_committer_date": when, "last_author_date": when} if self.options.is_new else {}),
            "type": kinds.get(entry.mode, "file"),
            "size": self._size(entry),
            "encoding": "base64" if embed else None,
            "content": base64.b64encode(text).decode() if embed else None,
            "target": (entry.text or b"").decode() if is_link else None,
            "url": self_url,
            "html_url": html_url,
            "git_url": git_url,
            "download_url": None if entry.is_folder or entry.is_submodule else f"{self._html(repo)}/raw/{where}",
            "submodule_git_url": entry.submodule_url or None,
            "_links": {"self": self_url, "git": git_url, "html": html_url},
            **(
                {"lfs_oid": lfs_oid(entry), "lfs_size": len(entry.lfs)}
                if self.options.is_new and embed and entry.lfs is not None
                else {}
            ),
        }

    def file(self, repo: Repo, path: str, ref: str, headers: dict[str, str], *, resolve_lfs: bool) -> Answer:
        """Answers `media`, which resolves LFS, or `raw`."""
        if self._is_empty(repo):
            return self.not_found("repository is empty") if self.options.is_new else self.error(500, "no open git repo")
        commit, path = self._commit_and_path(repo, path, ref)
        entry = commit.entries.get(clean(path)) if commit else None
        if not entry:
            return self.not_found()
        if entry.is_folder or entry.is_submodule:
            return self.not_found("getBlobForEntry")
        if entry.lfs is not None and resolve_lfs:
            return serve(entry, entry.lfs, lfs_oid(entry), headers, seekable=True)
        if entry.text is None:
            return text_answer(500, "the double knows no content of this file")
        return serve(entry, entry.text, entry.sha, headers, seekable=False)

    @staticmethod
    def _commit_and_path(repo: Repo, path: str, ref: str) -> tuple[Optional[Commit], str]:
        """Splits a path without a ref, which may begin with a branch, a tag or HEAD (Gitea's context.getRefName)."""
        if ref:
            found = repo.find(ref)
            return (found[2] if found else None), path
        parts = path.split("/")
        for names in (repo.branches, {"HEAD": repo.branches.get(repo.default_branch)}, repo.tags):
            for end in range(1, len(parts)):
                name = "/".join(parts[:end])
                if name in names:
                    return repo.commit_of(name), "/".join(parts[end:])
        return repo.branches.get(repo.default_branch), path


def lfs_oid(entry: Entry) -> str:
    """Returns the SHA-256 in the pointer. Hashing a large file's content at every request would be slow."""
    return (entry.text or b"").split(b"sha256:")[1][:64].decode()
