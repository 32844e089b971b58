"""Runs one scene with another program's act in its middle, and checks the result."""

import hashlib
import shlex
from pathlib import Path
from typing import Optional

from census import Census, census, contents
from command import NOT_ADOPTED, Stop
from hubdouble import Hub
from scenes import RESTORE, Scene
from trial import State, assert_same, beneath, prepare

NAME = "config.json"  # the user and the hub have this file, and the scenes change it
WROTE = "by another program, meanwhile"

# Functions for /bin/sh. `over` records the content that the script is going to overwrite; `put` writes WROTE and
# records that it did.
PRELUDE = """
over() { [ ! -e "$1" ] || find -L "$1" -type f -exec sha256sum {} + >>"$notes/over"; }
put() { echo "$wrote" >"$1"; : >"$notes/wrote"; }
"""
ACTS = {
    "a client replaces a file": 'over "$place/$name"; mkdir -p "$place"; put "$beside"; rm -rf "$place/$name"; mv -T "$beside" "$place/$name"',
    "a program writes into a file": 'if [ -f "$place/$name" ]; then over "$place/$name"; put "$place/$name"; fi',
    "a program adds a file": 'mkdir -p "$place/by/another"; put "$place/by/another/file"',
    "a folder comes for a file": 'over "$place/$name"; mkdir -p "$place"; rm -rf "$place/$name"; mkdir "$place/$name"; put "$place/$name/file"',
    "the user saves by rename": 'over "$user/$name"; put "$beside"; rm -rf "$user/$name"; mv -T "$beside" "$user/$name"',
    # If the place has a hard link to the file, the file is not the last copy.
    "the user removes a file": 'if [ -f "$user/$name" ]; then [ "$(stat -c %h "$user/$name")" -gt 1 ] || over "$user/$name"; rm "$user/$name"; fi',
    "the user saves in place": 'if [ -f "$user/$name" ]; then over "$user/$name"; put "$user/$name"; fi',
}


class Race:
    def __init__(self, scene: Scene, act: str, folder: Path, hub: Hub):
        self.scene, self.act, self.folder, self.hub = scene, ACTS[act], folder, hub
        self.notes = folder.with_name("notes")
        self.back = RESTORE if scene.command == RESTORE else scene.release

    def run(self, number: int, then: str) -> Optional[Stop]:
        """Returns None if the command ends before the call. `then`: "again", or "back" at once."""
        state = prepare(self.scene, self.folder, self.hub)
        self._clear_notes()
        stop = state.command.race("all", number, self._script(state), *self.scene.command)
        assert 0 <= stop.code < 10, f"{stop}: ended with {stop.code}\n{stop.output}"
        if not stop.reached:
            assert stop.code == 0, stop.output
            return None
        needed = self._needed(state)
        try:
            self._check(state, needed)
            for words in ([self.scene.command] if then == "again" else []) + [self.back]:
                done = state.command.run(*words)
                assert done.returncode == 0 or NOT_ADOPTED in done.stderr, f"{words}: {done.returncode}\n{done.stderr}"
                self._check(state, needed)
        except AssertionError as problem:
            raise AssertionError(f"{stop} ({stop.code}), then {then}:\n{problem}\n{stop.output}") from None
        return stop

    def _clear_notes(self) -> None:
        self.notes.mkdir(exist_ok=True)
        for note in self.notes.iterdir():
            note.unlink()

    def _script(self, state: State) -> str:
        user = state.site.place if self.scene.in_place else state.site.user
        values = {
            "user": user,
            "place": state.site.place,
            "name": NAME,
            "wrote": WROTE,
            "notes": self.notes,
            "beside": self.folder / "beside",
        }
        return "".join(f"{name}={shlex.quote(str(value))}; " for name, value in values.items()) + PRELUDE + self.act

    def _needed(self, state: State) -> set[str]:
        """Returns the contents that must remain, as SHA-256: all but those that the other program has overwritten."""
        over = self.notes / "over"
        gone = {line.split()[0] for line in over.read_text().splitlines()} if over.exists() else set()
        needed = contents(state.needed()) - gone
        if (self.notes / "wrote").exists():
            needed.add(hashlib.sha256(f"{WROTE}\n".encode()).hexdigest())
        return needed

    def _check(self, state: State, needed: set[str]) -> None:
        now = census(self.folder)
        if not self.scene.in_place:
            assert_same(self._of_user(now), self._of_user(state.before))
        names = {thing.content: name for name, thing in state.before.items()}
        lost = needed - contents(now)
        assert not lost, f"lost: {[names.get(content, 'what the other program wrote') for content in lost]}"

    @staticmethod
    def _of_user(things: Census) -> Census:
        """Returns the user's entries without those that the other program changes, directly or through the place."""
        mine = beneath(things, "my-model/")
        return {
            name: thing
            for name, thing in mine.items()
            if not f"{name}/".startswith((f"my-model/{NAME}/", "my-model/by/"))
        }
