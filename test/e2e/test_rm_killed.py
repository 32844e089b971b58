"""`hubcache rm` is killed, or another program acts in its middle: a client finds the whole repo or none of it, nothing of
anybody else is lost, and the next rm completes the removal.

By default a sample of the points is tried. HUBCACHE_CRASH_ALL=1 tries every system call."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from cached import own_folders
from conftest import Command
from home import Home
from scene import write

from adoption import ok, tree

sys.path.insert(0, str(Path(__file__).parents[1] / "crash"))

from command import Command as Stepped  # noqa: E402

ALL = os.environ.get("HUBCACHE_CRASH_ALL") == "1"
STRIDE = 1 if ALL else 3
NAME = "me/tuned"
MOST = 20_000
FILES = ["config.json", "inner/a.bin", "inner/deep/b.bin", "c.bin"]


class Story:
    """A home with a repo, and another one that shares a file with it, in the cache of one client."""

    def __init__(self, folder: Path, layout: str, *, old_renames: bool = False):
        self.folder, self.layout = folder, layout
        self.name = f"hf:{NAME}" if layout == "huggingface" else NAME
        self.env: dict[str, str] = {"OLD_RENAMES": "1"} if old_renames else {}
        self.begin()

    def begin(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        self.home = Home(self.folder, "http://127.0.0.1:9")
        self.stepped = Stepped(self.home.env | self.env, self.folder)
        cache = self.folder / ".cache/huggingface/hub"
        if self.layout == "huggingface":
            self.place, other = cache / "models--me--tuned", cache / "models--me--other"
            snapshot = self.place / "snapshots" / ("1" * 40)
            for number, name in enumerate(FILES):
                write(self.place / "blobs" / str(number), f"{name}\n".encode())
                (snapshot / name).parent.mkdir(parents=True, exist_ok=True)
                (snapshot / name).symlink_to(
                    os.path.relpath(self.place / "blobs" / str(number), (snapshot / name).parent)
                )
                write(cache / ".locks/models--me--tuned" / f"{number}.lock", b"")
            write(self.place / "refs/main", b"1" * 40)
        else:
            self.place, other = self.home.place(NAME), self.home.place("me/other")
            for name in FILES:
                write(self.place / name, f"{name}\n".encode())
            write(self.home.temporary(NAME) / "d.bin_0_9", b"half")
        write(other / "of-other", b"x")
        os.link(self.place / ("blobs/1" if self.layout == "huggingface" else "inner/a.bin"), other / "shared")
        write(self.folder / "mine/only-copy", b"mine")
        (self.place / "out").symlink_to(self.folder / "mine")
        self.whole = {name: what[:1] + what[-1:] for name, what in tree(self.place).items()}
        self.others = self.rest()

    def rest(self) -> dict[str, tuple]:
        """Returns the files that the removal must not touch."""
        found = tree(self.folder)
        own = [
            str(self.place.relative_to(self.folder)),
            ".cache/huggingface/hub/.locks",
            ".cache/aistudio/hub/models/._tmp",
        ]
        return {
            name: what
            for name, what in found.items()
            if "._hubcache" not in name
            and not f"{name}/".startswith(tuple(f"{one}/" for one in own))
            and what[0] != "folder"
        }

    @property
    def hubcache(self) -> Command:
        return Command(os.environ["HUBCACHE_BIN"], self.stepped.env, self.folder)

    def check_between(self) -> None:
        """Asserts that a client finds the whole repo or none of it."""
        now = (
            {name: what[:1] + what[-1:] for name, what in tree(self.place).items()}
            if self.place.exists()
            else self.whole
        )
        assert now == self.whole
        assert self.rest() == self.others

    def complete(self) -> None:
        run = self.hubcache("rm", self.name, "-y")
        assert run.returncode == 0 or "is not cached" in run.stderr, run.stdout + run.stderr
        # A kill just before the end leaves empty folders above the repo's own folder, as after adopt.
        assert [
            name for name in own_folders(self.home) if not Path(name).is_dir() or Path(name).name == "removed"
        ] == []
        assert not self.place.exists()
        assert self.rest() == self.others
        assert not (self.folder / ".cache/huggingface/hub/.locks/models--me--tuned").exists()
        assert not self.home.temporary(NAME).exists()


@pytest.mark.timeout(3600 if ALL else 300)
@pytest.mark.parametrize("old_renames", [False, True], ids=["", "no rename flags"])
@pytest.mark.parametrize("layout", ["aistudio", "huggingface"])
def test_a_killed_removal_is_completed_by_the_next(scene_folder, layout, old_renames):
    story = Story(scene_folder, layout, old_renames=old_renames)
    tried = 0
    for number in range(1 + old_renames, MOST, STRIDE):
        story.begin()
        if not story.stepped.kill("all" if ALL else "changes", number, "rm", story.name, "-y").reached:
            break
        story.check_between()
        story.complete()
        tried += 1
    assert tried > 5


ACTS = {
    "a client adds a file": 'mkdir -p "$place" && echo new >"$place/added" && : >wrote',
    "a client replaces a file": 'mkdir -p "$place" && echo new >beside && mv -T beside "$place/config.json" && : >wrote',
    "a program writes into a file": '[ ! -e "$place/c.bin" ] || { echo new >"$place/c.bin"; : >wrote; }',
    "a program puts a folder there": 'mkdir -p "$place/folder/inner" && echo new >"$place/folder/inner/file" && : >wrote',
}


@pytest.mark.timeout(7200 if ALL else 300)
@pytest.mark.parametrize("act", ACTS)
def test_what_another_program_puts_there_is_kept(scene_folder, act):
    """After the plan, rm changes something for the first time: a file that comes from then on is in the place or in a
    folder `kept`, and the report names it."""
    story = Story(scene_folder, "aistudio")
    script = f"cd '{story.folder}'; place='{story.place}'; {ACTS[act]}"
    tried, kept = 0, 0
    for number in range(1, MOST, STRIDE):
        story.begin()
        stop = story.stepped.race("changes", number, script, "rm", story.name, "-y")
        if not stop.reached:
            break
        assert stop.code in (0, 1), f"{stop}: {stop.output}"
        tried += 1
        found = [
            path for path in (story.folder / ".cache").rglob("*") if path.is_file() and path.read_bytes() == b"new\n"
        ]
        assert found or not (story.folder / "wrote").exists(), f"{stop}: {stop.output}"
        kept += any("/kept/" in str(path) for path in found)
        rest = story.rest()
        assert {name: rest.get(name) for name in story.others} == story.others, f"{stop}: {stop.output}"
    assert tried > 5 and kept > 0


def test_a_kept_file_is_named(scene_folder):
    story = Story(scene_folder, "aistudio")
    script = f"echo new >'{story.place}/added'"
    story.stepped.race("changes", 1, script, "rm", story.name, "-y")
    [kept] = [path for path in (story.folder / ".cache").rglob("added")]
    assert kept.read_bytes() == b"new\n" and not story.place.exists()
    assert "only the files that hubcache keeps in" in story.hubcache("rm", story.name, "-y").stdout


def test_two_at_once(scene_folder):
    story = Story(scene_folder, "aistudio")
    words = [os.environ["HUBCACHE_BIN"], "rm", story.name, "-y"]
    running = [
        subprocess.Popen(words, env=story.stepped.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(6)
    ]
    said = [(*one.communicate(timeout=60), one.returncode) for one in running]
    assert all(
        code == 0 or "another hubcache process" in out or "is not cached" in error for out, error, code in said
    ), said
    assert any(code == 0 for _, _, code in said)
    story.complete()
    ok(story.hubcache("ls"))
