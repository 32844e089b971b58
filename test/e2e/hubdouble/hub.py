"""AI Studio's hub: which answer a request gets."""

import re
from http import HTTPStatus
from typing import Optional
from urllib.parse import parse_qs, unquote

from .answers import BAD_TOKEN, Answer, Api, Options, text_answer
from .repo import Repo
from .server import Server

ROUTE = re.compile(r"/api/v1/repos/([^/]+)/([^/]+)/(tags|git/trees|contents|media|raw)(?:/(.*))?$")
REDIRECTED = re.compile(r"/redirected(/.*)$")


class Hub(Server):
    """with Hub() as hub: hub.repo("o/n").push({...}); ask(hub.url); hub.log"""

    def __init__(self, *, root_url: str = "", page_quirks: bool = False, lfs_size: str = "pointer", **server):
        super().__init__(**server)
        self._repos: dict[tuple[str, str], Repo] = {}
        self.api = Api(root_url or self.url, Options(page_quirks, lfs_size))

    def repo(self, repo_id: str, *, private: bool = False, default_branch: str = "master") -> Repo:
        """The repo of this id, made when it is new."""
        owner, name = repo_id.split("/")
        key = (owner.lower(), name.lower())
        if key not in self._repos:
            self._repos[key] = Repo(owner, name, private=private, default_branch=default_branch)
        return self._repos[key]

    def error(self, status: int) -> Answer:
        return self.api.error(status, HTTPStatus(status).phrase)

    def answer(self, origin: str, method: str, raw_path: str, headers: dict[str, str], _body: bytes) -> Answer:
        if origin == "cdn":
            # the address itself is the permission, as a signed one is
            redirected = REDIRECTED.match(raw_path)
            return self._route(redirected[1], headers, None) if redirected else text_answer(404, "404 page not found")
        if method != "GET":
            return Answer(405, b"", {"Allow": "GET"})
        user, known = self._user(headers)
        return self._route(raw_path, headers, user) if known else self.api.error(401, BAD_TOKEN)

    def _route(self, raw_path: str, headers: dict, user: Optional[str]) -> Answer:
        """`user` None may read everything."""
        path, _, query = raw_path.partition("?")
        match = ROUTE.match(path)
        if not match or (match[3] in ("tags", "git/trees", "media", "raw") and not match[4]):
            return text_answer(404, "404 page not found")
        repo = self._repos.get((unquote(match[1]).lower(), unquote(match[2]).lower()))
        if not repo or not repo.branches or (repo.private and user is not None and user != repo.owner):
            return self.api.not_found()
        asked = {key: values[0] for key, values in parse_qs(query).items()}
        return self._ask(repo, match[3], match[4] or "", asked, headers)

    def _ask(self, repo: Repo, what: str, raw_rest: str, asked: dict[str, str], headers: dict) -> Answer:
        rest, ref = unquote(raw_rest), asked.get("ref", "")
        if what == "tags":
            return self.api.tag(repo, rest)
        if what == "contents":
            return self.api.contents(repo, rest, ref)
        if what == "git/trees":
            if "/" in raw_rest:
                return text_answer(404, "404 page not found")  # one segment: a slash in it must be escaped
            return self.api.tree(repo, rest, recursive=asked.get("recursive") in ("true", "1"),
                                 page=_number(asked, "page"), per_page=_number(asked, "per_page"))
        return self.api.file(repo, rest, ref, headers, resolve_lfs=what == "media")


def _number(asked: dict[str, str], name: str) -> int:
    return int(asked[name]) if asked.get(name, "").isdecimal() else 0
