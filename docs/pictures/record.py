#!/usr/bin/env python3
"""usage: record.py FILE: runs hubcache and the real aistudio-sdk against the hub of the tests, and writes what a terminal shows
as an SVG. The lines appear one after the other; nothing in the picture is invented but the name of the home folder.

`./dev recording` writes docs/pictures/recording.svg; a test compares it with a new run.
"""

import os
import subprocess
import sys
import tempfile
from html import escape
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "test" / "e2e"))

from egress import Egress  # noqa: E402
from home import Home  # noqa: E402
from hubdouble import Hub, sample  # noqa: E402

REPO = "ctbots/first-paddle-model"
TRAIN = f"""from aistudio_sdk.snapshot_download import snapshot_download

print(open(snapshot_download(repo_id="{REPO}") + "/README.md").readline(), end="")
"""
# The command lines, and the seconds for which a reader looks at the output.
LINES = [
    ("cat train.py", 3),
    ("echo '# my edited model' > my-model/README.md", 1),
    (f"hubcache adopt {REPO} ./my-model", 4),
    ("python train.py        # loads the edited copy, 0 downloads", 3),
    ("hubcache status", 4),
    (f"hubcache release {REPO}", 5),
]
COLUMN, ROW, MARGIN = 8.43, 19, 16  # pixels


class Machine:
    """A home folder with a copy of the model that the hub has."""

    def __init__(self, folder: Path, hub: Hub, egress: Egress):
        home = Home(folder / "me", egress.url)
        self.folder, self.hub = home.path, hub
        programs = folder / "programs"
        programs.mkdir()
        python = Path(os.environ["HUBCACHE_SDK_VENVS"]) / "aistudio-0.3.9" / "bin" / "python"
        (programs / "hubcache").symlink_to(Path(os.environ["HUBCACHE_BIN"]).resolve())
        (programs / "python").write_text(f'#!/bin/sh\nexec {python} "$@" 2>/dev/null\n')
        (programs / "python").chmod(0o755)
        self.env = home.env | {"STUDIO_GIT_HOST": hub.url, "PATH": f"{programs}:{os.environ['PATH']}"}
        self.env |= {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"}
        (self.folder / "train.py").write_text(TRAIN)
        download = f"from aistudio_sdk.snapshot_download import snapshot_download as get; get(repo_id='{REPO}', local_dir='my-model')"
        self.run(f'python -c "{download}"')
        self.run("rm -rf my-model/.m* .cache")  # what the SDK adds to the files

    def run(self, line: str) -> str:
        done = subprocess.run(
            ["bash", "-c", line],
            env=self.env,
            cwd=self.folder,
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=120,
        )
        if done.returncode:
            sys.exit(f"{line}: exit code {done.returncode}\n{done.stdout}")
        return done.stdout.replace(str(self.folder), "/home/me")

    def play(self) -> "list[tuple[str, float]]":
        """Returns the lines of the screen with the seconds before each one."""
        screen, wait = [], 0.5
        for line, look in LINES:
            before = self.hub.mark()
            output = self.run(line)
            downloads = [request.path for request in self.hub.log.since(before) if "/media/" in request.path]
            if downloads:
                sys.exit(f"{line}: downloads {downloads}")
            screen += [(f"$ {line}", wait)] + [(text, 0.1) for text in output.rstrip("\n").split("\n") if output]
            wait = look
        return screen + [("", wait)]


def svg(screen: "list[tuple[str, float]]") -> str:
    columns = max(len(text) for text, _ in screen)
    width, height = round(columns * COLUMN + 2 * MARGIN), len(screen) * ROW + 2 * MARGIN
    length = sum(wait for _, wait in screen)
    rules, texts, begins = [], [], 0.0
    for row, (text, wait) in enumerate(screen[:-1]):
        begins += wait
        share = round(100 * begins / length, 2)
        rules.append(f"@keyframes r{row}{{0%,{share}%{{opacity:0}}{share + 0.01:.2f}%,100%{{opacity:1}}}}")
        style = f' style="animation-name:r{row}"'
        kind = "command" if text.startswith("$ ") else "output"
        y = MARGIN + (row + 1) * ROW - 5
        texts.append(f'<text class="{kind}" x="{MARGIN}" y="{y}"{style}>{escape(text)}</text>')
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">
<title>A terminal: hubcache adopts an edited model, and aistudio-sdk loads it</title>
<style>
text{{font:14px ui-monospace,Menlo,Consolas,"DejaVu Sans Mono",monospace;white-space:pre;animation:{length:g}s infinite}}
.command{{fill:#8ddb8c}}.output{{fill:#e6e6e6}}
{chr(10).join(rules)}
@media (prefers-reduced-motion:reduce){{text{{animation:none}}}}
</style>
<rect width="100%" height="100%" rx="8" fill="#1e1e24"/>
{chr(10).join(texts)}
</svg>
"""


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="hubcache-recording-") as folder, Egress() as egress, Hub() as hub:
        sample.add_model(hub)
        screen = Machine(Path(folder), hub, egress).play()
    Path(sys.argv[1]).write_text(svg(screen), encoding="utf-8")


if __name__ == "__main__":
    main()
