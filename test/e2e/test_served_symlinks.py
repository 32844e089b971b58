"""Symlinks in an adopted folder, under the local hub: it follows them within the folder, and out of the folder only to
the target that they had at the adoption. Another user who may write into the folder cannot choose which other files of
the owner are served."""

from pathlib import Path

import pytest
from scene import REPO, Scene, write

from adoption import ok
from local_hub import api, serving

KEY = b"-----BEGIN OPENSSH PRIVATE KEY-----\n"


@pytest.fixture
def scene(hub, home) -> Scene:
    """Creates a folder with symlinks of each kind, beside a folder of large files and a key."""
    scene = Scene(hub, home)
    write(home.path / "store/big.bin", b"big")
    write(home.path / "store/extra/a.bin", b"extra")
    write(home.path / ".ssh/id_ed25519", KEY)
    write(home.path / ".ssh/config.json", KEY)
    (scene.user / "alias.txt").symlink_to("config.json")
    (scene.user / "sub").symlink_to("inference")
    (scene.user / "big.bin").symlink_to("../store/big.bin")
    (scene.user / "extra").symlink_to(home.path / "store/extra")
    return scene


def swap(name: Path, target: Path) -> None:
    """Replaces a file, a folder or a symlink by a symlink, as another user with write access could."""
    name.rename(name.with_name("swapped-away"))
    name.symlink_to(target)


def media(served, path: str) -> tuple[int, bytes]:
    status, _, body = served.ask(f"{api(REPO)}/media/{path}")
    return status, body


LED = {
    "alias.txt": Scene.edited("config.json"),
    "sub/config.json": Scene.edited("inference/config.json"),
    "big.bin": b"big",
    "extra/a.bin": b"extra",
}


def test_symlinks_as_they_were_adopted(hubcache, scene):
    ok(hubcache("adopt", REPO, scene.user))
    with serving(hubcache, "--offline") as served:
        for path, content in LED.items():
            assert media(served, path) == (200, content)
            assert served.json(f"{api(REPO)}/contents/{path.replace('/', '%2F')}")["size"] == len(content)


def test_what_a_symlink_leads_to_may_change(hubcache, scene):
    """The target's content changes if a program saves by a rename."""
    ok(hubcache("adopt", REPO, scene.user))
    with serving(hubcache, "--offline") as served:
        for path in ("store/big.bin", "store/extra/a.bin", "my-model/config.json"):
            write(scene.home.path / "new", b"saved again")
            (scene.home.path / "new").rename(scene.home.path / path)
        assert [media(served, path) for path in ("big.bin", "extra/a.bin", "alias.txt")] == [(200, b"saved again")] * 3


SWAPS = [
    ("config.json", "my-model/config.json", ".ssh/id_ed25519"),
    ("big.bin", "my-model/big.bin", ".ssh/id_ed25519"),
    ("inference/config.json", "my-model/inference", ".ssh"),
    ("big.bin", "store/big.bin", ".ssh/id_ed25519"),
    ("extra/config.json", "my-model/extra", ".ssh"),
]


@pytest.mark.parametrize(
    "path, swapped, target", SWAPS, ids=["file", "symlink", "folder", "target of a symlink", "symlink to a folder"]
)
@pytest.mark.parametrize("when", ["while it is served", "before the start"])
def test_a_swapped_symlink_is_not_followed(hubcache, scene, path, swapped, target, when):
    write(scene.home.path / "store/extra/config.json", b"extra")
    ok(hubcache("adopt", REPO, scene.user))
    home = scene.home.path
    if when == "before the start":
        swap(home / swapped, home / target)
    with serving(hubcache, "--offline") as served:
        if when == "while it is served":
            swap(home / swapped, home / target)
        status, body = media(served, path)
        told = served.ask(f"{api(REPO)}/contents/{path.replace('/', '%2F')}")[2]
        listed = {entry["path"] for entry in served.json(f"{api(REPO)}/git/trees/master?recursive=true")["tree"]}
    assert (status, KEY in body) == (404, False) and f'"size":{len(KEY)}' not in told.decode()
    assert (path in listed) == (when == "while it is served")
    log = (hubcache.folder / "serve.log").read_text()
    assert path in log and "not served" in log and "hubcache refresh" in log


def test_refresh_adopts_a_new_symlink(hubcache, scene):
    """refresh accepts a symlink for a file that the user has moved out of the folder, and a symlink added after the
    adoption."""
    ok(hubcache("adopt", REPO, scene.user))
    (scene.user / "config.json").rename(scene.home.path / "store/moved.json")
    (scene.user / "config.json").symlink_to("../store/moved.json")
    (scene.user / "new.json").symlink_to("../store/moved.json")
    with serving(hubcache, "--offline") as served:
        assert [media(served, path)[0] for path in ("config.json", "new.json")] == [404, 404]
    ok(hubcache("refresh", REPO))
    with serving(hubcache, "--offline") as served:
        assert [media(served, path) for path in ("config.json", "new.json")] == [(200, scene.edited("config.json"))] * 2


def test_hugging_faces_hub(hubcache, scene):
    """Files that are missing in the client's cache are served from the folder."""
    ok(hubcache("adopt", f"hf:{REPO}", scene.user, "--offline"))
    [snapshot] = (scene.home.path / ".cache/huggingface/hub" / f"models--{REPO.replace('/', '--')}/snapshots").iterdir()
    for path in ("config.json", "README.md", "big.bin"):
        (snapshot / path).unlink()
    with serving(hubcache, "--offline") as served:
        swap(scene.user / "config.json", scene.home.path / ".ssh/id_ed25519")
        answers = [
            served.ask(f"/huggingface/{REPO}/resolve/main/{path}") for path in ("config.json", "README.md", "big.bin")
        ]
    assert [(status, KEY in body) for status, _, body in answers] == [(404, False), (200, False), (200, False)]


@pytest.mark.parametrize("parent", [False, True], ids=["the folder", "a folder above it"])
def test_the_adopted_folder_may_be_a_symlink(hubcache, scene, parent):
    """The symlink `latest -> v2` may change while it is served, and a home may be a symlink."""
    home = scene.home.path
    if parent:
        (home / "elsewhere").symlink_to(home)
        folder = home / "elsewhere/my-model"
    else:
        folder = home / "latest"
        folder.symlink_to(scene.user)
    ok(hubcache("adopt", REPO, folder))
    with serving(hubcache, "--offline") as served:
        assert [media(served, path) for path in LED] == [(200, content) for content in LED.values()]
        if not parent:
            write(home / "v3/config.json", b"v3")
            (home / "v3/alias.txt").symlink_to("config.json")
            folder.unlink()
            folder.symlink_to("v3")
            assert [media(served, path) for path in ("config.json", "alias.txt")] == [(200, b"v3")] * 2
