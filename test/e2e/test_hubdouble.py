"""The double's answers equal those of Gitea 1.22.3 in ../data/gitea/, and its ids equal git's."""

import http.client
import json
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hubdouble import Executable, Hub, Lfs, Link, Opaque, sample

SAMPLES = Path(__file__).parent.parent / "data" / "gitea"
NAMES = sorted(path.stem for path in SAMPLES.glob("*.json"))
RECORDED_ROOT = "http://127.0.0.1:3999"
FIRST_COMMIT = "6a40f0af29b21676b71217a9808b887bdc225be8"
SECOND_COMMIT = "05594258efc5ec5ec1c63a3ff19ff550e16c4d20"
MANY_COMMIT = "6fa99a30094f349bea8c8a434ff63245f4a334ff"
# The samples show no content of these files, or only the pointer.
LISTED_ONLY = {
    "README.md": Opaque("b36c232c0996372c7a0977466a2c62b1da6dcc65", 52),
    "inference/weights.pdiparams": Opaque("ae8018007ad2b0fc8016da4ec385283a74aafa6f", 132),
    "model.safetensors": b"version https://git-lfs.github.com/spec/v1\noid sha256:0c3d5ad5a300446a0efc38e3199402"
    b"53c2fa6e7f62ab87f6c041501ce569d292\nsize 209715200\n",
}


@dataclass
class Reply:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self):
        return json.loads(self.body)


def ask(hub: Hub, path: str, headers: dict | None = None, method: str = "GET") -> Reply:
    connection = http.client.HTTPConnection(urlsplit(hub.url).netloc, timeout=20)
    try:
        connection.request(method, path, headers=headers or {})
        response = connection.getresponse()
        return Reply(response.status, dict(response.getheaders()), response.read())
    finally:
        connection.close()


@pytest.fixture(scope="module")
def recorded():
    """Provides a double of the server of the samples."""
    with Hub(root_url=RECORDED_ROOT) as hub:
        model = hub.repo("ctbots/first-paddle-model")
        model.push({**sample.KNOWN_FILES, **LISTED_ONLY}, message="first", commit_id=FIRST_COMMIT)
        model.tag("v1.0")
        model.push({"README.md": LISTED_ONLY["README.md"]}, message="second", commit_id=SECOND_COMMIT)
        sample.add_private(hub)
        sample.add_many(hub)
        many = hub.repo("ctbots/many")
        many.push({}, commit_id=MANY_COMMIT)
        yield hub


@dataclass
class Sample:
    path: str
    status: int
    headers: dict[str, str]
    body: object


def read_sample(name: str) -> Sample:
    first, status, *headers = (SAMPLES / f"{name}.txt").read_text().strip().splitlines()
    return Sample(
        first.removeprefix("GET "),
        int(status.removeprefix("status: ")),
        dict(line.split(": ", 1) for line in headers),
        json.loads((SAMPLES / f"{name}.json").read_text()),
    )


def shape(value):
    """Returns the keys and JSON types of a value, recursively."""
    if isinstance(value, dict):
        return {key: shape(item) for key, item in value.items()}
    if isinstance(value, list):
        return [shape(item) for item in value]
    return type(value).__name__


def test_samples_are_there():
    assert len(NAMES) == 16


@pytest.mark.parametrize("name", NAMES)
def test_same_answer_as_the_sample(recorded, name):
    expected = read_sample(name)
    token = {"Authorization": "token 0123456789abcdef"} if name == "private_badtoken" else {}
    got = ask(recorded, expected.path, token)
    assert got.status == expected.status
    assert json.dumps(got.json) == json.dumps(expected.body)  # the order of the keys is compared too
    # The header has the length of the sample's body, so that spacing and escapes are compared too.
    assert {key: got.headers.get(key) for key in expected.headers} == expected.headers


@pytest.mark.parametrize("name", NAMES)
def test_sample_repos_have_the_shape_of_the_samples(sampled, name):
    """The repos of demos and benchmarks have other commits and LFS files than the samples, but the same keys and
    types."""
    expected = read_sample(name)
    token = {"Authorization": "token 0123456789abcdef"} if name == "private_badtoken" else {}
    got = ask(sampled, expected.path, token)
    assert (got.status, shape(got.json)) == (expected.status, shape(expected.body))


@pytest.fixture(scope="module")
def sampled():
    with Hub() as hub:
        sample.add_all(hub)
        yield hub


GIT_FILES = {
    "a/b/deep.txt": b"deep\n",
    "a.txt": b"sorted before a/\n",
    "a0": b"sorted after a/\n",
    "run.sh": Executable(b"#!/bin/sh\n"),
    "link": Link("a/b/deep.txt"),
    "weights.bin": Lfs(bytes(1000)),
    "模型/文件 %.txt": b"\xff\x00binary",
    "empty": b"",
}


def git(folder: Path, *arguments: str, stdin: bytes = b"", when: int = 0) -> str:
    env = {"PATH": "/usr/bin:/bin:/usr/local/bin", "HOME": str(folder), "GIT_CONFIG_NOSYSTEM": "1"}
    for who in ("AUTHOR", "COMMITTER"):
        env |= {
            f"GIT_{who}_NAME": "ctbots",
            f"GIT_{who}_EMAIL": "ctbots@example.com",
            f"GIT_{who}_DATE": f"{when} +0000",
        }
    run = subprocess.run(["git", *arguments], cwd=folder, env=env, input=stdin, capture_output=True, check=True)
    return run.stdout.decode().rstrip("\n")


def commit_with_git(folder: Path, commit, parent: str | None) -> str:
    """Writes a commit of the double with the git binary; returns its id."""
    git(folder, "read-tree", "--empty")
    for entry in commit.entries.values():
        if not entry.is_folder:
            sha = git(folder, "hash-object", "-w", "--stdin", stdin=entry.text)
            git(folder, "update-index", "--add", "--cacheinfo", f"{entry.mode},{sha},{entry.path}")
    parents = ["-p", parent] if parent else []
    return git(folder, "commit-tree", git(folder, "write-tree"), *parents, "-m", commit.message, when=commit.when)


def test_ids_are_those_of_git(tmp_path):
    with Hub() as hub:
        repo = hub.repo("ctbots/model")
        first = repo.push(GIT_FILES, message="first")
        tag = repo.tag("v1", message="release one")
        second = repo.push({"a.txt": b"changed\n", "a0": None}, message="second")
        git(tmp_path, "init", "-q")
        parent = None
        for commit in (first, second):
            parent = commit_with_git(tmp_path, commit, parent)
            assert commit.sha == parent
            listed = git(tmp_path, "-c", "core.quotepath=off", "ls-tree", "-r", "-t", commit.sha).splitlines()
            ours = commit.entries.values()
            assert [f"{e.mode} {'tree' if e.is_folder else 'blob'} {e.sha}\t{e.path}" for e in ours] == listed
        git(tmp_path, "tag", "-a", "v1", first.sha, "-m", "release one", when=first.when)
        assert git(tmp_path, "rev-parse", "v1") == tag.sha
        assert tag.sha != ask(hub, "/api/v1/repos/ctbots/model/tags/v1").json["commit"]["sha"] == first.sha


def test_json_is_escaped_as_go_does():
    with Hub() as hub:
        hub.repo("o/n").push({"a<b>&c": b""})
        body = ask(hub, "/api/v1/repos/o/n/git/trees/master").body
    assert rb'"path":"a\u003cb\u003e\u0026c"' in body


def test_last_commit_is_the_one_that_changed_the_path():
    with Hub() as hub:
        repo = hub.repo("o/n")
        first = repo.push({"a/x": b"1", "b": b"1"})
        second = repo.push({"a/x": b"2", "b": b"1"})
        root = {one["path"]: one["last_commit_sha"] for one in ask(hub, "/api/v1/repos/o/n/contents").json}
        assert root == {"a": second.sha, "b": first.sha}


MODEL = "/api/v1/repos/ctbots/first-paddle-model"
WEIGHTS = bytes(range(256)) * 4096


def test_media_gives_the_lfs_file_and_raw_the_pointer(sampled):
    media, raw = (ask(sampled, f"{MODEL}/{what}/model.safetensors") for what in ("media", "raw"))
    assert media.body == WEIGHTS
    assert raw.body.startswith(b"version https://git-lfs.github.com/spec/v1\noid sha256:")
    oid = re.search(rb"sha256:(\w+)", raw.body)[1].decode()
    assert media.headers["Etag"] == f'"{oid}"'
    assert raw.headers["Etag"] == f'"{ask(sampled, f"{MODEL}/contents/model.safetensors").json["sha"]}"'


@pytest.mark.parametrize(
    "path,content", [("model.safetensors", WEIGHTS), ("config.json", sample.KNOWN_FILES["config.json"])]
)
def test_media_ranges(sampled, path, content):
    def part(text, **headers):
        return ask(sampled, f"{MODEL}/media/{path}", {"Range": text, **headers})

    size = len(content)
    for text, first, last in (("bytes=0-1", 0, 1), ("bytes=3-", 3, size - 1), (f"bytes=2-{size + 9}", 2, size - 1)):
        got = part(text)
        assert (got.status, got.body) == (206, content[first : last + 1])
        assert got.headers["Content-Range"] == f"bytes {first}-{last}/{size}"
    assert part(f"bytes={size}-").status == 416
    assert part("lines=1-2").status == (416 if path == "model.safetensors" else 200)
    etag = ask(sampled, f"{MODEL}/media/{path}").headers["Etag"]
    same = ask(sampled, f"{MODEL}/media/{path}", {"If-None-Match": etag})
    assert (same.status, same.body) == (304, b"")
    assert ask(sampled, f"{MODEL}/media/{path}", {"If-None-Match": '"other"'}).status == 200


@pytest.mark.parametrize("what", ["media/config.json", "contents/config.json", "git/trees/master", "tags/v1.0"])
def test_head_is_refused(sampled, what):
    assert ask(sampled, f"{MODEL}/{what}", method="HEAD").status == 405


@pytest.mark.parametrize(
    "what,status",
    [
        ("media/nope", 404),
        ("media/inference", 404),
        ("media/config.json?ref=zzz", 404),
        ("git/trees/no/slash", 404),
        ("branches", 404),
        ("contents/inference%2Fnope", 404),
        ("git/trees/nope", 400),
    ],
)
def test_what_is_not_there(sampled, what, status):
    assert ask(sampled, f"{MODEL}/{what}").status == status


def test_private_repos_and_tokens(sampled):
    def status(repo, token):
        path = f"/api/v1/repos/ctbots/{repo}/contents/README.md"
        return ask(sampled, path, {"Authorization": f"token {token}"}).status

    tokens = ("", sample.OWNER_TOKEN, sample.STRANGER_TOKEN, "bad")
    private = {token: status("private-model", token) for token in tokens}
    assert private == {"": 404, sample.OWNER_TOKEN: 200, sample.STRANGER_TOKEN: 404, "bad": 401}
    public = {token: status("first-paddle-model", token) for token in ("", sample.STRANGER_TOKEN, "bad")}
    assert public == {"": 200, sample.STRANGER_TOKEN: 200, "bad": 401}


def test_revisions():
    with Hub() as hub:
        repo = hub.repo("o/n")
        first = repo.push({"a": b"1"})
        repo.tag("v1")
        repo.branch("feature/x")
        repo.push({"a": b"2"})
        sizes = {
            rev: ask(hub, f"/api/v1/repos/o/n/git/trees/{rev}").json["tree"][0]["sha"]
            for rev in ("v1", first.sha, first.sha[:8], first.tree, "feature%2Fx", "master")
        }
        assert len({sizes.pop("master"), *sizes.values()}) == 2 and len(set(sizes.values())) == 1
        html = {
            ref: ask(hub, f"/api/v1/repos/o/n/contents/a?ref={ref}").json["html_url"].split("/src/")[1]
            for ref in ("v1", "feature%2Fx", first.sha)
        }
        assert html == {"v1": "tag/v1/a", "feature%2Fx": "branch/feature/x/a", first.sha: f"commit/{first.sha}/a"}


@pytest.mark.parametrize(
    "quirks,truncated,trees", [(False, [True, False, False], [5, 3, None]), (True, [True, True, False], [5, 3, None])]
)
def test_pages_with_and_without_the_quirk(quirks, truncated, trees):
    with Hub(page_quirks=quirks) as hub:
        hub.repo("o/n").push({f"f{i}": b"" for i in range(8)})
        pages = [ask(hub, f"/api/v1/repos/o/n/git/trees/master?page={p}&per_page=5").json for p in (1, 2, 3)]
    assert [page["truncated"] for page in pages] == truncated
    assert [page["tree"] and len(page["tree"]) for page in pages] == trees


def test_size_of_an_lfs_file_as_told():
    for lfs_size, expected in (("pointer", 129), ("content", 1000)):
        with Hub(lfs_size=lfs_size) as hub:
            hub.repo("o/n").push({"w": Lfs(bytes(1000))})
            told = ask(hub, "/api/v1/repos/o/n/contents/w").json["size"]
            listed = ask(hub, "/api/v1/repos/o/n/git/trees/master").json["tree"][0]["size"]
        assert (told, listed) == (expected, expected)


def test_log_tells_path_media_bytes_and_token(tmp_path):
    log_file = tmp_path / "log"
    with Hub(log_file=log_file) as hub:
        hub.user("me", "secret")
        hub.repo("o/n").push({"a b": b"12345"})
        ask(hub, "/api/v1/repos/o/n/media/a%20b?ref=master", {"Range": "bytes=1-3", "Authorization": "token secret"})
        ask(hub, "/api/v1/repos/o/n/contents/a%20b")
        assert [(r.path.rpartition("/")[2], r.media_bytes, r.authorization) for r in hub.log] == [
            ("a%20b?ref=master", 3, "token secret"),
            ("a%20b", 0, None),
        ]
        assert hub.media_bytes() == 3
        assert [json.loads(line)["status"] for line in log_file.read_text().splitlines()] == [206, 200]


@pytest.fixture
def small():
    with Hub() as hub:
        hub.repo("o/n").push({"a": b"x" * 10000})
        yield hub


TREE = "/api/v1/repos/o/n/git/trees/master"
MEDIA = "/api/v1/repos/o/n/media/a"


def test_fault_status_for_some_paths_and_some_times(small):
    small.fault("/git/trees/", status=403, times=2)
    assert [ask(small, TREE).status for _ in range(3)] == [403, 403, 200]
    assert ask(small, MEDIA).status == 200


def test_fault_html(small):
    small.fault("/git/trees/", html=True)
    got = ask(small, TREE)
    assert got.status == 200 and got.headers["Content-Type"].startswith("text/html") and b"<html>" in got.body


@pytest.mark.parametrize("path", [TREE, MEDIA])
def test_fault_half(small, path):
    small.fault(".", half=True)
    with pytest.raises(http.client.IncompleteRead):
        ask(small, path)
    assert small.media_bytes() == (5000 if path == MEDIA else 0)


def test_fault_drop(small):
    small.fault(".", drop=True)
    with pytest.raises(http.client.RemoteDisconnected):
        ask(small, TREE)


def test_fault_endless(small):
    small.fault("/git/trees/", endless=True)
    connection = http.client.HTTPConnection(urlsplit(small.url).netloc, timeout=20)
    connection.request("GET", TREE)
    response = connection.getresponse()
    begin = response.read(3_000_000)
    assert len(begin) == 3_000_000 and begin.startswith(b'{"sha"') and begin.endswith(b"  ")
    connection.close()


def test_fault_slow(small):
    small.fault(MEDIA, bytes_per_second=50_000)
    start = time.monotonic()
    assert len(ask(small, MEDIA).body) == 10000
    assert time.monotonic() - start > 0.15


def test_fault_redirect_to_another_origin(small):
    small.fault("/media/", redirect=True)
    got = ask(small, f"{MEDIA}?ref=master")
    assert got.status == 307 and got.headers["Location"].startswith(small.cdn_url + "/")
    target = urlsplit(got.headers["Location"])
    connection = http.client.HTTPConnection(target.netloc, timeout=20)
    connection.request("GET", f"{target.path}?{target.query}", headers={"Range": "bytes=0-4"})
    assert connection.getresponse().read() == b"xxxxx"
    connection.close()
    assert [(r.origin, r.media_bytes) for r in small.log] == [("hub", 0), ("cdn", 5)]


def test_fault_rewrite(small):
    def hostile(tree):
        tree["tree"][0]["path"] = "../../etc/passwd"
        return tree

    small.fault("/git/trees/", rewrite=hostile)
    assert ask(small, TREE).json["tree"][0]["path"] == "../../etc/passwd"


def test_latency():
    with Hub(latency=0.05) as hub:
        hub.repo("o/n").push({"a": b""})
        start = time.monotonic()
        ask(hub, TREE)
        assert time.monotonic() - start >= 0.05


def test_one_connection_serves_many_requests_quickly(sampled):
    """A contents answer takes less than a millisecond of processor time, with the client's share; a listing takes less
    than 0.1 s."""
    connection = http.client.HTTPConnection(urlsplit(sampled.url).netloc, timeout=20)
    start = time.process_time()
    for _ in range(500):
        connection.request("GET", f"{MODEL}/contents/config.json")
        connection.getresponse().read()
    each = (time.process_time() - start) / 500
    connection.close()
    assert each < 0.001
    start = time.process_time()
    assert ask(sampled, "/api/v1/repos/ctbots/many/git/trees/master?recursive=true&per_page=1000").json["truncated"]
    assert time.process_time() - start < 0.1


def test_program_prints_its_address_and_stops_with_stdin():
    command = [sys.executable, "-m", "hubdouble", "--sample", "--many", "3"]
    program = subprocess.Popen(
        command, cwd=Path(__file__).parent, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    netloc = urlsplit(program.stdout.readline().strip()).netloc
    connection = http.client.HTTPConnection(netloc, timeout=20)
    connection.request("GET", "/api/v1/repos/ctbots/many/contents")
    assert len(json.loads(connection.getresponse().read())) == 3
    program.stdin.close()
    assert program.wait(10) == 0
    connection.close()
    program.stdout.close()
