"""CSGHub: routes requests to answers, and computes the answers. The same answers are at /csg, for csghub-sdk, and at /hf,
for the Hugging Face client in csghub-cli.

No real hub was available when it was written. The answers follow csghub-server (github.com/OpenCSGs/csghub-server, commit
c1ada0e: api/router/api.go, createMappingRoutes), with only the keys that the clients need, in the order of
../../data/csghub/revision.json. test_csg_facts.py runs csghub-sdk 0.9.1 and 0.9.3 against the double."""

import hashlib
import json
import re
from http import HTTPStatus
from typing import Optional
from urllib.parse import parse_qs, unquote

from .repo import Commit, Entry, Repo
from .server import Server
from .serving import Answer, serve

REDIRECTED = re.compile(r"/redirected(/.*)$")
INFO = re.compile(r"/(?:csg|hf)/api/(models|datasets)/([^/]+)/([^/]+)(?:/revision/([^/]+))?$")
TREE = re.compile(r"/(?:csg|hf)/api/(models|datasets)/([^/]+)/([^/]+)/tree/([^/]+)(?:/(.*))?$")
RESOLVE = re.compile(r"/(?:csg|hf)/(?:(datasets)/)?([^/]+)/([^/]+)/resolve/([^/]+)/(.+)$")


def json_answer(status: int, value: object) -> Answer:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Answer(status, text.encode("utf-8", "replace"), {"Content-Type": "application/json; charset=utf-8"})


def error(status: int, message: str) -> Answer:
    return json_answer(status, {"msg": message})


def content_of(entry: Entry) -> bytes:
    return entry.lfs if entry.lfs is not None else entry.text or b""


def sibling(entry: Entry, *, blobs: bool) -> dict:
    if not blobs:
        return {"rfilename": entry.path}
    told = {"rfilename": entry.path, "blobId": entry.sha, "size": len(content_of(entry))}
    if entry.lfs is not None:
        digest = hashlib.sha256(entry.lfs).hexdigest()
        told["lfs"] = {"sha256": digest, "size": len(entry.lfs), "pointerSize": entry.size}
    return told


class CsgHub(Server):
    """A test double of CSGHub.

    with CsgHub() as hub: hub.repo("o/n").push({...}); ask(hub.url); hub.log"""

    def __init__(self, **server):
        super().__init__(**server)
        self._repos: dict[tuple[str, str], Repo] = {}

    def repo(self, repo_id: str, kind: str = "models", *, private: bool = False) -> Repo:
        """Returns the repo with this id; creates it if it does not exist."""
        key = (kind, repo_id)
        if key not in self._repos:
            self._repos[key] = Repo(*repo_id.split("/"), private=private, default_branch="main")
        return self._repos[key]

    def error(self, status: int) -> Answer:
        return error(status, HTTPStatus(status).phrase)

    def answer(self, origin: str, method: str, raw_path: str, headers: dict[str, str], body: bytes) -> Answer:
        user: Optional[str] = self._user(headers)[0]
        is_redirected = origin == "cdn"
        if is_redirected:
            redirected = REDIRECTED.match(raw_path)
            if not redirected:
                return self.error(404)
            raw_path, user = redirected[1], None  # the address itself grants access, like a signed address
        path, _, query = raw_path.partition("?")
        if match := INFO.match(path):
            kind, owner, name, revision = match.groups()
            blobs = parse_qs(query).get("blobs", [""])[0].lower() in ("true", "1")
            return self._info((kind, f"{owner}/{name}"), unquote(revision or "main"), user, blobs=blobs)
        if match := TREE.match(path):
            kind, owner, name, revision, folder = match.groups()
            return self._tree((kind, f"{owner}/{name}"), unquote(revision), unquote(folder or ""), user)
        if match := RESOLVE.match(path):
            kind, owner, name, revision, file = match.groups()
            key = (kind or "models", f"{owner}/{name}")
            found = self._file(key, unquote(revision), unquote(file), user)
            return found if isinstance(found, Answer) else self._send(*found, method, raw_path, headers, is_redirected)
        return self.error(404)

    def _commit(self, key: tuple[str, str], revision: str, user: Optional[str]) -> Optional[Commit]:
        """Returns None also for a repo that the user may not read."""
        repo = self._repos.get(key)
        if not repo or not repo.branches or (repo.private and user is not None and user != repo.owner):
            return None
        found = repo.find(revision)
        return found and found[2]

    def _info(self, key: tuple[str, str], revision: str, user: Optional[str], *, blobs: bool) -> Answer:
        """Answers with the names of the files. The answer about a data set has the branch's name instead of a commit,
        and no blobs (component/repo.go, SDKListFiles). A model that is not found is an internal error
        (api/handler/model_ce.go, SDKModelInfo)."""
        commit = self._commit(key, revision, user)
        is_model = key[0] == "models"
        if not commit:
            return error(500, "failed to find model") if is_model else error(404, "not found")
        files = [entry for entry in commit.entries.values() if not entry.is_folder and not entry.is_submodule]
        siblings = [sibling(entry, blobs=blobs and is_model) for entry in files]
        return json_answer(200, {"id": key[1], "sha": commit.sha if is_model else "main", "siblings": siblings})

    def _tree(self, key: tuple[str, str], revision: str, folder: str, user: Optional[str]) -> Answer:
        """Answers with all files below a folder, without LFS data (component/model.go, getRecursiveModelTree)."""
        commit = self._commit(key, revision, user)
        if not commit:
            return error(500, "failed to find repo")
        below = folder.rstrip("/") + "/" if folder else ""
        files = [entry for entry in commit.entries.values() if not entry.is_folder and entry.path.startswith(below)]
        return json_answer(
            200,
            [
                {"type": "file", "path": entry.path, "size": len(content_of(entry)), "oid": entry.sha}
                for entry in files
                if not entry.is_submodule
            ],
        )

    def _file(
        self, key: tuple[str, str], revision: str, path: str, user: Optional[str]
    ) -> Answer | tuple[Commit, Entry]:
        commit = self._commit(key, revision, user)
        entry = commit.entries.get(path) if commit else None
        return (commit, entry) if commit and entry and not entry.is_folder else error(404, "not found")

    def _send(
        self, commit: Commit, entry: Entry, method: str, raw_path: str, headers: dict[str, str], is_redirected: bool
    ) -> Answer:
        """Sends a file; redirects to an LFS file (api/handler/repo.go, handleDownload and HeadSDKDownload)."""
        content = content_of(entry)
        if method == "HEAD":
            told = {"Content-Length": str(len(content)), "X-Repo-Commit": commit.sha, "ETag": f'"{entry.sha}"'}
            return Answer(200, b"", told | {"Accept-Ranges": "bytes"})
        if entry.lfs is not None and not is_redirected:
            return Answer(302, b"", {"Location": f"{self.cdn_url}/redirected{raw_path}", "Accept-Ranges": "bytes"})
        answer = serve(entry, content, entry.sha, headers, seekable=True)
        answer.headers.pop("X-Gitea-Object-Type", None)
        return answer
