"""Files that cannot be read are not removed: they stay adopted, are named, and the command exits with 1."""

import json
import os
import subprocess
import sys

import pytest
from hf_scene import REPO as HF_REPO
from hf_scene import HfScene
from home import read_msc
from rights import powerless  # noqa: F401 (a fixture)
from scene import ALL, NESTED, REPO, Scene, write

from adoption import ok, tree
from local_hub import api


@pytest.fixture
def scene(hub, home) -> Scene:
    return Scene(hub, home)


def hide(scene, way: str, elsewhere) -> set[str]:
    """Makes files of the folder unreadable for the command without rights; returns them."""
    if way == "folder":
        (scene.user / "inference").chmod(0)
        return NESTED
    if way == "names without a look":
        (scene.user / "inference").chmod(0o444)
        return NESTED
    link = scene.user / ("inference" if way == "disk" else "config.json")
    link.rename(elsewhere)
    link.symlink_to(link if way == "loop" else elsewhere.parent / "not-mounted")
    return NESTED if way == "disk" else {"config.json"}


WAYS = ["folder", "names without a look", "disk", "dangling", "loop"]


@pytest.mark.parametrize("command", ["refresh", "adopt"])
@pytest.mark.parametrize("way", WAYS)
def test_it_stays_adopted(sdk, hubcache, powerless, scene, tmp_path, way, command):  # noqa: F811
    ok(hubcache("adopt", REPO, scene.user))
    before, records = tree(scene.place, times=True), read_msc(scene.place)
    hidden = hide(scene, way, tmp_path / "hidden")
    arguments = [command, REPO, *([scene.user] if command == "adopt" else [])]
    run = powerless(*arguments, "--json")
    assert run.returncode == 1, run.stdout + run.stderr
    told = json.loads(run.stdout)
    told = told["repos"][0] if command == "refresh" else told
    assert (set(told["unread"]), told["removed"], told["changed"]) == (hidden, 0, 0)
    run = powerless(*arguments)
    assert run.returncode == 1 and all(f"'{path}'" in run.stdout for path in hidden)
    assert read_msc(scene.place) == records
    assert {name: what for name, what in tree(scene.place, times=True).items() if name in ALL} == {
        name: what for name, what in before.items() if name in ALL
    }
    (scene.user / "inference").chmod(0o755) if way.startswith(("folder", "names")) else None
    if way in ("folder", "names without a look"):
        assert ok(powerless("refresh", REPO)) == f"{REPO}: up to date\n"
        assert sdk.snapshot_download(REPO).downloads == set()


def test_check_says_so_too(hubcache, scene):
    ok(hubcache("adopt", REPO, scene.user))
    (scene.user / "config.json").unlink()
    (scene.user / "config.json").symlink_to("nowhere")
    (scene.user / "README.md").unlink()
    run = hubcache("refresh", "--check")
    assert run.returncode == 1 and "1 removed" in run.stdout and "'config.json'" in run.stdout
    (scene.user / "config.json").unlink()
    run = hubcache("refresh", "--check")
    assert run.returncode == 3 and "2 removed" in run.stdout


def test_new_shas_are_taken_for_it(sdk, hubcache, scene):
    ok(hubcache("adopt", REPO, scene.user))
    (scene.user / "README.md").unlink()
    (scene.user / "README.md").symlink_to("nowhere")
    scene.push()
    assert hubcache("refresh").returncode == 1
    revisions = [one["Revision"] for one in read_msc(scene.place) if one["Path"] == "README.md"]
    assert revisions[:2] == ["", scene.exact({"README.md"})[0]["Revision"]]


def test_another_folder_that_cannot_be_read_is_refused(hubcache, scene, home):
    """Files of two folders are not mixed."""
    ok(hubcache("adopt", REPO, scene.user))
    write(home.path / "other/README.md", b"other")
    (home.path / "other/config.json").symlink_to("nowhere")
    before = tree(home.path, times=True)
    run = hubcache("adopt", REPO, home.path / "other")
    assert run.returncode == 1 and "config.json" in run.stderr and "--exclude" in run.stderr
    assert tree(home.cache, times=True) == {
        name.removeprefix(".cache/aistudio/hub/"): what
        for name, what in before.items()
        if name.startswith(".cache/aistudio/hub/")
    }
    ok(hubcache("adopt", REPO, home.path / "other", "--exclude", "config.json"))


def test_run_does_not_give_the_hubs_file(hubcache, scene):
    ok(hubcache("adopt", REPO, scene.user))
    (scene.user / "config.json").unlink()
    (scene.user / "config.json").symlink_to("nowhere")
    script = (
        "import os, urllib.request as r, urllib.error\n"
        "for path in ('README.md', 'config.json'):\n"
        f"    try: print(r.urlopen(os.environ['STUDIO_GIT_HOST'] + '{api(REPO)}/media/' + path + '?ref=master').read())\n"
        "    except urllib.error.HTTPError as error: print(error.code)\n"
    )
    run = hubcache("run", "--", sys.executable, "-c", script)
    assert run.stdout == f"{scene.edited('README.md')!r}\n404\n", run.stdout + run.stderr
    assert "1 adopted file" in run.stderr and "cannot be read" in run.stderr


# ---- Hugging Face: one location for each commit


@pytest.fixture
def hf_scene(hf_hub, home) -> HfScene:
    return HfScene(hf_hub, home)


def test_hugging_face(hubcache, powerless, hf_scene, hf_hub):  # noqa: F811
    env = {"HF_ENDPOINT": hf_hub.url}
    ok(hubcache("adopt", f"hf:{HF_REPO}", hf_scene.user, env=env))
    before = tree(hf_scene.snapshot(), times=True)
    (hf_scene.user / "inference").chmod(0)
    run = powerless("refresh", "--json", env=env)
    assert run.returncode == 1 and set(json.loads(run.stdout)["repos"][0]["unread"]) == NESTED
    assert tree(hf_scene.snapshot(), times=True) == before
    hf_scene.push()
    place = tree(hf_scene.place, times=True)
    run = powerless("refresh", env=env)  # files of a new commit need new links
    assert run.returncode == 1 and "cannot be read" in run.stdout and "inference" in run.stdout
    assert tree(hf_scene.place, times=True) == place
    (hf_scene.user / "inference").chmod(0o755)
    ok(powerless("refresh", env=env))
    assert hf_scene.lost(hf_scene.snapshot()) == set()


# ---- the place: an unreadable entry must not count as missing


@pytest.mark.parametrize("mode", [0, 0o444], ids=["no names", "names without a look"])
def test_a_place_that_cannot_be_read_in_full(hubcache, powerless, scene, mode):  # noqa: F811
    ok(hubcache("adopt", REPO, scene.user))
    folder = scene.place / "inference"
    folder.chmod(mode)
    before = tree(scene.home.cache)
    for command in (["status", REPO], ["refresh", REPO], ["release", REPO]):
        run = powerless(*command)
        assert (
            run.returncode == 1
            and str(folder) in run.stdout + run.stderr
            and "Permission denied" in run.stdout + run.stderr
        )
    assert tree(scene.home.cache) == before
    folder.chmod(0o755)
    ok(powerless("release", REPO))


def deep(scene, levels: int):
    folder = scene.user.joinpath(*["d"] * levels)
    write(folder / "file", b"deep")
    return folder / "file"


def test_a_deep_folder(hubcache, scene):
    """A folder with 100 levels has 100 levels in the place."""
    path = deep(scene, 100).relative_to(scene.user)
    ok(hubcache("adopt", REPO, scene.user))
    assert (scene.place / path).read_bytes() == b"deep"
    assert ok(hubcache("refresh")).startswith(f"{REPO}: up to date\n")
    ok(hubcache("release", REPO))
    assert not scene.place.exists() and scene.lost(scene.user) == set()


def test_a_folder_that_is_too_deep_is_named(hubcache, scene):
    deep(scene, 129)
    run = hubcache("adopt", REPO, scene.user)
    assert run.returncode == 0 and "more than 128 folders deep" in run.stdout
    assert ok(hubcache("refresh")).startswith(f"{REPO}: up to date\n")


def test_too_few_descriptors_for_a_deep_place(hubcache, scene):
    folder = scene.place.joinpath(*["d"] * 80)
    write(folder / "file", b"deep")
    run = subprocess.run(
        ["sh", "-c", f"ulimit -n 60; exec {hubcache.binary} status {REPO} --offline"],
        env=hubcache.env,
        cwd=hubcache.folder,
        text=True,
        capture_output=True,
        timeout=120,
    )
    assert run.returncode == 1 and os.strerror(24) in run.stderr, run.stdout + run.stderr
