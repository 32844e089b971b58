"""Each command line in the READMEs, the site's pages and the documents for users works, in a home that is prepared for it."""

import re
import shlex
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hf_scene import place_snapshot
from hubdouble import Lfs
from readme import DOCUMENTS, ELSEWHERE, OWNER_NAME, READMES, ROOT, Lines, found_in
from scene import FILES, REPO, Scene, write
from sdk import venv_of
from stores import Bucket, running

from adoption import ok
from local_hub import serving

LINES = list(
    {lines.lines: lines for document in reversed(DOCUMENTS) for lines in reversed(found_in(document))}.values()
)
TRAIN = """from pathlib import Path
from aistudio_sdk.snapshot_download import snapshot_download
folder = Path(snapshot_download(repo_id='ctbots/first-paddle-model'))
assert (folder / "README.md").read_text() == "my own README.md\\n"
"""


@pytest.fixture
def scene(hubcache, hub, hf_hub, ms_hub, csg_hub, home) -> Scene:
    """Provides the models of the READMEs on the hubs, an edited copy, a program that loads the copy, and the command
    on PATH."""
    scene = Scene(hub, home)
    for repo_id in ("PaddleX/model", "PaddlePaddle/model"):
        hub.repo(repo_id).push({"README.md": b"# model\n"})
    for other in (hf_hub, csg_hub):
        other.repo(OWNER_NAME).push({"README.md": b"# model\n"})
    for repo_id in (OWNER_NAME, "PaddlePaddle/model"):
        ms_hub.repo(repo_id).push({"README.md": b"# model\n"})
    write(home.path / "train.py", TRAIN.encode())
    programs = home.path / "programs"
    programs.mkdir()
    (programs / "hubcache").symlink_to(hubcache.binary)
    (programs / "python").write_text(f'#!/bin/sh\nexec {venv_of("aistudio-0.3.9")}/bin/python "$@"\n')
    (programs / "python").chmod(0o755)
    (programs / "vllm").write_text('#!/bin/sh\n[ "$1" = serve ]\n')
    (programs / "vllm").chmod(0o755)
    hubcache.env |= {"HF_ENDPOINT": hf_hub.url, "MODELSCOPE_ENDPOINT": ms_hub.endpoint, "CSGHUB_DOMAIN": csg_hub.url}
    hubcache.env |= {"PATH": f"{programs}:{home.env['PATH']}"}
    return scene


@pytest.fixture
def bucket(hubcache, tmp_path_factory):
    """Provides the bucket of the lines with s3://."""
    with running(Bucket, tmp_path_factory.mktemp("bucket")) as one:
        hubcache.env |= one.env
        yield one


def on_this_machine(hubcache, line: str) -> str:
    """Replaces the addresses and paths of other machines, and makes the files with tokens."""
    for name in ("token", "tokens"):
        write(hubcache.folder / name, b"secret-token\n")
        (hubcache.folder / name).chmod(0o600)
    return line.replace("0.0.0.0:8477", "127.0.0.1:0").replace("/mnt/disk", "./disk")


def prepare(hubcache, scene: Scene, words: list[str]) -> None:
    """Adopts the model if the command requires an adoption, publishes it if the command requires a store, or makes the
    edited copy equal to the model."""
    verb = words[1]
    stores = [word for word in words if word.startswith(("s3://", "./disk", "./store"))]
    if stores and verb in ("serve", "store"):
        ok(hubcache("publish", REPO, scene.user, stores[0]))
    if verb == "publish":
        ok(hubcache("adopt", REPO, scene.user))
    if "--match" in words:
        for path, content in FILES.items():
            write(scene.user / path, content.content if isinstance(content, Lfs) else content)
    elif verb in ("rm", "prune"):
        scene.put("copy")
        place_snapshot(scene.home, "models", "acme/bert", "1" * 40, {"config.json": b"{}"})
    elif verb == "restore":
        scene.put("copy")
        ok(hubcache("adopt", REPO, scene.place))
    elif verb in ("status", "refresh", "release", "verify", "run", "serve"):
        ok(hubcache("adopt", REPO, scene.user))
        shutil.copytree(scene.user, scene.home.path / "local", dirs_exist_ok=True)


def run_line(hubcache, line: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", line],
        env=hubcache.env,
        cwd=hubcache.folder,
        text=True,
        capture_output=True,
        timeout=120,
    )


def serves(hubcache, words: list[str]) -> None:
    has_address = "--port" in words or "--listen" in words
    options = [*words[2:], *([] if has_address else ["--port", "0"])]
    with subprocess.Popen(
        [hubcache.binary, "serve", *options], env=hubcache.env, cwd=hubcache.folder, stdout=subprocess.PIPE, text=True
    ) as process:
        assert "serves at http://127.0.0.1:" in process.stdout.readline()
        process.send_signal(signal.SIGTERM)
    assert process.returncode == 0


def sets_variables(hubcache, line: str) -> None:
    """Runs `hubcache env` in the shell of the line. The test's hub has another port than the default port."""
    shell = "fish" if "fish" in line else "sh"
    if not shutil.which(shell):
        pytest.skip(f"{shell} is not installed")
    if "--hub" in line:
        run = run_line(hubcache, line + "\necho $HF_ENDPOINT")
        assert "/huggingface" in run.stdout and run.returncode == 0, run.stderr
        return
    with serving(hubcache) as served:
        line = line.replace("hubcache env", f"hubcache env --port {served.port}") + "\necho $HUBCACHE_LOCAL_HUB"
        run = subprocess.run(
            [shell, "-c", line], env=hubcache.env, cwd=hubcache.folder, text=True, capture_output=True, timeout=60
        )
        assert (run.returncode, run.stderr) == (0, "") and served.url in run.stdout


@pytest.mark.parametrize("lines", LINES, ids=str)
def test_a_command_line(hubcache, hub, scene, request, lines: Lines):
    if any("s3://" in line for line in lines.lines):
        request.getfixturevalue("bucket")
    for number, line in enumerate(lines.lines):
        line = on_this_machine(hubcache, line.replace("URL", hub.url))
        words = [] if "hubcache env" in line else shlex.split(line)
        if line in ELSEWHERE:
            assert Path(words[0]).name in (ROOT / ELSEWHERE[line]).read_text(encoding="utf-8")
        elif line == "./dev demo":
            demo = subprocess.run(
                [sys.executable, ROOT / "test/e2e/demo.py"], text=True, capture_output=True, timeout=300
            )
            assert demo.returncode == 0, demo.stdout + demo.stderr
        elif words[:2] == ["hubcache", "serve"]:
            prepare(hubcache, scene, words)
            serves(hubcache, words)
        elif not words:
            sets_variables(hubcache, line)
        # the name of a command in a sentence
        elif len(words) == 2 and words[1] not in ("status", "targets", "refresh", "verify"):
            ok(hubcache(words[1], "--help"))
        elif len(words) == 3 and words[1] == "store":
            ok(hubcache(*words[1:], "--help"))
        else:
            if number == 0 and len(words) > 1:
                prepare(hubcache, scene, words)
            asks = words[1:2] == ["rm"] and "-y" not in words  # there is no terminal to answer
            run = run_line(hubcache, f"{line} -y" if asks else line)
            assert run.returncode == 0, f"{line}\n{run.stdout}{run.stderr}"


def test_the_lines_are_found():
    """The important lines are found. If no line were found, nothing would be tested."""
    assert {"hubcache run -- python train.py", "hubcache status --check"} <= {lines.lines[0] for lines in LINES}
    for readme in READMES:
        found = [line for lines in found_in(readme) for line in lines.lines]
        assert f"hubcache adopt {OWNER_NAME} ./my-model" in found and "./dev test" in found
        assert len(found) > 25


@pytest.mark.parametrize("document", [*READMES, "docs/install.md"])
def test_pip_installs_into_an_environment(document):
    """The pip of Debian 12 and Ubuntu 24.04 refuses to install packages outside of a virtual environment (PEP 668)."""
    text = (ROOT / document).read_text(encoding="utf-8")
    assert "python3 -m venv ~/hubcache" in text and "~/hubcache/bin/pip install" in text
    assert re.findall(r"(?:^ +|`|: )pip3? install .*", text, re.M) == []


def test_a_line_that_fails_is_noticed(hubcache, hub, scene):
    with pytest.raises(AssertionError):
        test_a_command_line(hubcache, hub, scene, None, Lines("README.md", ("hubcache status --bogus",)))
