"""Sends the same requests to a real Gitea and to the hub double, and prints where their answers differ.

    python gitea_questions.py http://127.0.0.1:3000 --user me --token T      # T may create and delete repos
    python gitea_questions.py URL --user me --filled                         # the repos exist already

The program deletes the repos me/hubcache-* on the real server, creates them again and fills them by `git push` (with
LFS files only if git-lfs is installed). It fills the double from the same table, so all ids are equal. Exit code 1: the
answers differ.
"""

import argparse
import functools
import http.client
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Iterator, Optional
from urllib.parse import quote, urlsplit

from hubdouble import Executable, Hub, Lfs, Link, Repo, Submodule
from hubdouble.git import MODE_SUBMODULE
from hubdouble.repo import FIRST_COMMIT_TIME

WEIGHTS = bytes(range(256)) * 400
SUBMODULE = Submodule("1" * 40)
MODEL = {
    "README.md": b"# model\n",
    "a b+c%d#e?.txt": b"odd\n",
    "dir/x": b"x\n",
    "dir/y": b"y\n",
    "empty": b"",
    "run.sh": Executable(b"#!/bin/sh\n"),
    "link": Link("dir/x"),
    "alias": Link("dir"),
    "sub": SUBMODULE,
    "plain": bytes(2000),
    'q"\\$&+:=@.txt': b"q\n",
    "模型.txt": "模型\n".encode(),
    "caf\udce9": b"latin-1\n",
}
LARGE = {"large": bytes((10 << 20) + 1), "max": bytes(10 << 20)}

# The headers that a client or hubcache reads.
HEADERS = (
    "Content-Type",
    "Etag",
    "Last-Modified",
    "Content-Range",
    "Accept-Ranges",
    "Content-Disposition",
    "Location",
    "Cache-Control",
    "X-Total-Count",
    "X-Gitea-Object-Type",
    "X-Content-Type-Options",
)


def fill(hub: Hub, user: str, *, lfs: bool) -> list[Repo]:
    model = hub.repo(f"{user}/hubcache-model")
    model.push(MODEL | ({"model.bin": Lfs(WEIGHTS)} if lfs else {}), message="first")
    model.tag("v1.0")
    model.push({"README.md": b"# model, changed\n"}, message="second")
    for branch in ("dev", "feature/x", "h#1", "p%2Fq"):
        model.branch(branch)
    other = hub.repo(f"{user}/hubcache-main", default_branch="main")
    other.push({"a": b"master\n", "only-master": b"x\n"}, branch="master", message="of master")
    other.push({"a": b"main\n", "only-main": b"x\n"}, branch="main", message="of main")
    other.tag("both", "master")
    other.branch("both", "main")
    many = hub.repo(f"{user}/hubcache-many")
    many.push({f"d{i % 7}/{i:04}": b"" for i in range(1200)} | LARGE, message="many")
    return [model, other, many, hub.repo(f"{user}/hubcache-empty")]


@dataclass(frozen=True)
class Question:
    path: str
    headers: tuple[tuple[str, str], ...] = ()
    fields: tuple[str, ...] = ()  # the fields of a JSON object to compare; (): all

    def __str__(self) -> str:
        return self.path + "".join(f"  [{name}: {value}]" for name, value in self.headers)


def questions(repos: list[Repo]) -> Iterator[Question]:
    for repo in repos:
        api = f"/api/v1/repos/{repo.owner}/{repo.name}"
        yield Question(api, fields=("name", "full_name", "empty", "private", "default_branch"))
        revisions = [
            *repo.branches,
            *repo.tags,
            *repo.commits,
            *(tag.sha for tag in repo.tags.values()),
            "",
            "master",
            "main",
            "HEAD",
            "refs/heads/dev",
            "heads/dev",
            "tags/v1.0",
            "dev~1",
            "v1.0^{commit}",
            "nope",
        ]
        paths = list(repo.head.entries)[:40] if repo.branches else ["README.md"]
        for revision in dict.fromkeys(revisions):
            yield from of_revision(api, revision, paths)
        for path in paths:
            yield from of_path(api, path)
    for path in ("/api/v1/repos/nobody-at-all/x/contents/a", f"/api/v1/repos/{repos[0].owner}/no-such-repo/tags/v1"):
        yield Question(path)


def of_revision(api: str, revision: str, paths: list[str]) -> Iterator[Question]:
    quoted = quote(revision, safe="")
    if revision:
        yield Question(f"{api}/tags/{quoted}")
        yield Question(f"{api}/branches/{quoted}", fields=("name",))
        for page in (1, 2, 3):
            yield Question(f"{api}/git/trees/{quoted}?recursive=true&page={page}&per_page=1000")
        yield Question(f"{api}/git/trees/{quoted}")
    ref = f"?ref={quoted}" if revision else ""
    for path in ("", *(f"/{quote(path, safe='', errors='surrogateescape')}" for path in paths[:6]), "/nope"):
        yield Question(f"{api}/contents{path}{ref}")
        if path:
            yield Question(f"{api}/media{path}{ref}")


def of_path(api: str, path: str) -> Iterator[Question]:
    quoted = quote(path, safe="", errors="surrogateescape")
    for what in ("contents", "media", "raw"):
        yield Question(f"{api}/{what}/{quoted}")
    for text in (
        "bytes=0-1",
        "bytes=3-",
        "bytes=-5",
        "bytes=3-2",
        "bytes=0-1,4-5",
        "bytes=99999-",
        "lines=1-2",
        "bytes=",
        "bytes=a-b",
    ):
        yield Question(f"{api}/media/{quoted}", (("Range", text),))
    for condition in ('"other"', 'W/"other"', "*"):
        yield Question(f"{api}/media/{quoted}", (("If-None-Match", condition),))
    yield Question(f"{api}/media/{quoted}", (("If-Range", '"other"'), ("Range", "bytes=0-1")))


class Server:
    def __init__(self, url: str, token: str = ""):
        self.url, self.token = url.rstrip("/"), token
        self.connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)

    def request(self, method: str, path: str, headers: tuple[tuple[str, str], ...] = (), body: Any = None):
        sent = dict(headers) | ({"Authorization": f"token {self.token}"} if self.token else {})
        if body is not None:
            sent["Content-Type"] = "application/json"
        self.connection.request(method, path, json.dumps(body) if body is not None else None, sent)
        answer = self.connection.getresponse()
        return answer.status, answer.headers, answer.read()

    def ask(self, question: Question) -> dict[str, Any]:
        status, headers, body = self.request("GET", question.path, question.headers)
        told = {name: headers[name] for name in HEADERS if headers.get(name) is not None}
        return {"status": status, **told, "body": self._comparable(question, headers, body)}

    def _comparable(self, question: Question, headers, body: bytes) -> Any:
        if "json" not in headers.get("Content-Type", ""):
            is_multipart = "multipart" in headers.get("Content-Type", "")
            return None if is_multipart else body.replace(self.url.encode(), b"ROOT")
        value = json.loads(body.replace(self.url.encode(), b"ROOT"))
        if question.fields and isinstance(value, dict) and "message" not in value:
            return {name: value.get(name) for name in question.fields}
        return value


def run_git(folder: Path, owner: str, *arguments: str, stdin: bytes = b"", when: int = FIRST_COMMIT_TIME) -> str:
    env = {"PATH": os.environ["PATH"], "HOME": str(folder), "GIT_CONFIG_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0"}
    for who in ("AUTHOR", "COMMITTER"):
        env |= {
            f"GIT_{who}_NAME": owner,
            f"GIT_{who}_EMAIL": f"{owner}@example.com",
            f"GIT_{who}_DATE": f"{when} +0000",
        }
    run = subprocess.run(["git", *arguments], cwd=folder, env=env, input=stdin, capture_output=True, check=True)
    return run.stdout.decode().rstrip("\n")


def create(server: Server, repo: Repo, folder: Path) -> None:
    """Creates the repo on the server: git writes the double's commits and pushes them."""
    git = functools.partial(run_git, folder, repo.owner)
    api = f"/api/v1/repos/{repo.owner}/{repo.name}"
    server.request("DELETE", api)
    status, _, body = server.request(
        "POST", "/api/v1/user/repos", body={"name": repo.name, "default_branch": repo.default_branch}
    )
    if status != 201:
        sys.exit(f"{repo.name} cannot be created: {status} {body[:200]!r}")
    if not repo.branches:
        return
    folder.mkdir()
    git("init", "-q")
    for commit in repo.commits.values():
        git("read-tree", "--empty")
        for entry in commit.entries.values():
            if entry.is_folder:
                continue
            sha = (
                entry.sha
                if entry.mode == MODE_SUBMODULE
                else git("hash-object", "-w", "--stdin", stdin=entry.text or b"")
            )
            git(
                "update-index",
                "--add",
                "-z",
                "--index-info",
                stdin=f"{entry.mode} {sha}\t{entry.path}\0".encode("utf-8", "surrogateescape"),
            )
        parents = ["-p", commit.parent] if commit.parent else []
        made = git("commit-tree", git("write-tree", "--missing-ok"), *parents, "-m", commit.message, when=commit.when)
        if made != commit.sha:
            sys.exit(f"git makes another commit than the double: {made}, {commit.sha}")
    for name, commit in repo.branches.items():
        git("update-ref", f"refs/heads/{name}", commit.sha)
    for name, tag in repo.tags.items():
        git("update-ref", f"refs/tags/{name}", tag.sha)
    store_lfs(repo, folder)
    parts = urlsplit(server.url)
    remote = f"{parts.scheme}://{repo.owner}:{server.token}@{parts.netloc}/{repo.owner}/{repo.name}.git"
    if (folder / ".git" / "lfs").exists():
        git("lfs", "push", "--all", remote)
    # the first pushed branch becomes the default
    git("push", "-q", "--no-verify", remote, f"refs/heads/{repo.default_branch}")
    git("push", "-q", "--no-verify", remote, "refs/heads/*:refs/heads/*", "refs/tags/*:refs/tags/*")


def store_lfs(repo: Repo, folder: Path) -> None:
    for entry in repo.head.entries.values():
        if entry.lfs is not None:
            oid = (entry.text or b"").split(b"sha256:")[1][:64].decode()
            name = folder / ".git" / "lfs" / "objects" / oid[:2] / oid[2:4] / oid
            name.parent.mkdir(parents=True, exist_ok=True)
            name.write_bytes(entry.lfs)


def differences(real: Server, double: Server, repos: list[Repo]) -> Iterator[tuple[Question, dict[str, tuple]]]:
    for question in dict.fromkeys(questions(repos)):
        one, other = real.ask(question), double.ask(question)
        differing = {
            key: (one.get(key), other.get(key)) for key in sorted({*one, *other}) if one.get(key) != other.get(key)
        }
        if differing:
            yield question, differing


def shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 160 else text[:160] + "…"


def compare(url: str, user: str, token: str, *, filled: bool, version: str, lfs: bool) -> int:
    with Hub(page_quirks=version.startswith("1.22"), version=version) as hub, tempfile.TemporaryDirectory() as folder:
        repos = fill(hub, user, lfs=lfs)
        real = Server(url, token)
        if not filled:
            for number, repo in enumerate(repos):
                create(real, repo, Path(folder) / str(number))
            time.sleep(3)  # the server processes a first push within a second
        count = 0
        for question, differing in differences(real, Server(hub.url), repos):
            count += 1
            print(question)
            for key, (one, other) in differing.items():
                print(f"    {key}: {shown(one)}\n    {'double':>{len(key)}}: {shown(other)}")
    print(f"{count} answers differ")
    return count


def version_of(url: str) -> Optional[str]:
    status, _, body = Server(url).request("GET", "/api/v1/version")
    return json.loads(body)["version"] if status == 200 else None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url")
    parser.add_argument("--user", required=True)
    parser.add_argument("--token", default="")
    parser.add_argument("--filled", action="store_true", help="the repos are there already: ask only")
    parser.add_argument("--version", help="of Gitea, which the double is to answer as (as the server says)")
    arguments = parser.parse_args()
    version = arguments.version or version_of(arguments.url) or "1.22.3"
    count = compare(
        arguments.url,
        arguments.user,
        arguments.token,
        filled=arguments.filled,
        version=version,
        lfs=shutil.which("git-lfs") is not None,
    )
    sys.exit(1 if count else 0)


if __name__ == "__main__":
    main()
