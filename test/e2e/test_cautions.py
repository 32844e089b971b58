"""Warnings of an adoption that succeeds, but whose effect may differ from what the user expects."""

import os
import subprocess
import unicodedata

import pytest
from hf_scene import REPO as HF_REPO
from hf_scene import HfScene
from scene import ALL, REPO, Scene, write

from adoption import ok

POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"5" * 64 + b"\nsize 4999999999\n"


@pytest.fixture
def scene(hub, home) -> Scene:
    return Scene(hub, home)


def warnings(hubcache, *arguments, **more) -> list[str]:
    return ok(hubcache("adopt", *arguments, "--json", **more))["warnings"]


# ---- the hub's spelling of the id


def test_an_id_in_the_wrong_case(sdk, hubcache, scene):
    """The hub answers for both spellings, but the SDK uses two folders."""
    wrong = "CTBots/First-Paddle-Model"
    [told] = [line for line in warnings(hubcache, wrong, scene.user) if "spells" in line]
    assert REPO in told and wrong in told
    assert sdk.snapshot_download(REPO).downloads == ALL
    assert not any("spells" in line for line in warnings(hubcache, REPO, scene.user))


def test_an_id_in_the_wrong_case_on_hugging_face(hubcache, hf_hub, home):
    scene = HfScene(hf_hub, home)
    hf_hub.ignores_case = True
    env = {"HF_ENDPOINT": hf_hub.url}
    [told] = [line for line in warnings(hubcache, "hf:Me/Tuned", scene.user, env=env) if "spells" in line]
    assert HF_REPO in told and "Me/Tuned" in told
    assert not any("spells" in line for line in warnings(hubcache, f"hf:{HF_REPO}", scene.user, env=env))


# ---- names that look the same


def test_the_hubs_name_in_another_form(sdk, hubcache, hub, home, scene):
    """A name in decomposed form, as in archives of macOS, does not match the hub's name: the SDK downloads the hub's
    file as a second file."""
    composed = "données-é.bin"
    decomposed = unicodedata.normalize("NFD", composed)
    assert composed != decomposed
    scene.remote.push({composed: b"the hub's"})
    write(scene.user / decomposed, b"mine")
    told = warnings(hubcache, REPO, scene.user)
    assert [line for line in told if "look the same" in line and "1 name" in line]
    assert sdk.snapshot_download(REPO).downloads == {composed}
    os.rename(scene.user / decomposed, scene.user / composed)
    assert not any("look the same" in line for line in warnings(hubcache, REPO, scene.user))


def test_two_forms_in_one_folder(hubcache, scene):
    for form in ("NFC", "NFD"):
        write(scene.user / unicodedata.normalize(form, "한글.bin"), form.encode())
    assert any("look the same" in line for line in warnings(hubcache, REPO, scene.user, "--offline"))


# ---- Git LFS


@pytest.mark.parametrize("target", [[], ["--target", "paddlex"]])
def test_lfs_pointers_in_place_of_weights(hubcache, scene, target):
    write(scene.user / "model.safetensors", POINTER)
    write(scene.user / "about.txt", b"version https://git-lfs.github.com/spec/v1 is what I read".ljust(130))
    repo = "PaddleX/first-paddle-model" if target else REPO
    [told] = [line for line in warnings(hubcache, repo, scene.user, "--offline", *target) if "LFS" in line]
    assert "1 file ('model.safetensors')" in told and f"git -C '{scene.user}' lfs pull" in told


def test_lfs_pointers_are_what_git_leaves_without_git_lfs(hubcache, scene, home):
    """A clone of a repo with an LFS pointer, by git without git-lfs, leaves the pointer in place of the weights."""
    origin, clone = home.path / "origin", home.path / "clone"
    write(origin / "model.safetensors", POINTER)
    write(origin / ".gitattributes", b"*.safetensors filter=lfs diff=lfs merge=lfs -text\n")

    def git(*words: object) -> None:
        subprocess.run(
            ["git", "-c", "user.name=me", "-c", "user.email=me@example.org", *map(str, words)],
            check=True,
            capture_output=True,
            env=home.env | {"GIT_CONFIG_NOSYSTEM": "1"},
        )

    git("init", origin)
    git("-C", origin, "add", ".")
    git("-C", origin, "commit", "-m", "weights")
    git("clone", origin, clone)
    assert any(
        "model.safetensors" in line and "lfs pull" in line for line in warnings(hubcache, REPO, clone, "--offline")
    )
