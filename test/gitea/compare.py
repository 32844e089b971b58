#!/usr/bin/env python3
"""`./dev gitea`: builds Gitea from the Go module proxy, starts it with an empty SQLite database on the loopback
address, and sends the requests of test/e2e/gitea_questions.py to it and to the hub double.

build/gitea/differences.txt lists all answers that differ. Exit code 1: an answer differs that is not in known.txt, or a
known one no longer differs. `--write` writes known.txt instead. A difference in Cache-Control alone does not count.
"""

import contextlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Iterator

VERSION = "1.25.4"
MODULE = f"code.gitea.io/gitea@v{VERSION}"
ROOT = Path(__file__).resolve().parents[2]
WORK = ROOT / "build" / "gitea"
SOURCE = WORK / f"source-{VERSION}"
BINARY = WORK / f"gitea-{VERSION}"
KNOWN = Path(__file__).with_name("known.txt")

CONFIGURATION = """RUN_MODE = prod
I_AM_BEING_UNSAFE_RUNNING_AS_ROOT = true

[server]
HTTP_ADDR = 127.0.0.1
HTTP_PORT = {port}
ROOT_URL = http://127.0.0.1:{port}/
STATIC_ROOT_PATH = {source}
LFS_START_SERVER = true
DISABLE_SSH = true
OFFLINE_MODE = true

[database]
DB_TYPE = sqlite3
PATH = {home}/gitea.db

[security]
INSTALL_LOCK = true

[repository]
ROOT = {home}/repositories

[lfs]
PATH = {home}/lfs

[log]
LEVEL = warn
"""


def build() -> None:
    """Builds Gitea if its binary is missing. Needs Go, which downloads the Go version that Gitea requires."""
    if BINARY.exists():
        return
    if not shutil.which("go"):
        sys.exit("./dev gitea: Go is not installed, or not in PATH")
    WORK.mkdir(parents=True, exist_ok=True)
    told = subprocess.run(
        ["go", "mod", "download", "-json", MODULE], cwd=WORK, text=True, stdout=subprocess.PIPE, check=True
    )
    shutil.rmtree(SOURCE, ignore_errors=True)
    shutil.copytree(json.loads(told.stdout)["Dir"], SOURCE)
    for path in [SOURCE, *SOURCE.rglob("*")]:  # the module cache is read-only
        path.chmod(path.stat().st_mode | 0o200)
    subprocess.run(
        ["go", "build", "-p", "1", "-tags", "sqlite sqlite_unlock_notify", "-o", BINARY, "."],
        cwd=SOURCE,
        env=os.environ | {"GOFLAGS": "-mod=mod", "CGO_ENABLED": "1"},
        check=True,
    )


@contextlib.contextmanager
def running() -> Iterator[tuple[str, str]]:
    """Yields a new server's URL, and a token with all rights."""
    home = WORK / "home"
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    (home / "app.ini").write_text(CONFIGURATION.format(port=port, source=SOURCE, home=home))
    environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    environment |= {"HOME": str(home), "GITEA_WORK_DIR": str(home)}

    def gitea(*words: str) -> str:
        return subprocess.run(
            [BINARY, *words, "--config", home / "app.ini"],
            env=environment,
            text=True,
            check=True,
            stdout=subprocess.PIPE,
        ).stdout

    gitea("migrate")
    gitea(
        "admin",
        "user",
        "create",
        "--username",
        "me",
        "--password",
        "hubcache-1",
        "--email",
        "me@localhost",
        "--admin",
        "--must-change-password=false",
    )
    token = gitea("admin", "user", "generate-access-token", "--username", "me", "--scopes", "all", "--raw").split()[-1]
    url = f"http://127.0.0.1:{port}"
    with open(WORK / "server.log", "w") as log:
        server = subprocess.Popen(
            [BINARY, "web", "--config", home / "app.ini"], env=environment, stdout=log, stderr=log
        )
        try:
            wait_for(f"{url}/api/v1/version", server)
            yield url, token
        finally:
            server.terminate()
            server.wait(60)


def wait_for(url: str, server: subprocess.Popen) -> None:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    for _ in range(600):
        if server.poll() is not None:
            sys.exit(f"./dev gitea: the server has ended: see {WORK / 'server.log'}")
        with contextlib.suppress(OSError):
            direct.open(url, timeout=10).close()
            return
        time.sleep(0.1)
    sys.exit(f"./dev gitea: {url} does not answer")


def differing(text: str) -> tuple[list[str], int]:
    """Returns the requests whose answers differ in more than Cache-Control, with the differing parts, and the number of
    the others."""
    questions, others = [], 0
    for part in re.split(r"\n(?=\S)", text.strip()):
        question, *lines = part.splitlines()
        keys = {line.split(":")[0].strip() for line in lines} - {"double"}
        if keys - {"Cache-Control"}:
            questions.append(f"{question}  # {', '.join(sorted(keys - {'Cache-Control'}))}")
        elif keys:
            others += 1
    return sorted(questions), others


def main() -> None:
    build()
    with running() as (url, token):
        asked = subprocess.run(
            [
                sys.executable,
                ROOT / "test/e2e/gitea_questions.py",
                url,
                "--user",
                "me",
                "--token",
                token,
                "--version",
                VERSION,
            ],
            text=True,
            stdout=subprocess.PIPE,
        )
    (WORK / "differences.txt").write_text(asked.stdout)
    if asked.returncode not in (0, 1) or "answers differ" not in asked.stdout:
        sys.exit("./dev gitea: the questions were not put to an end")
    found, others = differing(asked.stdout)
    print(f"Gitea {VERSION}: {len(found)} answers differ from the double's, and {others} in Cache-Control alone")
    if sys.argv[1:] == ["--write"]:
        KNOWN.write_text("".join(line + "\n" for line in found))
        return
    known = KNOWN.read_text().splitlines()
    for line in sorted(set(found) - set(known)):
        print(f"new: {line}")
    for line in sorted(set(known) - set(found)):
        print(f"no longer: {line}")
    sys.exit(found != known)


if __name__ == "__main__":
    main()
