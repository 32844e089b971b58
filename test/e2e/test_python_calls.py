"""The behaviour of calls of the Python package besides their results: Ctrl-C, progress, questions, threads, and how results print."""

import ast
import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Iterator

import pytest
from hubdouble import Lfs
from installed import ROOT, Python, environment, python  # noqa: F401 (fixtures)
from scene import ALL, FILES, REPO, Scene, write

from adoption import tree

PACKAGE = ROOT / "python" / "hubcache"


@pytest.fixture
def scene(hub, home) -> Scene:
    return Scene(hub, home)


@contextlib.contextmanager
def started(python: Python, script: str, *arguments: object) -> Iterator[subprocess.Popen[str]]:  # noqa: F811
    file = python.folder / "script.py"
    file.write_text("import sys\nimport hubcache\n" + script, encoding="utf-8")
    with subprocess.Popen(
        [python.environment / "bin" / "python", file, *map(str, arguments)],
        env=python.env,
        cwd=python.folder,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as process:
        yield process
        process.kill()


def interrupted(python: Python, script: str, *arguments: object) -> str:  # noqa: F811
    """Starts a script that prints a line when it has begun; sends Ctrl-C after that line; returns the rest of its output."""
    with started(python, script, *arguments) as process:
        line = process.stdout.readline()
        assert line == "begun\n", line + process.stdout.read()
        process.send_signal(signal.SIGINT)
        return process.communicate(timeout=120)[0]


def endless(folder: Path) -> Path:
    """Makes a file that takes hours to read, but no space."""
    write(folder / "endless", b"")
    os.truncate(folder / "endless", 4 << 40)
    return folder / "endless"


# --- Ctrl-C


def test_ctrl_c_while_files_are_hashed(python, home):  # noqa: F811
    """The call raises KeyboardInterrupt, and works again afterwards."""
    write(home.path / "small", b"abc")
    output = interrupted(
        python,
        """
try:
    hubcache.hash_files(sys.argv[1], progress=lambda done, total: done and print("begun", flush=True))
except KeyboardInterrupt:
    print(hubcache.hash_files(sys.argv[2]).files[0].size)
""",
        endless(home.path),
        home.path / "small",
    )
    assert output.splitlines()[-1] == "3"


def test_ctrl_c_that_the_system_delivers_to_another_thread(python, home):  # noqa: F811
    """Python handles it in the main thread, which has to look for it: nothing wakes it."""
    assert (
        python(
            """
import signal, threading
def interrupt():
    signal.pthread_kill(threading.get_ident(), signal.SIGINT)
begun = []
def progress(done, total):
    if done and not begun:
        begun.append(threading.Timer(0, interrupt))
        begun[0].start()
try:
    hubcache.hash_files(sys.argv[1], progress=progress)
except KeyboardInterrupt:
    result = "interrupted"
""",
            endless(home.path),
        )
        == "interrupted"
    )


def test_ctrl_c_while_a_hub_answers_slowly(python, scene, hub):  # noqa: F811
    """Nothing was changed, and the lock is free."""
    hub.fault("/api/v1/", bytes_per_second=1.0)
    before = tree(scene.home.path)
    script = """
try:
    hubcache.adopt(sys.argv[1], sys.argv[2])
except KeyboardInterrupt:
    print(hubcache.adopt(sys.argv[1], sys.argv[2], offline=True, dry_run=True).files)
"""
    with started(python, script, REPO, scene.user) as process:
        while not len(hub.log):
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=120)[0] == f"{len(ALL)}\n"
    after = {name: what for name, what in tree(scene.home.path).items() if name != "script.py"}
    assert after == before


def test_ctrl_c_in_a_question(python, scene):  # noqa: F811
    """The copy is declined, and nothing is adopted."""
    write(scene.user / "large", b"x")
    os.truncate(scene.user / "large", 2 << 30)
    output = interrupted(
        python,
        """
import time
def ask(question):
    print("begun", flush=True)
    time.sleep(100)
try:
    hubcache.adopt(sys.argv[1], sys.argv[2], link="copy", ask=ask)
except KeyboardInterrupt:
    print(hubcache.status(offline=True).repos)
""",
        REPO,
        scene.user,
    )
    assert output == "[]\n"


# --- progress and questions


def test_progress(python, home):  # noqa: F811
    folder = home.path / "hashed"
    for name in ("a", "b"):
        write(folder / name, b"x" * 3_000_000)
    steps = python(
        "result = []\nhubcache.hash_files(sys.argv[1], progress=lambda done, total: result.append([done, total]))",
        folder,
    )
    assert steps[-1] == [6_000_000, 6_000_000]
    assert [done for done, _ in steps] == sorted(done for done, _ in steps)


def test_progress_of_verify_and_match(python, scene):  # noqa: F811
    for path, content in FILES.items():
        write(scene.user / path, content.content if isinstance(content, Lfs) else content)
    steps = python(
        """
result = [[], []]
hubcache.adopt(sys.argv[1], sys.argv[2], match=True, progress=lambda *now: result[0].append(now))
hubcache.clear_cache()
hubcache.verify(sys.argv[1], progress=lambda *now: result[1].append(now))
""",
        REPO,
        scene.user,
    )
    for one in steps:
        assert one[-1][0] == one[-1][1] > 0


def test_progress_with_tqdm(python, scene):  # noqa: F811
    """README's lines, with the tqdm that the SDK installs."""
    for path, content in FILES.items():
        write(scene.user / path, content.content if isinstance(content, Lfs) else content)
    [lines] = re.findall(r"```python\n(from tqdm .*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    [packages] = Path(os.environ["HUBCACHE_SDK_VENVS"], "aistudio-0.3.9").glob("lib/python3*/site-packages")
    run = python.run(
        f"import sys, hubcache\nhubcache.adopt({REPO!r}, sys.argv[1])\nhubcache.clear_cache()\n"
        f"{lines}\nprint(bar.n, bar.total)\n",
        scene.user,
        env={"PYTHONPATH": str(packages)},
    )
    assert run.returncode == 0, run.stderr
    done, total = map(int, run.stdout.split())
    assert done == total > 0
    assert "100%" in run.stderr


def test_an_exception_of_progress_ends_the_call(python, home):  # noqa: F811
    assert (
        python(
            """
class Enough(Exception):
    pass
def progress(done, total):
    raise Enough
try:
    hubcache.hash_files(sys.argv[1], progress=progress)
except Enough as error:
    result = str(type(error).__name__)
""",
            endless(home.path),
        )
        == "Enough"
    )


def test_progress_runs_in_the_callers_thread(python, home):  # noqa: F811
    write(home.path / "file", b"x")
    assert python(
        """
import threading
seen = set()
def call():
    hubcache.hash_files(sys.argv[1], progress=lambda *_: seen.add(threading.current_thread()))
thread = threading.Thread(target=call)
thread.start()
thread.join()
result = seen == {thread}
""",
        home.path / "file",
    )


def test_a_question(python, scene):  # noqa: F811
    write(scene.user / "large", b"x")
    os.truncate(scene.user / "large", 2 << 30)
    question, error, files = python(
        """
questions = []
def decline(question):
    questions.append(question)
    return False
try:
    hubcache.adopt(sys.argv[1], sys.argv[2], link="copy", ask=decline)
except hubcache.ConflictError as problem:
    result = [*questions, problem.message, hubcache.adopt(sys.argv[1], sys.argv[2], link="copy", ask=lambda _: True).copied_files]
""",
        REPO,
        scene.user,
    )
    assert question.startswith("copy 6 files, 2.0 GiB") and error.startswith("copy declined") and files == 6


# --- threads, and other surroundings


def test_calls_in_several_threads(python, home):  # noqa: F811
    for number in range(8):
        write(home.path / f"file{number}", b"x" * number)
    sizes = python(
        """
from concurrent.futures import ThreadPoolExecutor
with ThreadPoolExecutor(8) as pool:
    result = list(pool.map(lambda name: hubcache.hash_files(name).files[0].size, sys.argv[1:]))
""",
        *(home.path / f"file{number}" for number in range(8)),
    )
    assert sizes == list(range(8))


def test_variables_that_are_not_utf_8(python, scene):  # noqa: F811
    place = python(
        """
import os
os.environb[b"AISTUDIO_CACHE_HOME"] = os.fsencode(os.getcwd()) + b"/cache-\\xff"
os.environb[b"NAME-\\xff"] = b"x"
hubcache.adopt(sys.argv[1], sys.argv[2], offline=True)
result = [name for name in os.listdir(b".") if name.startswith(b"cache-\\xff")] != []
""",
        REPO,
        scene.user,
    )
    assert place is True


# --- other Pythons


def pythons() -> list[str]:
    """Returns the interpreters of this machine from 3.8 on."""
    names = [shutil.which(f"python3.{minor}") for minor in range(8, 20)]
    folders = sorted(Path("~/.pyenv/versions").expanduser().glob("3.*/bin/python3"))
    found = []
    for name in [sys.executable, *names, *map(str, folders)]:
        run = name and subprocess.run(
            [name, "-c", "import sys; print(sys.version_info[:2] >= (3, 8))"], text=True, capture_output=True
        )
        if run and run.stdout == "True\n":
            found.append(name)
    return found


@pytest.mark.parametrize("interpreter", pythons())
def test_the_same_package_in_each_python_of_this_machine(interpreter, environment, scene):  # noqa: F811
    """The folder of the package that pip has installed for one Python works in all, with the local hub and the magic
    command."""
    [packages] = environment.glob("lib/python*/site-packages")
    script = """
import hubcache, json, typing, sys
for name in hubcache.__all__:
    value = getattr(hubcache, name)
    if callable(value):
        typing.get_type_hints(value)
report = hubcache.adopt(sys.argv[1], sys.argv[2], offline=True)
[repo] = hubcache.status(offline=True).repos
str(report), repr(repo), repo._repr_html_()
from hubcache.magic import run_line
assert run_line("status --offline").repos[0].state == "adopted"
with hubcache.local_hub(offline=True) as hub:
    assert hubcache.local_hub_variables(int(hub.url.rpartition(":")[2])) == hub.variables
try:
    hubcache.adopt("no-id", sys.argv[2])
except hubcache.UsageError as error:
    print(json.dumps([report.files, repo.state, hubcache.release(sys.argv[1]).removed, error.code]))
"""
    run = subprocess.run(
        [interpreter, "-B", "-c", script, REPO, scene.user],
        env=scene.home.env | {"PYTHONPATH": str(packages), "PYTHONUTF8": "1"},
        text=True,
        capture_output=True,
    )
    assert run.stderr == "" and json.loads(run.stdout) == [len(ALL), "adopted", len(ALL), 2]


@pytest.mark.parametrize("file", sorted(path.name for path in PACKAGE.glob("*.py")))
def test_the_sources_are_in_the_syntax_of_python_3_8(file):
    ast.parse((PACKAGE / file).read_text(encoding="utf-8"), feature_version=(3, 8))


def test_an_import_loads_no_other_module(python):  # noqa: F811
    """Modules that take long to load are loaded at the first use."""
    run = python.run(
        "import sys\nbefore = set(sys.modules)\nimport hubcache\nprint(sorted(set(sys.modules) - before))\n"
        "print(hubcache.__version__, sorted(set(hubcache.__all__) - set(dir(hubcache))))"
    )
    assert run.stdout.splitlines()[0] == "['hubcache']"
    assert run.stdout.splitlines()[1].endswith(" []")


# --- how results print


def test_reports_print_well(python, scene):  # noqa: F811
    (scene.user / "config.json").unlink()
    adopted, status, html = python(
        """
report = hubcache.adopt(sys.argv[1], sys.argv[2])
status = hubcache.status()
result = [str(report), repr(status), report._repr_html_()]
""",
        REPO,
        scene.user,
    )
    lines = adopted.splitlines()
    assert lines[0] == f"AdoptReport: {REPO}, aistudio"
    assert ["folder", str(scene.user)] in [line.split() for line in lines]
    assert "  missing (1):" in lines
    assert any(line.split() == ["config.json", "19", "B", "downloads", "(no_record)"] for line in lines)
    assert any(line.split()[:3] == [REPO, "aistudio", "adopted"] for line in status.splitlines())
    assert f"<b>AdoptReport: {REPO}, aistudio</b>" in html and "<td>config.json</td>" in html


def test_a_status_says_what_the_command_says(python, scene):  # noqa: F811
    """It has the id as the functions take it, NEXT RUN, and the notes."""
    text, html, one, name = python(
        """
hubcache.adopt("hf:" + sys.argv[1], sys.argv[2], offline=True)
report = hubcache.status(offline=True)
result = [repr(report), report._repr_html_(), repr(report.repos[0]), report.repos[0].name]
hubcache.release(report.repos[0].name)
""",
        REPO,
        scene.user,
    )
    assert name == f"hf:{REPO}"
    [row] = [line for line in text.splitlines() if line.split()[:3] == [name, "huggingface", "adopted"]]
    assert "not asked" in row and "unknown" in row
    assert f"note: {name}: main was adopted offline" in text and f"<div>note: {name}: main was adopted offline" in html
    assert one.startswith(f"RepoStatus: {name}, huggingface\n") and re.search(r"next_run +unknown\n", one)
    # Folders that hubcache has not made, and counts of nothing, are left out.
    assert "displaced" not in one and "kept" not in one and "changes" not in one


def test_a_table_with_wide_characters(python, home):  # noqa: F811
    for file in ("模型.bin", "a.bin"):
        write(home.path / "hashed" / file, b"x")
    text = python("result = str(hubcache.hash_files(sys.argv[1]))", home.path / "hashed")
    narrow, wide = (next(line for line in text.splitlines() if name in line) for name in ("a.bin", "模型.bin"))
    assert narrow.index("1 B") == wide.index("1 B") + len("模型")  # each takes two columns of a terminal


def test_a_local_hub_that_was_killed(python):  # noqa: F811
    assert python(
        """
hub = hubcache.local_hub(offline=True).start()
before = repr(hub) == f"<local hub at {hub.url}>"
hub._process._process.kill()
hub._process._process.wait()
result = [before, repr(hub) == f"<local hub at {hub.url}, which has ended>"]
"""
    ) == [True, True]


def test_names_of_files_do_not_become_html_or_control_a_terminal(python, home):  # noqa: F811
    write(home.path / "hashed" / "<b>\x1b[31m", b"x")
    text, html = python(
        "report = hubcache.hash_files(sys.argv[1])\nresult = [str(report), report._repr_html_()]", home.path / "hashed"
    )
    assert "\x1b" not in text + html and "<b>\\x1b" in text and "&lt;b&gt;\\x1b" in html


def test_a_long_list_is_cut_off(python, home):  # noqa: F811
    for number in range(30):
        write(home.path / "hashed" / f"{number:02}", b"x")
    text = python("result = str(hubcache.hash_files(sys.argv[1]))", home.path / "hashed")
    assert "files (30, the first 20):" in text and "/19 " in text and "/20 " not in text


def test_reports_are_frozen(python, home):  # noqa: F811
    write(home.path / "file", b"x")
    assert python(
        """
import dataclasses
report = hubcache.hash_files(sys.argv[1])
try:
    report.files = []
except dataclasses.FrozenInstanceError:
    result = True
""",
        home.path / "file",
    )
