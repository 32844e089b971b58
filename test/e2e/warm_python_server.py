"""Accepts jobs on the Unix socket with this file number, and forks for each; see warm_python.py. It ends with its stdin."""

import importlib
import json
import os
import runpy
import select
import signal
import socket
import sys
import traceback

# Packages that the clients require. None of them reads the environment when it is imported, or starts a thread.
PACKAGES = (
    *("argparse", "asyncio", "concurrent.futures", "http.client", "logging", "multiprocessing", "pickle", "ssl"),
    *("subprocess", "tempfile", "urllib.request", "uuid", "xml.etree.ElementTree"),
    *("Crypto.Cipher", "anyio", "click", "cryptography.hazmat.primitives.hashes", "filelock", "fsspec", "httpx"),
    *("markdown_it", "packaging.version", "prettytable", "psutil", "pydantic", "requests", "rich.console"),
    *("rich.markdown", "tqdm.auto", "tqdm.contrib.concurrent", "typer", "typing_extensions", "websockets", "yaml"),
)


def become(job, files):
    """Makes this process the one that the job describes."""
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    os.environ.clear()
    os.environ.update(job["env"])
    os.chdir(job["cwd"])
    sys.stdin, sys.stdout, sys.stderr = (open(number, mode, encoding="utf-8") for number, mode in enumerate("rww"))
    sys.argv = job["words"]
    sys.path[0] = os.path.dirname(sys.argv[0])


def run(job, files):
    code = 1
    try:
        become(job, files)
        runpy.run_path(sys.argv[0], run_name="__main__")
        code = 0
    except SystemExit as end:
        code = end.code
    except BaseException:
        traceback.print_exc()
    sys.exit(code)  # with the exit functions and threads of the client


def serve(connection):
    """Runs one job in a child, and tells the exit code. Kills the child if the other side ends first."""
    _, files, _, _ = socket.recv_fds(connection, 1, 3)
    job = json.loads(connection.makefile("rb").readline())
    child = os.fork()
    if child == 0:
        connection.close()
        run(job, files)
    for file in files:
        os.close(file)
    process = os.pidfd_open(child)
    ended, _, _ = select.select([process, connection], [], [])
    if process not in ended:
        os.kill(child, signal.SIGKILL)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    try:
        connection.sendall(b"%d\n" % (code if code >= 0 else 128 - code))
    except OSError:
        pass  # nobody waits any more


def accept_all(listener):
    while True:
        ready, _, _ = select.select([0, listener], [], [])
        if listener not in ready:
            return  # stdin has ended
        connection, _ = listener.accept()
        if os.fork() == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            listener.close()
            serve(connection)
            os._exit(0)
        connection.close()


for package in PACKAGES:
    try:
        importlib.import_module(package)
    except ImportError:
        pass  # not a requirement of this client
signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the processes of the connections
accept_all(socket.socket(fileno=os.dup(int(sys.argv[1]))))
