"""A second user of this machine, for the tests that need one."""

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
PYTHON = "/usr/bin/python3"  # others cannot run one that lies in root's home

needs_root = pytest.mark.skipif(
    os.geteuid() != 0 or not os.access(PYTHON, os.X_OK),
    reason=f"needs root, to start a program as another user, and {PYTHON}",
)


@contextlib.contextmanager
def reachable_home(egress_url: str) -> Iterator[Home]:
    """A home in a folder that other users can reach."""
    if os.geteuid() != 0:
        pytest.skip("only root can become another user")
    folder = Path(tempfile.mkdtemp(prefix="hubcache-test-"))
    folder.chmod(0o755)
    yield Home(folder / "home", egress_url)
    shutil.rmtree(folder)


def as_user(user: int = NOBODY) -> dict[str, Any]:
    """Arguments of subprocess that make a program another user's."""
    return {"user": user, "group": user, "extra_groups": [], "cwd": "/"}


def python_as(user: int, code: str, *arguments: object, **more: Any) -> str:
    """What a Python program of another user prints."""
    run = subprocess.run(
        [PYTHON, "-c", code, *map(str, arguments)], text=True, capture_output=True, timeout=60, **as_user(user) | more
    )
    assert run.returncode == 0, run.stderr
    return run.stdout
