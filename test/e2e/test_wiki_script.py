"""A script like that of the wiki page, with its two functions replaced by hubcache's."""

import hashlib
import os
import pickle
import socket
from pathlib import Path

import pytest
from hubdouble import Hub
from installed import environment, python  # noqa: F401 (fixtures)
from scene import ALL, REPO, Scene, write

from adoption import files, ok, tree

SCRIPT = """# -*- coding: utf-8 -*-
from hubcache import compute_hash, mk_aistudio_cache_file

if __name__ == '__main__':
    project_id = {project_id!r}
    local_dir = {local_dir!r}
    print(mk_aistudio_cache_file(project_id, local_dir))
"""
WRITTEN = "(True, '成功写入cache')\n"
NO_FOLDER = "(False, '模型目录不存在')\n"


@pytest.fixture
def scene(hub, home) -> Scene:
    return Scene(hub, home)


def run(python, project_id: str, local_dir: object, **env: str) -> tuple[str, str]:  # noqa: F811
    done = python.run(SCRIPT.format(project_id=project_id, local_dir=str(local_dir)), env=env)
    assert done.returncode == 0, done.stderr
    return done.stdout, done.stderr


def untouched(before: dict, after: dict) -> bool:
    return {name: after.get(name) for name in before} == before


def copied(scene: Scene, folder: Path) -> Path:
    for path in ALL:
        write(folder / path, scene.edited(path))
    return folder


# --- the folder in the SDK's cache, as on the wiki page


def test_in_the_cache(python, sdk, scene):  # noqa: F811
    scene.put("copy")
    before = files(scene.place)
    assert run(python, REPO, scene.place) == (WRITTEN, "")
    assert pickle.loads((scene.place / ".mdl").read_bytes()) == {"id": REPO}
    for push in (False, True):
        if push:
            scene.push()
        got = sdk.snapshot_download(REPO)
        assert (got.error, got.value, got.downloads) == (None, str(scene.place), set())
        assert untouched(before, files(scene.place))
    assert run(python, REPO, scene.place) == (WRITTEN, "")
    assert sdk.file_download(REPO, "inference/a/weights.bin").value == str(scene.place / "inference/a/weights.bin")


def test_a_dotted_name(python, sdk, hub, home):  # noqa: F811
    scene = Scene(hub, home, "ctbots/model-1.5")
    scene.put("copy")
    assert run(python, scene.repo_id, scene.place) == (WRITTEN, "")
    got = sdk.snapshot_download(scene.repo_id)
    assert (got.error, got.downloads, scene.lost(scene.place)) == (None, set(), set())


def test_the_unmasked_folder_of_a_dotted_name(python, sdk, hub, home, hubcache):  # noqa: F811
    scene = Scene(hub, home, "ctbots/model-1.5")
    folder = copied(scene, scene.place.parent / "model-1.5")
    stdout, stderr = run(python, scene.repo_id, folder)
    assert (
        stdout == WRITTEN
        and f"aistudio-sdk does not look for {scene.repo_id} in this folder, but in '{scene.place}'" in stderr
    )
    assert sdk.snapshot_download(scene.repo_id, local_dir=str(folder)).downloads == set()
    ok(hubcache("adopt", *stderr.strip().split("hubcache adopt ")[1].split()))
    got = sdk.snapshot_download(scene.repo_id)
    assert (got.error, got.downloads, scene.lost(scene.place), scene.lost(folder)) == (None, set(), set(), set())


def test_what_the_hub_does_not_know_is_told(python, scene):  # noqa: F811
    scene.put("copy")
    write(scene.place / "mine.txt", b"not on the hub")
    stdout, stderr = run(python, REPO, scene.place)
    assert stdout == WRITTEN and "the hub lacks 1 file" in stderr


# --- any other folder, which a program passes as local_dir


def test_a_local_dir(python, sdk, scene, hubcache):  # noqa: F811
    folder = copied(scene, scene.home.path / "模型" / "v1.0")
    before = files(folder)
    assert run(python, REPO, folder) == (WRITTEN, "")
    ours = files(folder / "._hubcache")
    for push in (False, True):
        if push:
            scene.push()
        got = sdk.snapshot_download(REPO, local_dir=str(folder))
        assert (got.error, got.value, got.downloads) == (None, str(folder), set())
        assert untouched(before, files(folder))
    assert files(folder / "._hubcache") == ours
    assert set(os.listdir(folder)) - {path.split("/")[0] for path in ALL} == {".msc", ".mv", "._hubcache", "._tmp"}
    assert not scene.place.exists()
    ok(hubcache("release", REPO, "--target", "aistudio-dir", "--place", folder))
    assert untouched(before, files(folder)) and not (folder / "._hubcache").exists()


def test_a_local_dir_without_an_index_is_lost_but_restored(python, sdk, scene, hubcache):  # noqa: F811
    folder = copied(scene, scene.home.path / "model")
    assert run(python, REPO, folder)[0] == WRITTEN
    (folder / ".msc").unlink()
    assert sdk.snapshot_download(REPO, local_dir=str(folder)).downloads == ALL
    assert scene.lost(folder) == ALL
    ok(hubcache("restore", REPO, "--target", "aistudio-dir", "--place", folder))
    assert scene.lost(folder) == set()
    assert sdk.snapshot_download(REPO, local_dir=str(folder)).downloads == set()


def test_a_local_dir_is_undone_exactly(python, scene, hubcache):  # noqa: F811
    folder = copied(scene, scene.home.path / "model")
    before = tree(folder, times=True)
    assert run(python, REPO, folder)[0] == WRITTEN
    ok(hubcache("release", REPO, "--target", "aistudio-dir", "--place", folder))
    assert tree(folder, times=True) == before


def test_a_local_dir_in_status(python, scene, hubcache):  # noqa: F811
    folder = copied(scene, scene.home.path / "model")
    (scene.home.path / "link").symlink_to(folder)
    assert run(python, REPO, scene.home.path / "link")[0] == WRITTEN
    for named in ([], ["--target", "aistudio-dir"], ["--target", "aistudio-dir", REPO, "--place", folder]):
        [repo] = ok(hubcache("status", "--json", *named))["repos"]
        assert (repo["state"], repo["place"], repo["downloads"], repo["losses"]) == ("adopted", str(folder), 0, 0)
    assert ok(hubcache("status", "--json", "--target", "aistudio"))["repos"] == []


def test_a_local_dir_made_empty_stays_when_released(python, scene, hubcache):  # noqa: F811
    folder = copied(scene, scene.home.path / "alone" / "model")
    assert run(python, REPO, folder)[0] == WRITTEN
    ok(hubcache("restore", REPO, "--target", "aistudio-dir", "--place", folder))
    for path in ALL:
        (folder / path).unlink()
    ok(hubcache("release", REPO, "--target", "aistudio-dir", "--place", folder))
    assert folder.is_dir()


# --- failures


@pytest.mark.parametrize("trouble", ["down", "404", "403"])
def test_without_the_hub(python, sdk, scene, hub, trouble):  # noqa: F811
    scene.put("copy")
    with socket.create_server(("127.0.0.1", 0)) as closed:
        nobody = f"http://127.0.0.1:{closed.getsockname()[1]}"
    if trouble == "down":
        stdout, stderr = run(python, REPO, scene.place, STUDIO_GIT_HOST=nobody)
    else:
        with Hub() as other:
            stdout, stderr = run(
                python,
                REPO,
                scene.place,
                STUDIO_GIT_HOST=other.url,
                **({"AISTUDIO_ACCESS_TOKEN": "wrong"} if trouble == "403" else {}),
            )
    assert stdout == WRITTEN
    assert "going on without the hub" in stderr
    got = sdk.snapshot_download(REPO)
    assert (got.error, got.downloads, scene.lost(scene.place)) == (None, set(), set())


def test_no_folder(python, scene):  # noqa: F811
    before = tree(scene.home.path)
    assert run(python, REPO, scene.home.path / "nowhere") == (NO_FOLDER, "")
    (scene.home.path / "script.py").unlink()
    assert tree(scene.home.path) == before


@pytest.mark.parametrize(
    "project_id,local_dir,message",
    [
        ("first-paddle-model", "my-model", "first-paddle-model"),
        ("../models", "my-model", "../models"),
        (REPO, "my-model/README.md", "is not a folder"),
        (REPO, "empty", "no files to adopt"),
        (REPO, "my-model\0", "模型目录不存在"),
        (REPO, "", "模型目录不存在"),
        (None, "my-model", ""),
    ],
)
def test_false_and_a_message(python, scene, project_id, local_dir, message):  # noqa: F811
    (scene.home.path / "empty").mkdir()
    before = tree(scene.home.path)
    script = SCRIPT.replace("print(", "result = (").format(project_id=project_id, local_dir=local_dir)
    written, text = python(script)
    assert written is False and message in text and text != ""
    (scene.home.path / "script.py").unlink()
    assert tree(scene.home.path) == before


# --- compute_hash


def test_compute_hash(python, scene):  # noqa: F811
    contents = {"空.bin": b"", "small": b"abc", "large": bytes(range(256)) * 20_000}
    for name, content in contents.items():
        write(scene.home.path / "hashed" / name, content)
    got = python(
        "import os\nresult = {name: hubcache.compute_hash(os.path.join('hashed', name)) for name in os.listdir('hashed')}"
    )
    assert got == {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}


@pytest.mark.parametrize("name,kind", [("nowhere", "FileNotFoundError"), ("my-model", "IsADirectoryError")])
def test_compute_hash_of_none(python, scene, name, kind):  # noqa: F811
    assert python(f"""
try:
    hubcache.compute_hash({name!r})
except OSError as error:
    result = [type(error).__name__, error.filename]
""") == [kind, name]
