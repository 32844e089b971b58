"""AI Studio's hub: routes requests to answers."""

import re
from html import escape
from http import HTTPStatus
from typing import Optional
from urllib.parse import parse_qs, unquote

from .answers import BAD_TOKEN, Answer, Api, Options, text_answer
from .repo import Repo
from .server import Server

ROUTE = re.compile(r"/api/v1/repos/([^/]+)/([^/]+)(?:/(tags|branches|git/trees|contents|media|raw)(?:/(.*))?)?$")
BAD_ESCAPE = re.compile("%(?![0-9a-fA-F]{2})")
REDIRECTED = re.compile(r"/redirected(/.*)$")


class Hub(Server):
    """A test double of AI Studio's hub.

    with Hub() as hub: hub.repo("o/n").push({...}); ask(hub.url); hub.log"""

    def __init__(
        self,
        *,
        root_url: str = "",
        page_quirks: bool = False,
        lfs_size: str = "pointer",
        version: str = "1.22.3",
        **server,
    ):
        super().__init__(**server)
        self._repos: dict[tuple[str, str], Repo] = {}
        self._renamed: dict[tuple[str, str], Repo] = {}
        self.api = Api(root_url or self.url, Options(page_quirks, lfs_size, version))

    def repo(self, repo_id: str, *, private: bool = False, default_branch: str = "master") -> Repo:
        """Returns the repo with this id; creates it if it does not exist."""
        key = _key(*repo_id.split("/"))
        if key not in self._repos:
            owner, name = repo_id.split("/")
            self._repos[key] = Repo(owner, name, private=private, default_branch=default_branch)
        return self._repos[key]

    def rename(self, repo_id: str, name: str) -> None:
        """Renames a repo; requests for its old id are then answered with redirects."""
        old = _key(*repo_id.split("/"))
        repo = self._renamed[old] = self._repos.pop(old)
        repo.name = name
        self._repos[_key(repo.owner, name)] = repo

    def delete(self, repo_id: str) -> None:
        del self._repos[_key(*repo_id.split("/"))]

    def error(self, status: int) -> Answer:
        return self.api.error(status, HTTPStatus(status).phrase)

    def answer(self, origin: str, method: str, raw_path: str, headers: dict[str, str], _body: bytes) -> Answer:
        if origin == "cdn":
            # the address itself grants access, like a signed address
            redirected = REDIRECTED.match(raw_path)
            return self._route(redirected[1], headers, None) if redirected else text_answer(404, "404 page not found")
        if method != "GET":
            return Answer(405, b"", {"Allow": "GET"})
        user, known = self._user(headers)
        return self._route(raw_path, headers, user) if known else self.api.error(401, BAD_TOKEN)

    def _route(self, raw_path: str, headers: dict, user: Optional[str]) -> Answer:
        """Routes a request; a `user` of None may read everything."""
        path, _, query = raw_path.partition("?")
        match = ROUTE.match(path)
        if BAD_ESCAPE.search(path):
            return text_answer(400, "400 Bad Request")
        if not match or (match[3] in ("branches", "git/trees", "media", "raw") and not match[4]):
            return text_answer(404, "404 page not found")
        key = _key(unquote(match[1]), unquote(match[2]))
        repo = self._repos.get(key)
        if not repo and key in self._renamed:
            return self._redirect(raw_path, f"{match[1]}/{match[2]}", self._renamed[key])
        if not repo and not self._is_owner(key[0]):
            return self.api.not_found("GetUserByName", [f"user redirect does not exist [name: {unquote(match[1])}]"])
        if not repo or (repo.private and user is not None and user != repo.owner):
            return self.api.not_found()
        asked = {key: values[0] for key, values in parse_qs(query).items()}
        return self._ask(repo, match[3] or "", match[4] or "", asked, headers)

    def _is_owner(self, name: str) -> bool:
        return any(owner == name for owner, _ in self._repos) or name in map(str.lower, self._tokens.values())

    def _redirect(self, raw_path: str, old: str, repo: Repo) -> Answer:
        """Redirects to a path without scheme and host, as Gitea's context.RedirectToRepo does."""
        location = raw_path.replace(old, f"{repo.owner}/{repo.name}", 1)
        status = 301 if self.api.options.is_new else 307
        body = f'<a href="{escape(location)}">{HTTPStatus(status).phrase}</a>.\n\n'
        return Answer(status, body.encode(), {"Location": location, "Content-Type": "text/html; charset=utf-8"})

    def _ask(self, repo: Repo, what: str, raw_rest: str, asked: dict[str, str], headers: dict) -> Answer:
        rest, ref = unquote(raw_rest, errors="surrogateescape"), asked.get("ref", "").strip()
        if what == "":
            return self.api.about(repo)
        if what == "branches":
            return self.api.branch(repo, rest)
        if what == "tags":
            return self.api.tag(repo, rest) if rest else self.api.tags(repo)
        if what == "contents":
            return self.api.contents(repo, rest, ref)
        if what == "git/trees":
            if "/" in raw_rest:
                # a revision is one segment: a slash in it must be escaped
                return text_answer(404, "404 page not found")
            return self.api.tree(
                repo,
                rest,
                recursive=asked.get("recursive") in ("true", "1"),
                page=_number(asked, "page"),
                per_page=_number(asked, "per_page"),
            )
        return self.api.file(repo, rest, ref, headers, resolve_lfs=what == "media")


def _key(owner: str, name: str) -> tuple[str, str]:
    return owner.lower(), name.lower()


def _number(asked: dict[str, str], name: str) -> int:
    return int(asked[name]) if asked.get(name, "").isdecimal() else 0
