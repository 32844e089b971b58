"""`pip install .` installs the command and the Python package hubcache."""

import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from home import read_msc
from installed import ROOT, environment, mypy, python  # noqa: F401 (fixtures)
from scene import ALL, FILES, NESTED, REPO, Scene, write

from adoption import ok, tree


@pytest.fixture
def scene(hub, home) -> Scene:
    return Scene(hub, home)


# --- what is installed


def test_the_command_is_the_real_one(environment, python):  # noqa: F811
    command = environment / "bin" / "hubcache"
    assert command.read_bytes()[:4] == b"\x7fELF"
    run = subprocess.run([command, "--version"], env=python.env, text=True, capture_output=True)
    assert run.stdout == f"hubcache {python('result = hubcache.__version__')}\n"


def test_the_library_exports_the_c_interface_alone(environment):  # noqa: F811
    [library] = environment.glob("lib/python*/site-packages/hubcache/*.so")
    run = subprocess.run(["nm", "--dynamic", "--defined-only", library], text=True, capture_output=True, check=True)
    names = ["hubcache_call", "hubcache_free", "hubcache_interface_version", "hubcache_version"]
    assert [line.split()[1:] for line in run.stdout.splitlines()] == [["T", name] for name in names]


def test_every_command_is_a_function(python, hubcache):  # noqa: F811
    """Each subcommand in --help has a documented function. Some functions have the name of the C++ function."""
    commands = set(re.findall(r"^  ([a-z]+) ", hubcache("--help").stdout.partition("Subcommands:")[2], re.M))
    names = {"hash": "hash_files", "env": "local_hub_variables", "cache": "cache_stats", "store": "list_store"}
    names |= {"ls": "list_cached", "du": "disk_usage", "rm": "remove_cached"}
    # Scripts of completion are for a shell alone.
    functions = {names.get(command, command) for command in commands - {"completion"}} | {"clear_cache", "predict"}
    assert len(commands) >= 12
    documented = python(
        "result = [name for name in hubcache.__all__ if callable(getattr(hubcache, name)) and getattr(hubcache, name).__doc__]"
    )
    assert functions - set(documented) == set()


def test_nothing_else_is_installed(environment):  # noqa: F811
    packages = next((environment / "lib").glob("python*/site-packages"))
    names = {path.name.split(".")[0] for path in (packages / "hubcache").iterdir() if path.suffix != ".pyc"} - {
        "__pycache__"
    }
    own = {path.name.split(".")[0] for path in (ROOT / "python" / "hubcache").iterdir()} - {"__pycache__"}
    assert names == own | {"libhubcache_c"}
    assert not list(environment.glob("include/hubcache")) and len(list(environment.rglob("libhubcache*"))) == 1


def test_the_wheel_is_for_every_python(environment):  # noqa: F811
    [wheel] = environment.glob("lib/python*/site-packages/hubcache-*.dist-info/WHEEL")
    assert re.search(r"^Tag: py3-none-(many)?linux", wheel.read_text(), re.M)


# --- the functions


def test_adopt_and_release(python, sdk, scene):  # noqa: F811
    report = python(
        "from dataclasses import asdict\nresult = asdict(hubcache.adopt(sys.argv[1], sys.argv[2]))", REPO, scene.user
    )
    assert (report["files"], report["link"], report["pin"], report["missing"]) == (len(ALL), "symlink", True, [])
    assert (report["place"], report["folder"]) == (str(scene.place), str(scene.user))
    got = sdk.snapshot_download(REPO)
    assert (got.error, got.downloads, scene.lost(scene.place)) == (None, set(), set())
    assert python("result = hubcache.release(sys.argv[1]).removed", REPO) == len(ALL)
    assert sdk.snapshot_download(REPO).downloads == ALL


@pytest.mark.parametrize(
    "options,holds",
    [
        ("dry_run=True", lambda scene: not scene.place.exists()),
        ("link='copy'", lambda scene: not (scene.place / "README.md").is_symlink()),
        ("pin=False", lambda scene: "" not in {one["Revision"] for one in read_msc(scene.place)}),
        ("include='inference/**'", lambda scene: {one["Path"] for one in read_msc(scene.place)} == NESTED),
        ("exclude=['inference/']", lambda scene: {one["Path"] for one in read_msc(scene.place)} == ALL - NESTED),
        ("revision='v1'", lambda scene: "ref=v1" in scene_requests(scene) or "/tags/v1" in scene_requests(scene)),
        ("offline=True", lambda scene: scene_requests(scene) == ""),
        ("repo_type='dataset'", lambda scene: scene.home.place(REPO, "datasets").exists() and not scene.place.exists()),
        (
            "target=None, revision=None",
            lambda scene: (scene.place / ".mdl").exists() and "trees/master" in scene_requests(scene),
        ),
        ("include=[Path('inference')]", lambda scene: {one["Path"] for one in read_msc(scene.place)} == NESTED),
        ("target='aistudio-dir', place='local'", lambda scene: (scene.home.path / "local" / ".msc").exists()),
        ("target='aistudio-dir', place='~/local'", lambda scene: (scene.home.path / "~" / "local" / ".msc").exists()),
        (
            "target='hf-dir', place='~/local', offline=True",
            lambda scene: (scene.home.path / "local" / "README.md").exists(),
        ),
    ],
)
def test_options_are_the_commands(python, scene, hub, options, holds):  # noqa: F811
    scene.remote.tag("v1")
    scene.hub = hub
    python(
        f"from pathlib import Path\nresult = str(hubcache.adopt(sys.argv[1], sys.argv[2], {options}))", REPO, scene.user
    )
    assert holds(scene)


def test_a_tilde_in_the_name_of_the_users_folder(python, scene):  # noqa: F811
    assert python("result = str(hubcache.adopt(sys.argv[1], '~/my-model').folder)", REPO) == str(scene.user)


def scene_requests(scene: Scene) -> str:
    return " ".join(request.path for request in scene.hub.log.since(0))


def test_in_place_take_and_restore(python, sdk, scene):  # noqa: F811
    scene.put("copy")
    assert python("result = hubcache.adopt(sys.argv[1], sys.argv[2], pin=False).in_place", REPO, scene.place) is True
    scene.push()
    assert sdk.snapshot_download(REPO).downloads == {"README.md"}
    assert python(
        """
try:
    hubcache.adopt(sys.argv[1], sys.argv[2])
except hubcache.ConflictError as error:
    result = error.hint
""",
        REPO,
        scene.place,
    ).startswith("to restore your versions, run hubcache restore ")
    assert python("result = hubcache.adopt(sys.argv[1], sys.argv[2], take='mine').pin", REPO, scene.place) is True
    assert scene.lost(scene.place) == set()
    (scene.place / ".msc").unlink()
    assert sdk.snapshot_download(REPO).downloads == ALL
    assert python("result = hubcache.restore(sys.argv[1]).restored", REPO) == len(ALL)
    assert scene.lost(scene.place) == set()


def test_status_and_predict(python, scene):  # noqa: F811
    python("result = hubcache.adopt(sys.argv[1], sys.argv[2]).files", REPO, scene.user)
    got = python(
        """
[repo] = hubcache.status().repos
files = hubcache.predict(sys.argv[1])
result = [repo.state, str(repo.adoption.folder), repo.hub_moved_on, hubcache.status(sys.argv[1], offline=True).repos[0].hub_moved_on,
          {file.path: [file.snapshot.action, file.single_file.reason] for file in files}]
""",
        REPO,
    )
    assert got == ["adopted", str(scene.user), False, None, {path: ["accepts", "exact_record"] for path in FILES}]


def test_without_a_target_all_are_meant(python, scene):  # noqa: F811
    """A repo that was adopted for aistudio-dir is found by its name alone, as with the command."""
    scene.put("copy")
    folder = scene.home.path / "local"
    os.rename(scene.place, folder)
    assert python(
        """
assert hubcache.mk_aistudio_cache_file(*sys.argv[1:]) == (True, '成功写入cache')
[repo] = hubcache.status().repos
[same] = hubcache.status(sys.argv[1]).repos
assert repo == same and hubcache.status(target='aistudio').repos == []
done = hubcache.release(sys.argv[1])
result = [repo.target, repo.state, done.target, done.place, hubcache.status().repos]
""",
        REPO,
        folder,
    ) == ["aistudio-dir", "adopted", "aistudio-dir", str(folder), []]


def test_several_targets_have_to_be_told_apart(python, scene):  # noqa: F811
    assert python(
        """
hubcache.adopt(sys.argv[1], sys.argv[2])
hubcache.adopt(sys.argv[1], sys.argv[2], target='fastdeploy')
try:
    hubcache.release(sys.argv[1])
except hubcache.UsageError:
    result = sorted(hubcache.release(sys.argv[1], target=target).target for target in ('aistudio', 'fastdeploy'))
""",
        REPO,
        scene.user,
    ) == ["aistudio", "fastdeploy"]


def test_hf_names_go_to_hugging_faces_cache(python, scene):  # noqa: F811
    assert python("result = hubcache.adopt('hf:a/b', sys.argv[1], offline=True).target", scene.user) == "huggingface"
    assert python("result = [one.on_hub for one in hubcache.predict('hf:a/b', offline=True)]") == [None] * len(ALL)
    assert python("result = hubcache.release('hf:a/b').removed") > 0


def test_a_copy_is_logged(python, scene):  # noqa: F811
    """A copy is logged through Python's logging at INFO. A failing handler does not make the adoption fail."""
    script = "import hubcache, logging, sys\n{}\nhubcache.adopt(sys.argv[1], sys.argv[2], link='copy')\nhubcache.release(sys.argv[1])"
    shown = python.run(script.format("logging.basicConfig(level=logging.INFO)"), REPO, scene.user)
    assert shown.stderr.startswith(f"INFO:hubcache:copying {len(ALL)} files, ")
    broken = (
        "class Broken(logging.Handler):\n    emit = None\nlogging.basicConfig(level=logging.INFO, handlers=[Broken()])"
    )
    assert python.run(script.format(broken), REPO, scene.user).returncode == 0


def test_nothing_is_written_to_stdout_or_stderr(python, scene, hub):  # noqa: F811
    """Neither the package nor the C++ library writes to stdout or stderr, whether a call succeeds or fails."""
    write(scene.place / "README.md", b"in the way")
    silent = python.run(
        f"""
import hubcache, sys
repo, folder = {REPO!r}, {str(scene.user)!r}
hubcache.adopt(repo, folder, link="copy")
for function in hubcache.status, hubcache.refresh, hubcache.verify, hubcache.predict:
    function(repo)
hubcache.targets(), hubcache.doctor(), hubcache.hash_files(folder), hubcache.cache_stats(), hubcache.clear_cache()
hubcache.run(["true"], offline=True)
hubcache.release(repo)
for call in (lambda: hubcache.release(repo), lambda: hubcache.adopt("ctbots/unknown", folder), lambda: hubcache.run(["/nowhere"]),
             lambda: hubcache.adopt(repo, folder, match=True), lambda: hubcache.local_hub_variables(9)):
    try:
        call()
    except hubcache.Error:
        pass
""",
        env={"HUBCACHE_LOG": "trace", "HUBCACHE_STATE": str(scene.user / "README.md")},
    )
    assert (silent.returncode, silent.stdout, silent.stderr) == (0, "", "")
    assert len(hub.log) > 10


def test_refresh(python, sdk, scene):  # noqa: F811
    """Without a pin the SDK would download the file after a push; after refresh it does not."""
    python("result = hubcache.adopt(sys.argv[1], sys.argv[2], pin=False).files", REPO, scene.user)
    scene.push()
    write(scene.user / "new.txt", b"new")
    assert python(
        """
[stale] = hubcache.refresh(check=True).repos
[done] = hubcache.refresh(sys.argv[1]).repos
[again] = hubcache.refresh().repos
result = [stale.stale, stale.added, done.stale, done.added, done.error, again.stale, str(done.folder)]
""",
        REPO,
    ) == [True, 1, True, 1, None, False, str(scene.user)]
    got = sdk.snapshot_download(REPO)
    assert (got.error, got.downloads, scene.lost(scene.place)) == (None, set(), set())


def test_a_repo_that_cannot_be_refreshed_has_an_error(python, scene):  # noqa: F811
    python("result = hubcache.adopt(sys.argv[1], sys.argv[2]).files", REPO, scene.user)
    os.rename(scene.user, scene.home.path / "moved")
    assert python("""
[repo] = hubcache.refresh().repos
result = [type(repo.error).__name__, repo.error.code, repo.error.message, bool(repo.error.hint)]
""") == ["Error", 1, f"the adopted folder '{scene.user}' does not exist", True]


def test_verify(python, scene):  # noqa: F811
    write(scene.user / "extra.txt", b"extra")
    (scene.user / "config.json").unlink()
    [repo, error] = python(
        """
from dataclasses import asdict
[repo] = hubcache.verify(sys.argv[1], local_dir=sys.argv[2]).repos
try:
    hubcache.verify(sys.argv[1], local_dir='nowhere')
except hubcache.Error as problem:
    error = problem.code
result = [asdict(repo), error]
""",
        REPO,
        scene.user,
    )
    assert (repo["edited"], repo["missing"], repo["extra"], repo["asked_hub"], repo["error"], error) == (
        len(FILES) - 1,
        1,
        1,
        True,
        None,
        1,
    )
    assert {
        file["path"]: file["comparison"] for file in repo["files"] if file["comparison"] in ("missing", "extra")
    } == {"config.json": "missing", "extra.txt": "extra"}


def test_hash_files_and_the_cache(python, scene):  # noqa: F811
    folder = scene.home.path / "hashed"
    contents = {b"plain": b"abc", b"a-\xff": b"", "模型".encode(): b"x" * 5000}
    for name, content in contents.items():
        write(Path(os.fsdecode(os.fsencode(folder) + b"/" + name)), content)
    got = python(
        """
import os
report = hubcache.hash_files(sys.argv[1], sys.argv[1] + "/none", git=True)
default = hubcache.hash_files(sys.argv[1])
stats = hubcache.cache_stats()
hubcache.clear_cache()
result = {"files": {os.fsencode(file.path.name).hex(): [file.size, file.git, file.sha256] for file in report.files},
          "sha256": {os.fsencode(file.path.name).hex(): file.sha256 for file in default.files},
          "unhashed": [file.why for file in report.unhashed], "file": stats.file.name, "left": hubcache.cache_stats().files}
""",
        folder,
    )
    assert got["files"] == {name.hex(): [len(content), git_id(content), None] for name, content in contents.items()}
    assert got["sha256"] == {name.hex(): hashlib.sha256(content).hexdigest() for name, content in contents.items()}
    assert len(got["unhashed"]) == 1 and "none" in got["unhashed"][0] and got["file"] and got["left"] == 0


def git_id(content: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()


def test_targets(python, hubcache):  # noqa: F811
    told = ok(hubcache("targets", "--json", "--python", python.environment / "bin/python"))
    got = python("""
from dataclasses import asdict
result = asdict(hubcache.targets(python=sys.executable))
""")
    assert got == {name: value for name, value in told.items() if name != "schema"}


def test_doctor(python, hubcache, home):  # noqa: F811
    write(home.path / ".cache/huggingface/token", b"hf_secret")
    told = json.loads(hubcache("doctor", "--json", "--offline").stdout)
    got = python("""
from dataclasses import asdict
report = hubcache.doctor(offline=True)
result = [asdict(report), str(report), report._repr_html_()]
""")
    report, text, html = got
    for hub in report["hubs"]:
        hub["token"]["from"] = hub["token"].pop("from_")
    assert report["hubs"][1] == told["hubs"][1] and report["hubs"][1]["token"]["from"] == "~/.cache/huggingface/token"
    assert {*report, "schema"} == set(told) and report["wrong"] == told["wrong"]
    assert "findings (" in text and "<table>" in html and "hf_secret" not in text + html


def test_run(python, sdk, scene):  # noqa: F811
    """With another, empty cache, the SDK gets the adopted files from the local hub."""
    python("result = hubcache.adopt(sys.argv[1], sys.argv[2]).files", REPO, scene.user)
    script = "import sys; from aistudio_sdk.snapshot_download import snapshot_download; snapshot_download(repo_id=sys.argv[1])"
    elsewhere = scene.home.path / "elsewhere"
    words = ["env", f"AISTUDIO_CACHE_HOME={elsewhere}", str(sdk.venv / "bin/python"), "-c", script, REPO]
    assert python("result = hubcache.run(sys.argv[1:], offline=True)", *words) == 0
    assert scene.lost(elsewhere / "models" / REPO) == set()
    assert python("result = hubcache.run(['sh', '-c', 'exit 7'], offline=True)") == 7
    assert python("result = hubcache.run(['/nowhere'])") == 127


OTHER_THREAD = """
import signal, threading
threading.Thread(target=threading.Event().wait, daemon=True).start()
"""


def test_run_beside_other_threads(python, scene):  # noqa: F811
    """A notebook has other threads. The kernel gives them the signals of the process, since run() blocks them in its own."""
    assert python(OTHER_THREAD + "result = hubcache.run(['sh', '-c', 'sleep 0.1; exit 7'], offline=True)") == 7
    words = ["sh", "-c", "kill -INT $PPID; exec sleep 60"]
    assert python(OTHER_THREAD + "result = hubcache.run(sys.argv[1:], offline=True)", *words) == 128 + 2
    assert python(
        OTHER_THREAD
        + """
import subprocess
before = signal.getsignal(signal.SIGTERM), signal.pthread_sigmask(signal.SIG_BLOCK, [])
hubcache.run(['true'], offline=True)
assert subprocess.run(['sh', '-c', 'kill -TERM $$']).returncode == -15
result = (signal.getsignal(signal.SIGTERM), signal.pthread_sigmask(signal.SIG_BLOCK, [])) == before"""
    )


NO_PIDFD = """
import ctypes, errno, struct
libc = ctypes.CDLL(None)
pidfd_open = 434
steps = [(0x20, 0, 0, 0), (0x15, 0, 1, pidfd_open), (0x06, 0, 0, 0x00050000 | errno.ENOSYS), (0x06, 0, 0, 0x7FFF0000)]
program = b"".join(struct.pack("=HBBI", *step) for step in steps)
text = ctypes.create_string_buffer(program, len(program))
filter = ctypes.create_string_buffer(struct.pack("@HP", len(steps), ctypes.addressof(text)))
assert libc.prctl(38, 1, 0, 0, 0) == 0 and libc.prctl(22, 2, filter) == 0  # PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP
"""


def test_run_on_linux_before_5_3(python, scene):  # noqa: F811
    assert (
        python(NO_PIDFD + OTHER_THREAD + "result = hubcache.run(['sh', '-c', 'sleep 0.1; exit 7'], offline=True)") == 7
    )


def test_serve_and_its_variables(python, scene):  # noqa: F811
    assert (
        python("""
import os, signal, threading
seen = []
def ask(url):
    seen.append([url, hubcache.local_hub_variables(int(url.rpartition(":")[2]))["STUDIO_GIT_HOST"]])
    os.kill(os.getpid(), signal.SIGTERM)
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])  # as serve() does in its own thread
hubcache.serve(0, offline=True, ready=lambda url: threading.Thread(target=ask, args=[url]).start())
[[url, host]] = seen
result = url == host
""")
        is True
    )


def test_the_environment_of_each_call(python, scene):  # noqa: F811
    places = python(
        """
import os
result = []
for folder in ("one", "two"):
    os.environ["AISTUDIO_CACHE_HOME"] = folder
    result.append(hubcache.adopt(sys.argv[1], sys.argv[2]).place)
""",
        REPO,
        scene.user,
    )
    assert places == [str(scene.home.path / folder / "models" / REPO) for folder in ("one", "two")]


def test_python_runs_on_meanwhile(python, scene):  # noqa: F811
    """The hub is a thread of the calling process: it could not answer if the call held Python's lock."""
    report = python(
        f"""
import os
sys.path.insert(0, {str(Path(__file__).parent)!r})
from hubdouble import Hub
with Hub() as hub:
    hub.repo(sys.argv[1]).push({{"README.md": b"text"}})
    os.environ["STUDIO_GIT_HOST"] = hub.url
    result = hubcache.adopt(sys.argv[1], sys.argv[2]).requests
""",
        REPO,
        scene.user,
    )
    assert report > 0


# --- errors


def test_an_error_of_match_has_the_files_that_differ(python, scene):  # noqa: F811
    """The exception has the same list as Error in hubcache.h."""
    write(scene.user / "extra.txt", b"extra")
    assert python(
        """
import pickle
try:
    hubcache.adopt(sys.argv[1], sys.argv[2], match=True)
except hubcache.DifferenceError as error:
    again = pickle.loads(pickle.dumps(error))
    assert again.unmatched == error.unmatched and isinstance(error.unmatched[0], hubcache.VerifiedFile)
    result = {file.path: file.comparison for file in error.unmatched}
""",
        REPO,
        scene.user,
    ) == {path: "edited" for path in FILES} | {"extra.txt": "extra"}


def test_an_error_says_whether_the_hub_answered(python, scene, hub):  # noqa: F811
    """The exception says whether the hub answered and refused, so that a caller knows whether to try again. It has no
    errno if no system call failed."""
    script = """
try:
    hubcache.adopt(sys.argv[1], sys.argv[2])
except hubcache.HubError as error:
    result = [error.unanswered, error.refused, error.errno, error.unmatched]
"""
    assert python(script, "ctbots/unknown", scene.user) == [False, True, None, []]
    hub.fault("/api/v1/repos", status=500)
    assert python(script, REPO, scene.user) == [True, False, None, []]


@pytest.mark.parametrize(
    "call,kind,code,message",
    [
        ("hubcache.adopt('no-id', 'my-model')", "UsageError", 2, "no-id"),
        ("hubcache.adopt(REPO, 'my-model', link='rope')", "UsageError", 2, "rope"),
        ("hubcache.adopt(REPO, 'my-model', take='none')", "UsageError", 2, "none"),
        ("hubcache.adopt(REPO, 'my-model', place='x')", "UsageError", 2, "fixed cache folder"),
        ("hubcache.adopt(REPO, 'my-model', target='aistudio-dir')", "UsageError", 2, "local_dir"),
        ("hubcache.adopt('hf:a/b', 'my-model', target='aistudio')", "UsageError", 2, "Hugging Face"),
        ("hubcache.predict('hf:a/b', target='aistudio')", "UsageError", 2, "Hugging Face"),
        ("hubcache.adopt(REPO, 'my-model', revision='')", "UsageError", 2, "revision"),
        ("hubcache.predict(REPO, revision='')", "UsageError", 2, "revision"),
        ("hubcache.adopt(REPO, 'my-model', repo_type='space')", "UsageError", 2, "space"),
        ("hubcache.adopt(REPO, b'model-\\xff'.decode(errors='surrogateescape'))", "Error", 1, r"model-\xff"),
        ("hubcache.adopt(REPO, 'my-model', match=True, offline=True)", "UsageError", 2, "match conflicts with offline"),
        ("hubcache.adopt(REPO, 'my-model', link='rope')", "UsageError", 2, "invalid link value: 'rope'"),
        ("hubcache.adopt(REPO, 'nowhere')", "Error", 1, "folder not found: 'nowhere'"),
        (
            "hubcache.adopt(REPO, 'my-model', include='README.md', require_complete=True)",
            "DifferenceError",
            3,
            "lacks 4 files",
        ),
        ("hubcache.adopt('ctbots/unknown', 'my-model')", "HubError", 4, "unknown"),
        ("hubcache.release(REPO)", "Error", 1, "is not adopted"),
        (
            "hubcache.run(['true'], offline=True, upstream='http://127.0.0.1:1')",
            "UsageError",
            2,
            "upstream conflicts with offline",
        ),
        (
            "hubcache.local_hub(offline=True, upstream='http://127.0.0.1:1').start()",
            "UsageError",
            2,
            "upstream conflicts with offline",
        ),
        ("hubcache.predict('ctbots/unknown')", "HubError", 4, "unknown"),
    ],
)
def test_errors(python, scene, call, kind, code, message):  # noqa: F811
    os.mkdir(os.fsencode(scene.home.path) + b"/model-\xff")
    before = tree(scene.home.path)
    got = python(f"""
import pickle
REPO = {REPO!r}
try:
    {call}
except hubcache.Error as error:
    again = pickle.loads(pickle.dumps(error))
    assert (again.code, again.message, again.hint) == (error.code, error.message, error.hint)
    assert isinstance(error.code, hubcache.ErrorCode) and error.message in str(error) and error.hint in str(error)
    result = [type(error).__name__, error.code, error.message, error.hint]
""")
    assert got[:2] == [kind, code] and message in got[2] and got[3] != ""
    assert "--" not in got[2] + got[3] or "hubcache" in got[3]  # options belong to commands only
    after = tree(scene.home.path)
    assert {name: what for name, what in after.items() if name != "script.py"} == before


def test_release_of_one_of_several_targets_names_them(python, scene):  # noqa: F811
    got = python(f"""
for target in ("aistudio", "paddlex"):
    hubcache.adopt({REPO!r}, 'my-model', target=target)
try:
    hubcache.release({REPO!r})
except hubcache.UsageError as error:
    result = [error.message, error.hint]
""")
    assert got == [f"{REPO} is adopted for several targets: aistudio, paddlex", "add target aistudio"]


@pytest.mark.parametrize(
    "call,kind,message",
    [
        ("adopt(None, 'my-model')", "TypeError", "repo_id must be a str, not NoneType"),
        ("adopt(REPO, None)", "TypeError", "folder must be a str or os.PathLike, not NoneType"),
        (
            "adopt(REPO, 'my-model', place=1, target='aistudio-dir')",
            "TypeError",
            "place must be a str or os.PathLike, not int",
        ),
        ("adopt(REPO, 'my-model', target=['aistudio'])", "TypeError", "target must be a str, not list"),
        (
            "adopt(REPO, 'my-model', include=5)",
            "TypeError",
            "include must be a pattern or an iterable of patterns, not int",
        ),
        ("adopt(REPO, 'my-model', exclude=[b'*'])", "TypeError", "exclude must be a str, not bytes"),
        ("adopt(REPO, 'my-model', pin=0)", "TypeError", "pin must be a bool, not int"),
        ("adopt(REPO, 'my-model', link=None)", "TypeError", "link must be a str, not NoneType"),
        ("adopt('ctbots/\\udcff', 'my-model')", "ValueError", "repo_id is not valid Unicode: 'ctbots/\\udcff'"),
        ("adopt(REPO, '\\ud800')", "ValueError", "folder is not valid Unicode: '\\ud800'"),
        ("adopt(REPO, 'my-model\\0x')", "ValueError", "embedded null byte in folder"),
        ("release(REPO, repo_type=1)", "TypeError", "repo_type must be a str, not int"),
        ("restore(1)", "TypeError", "repo_id must be a str, not int"),
        ("status(REPO, None)", "TypeError", "repo_ids must be a str, not NoneType"),
        ("status(['a/b'])", "TypeError", "repo_ids are separate arguments, not a list: pass *repo_ids"),
        ("hash_files([])", "TypeError", "paths are separate arguments, not a list: pass *paths"),
        ("predict(REPO, offline='yes')", "TypeError", "offline must be a bool, not str"),
        ("compute_hash('my-model/README.md\\0')", "ValueError", "embedded null byte"),
        ("refresh(1)", "TypeError", "repo_ids must be a str, not int"),
        ("verify(REPO, local_dir=1)", "TypeError", "local_dir must be a str or os.PathLike, not int"),
        ("hash_files('my-model', None)", "TypeError", "paths must be a str or os.PathLike, not NoneType"),
        ("targets(python=1)", "TypeError", "python must be a str or os.PathLike, not int"),
        ("run('true')", "TypeError", "command must be a sequence of words, not str"),
        ("serve(70000)", "ValueError", "port is not a port: 70000"),
        ("local_hub_variables('8477')", "TypeError", "port must be an int, not str"),
    ],
)
def test_wrong_arguments_are_told_by_name(python, scene, call, kind, message):  # noqa: F811
    assert python(f"""
REPO = {REPO!r}
try:
    hubcache.{call}
except Exception as error:
    result = [type(error).__name__, str(error)]
""") == [kind, message]
    assert not scene.place.exists()


# --- types


def test_the_package_is_clean_under_mypy():
    run = mypy(Path(sys.prefix), ROOT / "python" / "hubcache")  # an environment with pytest, for the plugin
    assert run.returncode == 0, run.stdout


def test_a_program_is_checked(environment, tmp_path):  # noqa: F811
    program = tmp_path / "program.py"
    write(
        program,
        b"""import hubcache
size: int | None = hubcache.adopt("a/b", "folder", link="copy").missing[0].size
hubcache.adopt("a/b", "folder", link="rope")
ok, text = hubcache.mk_aistudio_cache_file("a/b", "folder")
digest: int = hubcache.compute_hash("file")
""",
    )
    errors = [line.split(":")[1] for line in mypy(environment, program).stdout.splitlines() if ": error:" in line]
    assert errors == ["3", "5"]


def test_results_are_what_their_types_say(python, scene):  # noqa: F811
    write(scene.place / "README.md", b"in the way")
    (scene.user / "config.json").unlink()
    wrong = python(
        """
import dataclasses, typing

def wrong(value, kind, name):
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if dataclasses.is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        return [w for field, hint in hints.items() for w in wrong(getattr(value, field), hint, f"{name}.{field}")] \\
            if type(value) is kind else [name]
    if origin is list:
        return [w for one in value for w in wrong(one, arguments[0], name + "[]")]
    if origin is dict:
        return [w for one, what in value.items() for w in wrong(one, arguments[0], name + "{}") + wrong(what, arguments[1], name + "{}")]
    if origin is typing.Literal:
        return [] if value in arguments else [name]
    if origin is typing.Union:
        return [] if any(not wrong(value, one, name) for one in arguments) else [name]
    return [] if isinstance(value, kind) and (kind is bool or not isinstance(value, bool)) else [name]

def check(function, *arguments):
    return wrong(function(*arguments), typing.get_type_hints(function)["return"], function.__name__)

repo, folder = sys.argv[1:]
assert wrong(hubcache.Verdict("flies", "pin", "", 1), hubcache.Verdict, "v") == ["v.action", "v.loses_local"]
result = check(hubcache.status)
for function, arguments in [(hubcache.adopt, (repo, folder)), (hubcache.status, (repo,)), (hubcache.predict, (repo,)), (hubcache.refresh, ()),
                            (hubcache.verify, (repo,)), (hubcache.targets, ()), (hubcache.doctor, ()), (hubcache.hash_files, (folder,)), (hubcache.cache_stats, ()),
                            (hubcache.release, (repo,))]:
    result += check(function, *arguments)
""",
        REPO,
        scene.user,
    )
    assert wrong == []
