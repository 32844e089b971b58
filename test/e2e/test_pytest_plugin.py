"""The fixture local_hub in other projects: pytest, in an environment in which hubcache is installed."""

import importlib.util
import subprocess
from pathlib import Path
from typing import Mapping

import pytest
from hf_scene import REPO, HfScene
from installed import environment  # noqa: F401 (fixture)
from readme import READMES, python_blocks
from scene import write
from sdk import venv_of

from adoption import ok

PACKAGES = ("pytest", "_pytest", "py", "pluggy", "iniconfig", "packaging", "pygments")


@pytest.fixture
def scene(hf_hub, home, hubcache) -> HfScene:
    """Provides a model of Hugging Face whose edited copy is adopted."""
    scene = HfScene(hf_hub, home)
    hubcache.env |= {"HF_ENDPOINT": hf_hub.url}
    ok(hubcache("adopt", f"hf:{REPO}", scene.user))
    return scene


class Project:
    def __init__(self, environment: Path, folder: Path, env: Mapping[str, str]):  # noqa: F811
        """`folder` gets the project's tests, and a folder with pytest alone of the packages of this process."""
        self.environment, self.folder, self.env = environment, folder, dict(env)
        packages = folder / "packages"
        packages.mkdir(parents=True)
        for name in PACKAGES:
            file = Path(importlib.util.find_spec(name).origin)
            file = file.parent if file.name == "__init__.py" else file
            (packages / file.name).symlink_to(file)
        clients = venv_of("huggingface-hub-2.4.0").glob("lib/python3*/site-packages")
        self.env |= {"PYTHONPATH": ":".join(map(str, [packages, *clients])), "PYTHONDONTWRITEBYTECODE": "1"}

    def pytest(self, tests: str, *options: str) -> subprocess.CompletedProcess[str]:
        write(self.folder / "tests" / "test_project.py", tests.encode())
        return subprocess.run(
            [self.environment / "bin" / "python", "-m", "pytest", "-q", "-p", "no:cacheprovider", *options, "tests"],
            cwd=self.folder,
            env=self.env,
            text=True,
            capture_output=True,
            timeout=120,
        )


@pytest.fixture
def project(environment, home, hf_hub) -> Project:  # noqa: F811
    env = home.env | {"HF_ENDPOINT": hf_hub.url, "HF_HUB_DISABLE_PROGRESS_BARS": "1"}
    return Project(environment, home.path / "project", env)


USES_IT = f"""
import os, sys, hubcache

def load(folder):
    from huggingface_hub import snapshot_download
    return snapshot_download({REPO!r}, cache_dir=folder)

seen = []
def test_one(local_hub: hubcache.LocalHub):
    seen.append(local_hub.url)
    assert os.environ["HF_ENDPOINT"] == local_hub.variables["HF_ENDPOINT"]
    load("one")

def test_two_without_it():
    assert os.environ["HF_ENDPOINT"] == {{hub!r}} and "HUBCACHE_LOCAL_HUB" not in os.environ

def test_three(local_hub):
    assert [local_hub.url] == seen  # one local hub for all tests: clients keep its address
    load("three")

class TestFour:
    def test_four(self, local_hub):
        assert False, "as it should"

def test_five_without_it():
    assert "HUBCACHE_LOCAL_HUB" not in os.environ
"""


def test_the_fixture(project, scene, hf_hub):
    """Clients load the adopted files without a request to the hub, in each test that uses the fixture. The other tests
    have the variables that they had."""
    mark = hf_hub.mark()
    run = project.pytest(USES_IT.format(hub=hf_hub.url), "-W", "error")
    assert "4 passed" in run.stdout and "1 failed" in run.stdout and run.stdout.count("as it should") > 0, run.stdout
    for name in ("one", "three"):
        [snapshot] = project.folder.glob(f"{name}/models--me--tuned/snapshots/*")
        assert scene.lost(snapshot) == set()
    assert hf_hub.log.since(mark) == []


CHANGES_IT = """
import os, pytest

def test_one(monkeypatch, local_hub):
    assert os.environ["HF_ENDPOINT"] == local_hub.variables["HF_ENDPOINT"]
    monkeypatch.setenv("HF_ENDPOINT", "http://mine")

def test_two():
    assert os.environ["HF_ENDPOINT"] == {hub!r}

def test_three(local_hub, monkeypatch):
    monkeypatch.setenv("HF_ENDPOINT", "http://mine")
    monkeypatch.delenv("HUBCACHE_LOCAL_HUB")

@pytest.fixture
def mine(monkeypatch):
    monkeypatch.setenv("HF_ENDPOINT", "http://mine")

def test_four(mine, local_hub):
    assert os.environ["HF_ENDPOINT"] == local_hub.variables["HF_ENDPOINT"]

def test_five():
    assert os.environ["HF_ENDPOINT"] == {hub!r} and "HUBCACHE_LOCAL_HUB" not in os.environ
"""


def test_a_test_that_changes_the_same_variables(project, scene, hf_hub):
    """Whichever fixture is first, the other tests have the variables that they had."""
    run = project.pytest(CHANGES_IT.format(hub=hf_hub.url), "-W", "error")
    assert (run.returncode, "5 passed" in run.stdout) == (0, True), run.stdout


@pytest.mark.parametrize("end", ["local_hub.stop()", "kill(local_hub)"])
def test_a_test_that_ends_the_local_hub(project, scene, end):
    """The next test that uses it gets a new one."""
    tests = f"""
import urllib.request

def kill(hub):
    hub._process._process.kill()
    hub._process._process.wait()

def test_one(local_hub):
    {end}

def test_two(local_hub):
    assert urllib.request.urlopen(local_hub.variables["HF_ENDPOINT"] + "/api/models/{REPO}").status == 200
"""
    run = project.pytest(tests, "-W", "error")
    assert (run.returncode, "2 passed" in run.stdout) == (0, True), run.stdout


def test_a_client_that_the_test_module_imports(project, scene):
    """pytest shows the warning, which names the client. A local hub that conftest.py starts is early enough."""
    tests = f"from huggingface_hub import snapshot_download\ndef test(local_hub):\n    snapshot_download({REPO!r})\n"
    run = project.pytest(tests)
    assert "ImportedClientWarning: huggingface_hub does not use this local hub" in run.stdout
    write(project.folder / "tests" / "conftest.py", b"import hubcache\nhubcache.local_hub(offline=True).start()\n")
    run = project.pytest(tests.replace("local_hub", "") + "    assert snapshot_download.__module__\n", "-W", "error")
    assert (run.returncode, "1 passed" in run.stdout) == (0, True), run.stdout


@pytest.mark.parametrize("readme", READMES)
def test_the_test_in_the_readmes(project, scene, hf_hub, readme):
    mark = hf_hub.mark()
    run = project.pytest(python_blocks(readme, "Notebook")[3], "-W", "error")
    assert (run.returncode, "1 passed" in run.stdout) == (0, True), run.stdout
    assert hf_hub.log.since(mark) == []


def test_what_the_plugin_costs(project):
    """A project that does not use the fixture gets one module of hubcache, and no library."""
    run = project.pytest(
        "import sys\n"
        "def test():\n"
        "    assert {name for name in sys.modules if name.startswith('hubcache')} == {'hubcache', 'hubcache.pytest_plugin'}\n"
    )
    assert run.returncode == 0, run.stdout


def test_the_fixture_is_documented(project):
    run = project.pytest("", "--fixtures")
    assert "local_hub" in run.stdout and "offline" in run.stdout.partition("local_hub")[2]
