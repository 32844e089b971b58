"""Runs one scene in which another program replaces a folder of the place by a symlink, and later restores the
folder."""

import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

from census import Census, census, contents
from command import NOT_ADOPTED, Stop
from hubdouble import Hub
from scenes import NAMES, REPO, RESTORE, Scene, Site, Words, make_hf_download, release, sha, write
from scenes import SCENES as ALL_SCENES
from scenes import USER as USER_FOLDER
from trial import State, assert_same, beneath, prepare

COMMIT = sha(99)  # the commit of Hugging Face's download in the scenes
PLACE = "."
FOREIGN = "foreign"  # the folder of another program, next to the user's folder
USER = "my-model"

# A script for /bin/sh. If the folder is missing, the script only creates the symlink.
SCRIPT = """
[ -d "${swapped%/*}" ] || [ "$is_place" = no ] || mkdir -p "${swapped%/*}"
if [ -d "${swapped%/*}" ]; then
  [ ! -d "$swapped" ] || mv -T "$swapped" "$aside"
  [ -e "$swapped" ] || [ -L "$swapped" ] || { ln -s "$target" "$swapped"; : >"$note"; }
fi
"""


@dataclass(frozen=True)
class Swap:
    folder: str  # relative to the place; PLACE: the place itself
    to: str  # the symlink's target: FOREIGN or USER

    def __str__(self) -> str:
        return f"{'place' if self.folder == PLACE else self.folder.replace(COMMIT, 'COMMIT')} to {self.to}"


OTHER_REVISION: Words = ("adopt", f"hf:{REPO}", "my-model", "--offline", "--revision", "dev")  # writes refs/dev

SCENES = {
    **{
        name: ALL_SCENES[name]
        for name in (
            "a download in the place",
            "again",
            "release, a download displaced",
            "in place again",
            "hf",
            "hf, release",
            "ms",
            "ms, release",
        )
    },
    "hf, other revision": Scene([USER_FOLDER, make_hf_download], OTHER_REVISION),
    "hf, release other revision": Scene([USER_FOLDER, make_hf_download], release(f"hf:{REPO}"), [OTHER_REVISION]),
}


def folders(name: str) -> list[str]:
    """Returns the folders of the place to swap in a scene."""
    if "revision" in name:
        return ["refs"]
    if name.startswith("hf"):
        return [
            PLACE,
            f"snapshots/{COMMIT}",
            f"snapshots/{COMMIT}/inference",
            "trees",
            ".no_exist",
            f".no_exist/{COMMIT}",
        ]
    return [PLACE, "inference", "inference/a"]


def swaps() -> list[tuple[str, Swap]]:
    """Returns the names of scenes with each swap. In place, the user's folder is the place itself, so USER is left
    out."""
    return [
        (name, Swap(folder, to))
        for name, scene in SCENES.items()
        for folder in folders(name)
        for to in ([FOREIGN] if scene.in_place else [FOREIGN, USER])
    ]


class SwapRace:
    def __init__(self, scene: Scene, swap: Swap, folder: Path, hub: Hub):
        self.scene, self.swap, self.folder, self.hub = scene, swap, folder, hub
        self.aside, self.note = folder / "put-aside", folder / "swapped"
        self.is_release = scene.command[0] == "release"
        self.back = RESTORE if scene.command == RESTORE else scene.release

    def run(self, how: str, number: int, then: str) -> Optional[Stop]:
        """Returns None if the command ends before the call. `then`: "again", or "back" at once."""
        state = prepare(self.scene, self.folder, self.hub)
        self._make_foreign_folder()
        before = census(self.folder)
        stop = state.command.race(how, number, self._script(state.site), *self.scene.command)
        if not stop.reached:
            if stop.code != 0:
                raise RuntimeError(f"nothing was swapped, and the command fails: {stop.code}\n{stop.output}")
            return None
        try:
            assert 0 <= stop.code < 10, f"ended with {stop.code}"
            if self.note.exists():
                self._check_what_follows(state, before, then)
        except AssertionError as problem:
            raise AssertionError(f"{self.swap}: {stop} ({stop.code}), then {then}:\n{problem}\n{stop.output}") from None
        return stop

    def _check_what_follows(self, state: State, before: Census, then: str) -> None:
        self._check(state, before)
        self._put_folder_back(state.site)
        for words in ([self.scene.command] if then == "again" else []) + [self.back]:
            done = state.command.run(*words)
            assert done.returncode == 0 or NOT_ADOPTED in done.stderr, f"{words}: {done.returncode}\n{done.stderr}"
            self._check(state, before)

    def _make_foreign_folder(self) -> None:
        """Creates a folder with a file under each name that hubcache changes in a place."""
        foreign = self.folder / FOREIGN
        own = [".msc", ".mdl", ".mv", "refs/main", "refs/dev", f"trees/{COMMIT}.json", f".no_exist/{COMMIT}/run.sh"]
        for name in [*own, *NAMES, *(f"snapshots/{COMMIT}/{name}" for name in NAMES)]:
            write(foreign / name, f"another program's {name}\n".encode(), 1_500_000_000)

    def _script(self, site: Site) -> str:
        values = {
            "swapped": self._swapped(site),
            "target": self._target(),
            "aside": self.aside,
            "note": self.note,
            "is_place": "yes" if self.swap.folder == PLACE else "no",
        }
        return "".join(f"{name}={shlex.quote(str(value))}; " for name, value in values.items()) + SCRIPT

    def _swapped(self, site: Site) -> Path:
        is_hf = any(
            "hf:" in word
            for words in (self.scene.command, *self.scene.before)
            if isinstance(words, tuple)
            for word in words
        )
        place = (
            site.home.path / ".cache/huggingface/hub" / f"models--{site.repo.replace('/', '--')}"
            if is_hf
            else site.place
        )
        return place / self.swap.folder

    def _target(self) -> Path:
        """Returns the same folder of the other tree, so that hubcache's names exist there."""
        if self.swap.to == FOREIGN:
            return self.folder / FOREIGN / self.swap.folder
        in_snapshot = self.swap.folder.removeprefix(f"snapshots/{COMMIT}").lstrip("/")
        same = self.folder / USER / in_snapshot
        return same if same.is_dir() else self.folder / USER

    def _put_folder_back(self, site: Site) -> None:
        """Restores the folder. Files that hubcache has created under its name are moved away, not removed."""
        swapped = self._swapped(site)
        if swapped.is_symlink() and Path(swapped.readlink()) == self._target():
            swapped.unlink()
        if not self.aside.is_dir():
            return
        if swapped.is_symlink() or swapped.exists():
            swapped.rename(self.folder / "made-meanwhile")
        swapped.parent.mkdir(parents=True, exist_ok=True)
        self.aside.rename(swapped)

    def _check(self, state: State, before: Census) -> None:
        now = census(self.folder)
        for folder in (FOREIGN,) if self.scene.in_place else (FOREIGN, USER):
            assert_same(beneath(now, folder + "/"), beneath(before, folder + "/"))
        needed = state.needed()
        lost = contents(needed) - contents(now)
        assert not lost, f"lost: {[name for name, thing in needed.items() if thing.content in lost]}"
