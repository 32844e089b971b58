"""The conformance suite: one set of tests over all targets. A new target joins by a row in CASES."""

import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from hubdouble import Lfs
from scene import FILES, Scene, read, write

from adoption import contents_beneath, digest_of, files, ok, tree

REPO = "PaddlePaddle/tuned"
CASES = {
    "aistudio": [],
    "aistudio-dir": ["--place", "{home}/local"],
    "aistudio-0.2": [],
    "fastdeploy": [],
    "paddlex": [],
    "paddleformers": [],
    "huggingface": [],
    "hf-dir": ["--place", "{home}/local"],
    "modelscope": [],
    "ms-dir": ["--place", "{home}/local"],
    "ms-fastdeploy": [],
    "ms-paddlex": [],
    "csghub": [],
    "csghub-cli": [],
}
OWN = (".local/state/hubcache", ".cache/hubcache")  # hubcache's own folders


@dataclass
class Target:
    name: str
    options: list[str]
    command: object
    home: Path
    user: Path

    def __call__(self, verb: str, *arguments: object):
        return self.command(verb, REPO, *arguments, "--target", self.name, *self.options)

    def adopt(self, *arguments: object):
        return self("adopt", self.user, *arguments)

    def json(self, verb: str, *arguments: object):
        told = json.loads(self(verb, *arguments, "--json").stdout)
        assert told["schema"] == 1
        return told

    def status(self) -> dict:
        return self.json("status")["repos"][0]

    def places_of(self, content: bytes) -> list[Path]:
        """Returns the files with this content, except those in the user's folder and in hubcache's own folders."""
        found = [path for path in self.home.rglob("*") if path.is_file() and path.read_bytes() == content]
        return [path for path in found if self.user not in path.parents and "._hubcache" not in path.parts]

    def rest(self) -> dict:
        """Returns all files of the home except those in hubcache's own folders."""
        return {name: what for name, what in files(self.home).items() if not name.startswith(OWN)}


@pytest.fixture(params=CASES)
def target(request, hubcache, hub, hf_hub, ms_hub, csg_hub, home) -> Target:
    for one in (hub, hf_hub, ms_hub, csg_hub):
        one.repo(REPO).push(FILES)
    hubcache.env |= {"HF_ENDPOINT": hf_hub.url, "MODELSCOPE_ENDPOINT": ms_hub.endpoint, "CSGHUB_DOMAIN": csg_hub.url}
    user = home.path / "my-model"
    for path in FILES:
        write(user / path, Scene.edited(path))
    options = [option.format(home=home.path) for option in CASES[request.param]]
    return Target(request.param, options, hubcache, home.path, user)


def test_all_targets_are_here(hubcache):
    told = json.loads(hubcache("targets", "--json").stdout)
    assert [one["name"] for one in told["targets"]] == list(CASES)


def test_a_dry_run_changes_nothing(target):
    before = tree(target.home, times=True)
    told = json.loads(target.adopt("--dry-run", "--json").stdout)
    assert (told["dry_run"], told["files"], told["added"]) == (True, len(FILES), len(FILES))
    assert tree(target.home, times=True) == before


def test_adopted(target):
    before = tree(target.user)
    told = json.loads(target.adopt("--json").stdout)
    assert (told["schema"], told["target"], told["repo_id"], told["added"]) == (1, target.name, REPO, len(FILES))
    for path in FILES:
        assert len(target.places_of(Scene.edited(path))) == 1
    status = target.status()
    assert (status["state"], status["downloads"], status["losses"]) == ("adopted", 0, 0)
    assert tree(target.user) == before
    assert target("status", "--check").returncode == 0


def test_adopting_again_changes_nothing(target):
    ok(target.adopt())
    before = {
        name: what for name, what in tree(target.home).items() if "._hubcache" not in name and not name.startswith(OWN)
    }
    told = json.loads(target.adopt("--json").stdout)
    assert (told["added"], told["changed"], told["removed"]) == (0, 0, 0)
    assert {
        name: what for name, what in tree(target.home).items() if "._hubcache" not in name and not name.startswith(OWN)
    } == before


def test_refresh_after_new_changed_and_removed_files(target):
    ok(target.adopt())
    write(target.user / "new.tmp", b"edited once more\n")
    os.replace(target.user / "new.tmp", target.user / "README.md")
    (target.user / "config.json").unlink()
    told = target.json("refresh")["repos"][0]
    assert told["stale"] is True and told["removed"] == 1
    assert len(target.places_of(b"edited once more\n")) == 1
    assert target.places_of(Scene.edited("config.json")) == []
    assert target.json("refresh", "--check")["repos"][0]["stale"] is False


def test_release_leaves_the_home_as_it_was(target):
    before = target.rest()
    ok(target.adopt())
    told = target.json("release")
    assert (told["target"], told["removed"], told["kept"]) == (target.name, len(FILES), [])
    assert target.rest() == before


def test_release_puts_back_what_was_in_the_way(target):
    ok(target.adopt())
    place = target.places_of(Scene.edited("README.md"))[0]
    ok(target("release"))
    write(place, b"somebody's own\n")
    before = target.rest()
    told = json.loads(target.adopt("--json").stdout)
    assert told["displaced"] == 1
    assert place.read_bytes() == Scene.edited("README.md")
    ok(target("release"))
    assert target.rest() == before


def test_nothing_is_lost(target):
    """No content is lost, whichever file is edited in the place or in the folder, and whichever command runs next."""
    known = contents_beneath(target.user)

    def check(*grown: bytes):
        for content in grown:
            write(target.home / "scratch", content)
            known.add(digest_of(target.home / "scratch"))
            (target.home / "scratch").unlink()
        assert known <= contents_beneath(target.home)

    ok(target.adopt())
    check()
    place = target.places_of(Scene.edited("inference/config.json"))[0]
    place.unlink()
    write(place, b"edited in the place\n")
    ok(target("refresh"))
    check(b"edited in the place\n")
    write(target.user / "new.tmp", b"edited in the folder\n")
    known.discard(digest_of(target.user / "README.md"))  # the user's own editor replaces README.md
    os.replace(target.user / "new.tmp", target.user / "README.md")
    ok(target("refresh"))
    check(b"edited in the folder\n")
    place = target.places_of(Scene.edited("inference/a/weights.bin"))[0]
    place.unlink()
    write(place, b"a new checkpoint in the place\n")
    ok(target("release"))
    check(b"a new checkpoint in the place\n")


def test_match(target):
    """--match refuses edited files and accepts files equal to the hub's."""
    before = target.rest()
    assert target.adopt("--match").returncode == 3
    assert target.rest() == before
    for path, content in FILES.items():
        write(target.user / path, content.content if isinstance(content, Lfs) else content)
    ok(target.adopt("--match"))
    assert target.status()["downloads"] == 0


def test_verify(target):
    run = target("verify", "--local-dir", target.user, "--fail-on", "edited", "--json")
    assert run.returncode == 3
    told = json.loads(run.stdout)
    assert told["schema"] == 1
    assert {file["path"]: file["comparison"] for file in told["repos"][0]["files"]} == dict.fromkeys(FILES, "edited")


def test_release_without_an_adoption(target):
    run = target("release", "--json")
    assert run.returncode == 1
    assert "schema" in json.loads(run.stdout)


def test_a_lost_index_of_places_is_no_loss(target):
    ok(target.adopt())
    shutil.rmtree(target.home / ".local" / "state" / "hubcache")
    assert target.status()["state"] == "adopted"
    ok(target("release"))
    assert read(target.user / "README.md") == Scene.edited("README.md")
