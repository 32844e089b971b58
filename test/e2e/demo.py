#!/usr/bin/env python3
"""`./dev demo`: the real SDK loads an edited model under its hub id.

Nothing leaves this machine: the hub is the tests' double on the loopback address and serves ctbots/first-paddle-model.
Home, cache and model are in a temporary folder, which is removed at the end.
"""

import os
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

from egress import Egress
from home import Home
from hubdouble import Hub, sample

REPO = "ctbots/first-paddle-model"
EDITED = "README.md"
NEW_TEXT = "# my own words, nowhere but here\n"


class Demo:
    def __init__(self, folder: Path, hub: Hub, egress: Egress):
        self.hub = hub
        self.home = Home(folder / "home", egress.url)
        self.env = self.home.env | {"STUDIO_GIT_HOST": hub.url, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"}
        self.folder = folder
        self.sdk_python = Path(os.environ["HUBCACHE_SDK_VENVS"]) / "aistudio-0.3.9" / "bin" / "python"

    def run(self, *command: object) -> str:
        done = subprocess.run(
            [str(word) for word in command],
            env=self.env,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            text=True,
            capture_output=True,
            timeout=300,
        )
        if done.returncode:
            sys.exit(f"{shlex.join(map(str, command))}: exit code {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout + done.stderr

    def snapshot_download(self, **more: str) -> tuple[int, Path]:
        """Calls snapshot_download in a process of its own; returns the number of downloads and the returned folder."""
        before = self.hub.mark()
        arguments = ", ".join(f"{name}={value!r}" for name, value in {"repo_id": REPO, **more}.items())
        print(f'$ python -c "… print(snapshot_download({arguments}))"')
        output = self.run(
            self.sdk_python,
            "-c",
            "from aistudio_sdk.snapshot_download import snapshot_download; "
            f"print('folder:', snapshot_download({arguments}))",
        )
        folder = next(line.removeprefix("folder: ") for line in output.splitlines() if line.startswith("folder: "))
        downloads = {request.path for request in self.hub.log.since(before) if "/media/" in request.path}
        print(f"{folder}\n(the hub was asked for the content of {len(downloads)} files)\n")
        return len(downloads), self.folder / folder

    def hubcache(self, *arguments: str) -> None:
        print(f"$ hubcache {shlex.join(arguments)}")
        print(self.run(os.environ["HUBCACHE_BIN"], *arguments))

    def play(self) -> bool:
        print(f"A hub on {self.hub.url} has the model {REPO}. Someone gets a copy, and edits it:\n")
        self.snapshot_download(local_dir="my-model")
        for name in (".msc", ".mv", ".mdl"):  # a user's folder has no metadata of the SDK
            (self.folder / "my-model" / name).unlink(missing_ok=True)
        (self.folder / "my-model" / EDITED).write_text(NEW_TEXT, encoding="utf-8")
        print(f"$ echo '{NEW_TEXT.strip()}' > my-model/{EDITED}\n")

        self.hubcache("adopt", REPO, "./my-model")

        print("Any program that asks the SDK for the model now gets the edited copy:\n")
        downloads, place = self.snapshot_download()
        content = (place / EDITED).read_text(encoding="utf-8")
        print(f"$ cat {place / EDITED}\n{content}")
        local = content == NEW_TEXT
        print(f"{downloads} downloads, {'local' if local else 'NOT the local'} content")
        return downloads == 0 and local


def main() -> None:
    sys.stdout.reconfigure(encoding="utf-8", line_buffering=True)
    with tempfile.TemporaryDirectory(prefix="hubcache-demo-") as folder, Egress() as egress, Hub() as hub:
        sample.add_model(hub)
        worked = Demo(Path(folder), hub, egress).play()
    sys.exit(0 if worked else 1)


main()
