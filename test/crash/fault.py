"""Runs one scene with one failing system call, and checks the result."""

import errno
import re
from pathlib import Path

from census import Form
from command import NOT_ADOPTED
from scenes import DOWNLOAD, REPO, USER, Scene, adopt, change_user_folder
from scenes import SCENES as ALL_SCENES
from trial import State, Trial, assert_same, prepare, without_kept

LINK_REFUSED = (errno.EACCES, errno.EXDEV, errno.EMLINK)  # errors after which hubcache tries another kind of link
SHORT = 0  # no error: half of the bytes are written

NO_SPACE = ("ENOSPC", "EDQUOT")
WRITES = (*NO_SPACE, "EIO", "EINTR")
NAMES = (*NO_SPACE, "EIO", "EACCES", "EROFS")  # for calls that change names
ERRORS = {
    "write": WRITES,
    "writev": WRITES,
    "pwrite64": WRITES,
    "sendfile": (*NO_SPACE, "EIO", "EINTR"),
    "copy_file_range": (*NO_SPACE, "EIO", "EXDEV", "EINTR"),
    "ioctl FICLONE": (*NO_SPACE, "EIO", "EXDEV"),
    "ftruncate": (*NO_SPACE, "EIO", "EINTR"),
    "fallocate": WRITES,
    "fsync": ("EIO", *NO_SPACE),
    "fdatasync": ("EIO", *NO_SPACE),
    "open": (*NAMES, "EMFILE", "EINTR"),
    "openat": (*NAMES, "EMFILE", "EINTR"),
    "openat2": (*NAMES, "EMFILE", "EINTR"),
    "rename": (*NAMES, "EXDEV", "EMLINK"),
    "renameat": (*NAMES, "EXDEV", "EMLINK"),
    "renameat2": (*NAMES, "EXDEV", "EMLINK"),
    "link": (*NAMES, "EXDEV", "EMLINK"),
    "linkat": (*NAMES, "EXDEV", "EMLINK"),
    "symlink": NAMES,
    "symlinkat": NAMES,
    "mkdir": (*NAMES, "EMLINK"),
    "mkdirat": (*NAMES, "EMLINK"),
    "unlink": ("EIO", "EACCES", "EROFS"),
    "unlinkat": ("EIO", "EACCES", "EROFS"),
    "rmdir": ("EIO", "EACCES", "EROFS"),
    "chmod": ("EIO", "EACCES", "EROFS"),
    "fchmod": ("EIO", "EROFS"),
    "fchmodat": ("EIO", "EACCES", "EROFS"),
    "utimensat": ("EIO", "EACCES", "EROFS"),
    "truncate": (*NAMES, "EINTR"),
    "flock": ("EINTR",),
    "open to read": ("EIO", "EACCES", "EMFILE", "EINTR"),
    "openat to read": ("EIO", "EACCES", "EMFILE", "EINTR"),
    "openat2 to read": ("EIO", "EACCES", "EMFILE", "EINTR"),
    "stat": ("EIO", "EACCES"),
    "lstat": ("EIO", "EACCES"),
    "newfstatat": ("EIO", "EACCES"),
    "statx": ("EIO", "EACCES"),
    "fstat": ("EIO",),
    "readlink": ("EIO", "EACCES"),
    "readlinkat": ("EIO", "EACCES"),
    "access": ("EIO", "EACCES"),
    "faccessat": ("EIO", "EACCES"),
    "faccessat2": ("EIO", "EACCES"),
    "getdents64": ("EIO",),
    "read": ("EIO", "EINTR"),
    "pread64": ("EIO", "EINTR"),
}
WRITE_SOME = ("write", "pwrite64", "copy_file_range", "sendfile")

SCENES = {
    name: ALL_SCENES[name]
    for name in (
        "fresh",
        "fresh, copies",
        "a download in the place",
        "again",
        "again, copies",
        "in place",
        "in place again, mine",
        "hf",
        "release",
        "release, a download displaced",
        "hf, release",
        "ms",
        "ms, release",
        "restore",
    )
}
SCENES["refresh"] = Scene([USER, DOWNLOAD], ("refresh", REPO, "--offline"), [adopt(), change_user_folder])


def errors_of(call: str) -> list[int]:
    return [getattr(errno, name) for name in ERRORS[call]] + ([SHORT] if call in WRITE_SOME else [])


def error_name(error: int) -> str:
    return errno.errorcode[error] if error else "half of it"


class FaultTrial(Trial):
    def faults(self) -> list[tuple[int, int]]:
        """Returns the number of each call that can fail, with each error that it can return."""
        state = prepare(self.scene, self.folder, self.hub)
        calls = state.command.calls(*self.scene.command)
        return [(number, error) for number, call in enumerate(calls, 1) for error in errors_of(call)]

    def inject(self, number: int, error: int) -> None:
        state = prepare(self.scene, self.folder, self.hub)
        stop = state.command.fail(number, error, *self.scene.command)
        try:
            assert stop.reached, "the call was not reached"
            assert 0 <= stop.code < 10, f"ended with {stop.code}"
            if stop.code != 0:
                assert_says_what_failed(stop.output)
            self._check_nothing_is_lost(state)
            self._complete(state, error in LINK_REFUSED and stop.code == 0 and "copied" in stop.output)
        except AssertionError as problem:
            shown = f"{stop.call} {stop.path} ({error_name(error)}) → {stop.code}"
            raise AssertionError(f"call {number}, {shown}:\n{problem}\n{stop.output}") from None

    def _complete(self, state: State, has_copy: bool) -> None:
        """Asserts that the same command again, and then a release, leave the same state as without the fault.
        `has_copy`: the command reported a copy, because the system had refused the link."""
        done = state.command.run(*self.scene.command)
        assert done.returncode == 0 or (self.is_release and NOT_ADOPTED in done.stderr), (
            f"again: {done.returncode}\n{done.stderr}"
        )
        self._check_nothing_is_lost(state)
        if not self.is_release:
            form = self._with_link_for_copy(state.form) if has_copy else state.form
            assert_same(self._in_place(form), self._in_place(self.done))
            state.command.run_well(*self.release)
            self._check_nothing_is_lost(state)
        assert_same(self._same_bytes(state.form), self._same_bytes(self.done_and_released))

    def _with_link_for_copy(self, form: Form) -> Form:
        """Replaces a file that is a copy of the user's file, if there is one, by the link that it would be without the
        fault."""

        def is_copy(name: str) -> bool:
            link, file = self.done[name], form.get(name)
            users = str(Path(link[1]).resolve().relative_to(self.folder)) if link[0] == "symlink" else link[2]
            return file is not None and file[0] == "file" and file != link and file[1] == form[users][1]

        links = [
            name
            for name, thing in self.done.items()
            if "my-model/" in str(thing[1] if thing[0] == "symlink" else thing[2])
        ]
        copies = [name for name in links if is_copy(name)]
        assert len(copies) <= 1, copies
        return form | {name: self.done[name] for name in copies}

    def _in_place(self, form: Form) -> Form:
        """Leaves out hubcache's own records and kept files, which may differ, for example after a read error."""
        return {name: thing for name, thing in self._same_bytes(form).items() if "/._hubcache/" not in name}

    def _same_bytes(self, form: Form) -> Form:
        """Ignores the inodes of files that may be created anew: an index that cannot be linked is copied, and so are
        hubcache's own copies and records."""

        def may_be_another(name: str) -> bool:
            return self.placed_copies or name.endswith("/.msc") or "/state/hubcache/" in name

        return {
            name: (*thing[:2], None) if may_be_another(name) else thing for name, thing in without_kept(form).items()
        }


def assert_says_what_failed(output: str) -> None:
    """Asserts that an error message has a path or the system's error text."""
    errors = re.findall(r"(?:^error|^hubcache|: failed): (.*)", output, re.MULTILINE)
    assert errors, "no error message"
    assert any("'" in line or ": " in line for line in errors), f"a message that names nothing: {errors}"
