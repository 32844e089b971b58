"""A Python process for each virtual environment, which forks for each call of a client.

The start of a client takes half a second of CPU time, most of it for the packages that the client requires. The process
has these packages in memory, but no module of a client: the fork imports the client anew, with the environment, the
folder and the files of its call. A program that starts another program (`hubcache run -- …`) does not use it.
"""

import atexit
import json
import os
import selectors
import subprocess
import tempfile
from pathlib import Path
from typing import Mapping

SERVER = Path(__file__).with_name("warm_python_server.py")


class WarmPython:
    def __init__(self, python: Path, variables: Mapping[str, str]):
        self._process = subprocess.Popen(
            [python, SERVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=dict(variables), bufsize=0
        )
        atexit.register(self.close)

    def close(self) -> None:
        self._process.stdin.close()
        self._process.wait()

    def run(
        self, words: list[str], *, input: str, env: Mapping[str, str], cwd: Path, timeout: float
    ) -> "subprocess.CompletedProcess[str]":
        """Runs a script with its arguments, as subprocess.run does."""
        with tempfile.TemporaryDirectory() as folder:
            names = [os.path.join(folder, name) for name in ("input", "output", "errors")]
            Path(names[0]).write_text(input, encoding="utf-8")
            job = {"words": words, "env": dict(env), "cwd": str(cwd), "files": names}
            self._process.stdin.write(json.dumps(job).encode() + b"\n")
            child = self._line(None)["child"]
            try:
                code = self._line(timeout)["code"]
            except TimeoutError:
                os.kill(child, 9)
                self._line(None)
                raise subprocess.TimeoutExpired(words, timeout) from None
            output, errors = (Path(name).read_text(encoding="utf-8") for name in names[1:])
        return subprocess.CompletedProcess(words, code, output, errors)

    def _line(self, timeout: "float | None") -> dict:
        with selectors.DefaultSelector() as selector:
            selector.register(self._process.stdout, selectors.EVENT_READ)
            if not selector.select(timeout):
                raise TimeoutError
        return json.loads(self._process.stdout.readline())


_idle: "dict[tuple, list[WarmPython]]" = {}


def run_warm(
    python: Path, words: list[str], *, input: str, env: Mapping[str, str], cwd: Path, timeout: float
) -> "subprocess.CompletedProcess[str]":
    """Runs a script in a warm process. Calls at the same time, from several threads, get a process each."""
    read_at_start = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "TZ")
    variables = {name: env[name] for name in sorted(env) if name in read_at_start or name.startswith("PYTHON")}
    idle = _idle.setdefault((python, *variables.items()), [])
    try:
        process = idle.pop()
    except IndexError:
        process = WarmPython(python, variables)
    run = process.run(words, input=input, env=env, cwd=cwd, timeout=timeout)
    idle.append(process)
    return run
