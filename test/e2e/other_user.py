"""Helpers for tests that need a second user of this machine."""

import contextlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any, Iterator

import pytest
from home import Home

NOBODY = 65534
PYTHON = "/usr/bin/python3"  # other users cannot run an interpreter that is in root's home

needs_root = pytest.mark.skipif(
    os.geteuid() != 0 or not os.access(PYTHON, os.X_OK),
    reason=f"needs root, to start a program as another user, and {PYTHON}",
)


@contextlib.contextmanager
def reachable_home(egress_url: str) -> Iterator[Home]:
    """Yields a home in a folder that other users can reach."""
    if os.geteuid() != 0:
        pytest.skip("only root can become another user")
    folder = Path(tempfile.mkdtemp(prefix="hubcache-test-"))
    folder.chmod(0o755)
    yield Home(folder / "home", egress_url)
    shutil.rmtree(folder)


def as_user(user: int = NOBODY) -> dict[str, Any]:
    """Returns arguments for subprocess that run a program as another user."""
    return {"user": user, "group": user, "extra_groups": [], "cwd": "/"}


def python_as(user: int, code: str, *arguments: object, **more: Any) -> str:
    """Runs Python code as another user; returns its output."""
    run = subprocess.run(
        [PYTHON, "-c", code, *map(str, arguments)], text=True, capture_output=True, timeout=60, **as_user(user) | more
    )
    assert run.returncode == 0, run.stderr
    return run.stdout
