"""`hubcache prune` is killed, or a client works on its files in its middle: what somebody needs stays, and the next prune
completes.

By default a sample of the points is tried. HUBCACHE_CRASH_ALL=1 tries every system call."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from cached import own_folders
from conftest import Command
from home import Home
from scene import write

from adoption import tree

sys.path.insert(0, str(Path(__file__).parents[1] / "crash"))

from command import Command as Stepped  # noqa: E402

ALL = os.environ.get("HUBCACHE_CRASH_ALL") == "1"
STRIDE = 1 if ALL else 3
MOST = 20_000


class Story:
    """A cache of huggingface_hub with a repo, and one thing of each kind that is left over."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.begin()

    def begin(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        self.home = Home(self.folder, "http://127.0.0.1:9")
        self.stepped = Stepped(self.home.env, self.folder)
        cache = self.folder / ".cache/huggingface/hub"
        self.place = cache / "models--me--tuned"
        snapshot = self.place / "snapshots" / ("1" * 40)
        snapshot.mkdir(parents=True)
        write(self.place / "blobs/used", b"used")
        (snapshot / "config.json").symlink_to("../../blobs/used")
        write(self.place / "refs/main", b"1" * 40)
        write(self.folder / "mine/only-copy", b"mine")
        self.kept = self.rest()
        self.unfinished, self.unused = self.place / "blobs/12.incomplete", self.place / "blobs/unused"
        write(self.unfinished, b"half")
        os.utime(self.unfinished, (time.time() - 2 * 86400,) * 2)
        write(self.unused, b"unused")
        (snapshot / "gone").symlink_to("../../blobs/gone")
        self.lock = cache / ".locks/models--me--tuned/12.lock"
        write(self.lock, b"")

    def rest(self) -> dict[str, tuple]:
        return {name: what for name, what in tree(self.folder).items() if what[0] != "folder"}

    def run(self) -> "subprocess.CompletedProcess[str]":
        return Command(os.environ["HUBCACHE_BIN"], self.stepped.env, self.folder)("prune", "-y")


@pytest.mark.timeout(3600 if ALL else 300)
def test_a_killed_prune_is_completed_by_the_next(scene_folder):
    story = Story(scene_folder)
    tried = 0
    for number in range(1, MOST, STRIDE):
        story.begin()
        stop = story.stepped.kill("all" if ALL else "changes", number, "prune", "-y")
        if not stop.reached:
            break
        tried += 1
        now = story.rest()
        assert {name: now.get(name) for name in story.kept} == story.kept, stop
        run = story.run()
        assert run.returncode == 0, run.stdout + run.stderr
        assert story.rest() == story.kept, stop
        assert [name for name in own_folders(story.home) if Path(name).name == "removed"] == [], stop
    assert tried > 5


CONTINUED = "half, and the other half"
ACTS = {
    "a client continues a download": '[ ! -e "$place/blobs/12.incomplete" ] || { printf ", and the other half" >>"$place/blobs/12.incomplete"; : >wrote; }',
    "a client begins a download anew": f'printf "{CONTINUED}" >beside && mv -T beside "$place/blobs/12.incomplete" && : >wrote',
    "a client uses a content": '[ ! -e "$place/blobs/unused" ] || { ln -s ../../blobs/unused "$snapshot/again"; : >wrote; }',
}


@pytest.mark.timeout(7200 if ALL else 300)
@pytest.mark.parametrize("act", ACTS)
def test_a_client_works_on_it_meanwhile(scene_folder, act):
    story = Story(scene_folder)
    script = f"cd '{story.folder}'; place='{story.place}'; snapshot=\"$place/snapshots/{'1' * 40}\"; {ACTS[act]}"
    tried, wrote = 0, 0
    for number in range(1, MOST, STRIDE):
        story.begin()
        stop = story.stepped.race("changes", number, script, "prune", "-y")
        if not stop.reached:
            break
        tried += 1
        assert stop.code in (0, 1), f"{stop}: {stop.output}"
        now = story.rest()
        assert {name: now.get(name) for name in story.kept} == story.kept, stop
        if not (story.folder / "wrote").exists():
            continue
        wrote += 1
        if act == "a client uses a content":
            assert story.unused.read_bytes() == b"unused", f"{stop}: {stop.output}"
        else:
            found = [
                path
                for path in (story.folder / ".cache").rglob("*")
                if path.is_file() and path.read_text() == CONTINUED
            ]
            assert found, f"{stop}: {stop.output}"
    assert tried > 5 and wrote > 0


def test_two_at_once(scene_folder):
    story = Story(scene_folder)
    words = [os.environ["HUBCACHE_BIN"], "prune", "-y"]
    running = [
        subprocess.Popen(words, env=story.stepped.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(6)
    ]
    said = [(*one.communicate(timeout=60), one.returncode) for one in running]
    assert all(code == 0 or "left " in out for out, _, code in said), said
    story.run()
    assert story.rest() == story.kept and own_folders(story.home) == []
