"""The hubcache command without root's right to read and write every file, so that file modes apply to it."""

import os
import shutil
import subprocess
from typing import Mapping

import pytest


class WithoutRights:
    def __init__(self, command) -> None:
        self.command, self.prefix = command, []
        if os.geteuid() == 0:
            if not shutil.which("setpriv"):
                pytest.skip("setpriv, to give up root's rights, is missing")
            self.prefix = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search"]

    def __call__(self, *arguments: object, env: Mapping[str, str] = {}) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*self.prefix, self.command.binary, *map(str, arguments)],
            env=self.command.env | dict(env),
            cwd=self.command.folder,
            text=True,
            capture_output=True,
            timeout=120,
        )


@pytest.fixture
def powerless(hubcache) -> WithoutRights:
    return WithoutRights(hubcache)
