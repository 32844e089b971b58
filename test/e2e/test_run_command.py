"""`hubcache run` as a program that runs another: exit codes, signals, the terminal, processes left behind."""

import contextlib
import os
import pty
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from scene import REPO, Scene

from adoption import ok, tree

SECONDS = 20


@pytest.fixture
def scene(hub, home, hubcache) -> Scene:
    scene = Scene(hub, home)
    ok(hubcache("adopt", REPO, scene.user))
    return scene


def start(hubcache, *command: object, **more) -> subprocess.Popen:
    return subprocess.Popen(
        [hubcache.binary, "run", "--", *map(str, command)],
        env=hubcache.env,
        cwd=hubcache.folder,
        stdout=subprocess.PIPE,
        text=True,
        **more,
    )


def line_of(process: subprocess.Popen) -> str:
    return process.stdout.readline().strip()


def wait_until(holds) -> None:
    end = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < end, "it does not come true"
        time.sleep(0.01)


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] not in "ZX"
    except FileNotFoundError:
        return False


@pytest.mark.parametrize(
    "command, code",
    [
        (["true"], 0),
        (["sh", "-c", "exit 7"], 7),
        (["sh", "-c", "kill -TERM $$"], 128 + 15),
        (["/etc/passwd"], 126),
        (["no-such-program"], 127),
        (["/no/such/program"], 127),
        (["sh", "-c", "kill -KILL $$"], 128 + 9),
    ],
)
def test_exit_codes(hubcache, command, code):
    assert hubcache("run", "--", *command).returncode == code


@pytest.mark.parametrize(
    "arguments",
    [
        ["--nonsense", "--", "true"],
        [],
        ["--offline", "--upstream", "http://h", "--", "true"],
        ["--upstream", "ftp://h", "--", "true"],
    ],
)
def test_own_failures(hubcache, arguments):
    run = hubcache("run", *arguments)
    assert run.returncode == 125 and run.stderr.startswith("error: ")


def test_what_cannot_be_executed_is_named(hubcache):
    assert "cannot execute 'no-such-program'" in hubcache("run", "--", "no-such-program").stderr


def test_input_output_and_arguments(hubcache):
    run = hubcache("run", "--", "sh", "-c", 'cat; echo "$1" >&2', "sh", "--offline", stdin="through")
    assert (run.stdout, run.stderr) == ("through", "--offline\n")


def test_the_environment(hubcache):
    settings = hubcache(
        "run", "--", "env", env={"NO_PROXY": "a.example", "no_proxy": "", "MINE": "x"}
    ).stdout.splitlines()
    assert "MINE=x" in settings
    assert [line for line in settings if line.startswith("STUDIO_GIT_HOST=http://127.0.0.1:")]
    assert {line for line in settings if line.lower().startswith("no_proxy")} == {
        "NO_PROXY=a.example,127.0.0.1,localhost,::1",
        "no_proxy=a.example,127.0.0.1,localhost,::1",
    }


def test_limits_and_signals_are_the_users(hubcache):
    """Limits and signal handling that the local hub sets for itself do not apply to the command."""
    script = "import resource, signal; print(resource.getrlimit(resource.RLIMIT_NOFILE), signal.pthread_sigmask(signal.SIG_BLOCK, []), signal.getsignal(signal.SIGPIPE))"
    plain = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True).stdout
    assert hubcache("run", "--", sys.executable, "-c", script).stdout == plain


LIST_DESCRIPTORS = """
import os
listed = os.listdir("/proc/self/fd")  # one of these is the listing's own, which is closed by now
print(sorted(int(name) for name in listed if os.path.lexists("/proc/self/fd/" + name)))
"""


def test_the_command_inherits_only_the_users_descriptors(hubcache):
    with open("/dev/null") as file:
        os.dup2(file.fileno(), 77, inheritable=True)
    try:
        words = [sys.executable, "-c", LIST_DESCRIPTORS]
        plain, under = (
            subprocess.run(command, env=hubcache.env, stdout=subprocess.PIPE, text=True, pass_fds=[77]).stdout
            for command in (words, [hubcache.binary, "run", "--offline", "--", *words])
        )
    finally:
        os.close(77)
    assert under == plain and "77" in plain


def test_requests_are_refused_when_hubcache_has_ended(hubcache):
    """The port is closed even if a process that the command started is still running."""
    process = start(
        hubcache, "sh", "-c", "setsid sleep 1000 & echo $! $STUDIO_GIT_HOST; exec cat", stdin=subprocess.PIPE
    )
    left_behind, address = line_of(process).split()
    try:
        process.kill()
        process.wait(SECONDS)
        assert is_alive(int(left_behind))
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2])), timeout=SECONDS)
    finally:
        os.kill(int(left_behind), signal.SIGKILL)


def test_closed_standard_descriptors_are_reserved(hubcache):
    """If they were not reserved, a socket or a file that hubcache writes could get number 2, and so the messages for
    stderr."""
    show = f"""
import os
files = [os.readlink(f"/proc/{{os.getppid()}}/fd/{{number}}") for number in (0, 2)]
open({str(hubcache.folder / "seen")!r}, "w").write(repr((files, os.path.exists("/proc/self/fd/2"))))
"""
    run = subprocess.run(
        ["sh", "-c", 'exec "$@" <&- 2>&-', "sh", hubcache.binary, "run", "--offline", "--", sys.executable, "-c", show],
        env=hubcache.env,
        stdout=subprocess.PIPE,
    )
    assert run.returncode == 0
    assert (hubcache.folder / "seen").read_text() == repr((["/dev/null", "/dev/null"], False))


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT", "SIGHUP", "SIGUSR1", "SIGQUIT", "SIGUSR2"])
def test_signals_are_passed_on(hubcache, name):
    process = start(
        hubcache,
        sys.executable,
        "-c",
        f"""
import signal, sys
signal.pthread_sigmask(signal.SIG_BLOCK, {{signal.{name}}})
print("ready", flush=True)
signal.sigwait({{signal.{name}}})
sys.exit(33)
""",
    )
    assert line_of(process) == "ready"
    process.send_signal(getattr(signal, name))
    assert process.wait(SECONDS) == 33


def test_control_c_at_a_terminal(hubcache):
    """The terminal sends SIGINT to the command too. hubcache must not pass on a second SIGINT, which would interrupt
    the command's clean-up."""
    script = """
import signal
both, count = {signal.SIGINT, signal.SIGUSR1}, 0
signal.pthread_sigmask(signal.SIG_BLOCK, both)
print("ready", flush=True)
while signal.sigwait(both) == signal.SIGINT:
    count += 1
    print("taken", flush=True)
print("got", count, flush=True)
"""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execve(hubcache.binary, [hubcache.binary, "run", "--", sys.executable, "-c", script], hubcache.env)
    seen = b""
    while b"got" not in seen or not seen.endswith(b"\n"):
        seen += os.read(terminal, 1000)
        if seen.endswith(b"ready\r\n"):
            os.write(terminal, b"\x03")
        if seen.endswith(b"taken\r\n"):
            os.kill(
                pid, signal.SIGUSR1
            )  # hubcache handles signals in order: if it passed on its SIGINT, that signal would arrive before this one
    assert os.waitpid(pid, 0)[1] == 0
    assert b"got 1" in seen


HUGE = 200 << 30  # bytes, sparse: hashing takes more than a minute


def is_hashing(pid: int) -> bool:
    """Returns True if a process reads the large file, and False if the process does not exist."""
    with contextlib.suppress(FileNotFoundError):
        return any(os.readlink(name).endswith("/huge.bin") for name in Path(f"/proc/{pid}/fd").iterdir())
    return False


@pytest.mark.parametrize("words", [["run", "--", "touch", "started"], ["serve", "--port", "0"]], ids=["run", "serve"])
@pytest.mark.parametrize("way", ["SIGTERM", "SIGINT", "SIGHUP", "Ctrl-C"])
def test_a_signal_before_the_start(hubcache, hub, home, words, way):
    """A signal while digests are computed ends hubcache at once, and the command is not started."""
    scene = Scene(hub, home)
    with open(scene.user / "huge.bin", "wb") as file:
        file.truncate(HUGE)
    ok(hubcache("adopt", REPO, scene.user))
    before = tree(home.cache, times=True)
    env = hubcache.env | {"AISTUDIO_ENABLE_DEFAULT_HASH_VALIDATION": "true"}
    pid, terminal = pty.fork()
    if pid == 0:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)  # the parent process may ignore some of these signals
        os.chdir(home.path)
        os.execve(hubcache.binary, [hubcache.binary, *words], env)
    wait_until(lambda: is_hashing(pid))
    if way == "Ctrl-C":
        os.write(terminal, b"\x03")
    else:
        os.kill(pid, getattr(signal, way))
    try:
        wait_until(lambda: not is_alive(pid))
    finally:
        os.kill(pid, signal.SIGKILL)
        os.close(terminal)
    assert os.WTERMSIG(os.waitpid(pid, 0)[1]) == getattr(signal, way, signal.SIGINT)
    assert not (home.path / "started").exists()
    assert tree(home.cache, times=True) == before


@pytest.mark.parametrize("quiet", [[], ["--quiet"]], ids=["bar", "quiet"])
def test_progress_on_a_terminal(hubcache, hub, home, quiet):
    scene = Scene(hub, home)
    with open(scene.user / "large.bin", "wb") as file:
        file.truncate(3 << 30)  # hashing it takes long enough for a progress bar
    ok(hubcache("adopt", REPO, scene.user))
    pid, terminal = pty.fork()
    if pid == 0:
        env = hubcache.env | {"AISTUDIO_ENABLE_DEFAULT_HASH_VALIDATION": "true"}
        os.execve(hubcache.binary, [hubcache.binary, "run", *quiet, "--", "echo", "started"], env)
    seen = b""
    with contextlib.suppress(OSError):  # EIO: the other end is closed
        while part := os.read(terminal, 4096):
            seen += part
    assert os.waitpid(pid, 0)[1] == 0 and b"started" in seen
    assert (b"of 3.0 GiB" in seen) == (not quiet)


def test_a_killed_hub_ends_the_command(hubcache):
    process = start(hubcache, sys.executable, "-c", "import os, time; print(os.getpid(), flush=True); time.sleep(600)")
    child = int(line_of(process))
    process.kill()
    process.wait(SECONDS)
    wait_until(lambda: not is_alive(child))


def test_a_killed_command_ends_the_hub(hubcache):
    process = start(hubcache, sys.executable, "-c", "import os, time; print(os.getpid(), flush=True); time.sleep(600)")
    os.kill(int(line_of(process)), signal.SIGKILL)
    assert process.wait(SECONDS) == 128 + 9


def test_a_hub_that_does_not_answer_holds_nothing_up(hubcache, scene):
    """`run` ends although the local hub still waits for a listing."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        script = (
            "import os, sys, urllib.request\ntry: urllib.request.urlopen(os.environ['STUDIO_GIT_HOST'] + sys.argv[1], timeout=1)\n"
            "except TimeoutError: print('waited', flush=True)"
        )
        command = [
            hubcache.binary,
            "run",
            "--upstream",
            f"http://127.0.0.1:{silent.getsockname()[1]}",
            "--",
            sys.executable,
            "-c",
            script,
            f"/api/v1/repos/{REPO}/git/trees/master",
        ]
        run = subprocess.run(command, env=hubcache.env, capture_output=True, text=True, timeout=SECONDS)
        assert (run.returncode, run.stdout) == (0, "waited\n"), run.stderr


def test_the_hub_ends_with_the_command(hubcache):
    """The local hub ends with the command, even if a background process still holds its output."""
    process = start(hubcache, "sh", "-c", "sleep 600 & echo $! $STUDIO_GIT_HOST")
    background, address = line_of(process).split()
    assert process.wait(SECONDS) == 0
    os.kill(int(background), signal.SIGKILL)
    assert address.startswith("http://127.0.0.1:")
