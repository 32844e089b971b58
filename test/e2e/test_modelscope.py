"""hubcache with the real ModelScope clients: online, after a push, without a network, and with the clients' own cache
tools. Under `hubcache run`: test_run_modelscope.py."""

import json
import os
import shutil
from pathlib import Path

import pytest
from home import read_msc, record
from hubdouble.modelscope import content_of
from ms import MS_VERSIONS, MsClient, through
from ms_scene import REPO, MsScene
from scene import ALL, FILES, Scene, read, write

from adoption import contents_beneath, files, ok, tree

ID = f"ms:{REPO}"
FILE = "inference/config.json"
TOKEN = "my-token"
DAY = 86400

only_old = pytest.mark.parametrize("ms", MS_VERSIONS[:2], indirect=True)
only_new = pytest.mark.parametrize("ms", MS_VERSIONS[2:], indirect=True)


@pytest.fixture
def cache(hubcache, ms_hub):
    """Provides the hubcache command, with MODELSCOPE_ENDPOINT set to the hub double."""
    hubcache.env["MODELSCOPE_ENDPOINT"] = ms_hub.endpoint
    return hubcache


def place_of(home, repo_id: str = REPO, kind: str = "models") -> Path:
    """Returns the place that all generations of the client read."""
    owner, name = repo_id.split("/")
    return home.path / ".cache/modelscope/hub" / kind / owner / name.replace(".", "___")


@pytest.fixture
def scene(ms_hub, ms) -> MsScene:
    scene = MsScene(ms_hub, ms)
    scene.place = place_of(ms.home)
    return scene


@pytest.fixture
def adopted(cache, scene) -> MsScene:
    ok(cache("adopt", ID, scene.user))
    return scene


def put_the_hubs(scene: MsScene) -> None:
    """Makes the user's files equal to the hub's."""
    for path in FILES:
        write(scene.user / path, scene.content(path))


def check_taken(ms: MsClient, scene: MsScene, *, kind: str = "models", **kwargs) -> None:
    """Asserts that a snapshot and a single file are taken from the place, with the user's content, and that nothing is
    downloaded."""
    run = ms.snapshot_download(scene.repo_id, kind, **kwargs)
    assert (run.value, run.error, run.fetched) == (str(scene.place), None, []), run.error_text
    run = ms.file_download(scene.repo_id, FILE, kind, **kwargs)
    assert (run.value, run.error, run.fetched) == (str(scene.place / FILE), None, []), run.error_text
    assert scene.lost(scene.place) == set()


# ---- clients before 1.38 take edited files


@only_old
def test_online(ms, adopted):
    before = tree(adopted.user, times=True)
    for _ in range(2):
        check_taken(ms, adopted)
    assert tree(adopted.user, times=True) == before


@only_old
@pytest.mark.parametrize("link", ["symlink", "hardlink", "copy"])
def test_each_kind_of_link(ms, cache, scene, link):
    ok(cache("adopt", ID, scene.user, "--link", link))
    check_taken(ms, scene)


@only_old
def test_edits_after_the_adoption(ms, adopted):
    (adopted.user / FILE).write_bytes(b"edited once more\n")
    run = ms.snapshot_download(REPO)
    assert (run.fetched, read(adopted.place / FILE)) == ([], b"edited once more\n")


@only_old
def test_after_a_push(ms, cache, adopted):
    """The snapshot keeps the user's file; a single file is None until hubcache refresh."""
    adopted.push()
    assert json.loads(cache("status", ID, "--json").stdout)["repos"][0]["hub_moved_on"] is True
    run = ms.snapshot_download(REPO)
    assert (run.fetched, adopted.lost(adopted.place)) == ([], set())
    run = ms.file_download(REPO, "README.md")
    assert (run.value, run.error, run.fetched) == (None, None, [])
    ok(cache("refresh", ID))
    run = ms.file_download(REPO, "README.md")
    assert (run.value, run.fetched) == (str(adopted.place / "README.md"), [])
    check_taken(ms, adopted)


@only_old
def test_without_the_pin_a_push_arrives(ms, cache, scene):
    ok(cache("adopt", ID, scene.user, "--no-pin"))
    before = tree(scene.user, times=True)
    check_taken(ms, scene)
    scene.push()
    [repo] = json.loads(cache("status", ID, "--json").stdout)["repos"]
    assert repo["downloads"] == 1
    assert ms.snapshot_download(REPO).fetched == ["README.md"]
    assert tree(scene.user, times=True) == before
    assert read(scene.place / "README.md") == scene.content("README.md")


@only_old
def test_the_index(ms, cache, adopted):
    """The index has the hub's record of each file, and the pin."""
    records = read_msc(adopted.place)
    assert sorted(records, key=lambda one: (one["Path"], one["Revision"])) == sorted(
        adopted.exact() + [record(path, "") for path in ALL], key=lambda one: (one["Path"], one["Revision"])
    )


@only_old
def test_adopted_offline(ms, cache, scene):
    told = ok(cache("adopt", ID, scene.user, "--offline", "--json"))
    assert told["requests"] == 0
    run = ms.snapshot_download(REPO)
    assert (run.fetched, scene.lost(scene.place)) == ([], set())
    assert ms.file_download(REPO, FILE).value is None
    ok(cache("refresh", ID))
    check_taken(ms, scene)


def test_with_the_network_gone(ms, ms_hub, cache, adopted):
    """With local_files_only, the clients from 1.38 on use the place, too."""
    ms_hub.__exit__()
    check_taken(ms, adopted, local_files_only=True)


@only_old
def test_a_data_set_with_the_network_gone(ms, ms_hub, cache):
    scene = MsScene(ms_hub, ms, "datasets")
    ok(cache("adopt", ID, scene.user, "--repo-type", "dataset"))
    ms_hub.__exit__()
    check_taken(ms, scene, kind="datasets", local_files_only=True)


@only_old
def test_data_sets(ms, ms_hub, cache):
    scene = MsScene(ms_hub, ms, "datasets")
    assert scene.place == place_of(ms.home, kind="datasets")
    ok(cache("adopt", ID, scene.user, "--repo-type", "dataset"))
    check_taken(ms, scene, kind="datasets")
    scene.push()
    assert ms.snapshot_download(REPO, "datasets").fetched == []
    ok(cache("refresh", ID))
    check_taken(ms, scene, kind="datasets")
    before = tree(scene.user, times=True)
    ok(cache("release", ID, "--repo-type", "dataset"))
    assert not scene.place.exists() and tree(scene.user, times=True) == before


@only_old
def test_over_a_genuine_download_and_back(ms, cache, scene):
    ms.snapshot_download(REPO)
    before = files(scene.place)
    ok(cache("adopt", ID, scene.user))
    check_taken(ms, scene)
    ok(cache("release", ID))
    after = files(scene.place)
    assert {path: after[path] for path in ALL} == {path: before[path] for path in ALL}
    assert ms.snapshot_download(REPO).fetched == []
    assert scene.other_than_the_hubs() == set()


@only_old
def test_a_folder_in_place(ms, cache, scene):
    """A user who edits in the cache itself adopts the place."""
    ms.snapshot_download(REPO)
    for path in FILES:
        write(scene.place / path, Scene.edited(path))
    known = contents_beneath(scene.place)
    ok(cache("adopt", ID, scene.place))
    scene.push()
    assert ms.snapshot_download(REPO).fetched == []
    assert scene.lost(scene.place) == set()
    ok(cache("release", ID))
    assert {one for one in known if one in contents_beneath(scene.place)} >= {
        one for one in known if one in contents_beneath(scene.user)
    }


@only_old
def test_local_dir(ms, cache, scene):
    local = ms.home.path / "local"
    ok(cache("adopt", ID, scene.user, "--target", "ms-dir", "--place", local))
    run = ms.snapshot_download(REPO, local_dir=str(local))
    assert (run.value, run.fetched, scene.lost(local)) == (str(local), [], set())
    scene.push()
    assert ms.snapshot_download(REPO, local_dir=str(local)).fetched == []
    ok(cache("release", ID, "--target", "ms-dir", "--place", local))
    assert all(path.startswith("._hubcache/kept/") and path.endswith("/.mv") for path in files(local))
    assert scene.lost(scene.user) == set()


@only_old
def test_a_name_with_dots(ms, ms_hub, cache):
    """Programs such as vLLM open the link with the repo's own name (modelscope#1153, gpustack#5247)."""
    scene = MsScene(ms_hub, ms, repo_id="me/tuned-v1.5")
    ok(cache("adopt", "ms:me/tuned-v1.5", scene.user))
    link = ms.root() / "models/me/tuned-v1.5"
    assert os.readlink(link) == str(scene.place) and scene.place.name == "tuned-v1___5"
    assert read(link / FILE) == Scene.edited(FILE)
    check_taken(ms, scene)
    ok(cache("release", "ms:me/tuned-v1.5"))
    assert not link.is_symlink() and not scene.place.exists()


@only_old
def test_a_dangling_link_of_the_name(ms, ms_hub, cache):
    scene = MsScene(ms_hub, ms, repo_id="me/tuned-v1.5")
    link = ms.root() / "models/me/tuned-v1.5"
    link.parent.mkdir(parents=True)
    link.symlink_to(ms.home.path / "gone")
    ok(cache("adopt", "ms:me/tuned-v1.5", scene.user))
    check_taken(ms, scene)
    assert scene.lost(scene.user) == set()


@only_old
def test_the_cache_variable(ms, cache, scene):
    elsewhere = {"MODELSCOPE_CACHE": str(ms.home.path / "elsewhere")}
    ok(cache("adopt", ID, scene.user, env=elsewhere))
    scene.place = ms.home.path / "elsewhere/models/me/tuned"
    check_taken(ms, scene, env=elsewhere)
    ok(cache("release", ID, env=elsewhere))
    assert not (ms.home.path / "elsewhere/models/me").exists()


@only_old
def test_another_revision(ms, cache, scene):
    """All revisions have one place."""
    scene.remote.push(FILES | {"README.md": b"# of the branch\n"}, branch="dev")
    ok(cache("adopt", ID, scene.user, "--revision", "dev"))
    check_taken(ms, scene, revision="dev")
    ok(cache("adopt", ID, scene.user))
    check_taken(ms, scene, revision="dev")
    check_taken(ms, scene)


@only_old
def test_a_revision_that_the_client_refuses(ms, cache, scene):
    """The hub lists a commit, but the client accepts only branches and tags."""
    commit = scene.remote.head.sha
    told = ok(cache("adopt", ID, scene.user, "--revision", commit, "--json"))
    assert any("branches and tags" in warning for warning in told["warnings"])
    assert ms.snapshot_download(REPO, revision=commit).error is not None
    [repo] = json.loads(cache("status", ID, "--json").stdout)["repos"]
    assert cache("status", ID, "--check").returncode == 3, repo


@pytest.mark.parametrize("ms", MS_VERSIONS[:1], indirect=True)
def test_a_tag_that_the_client_chooses(ms, ms_hub, cache, scene):
    """Before 1.33 a client without a revision uses the newest tag that is older than the client (trap 4)."""
    scene.remote.tag("v1.0")
    ms_hub.tags_created_at = 1600000000
    scene.push()
    told = ok(cache("adopt", ID, scene.user, "--json"))
    assert any("v1.0" in warning for warning in told["warnings"]), told["warnings"]
    run = ms.snapshot_download(REPO)
    assert any("Revision=v1.0" in question for question in run.questions)
    assert (run.fetched, scene.lost(scene.place)) == ([], set())


@only_old
@pytest.mark.parametrize("kind", ["models", "datasets"])
def test_git_files(ms, ms_hub, cache, kind):
    """A client before 1.38 leaves these files of a model out (trap 14)."""
    scene = MsScene(ms_hub, ms, kind)
    scene.remote.push({".gitattributes": b"* lfs\n", "inference/.gitignore": b"x\n"})
    kind_option = ["--repo-type", "dataset" if kind == "datasets" else "model"]
    ok(cache("adopt", ID, scene.user, *kind_option))
    [repo] = json.loads(cache("status", ID, "--json").stdout)["repos"]
    run = ms.snapshot_download(REPO, kind)
    assert repo["downloads"] == len(run.fetched) == (0 if kind == "models" else 2)
    write(scene.user / ".gitattributes", b"mine\n")
    ok(cache("adopt", ID, scene.user, *kind_option))
    assert ms.snapshot_download(REPO, kind).fetched == []
    assert read(scene.place / ".gitattributes") == b"mine\n"


@only_old
def test_a_single_git_file(ms, cache, scene):
    """A client before 1.38 does not find such a file of a model, also if it is adopted."""
    scene.remote.push({".gitattributes": b"* lfs\n"})
    write(scene.user / ".gitattributes", b"mine\n")
    ok(cache("adopt", ID, scene.user))
    [repo] = json.loads(cache("status", ID, "--json").stdout)["repos"]
    [file] = [file for file in repo["files"] if file["path"] == ".gitattributes"]
    assert (file["single_file"]["action"], file["single_file"]["reason"]) == ("raises", "not_listed")
    assert ms.file_download(REPO, ".gitattributes").error is not None


@only_old
def test_metadata_that_the_client_writes_at_every_run(ms, cache, adopted):
    """The place that hubcache made disappears with the release, although the client has written into it."""
    ms.snapshot_download(REPO)
    ok(cache("refresh", ID))
    ok(cache("release", ID))
    assert not adopted.place.exists()


@only_old
def test_hash_validation(ms, ms_hub, cache, adopted):
    """With this variable the client replaces edited files; hubcache says so, and the originals stay."""
    validating = {"MODELSCOPE_ENABLE_DEFAULT_HASH_VALIDATION": "true"}
    before = tree(adopted.user, times=True)
    run = cache("status", ID, "--json", env=validating)
    [repo] = json.loads(run.stdout)["repos"]
    assert repo["downloads"] == len(FILES)
    assert "MODELSCOPE_ENABLE_DEFAULT_HASH_VALIDATION" in cache("status", ID, env=validating).stdout
    assert ms.snapshot_download(REPO, env=validating).downloads == ALL
    assert tree(adopted.user, times=True) == before


@only_old
def test_a_hub_without_digests(ms, ms_hub, cache, scene, monkeypatch):
    """The clients refuse a file whose SHA-256 the hub does not tell, also if they have it."""
    monkeypatch.setattr("hubdouble.modelscope.content_of", content_without(FILE))
    told = ok(cache("adopt", ID, scene.user, "--json"))
    assert any("SHA-256" in warning and FILE in warning for warning in told["warnings"])
    [repo] = json.loads(cache("status", ID, "--json").stdout)["repos"]
    verdicts = {file["path"]: (file["snapshot"]["action"], file["snapshot"]["reason"]) for file in repo["files"]}
    assert verdicts[FILE] == ("raises", "no_digest")
    assert ms.snapshot_download(REPO).error is not None


def content_without(path: str):
    return lambda entry: None if entry.path == path else content_of(entry)


# ---- clients since 1.38 compare size and SHA-256


@only_new
def test_equal_files_are_taken_since_1_38(ms, cache, scene):
    put_the_hubs(scene)
    ok(cache("adopt", ID, scene.user, "--match"))
    run = ms.snapshot_download(REPO)
    assert (run.value, run.fetched) == (str(scene.place), [])
    run = ms.file_download(REPO, FILE, revision="master")
    assert (run.value, run.fetched) == (str(scene.place / FILE), [])


@only_new
@pytest.mark.parametrize("link", ["symlink", "hardlink", "copy"])
def test_edited_files_are_replaced_since_1_38_and_originals_stay(ms, cache, scene, link):
    """Without `hubcache run` these clients download the hub's files; the adoption says so."""
    told = ok(cache("adopt", ID, scene.user, "--link", link, "--json"))
    assert any("1.38" in warning and "hubcache run" in warning for warning in told["warnings"])
    before = tree(scene.user, times=True)
    assert ms.snapshot_download(REPO).downloads == ALL
    assert tree(scene.user, times=True) == before
    ok(cache("refresh", ID))
    assert scene.lost(scene.place) == set()
    assert tree(scene.user, times=True) == before


@only_new
def test_status_names_the_clients_since_1_38(ms, cache, adopted):
    assert "1.38" in cache("status", ID).stdout


@only_new
def test_a_single_file_is_taken_since_1_38(ms, adopted):
    run = ms.file_download(REPO, FILE, revision="master")
    assert (run.value, run.fetched, read(adopted.place / FILE)) == (str(adopted.place / FILE), [], Scene.edited(FILE))


def test_release_leaves_nothing_that_shadows_the_clients_own_cache(ms, cache, scene):
    """A legacy folder that is not empty shadows the layout of clients since 1.38 (trap 1)."""
    own = ms.place(REPO)
    ms.snapshot_download(REPO)
    ok(cache("adopt", ID, scene.user))
    ok(cache("release", ID))
    run = ms.snapshot_download(REPO)
    assert (run.value, run.fetched) == (str(own), [])


# ---- two generations share a cache


def test_a_cache_shared_by_two_generations(ms_hub, ms_front, home, cache):
    old, new = (MsClient(version, home, ms_hub, ms_front) for version in MS_VERSIONS[1:])
    scene = MsScene(ms_hub, old)
    before = tree(scene.user, times=True)
    ok(cache("adopt", ID, scene.user))
    check_taken(old, scene)
    assert new.snapshot_download(REPO).downloads == ALL  # into the same place, over the links
    ok(cache("refresh", ID))
    check_taken(old, scene)
    assert tree(scene.user, times=True) == before
    ok(cache("release", ID))
    assert tree(scene.user, times=True) == before


# ---- what the clients' own tools do


@only_old
@pytest.mark.parametrize("model", [["--model", REPO], []])
def test_clear_cache(ms, cache, adopted, model):
    """The command deletes the place, not the user's files and not the record (traps 6 and 7)."""
    before = tree(adopted.user, times=True)
    ms.tool("clear-cache", *model, answer="y\n")
    assert tree(adopted.user, times=True) == before
    ok(cache("refresh", ID))
    check_taken(ms, adopted)
    ok(cache("release", ID))
    assert tree(adopted.user, times=True) == before


@pytest.mark.parametrize("ms", MS_VERSIONS[1:], indirect=True)
def test_scan_cache_shows_no_folder_of_hubcache(ms, adopted):
    run = ms.tool("scan-cache")
    assert run.returncode == 0, run.stderr
    assert "hubcache" not in run.stdout


@pytest.mark.parametrize("name", [".mdl", ".mv", ".msc"])
@only_old
def test_metadata_is_not_written_through_links(ms, cache, scene, name):
    """The client opens these files in place (trap 8)."""
    canary = ms.home.path / "canary"
    canary.write_bytes(b"precious\n")
    scene.place.mkdir(parents=True)
    (scene.place / name).symlink_to(canary)
    ok(cache("adopt", ID, scene.user))
    check_taken(ms, scene)
    assert canary.read_bytes() == b"precious\n"
    ok(cache("release", ID))
    assert canary.read_bytes() == b"precious\n"


@only_old
def test_a_linked_place(ms, cache, scene):
    """Users link the place to their folder, and lose their files at the next push (trap 6). hubcache replaces the link."""
    scene.place.parent.mkdir(parents=True)
    scene.place.symlink_to(scene.user)
    before = tree(scene.user, times=True)
    ok(cache("adopt", ID, scene.user))
    scene.push()
    check = ms.snapshot_download(REPO)
    assert (check.fetched, scene.lost(scene.place)) == ([], set())
    assert tree(scene.user, times=True) == before
    ok(cache("release", ID))
    assert os.readlink(scene.place) == str(scene.user)
    assert tree(scene.user, times=True) == before


@only_old
def test_files_put_there_by_hand(ms, cache, scene):
    """modelscope#1029, ms-agent#245: without records the client downloads the files again."""
    scene.put()
    assert ms.snapshot_download(REPO).downloads == ALL
    shutil.rmtree(scene.place)
    scene.put()
    ok(cache("adopt", ID, scene.place))
    check_taken(ms, scene)


@only_old
def test_across_file_systems_no_link_is_used(ms, cache, scene, other_device):
    """The client would write through a link that has no record."""
    (scene.place.parents[1]).mkdir(parents=True)
    (scene.place.parents[1] / "._____temp").symlink_to(other_device)
    for link in ("symlink", "hardlink"):
        run = cache("adopt", ID, scene.user, "--link", link)
        assert run.returncode == 5 and "write through the link" in run.stderr, run.stderr
    ok(cache("adopt", ID, scene.user))
    before = tree(scene.user, times=True)
    check_taken(ms, scene)
    (scene.place / ".msc").unlink()
    assert ms.snapshot_download(REPO).downloads == set(ALL)
    assert tree(scene.user, times=True) == before and scene.lost(scene.user) == set()


# ---- the hub


def test_a_private_repo(ms_hub, ms_front, home, cache):
    client = MsClient(MS_VERSIONS[1], home, ms_hub, ms_front)
    scene = MsScene(ms_hub, client)
    scene.remote.private = True
    ms_hub.user("me", TOKEN)
    run = cache("adopt", ID, scene.user)
    assert run.returncode == 4 and "MODELSCOPE_API_TOKEN" in run.stderr, run.stderr
    ok(cache("adopt", ID, scene.user, env={"MODELSCOPE_API_TOKEN": TOKEN}))
    check_taken(client, scene, env={"MODELSCOPE_API_TOKEN": TOKEN})


@only_old
def test_a_private_repo_after_a_login(ms, ms_hub, cache, scene):
    """hubcache reads the token where `modelscope login` puts it. The variable comes first, even if it is empty."""
    ms_hub.user("me", TOKEN)
    scene.remote.private = True
    assert ms.tool("login", "--token", TOKEN).returncode == 0
    assert cache("adopt", ID, scene.user, env={"MODELSCOPE_API_TOKEN": ""}).returncode == 4
    ok(cache("adopt", ID, scene.user))
    check_taken(ms, scene)
    jar = ms.home.path / ".modelscope/credentials/cookies"
    elsewhere = jar.rename(ms.home.path / "cookies").parent
    assert cache("status", ID, "--check").returncode == 3
    assert cache("status", ID, "--check", env={"MODELSCOPE_CREDENTIALS_PATH": elsewhere}).returncode == 0
    write(jar, b"\x80\x04damaged")
    run = cache("adopt", ID, scene.user)
    assert run.returncode == 4 and f"cannot read the access token in '{jar}'" in run.stderr, run.stderr


@pytest.mark.parametrize("ms", MS_VERSIONS[1:], indirect=True)
@pytest.mark.parametrize("seconds, code", [(60, 0), (-1, 4)])
def test_a_login_that_expires(ms, ms_hub, cache, scene, seconds, code):
    """hubcache finds the repo if the client does."""
    ms_hub.user("me", TOKEN)
    scene.remote.private = True
    made = ms.script(
        "import time\nfrom modelscope.hub.api import ModelScopeConfig\nfrom requests.cookies import RequestsCookieJar\n"
        "jar = RequestsCookieJar()\njar.set('other', 'x', domain='modelscope.cn')\n"
        f"jar.set('m_session_id', {TOKEN!r}, domain='modelscope.cn', path='/', expires=int(time.time()) + {seconds})\n"
        "ModelScopeConfig.save_cookies(jar)"
    )
    assert made.error is None, made.error_text
    assert cache("adopt", ID, scene.user, "--dry-run").returncode == code
    assert (ms.snapshot_download(REPO).error is None) == (code == 0)


def test_an_error_with_the_status_200(ms_hub, ms_front, home, cache):
    scene = MsScene(ms_hub, MsClient(MS_VERSIONS[1], home, ms_hub, ms_front))
    ms_hub.fault("/repo/files", status=200)
    run = cache("adopt", ID, scene.user)
    assert run.returncode == 4 and "failed" in run.stderr, run.stderr
    assert not place_of(home).exists()


def test_the_second_site(ms_hub, ms_front, home, hubcache):
    """Without a variable that names the hub, the clients ask modelscope.cn, then modelscope.ai."""
    client = MsClient(MS_VERSIONS[1], home, ms_hub, ms_front)
    scene = MsScene(ms_hub, client)
    ms_hub.fault("/api/v1/models/me/tuned", status=404, times=2)
    told = ok(hubcache("adopt", ID, scene.user, "--json", env=through(ms_front)))
    assert told["files"] == len(FILES)
    check_taken(client, scene)


def test_more_files_than_the_hub_lists_at_once(ms_hub, ms_front, home, cache):
    """The hub ends a listing after 3000 entries; hubcache lists each folder (trap 10)."""
    names = {f"d{folder}/f{i:04}": b"1" for folder in range(2) for i in range(1606)}
    ms_hub.repo(REPO).push(names)
    user = home.path / "my-model"
    write(user / "d1/f1605", b"2")
    told = ok(cache("adopt", ID, user, "--json"))
    assert told["hub_only"] if "hub_only" in told else True
    [repo] = json.loads(cache("status", ID, "--json").stdout)["repos"]
    assert repo["downloads"] == 3211
    [verified] = json.loads(cache("verify", ID, "--json").stdout)["repos"]
    assert len(verified["files"]) == 3212


def test_a_data_set_of_many_pages(ms_hub, home, cache):
    ms_hub.repo(REPO, "datasets").push({f"f{i:04}": b"1" for i in range(450)})
    user = home.path / "my-data"
    write(user / "f0449", b"2")
    ok(cache("adopt", ID, user, "--repo-type", "dataset"))
    [verified] = json.loads(cache("verify", ID, "--json").stdout)["repos"]
    assert len(verified["files"]) == 450


def test_a_data_set_of_the_same_page_again_and_again(ms_hub, home, cache, monkeypatch):
    ms_hub.repo(REPO, "datasets").push({f"f{i:04}": b"1" for i in range(300)})
    monkeypatch.setattr("hubdouble.modelscope._page", lambda entries, asked: entries[:200])
    write(home.path / "my-data/f0000", b"2")
    run = cache("adopt", ID, home.path / "my-data", "--repo-type", "dataset")
    assert run.returncode == 4 and "again" in run.stderr, run.stderr


def test_verify(ms_hub, ms_front, home, cache):
    """verify compares with the SHA-256 of the listing, offline with the one that the adoption recorded."""
    scene = MsScene(ms_hub, MsClient(MS_VERSIONS[1], home, ms_hub, ms_front))
    put_the_hubs(scene)
    write(scene.user / FILE, Scene.edited(FILE))
    ok(cache("adopt", ID, scene.user))
    expected = {path: "edited" if path == FILE else "same" for path in FILES}
    for options in ([], ["--offline"]):
        [repo] = json.loads(cache("verify", ID, "--json", *options).stdout)["repos"]
        assert {file["path"]: file["comparison"] for file in repo["files"]} == expected
