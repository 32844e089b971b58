"""Runs one scene, kills its command before one call, and checks the result."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Iterator, Mapping, Optional

from census import Census, Form, census, contents, normal_form
from command import NOT_ADOPTED, Command, Stop
from home import Home
from hubdouble import Hub
from scenes import Scene, Site, Words

ABOVE_RECORDS = (
    ".cache/aistudio/hub/models",
    ".cache/aistudio/models",
    ".cache/csg",
    ".cache/huggingface",
    ".cache/modelscope/hub/models",
)
NO_PROXY = "http://127.0.0.1:9"


@dataclass
class State:
    """A home just before the command to be killed."""

    site: Site
    command: Command
    before: Census
    spare: set[str]  # names in `before` whose content may be lost

    @property
    def form(self) -> Form:
        lasting = {name: thing for name, thing in self.before.items() if name not in self.spare}
        return normal_form(self.site.home.path, lasting)

    def needed(self) -> Census:
        """Returns the entries from before whose content must survive any command."""
        adopted_before = any(name.endswith("/record.jsonl") for name in self.before)
        return {
            name: thing
            for name, thing in self.before.items()
            if name not in self.spare and not is_rewritten(name, adopted_before)
        }


def prepare(scene: Scene, folder: Path, hub: Hub) -> State:
    """Builds the scene's home, always at the same path, because the path is part of hubcache's files."""
    shutil.rmtree(folder, ignore_errors=True)
    site = Site(Home(folder, NO_PROXY), hub, scene.repo, scene.cache)
    variables = {"STUDIO_GIT_HOST": hub.url} | ({"OLD_RENAMES": "1"} if scene.old_renames else {})
    command = Command(site.home.env | variables, folder)
    for step in (*scene.build, *scene.before):
        command.run_well(*step) if isinstance(step, tuple) else step(site)
    spare = {str(path.relative_to(folder)) for path in scene.expendable(site)}
    return State(site, command, census(folder), spare)


class Trial:
    def __init__(self, scene: Scene, folder: Path, hub: Hub):
        self.scene, self.folder, self.hub = scene, folder, hub
        self.release = scene.release
        self.is_release = scene.command == self.release
        words = [word for step in scene.before if isinstance(step, tuple) for word in step]
        self.placed_copies = "copy" in words or any(word.startswith("csg:") for word in words)  # copies by default
        # The states after the undisturbed command, after the command and a release, and after a release alone.
        self.done = self._undisturbed(scene.command)
        self.done_and_released = self.done if self.is_release else self._undisturbed(scene.command, self.release)
        adopted = any(isinstance(step, tuple) for step in scene.before)
        self.released = self._undisturbed(*([self.release] if adopted else []))

    def _undisturbed(self, *commands: Words) -> Form:
        state = prepare(self.scene, self.folder, self.hub)
        for words in commands:
            state.command.run_well(*words)
        return state.form

    def kill(self, how: str, number: int, then: str) -> Optional[Stop]:
        """Returns None if the command ends before the call. `then`: "again", or "release" at once. After a killed
        release, "release" first adopts the repo again."""
        state = prepare(self.scene, self.folder, self.hub)
        stop = state.command.kill(how, number, *self.scene.command)
        if not stop.reached:
            assert stop.code == 0, stop.output
            return None
        try:
            self.check(state, then)
        except AssertionError as problem:
            raise AssertionError(f"{stop}, then {then}:\n{problem}") from None
        return stop

    def check(self, state: State, then: str) -> None:
        """Checks what the interrupted command has left. `then`: as for kill."""
        self._check_nothing_is_lost(state)
        if then == "again":
            self._run_again(state)
        elif self.is_release:
            self._adopt_again_and_release(state)
        else:
            self._release_at_once(state)

    def _run_again(self, state: State) -> None:
        done = state.command.run(*self.scene.command)
        assert done.returncode == 0 or (self.is_release and NOT_ADOPTED in done.stderr), (
            f"{done.returncode}\n{done.stderr}"
        )
        self._check_nothing_is_lost(state)
        assert_same(without_above(self._form_of(state, self.done)), without_above(self.done))
        if not self.is_release:
            state.command.run_well(*self.release)
            self._check_nothing_is_lost(state)
            assert_same(
                without_above(self._form_of(state, self.done_and_released)), without_above(self.done_and_released)
            )

    def _form_of(self, state: State, done: Form) -> Form:
        """Ignores one kept copy: a kill just after its move leaves unknown whether it was edited, so hubcache may keep
        it."""
        form = state.form
        kept = [name for name in form if "/kept/" in name and name not in done and form[name][0] == "file"]
        if not self.placed_copies or len(kept) != 1:
            return form
        return {name: thing for name, thing in form.items() if name in done or not f"{kept[0]}/".startswith(f"{name}/")}

    def _release_at_once(self, state: State) -> None:
        """Asserts that the place is as after a release, either of the state before or of the state that the command
        would have left."""
        done = state.command.run(*self.release)
        assert done.returncode == 0 or NOT_ADOPTED in done.stderr, f"{done.returncode}\n{done.stderr}"
        self._check_nothing_is_lost(state)
        now, one, other = (without_kept(form) for form in (state.form, self.released, self.done_and_released))
        either = {
            name: other.get(name) if now.get(name) == other.get(name) else one.get(name)
            for name in {*now, *one, *other}
        }
        assert_same(now, {name: form for name, form in either.items() if form is not None})

    def _adopt_again_and_release(self, state: State) -> None:
        """Asserts that the killed release has restored the place as it was before the adoption."""
        for words in [step for step in self.scene.before if isinstance(step, tuple)] + [self.release]:
            state.command.run_well(*words)
            self._check_nothing_is_lost(state)
        assert_same(without_kept(state.form), without_kept(self.done))

    def _check_nothing_is_lost(self, state: State) -> None:
        now = census(self.folder)
        if not self.scene.in_place:
            assert_same(beneath(now, "my-model/"), beneath(state.before, "my-model/"))
        needed = state.needed()
        lost = contents(needed) - contents(now)
        assert not lost, f"lost: {[name for name, thing in needed.items() if thing.content in lost]}"


def is_rewritten(name: str, adopted_before: bool) -> bool:
    """Returns True for files that hubcache rewrites from its record: `.mdl`, `.mv`, refs/ and trees/ are in the record,
    and an index from before the adoption lies beside it."""
    last = name.rsplit("/", 1)[-1]
    in_record = last in (".mdl", ".mv", "record.jsonl") or "/refs/" in name or "/trees/" in name
    return in_record or "/places/" in name or (adopted_before and last == ".msc")


def without_above(form: Form) -> Form:
    """Leaves out the folders above the record: before the record is written and after it is removed, their creator is
    unknown."""
    return {
        name: thing
        for name, thing in form.items()
        if thing[0] != "folder" or not any(f"{one}/".startswith(f"{name}/") for one in ABOVE_RECORDS)
    }


def without_kept(form: Form) -> Form:
    """Returns files only, because the folders depend on the point of the kill."""
    return {name: thing for name, thing in form.items() if thing[0] != "folder" and "/kept/" not in name}


def beneath(things: Census, folder: str) -> Census:
    return {name: thing for name, thing in things.items() if name.startswith(folder)}


def assert_same(one: Mapping[str, Any], other: Mapping[str, Any]) -> None:
    differences = list(differing(one, other, ""))
    assert not differences, "\n".join(differences)


def differing(one: Any, other: Any, where: str) -> Iterator[str]:
    """Yields the differences, down to the smallest part."""
    if isinstance(one, tuple) and isinstance(other, tuple):
        one, other = dict(enumerate(one)), dict(enumerate(other))
    if isinstance(one, dict) and isinstance(other, dict):
        for key in sorted({*one, *other}):
            yield from differing(one.get(key), other.get(key), f"{where}: {key}" if where else str(key))
    elif one != other:
        yield f"  {where}\n    is        {one}\n    should be {other}"
