"""adopt is killed before one of its changes, and the user goes on working. release then restores the previous files and
leaves no link to the user's file.

By default each story runs with every third change. HUBCACHE_CRASH_ALL=1 runs it with each change."""

import os
import shutil
import sys
from pathlib import Path

import pytest
from scene import write

from adoption import ok, tree

sys.path.insert(0, str(Path(__file__).parents[1] / "crash"))

from command import Command as Stepped  # noqa: E402

STRIDE = 1 if os.environ.get("HUBCACHE_CRASH_ALL") == "1" else 3
REPO = "ctbots/tuned"
CACHE = ".cache/huggingface/hub/models--ctbots--tuned"
PLACES = {
    "aistudio": f".cache/aistudio/hub/models/{REPO}",
    "paddlex": ".paddlex/official_models/tuned",
    "hf-dir": "out",
    "huggingface": f"{CACHE}/snapshots/" + "1" * 40,
}
FILE = "sub/b.bin"


class Story:
    """A place with an older version of one of the model's files."""

    def __init__(self, hubcache, home, target: str, *, old_renames: bool = False):
        self.hubcache, self.home, self.target = hubcache, home, target
        self.stepped = Stepped(hubcache.env | ({"OLD_RENAMES": "1"} if old_renames else {}), home.path)
        self.place, self.model = home.path / PLACES[target], home.path / "model"

    def begin(self) -> None:
        for folder in (".cache", ".paddlex", ".local", "out", "model"):
            shutil.rmtree(self.home.path / folder, ignore_errors=True)
        write(self.model / "config.json", b"mine")
        write(self.model / FILE, b"my file")
        write(self.place / FILE, b"from before")
        if self.target == "huggingface":
            write(self.home.path / CACHE / "refs/main", b"1" * 40)
        self.before = self.state()

    def state(self) -> dict[str, tuple]:
        own = (".local/", "model/", "tmp/")
        found = tree(self.home.path)
        return {
            name: what for name, what in found.items() if not f"{name}/".startswith(own) and "._hubcache" not in name
        }

    def words(self, command: str, *more: str) -> list[str]:
        repo = f"hf:{REPO}" if self.target in ("huggingface", "hf-dir") else REPO
        place = ["--place", str(self.place)] if self.target == "hf-dir" else []
        return [command, repo, *more, "--target", self.target, *place]

    def adopt_words(self, *more: str) -> list[str]:
        return self.words("adopt", str(self.model), "--offline", *more)


@pytest.mark.parametrize("old_renames", [False, True], ids=["", "no rename flags"])
@pytest.mark.parametrize("target", PLACES)
def test_restored_file_is_restored_again(hubcache, home, target, old_renames):
    """An adopt that excludes the file is killed. The next adopt includes the file again, and release restores the older
    version."""
    story = Story(hubcache, home, target, old_renames=old_renames)
    number = 1
    while True:
        story.begin()
        ok(hubcache(*story.adopt_words()))
        if not story.stepped.kill("changes", number, *story.adopt_words("--exclude", FILE)).reached:
            break
        ok(hubcache(*story.adopt_words()))
        ok(hubcache(*story.words("release")))
        assert story.state() == story.before, number
        number += STRIDE
    assert number > 15


@pytest.mark.parametrize("again", [False, True], ids=["release at once", "adopt again"])
@pytest.mark.parametrize("target", ["aistudio", "huggingface"])
def test_no_link_to_an_edited_file_stays(hubcache, home, target, again):
    """adopt by hard links is killed. The user then writes into a file, so that the place's link has the new size and
    time too."""
    story = Story(hubcache, home, target)
    number = 1
    while True:
        story.begin()
        if not story.stepped.kill("changes", number, *story.adopt_words("--link", "hardlink")).reached:
            break
        with open(story.model / FILE, "ab") as file:
            file.write(b", edited")
        if again:
            ok(hubcache(*story.adopt_words("--link", "hardlink")))
        hubcache(*story.words("release"))
        assert story.state() == story.before, number
        assert os.stat(story.model / FILE).st_nlink == 1, number
        number += STRIDE
    assert number > 15
