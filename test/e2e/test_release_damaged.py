"""release and restore with damaged, empty or unreadable metadata of the client: hubcache restores the metadata from
before the adoption and keeps the damaged file. If a file cannot be read, hubcache changes nothing."""

import os
from pathlib import Path

import pytest
from hf_scene import REPO as HF_REPO
from hf_scene import HfScene
from rights import powerless  # noqa: F401 (a fixture)
from scene import ALL, REPO, Scene, write

from adoption import files, ok, record_folder, tree

DAMAGED = {"empty": b"", "torn": b"\x80\x04\x95", "another format": b"[]\n"}
NOTES = (".mdl", ".mv")


@pytest.fixture
def scene(hub, home) -> Scene:
    return Scene(hub, home)


@pytest.fixture(params=DAMAGED)
def damage(request) -> bytes:
    return DAMAGED[request.param]


def standing(folder: Path) -> dict[str, tuple]:
    """Returns the entries with inodes and times, except those of .mdl and .mv, which the SDK rewrites at every run."""
    return {name: what[:3] if name.endswith(NOTES) else what for name, what in tree(folder, times=True).items()}


def kept(home, name: str) -> list[bytes]:
    return [path.read_bytes() for path in (record_folder(home, REPO) / "kept").rglob(name) if path.is_file()]


def kept_aside(home) -> dict[str, tuple]:
    folder = record_folder(home, REPO)
    return {
        name: tree(folder, times=True).get(name) for name in ("record.jsonl", "index.before", "displaced/README.md")
    }


@pytest.mark.parametrize("had_a_file", [False, True], ids=["new place", "a file from before"])
@pytest.mark.parametrize("between", ["offline first", "all files pushed", "pinned later"])
def test_no_index_before_and_all_ids_new_since(sdk, hubcache, scene, home, between, had_a_file):
    """The index of the first adoption shares no id with the second adoption. It must still not count as the client's
    index."""
    if had_a_file:
        write(scene.place / "README.md", b"from before")
    before = standing(home.path / ".cache") if had_a_file else None
    first = {"offline first": ["--offline"], "all files pushed": [], "pinned later": ["--no-pin"]}[between]
    for name in files(scene.user).keys() - set(ALL):
        (scene.user / name).unlink()
    ok(hubcache("adopt", REPO, scene.user, *first))
    if between == "all files pushed":
        scene.remote.push({name: b"pushed " + name.encode() for name in ALL})
    ok(
        hubcache(
            "adopt" if between == "pinned later" else "refresh",
            REPO,
            *([scene.user] if between == "pinned later" else []),
        )
    )
    ok(hubcache("release", REPO))
    if had_a_file:
        assert standing(home.path / ".cache") == before
    else:
        assert not (home.path / ".cache/aistudio").exists()


@pytest.mark.parametrize("between", ["nothing", "adopted again", "refreshed"])
def test_the_index_from_before_comes_back(sdk, hubcache, scene, home, damage, between):
    sdk.download_genuine(REPO)
    before = standing(scene.place)
    ok(hubcache("adopt", REPO, scene.user))
    write(scene.place / ".msc", damage)
    if between == "adopted again":
        ok(hubcache("adopt", REPO, scene.user))
    if between == "refreshed":
        ok(hubcache("refresh", REPO))
    run = hubcache("release", REPO)
    assert run.returncode == 0 and standing(scene.place) == before
    assert kept(home, ".msc") == [damage]
    assert between != "nothing" or str(record_folder(home, REPO) / "kept") in run.stdout
    assert sdk.snapshot_download(REPO).downloads == set()


@pytest.mark.parametrize("between", ["nothing", "adopted again", "restored"])
def test_the_index_from_before_comes_back_in_place(sdk, hubcache, scene, home, damage, between):
    scene.put("copy").index(scene.exact())
    before = standing(scene.place)
    ok(hubcache("adopt", REPO, scene.place))
    write(scene.place / ".msc", damage)
    if between == "adopted again":
        ok(hubcache("adopt", REPO, scene.place))
    if between == "restored":
        ok(hubcache("restore", REPO))
    ok(hubcache("release", REPO))
    assert standing(scene.place) == before
    assert kept(home, ".msc") == [damage]


def test_without_an_index_before_there_is_none(sdk, hubcache, scene, home, damage):
    ok(hubcache("adopt", REPO, scene.user))
    write(scene.place / ".msc", damage)
    ok(hubcache("release", REPO))
    assert files(scene.place) == {} and kept(home, ".msc") == [damage]
    assert sdk.snapshot_download(REPO).downloads == ALL


def test_an_index_that_was_damaged_before_comes_back_in_place(hubcache, scene):
    scene.put("copy")
    write(scene.place / ".msc", b"damaged before")
    before = standing(scene.place)
    ok(hubcache("adopt", REPO, scene.place))
    ok(hubcache("release", REPO))
    assert standing(scene.place) == before


@pytest.mark.parametrize("way", ["unreadable", "a folder"])
def test_an_index_that_cannot_be_read_stops_the_release(sdk, hubcache, powerless, scene, home, way):  # noqa: F811
    sdk.download_genuine(REPO)
    before = standing(scene.place)
    ok(hubcache("adopt", REPO, scene.user))
    index = scene.place / ".msc"
    if way == "unreadable":
        write(index, b"the client's own")
        index.chmod(0)
    else:
        index.unlink()
        index.mkdir()
    adopted = standing(scene.place) | kept_aside(home)
    run = powerless("release", REPO)
    assert (run.returncode, run.stdout) == (1, "") and str(index) in run.stderr and "release again" in run.stderr
    assert standing(scene.place) | kept_aside(home) == adopted
    index.rename(home.path / "away")
    ok(powerless("release", REPO))
    assert standing(scene.place) == before


def test_the_version_note_of_the_sdk(sdk, hubcache, scene, home):
    """If `.mv` is not text, the SDK raises an exception at every run."""
    sdk.download_genuine(REPO)
    before = files(scene.place)
    ok(hubcache("adopt", REPO, scene.user))
    write(scene.place / ".mv", b"\xff\xfe")
    ok(hubcache("release", REPO))
    assert files(scene.place) == before and kept(home, ".mv") == [b"\xff\xfe"]
    assert sdk.snapshot_download(REPO).error is None


def test_a_name_that_is_not_utf8_in_the_place(hubcache, scene, home):
    """One such file was in the place before the adoption, and another one was added later."""
    odd = {name: os.path.join(os.fsencode(scene.place), name) for name in (b"before\xff", b"since\xff")}
    scene.place.mkdir(parents=True)
    Path(os.fsdecode(odd[b"before\xff"])).write_bytes(b"x")
    ok(hubcache("adopt", REPO, scene.user))
    Path(os.fsdecode(odd[b"since\xff"])).write_bytes(b"y")
    ok(hubcache("refresh", REPO))
    ok(hubcache("release", REPO))
    assert os.listdir(os.fsencode(scene.place)) == [b"before\xff"]
    kept = (record_folder(home, REPO) / "kept").rglob("since*")
    assert [path.read_bytes() for path in kept] == [b"y"]


def test_a_version_note_that_was_removed_comes_back(sdk, hubcache, scene):
    sdk.download_genuine(REPO)
    before = files(scene.place)
    ok(hubcache("adopt", REPO, scene.user))
    (scene.place / ".mv").unlink()
    ok(hubcache("release", REPO))
    assert files(scene.place) == before


def test_an_index_that_became_a_symlink_is_kept(sdk, hubcache, scene, home):
    """The symlink is not from before the adoption, so release does not restore it."""
    sdk.download_genuine(REPO)
    before = standing(scene.place)
    ok(hubcache("adopt", REPO, scene.user))
    (scene.place / ".msc").rename(home.path / "elsewhere")
    (scene.place / ".msc").symlink_to(home.path / "elsewhere")
    ok(hubcache("adopt", REPO, scene.user))
    ok(hubcache("release", REPO))
    assert standing(scene.place) == before
    assert [path.is_symlink() for path in (record_folder(home, REPO) / "kept").rglob(".msc")] == [True]


# ---- Hugging Face: refs/ and trees/


@pytest.fixture
def hf_scene(hf_hub, home) -> HfScene:
    return HfScene(hf_hub, home)


@pytest.fixture
def env(hf_hub) -> dict[str, str]:
    return {"HF_ENDPOINT": hf_hub.url}


def contents(cache: Path) -> dict[str, tuple]:
    """Returns the files without modes, because the client writes its listings with mode 0600."""
    return {
        name: what[-1]
        for name, what in files(cache).items()
        if "._hubcache" not in name and not name.startswith(".locks/")
    }


@pytest.mark.parametrize("content", [b"", b"\0" * 40, b"0123"], ids=["empty", "zeros", "short"])
@pytest.mark.parametrize("between", ["nothing", "adopted again"])
def test_a_damaged_ref_comes_back(hf, hubcache, hf_scene, env, content, between):
    hf.snapshot_download(HF_REPO)
    before = contents(hf_scene.cache)
    ok(hubcache("adopt", f"hf:{HF_REPO}", hf_scene.user, env=env))
    write(hf_scene.place / "refs/main", content)
    again = ok(hubcache("adopt", f"hf:{HF_REPO}", hf_scene.user, env=env)) if between == "adopted again" else ""
    run = hubcache("release", f"hf:{HF_REPO}", env=env)
    assert run.returncode == 0 and "kept: " in again + run.stdout
    assert contents(hf_scene.cache) == before
    assert hf.snapshot_download(HF_REPO, env={"HF_HUB_OFFLINE": "1"}).value == str(hf_scene.snapshot())


def test_a_ref_that_was_removed_comes_back(hf, hubcache, hf_scene, env):
    hf.snapshot_download(HF_REPO)
    before = contents(hf_scene.cache)
    ok(hubcache("adopt", f"hf:{HF_REPO}", hf_scene.user, env=env))
    (hf_scene.place / "refs/main").unlink()
    ok(hubcache("release", f"hf:{HF_REPO}", env=env))
    assert contents(hf_scene.cache) == before
    assert hf.snapshot_download(HF_REPO, env={"HF_HUB_OFFLINE": "1"}).value == str(hf_scene.snapshot())


@pytest.mark.parametrize("content", [b"", b"[]", b'{"files"'], ids=["empty", "a list", "torn"])
def test_a_damaged_listing_comes_back(hf, hubcache, hf_scene, env, content):
    hf.snapshot_download(HF_REPO)
    listings = list((hf_scene.place / "trees").glob("*.json"))
    if not listings:
        pytest.skip("this client keeps no listing")
    before = contents(hf_scene.cache)
    ok(hubcache("adopt", f"hf:{HF_REPO}", hf_scene.user, env=env))
    write(listings[0], content)
    ok(hubcache("release", f"hf:{HF_REPO}", env=env))
    assert contents(hf_scene.cache) == before
    assert hf.snapshot_download(HF_REPO).error is None


def test_a_ref_that_the_client_has_moved_on_stays(hf, hubcache, hf_scene, env):
    hf.snapshot_download(HF_REPO)
    ok(hubcache("adopt", f"hf:{HF_REPO}", hf_scene.user, env=env))
    hf_scene.push()
    hf.snapshot_download(HF_REPO)
    ok(hubcache("release", f"hf:{HF_REPO}", env=env))
    assert (hf_scene.place / "refs/main").read_text() == hf_scene.commit


def test_a_ref_that_cannot_be_read_stops_the_release(hubcache, powerless, hf_scene, env, home):  # noqa: F811
    ok(hubcache("adopt", f"hf:{HF_REPO}", hf_scene.user, env=env))
    ref = hf_scene.place / "refs/main"
    ref.chmod(0)
    before = tree(home.path, times=True)
    run = powerless("release", f"hf:{HF_REPO}", env=env)
    assert run.returncode == 1 and str(ref) in run.stderr
    assert tree(home.path, times=True) == before
    ref.chmod(0o644)
    ok(powerless("release", f"hf:{HF_REPO}", env=env))
    assert not hf_scene.place.exists() and hf_scene.lost(hf_scene.user) == set()
