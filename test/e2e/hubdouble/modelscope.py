"""ModelScope's hub: routes requests to answers, and computes the answers. It serves models and data sets at the root, as
the real hub does, and also below PREFIX, as a hub does that has other things at its root.

No real hub was available when it was written. The bodies have the keys, in the same order, of ../../data/modelscope/,
which the clients modelscope 1.25.0, 1.37.1 and 1.40.2 accept; test_ms_facts.py runs these clients against the double."""

import hashlib
import json
import re
from http import HTTPStatus
from typing import Optional
from urllib.parse import parse_qs, unquote

from . import git
from .repo import Commit, Entry, Repo
from .server import Server
from .serving import Answer, serve

PREFIX = "/modelscope"
REDIRECTED = re.compile(r"/redirected(/.*)$")
REPO = re.compile(r"/api/v1/(models|datasets)/([^/]+)/([^/]+)(?:/(revisions|repo|repo/files|repo/tree))?$")
TREE_BY_ID = re.compile(r"/api/v1/datasets/([0-9]+)/repo/tree$")
SESSION = re.compile(r"(?:^|;)\s*m_session_id=([^;]+)")
COOKIE_DOMAIN = "modelscope.cn"
FIRST_ID = 1234
MAX_LISTED = 3000  # entries of a model's listing; the rest is left out, and the answer does not tell it
RECORD_NOT_FOUND = 10010205001
REQUEST_ID = "r"


def json_answer(status: int, value: object, **headers: str) -> Answer:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    fixed = {"Content-Type": "application/json; charset=utf-8"}
    return Answer(status, text.encode("utf-8", "replace"), fixed | headers)


def data(value: object) -> Answer:
    told = {"Code": 200, "Data": value, "Message": "success", "RequestId": REQUEST_ID, "Success": True}
    return json_answer(200, told)


def error(status: int, code: int, message: str) -> Answer:
    told = {"Code": code, "Data": None, "Message": message, "RequestId": REQUEST_ID, "Success": False}
    return json_answer(status, told)


def not_found() -> Answer:
    return error(404, RECORD_NOT_FOUND, "record not found")


def listed(entry: Entry) -> dict:
    """Describes an entry of a listing. The revision of a file is the last commit that changed it."""
    if entry.is_folder:
        return {"Path": entry.path, "Name": entry.name, "Type": "tree", "Revision": "", "Size": 0, "Sha256": ""}
    content = content_of(entry)
    return {
        "Path": entry.path,
        "Name": entry.name,
        "Type": "blob",
        "Revision": entry.last_commit,
        "Size": entry.size if content is None else len(content),
        "Sha256": None if content is None else hashlib.sha256(content).hexdigest(),
    }


def content_of(entry: Entry) -> Optional[bytes]:
    return entry.text if entry.lfs is None else entry.lfs


def listing(commit: Commit, root: str, *, recursive: bool) -> Optional[list[dict]]:
    """Lists the entries below a folder, without submodules; returns None if there is no such folder."""
    root = root.strip("/")
    if root not in commit.children:
        return None
    paths = commit.children[root]
    if recursive:
        paths = [path for path in commit.entries if not root or path.startswith(root + "/")]
    return [listed(commit.entries[path]) for path in paths if not commit.entries[path].is_submodule]


class ModelScopeHub(Server):
    """A test double of ModelScope's hub.

    with ModelScopeHub() as hub: hub.repo("o/n").push({...}); ask(hub.endpoint); hub.log

    A fault with the status 200 answers with HTTP 200 and a `Code` that is an error."""

    def __init__(self, **server):
        super().__init__(**server)
        self._repos: dict[tuple[str, str], Repo] = {}
        self.endpoint = self.url + PREFIX
        self.tags_created_at: Optional[int] = None  # CreatedAt of all tags; None: the time of the tag's commit
        self.sends_digests = False  # True: a file's answer has its SHA-256 in the header X-Linked-ETag

    def repo(self, repo_id: str, kind: str = "models", *, private: bool = False) -> Repo:
        """Returns the repo with this id; creates it if it does not exist."""
        key = (kind, repo_id)
        if key not in self._repos:
            self._repos[key] = Repo(*repo_id.split("/"), private=private)
        return self._repos[key]

    def number(self, repo_id: str, kind: str = "models") -> int:
        """Returns the number that is the repo's `Id`."""
        return FIRST_ID + list(self._repos).index((kind, repo_id))

    def error(self, status: int) -> Answer:
        if status == 404:
            return not_found()
        message = "failed" if status == 200 else HTTPStatus(status).phrase
        return error(status, RECORD_NOT_FOUND + 1, message)

    def answer(self, origin: str, method: str, raw_path: str, headers: dict[str, str], body: bytes) -> Answer:
        user: Optional[str] = self._reader(headers)
        if origin == "cdn":
            redirected = REDIRECTED.match(raw_path)
            if not redirected:
                return not_found()
            raw_path, user = redirected[1], None  # the address itself grants access, like a signed address
        path, _, query = raw_path.removeprefix(PREFIX).partition("?")
        asked = {key: values[0] for key, values in parse_qs(query, keep_blank_values=True).items()}
        answer = self._post(path, body) if method == "POST" else self._get(path, asked, headers, user)
        if method == "HEAD":
            answer.headers.setdefault("Content-Length", str(len(answer.body)))
            answer.body, answer.media = b"", False
        return answer

    def _reader(self, headers: dict) -> str:
        """Returns the user whose token is in the session cookie or the Authorization header, or "". An unknown token is
        that of a visitor."""
        session = SESSION.search(headers.get("cookie", ""))
        name, _ = self._user(headers)
        return name or (self._tokens.get(session[1], "") if session else "")

    def _post(self, path: str, body: bytes) -> Answer:
        """Answers a login with a session cookie for the domain of the real hub."""
        token = json.loads(body).get("AccessToken", "") if path == "/api/v1/login" and body else ""
        user = self._tokens.get(token)
        if not user:
            return not_found()
        told = {"AccessToken": "git-token", "Username": user, "Email": f"{user}@example.com"}
        cookie = f"m_session_id={token}; Path=/; Domain={COOKIE_DOMAIN}"
        return json_answer(
            200, {"Code": 200, "Data": told, "Message": "success", "Success": True}, **{"Set-Cookie": cookie}
        )

    def _get(self, path: str, asked: dict[str, str], headers: dict, user: Optional[str]) -> Answer:
        if path == "/api/v1/repos/internalAccelerationInfo":
            return json_answer(200, {"Code": 200, "Data": {"InternalRegionQueryAddress": ""}, "Success": True})
        if path == "/openapi/v1/users/me" and user:
            told = {"username": user, "email": f"{user}@example.com", "id": 7}
            return json_answer(200, {"success": True, "data": told})
        if match := TREE_BY_ID.match(path):
            keys = list(self._repos)
            number = int(match[1]) - FIRST_ID
            key = keys[number] if 0 <= number < len(keys) else ("", "")
            return self._ask(key, "repo/tree", asked, headers, user)
        if match := REPO.match(path):
            key = (match[1], f"{unquote(match[2])}/{unquote(match[3])}")
            return self._ask(key, match[4] or "", asked, headers, user)
        return not_found()

    def _ask(
        self, key: tuple[str, str], what: str, asked: dict[str, str], headers: dict, user: Optional[str]
    ) -> Answer:
        """Answers a question about a repo. To a user without access, a private repo does not exist."""
        repo = self._repos.get(key)
        if not repo or not repo.branches or (repo.private and user is not None and user != repo.owner):
            return not_found()
        kind = key[0]
        if what == "":
            return data({"Id": self.number(key[1], kind), "Name": repo.name, "Type": 4})
        if what == "revisions":
            return self._revisions(repo) if kind == "models" else not_found()
        found = repo.find(asked.get("Revision") or repo.default_branch)
        if not found:
            return not_found()
        commit = found[2]
        if what == "repo":
            return self._file(commit, asked.get("FilePath", ""), headers)
        if (kind, what) not in (("models", "repo/files"), ("datasets", "repo/tree")):
            return not_found()
        entries = listing(commit, asked.get("Root", ""), recursive=asked.get("Recursive", "").lower() == "true")
        if entries is None:
            return not_found()
        return data({"Files": entries[:MAX_LISTED] if kind == "models" else _page(entries, asked)})

    def _revisions(self, repo: Repo) -> Answer:
        branches = [{"Revision": name, "CreatedAt": at.when} for name, at in repo.branches.items()]
        tags = [
            {"Revision": name, "CreatedAt": tag.commit.when if self.tags_created_at is None else self.tags_created_at}
            for name, tag in repo.tags.items()
        ]
        return data({"RevisionMap": {"Branches": branches, "Tags": tags}})

    def _file(self, commit: Commit, path: str, headers: dict[str, str]) -> Answer:
        entry = commit.entries.get(path)
        content = content_of(entry) if entry else None
        if entry is None or content is None:
            return not_found()
        answer = serve(entry, content, git.blob_id(content), headers, seekable=True)
        answer.headers.pop("X-Gitea-Object-Type", None)
        if self.sends_digests:
            answer.headers["X-Linked-ETag"] = f'"{hashlib.sha256(content).hexdigest()}"'
        return answer


def _page(entries: list[dict], asked: dict[str, str]) -> list[dict]:
    size, page = (max(1, int(asked.get(name, default))) for name, default in (("PageSize", 100), ("PageNumber", 1)))
    return entries[size * (page - 1) : size * page]
