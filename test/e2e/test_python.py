"""`pip install .`: the command, and `import hubcache`."""

import os
import subprocess
from pathlib import Path

import pytest

from adoption import tree
from home import read_msc
from installed import ROOT, SECONDS, environment, mypy, python  # noqa: F401 (fixtures)
from scene import ALL, FILES, NESTED, REPO, Scene, write

pytestmark = pytest.mark.timeout(SECONDS)


@pytest.fixture
def scene(hub, home) -> Scene:
    return Scene(hub, home)


# --- what is installed


def test_the_command_is_the_real_one(environment, python):  # noqa: F811
    command = environment / "bin" / "hubcache"
    assert command.read_bytes()[:4] == b"\x7fELF"
    run = subprocess.run([command, "--version"], env=python.env, text=True, capture_output=True)
    assert run.stdout == f"hubcache {python('result = hubcache.__version__')}\n"


def test_nothing_else_is_installed(environment):  # noqa: F811
    packages = next((environment / "lib").glob("python*/site-packages"))
    names = {path.name.split(".")[0] for path in (packages / "hubcache").iterdir() if path.suffix != ".pyc"} - {"__pycache__"}
    assert names == {path.name.split(".")[0] for path in (ROOT / "python" / "hubcache").iterdir()} - {"__pycache__"}
    assert not list(environment.glob("include/hubcache")) and not list(environment.rglob("libhubcache*"))


# --- the functions


def test_adopt_and_release(python, sdk, scene):  # noqa: F811
    report = python("from dataclasses import asdict\nresult = asdict(hubcache.adopt(sys.argv[1], sys.argv[2]))", REPO, scene.user)
    assert (report["files"], report["link"], report["pin"], report["missing"]) == (len(ALL), "symlink", True, [])
    assert (report["place"], report["folder"]) == (str(scene.place), str(scene.user))
    got = sdk.snapshot_download(REPO)
    assert (got.error, got.downloads, scene.lost(scene.place)) == (None, set(), set())
    assert python("result = hubcache.release(sys.argv[1]).removed", REPO) == len(ALL)
    assert sdk.snapshot_download(REPO).downloads == ALL


@pytest.mark.parametrize("options,holds", [
    ("dry_run=True", lambda scene: not scene.place.exists()),
    ("link='copy'", lambda scene: not (scene.place / "README.md").is_symlink()),
    ("pin=False", lambda scene: "" not in {one["Revision"] for one in read_msc(scene.place)}),
    ("include='inference/**'", lambda scene: {one["Path"] for one in read_msc(scene.place)} == NESTED),
    ("exclude=['inference/']", lambda scene: {one["Path"] for one in read_msc(scene.place)} == ALL - NESTED),
    ("revision='v1'", lambda scene: "ref=v1" in scene_requests(scene) or "/tags/v1" in scene_requests(scene)),
    ("offline=True", lambda scene: scene_requests(scene) == ""),
    ("repo_type='dataset'", lambda scene: scene.home.place(REPO, "datasets").exists() and not scene.place.exists()),
    ("target=None, revision=None", lambda scene: (scene.place / ".mdl").exists() and "trees/master" in scene_requests(scene)),
    ("include=[Path('inference')]", lambda scene: {one["Path"] for one in read_msc(scene.place)} == NESTED),
    ("target='aistudio-dir', place='local'", lambda scene: (scene.home.path / "local" / ".msc").exists()),
    ("target='aistudio-dir', place='~/local'", lambda scene: (scene.home.path / "~" / "local" / ".msc").exists()),
    ("target='hf-dir', place='~/local', offline=True", lambda scene: (scene.home.path / "local" / "README.md").exists()),
])
def test_options_are_the_commands(python, scene, hub, options, holds):  # noqa: F811
    scene.remote.tag("v1")
    scene.hub = hub
    python(f"from pathlib import Path\nresult = str(hubcache.adopt(sys.argv[1], sys.argv[2], {options}))", REPO, scene.user)
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
    assert python("""
try:
    hubcache.adopt(sys.argv[1], sys.argv[2])
except hubcache.ConflictError as error:
    result = error.hint
""", REPO, scene.place).startswith("say --take mine")
    assert python("result = hubcache.adopt(sys.argv[1], sys.argv[2], take='mine').pin", REPO, scene.place) is True
    assert scene.lost(scene.place) == set()
    (scene.place / ".msc").unlink()
    assert sdk.snapshot_download(REPO).downloads == ALL
    assert python("result = hubcache.restore(sys.argv[1]).restored", REPO) == len(ALL)
    assert scene.lost(scene.place) == set()


def test_status_and_predict(python, scene):  # noqa: F811
    python("result = hubcache.adopt(sys.argv[1], sys.argv[2]).files", REPO, scene.user)
    got = python("""
[repo] = hubcache.status().repos
files = hubcache.predict(sys.argv[1])
result = [repo.state, str(repo.adoption.folder), repo.hub_moved_on, hubcache.status(sys.argv[1], offline=True).repos[0].hub_moved_on,
          {file.path: [file.snapshot.action, file.single_file.reason] for file in files}]
""", REPO)
    assert got == ["adopted", str(scene.user), False, None, {path: ["accepts", "exact_record"] for path in FILES}]


def test_without_a_target_all_are_meant(python, scene):  # noqa: F811
    """As with the command: what was adopted for aistudio-dir is found by the repo's name alone."""
    scene.put("copy")
    folder = scene.home.path / "local"
    os.rename(scene.place, folder)
    assert python("""
assert hubcache.mk_aistudio_cache_file(*sys.argv[1:]) == (True, '成功写入cache')
[repo] = hubcache.status().repos
[same] = hubcache.status(sys.argv[1]).repos
assert repo == same and hubcache.status(target='aistudio').repos == []
done = hubcache.release(sys.argv[1])
result = [repo.target, repo.state, done.target, done.place, hubcache.status().repos]
""", REPO, folder) == ["aistudio-dir", "adopted", "aistudio-dir", str(folder), []]


def test_several_targets_have_to_be_told_apart(python, scene):  # noqa: F811
    assert python("""
hubcache.adopt(sys.argv[1], sys.argv[2])
hubcache.adopt(sys.argv[1], sys.argv[2], target='fastdeploy')
try:
    hubcache.release(sys.argv[1])
except hubcache.UsageError:
    result = sorted(hubcache.release(sys.argv[1], target=target).target for target in ('aistudio', 'fastdeploy'))
""", REPO, scene.user) == ["aistudio", "fastdeploy"]


def test_hf_names_go_to_hugging_faces_cache(python, scene):  # noqa: F811
    assert python("result = hubcache.adopt('hf:a/b', sys.argv[1], offline=True).target", scene.user) == "huggingface"
    assert python("result = [one.on_hub for one in hubcache.predict('hf:a/b', offline=True)]") == [True] * len(ALL)
    assert python("result = hubcache.release('hf:a/b').removed") > 0


def test_a_copy_is_announced(python, scene):  # noqa: F811
    script = "import hubcache, sys{}\nhubcache.adopt(sys.argv[1], sys.argv[2], link='copy')\nhubcache.release(sys.argv[1])"
    line = f"hubcache: copying {len(ALL)} files, "
    assert python.run(script.format(""), REPO, scene.user).stderr.startswith(line)
    assert python.run(script.format("; sys.stderr = sys.stdout"), REPO, scene.user).stdout.startswith(line)
    closed = python.run(script.format("; sys.stderr = open('log', 'w'); sys.stderr.close()"), REPO, scene.user)
    assert closed.returncode == 0


def test_the_environment_of_each_call(python, scene):  # noqa: F811
    places = python("""
import os
result = []
for folder in ("one", "two"):
    os.environ["AISTUDIO_CACHE_HOME"] = folder
    result.append(hubcache.adopt(sys.argv[1], sys.argv[2]).place)
""", REPO, scene.user)
    assert places == [str(scene.home.path / folder / "models" / REPO) for folder in ("one", "two")]


def test_python_runs_on_meanwhile(python, scene):  # noqa: F811
    """The hub is a thread of the very process that calls: it could not answer if the call held Python's lock."""
    report = python(f"""
import os
sys.path.insert(0, {str(Path(__file__).parent)!r})
from hubdouble import Hub
with Hub() as hub:
    hub.repo(sys.argv[1]).push({{"README.md": b"text"}})
    os.environ["STUDIO_GIT_HOST"] = hub.url
    result = hubcache.adopt(sys.argv[1], sys.argv[2]).requests
""", REPO, scene.user)
    assert report > 0


# --- errors


@pytest.mark.parametrize("call,kind,code,message", [
    ("hubcache.adopt('no-id', 'my-model')", "UsageError", 2, "no-id"),
    ("hubcache.adopt(REPO, 'my-model', link='rope')", "UsageError", 2, "rope"),
    ("hubcache.adopt(REPO, 'my-model', take='none')", "UsageError", 2, "none"),
    ("hubcache.adopt(REPO, 'my-model', place='x')", "UsageError", 2, "places of its own"),
    ("hubcache.adopt(REPO, 'my-model', target='aistudio-dir')", "UsageError", 2, "local_dir"),
    ("hubcache.adopt('hf:a/b', 'my-model', target='aistudio')", "UsageError", 2, "Hugging Face"),
    ("hubcache.predict('hf:a/b', target='aistudio')", "UsageError", 2, "Hugging Face"),
    ("hubcache.adopt(REPO, 'my-model', revision='')", "UsageError", 2, "revision"),
    ("hubcache.predict(REPO, revision='')", "UsageError", 2, "revision"),
    ("hubcache.adopt(REPO, 'my-model', repo_type='space')", "UsageError", 2, "space"),
    ("hubcache.adopt(REPO, b'model-\\xff'.decode(errors='surrogateescape'))", "Error", 1, r"model-\xff"),
    ("hubcache.adopt(REPO, 'nowhere')", "Error", 1, "there is no folder 'nowhere'"),
    ("hubcache.adopt(REPO, 'my-model', include='README.md', require_complete=True)", "DifferenceError", 3, "lacks 4 files"),
    ("hubcache.adopt('ctbots/unknown', 'my-model')", "HubError", 4, "unknown"),
    ("hubcache.release(REPO)", "Error", 1, "is not adopted"),
    ("hubcache.predict('ctbots/unknown')", "HubError", 4, "unknown"),
])
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
    after = tree(scene.home.path)
    assert {name: what for name, what in after.items() if name != "script.py"} == before


@pytest.mark.parametrize("call,kind,message", [
    ("adopt(None, 'my-model')", "TypeError", "repo_id must be a str, not NoneType"),
    ("adopt(REPO, None)", "TypeError", "folder must be a str or os.PathLike, not NoneType"),
    ("adopt(REPO, 'my-model', place=1, target='aistudio-dir')", "TypeError", "place must be a str or os.PathLike, not int"),
    ("adopt(REPO, 'my-model', target=['aistudio'])", "TypeError", "target must be a str, not list"),
    ("adopt(REPO, 'my-model', include=5)", "TypeError", "include must be a pattern or an iterable of patterns, not int"),
    ("adopt(REPO, 'my-model', exclude=[b'*'])", "TypeError", "exclude must be a str, not bytes"),
    ("adopt(REPO, 'my-model', pin=0)", "TypeError", "pin must be a bool, not int"),
    ("adopt(REPO, 'my-model', link=None)", "TypeError", "link must be a str, not NoneType"),
    ("adopt('ctbots/\\udcff', 'my-model')", "ValueError", "repo_id is no valid Unicode: 'ctbots/\\udcff'"),
    ("adopt(REPO, '\\ud800')", "ValueError", "folder is no valid Unicode: '\\ud800'"),
    ("adopt(REPO, 'my-model\\0x')", "ValueError", "embedded null byte in folder"),
    ("release(REPO, repo_type=1)", "TypeError", "repo_type must be a str, not int"),
    ("restore(1)", "TypeError", "repo_id must be a str, not int"),
    ("status(REPO, None)", "TypeError", "repo_ids must be a str, not NoneType"),
    ("predict(REPO, offline='yes')", "TypeError", "offline must be a bool, not str"),
    ("compute_hash('my-model/README.md\\0')", "ValueError", "embedded null byte"),
])
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


def test_the_package_is_clean_under_mypy(environment):  # noqa: F811
    run = mypy(environment, ROOT / "python" / "hubcache")
    assert run.returncode == 0, run.stdout


def test_a_program_is_checked(environment, tmp_path):  # noqa: F811
    program = tmp_path / "program.py"
    write(program, b"""import hubcache
size: int | None = hubcache.adopt("a/b", "folder", link="copy").missing[0].size
hubcache.adopt("a/b", "folder", link="rope")
ok, text = hubcache.mk_aistudio_cache_file("a/b", "folder")
digest: int = hubcache.compute_hash("file")
""")
    errors = [line.split(":")[1] for line in mypy(environment, program).stdout.splitlines() if ": error:" in line]
    assert errors == ["3", "5"]


def test_results_are_what_their_types_say(python, scene):  # noqa: F811
    write(scene.place / "README.md", b"in the way")
    (scene.user / "config.json").unlink()
    wrong = python("""
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
for function, arguments in [(hubcache.adopt, (repo, folder)), (hubcache.status, (repo,)), (hubcache.predict, (repo,)),
                            (hubcache.release, (repo,))]:
    result += check(function, *arguments)
""", REPO, scene.user)
    assert wrong == []
