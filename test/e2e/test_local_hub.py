"""hubcache.local_hub(): a local hub for programs that no command can start."""

import os
import signal
import subprocess
from pathlib import Path

import pytest
from hf_scene import REPO as HF_REPO
from hf_scene import hf_scene  # noqa: F401 (a fixture)
from installed import environment, python  # noqa: F401 (fixtures)
from scene import REPO, Scene
from sdk import venv_of

from local_hub import is_answering, wait_until

# The text and the place of each warning, and the names of the processes that this process has started.
BEGIN = """
import os, warnings
from pathlib import Path
warned = []
def note(message, category, filename, lineno, *_):
    warned.append([category.__name__, str(message), Path(filename).name, Path(filename).read_text().splitlines()[lineno - 1]])
warnings.showwarning = note
warnings.simplefilter("always")
def children():
    return [Path("/proc", one, "cmdline").read_bytes().split(b"\\0")[1:2]
            for one in Path("/proc/self/task", str(os.getpid()), "children").read_text().split()]
def answers(url):
    import http.client
    connection = http.client.HTTPConnection(url.partition("//")[2], timeout=30)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status > 0
    except ConnectionError:
        return False
    finally:
        connection.close()
"""


@pytest.fixture
def scene(hub, home) -> Scene:
    return Scene(hub, home)


def with_client(name: str) -> dict[str, str]:
    """Returns variables with which the environment's Python has a client's packages, too."""
    [packages] = venv_of(name).glob("lib/python3*/site-packages")
    return {"PYTHONPATH": str(packages), "PYTHONDONTWRITEBYTECODE": "1"}


# --- start and stop


def test_a_client_loads_the_adopted_model_without_a_hub(python, hub, scene):  # noqa: F811
    """In this process, and in a program that it starts. Both have an empty cache, so the files come from the local hub."""
    folder = python(
        BEGIN
        + """
import subprocess
hubcache.adopt(sys.argv[1], sys.argv[2])
with hubcache.local_hub(offline=True) as served:
    os.environ["AISTUDIO_CACHE_HOME"] = "elsewhere"
    from aistudio_sdk.snapshot_download import snapshot_download
    here = snapshot_download(repo_id=sys.argv[1])
    os.environ["AISTUDIO_CACHE_HOME"] = "other"
    script = "import sys; from aistudio_sdk.snapshot_download import snapshot_download as load; load(repo_id=sys.argv[1])"
    subprocess.run([sys.executable, "-c", script, sys.argv[1]], check=True)
    assert os.environ["STUDIO_GIT_HOST"] == served.url
result = str(here)
""",
        REPO,
        scene.user,
        env=with_client("aistudio-0.3.9"),
    )
    assert scene.lost(scene.home.path / folder) == set()
    assert scene.lost(scene.home.path / "other" / "models" / REPO) == set()
    assert {request.method for request in hub.log.since(0)} == {"GET"}
    assert [request.path for request in hub.log.since(0) if "media" in request.path] == []


def test_the_local_hub_ends(python, scene):  # noqa: F811
    """stop() leaves no process, port, thread or open file, and may be called again. The next local hub has the same
    port."""
    assert python(
        BEGIN
        + """
import threading
def held():
    return [len(os.listdir("/proc/self/fd")), threading.active_count()]
before = held()
hub = hubcache.local_hub(offline=True)
hub.stop()
assert hub.start() is hub
first = hub.url
assert answers(first) and len(children()) == 1 and first in repr(hub)
hub.stop()
hub.stop()
assert held() == before, held()
assert not answers(first) and children() == [] and first not in repr(hub)
hub.start()
assert answers(hub.url)
result = [hub.url == first, warned]
"""
    ) == [True, []]


def test_the_variables_are_put_back(python):  # noqa: F811
    """Exactly: those that were unset, empty, or not UTF-8, are so again; also if the block raises an exception."""
    assert python(
        BEGIN
        + """
os.environ["http_proxy"] = ""
os.environb[b"no_proxy"] = b"\\xff"
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ.pop("CSGHUB_DOMAIN", None)
before = dict(os.environb)
try:
    with hubcache.local_hub(offline=True) as hub:
        inside = {name: os.environ.get(name) for name in hub.variables}
        assert inside == hub.variables and inside["HF_HUB_OFFLINE"] is None
        os.environ["CSGHUB_DOMAIN"] = "mine"
        raise KeyError
except KeyError:
    result = dict(os.environb) == before
"""
    )


def test_nested_local_hubs(python):  # noqa: F811
    assert python(
        BEGIN
        + """
before = dict(os.environ)
with hubcache.local_hub(offline=True) as outer:
    between = dict(os.environ)
    with hubcache.local_hub(offline=True) as inner:
        assert os.environ["STUDIO_GIT_HOST"] == inner.url != outer.url
    assert dict(os.environ) == between and answers(outer.url)
result = dict(os.environ) == before
"""
    )


def test_the_first_of_two_ends_first(python):  # noqa: F811
    """The variables lead to the second until its end."""
    assert python(
        BEGIN
        + """
before = dict(os.environ)
first = hubcache.local_hub(offline=True).start()
second = hubcache.local_hub().start()
first.stop()
assert os.environ["STUDIO_GIT_HOST"] == second.url and answers(second.url)
second.stop()
result = dict(os.environ) == before
"""
    )


def test_errors(python):  # noqa: F811
    """No variable is changed, and no process is left."""
    got = python(
        BEGIN
        + """
before = dict(os.environ)
result = []
def fails(call):
    try:
        call()
    except (hubcache.Error, TypeError) as error:
        result.append([type(error).__name__, str(error)])
fails(lambda: hubcache.local_hub(offline=1))
fails(lambda: hubcache.local_hub(upstream="nonsense").start())
hub = hubcache.local_hub(offline=True)
fails(lambda: hub.url)
with hub:
    fails(hub.start)
fails(lambda: hub.variables)
executable, sys.executable = sys.executable, "/bin/false"
fails(hub.start)
sys.executable = ""
fails(hub.start)
assert dict(os.environ) == before and children() == []
"""
    )
    kinds = ["TypeError", "UsageError", "UsageError", "UsageError", "UsageError", "Error", "Error"]
    assert [kind for kind, _ in got] == kinds
    texts = [text for _, text in got]
    assert "offline must be a bool" in texts[0] and "nonsense" in texts[1]
    assert texts[2] == texts[4] == "the local hub is not running; call start()"
    assert "already running at http://127.0.0.1:" in texts[3] and "start() and stop()" in texts[3]
    assert "did not start" in texts[5] and "sys.executable" in texts[6]


def test_the_log_of_the_local_hub(python, scene):  # noqa: F811
    """It says which repo was requested in vain."""
    assert "someone/else" in "".join(
        python(
            BEGIN
            + """
import logging, urllib.request
result = []
class Keep(logging.Handler):
    def emit(self, record):
        result.append(record.getMessage())
logging.getLogger("hubcache").addHandler(Keep())
logging.getLogger("hubcache").setLevel(logging.INFO)
with hubcache.local_hub(offline=True) as hub:
    try:
        urllib.request.urlopen(hub.url + "/api/v1/repos/someone/else/git/trees/master")
    except OSError:
        pass
"""
        )
    )


# --- the end of this process

STARTED = """
import os, sys, time
import hubcache
hub = hubcache.local_hub(offline=True).start()
print(hub.url, flush=True)
"""


@pytest.mark.parametrize(
    "end,exit_code",
    [
        ("", 0),
        ("raise SystemExit(3)", 3),
        ("os._exit(4)", 4),
        ("os.kill(os.getpid(), 9)", -9),
        ("import signal; os.killpg(0, signal.SIGKILL)", -9),
    ],
)
def test_the_local_hub_ends_with_this_process(python, end, exit_code):  # noqa: F811
    run = subprocess.run(
        [python.environment / "bin" / "python", "-X", "dev", "-c", STARTED + end],
        env=python.env,
        cwd=python.folder,
        text=True,
        capture_output=True,
        timeout=60,
        start_new_session=True,
    )
    assert (run.returncode, run.stderr) == (exit_code, "")
    wait_until(lambda: not is_answering(run.stdout.strip()))


def test_a_fork_does_not_end_the_local_hub(python):  # noqa: F811
    assert python(
        BEGIN
        + """
with hubcache.local_hub(offline=True) as hub:
    child = os.fork()
    if child == 0:
        hub.stop()
        os._exit(0 if "HUBCACHE_LOCAL_HUB" not in os.environ else 1)
    assert os.waitpid(child, 0)[1] == 0
    result = answers(hub.url)
"""
    )


def test_ctrl_c_does_not_end_the_local_hub(python):  # noqa: F811
    """A terminal, and the interrupt of a Jupyter kernel, send SIGINT to the whole process group."""
    with subprocess.Popen(
        [
            python.environment / "bin" / "python",
            "-c",
            STARTED.replace("print", "try:\n    print")
            + "    time.sleep(60)\nexcept KeyboardInterrupt:\n    print(flush=True)\n    input()",
        ],
        env=python.env,
        cwd=python.folder,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        url = process.stdout.readline().strip()
        os.killpg(process.pid, signal.SIGINT)
        assert process.stdout.readline() == "\n"
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        assert [os.getpgid(int(child)) == process.pid for child in children] == [False]
        assert is_answering(url)
        process.communicate("\n", timeout=60)
    assert process.returncode == 0 and not is_answering(url)


def test_modules_beside_the_program_are_not_those_of_the_local_hub(python):  # noqa: F811
    """A notebook's folder may have a json.py of its own."""
    for name in ("logging", "threading", "hubcache"):
        (python.folder / f"{name}.py").write_text("raise SystemExit('wrong module')\n")
    run = subprocess.run(
        [python.environment / "bin" / "python", "-c", "import sys\nsys.path.remove('')\n" + STARTED],
        env=python.env,
        cwd=python.folder,
        text=True,
        capture_output=True,
    )
    assert (run.returncode, run.stderr) == (0, "") and "http://127.0.0.1:" in run.stdout


# --- clients that are imported already


def test_a_warning_names_a_client_that_has_read_its_variable(python, hf_scene, hf_hub):  # noqa: F811
    """aistudio_sdk, which reads the variable at each call, is not named, nor is a client that is not imported."""
    env = with_client("huggingface-hub-2.4.0") | {"HF_ENDPOINT": hf_hub.url, "HF_HUB_DISABLE_PROGRESS_BARS": "1"}
    [[category, text, file, line], *others] = python(
        BEGIN
        + """
import types
sys.modules["aistudio_sdk"] = types.ModuleType("aistudio_sdk")
import huggingface_hub.constants
with hubcache.local_hub(offline=True):  # here
    pass
result = warned
""",
        env=env,
    )
    assert (category, file, others) == ("ImportedClientWarning", "script.py", []) and line.endswith("# here")
    assert "huggingface_hub" in text and "HF_ENDPOINT at import" in text and hf_hub.url in text
    assert "Restart the kernel" in text and 'endpoint=os.environ["HF_ENDPOINT"]' in text


def test_the_next_step_of_the_warning_works(python, hf_scene, hf_hub):  # noqa: F811
    """With endpoint=, huggingface_hub gets the adopted files from the local hub, into an empty cache."""
    env = with_client("huggingface-hub-2.4.0") | {"HF_ENDPOINT": hf_hub.url, "HF_HUB_DISABLE_PROGRESS_BARS": "1"}
    mark = hf_hub.mark()
    folder = python(
        BEGIN
        + f"""
import huggingface_hub.constants
with hubcache.local_hub(offline=True):
    assert len(warned) == 1
    result = huggingface_hub.snapshot_download({HF_REPO!r}, endpoint=os.environ["HF_ENDPOINT"], cache_dir="empty")
""",
        env=env,
    )
    assert hf_scene.lost(Path(folder)) == set()
    # huggingface_hub asks this once in a process, of the hub that it has read at its import.
    assert {request.path for request in hf_hub.log.since(mark)} <= {"/api/agent-harnesses"}


def test_no_warning_if_the_client_is_imported_afterwards(python, hf_scene, hf_hub):  # noqa: F811
    """The client works in the first block and in the next one, too. A warning after the first block says that it has
    no hub now, and only once."""
    env = with_client("huggingface-hub-2.4.0") | {"HF_ENDPOINT": hf_hub.url, "HF_HUB_DISABLE_PROGRESS_BARS": "1"}
    mark = hf_hub.mark()
    first, second, during, after = python(
        BEGIN
        + f"""
import huggingface_hub
with hubcache.local_hub(offline=True):
    first = huggingface_hub.snapshot_download({HF_REPO!r}, cache_dir="one")
    during = len(warned)
with hubcache.local_hub(offline=True):
    second = huggingface_hub.snapshot_download({HF_REPO!r}, cache_dir="two")
result = [first, second, during, warned]
""",
        env=env,
    )
    assert hf_scene.lost(Path(first)) == hf_scene.lost(Path(second)) == set()
    assert during == 0 and hf_hub.log.since(mark) == []
    [[category, text, file, _]] = after
    assert (category, file) == ("ImportedClientWarning", "script.py") and "no longer answers" in text


def test_a_warning_about_modelscope_before_1_38(python):  # noqa: F811
    [[_, text, *_]] = python(
        BEGIN + "import modelscope\nwith hubcache.local_hub(offline=True):\n    pass\nresult = warned",
        env=with_client("modelscope-1.37.1"),
    )
    assert "modelscope before 1.38" in text and "hubcache run" in text


def test_a_warning_as_an_error_leaves_nothing(python, hf_scene):  # noqa: F811
    assert python(
        BEGIN
        + """
import huggingface_hub.constants
before = dict(os.environ)
warnings.simplefilter("error")
try:
    hubcache.local_hub(offline=True).start()
except hubcache.ImportedClientWarning:
    result = [dict(os.environ) == before, children()]
""",
        env=with_client("huggingface-hub-2.4.0"),
    ) == [True, []]
