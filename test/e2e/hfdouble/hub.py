"""Hugging Face's hub: routes requests to answers."""

import json
import re
from http import HTTPStatus
from typing import Optional
from urllib.parse import parse_qs, quote, unquote

from hubdouble.answers import Answer
from hubdouble.repo import Repo
from hubdouble.server import Server

from . import answers

API = re.compile(r"/api/(models|datasets)/([^/]+)/([^/]+)(?:/(revision|tree|paths-info|refs)(?:/([^/]+))?(?:/(.+))?)?$")
RESOLVE = re.compile(r"/(?:(datasets)/)?([^/]+)/([^/]+)/resolve/([^/]+)/(.+)$")
CACHED = re.compile(r"/api/resolve-cache/(models|datasets)/([^/]+)/([^/]+)/([0-9a-f]{40})/(.+)$")
BAD_TOKEN = "Invalid credentials in Authorization header"


class HfHub(Server):
    """A test double of Hugging Face's hub.

    with HfHub() as hub: hub.repo("o/n").push({...}); ask(hub.url); hub.log"""

    def __init__(self, **server):
        super().__init__(**server)
        self._repos: dict[tuple[str, str], Repo] = {}
        self.gated: set[str] = set()  # ids of gated repos, to which nobody has access
        self.ignores_case = False  # True: ids are compared without case
        self.next_pages_at = ""  # the hub to which the first page of a listing links; "": this hub

    def repo(self, repo_id: str, kind: str = "models", *, private: bool = False) -> Repo:
        """Returns the repo with this id; creates it if it does not exist."""
        key = (kind, repo_id)
        if key not in self._repos:
            self._repos[key] = Repo(*repo_id.split("/"), private=private, default_branch="main")
        return self._repos[key]

    def share(self, repo_id: str, repo: Repo) -> None:
        """Serves another hub's repo, as a mirror with the same commits."""
        self._repos["models", repo_id] = repo

    def error(self, status: int) -> Answer:
        return answers.error(status, HTTPStatus(status).phrase)

    def answer(self, origin: str, method: str, raw_path: str, headers: dict[str, str], body: bytes) -> Answer:
        path, _, query = raw_path.partition("?")
        user, known = self._user(headers)
        if not known and origin == "hub":
            return answers.error(401, BAD_TOKEN)
        asked = {key: values[0] for key, values in parse_qs(query, keep_blank_values=True).items()}
        answer = self._route(origin, method, path, asked, headers, body, user)
        if method == "HEAD":
            answer.headers.setdefault("Content-Length", str(len(answer.body)))
            answer.body, answer.media = b"", False
        return answer

    def _route(
        self,
        origin: str,
        method: str,
        path: str,
        asked: dict[str, str],
        headers: dict[str, str],
        body: bytes,
        user: str,
    ) -> Answer:
        if match := CACHED.match(path):
            return self._content(*match.groups(), headers)
        if origin == "cdn":
            return answers.error(404, "Not Found")
        if path == "/api/whoami-v2":
            name = {"type": "user", "id": "1", "name": user, "fullname": user, "orgs": [], "auth": {}}
            return answers.json_answer(200, name) if user else answers.error(401, "Invalid username or password.")
        if path.startswith("/api/telemetry/"):
            return answers.json_answer(200, {})
        if match := API.match(path):
            kind, owner, name, what, revision, rest = match.groups()
            return self._find(kind, owner, name, user) or self._api(
                kind,
                self._of(kind, owner, name),
                what,
                unquote(revision or "main"),
                unquote(rest or ""),
                path,
                asked,
                body,
            )
        if match := RESOLVE.match(path):
            kind, owner, name, revision, file = match.groups()
            kind = kind or "models"
            return self._find(kind, owner, name, user) or self._resolve(
                kind, owner, name, unquote(revision), unquote(file)
            )
        return answers.error(404, "Sorry, we can't find the page you are looking for.")

    def _key(self, kind: str, owner: str, name: str) -> tuple[str, str]:
        asked = f"{unquote(owner)}/{unquote(name)}"
        same = (repo_id for of_kind, repo_id in self._repos if of_kind == kind and repo_id.lower() == asked.lower())
        return kind, next(same, asked) if self.ignores_case else asked

    def _of(self, kind: str, owner: str, name: str) -> Repo:
        return self._repos[self._key(kind, owner, name)]

    def _find(self, kind: str, owner: str, name: str, user: str) -> Optional[Answer]:
        """Returns the refusal, or None. A user without access gets the same answer for a private and a missing repo."""
        repo = self._repos.get(self._key(kind, owner, name))
        if not repo or not repo.branches or (repo.private and user != repo.owner):
            if user:
                return answers.error(404, "Repository not found", "RepoNotFound")
            return answers.error(401, "Invalid username or password.")
        if f"{repo.owner}/{repo.name}" in self.gated:
            return answers.error(
                403 if user else 401, f"Access to model {repo.owner}/{repo.name} is restricted.", "GatedRepo"
            )
        return None

    def _api(
        self,
        kind: str,
        repo: Repo,
        what: Optional[str],
        revision: str,
        rest: str,
        path: str,
        asked: dict[str, str],
        body: bytes,
    ) -> Answer:
        if what == "refs":
            return answers.refs(repo)
        found = repo.find(revision)
        if not found:
            return answers.no_revision(revision)
        commit = found[2]
        if what == "tree":
            return answers.tree(commit, rest, asked, (self.next_pages_at or self.url) + path)
        if what == "paths-info":
            return answers.paths_info(commit, _paths_in(body))
        return answers.info(kind, repo, commit, blobs=asked.get("blobs", "").lower() in ("true", "1"))

    def _resolve(self, kind: str, owner: str, name: str, revision: str, file: str) -> Answer:
        """Redirects an LFS file to the second origin, and any other file to another path of the hub."""
        found = self._of(kind, owner, name).find(revision)
        if not found:
            return answers.no_revision(revision)
        commit = found[2]
        entry = commit.entries.get(file)
        if not entry or entry.is_folder:
            return answers.no_entry(commit)
        cached = f"/api/resolve-cache/{kind}/{owner}/{name}/{commit.sha}/{quote(file)}"
        if entry.lfs is None:
            return answers.redirect(307, commit, entry, cached)
        return answers.redirect(302, commit, entry, self.cdn_url + cached)

    def _content(self, kind: str, owner: str, name: str, revision: str, file: str, headers: dict[str, str]) -> Answer:
        commit = self._of(kind, owner, name).commit_of(revision)
        return answers.content(commit, commit.entries[unquote(file)], headers)


def _paths_in(body: bytes) -> list[str]:
    """Parses the paths: huggingface_hub 1 and later sends JSON, 0.26 sends a form."""
    if body.startswith(b"{"):
        paths = json.loads(body)["paths"]
        return [paths] if isinstance(paths, str) else paths
    return parse_qs(body.decode()).get("paths", [])
