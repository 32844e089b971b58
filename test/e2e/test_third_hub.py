"""A third hub, invented for this test: one folder of code (test/third_hub) and one row in the registry. Every command
works for it with its own client, and no other line of the project knows of it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import Command
from scene import read, write

from adoption import ok, tree
from caches import du

sys.path.insert(0, str(Path(__file__).parents[1] / "third_hub"))

from shelf import ShelfServer  # noqa: E402

CLIENT = Path(__file__).parents[1] / "third_hub" / "shelf.py"
REPO = "acme/gear"
FILES = {"README.md": b"# gear\n", "weights/part-1.bin": bytes(range(256)), "config.json": b"{}\n"}
EDITED = {path: b"my own " + path.encode() for path in FILES}


@pytest.fixture
def shelf():
    with ShelfServer() as server:
        server.repos[REPO] = {"trunk": dict(FILES)}
        yield server


@pytest.fixture
def hubcache(home, shelf) -> Command:
    """Provides the hubcache command with one more row in its registry."""
    env = home.env | {"SHELF_URL": shelf.url, "SHELF_HOME": str(home.path / "shelf")}
    for path, content in EDITED.items():
        write(home.path / "gear" / path, content)
    return Command(str(Path(os.environ["HUBCACHE_TOOLS"]) / "hubcache_third_hub"), env, home.path)


class Run:
    def __init__(self, done: subprocess.CompletedProcess[str]):
        assert done.returncode == 0, done.stdout + done.stderr
        lines = [line.split(" ") for line in done.stdout.splitlines()]
        self.downloads = {words[1] for words in lines if words[0] == "downloaded"}
        self.loaded = {words[1]: bytes.fromhex(words[2]) for words in lines if words[0] == "loaded"}


def client(hubcache, *before: str, repo: str = REPO) -> Run:
    command = [*before, sys.executable, "-I", str(CLIENT), repo]
    return Run(
        subprocess.run(command, env=hubcache.env, cwd=hubcache.folder, text=True, capture_output=True, timeout=60)
    )


def status(hubcache, *arguments) -> dict:
    [repo] = ok(hubcache("status", f"sh:{REPO}", "--json", *arguments))["repos"]
    return repo


@pytest.mark.parametrize("link", ["symlink", "copy"])
def test_the_client_loads_the_adopted_folder(hubcache, link):
    report = ok(hubcache("adopt", f"sh:{REPO}", "gear", "--link", link, "--json"))
    assert (report["target"], report["revision"], report["files"], report["missing"]) == ("shelf", "trunk", 3, [])
    run = client(hubcache)
    assert (run.downloads, run.loaded) == (set(), EDITED)


def test_release_gives_the_place_back(hubcache, home):
    assert client(hubcache).loaded == FILES
    before = tree(home.path / "shelf")
    ok(hubcache("adopt", f"sh:{REPO}", "gear"))
    assert client(hubcache).loaded == EDITED
    ok(hubcache("release", f"sh:{REPO}"))
    assert tree(home.path / "shelf") == before and client(hubcache).downloads == set()


def test_status_verify_and_refresh(hubcache, shelf, home):
    ok(hubcache("adopt", f"sh:{REPO}", "gear"))
    repo = status(hubcache)
    assert (repo["state"], repo["hub_moved_on"], repo["downloads"]) == ("adopted", False, 0)
    shelf.repos[REPO]["trunk"]["new.txt"] = b"new"
    repo = status(hubcache)
    assert (repo["hub_moved_on"], repo["downloads"]) == (True, 1) and client(hubcache).downloads == {"new.txt"}
    [verified] = ok(hubcache("verify", f"sh:{REPO}", "--json"))["repos"]
    assert (verified["edited"], verified["same"], verified["extra"]) == (3, 1, 0)
    write(home.path / "gear" / "more.txt", b"more")
    [refreshed] = ok(hubcache("refresh", f"sh:{REPO}", "--json"))["repos"]
    assert refreshed["added"] == 1 and read(home.path / "shelf" / REPO / "more.txt") == b"more"
    assert hubcache("status", "--offline").stdout.splitlines()[1].split()[:3] == [f"sh:{REPO}", "shelf", "adopted"]


def test_ls_and_du(hubcache, home):
    """By the layout's places and temporary folder alone."""
    client(hubcache)
    place = home.path / "shelf" / REPO
    [repo] = ok(hubcache("ls", "--json"))["repos"]
    assert (repo["name"], repo["target"], repo["state"], repo["files"]) == (f"sh:{REPO}", "shelf", "genuine", 3)
    assert repo["disk_size"] == du(place) and repo["content_size"] == sum(len(content) for content in FILES.values())
    write(place / ".shelf-part" / "new.bin", b"half")
    [repo] = ok(hubcache("ls", "--json"))["repos"]
    assert (repo["state"], repo["files"], repo["temporary"]) == ("partial", 3, {"files": 1, "bytes": 4})
    ok(hubcache("adopt", f"sh:{REPO}", "gear"))
    assert hubcache("ls").stdout.splitlines()[1].split()[:3] == [f"sh:{REPO}", "shelf", "adopted,"]
    assert ok(hubcache("du", "--json"))["hubs"][0]["name"] == "Shelf"


def test_match(hubcache, home):
    for path, content in FILES.items():
        write(home.path / "clone" / path, content)
    assert ok(hubcache("adopt", f"sh:{REPO}", "clone", "--match", "--json"))["files"] == 3
    assert hubcache("adopt", f"sh:{REPO}", "gear", "--match").returncode == 3


def test_under_run(hubcache, shelf, home):
    """The local hub implements this hub's API too: it serves adopted files without the network, and passes on other
    repos."""
    ok(hubcache("adopt", f"sh:{REPO}", "gear"))
    asked = len(shelf.asked)
    run = client(hubcache, hubcache.binary, "run", "--offline", "--")
    assert (run.downloads, run.loaded) == (set(), EDITED) and len(shelf.asked) == asked
    hubcache.env["SHELF_HOME"] = str(home.path / "elsewhere")
    run = client(hubcache, hubcache.binary, "run", "--")
    assert (run.downloads, run.loaded) == (set(FILES), EDITED)  # for an empty cache, from the local hub
    shelf.repos["acme/other"] = {"trunk": dict(FILES)}
    assert client(hubcache, hubcache.binary, "run", "--", repo="acme/other").loaded == FILES


def test_offline_refuses_its_hosts(hubcache):
    run = hubcache(
        "run",
        "--offline",
        "--",
        sys.executable,
        "-c",
        "import urllib.request; urllib.request.urlopen('http://cdn.shelf.example/x')",
    )
    assert run.returncode == 1 and "requested GET http://cdn.shelf.example/x: refused by --offline" in run.stderr


def test_help_and_targets_name_it(hubcache, home):
    targets = {one["name"]: one for one in ok(hubcache("targets", "--json"))["targets"]}
    assert targets["shelf"]["place"] == str(home.path / "shelf/<owner>/<name>")
    said = hubcache("adopt", "--help").stdout
    assert "sh:owner/name" in said and "trunk" in said


def test_doctor_examines_it_by_its_data(hubcache, shelf, home):
    def examined(env={}) -> tuple[dict, list[dict]]:
        report = json.loads(hubcache("doctor", "--json", env=env).stdout)
        [hub] = [hub for hub in report["hubs"] if hub["name"] == "shelf"]
        return hub, [one for one in report["findings"] if "SHELF" in str(one["where"])]

    hub, found = examined()
    assert (hub["reach"], hub["address"], hub["token"]["set"], found) == ("answers", shelf.url, False, [])
    assert shelf.asked == ["/list/"]
    hub, found = examined({"SHELF_CACHE": "elsewhere", "SHELF_TOKEN": "secret-of-the-shelf"})
    assert {(one["severity"], one["command"]) for one in found} == {("wrong", "unset SHELF_CACHE"), ("ok", None)}
    assert hub["token"]["from"] == "SHELF_TOKEN" and "secret-of-the-shelf" not in json.dumps([hub, found])


def test_ids_of_several_hubs(hubcache):
    run = hubcache("status", f"sh:{REPO}", "ctbots/x")
    assert run.returncode == 2 and f"cannot mix repos of several hubs: 'sh:{REPO}' and 'ctbots/x'" in run.stderr
    run = hubcache("adopt", f"sh:{REPO}", "gear", "--target", "aistudio")
    assert run.returncode == 2 and "is a repo of Shelf, but the target aistudio belongs to another hub" in run.stderr


def test_no_other_hub_is_asked_about_it(hubcache):
    assert hubcache("release", REPO).returncode == 1
    ok(hubcache("adopt", f"sh:{REPO}", "gear"))
    assert hubcache("release", REPO).returncode == 1 and status(hubcache)["state"] == "adopted"
