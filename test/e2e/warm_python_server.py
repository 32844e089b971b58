"""Reads jobs on stdin, one JSON object in a line, and forks for each; see warm_python.py. It ends with its stdin."""

import importlib
import json
import os
import runpy
import sys
import traceback

# Packages that the clients require. None of them reads the environment when it is imported, or starts a thread.
PACKAGES = (
    *("argparse", "asyncio", "concurrent.futures", "http.client", "logging", "multiprocessing", "pickle", "ssl"),
    *("subprocess", "tempfile", "urllib.request", "uuid", "xml.etree.ElementTree"),
    *("Crypto.Cipher", "anyio", "click", "cryptography.hazmat.primitives.hashes", "filelock", "fsspec", "httpx"),
    *("packaging.version", "prettytable", "psutil", "pydantic", "requests", "rich", "tqdm.auto"),
    *("tqdm.contrib.concurrent", "typer", "typing_extensions", "yaml"),
)


def become(job: dict) -> None:
    """Makes this process the one that the job describes."""
    for number, name in enumerate(job["files"]):
        file = os.open(name, os.O_RDWR | os.O_CREAT, 0o600)
        os.dup2(file, number)
        os.close(file)
    os.environ.clear()
    os.environ.update(job["env"])
    os.chdir(job["cwd"])
    sys.stdin, sys.stdout, sys.stderr = (open(number, mode, encoding="utf-8") for number, mode in enumerate("rww"))
    sys.argv = job["words"]
    sys.path[0] = os.path.dirname(sys.argv[0])


def in_child(job: dict) -> None:
    code = 1
    try:
        become(job)
        runpy.run_path(sys.argv[0], run_name="__main__")
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BaseException:
        traceback.print_exc()
    finally:
        sys.exit(code)  # with the exit functions and threads of the client


def serve() -> None:
    jobs, answers = os.fdopen(os.dup(0), "rb"), os.dup(1)
    for line in jobs:
        child = os.fork()
        if child == 0:
            jobs.close()
            os.close(answers)
            in_child(json.loads(line))
        os.write(answers, json.dumps({"child": child}).encode() + b"\n")
        _, status = os.waitpid(child, 0)
        os.write(answers, json.dumps({"code": os.waitstatus_to_exitcode(status)}).encode() + b"\n")


for package in PACKAGES:
    try:
        importlib.import_module(package)
    except ImportError:
        pass  # not a requirement of this client
serve()
