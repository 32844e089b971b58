"""hubcache with the real csghub-sdk: online, after a push, without a network, and in several working folders. Under
`hubcache run`: test_run_csghub.py."""

import json
import os
import random
import shutil
from pathlib import Path

import pytest
from csg import CSG_VERSIONS, CsgClient
from csg_scene import REPO, CsgScene
from hubdouble.csghub import content_of
from rights import powerless  # noqa: F401 (a fixture)
from scene import ALL, FILES, Scene, read, write

from adoption import contents_beneath, files, ok, tree

ID = f"csg:{REPO}"
FILE = "inference/config.json"
TOKEN = "my-token"
KINDS = ("models", "datasets")

only_old = pytest.mark.parametrize("csg", CSG_VERSIONS[:1], indirect=True)
only_new = pytest.mark.parametrize("csg", CSG_VERSIONS[1:], indirect=True)


@pytest.fixture
def cache(hubcache, csg_hub, csg):
    """Provides the hubcache command, with the variables of the client and its virtual environment."""
    hubcache.env |= {"CSGHUB_DOMAIN": csg_hub.url, "VIRTUAL_ENV": str(csg.venv)}
    hubcache.env["CSGHUB_HOME"] = csg.env["CSGHUB_HOME"]
    return hubcache


@pytest.fixture
def scene(csg_hub, csg) -> CsgScene:
    return CsgScene(csg_hub, csg)


@pytest.fixture
def adopted(cache, scene) -> CsgScene:
    ok(cache("adopt", ID, scene.user))
    return scene


def status(cache, *more: str, repo_id: str = ID) -> dict:
    [repo] = json.loads(cache("status", repo_id, "--json", *more).stdout)["repos"]
    return repo


def check(cache, repo_id: str = ID) -> int:
    return cache("status", repo_id, "--check").returncode


def in_folder(csg: CsgClient, folder: Path) -> CsgClient:
    """Returns the client in another working folder."""
    folder.mkdir(parents=True, exist_ok=True)
    return csg.in_folder(folder)


def check_taken(csg: CsgClient, scene: CsgScene, kind: str = "models", **kwargs) -> None:
    """Asserts that a snapshot and a single file are taken from the place, with the user's content, and that nothing is
    downloaded."""
    run = csg.snapshot_download(scene.repo_id, kind, **kwargs)
    assert (run.value, run.error, run.fetched) == (str(scene.place), None, []), run.error_text
    assert scene.lost(scene.place) == set()
    run = csg.file_download(scene.repo_id, FILE, kind, **kwargs)
    assert (run.error, run.fetched) == (None, []), run.error_text
    if not kwargs.get("local_files_only"):
        assert read(Path(run.value)) == Scene.edited(FILE)


# ---- the client takes edited files


def test_online(csg, adopted):
    before = tree(adopted.user, times=True)
    for _ in range(2):
        check_taken(csg, adopted)
    assert tree(adopted.user, times=True) == before


@pytest.mark.parametrize("link", ["symlink", "hardlink", "copy"])
def test_each_kind_of_link(csg, cache, scene, link):
    ok(cache("adopt", ID, scene.user, "--link", link))
    check_taken(csg, scene)


@pytest.mark.parametrize("link", ["symlink", "copy"])
def test_edits_after_the_adoption(csg, cache, scene, link):
    ok(cache("adopt", ID, scene.user, "--link", link))
    (scene.user / FILE).write_bytes(b"edited once more\n")
    if link == "copy":
        ok(cache("refresh", ID))
    run = csg.snapshot_download(REPO)
    assert (run.fetched, read(scene.place / FILE)) == ([], b"edited once more\n")


def test_a_client_with_another_cache_on_another_file_system(csg, adopted, other_device):
    """The client has no records, and writes its downloads through the symlink in the working folder into the place."""
    before = tree(adopted.user, times=True)
    assert csg.snapshot_download(REPO, env={"CSGHUB_CACHE": str(other_device / "cache")}).downloads == set(ALL)
    assert tree(adopted.user, times=True) == before and adopted.lost(adopted.user) == set()


@pytest.mark.parametrize("options", [[], ["--no-pin"]])
def test_after_a_push(csg, cache, scene, options):
    """The client does not see the hub's changes; hubcache does."""
    ok(cache("adopt", ID, scene.user, *options))
    before = tree(scene.user, times=True)
    scene.push()
    check_taken(csg, scene)
    repo = status(cache)
    assert (repo["hub_moved_on"], repo["downloads"], repo["adoption"]["pinned"]) == (True, 0, len(FILES))
    assert "it keeps the adopted files" in cache("status", ID).stdout
    ok(cache("refresh", ID))
    check_taken(csg, scene)
    assert status(cache)["hub_moved_on"] is False
    assert tree(scene.user, times=True) == before


def test_a_file_that_is_new_on_the_hub(csg, cache, adopted):
    """The client downloads it into the place, through the symlink in the working folder."""
    before = tree(adopted.user, times=True)
    adopted.remote.push({"new.txt": b"new"})
    assert status(cache)["downloads"] == 1
    run = csg.snapshot_download(REPO)
    assert (run.fetched, read(adopted.index / "new.txt"), adopted.lost(adopted.place)) == (["new.txt"], b"new", set())
    check_taken(csg, adopted)
    assert status(cache)["downloads"] == 0
    told = ok(cache("release", ID, "--json"))
    assert [Path(kept).read_bytes() for kept in told["kept"]] == [b"new"]
    assert tree(adopted.user, times=True) == before


def test_the_metadata(csg, cache, adopted):
    """The files are those that the client writes."""
    records = csg.read(adopted.index / ".msc")
    assert sorted(records, key=lambda one: one["Path"]) == adopted.records()
    before = {name: read(adopted.index / name) for name in (".msc", ".mdl", ".mv")}
    check_taken(csg, adopted)
    assert {name: read(adopted.index / name) for name in before} == before


def test_adopted_offline(csg, cache, scene):
    told = ok(cache("adopt", ID, scene.user, "--offline", "--json"))
    assert told["requests"] == 0
    check_taken(csg, scene)
    ok(cache("refresh", ID))
    check_taken(csg, scene)
    assert check(cache) == 0


def test_with_the_network_gone(csg, csg_hub, cache, adopted):
    csg_hub.__exit__()
    check_taken(csg, adopted, local_files_only=True)
    assert csg.snapshot_download(REPO).error == "ConnectionError"
    assert status(cache, "--offline")["downloads"] == 0


@pytest.mark.parametrize("variable", [True, False])
def test_data_sets(csg, csg_hub, cache, variable):
    scene = CsgScene(csg_hub, csg, "datasets")
    env = {"CSGHUB_CACHE": str(csg.home.path / "elsewhere")} if variable else {}
    cache.env |= env
    csg.env |= env
    ok(cache("adopt", ID, scene.user, "--repo-type", "dataset"))
    before = tree(scene.user, times=True)
    check_taken(csg, scene, "datasets")
    scene.push()
    check_taken(csg, scene, "datasets")
    assert status(cache)["repo_type"] == "dataset"
    ok(cache("refresh", ID))
    check_taken(csg, scene, "datasets")
    told = ok(cache("release", ID, "--repo-type", "dataset", "--json"))
    assert (told["removed"], os.path.lexists(scene.place)) == (len(FILES), False)
    assert tree(scene.user, times=True) == before


def test_a_name_with_dots(csg, csg_hub, cache):
    scene = CsgScene(csg_hub, csg, repo_id="me/tuned-v1.5")
    ok(cache("adopt", "csg:me/tuned-v1.5", scene.user))
    masked = csg.root() / "me" / "tuned-v1___5"
    assert os.readlink(masked) == str(scene.index)
    check_taken(csg, scene)
    assert csg.file_download(scene.repo_id, FILE).value == str(masked / FILE)
    ok(cache("release", "csg:me/tuned-v1.5"))
    assert not os.path.lexists(masked) and not scene.index.exists()


def test_a_masked_folder_is_in_the_way(csg, csg_hub, cache):
    """file_download has made it; hubcache moves nothing, and says so."""
    scene = CsgScene(csg_hub, csg, repo_id="me/tuned-v1.5")
    csg.file_download(scene.repo_id, FILE)
    masked = csg.root() / "me" / "tuned-v1___5"
    run = cache("adopt", "csg:me/tuned-v1.5", scene.user)
    assert f"file_download uses '{masked}'" in ok(run) + run.stderr
    assert read(masked / FILE) == content_of(scene.remote.head.entries[FILE])
    shutil.move(masked, csg.home.path / "moved")
    ok(cache("adopt", "csg:me/tuned-v1.5", scene.user))
    check_taken(csg, scene)


def test_several_revisions(csg, cache, scene):
    """A record names a revision; the client takes the files for the adopted revisions only."""
    commit = scene.remote.head.sha
    scene.remote.branch("dev")
    ok(cache("adopt", ID, scene.user, "--revision", "dev"))
    ok(cache("adopt", ID, scene.user))
    before = tree(scene.user, times=True)
    for revision in ("dev", "main"):
        run = csg.snapshot_download(REPO, revision=revision)
        assert (run.fetched, scene.lost(scene.place)) == ([], set())
    assert csg.snapshot_download(REPO, revision=commit).downloads == ALL
    assert tree(scene.user, times=True) == before
    assert check(cache) == 3
    ok(cache("refresh", ID))
    check_taken(csg, scene)


# ---- release


def test_release(csg, cache, scene):
    before = files(csg.home.path)
    ok(cache("adopt", ID, scene.user))
    check_taken(csg, scene)
    told = ok(cache("release", ID, "--json"))
    assert (told["removed"], told["kept"]) == (len(FILES), [])
    after = {name: what for name, what in files(csg.home.path).items() if not name.startswith((".local", ".cache/hub"))}
    assert after == before
    assert csg.snapshot_download(REPO).downloads == ALL


@pytest.mark.parametrize("cached", ["index", "place"])
def test_over_a_genuine_download_and_back(csg, cache, scene, cached):
    """The files of a snapshot are in a working folder, those of single files beside the index."""
    if cached == "index":
        csg.snapshot_download(REPO, local_dir=str(csg.home.path / "local"), max_workers=1)
    else:
        csg.file_download(REPO, FILE)
    before = files(scene.index)
    ok(cache("adopt", ID, scene.user))
    check_taken(csg, scene)
    ok(cache("release", ID))
    assert files(scene.index) == before


def test_a_folder_in_place(csg, cache, scene):
    """A user who edits in the client's cache adopts the place."""
    csg.file_download(REPO, FILE)
    for path in FILES:
        write(scene.index / path, Scene.edited(path))
    known = contents_beneath(scene.index)
    ok(cache("adopt", ID, scene.index))
    assert not os.path.lexists(scene.place) and status(cache)["missing_links"] == []
    scene.push()
    run = csg.snapshot_download(REPO, local_dir=str(scene.index))
    assert (run.error, run.fetched, scene.lost(scene.index)) == (None, [], set())
    ok(cache("release", ID))
    assert known <= contents_beneath(csg.home.path)


def test_a_folder_in_place_and_a_client_with_another_cache(csg, cache, scene, other_device):
    """It must not reach the user's only files: no symlink leads from the working folder to them."""
    for path in FILES:
        write(scene.index / path, Scene.edited(path))
    run = cache("adopt", ID, scene.index)
    assert "hubcache makes no symlink" in ok(run), run.stdout
    assert csg.snapshot_download(REPO, env={"CSGHUB_CACHE": str(other_device / "cache")}).error is None
    assert scene.lost(scene.index) == set()


@pytest.mark.parametrize("command", ["refresh", "release"])
@pytest.mark.parametrize("link", ["copy", "hardlink"])
def test_the_last_copy_of_files_that_a_client_has_replaced(csg, cache, scene, command, link):
    """The adopted folder is the one that the client uses, and the client replaces the files by those of another
    revision."""
    scene.remote.push({path: b"v2 " + path.encode() for path in FILES}, branch="v2")
    scene.user.rename(csg.home.path / "mine")
    scene.place.parent.mkdir(parents=True, exist_ok=True)
    (csg.home.path / "mine").rename(scene.place)
    known = contents_beneath(scene.place)
    ok(cache("adopt", ID, scene.place, "--link", link))
    assert csg.snapshot_download(REPO, revision="v2").downloads == set(ALL)
    cache(command, ID)
    assert known <= contents_beneath(csg.home.path)


def test_a_bad_working_folder_stops_nothing(csg, cache, adopted):
    other = csg.home.path / "other"
    other.mkdir()
    cache.folder = other
    ok(cache("adopt", ID, adopted.user))
    (other / REPO).unlink()
    (other / REPO).parent.rmdir()
    write(other / REPO.split("/")[0], b"a file in the way")
    (adopted.user / FILE).write_bytes(b"edited once more\n")
    told = ok(cache("refresh", ID))
    assert f"programs that are started in '{other}' do not find the files" in told
    assert read(adopted.place / FILE) == b"edited once more\n"
    ok(cache("release", ID))


def test_something_else_in_another_working_folder(csg, cache, adopted):
    other = csg.home.path / "other"
    write(other / REPO / FILE, b"an older download")
    cache.folder = other
    told = cache("status", ID).stdout
    assert f"use the files in '{other / REPO}' instead of the adopted ones" in told and "hubcache adopt" in told


# ---- working folders


def test_status_names_the_working_folders(csg, cache, adopted):
    other = csg.home.path / "project"
    other.mkdir()
    assert status(cache)["working_folders"] == [str(csg.home.path)]
    cache.folder = other
    run = cache("status", ID)
    assert f"programs that are started in '{other}' do not find the files" in run.stdout
    assert f"hubcache adopt {ID} --target csghub" in run.stdout
    assert check(cache) == 0
    ok(cache("adopt", ID, adopted.user))
    assert status(cache)["working_folders"] == [str(csg.home.path), str(other)]
    run = in_folder(csg, other).snapshot_download(REPO)
    assert (run.value, run.fetched, adopted.lost(Path(run.value))) == (str(other / REPO), [], set())
    assert f"programs  started in {other}\n" in cache("status", ID, "-v").stdout
    check_taken(csg, adopted)
    ok(cache("release", ID))
    assert not os.path.lexists(other / REPO) and not os.path.lexists(adopted.place)
    assert list(other.iterdir()) == []


def test_another_working_folder_downloads_into_itself(csg, cache, adopted):
    other = csg.home.path / "project"
    run = in_folder(csg, other).snapshot_download(REPO)
    assert run.downloads == ALL and adopted.other_than_the_hubs(other / REPO) == set()
    assert adopted.lost(adopted.place) == set()


def test_a_lost_link(csg, cache, adopted):
    adopted.place.unlink()
    repo = status(cache)
    assert (repo["missing_links"], repo["working_folders"]) == ([str(adopted.place)], [])
    assert check(cache) == 3
    assert json.loads(cache("refresh", ID, "--check", "--json").stdout)["repos"][0]["stale"] is True
    assert not os.path.lexists(adopted.place)
    ok(cache("refresh", ID))
    assert check(cache) == 0
    check_taken(csg, adopted)


def test_a_refresh_elsewhere_makes_no_link_there(csg, cache, adopted):
    elsewhere = csg.home.path / "cron"
    elsewhere.mkdir()
    adopted.place.unlink()
    write(adopted.user / "new.tmp", b"edited once more\n")
    os.replace(adopted.user / "new.tmp", adopted.user / FILE)
    cache.folder = elsewhere
    ok(cache("refresh"))
    assert list(elsewhere.iterdir()) == []
    assert read(adopted.place / FILE) == b"edited once more\n"


def test_a_working_folder_that_is_gone_is_forgotten(csg, cache, scene):
    project = csg.home.path / "project"
    project.mkdir()
    cache.folder = project
    ok(cache("adopt", ID, scene.user))
    cache.folder = csg.home.path
    shutil.rmtree(project)
    assert check(cache) == 0
    told = ok(cache("refresh", ID))
    assert f"the working folder '{project}' does not exist any more" in told
    assert "does not exist any more" not in ok(cache("refresh", ID))
    ok(cache("release", ID))
    assert not project.exists() and scene.lost(scene.user) == set()


def test_a_working_folder_that_is_renamed(csg, cache, scene):
    """The symlink in it still leads to the place; the release removes it."""
    old, new = csg.home.path / "project", csg.home.path / "renamed"
    old.mkdir()
    cache.folder = old
    ok(cache("adopt", ID, scene.user))
    old.rename(new)
    cache.folder = new
    ok(cache("adopt", ID, scene.user))
    assert status(cache)["working_folders"] == [str(new)]
    ok(cache("release", ID))
    assert not os.path.lexists(new / REPO)


def test_a_release_with_another_spelling_of_the_cache(csg, cache, scene):
    csg.root().parent.mkdir(parents=True, exist_ok=True)
    other = csg.home.path / "spelled"
    other.symlink_to(csg.root().parent)
    cache.env["CSGHUB_CACHE"] = str(csg.root().parent)
    ok(cache("adopt", ID, scene.user))
    cache.env["CSGHUB_CACHE"] = str(other)
    ok(cache("release", ID))
    assert not os.path.lexists(scene.place)


@pytest.mark.parametrize("what", ["unsearchable", "in the way"])
def test_a_link_that_cannot_be_removed_is_named(cache, adopted, what, powerless):
    if what == "unsearchable":
        adopted.place.parent.chmod(0)
    else:
        write(adopted.place.parent / f"._hubcache.{adopted.place.name}", b"mine")
    run = powerless("release", ID)
    adopted.place.parent.chmod(0o755)
    assert f"cannot remove the symlink '{adopted.place}'" in ok(run) + run.stderr
    assert adopted.place.is_symlink() and adopted.lost(adopted.user) == set()


def test_no_adoption_in_place_behind_a_link(csg, cache, adopted):
    """Another client, with its cache on another file system, would write through the symlink into the only files."""
    shutil.rmtree(csg.cache)  # with hubcache's record, but without the symlink
    csg.snapshot_download(REPO)
    for path in FILES:
        write(adopted.index / path, Scene.edited(path))
    before = tree(csg.home.path, times=True)
    run = cache("adopt", ID, adopted.place)
    assert run.returncode == 5 and f"rm {adopted.place}" in run.stderr
    assert tree(csg.home.path, times=True) == before
    adopted.place.unlink()
    ok(cache("adopt", ID, adopted.index))


def test_a_release_names_a_working_folder_that_is_gone(csg, cache, scene):
    project = csg.home.path / "project"
    project.mkdir()
    cache.folder = project
    ok(cache("adopt", ID, scene.user))
    project.rename(csg.home.path / "renamed")
    cache.folder = csg.home.path
    run = cache("release", ID)
    assert (
        f"'{project}' does not exist any more: if it was renamed, remove the symlink '{REPO}'" in ok(run) + run.stderr
    )


def test_a_link_in_a_renamed_folder_is_not_adopted(csg, csg_hub, cache, scene):
    """The symlink is known by where it leads, not by its name."""
    other = CsgScene(csg_hub, csg, repo_id="me/other")
    project = csg.home.path / "other-model"
    shutil.copytree(other.user, project)
    cache.folder = project
    ok(cache("adopt", ID, scene.user))
    cache.folder = csg.home.path
    project.rename(csg.home.path / "renamed")
    ok(cache("adopt", "csg:me/other", "renamed"))
    assert set(files(other.place)) == set(FILES) | {".msc", ".mdl", ".mv"}


def test_a_data_set_while_the_hub_sends_no_commit(csg, csg_hub, cache):
    """A listing without the commit would look like a push."""
    scene = CsgScene(csg_hub, csg, "datasets")
    ok(cache("adopt", ID, scene.user, "--repo-type", "dataset", "--target", "csghub-cli"))
    csg_hub.fault("/resolve/", status=503, times=3)  # hubcache tries three times
    run = cache("refresh", ID)
    assert run.returncode == 4 and "the hub failed (503)" in run.stdout
    assert status(cache)["hub_moved_on"] is False and check(cache) == 0


@pytest.mark.parametrize("order", ["link first", "folder first"])
def test_a_working_folder_that_is_an_adopted_folder(csg, csg_hub, cache, scene, order):
    """The files of the other adoption, to which the symlink in it leads, are not its own."""
    other = CsgScene(csg_hub, csg, repo_id="me/other")
    project = csg.home.path / "other-model"
    shutil.copytree(other.user, project)
    before = tree(project)

    def adopt_project() -> None:
        cache.folder = csg.home.path
        ok(cache("adopt", "csg:me/other", project))

    def adopt_in_project() -> None:
        cache.folder = project
        ok(cache("adopt", ID, scene.user))

    for step in (adopt_project, adopt_in_project) if order == "folder first" else (adopt_in_project, adopt_project):
        step()
    ok(cache("refresh"))
    assert set(files(other.place)) == {path for path in FILES} | {".msc", ".mdl", ".mv"}
    repo = status(cache, repo_id="csg:me/other")
    assert repo["adoption"]["changes"]["added"] == 0
    run = in_folder(csg, project).snapshot_download(REPO)
    assert (run.fetched, scene.lost(Path(run.value))) == ([], set())
    ok(cache("release", "csg:me/other"))
    ok(cache("release", ID))
    assert tree(project) == before


@pytest.mark.parametrize("what", ["folder", "file", "link"])
def test_something_else_in_the_working_folder_stays(csg, cache, scene, what):
    """hubcache changes nothing, and names the ways out."""
    if what == "folder":
        csg.snapshot_download(REPO)
    elif what == "file":
        write(scene.place, b"mine")
    else:
        other = csg.home.path / "other"
        write(other / FILE, b"mine")
        scene.place.parent.mkdir()
        scene.place.symlink_to(other)
    before = tree(csg.home.path, times=True)
    run = cache("adopt", ID, scene.user)
    assert run.returncode == 5 and f"move '{scene.place}' away" in run.stderr
    assert tree(csg.home.path, times=True) == before
    os.rename(scene.place, csg.home.path / "moved")
    ok(cache("adopt", ID, scene.user))
    check_taken(csg, scene)


def test_the_adopted_folder_is_in_the_working_folder(csg, cache, scene):
    """The user has edited the files that the client has downloaded there."""
    csg.snapshot_download(REPO, max_workers=1)
    for path in FILES:
        write(scene.place / path, Scene.edited(path))
    before = tree(scene.place, times=True)
    ok(cache("adopt", ID, scene.place))
    scene.push()
    for _ in range(2):
        check_taken(csg, scene)
    assert check(cache) == 0
    ok(cache("refresh", ID))
    check_taken(csg, scene)
    ok(cache("release", ID))
    assert tree(scene.place, times=True) == before


def test_no_link_in_the_adopted_folder(csg, cache, scene):
    before = tree(scene.user, times=True)
    cache.folder = scene.user
    run = cache("adopt", ID, ".")
    assert "hubcache writes nothing there" in ok(run) + run.stderr
    assert tree(scene.user, times=True) == before
    run = csg.snapshot_download(REPO, local_dir=str(scene.user))
    assert (run.fetched, tree(scene.user, times=True)) == ([], before)


def test_a_program_that_names_the_users_folder(csg, cache, adopted):
    before = tree(adopted.user, times=True)
    adopted.push()
    run = csg.snapshot_download(REPO, local_dir=str(adopted.user))
    assert (run.value, run.fetched, tree(adopted.user, times=True)) == (str(adopted.user), [], before)
    run = cache("adopt", ID, adopted.user, "--place", csg.home.path / "local")
    assert run.returncode == 2 and "omit --place" in run.stderr


def test_a_model_and_a_data_set_of_one_name(csg, csg_hub, cache, scene):
    """With CSGHUB_CACHE they have one cache folder, and always one folder in the working folder."""
    data = CsgScene(csg_hub, csg, "datasets")
    cache.env["CSGHUB_CACHE"] = str(csg.home.path / "elsewhere")
    ok(cache("adopt", ID, scene.user))
    before = tree(csg.home.path, times=True)
    run = cache("adopt", ID, data.user, "--repo-type", "dataset")
    assert run.returncode == 5 and "model me/tuned is already adopted" in run.stderr
    assert "hubcache release" in run.stderr
    assert tree(csg.home.path, times=True) == before
    del cache.env["CSGHUB_CACHE"]
    run = cache("adopt", ID, data.user, "--repo-type", "dataset")
    assert run.returncode == 5 and f"move '{scene.place}' away" in run.stderr


# ---- the format of the index


def is_pickle(scene: CsgScene) -> bool:
    return (scene.index / ".msc").read_bytes().startswith(b"\x80")


@pytest.mark.parametrize("before", ["pickle", "json"])
def test_an_index_keeps_its_format(hubcache, csg_hub, home, before):
    """It tells which client the user has, if no csghub-sdk is installed for the user's python3."""
    csg = CsgClient(CSG_VERSIONS[0 if before == "pickle" else 1], home, csg_hub)
    scene = CsgScene(csg_hub, csg)
    hubcache.env["CSGHUB_DOMAIN"] = csg_hub.url
    csg.snapshot_download(REPO, local_dir=str(home.path / "local"))
    ok(hubcache("adopt", ID, scene.user))
    assert is_pickle(scene) == csg.has_pickles
    check_taken(csg, scene)


def test_the_installed_version_decides_on_a_new_index(hubcache, csg_hub, home):
    for version, is_old in zip(CSG_VERSIONS, (True, False)):
        csg = CsgClient(version, home, csg_hub)
        scene = CsgScene(csg_hub, csg)
        hubcache.env |= {"CSGHUB_DOMAIN": csg_hub.url, "PATH": f"{csg.venv}/bin:{home.env['PATH']}"}
        ok(hubcache("adopt", ID, scene.user))
        assert is_pickle(scene) is is_old
        check_taken(csg, scene)
        ok(hubcache("release", ID))


def test_another_version_after_the_adoption(hubcache, csg_hub, home):
    """Status says what the installed version does with the index; a new adoption serves it."""
    old, new = (CsgClient(version, home, csg_hub) for version in CSG_VERSIONS)
    scene = CsgScene(csg_hub, old)
    hubcache.env |= {"CSGHUB_DOMAIN": csg_hub.url, "VIRTUAL_ENV": str(old.venv)}
    ok(hubcache("adopt", ID, scene.user))
    before = tree(scene.user, times=True)
    assert check(hubcache) == 0
    hubcache.env["VIRTUAL_ENV"] = str(new.venv)
    told = hubcache("status", ID).stdout
    assert "csghub-sdk 0.9.3: later versions start with an empty index and download all files" in told
    (scene.index / ".msc").unlink()
    ok(hubcache("adopt", ID, scene.user))
    assert not is_pickle(scene) and "empty index" not in hubcache("status", ID).stdout
    check_taken(new, scene)
    assert old.snapshot_download(REPO).error == "UnpicklingError"
    hubcache.env["VIRTUAL_ENV"] = str(old.venv)
    assert "csghub-sdk 0.9.1: earlier versions raise UnpicklingError" in hubcache("status", ID).stdout
    assert tree(scene.user, times=True) == before


def test_a_damaged_index(csg, cache, adopted):
    """A client before 0.9.2 raises, and later ones start with an empty index; a new adoption mends it."""
    before = tree(adopted.user, times=True)
    (adopted.index / ".msc").write_bytes(b"\x80\x04damaged" if csg.has_pickles else b"[{")
    assert check(cache) == 3
    ok(cache("adopt", ID, adopted.user))
    assert check(cache) == 0
    check_taken(csg, adopted)
    ok(cache("release", ID))
    assert tree(adopted.user, times=True) == before


@pytest.mark.parametrize("content", ["{}", "null", '[{"Revision": "main"}]', "[1]"])
@only_new
def test_an_index_at_which_the_client_raises(csg, cache, scene, content):
    write(scene.index / ".msc", content.encode())
    scene.put()
    predicted = {file["snapshot"]["action"] for file in status(cache)["files"]}
    error = csg.snapshot_download(REPO).error
    assert (predicted == {"raises"}) is (error is not None or content == "{}")


# ---- the hub


def test_an_unknown_repo(cache, csg):
    """The hub answers 500 for a model and 404 for a data set; the words are the hub's, without HTML."""
    write(csg.home.path / "my-model" / "a", b"a")
    run = cache("adopt", "csg:me/nothing", csg.home.path / "my-model")
    assert run.returncode == 4 and "model me/nothing not found or private (500: failed to find model)" in run.stderr
    run = cache("adopt", "csg:me/nothing", csg.home.path / "my-model", "--repo-type", "dataset")
    assert run.returncode == 4 and "not found or private (404: not found)" in run.stderr


@pytest.mark.parametrize("from_file", [True, False])
def test_a_private_repo(csg, csg_hub, cache, scene, from_file):
    csg_hub.user("me", TOKEN)
    csg_hub.repo("me/secret", private=True).push(FILES)
    assert cache("adopt", "csg:me/secret", scene.user).returncode == 4
    write(csg.home.path / "token", f" {TOKEN}\n".encode())
    cache.env |= {"CSGHUB_TOKEN_PATH": str(csg.home.path / "token")} if from_file else {"CSGHUB_TOKEN": TOKEN}
    mark = csg_hub.mark()
    ok(cache("adopt", "csg:me/secret", scene.user))
    assert {request.authorization for request in csg_hub.log.since(mark)} == {f"Bearer {TOKEN}"}


def test_verify_and_match(csg, cache, scene):
    """The hub tells the ids of a model's files."""
    told = json.loads(cache("verify", ID, "--local-dir", scene.user, "--json").stdout)
    assert {file["comparison"] for file in told["repos"][0]["files"]} == {"edited"}
    assert cache("adopt", ID, scene.user, "--match").returncode == 3
    for path, entry in scene.remote.head.entries.items():
        if not entry.is_folder:
            write(scene.user / path, content_of(entry))
    ok(cache("adopt", ID, scene.user, "--match"))
    assert status(cache)["downloads"] == 0


def test_a_data_set_has_no_ids(csg, csg_hub, cache):
    """Status says so, and invents no sizes."""
    scene = CsgScene(csg_hub, csg, "datasets")
    (scene.user / FILE).unlink()
    run = cache("adopt", ID, scene.user, "--repo-type", "dataset", "--json")
    [missing] = ok(run)["missing"]
    assert (missing["path"], missing["size"]) == (FILE, None)
    assert "sends only the names of the files" in cache("status", ID).stdout
    told = json.loads(cache("verify", ID, "--repo-type", "dataset", "--local-dir", scene.user, "--json").stdout)
    comparisons = {file["path"]: file["comparison"] for file in told["repos"][0]["files"]}
    assert comparisons == dict.fromkeys(ALL - {FILE}, "unreadable") | {FILE: "missing"}


def test_the_clients_own_names_on_the_hub(cache, scene):
    """The client would download such a file over its own index."""
    scene.remote.push({".msc": b"[]"})
    run = cache("adopt", ID, scene.user)
    assert run.returncode == 5 and "over its own index" in run.stderr


# ---- verdicts


REPOS = 25
REVISIONS = ("main", "", "ma", "main-2", "dev", "m", "mainx", "N/A")
ODD = (1, {"Path": 1, "Revision": "main"}, {"Path": FILE}, {"Path": FILE, "Revision": None}, {"Revision": "main"})


def random_index(rng: random.Random) -> list:
    records: list = []
    for path in FILES:
        for _ in range(rng.choice((0, 1, 1, 2))):
            more = {"More": 1} if rng.random() < 0.1 else {}
            records.append({"Path": path, "Revision": rng.choice(REVISIONS)} | more)
    rng.shuffle(records)
    if rng.random() < 0.3:
        records.insert(rng.randint(0, len(records)), rng.choice(ODD))
    return records


@pytest.mark.parametrize("seed", range(3))
def test_verdicts(csg, csg_hub, cache, seed):
    """Compares the predictions with the client's own ModelFileSystemCache, over places in random states."""
    rng = random.Random(seed)
    repos = [f"me/r{number}" for number in range(REPOS)]
    for repo_id in repos:
        csg_hub.repo(repo_id).push(FILES)
        place = csg.root() / repo_id
        csg.write(place / ".mdl", {"id": repo_id})
        if rng.random() < 0.95:
            csg.write(place / ".msc", random_index(rng))
        for path in FILES:
            state = rng.choice(("file", "file", "link", "dangling", "nothing"))
            if state == "file":
                write(place / path, b"mine")
            elif state != "nothing":
                write(csg.home.path / "mine", b"mine")
                (place / path).parent.mkdir(parents=True, exist_ok=True)
                (place / path).symlink_to(csg.home.path / ("mine" if state == "link" else "gone"))
    told = json.loads(cache("status", *[f"csg:{repo_id}" for repo_id in repos], "--json").stdout)
    ours = {one["repo_id"]: {file["path"]: file for file in one["files"]} for one in told["repos"]}
    run = csg.script(f"""
from pycsghub.cache import ModelFileSystemCache
def answer(repo_id, path):
    cache = ModelFileSystemCache({str(csg.root())!r}, *repo_id.split('/'))
    cache.save_cached_files = lambda: None
    try:
        return 'accepts' if cache.exists({{'Path': path, 'Revision': 'main'}}) else 'downloads'
    except Exception as error:
        return 'raises'
result = {{repo_id: {{path: answer(repo_id, path) for path in {sorted(FILES)!r}}} for repo_id in {repos!r}}}""")
    assert run.error is None, run.error_text
    seen = set()
    for repo_id in repos:
        for path in FILES:
            for question in ("snapshot", "single_file"):
                verdict = ours[repo_id][path][question]
                assert verdict["action"] == run.value[repo_id][path], (repo_id, path, verdict)
                seen.add(verdict["action"])
    assert seen == {"accepts", "downloads", "raises"}
