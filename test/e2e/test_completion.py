"""Completion in the real shells, on a terminal: a person types a part of a line and the tab key."""

import os
import pty
import re
import select
import shlex
import shutil
import time

import pytest

# How to start a shell without the user's settings, and how to load the completion.
SHELLS = {
    "bash": (["bash", "--norc", "--noprofile", "-i"], "source <(hubcache completion bash)"),
    "zsh": (["zsh", "-f", "-i"], "autoload -U compinit; compinit -u -D; source <(hubcache completion zsh)"),
    "fish": (["fish", "--no-config", "--interactive"], "hubcache completion fish | source"),
}
# On PATH as hubcache: prints its arguments, and has the real command complete them.
SHOWS_ARGUMENTS = """#!/bin/sh
[ "$1" != completion ] || exec {real} "$@"
printf 'given'; printf '[%s]' "$@"; printf 'done\\n'
"""


class Terminal:
    """An interactive shell on a terminal of its own."""

    def __init__(self, shell, folder, env):
        command, load = SHELLS[shell]
        self.child, self.terminal = pty.fork()
        if self.child == 0:
            os.chdir(folder)
            os.execvpe(command[0], command, {**env, "TERM": "dumb", "PS1": "> ", "COLUMNS": "200"})
        self.seen = ""
        self.type(f"{load}; printf 'load%s\\n' ed\n")
        self.read_to("loaded")

    def type(self, keys):
        os.write(self.terminal, keys.encode())

    def read_to(self, text):
        """Returns what the shell prints up to the text."""
        end = time.monotonic() + 60
        while text not in self.seen:
            left = end - time.monotonic()
            assert left > 0, f"no {text!r} in {self.seen!r}"
            if select.select([self.terminal], [], [], left)[0]:
                self.seen += os.read(self.terminal, 65536).decode(errors="replace")
        before, self.seen = self.seen.split(text, 1)
        return before

    def words_of(self, keys):
        """Returns the arguments that hubcache gets from these keys."""
        self.type(f"hubcache {keys}\n")
        return re.findall(r"\[([^]]*)\]", self.read_to("]done").rpartition("given")[2] + "]")

    def close(self):
        os.close(self.terminal)
        os.waitpid(self.child, 0)


@pytest.fixture(params=SHELLS)
def terminal(request, hubcache, home, tmp_path):
    if not shutil.which(request.param):
        pytest.skip(f"there is no {request.param} here")
    model = tmp_path / "model"
    model.mkdir()
    (model / "config.json").write_text("{}")
    for repo in ("ctbots/first-paddle-model", "hf:acme/bert"):
        assert hubcache("adopt", "--offline", repo, model).returncode == 0
    programs = tmp_path / "programs"
    programs.mkdir()
    for name, text in (
        ("hubcache", SHOWS_ARGUMENTS.format(real=shlex.quote(hubcache.binary))),
        ("trainmodel", "#!/bin/sh\n"),
    ):
        (programs / name).write_text(text)
        (programs / name).chmod(0o755)
    folder = tmp_path / "work"
    (folder / "one model").mkdir(parents=True)
    (folder / "weights.pdparams").write_text("x")
    shell = Terminal(request.param, folder, {**home.env, "PATH": f"{programs}:{os.environ['PATH']}"})
    yield shell
    shell.close()


def test_a_line_is_completed(terminal):
    for keys, words in (
        ("stat\t", ["status"]),
        ("ca\tcl\t", ["cache", "clear"]),
        ("refresh --off\t", ["refresh", "--offline"]),
        ("adopt --lin\thard\t", ["adopt", "--link", "hardlink"]),
        ("adopt --link=hard\t", ["adopt", "--link=hardlink"]),
        ("adopt --target hf-d\t", ["adopt", "--target", "hf-dir"]),
        ("status ctb\t", ["status", "ctbots/first-paddle-model"]),
        ("release hf:ac\t", ["release", "hf:acme/bert"]),
        ("release h\t", ["release", "hf:acme/bert"]),
        ("status --json -v ctb\t", ["status", "--json", "-v", "ctbots/first-paddle-model"]),
        ("adopt a/b one\t", ["adopt", "a/b", "one model"]),
        ("hash wei\t", ["hash", "weights.pdparams"]),
        ("run -- trainm\t", ["run", "--", "trainmodel"]),
        ("run --offline -- trainmodel wei\t", ["run", "--offline", "--", "trainmodel", "weights.pdparams"]),
    ):
        # zsh removes the '/' after a folder when the line ends.
        assert [word.rstrip("/") for word in terminal.words_of(keys)] == words, keys


def test_a_released_repo_is_not_suggested(terminal, hubcache):
    assert hubcache("release", "hf:acme/bert").returncode == 0
    assert terminal.words_of("release h\t") == ["release", "h"]
    assert terminal.words_of("release ctb\t") == ["release", "ctbots/first-paddle-model"]
