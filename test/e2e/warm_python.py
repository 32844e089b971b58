"""A Python process for each virtual environment, which forks for each call of a client.

The start of a client takes half a second to three seconds of CPU time, most of it for the packages that the client
requires. The process has these packages in memory, but no module of a client: the fork imports the client anew, with
the environment, the folder and the files of its call.
"""

import atexit
import socket
import subprocess
import tempfile
from pathlib import Path
from typing import Mapping

SERVER = Path(__file__).with_name("warm_python_server.py")
CLIENT = Path(__file__).with_name("warm_python_client.py")


class WarmPython:
    def __init__(self, python: Path, variables: Mapping[str, str]):
        self._folder = tempfile.TemporaryDirectory(prefix="warm-")
        self._socket = str(Path(self._folder.name) / "socket")
        # The server gets the listening socket, so that it can be connected to before the server has started.
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
            listener.bind(self._socket)
            listener.listen(64)
            self._process = subprocess.Popen(
                [python, SERVER, str(listener.fileno())],
                stdin=subprocess.PIPE,
                env=dict(variables),
                pass_fds=[listener.fileno()],
            )
        self.command = [str(python), "-I", "-S", str(CLIENT), self._socket]
        atexit.register(self.close)

    def close(self) -> None:
        self._process.stdin.close()
        self._process.wait()
        self._folder.cleanup()


_running: "dict[tuple, WarmPython]" = {}


def warm_command(python: Path, env: Mapping[str, str]) -> "list[str]":
    """Returns the words that take the place of `python` in a command line: python SCRIPT ARGUMENT… . The script runs
    with the environment, folder and open files of the command that these words start, but as a child of another
    process: namespaces, user and limits are not those of the command."""
    read_at_start = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "TZ")
    variables = {name: env[name] for name in sorted(env) if name in read_at_start or name.startswith("PYTHON")}
    key = (python, *variables.items())
    if key not in _running:
        _running[key] = WarmPython(python, variables)
    return _running[key].command
