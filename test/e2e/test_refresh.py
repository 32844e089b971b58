"""hubcache refresh updates adoptions."""

import json

import pytest
from hf_scene import REPO as HF_REPO
from hf_scene import HfScene
from hfdouble import HfHub
from home import read_msc
from hubdouble import Hub
from scene import FILES, REPO, Scene, write

from adoption import ok, record_folder, tree

OTHER = "ctbots/other"


@pytest.fixture
def scene(hub, home) -> Scene:
    return Scene(hub, home)


def refreshed(run) -> dict[str, dict]:
    return {repo["repo_id"]: repo for repo in json.loads(run.stdout)["repos"]}


def heads(said: str) -> list[str]:
    """Returns the first line of each repo, without the lines below it."""
    return [line for line in said.splitlines() if not line.startswith(" ")]


def counts(repo: dict) -> tuple:
    return repo["stale"], repo["added"], repo["changed"], repo["removed"], repo["renewed"]


def change(scene: Scene) -> None:
    write(scene.user / "new.txt", b"new")
    (scene.user / "config.json").unlink()


def test_nothing_to_do(hubcache, scene, home):
    assert hubcache("refresh").stdout == "no repos are adopted\n"
    ok(hubcache("adopt", REPO, scene.user))
    before = tree(scene.place)
    assert heads(ok(hubcache("refresh"))) == [f"{REPO}: up to date"]
    assert hubcache("refresh", "--check").returncode == 0
    assert tree(scene.place) == before


def test_new_shas_after_a_push(sdk, hubcache, scene):
    ok(hubcache("adopt", REPO, scene.user))
    scene.push()
    assert sdk.file_download(REPO, "README.md").value is None
    assert counts(refreshed(hubcache("refresh", "--json"))[REPO]) == (True, 0, 0, 0, 1)
    assert sdk.file_download(REPO, "README.md").value == str(scene.place / "README.md")
    assert sdk.snapshot_download(REPO).downloads == set() and scene.lost(scene.place) == set()


def test_new_changed_and_removed_files(sdk, hubcache, scene):
    ok(hubcache("adopt", REPO, scene.user, "--link", "copy"))
    change(scene)
    write(scene.user / "README.md", b"edited once more")
    assert heads(ok(hubcache("refresh"))) == [f"{REPO}: refreshed: 1 new, 1 changed, 1 removed, 2 files (19 B) copied"]
    assert (scene.place / "README.md").read_bytes() == b"edited once more"
    assert (scene.place / "new.txt").exists() and not (scene.place / "config.json").exists()
    assert not (scene.place / "README.md").is_symlink()  # the kind of link requested at the adoption
    assert sdk.snapshot_download(REPO).downloads == {"config.json"}


def test_records_that_another_has_rewritten(sdk, hubcache, scene):
    ok(hubcache("adopt", REPO, scene.user))
    scene.index(scene.exact({"README.md"}))
    assert counts(refreshed(hubcache("refresh", "--json"))[REPO]) == (True, 0, 0, 0, 5)
    assert len(read_msc(scene.place)) == 2 * len(FILES)


def test_check_changes_nothing(hubcache, scene, home):
    ok(hubcache("adopt", REPO, scene.user))
    change(scene)
    before = tree(home.path)
    run = hubcache("refresh", "--check")
    assert (run.returncode, heads(run.stdout)) == (3, [f"{REPO}: stale: 1 new, 0 changed, 1 removed"])
    assert tree(home.path) == before


def test_patterns_are_those_of_the_adoption(hubcache, scene):
    ok(hubcache("adopt", REPO, scene.user, "--exclude", "*.json", "--no-pin"))
    write(scene.user / "more.json", b"{}")
    assert heads(ok(hubcache("refresh"))) == [f"{REPO}: up to date"]
    assert not (scene.place / "more.json").exists()
    assert "" not in {record["Revision"] for record in read_msc(scene.place)}


POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:%s\nsize 6000000\n" % (b"a" * 64)


def test_says_what_adopt_says(hubcache, scene):
    ok(hubcache("adopt", REPO, scene.user))
    write(scene.user / "more.bin", POINTER)
    (scene.user / "config.json").unlink()
    (scene.place / "README.md").unlink()
    write(scene.place / "README.md", b"put there by the client")
    said = ok(hubcache("refresh"))
    assert said.startswith(f"{REPO}: refreshed: 1 new, 1 changed, 1 removed\n")
    assert "\n  warning: the folder has Git LFS pointers instead of the content of 1 file ('more.bin')" in said
    assert "\n  aistudio-sdk will download 1 file, " in said and "\n    config.json  " in said
    assert f"\n  kept: {scene.place.parents[1]}" in said and said.count("warning: the folder has Git LFS") == 1
    again = refreshed(hubcache("refresh", "--json"))[REPO]  # up to date, and the client will still download it
    assert not again["stale"] and [file["path"] for file in again["missing"]] == ["config.json"]
    assert any("Git LFS pointers" in warning for warning in again["warnings"])


def test_a_file_that_comes_back_is_not_announced_as_a_download(sdk, hubcache, scene):
    """The adoption displaced the client's file. It is restored if the user removes the adopted file, so no download is
    announced for it."""
    sdk.snapshot_download(REPO)
    ok(hubcache("adopt", REPO, scene.user))
    (scene.user / "config.json").unlink()
    (scene.user / "README.md").unlink()
    (scene.place.parents[1] / "._hubcache" / REPO / "displaced/README.md").unlink()
    said = ok(hubcache("refresh"))
    assert (
        "aistudio-sdk will download 1 file" in said and "\n    README.md  " in said and "\n    config.json" not in said
    )
    assert sdk.snapshot_download(REPO).downloads == {"README.md"}


def test_a_failure_has_its_next_step(hubcache, hub, scene):
    ok(hubcache("adopt", REPO, scene.user))
    run = hubcache("refresh", env={"STUDIO_GIT_HOST": hub.url.replace("127.0.0.1", "localhost")})
    assert run.returncode == 5 and f"\n  hint: set STUDIO_GIT_HOST={hub.url}" in run.stdout


def test_a_copy_is_announced(hubcache, scene):
    ok(hubcache("adopt", REPO, scene.user, "--link", "copy"))
    write(scene.user / "README.md", b"edited once more")
    assert "copying 1 file, 16 B, to " in hubcache("refresh").stderr


def test_every_revision(sdk, hubcache, scene):
    scene.remote.branch("v1")
    for revision in ("v1", "master"):
        ok(hubcache("adopt", REPO, scene.user, "--revision", revision, "--no-pin"))
    scene.remote.push({"README.md": b"pushed"}, branch="v1")
    scene.push()
    assert counts(refreshed(hubcache("refresh", "--json"))[REPO]) == (True, 0, 0, 0, 2)
    for revision in ("v1", "master"):
        assert sdk.snapshot_download(REPO, revision=revision).downloads == set()


def test_one_that_fails_does_not_stop_the_others(hubcache, hub, home, scene):
    other = Scene(hub, home, OTHER)
    gone = home.path / "gone"
    other.user.rename(gone)
    scene = Scene(hub, home)
    ok(hubcache("adopt", OTHER, gone))
    ok(hubcache("adopt", REPO, scene.user))
    before = tree(other.place)
    gone.rename(home.path / "unmounted")
    change(scene)
    run = hubcache("refresh", "--json")
    repos = refreshed(run)
    assert run.returncode == 1 and "does not exist" in repos[OTHER]["error"]["message"]
    assert counts(repos[REPO]) == (True, 1, 0, 1, 0) and tree(other.place) == before
    gone.mkdir()  # an empty mount point: no file may count as removed
    assert hubcache("refresh", OTHER).returncode == 1 and tree(other.place) == before


def test_by_id_and_target(hubcache, scene):
    ok(hubcache("adopt", REPO, scene.user, "--target", "aistudio", "--target", "fastdeploy"))
    change(scene)
    assert heads(ok(hubcache("refresh", REPO, "--target", "fastdeploy"))) == [
        f"{REPO} for fastdeploy: refreshed: 1 new, 0 changed, 1 removed"
    ]
    assert heads(ok(hubcache("refresh", REPO))) == [
        f"{REPO}: refreshed: 1 new, 0 changed, 1 removed",
        f"{REPO} for fastdeploy: up to date",
    ]
    run = hubcache("refresh", OTHER)
    assert run.returncode == 1 and f"{OTHER} is not adopted" in run.stderr


def test_a_local_dir_is_remembered_or_named(hubcache, scene, home):
    place = home.path / "place"
    ok(hubcache("adopt", REPO, scene.user, "--target", "aistudio-dir", "--place", place))
    change(scene)
    assert heads(ok(hubcache("refresh"))) == [f"{REPO} for aistudio-dir: refreshed: 1 new, 0 changed, 1 removed"]
    env = {"HUBCACHE_STATE": str(home.path / "lost")}
    assert ok(hubcache("refresh", env=env)) == "no repos are adopted\n"
    assert heads(ok(hubcache("refresh", REPO, "--target", "aistudio-dir", "--place", place, env=env))) == [
        f"{REPO} for aistudio-dir: up to date"
    ]


def test_the_hub_is_down(hubcache, scene, hub):
    ok(hubcache("adopt", REPO, scene.user))
    change(scene)
    hub.fault("/api/v1", status=404)
    run = hubcache("refresh")
    assert run.returncode == 4 and run.stdout.startswith(f"{REPO}: failed: ")
    assert heads(ok(hubcache("refresh", "--offline"))) == [f"{REPO}: refreshed: 1 new, 0 changed, 1 removed"]


def test_a_command_that_was_cut_off_is_stale(hubcache, scene, home):
    ok(hubcache("adopt", REPO, scene.user))
    record = next(home.cache.rglob("record.jsonl"))
    record.write_text(record.read_text().replace('"phase":"done"', '"phase":"applying"'))
    checked = hubcache("refresh", "--check")
    assert checked.returncode == 3 and "was interrupted" in checked.stdout
    assert "refreshed" in ok(hubcache("refresh"))
    assert heads(ok(hubcache("refresh"))) == [f"{REPO}: up to date"]


# --- another hub than the one that it was adopted from


@pytest.fixture
def mirror():
    """Provides the same repo on another hub, with other content."""
    with Hub(lfs_size="content") as mirror:
        mirror.repo(REPO).push(FILES | {"README.md": b"of the mirror\n", "more.bin": b"more"})
        yield mirror


def test_under_another_hub_nothing_is_recorded_by_accident(hubcache, scene, hub, mirror):
    ok(hubcache("adopt", REPO, scene.user))
    before = tree(scene.home.path)
    there = {"STUDIO_GIT_HOST": mirror.url}
    run = hubcache("refresh", "--json", env=there)
    error = refreshed(run)[REPO]["error"]
    assert run.returncode == 5 and hub.url in error["message"] and mirror.url in error["message"]
    assert f"STUDIO_GIT_HOST={hub.url}" in error["hint"] and len(mirror.log) == 0
    assert hubcache("refresh", "--offline", env=there).returncode == 0
    assert tree(scene.home.path) == before
    status = json.loads(hubcache("status", REPO, "--json", env=there).stdout)["repos"][0]
    assert status["hub_moved_on"] is None and any(hub.url in note and mirror.url in note for note in status["notes"])
    assert f"adopted from {hub.url}" in hubcache("verify", REPO, env=there).stdout
    assert f"adopted from the hub {hub.url}" in hubcache("run", "--", "true", env=there).stderr


def test_adopting_again_changes_the_hub_and_says_so(hubcache, scene, hub, mirror):
    ok(hubcache("adopt", REPO, scene.user))
    there = {"STUDIO_GIT_HOST": mirror.url}
    assert f"the previous adoption recorded the hub {hub.url};" in ok(hubcache("adopt", REPO, scene.user, env=there))
    assert heads(ok(hubcache("refresh", env=there))) == [f"{REPO}: up to date"]
    assert hubcache("refresh").returncode == 5


def test_addresses_of_one_hub(hubcache, scene, hub):
    """Different spellings of one address are the same hub. For the local hub's address, the hub behind it counts."""
    ok(hubcache("adopt", REPO, scene.user))
    assert heads(ok(hubcache("refresh", env={"STUDIO_GIT_HOST": hub.url.replace("http:", "HTTP:")}))) == [
        f"{REPO}: up to date"
    ]
    inside = hubcache("run", "--", hubcache.binary, "refresh")
    assert inside.returncode == 0 and inside.stdout == f"{REPO}: up to date\n" and "adopted from" not in inside.stderr


def test_a_record_that_does_not_name_its_hub(hubcache, scene, hub, mirror):
    """A record has no hub if an earlier version wrote it or the adoption was offline. The next hub that hubcache
    contacts is recorded."""
    ok(hubcache("adopt", REPO, scene.user))
    file = record_folder(scene.home, REPO) / "record.jsonl"
    header, *entries = file.read_text().splitlines()
    value = json.loads(header)
    value["revisions"] = [revision[:3] for revision in value["revisions"]]
    file.write_text("\n".join([json.dumps(value), *entries]) + "\n")
    assert hubcache("refresh", env={"STUDIO_GIT_HOST": mirror.url}).returncode == 0
    assert hubcache("refresh").returncode == 5
    ok(hubcache("release", REPO))
    ok(hubcache("adopt", REPO, scene.user, "--offline"))
    assert hubcache("refresh", env={"STUDIO_GIT_HOST": mirror.url}).returncode == 0
    assert hubcache("refresh").returncode == 5


def test_another_hub_of_hugging_face(hubcache, home, hf_hub):
    scene = HfScene(hf_hub, home)
    with HfHub() as mirror:
        mirror.repo(HF_REPO).push(FILES)
        env, there = {"HF_ENDPOINT": hf_hub.url}, {"HF_ENDPOINT": mirror.url}
        ok(hubcache("adopt", f"hf:{HF_REPO}", scene.user, env=env))
        run = hubcache("refresh", "--json", env=there)
        assert run.returncode == 5 and f"HF_ENDPOINT={hf_hub.url}" in refreshed(run)[HF_REPO]["error"]["hint"]
        assert "up to date" in ok(hubcache("refresh", env=env))
        assert "up to date" in hubcache("run", "--", hubcache.binary, "refresh", env=env).stdout
