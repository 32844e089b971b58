"""Caches in which the client may not write. The SDK writes its metadata at every run and raises an exception if it
cannot, however complete the cache is. The tests use a second user and a read-only mount."""

import json
import os
import subprocess
from pathlib import Path
from typing import Iterator

import pytest
from hf_scene import REPO as HF_REPO
from hf_scene import HfScene
from home import Home
from other_user import reachable_home
from readers import READERS
from scene import REPO, Scene

USER = 54321
AS_USER = ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups", "--"]
DIFFERENCE = 3


@pytest.fixture
def home(egress) -> Iterator[Home]:
    """Provides the home of another user, in a folder that this user can reach."""
    with reachable_home(egress.url) as home:
        yield home


def own(path: Path, user: int) -> None:
    for name in [path, *path.rglob("*")]:
        os.chown(name, user, user, follow_symlinks=False)


@pytest.fixture
def scene(hub, home) -> Scene:
    scene = Scene(hub, home)
    own(home.path, USER)
    return scene


@pytest.fixture
def as_user(hubcache):
    def run(*arguments: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*AS_USER, hubcache.binary, *map(str, arguments)],
            env=hubcache.env,
            cwd=hubcache.folder,
            text=True,
            capture_output=True,
            timeout=120,
        )

    return run


def check_foreseen(as_user, *options) -> str:
    """Asserts that status predicts the exception and that --check fails; returns the note about the file."""
    for more in (options, [*options, "--offline"]):
        run = as_user("status", "--json", "--check", *more)
        assert run.returncode == DIFFERENCE, run.stdout + run.stderr
        [repo] = json.loads(run.stdout)["repos"]
        assert repo["raises"] > 0 and {file["snapshot"]["reason"] for file in repo["files"] if file["on_hub"]} == {
            "not_writable"
        }
    [note] = [note for note in repo["notes"] if "at every run" in note]
    return note


@pytest.mark.parametrize("name", [".mdl", ".mv"])
def test_a_metadata_file_of_another_owner(sdk, as_user, scene, name):
    assert as_user("adopt", REPO, scene.user).returncode == 0
    assert as_user("status", "--check").returncode == 0
    assert sdk.under(*AS_USER).snapshot_download(REPO).error is None
    os.chown(scene.place / name, 0, 0)
    assert sdk.under(*AS_USER).snapshot_download(REPO).error == "PermissionError"
    assert str(scene.place / name) in check_foreseen(as_user)
    adopted = as_user("adopt", REPO, scene.user, "--json")
    assert adopted.returncode == 0 and any(
        str(scene.place / name) in line for line in json.loads(adopted.stdout)["warnings"]
    )


def test_a_cache_of_another_owner(sdk, as_user, hubcache, scene, home):
    """A colleague's cache, which this user may read."""
    sdk.snapshot_download(REPO)
    own(home.cache, 0)
    for folder in [home.cache, *home.cache.rglob("*")]:
        folder.chmod(0o755 if folder.is_dir() else 0o644)
    assert sdk.under(*AS_USER).snapshot_download(REPO).error == "PermissionError"
    assert str(scene.place / ".mdl") in check_foreseen(as_user)
    before = sorted(home.cache.rglob("*"))
    run = as_user("adopt", REPO, scene.user)
    assert run.returncode == 1 and str(home.cache) in run.stderr
    assert sorted(home.cache.rglob("*")) == before


def test_local_dir(sdk, as_user, scene, home):
    folder = home.path / "local"
    options = ["--target", "aistudio-dir", "--place", folder]
    assert as_user("adopt", REPO, scene.user, *options).returncode == 0
    os.chown(folder / ".mv", 0, 0)
    assert sdk.under(*AS_USER).snapshot_download(REPO, local_dir=str(folder)).error == "PermissionError"
    assert str(folder / ".mv") in check_foreseen(as_user, *options, REPO)


def test_a_read_only_mount(sdk, hubcache, scene, home):
    """A model in a container's image is such a mount, where root may not write either."""
    subprocess.run(
        [hubcache.binary, "adopt", REPO, scene.user],
        env=hubcache.env,
        cwd=hubcache.folder,
        check=True,
        capture_output=True,
    )
    program = f"from aistudio_sdk.snapshot_download import snapshot_download; snapshot_download(repo_id={REPO!r})"
    script = f"""
mount --bind {home.cache} {home.cache} && mount -o remount,ro,bind {home.cache} || exit 77
{sdk.venv}/bin/python -c "{program}" 2>&1 | grep -q "OSError.*Read-only file system" || exit 78
{hubcache.binary} status --check"""
    run = subprocess.run(
        ["unshare", "--mount", "sh", "-c", script],
        env=hubcache.env | sdk.env,
        cwd=hubcache.folder,
        text=True,
        capture_output=True,
        timeout=120,
    )
    if run.returncode in (1, 77):
        pytest.skip(f"nothing can be mounted here: {run.stderr}")
    assert run.returncode == DIFFERENCE and "at every run" in run.stdout, run.stdout + run.stderr


def test_hugging_face_reads_a_cache_of_another_owner(hf, as_user, hubcache, hf_hub, home):
    """Hugging Face's clients write nothing if all files exist, so --check succeeds. huggingface_hub 0.26.5 still writes
    refs/main and creates blobs/."""
    hubcache.env["HF_ENDPOINT"] = hf_hub.url
    scene = HfScene(hf_hub, home)
    own(home.path, USER)
    assert as_user("adopt", f"hf:{HF_REPO}", scene.user).returncode == 0
    own(scene.cache, 0)
    client = hf.under(*AS_USER)
    for run in (client.snapshot_download(HF_REPO), client.hf_hub_download(HF_REPO, "README.md")):
        assert (run.error, run.downloads) == ("PermissionError" if hf.version == "0.26.5" else None, set()), (
            run.error_text
        )
    checked = as_user("status", f"hf:{HF_REPO}", "--check")
    assert checked.returncode == 0 and "note: huggingface_hub 0.26.5 writes" in checked.stdout, checked.stdout


@pytest.mark.parametrize(
    "name, returncode", [("aistudio-sdk 0.2.6", DIFFERENCE), ("paddlex 3.2.0", 0), ("paddlex 3.3.13", 0)]
)
def test_other_readers(as_user, hub, home, name, returncode):
    """The place does not show the version of PaddleX, so a note names the version that raises an exception there."""
    [reader] = [one for one in READERS if one.name == name]
    scene = Scene(hub, home, reader.repo_id)
    own(home.path, USER)
    client = reader.sdk(home, hub).under(*AS_USER)
    script, env = reader.full_script(home), reader.variables(home)
    assert as_user("adopt", reader.repo_id, scene.user, *reader.arguments(home)).returncode == 0
    assert client.script(script, env=env).error is None
    checked = as_user("status", "--check", *reader.arguments(home))
    assert checked.returncode == 0 and "at every run" not in checked.stdout
    for folder in home.path.rglob("*"):
        if scene.user not in [folder, *folder.parents]:
            os.chown(folder, 0, 0, follow_symlinks=False)
    raised = {"aistudio-sdk 0.2.6": "PermissionError", "paddlex 3.2.0": "Exception", "paddlex 3.3.13": None}
    assert client.script(script, env=env).error == raised[name]
    checked = as_user("status", "--check", *reader.arguments(home))
    assert checked.returncode == returncode and "at every run" in checked.stdout, checked.stdout
