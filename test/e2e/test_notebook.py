"""hubcache in a real Jupyter kernel: the local hub, and the magic command."""

import json
import os
import re
import sys
from pathlib import Path
from typing import Any, Iterator, Mapping

import nbformat
import pytest
from hf_scene import REPO as HF_REPO
from hf_scene import hf_scene  # noqa: F401 (a fixture)
from installed import environment  # noqa: F401 (fixture)
from nbclient import NotebookClient
from readme import READMES, python_blocks
from scene import REPO, Scene, write
from sdk import venv_of

from adoption import ok
from local_hub import is_answering, wait_until


class Notebook:
    """Cells that a kernel runs, which has hubcache and a client as installed packages."""

    def __init__(self, folder: Path, packages: list[Path], env: Mapping[str, str]):
        self.folder = folder
        self.env = dict(env) | {"PYTHONPATH": ":".join(map(str, packages)), "PYTHONDONTWRITEBYTECODE": "1"}
        kernel = {
            "argv": [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
            "display_name": "test",
        }
        write(folder / "kernels" / "test" / "kernel.json", json.dumps(kernel | {"language": "python"}).encode())

    def run(self, *cells: str) -> list[list[Any]]:
        """Returns the outputs of each cell. The kernel has ended then."""
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
        resources = {"metadata": {"path": str(self.folder)}}
        client = NotebookClient(notebook, kernel_name="test", timeout=120, resources=resources)
        client.execute(env=self.env)
        return [cell.outputs for cell in notebook.cells]


def text_of(outputs: list[Any], stream: str = "stdout") -> str:
    return "".join(one.text for one in outputs if one.output_type == "stream" and one.name == stream)


def html_of(outputs: list[Any]) -> str:
    [result] = [one for one in outputs if one.output_type == "execute_result"]
    return result.data["text/html"]


@pytest.fixture(autouse=True)
def jupyter_folders(home, monkeypatch: pytest.MonkeyPatch) -> None:
    """nbclient, in this process, looks there for the kernel and writes its connection file there."""
    monkeypatch.setenv("JUPYTER_PATH", str(home.path))
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(home.path / "jupyter"))


@pytest.fixture
def notebook(environment, home, hub) -> Iterator[Notebook]:  # noqa: F811
    """Provides a kernel with aistudio-sdk."""
    yield Notebook(home.path, packages_of(environment, "aistudio-0.3.9"), home.env | {"STUDIO_GIT_HOST": hub.url})


@pytest.fixture
def hf_notebook(environment, home, hf_hub) -> Iterator[Notebook]:  # noqa: F811
    """Provides a kernel with huggingface_hub."""
    env = home.env | {"HF_ENDPOINT": hf_hub.url, "HF_HUB_DISABLE_PROGRESS_BARS": "1"}
    yield Notebook(home.path, packages_of(environment, "huggingface-hub-2.4.0"), env)


def packages_of(environment: Path, client: str) -> list[Path]:  # noqa: F811
    return [*environment.glob("lib/python3*/site-packages"), *venv_of(client).glob("lib/python3*/site-packages")]


@pytest.fixture
def scene(hub, home) -> Scene:
    return Scene(hub, home)


# --- the local hub


def test_a_block_with_a_local_hub(notebook, hubcache, scene, hub):
    """aistudio_sdk gets the adopted files, without a request to the real hub, although it is imported already."""
    ok(hubcache("adopt", REPO, scene.user))
    mark = hub.mark()
    cells = notebook.run(
        "import hubcache, os\nfrom aistudio_sdk.snapshot_download import snapshot_download\nbefore = dict(os.environ)",
        "with hubcache.local_hub(offline=True):\n"
        "    os.environ['AISTUDIO_CACHE_HOME'] = 'empty'\n"
        f"    folder = snapshot_download(repo_id={REPO!r})",
        "del os.environ['AISTUDIO_CACHE_HOME']\nprint(dict(os.environ) == before)",
    )
    assert scene.lost(scene.home.path / "empty" / "models" / REPO) == set()
    assert hub.log.since(mark) == [] and text_of(cells[2]) == "True\n"
    assert "ImportedClientWarning" not in text_of(cells[1], "stderr")


def test_a_local_hub_from_the_first_cell_on(hf_notebook, hf_scene, hf_hub):
    """A later import of huggingface_hub finds it, and so does a command that a cell runs."""
    mark = hf_hub.mark()
    cells = hf_notebook.run(
        "import hubcache\nhub = hubcache.local_hub(offline=True).start()",
        f"from huggingface_hub import snapshot_download\nprint(snapshot_download({HF_REPO!r}, cache_dir='empty'))",
        "!{__import__('sys').executable} -c \"from huggingface_hub import snapshot_download as load; "
        f"load('{HF_REPO}', cache_dir='other')\"",
        "hub.stop()\nhub",
    )
    assert hf_scene.lost(Path(text_of(cells[1]).strip())) == set()
    assert hf_scene.lost(hf_scene.home.path / "other" / "models--me--tuned" / "snapshots" / hf_scene.commit) == set()
    assert hf_hub.log.since(mark) == []
    assert "no longer answers" in text_of(cells[3], "stderr")


def test_the_end_of_the_kernel(notebook):
    [outputs] = notebook.run("import hubcache\nprint(hubcache.local_hub(offline=True).start().url)")
    assert text_of(outputs).startswith("http://127.0.0.1:")
    wait_until(lambda: not is_answering(text_of(outputs).strip()))


def test_a_client_that_is_imported_too_early(hf_notebook, hf_scene, hf_hub):
    """The warning stands below the cell that starts the local hub; the client does not use the local hub."""
    mark = hf_hub.mark()
    cells = hf_notebook.run(
        "from huggingface_hub import snapshot_download",
        "import hubcache\nhub = hubcache.local_hub(offline=True).start()",
        f"snapshot_download({HF_REPO!r}, cache_dir='empty')",
    )
    shown = text_of(cells[1], "stderr")
    assert (
        "ImportedClientWarning: huggingface_hub does not use this local hub" in shown and "Restart the kernel" in shown
    )
    assert [request.path for request in hf_hub.log.since(mark) if "/resolve/" in request.path]


@pytest.mark.parametrize("readme", READMES)
def test_the_cells_in_the_readmes(notebook, hubcache, scene, hub, readme):
    block, first_cell, magic, _ = python_blocks(readme, "Notebook")
    ok(hubcache("adopt", REPO, scene.user))
    mark = hub.mark()
    cells = notebook.run(
        block, "print(folder)", first_cell, "snapshot_download(repo_id=" + repr(REPO) + ")", "hub.stop()"
    )
    assert scene.lost(Path(text_of(cells[1]).strip())) == set() and hub.log.since(mark) == []
    [outputs] = notebook.run(magic)
    assert "adopted" in html_of(outputs)


# --- the magic command


def test_the_magic_command(notebook, scene):
    """Each operation shows its report as a table. Words may be quoted, and have variables."""
    cells = notebook.run(
        "%load_ext hubcache\nfolder = 'my-model'",
        f"%hubcache adopt {REPO} {{folder}} --exclude 'inference/'",
        "%hubcache status",
        f"%hubcache verify {REPO} --offline",
        "%hubcache refresh --check",
        "report = %hubcache targets\nprint(type(report).__name__)",
        "%hubcache hash my-model/README.md --lfs --sha256",
        f"%hubcache release {REPO}",
    )
    titles = [re.search(r"<b>(.*?)</b>", html_of(cells[i]))[1] for i in (1, 2, 3, 4, 6, 7)]
    assert titles == [
        f"AdoptReport: {REPO}, aistudio",
        "StatusReport",
        "VerifyReport",
        "RefreshReport",
        "HashReport",
        f"ReleaseReport: {REPO}, aistudio",
    ]
    assert "README.md" in html_of(cells[6]) and "adopted" in html_of(cells[2])
    assert text_of(cells[5]) == "TargetsReport\n" and scene.lost(scene.user) == set()


def test_errors_of_the_magic_command(notebook, scene):
    """They are two lines, as of the command, and no traceback."""
    lines = [
        f"release {REPO}",
        "adopt",
        "adopt no-id my-model",
        "frobnicate",
        "status --bogus",
        "status --target a --target b",
        "adopt 'unclosed",
        f"adopt {REPO} my-model --link rope",
    ]
    cells = notebook.run("%load_ext hubcache", *(f"%hubcache {line}" for line in lines))
    told = [text_of(outputs, "stderr") for outputs in cells[1:]]
    assert {output.output_type for outputs in cells[1:] for output in outputs} == {"stream"}
    for text in told:
        assert re.fullmatch(r"error: [^\n]+\nhint: [^\n]+\n", text), text
    assert "is not adopted" in told[0] and "repo_id, folder" in told[1] and "no-id" in told[2]
    assert (
        "frobnicate" in told[3] and "--bogus" in told[4] and "--target is given twice" in told[5] and "rope" in told[7]
    )


def test_a_question_of_the_magic_command(notebook, scene):
    """Here nobody can answer it: then the files are not copied."""
    write(scene.user / "large", b"x")
    os.truncate(scene.user / "large", 2 << 30)
    cells = notebook.run(
        "%load_ext hubcache", f"%hubcache adopt {REPO} my-model --link copy", "%hubcache status --offline"
    )
    assert text_of(cells[1], "stderr").startswith("error: copy declined") and not scene.place.exists()


def test_help_of_the_magic_command(notebook, hubcache):
    """The options are those of the command, except for those about its output and exit code."""
    operations = [
        "adopt",
        "status",
        "refresh",
        "release",
        "restore",
        "verify",
        "ls",
        "du",
        "rm",
        "prune",
        "dedupe",
        "hash",
        "targets",
        "doctor",
    ]
    cells = notebook.run("%load_ext hubcache", "%hubcache --help", *(f"%hubcache {name} --help" for name in operations))
    assert all(name in text_of(cells[1]) for name in operations)
    for name, outputs in zip(operations, cells[2:]):
        others = {"adopt": {"--quiet"}, "status": {"--check", "--verbose"}, "verify": {"--fail-on", "--quiet"}}
        others |= {"hash": {"--quiet"}, "ls": {"--csv"}, "dedupe": {"--quiet"}}
        options = set(re.findall(r"^  (?:-\w,)?(--[a-z0-9-]+)", hubcache(name, "--help").stdout, re.M))
        shown = set(re.findall(r"^  (?:-\w, )?(--[a-z0-9-]+)", text_of(outputs), re.M))
        assert shown == options - {"--json"} - others.get(name, set()), name
        assert "Raises:" not in text_of(outputs) and "as in " not in text_of(outputs), name
    assert re.search(r"--place PLACE +for the targets", text_of(cells[5]))
