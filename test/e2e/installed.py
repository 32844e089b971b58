"""The Python package, installed by pip into its own virtual environment: the wheel that HUBCACHE_WHEEL names, or a wheel of the
build under test."""

import fcntl
import json
import os
import platform
import subprocess
import sys
import venv
from pathlib import Path
from typing import Any, Mapping

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "packaging"))

from make_wheel import write_wheel  # noqa: E402


def wheel_of_build(folder: Path) -> Path:
    """Returns a wheel of the build under test, for this machine only."""
    command = Path(os.environ["HUBCACHE_BIN"]).resolve()
    library = Path(os.environ["HUBCACHE_TOOLS"]).resolve().parent / "src" / "libhubcache_c.so"
    return write_wheel(command, library, [ROOT / "LICENSE"], [], [f"linux_{platform.machine()}"], folder)


def install(environment: Path) -> None:
    venv.create(environment, with_pip=True)
    wheel = os.environ.get("HUBCACHE_WHEEL") or wheel_of_build(environment)
    pip = [environment / "bin" / "python", "-m", "pip", "install", "--no-index", "--disable-pip-version-check", wheel]
    run = subprocess.run(pip, text=True, capture_output=True)
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Installs the package once for all pytest workers."""
    base = tmp_path_factory.getbasetemp()
    base = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder, done = base / "installed", base / "installed.done"
    with open(base / "installed.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            install(folder)
            done.touch()
    return folder


class Python:
    """The environment's interpreter, with a test's home and hub."""

    def __init__(self, environment: Path, env: Mapping[str, str], folder: Path):
        self.environment, self.env, self.folder = environment, dict(env), folder

    def run(self, script: str, *arguments: object, env: Mapping[str, str] = {}) -> subprocess.CompletedProcess[str]:
        file = self.folder / "script.py"
        file.write_text(script, encoding="utf-8")
        return subprocess.run(
            [self.environment / "bin" / "python", file, *map(str, arguments)],
            env=self.env | env,
            cwd=self.folder,
            text=True,
            capture_output=True,
            timeout=120,
        )

    def __call__(self, script: str, *arguments: object, env: Mapping[str, str] = {}) -> Any:
        """Runs a script and returns the final value of its variable `result`, passed as JSON."""
        end = "\nimport json\nprint(json.dumps(result, default=str))\n"
        run = self.run("import sys\nimport hubcache\n" + script + end, *arguments, env=env)
        assert run.returncode == 0, run.stdout + run.stderr
        return json.loads(run.stdout)


@pytest.fixture
def python(environment: Path, home, hub) -> Python:
    return Python(environment, home.env | {"STUDIO_GIT_HOST": hub.url, "PYTHONUTF8": "1"}, home.path)


def mypy(environment: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [
            sys.executable,
            "-m",
            "mypy",
            "--strict",
            "--cache-dir",
            os.devnull,
            "--python-executable",
            environment / "bin" / "python",
            *map(str, arguments),
        ],
        text=True,
        capture_output=True,
    )
