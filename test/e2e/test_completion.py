"""Completion in the real shells, on a terminal: a person types a part of a line and the tab key."""

import json
import os
import pty
import re
import select
import shlex
import shutil
import subprocess
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
        self.shell = shell
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
        return self.words_of_line(f"hubcache {keys}")

    def words_of_line(self, line):
        self.type(f"{line}\n")
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
    for name in ("one model", "a:b", "k=v"):
        (folder / name).mkdir(parents=True)
        (folder / name / "inner.json").write_text("x")
    (folder / "weights.pdparams").write_text("x")
    shell = Terminal(request.param, folder, {**home.env, "PATH": f"{programs}:{os.environ['PATH']}"})
    yield shell
    shell.close()


def check(terminal, *expected):
    for keys, words in expected:
        # zsh removes the '/' after a folder when the line ends.
        assert [word.rstrip("/") for word in terminal.words_of(keys)] == words, keys


def test_a_line_is_completed(terminal):
    check(
        terminal,
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
        ("verify --fail-on edited,mis\t", ["verify", "--fail-on", "edited,missing"]),
        ("adopt --place=one\t", ["adopt", "--place=one model"]),
    )


def test_the_options_after_the_program_are_the_programs(terminal):
    check(
        terminal,
        ("run trainmodel x --off\t", ["run", "trainmodel", "x", "--off"]),
        ("run trainmodel --q\t", ["run", "trainmodel", "--q"]),
        ("run trainmodel wei\t", ["run", "trainmodel", "weights.pdparams"]),
    )


def test_a_command_after_two_dashes_is_not_completed(terminal):
    check(terminal, ("-- sta\t", ["--", "sta"]))


def test_words_in_quotes_are_completed(terminal):
    check(
        terminal,
        (r"release hf\:a" + "\t", ["release", "hf:acme/bert"]),
        ("status 'hf:a\t", ["status", "hf:acme/bert"]),
        ('release "hf:acme/b\t', ["release", "hf:acme/bert"]),
        ("adopt --link='ha\t", ["adopt", "--link=hardlink"]),
        ("hash 'one model/in\t", ["hash", "one model/inner.json"]),
        ('hash "one model/in\t', ["hash", "one model/inner.json"]),
        (r"hash one\ model/in" + "\t", ["hash", "one model/inner.json"]),
        (r"run -- ls one\ model/in" + "\t", ["run", "--", "ls", "one model/inner.json"]),
        ('adopt "a b" one\t', ["adopt", "a b", "one model"]),
        ("adopt --exclude 'a b' a/b one\t", ["adopt", "--exclude", "a b", "a/b", "one model"]),
    )


def test_paths_with_the_characters_that_break_words(terminal):
    check(
        terminal,
        ("adopt a/b a:\t", ["adopt", "a/b", "a:b"]),
        ("adopt a/b k=\t", ["adopt", "a/b", "k=v"]),
        ("hash a:b/in\t", ["hash", "a:b/inner.json"]),
        ("hash k=v/in\t", ["hash", "k=v/inner.json"]),
    )


def test_paths_that_the_shell_expands(terminal, home):
    (home.path / "model.bin").write_text("x")
    (home.path / "folder").mkdir()
    file, folder = str(home.path / "model.bin"), str(home.path / "folder")
    check(
        terminal,
        ("hash ~/mod\t", ["hash", file]),
        ("hash $HOME/mod\t", ["hash", file]),
        ("adopt a/b ~/fol\t", ["adopt", "a/b", folder]),
        ("adopt a/b $HOME/fol\t", ["adopt", "a/b", folder]),
    )


@pytest.mark.parametrize(
    "line",
    [
        "run -- $(touch made)",
        "run -- (touch made)",
        'run -- "$(touch made)"',
        "hash $(touch made)/x",
        "adopt a/b (touch made)",
    ],
)
def test_completion_runs_no_command_of_the_line(terminal, tmp_path, line):
    if terminal.shell == "zsh":  # its tab key expands substitutions itself before it completes
        terminal.type("bindkey '^I' complete-word\n")
    terminal.type(f"hubcache {line}\t\x15printf 'rea%s\\n' dy\n")  # Ctrl-U deletes the line
    terminal.read_to("ready\r\n")
    assert not (tmp_path / "work" / "made").exists()


def test_a_name_with_a_line_end_is_completed(terminal, tmp_path):
    (tmp_path / "work" / "new\nline.txt").write_text("x")
    assert terminal.words_of("hash new\t") == ["hash", "new\r\nline.txt"]


@pytest.mark.parametrize("terminal", ["bash"], indirect=True)
@pytest.mark.parametrize(
    "setting",
    [
        "COMP_WORDBREAKS=${COMP_WORDBREAKS//=}",
        "COMP_WORDBREAKS=${COMP_WORDBREAKS//:}",
        "IFS=,",
        "IFS=",
        "set -f; shopt -s failglob",
    ],
)
def test_settings_of_bash(terminal, setting):
    terminal.type(f"{setting}\n")
    check(
        terminal,
        ("stat\t", ["status"]),
        ("adopt --link=ha\t", ["adopt", "--link=hardlink"]),
        ("adopt --place=one\t", ["adopt", "--place=one model"]),
        ("release hf:a\t", ["release", "hf:acme/bert"]),
        ("hash a:b/in\t", ["hash", "a:b/inner.json"]),
    )


def test_the_command_may_be_a_path_that_the_shell_expands(terminal, home, tmp_path):
    shutil.copy(tmp_path / "programs" / "hubcache", home.path / "hubcache")
    for program in ("~/hubcache", "$HOME/hubcache"):
        assert terminal.words_of_line(f"{program} stat\t") == ["status"], program


@pytest.mark.parametrize("terminal", ["zsh"], indirect=True)
def test_an_alias_of_zsh(terminal):
    terminal.type("setopt complete_aliases; alias hc=hubcache; compdef hc=hubcache\n")
    assert terminal.words_of_line("hc stat\t") == ["status"]


def test_zsh_without_its_completion_gets_a_hint(hubcache):
    if not shutil.which("zsh"):
        pytest.skip("there is no zsh here")
    script = f"source <({shlex.quote(hubcache.binary)} completion zsh)"
    run = subprocess.run(["zsh", "-f", "-c", script], text=True, capture_output=True, env=hubcache.env)
    assert run.stderr == "hubcache: completion needs this line before it: autoload -U compinit && compinit\n"


def test_the_recipe_of_the_help_works_in_a_new_home(hubcache, tmp_path):
    home = tmp_path / "new home"
    home.mkdir()
    lines = [line.split(":", 1)[-1] for line in hubcache("completion", "--help").stdout.splitlines()]
    recipe = [line for line in lines if "~/" in line and "~/.bashrc" not in line]
    assert len(recipe) == 4
    (tmp_path / "hubcache").symlink_to(hubcache.binary)
    env = {**hubcache.env, "HOME": str(home), "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    subprocess.run(["bash", "-e", "-c", "\n".join(recipe)], check=True, env=env)
    assert "_hubcache" in (home / ".local/share/bash-completion/completions/hubcache").read_text()
    assert "__hubcache" in (home / ".config/fish/completions/hubcache.fish").read_text()


def test_a_damaged_list_of_adoptions_suggests_no_other_word(hubcache, tmp_path):
    model = tmp_path / "model"
    model.mkdir()
    (model / "config.json").write_text("{}")
    env = {"HUBCACHE_STATE": str(tmp_path / "state")}
    assert hubcache("adopt", "--offline", "acme/bert", model, env=env).returncode == 0
    [entry] = (tmp_path / "state" / "places").iterdir()
    value = json.loads(entry.read_text())
    for number, repo in enumerate(
        ("acme/$(touch X)", "acme/\x1b[2J", "acme/a\n:files", "--trust-owner", "acme/a\nhf:evil/line", "acme/a\u202eb")
    ):
        (entry.parent / f"{number}.json").write_text(json.dumps({**value, "repo": repo}))
        (entry.parent / f"{number}.json").chmod(0o600)
    assert hubcache("completion", "--words", "release", "", env=env).stdout == "acme/bert\t\n:none\n"


def test_a_released_repo_is_not_suggested(terminal, hubcache):
    assert hubcache("release", "hf:acme/bert").returncode == 0
    assert terminal.words_of("release h\t") == ["release", "h"]
    assert terminal.words_of("release ctb\t") == ["release", "ctbots/first-paddle-model"]
