"""The behaviour of the real CSGHub clients with their hub, their index and their folders.

docs/formats/csghub.md documents the same facts."""

import json
import os
import pickle

import pytest
from csg import CSG_VERSIONS
from csg_scene import REPO, CsgScene
from hubdouble import Lfs
from scene import ALL, FILES, write

KINDS = ("models", "datasets")
FILE = "inference/config.json"
TOKEN = "my-token"
WAYS = ("copy", "hardlink", "symlink")

only_old = pytest.mark.parametrize("csg", CSG_VERSIONS[:1], indirect=True)
only_new = pytest.mark.parametrize("csg", CSG_VERSIONS[1:], indirect=True)


@pytest.fixture
def scene(csg_hub, csg) -> CsgScene:
    return CsgScene(csg_hub, csg)


def listing(kind: str = "models", revision: str = "main") -> str:
    return f"/csg/api/{kind}/{REPO}/revision/{revision}"


def files_of(folder) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def sorted_records(records: list[dict[str, str]]) -> list[dict[str, str]]:
    return sorted(records, key=lambda record: record["Path"])


# ---- download, from an empty cache and again


@pytest.mark.parametrize("kind", KINDS)
def test_a_snapshot_goes_to_the_working_folder(csg, csg_hub, egress, kind):
    scene = CsgScene(csg_hub, csg, kind)
    run = csg.snapshot_download(REPO, kind)
    assert (run.value, run.error, run.questions) == (str(scene.place), None, [listing(kind)])
    assert (run.downloads, scene.other_than_the_hubs()) == (ALL, set())
    again = csg.snapshot_download(REPO, kind)
    assert (again.value, again.questions, again.fetched) == (str(scene.place), [listing(kind)], [])
    assert egress.asked == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_single_file_goes_to_the_cache(csg, csg_hub, kind):
    scene = CsgScene(csg_hub, csg, kind)
    run = csg.file_download(REPO, FILE, kind)
    assert (run.value, run.error, run.questions) == (str(scene.index / FILE), None, [listing(kind)])
    assert (run.fetched, scene.other_than_the_hubs(scene.index)) == ([FILE], ALL - {FILE})
    again = csg.file_download(REPO, FILE, kind)
    assert (again.value, again.fetched) == (str(scene.index / FILE), [])


def test_a_single_file_without_a_repo_type_cannot_be_downloaded(csg, scene):
    """The client takes a file that it has, and raises before it requests a file (utils.check_repo_type)."""
    run = csg.file_download(REPO, FILE, repo_type=None)
    assert (run.error, run.questions, run.fetched) == ("ValueError", [listing()], [])
    csg.file_download(REPO, FILE)
    assert csg.file_download(REPO, FILE, repo_type=None).value == str(scene.index / FILE)


def test_a_file_of_a_snapshot_is_downloaded_again_as_a_single_file(csg, scene):
    """Both use one index, but different folders."""
    csg.snapshot_download(REPO)
    assert csg.file_download(REPO, FILE).fetched == [FILE]


def test_an_interrupted_download_goes_on(csg, csg_hub, scene):
    """The client reads pieces of one MiB, and keeps the pieces that it has read."""
    scene.remote.push({"large.bin": bytes(5 << 20)})
    csg_hub.fault("/large.bin", half=True, times=1)
    run = csg.file_download(REPO, "large.bin")
    assert (run.error, [request.range for request in run.requests[1:]]) == (None, [None, f"bytes={2 << 20}-"])
    assert (scene.index / "large.bin").stat().st_size == 5 << 20


def test_names_with_spaces_and_signs(csg, scene):
    names = {"a b+c.txt", "100%.txt", "q?x=1&y.txt", "h#1.txt", "模型.txt", "empty.txt"}
    scene.remote.push({path: path.encode() for path in names - {"empty.txt"}} | {"empty.txt": b""})
    assert csg.snapshot_download(REPO).error is None
    assert scene.other_than_the_hubs() == set()


@pytest.mark.parametrize("from_file", [True, False])
def test_the_token(csg, csg_hub, from_file):
    csg_hub.user("me", TOKEN)
    csg_hub.repo(REPO, private=True).push(FILES)
    assert csg.snapshot_download(REPO).error == "HTTPError"
    write(csg.home.path / "token", f" {TOKEN}\n".encode())
    env = {"CSGHUB_TOKEN_PATH": str(csg.home.path / "token")} if from_file else {"CSGHUB_TOKEN": TOKEN}
    run = csg.snapshot_download(REPO, env=env)
    assert (run.error, run.downloads) == (None, ALL)
    assert {request.authorization for request in run.requests if request.origin == "hub"} == {f"Bearer {TOKEN}"}


def test_the_token_does_not_follow_a_redirect(csg, csg_hub):
    csg_hub.user("me", TOKEN)
    csg_hub.repo(REPO).push({"w.bin": Lfs(b"1")})
    run = csg.snapshot_download(REPO, env={"CSGHUB_TOKEN": TOKEN, "http_proxy": "", "HTTP_PROXY": ""})
    assert (run.error, run.fetched) == (None, ["w.bin"])
    assert [request.authorization for request in run.requests if request.origin == "cdn"] == [None]


# ---- the index


@pytest.mark.parametrize("kind", KINDS)
def test_the_index_is_in_the_cache(csg, csg_hub, kind):
    scene = CsgScene(csg_hub, csg, kind)
    csg.snapshot_download(REPO, kind, max_workers=1)
    assert files_of(scene.place) == ALL
    assert files_of(csg.cache) == {str((scene.index / name).relative_to(csg.cache)) for name in (".msc", ".mdl", ".mv")}
    assert sorted_records(csg.read(scene.index / ".msc")) == scene.records()
    assert csg.read(scene.index / ".mdl") == {"id": REPO}
    assert (scene.index / ".mv").read_text() == "Revision:main"


def test_the_bytes_of_the_metadata(csg, scene):
    csg.snapshot_download(REPO, max_workers=1)
    records = csg.read(scene.index / ".msc")
    if csg.has_pickles:
        expected = [pickle.dumps(records), pickle.dumps({"id": REPO})]
    else:
        expected = [json.dumps(records, ensure_ascii=False).encode(), b'{"id": "me/tuned"}']
    assert [(scene.index / name).read_bytes() for name in (".msc", ".mdl")] == expected


def test_a_name_with_a_dot(csg, csg_hub):
    """A snapshot keeps the dot, and a single file does not."""
    scene = CsgScene(csg_hub, csg, repo_id="me/tuned-v1.5")
    assert csg.snapshot_download(scene.repo_id).value == str(scene.place)
    assert (scene.index / ".msc").exists()
    masked = csg.root() / "me" / "tuned-v1___5"
    assert csg.file_download(scene.repo_id, FILE).value == str(masked / FILE)
    assert csg.read(masked / ".mdl") == {"id": "me/tuned-v1___5"}


@pytest.mark.parametrize("kind", KINDS)
def test_the_cache_variable_is_the_folder_of_models_and_data_sets(csg, csg_hub, kind):
    CsgScene(csg_hub, csg, kind)
    cache = csg.home.path / "elsewhere"
    csg.snapshot_download(REPO, kind, env={"CSGHUB_CACHE": str(cache)})
    assert files_of(cache) == {f"{REPO}/{name}" for name in (".msc", ".mdl", ".mv")}


def test_all_local_dirs_have_one_index(csg, scene):
    """The client takes any file with a record, also if the record was made for another folder."""
    first, second = csg.home.path / "first", csg.home.path / "second"
    csg.snapshot_download(REPO, local_dir=str(first), max_workers=1)
    write(second / FILE, b"of another origin")
    run = csg.snapshot_download(REPO, local_dir=str(second), max_workers=1)
    assert (run.value, run.downloads) == (str(second), ALL - {FILE})
    assert sorted_records(csg.read(scene.index / ".msc")) == scene.records()


@only_new
def test_a_pickled_index_is_reset_since_0_9_2(csg, scene):
    scene.put()
    write(scene.index / ".msc", pickle.dumps(scene.records()))
    assert csg.snapshot_download(REPO).downloads == ALL
    assert scene.lost(scene.place) == ALL


@only_old
def test_an_index_in_json_is_an_error_before_0_9_2(csg, scene):
    scene.put()
    write(scene.index / ".msc", json.dumps(scene.records()).encode())
    run = csg.snapshot_download(REPO)
    assert (run.error, run.requests, scene.lost(scene.place)) == ("UnpicklingError", [], set())


def test_a_damaged_index(csg, scene):
    scene.put()
    write(scene.index / ".msc", b"[")
    run = csg.snapshot_download(REPO)
    assert (run.error, run.downloads) == (("UnpicklingError", set()) if csg.has_pickles else (None, ALL))


# ---- files that another program put there


@pytest.mark.parametrize("revision", ["", "main", "ma", "main-2"])
def test_a_record_whose_revision_fits_is_enough(csg, scene, revision):
    """One of the two revisions must be a prefix of the other. The client does not compare content."""
    scene.put().record(revision)
    run = csg.snapshot_download(REPO)
    assert (run.value, run.fetched, scene.lost(scene.place)) == (str(scene.place), [], set())
    run = csg.snapshot_download(REPO, local_files_only=True)
    assert (run.value, run.requests) == (str(scene.place), [])


@pytest.mark.parametrize("revision", ["", "main", "ma", "main-2"])
def test_a_record_whose_revision_fits_is_enough_for_a_single_file(csg, scene, revision):
    scene.record(revision)
    write(scene.index / FILE, b"mine")
    run = csg.file_download(REPO, FILE)
    assert (run.value, run.fetched) == (str(scene.index / FILE), [])
    assert (scene.index / FILE).read_bytes() == b"mine"


@pytest.mark.parametrize("revision", ["dev", "nain", None])
def test_other_records_lead_to_a_download(csg, scene, revision):
    scene.put()
    if revision:
        scene.record(revision)
    assert csg.snapshot_download(REPO).downloads == ALL
    assert (scene.lost(scene.place), scene.lost(scene.user)) == (ALL, set())


def test_an_empty_revision_fits_all_revisions(csg, scene):
    commit = scene.remote.head.sha
    scene.remote.branch("dev")
    scene.put().record("")
    for revision in ("dev", commit):
        assert csg.snapshot_download(REPO, revision=revision).fetched == []
    scene.record("main")
    assert csg.snapshot_download(REPO, revision=commit).downloads == ALL


def test_a_record_is_enough_after_a_push(csg, scene):
    """The client does not see the hub's changes."""
    csg.snapshot_download(REPO, max_workers=1)
    scene.push()
    assert csg.snapshot_download(REPO).fetched == []
    assert scene.other_than_the_hubs() == {"README.md"}


def test_local_files_only_needs_a_record(csg, scene):
    scene.put()
    assert csg.snapshot_download(REPO, local_files_only=True).error == "ValueError"
    csg.write(scene.index / ".msc", scene.records("dev")[:1])
    run = csg.snapshot_download(REPO, local_files_only=True)
    assert (run.value, run.requests) == (str(scene.place), [])


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("indexed", [True, False])
def test_a_replaced_file_leaves_the_original(csg, scene, way, indexed):
    """With the cache on the file system of the place."""
    scene.put(way)
    if indexed:
        scene.record("dev")
    assert csg.snapshot_download(REPO).downloads == ALL
    assert (scene.lost(scene.place), scene.lost(scene.user)) == (ALL, set())


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("indexed", [True, False])
def test_a_file_from_another_file_system_is_written_through_a_link_without_a_record(
    csg, scene, other_device, way, indexed
):
    scene.put(way)
    if indexed:
        scene.record("dev")
    csg.root().mkdir(parents=True, exist_ok=True)
    (csg.root() / "temp").symlink_to(other_device)
    assert csg.snapshot_download(REPO, max_workers=1).downloads == ALL
    assert scene.lost(scene.place) == ALL
    assert scene.lost(scene.user) == (set() if indexed or way == "copy" else ALL)


def test_a_folder_that_is_a_link_loses_the_originals(csg, scene):
    scene.place.parent.mkdir(parents=True)
    scene.place.symlink_to(scene.user)
    scene.record("dev")
    csg.snapshot_download(REPO)
    assert scene.lost(scene.user) == ALL


def test_own_names_are_written_through_links(csg, scene):
    scene.put().record()
    csg.write(scene.user / ".mdl", {"id": "mine"})
    write(scene.user / ".mv", b"mine")
    for name in (".mdl", ".mv"):
        (scene.index / name).symlink_to(scene.user / name)
    csg.snapshot_download(REPO)
    assert csg.read(scene.user / ".mdl") == {"id": REPO}
    assert (scene.user / ".mv").read_text() == "Revision:main"


def test_an_index_folder_that_is_a_link_is_used(csg, scene):
    scene.record()
    real = csg.home.path / "real"
    os.rename(scene.index, real)
    scene.index.symlink_to(real)
    scene.put()
    assert csg.snapshot_download(REPO).fetched == []
    assert scene.index.is_symlink() and (real / ".mv").exists()


# ---- csghub-cli


def test_the_command_uses_the_layout_of_hugging_face(csg, scene):
    run, asked = csg.tool("download", REPO)
    assert (run.returncode, asked.downloads) == (0, ALL), run.stderr
    folder = csg.root() / "models--me--tuned" / "snapshots" / scene.remote.head.sha
    assert scene.other_than_the_hubs(folder) == set()
    assert {request.path.split("/")[1] for request in asked.requests if request.origin == "hub"} == {"hf"}
    assert not scene.place.exists() and not scene.index.exists()
    assert csg.tool("download", REPO)[1].fetched == []


def test_the_command_prints_a_folder_that_does_not_exist_for_a_data_set(csg, csg_hub):
    """The hub's answer has the branch's name for a commit. The commit comes with each file, at every run."""
    scene = CsgScene(csg_hub, csg, "datasets")
    run, asked = csg.tool("download", REPO, "-t", "dataset")
    assert (run.returncode, asked.downloads) == (0, ALL), run.stderr
    place = csg.root() / "datasets--me--tuned"
    assert asked.printed == place / "snapshots/main" and not asked.printed.exists()
    assert scene.other_than_the_hubs(place / "snapshots" / scene.remote.head.sha) == set()
    assert (place / "refs/main").read_text() == scene.remote.head.sha
    assert [path.name for path in (place / "trees").iterdir()] == ["main.json"]
    run, asked = csg.tool("download", REPO, "-t", "dataset")
    assert (asked.fetched, sum(request.method == "HEAD" for request in asked.requests)) == ([], len(ALL))


def test_the_names_of_the_commands_blobs(csg, scene):
    """A blob has the git id of the file; an LFS file that of its pointer text."""
    csg.tool("download", REPO)
    blobs = {path.name for path in (csg.root() / "models--me--tuned/blobs").iterdir()}
    assert blobs == {entry.sha for entry in scene.remote.head.entries.values() if not entry.is_folder}


def test_a_variable_makes_the_command_use_the_library(csg, scene):
    run, asked = csg.tool("download", REPO, env={"CSGHUB_DISABLE_XNET": "true"})
    assert (run.returncode, asked.downloads) == (0, ALL), run.stderr
    assert scene.other_than_the_hubs() == set()
    assert sorted_records(csg.read(scene.index / ".msc"))[0]["Revision"] == "main"


def test_the_command_does_not_read_variables_from_the_working_folder(csg, scene):
    """dotenv.load_dotenv() looks for a file `.env` above the folder of pycsghub/cli.py."""
    write(csg.home.path / ".env", b"CSGHUB_DISABLE_XNET=true\n")
    _, asked = csg.tool("download", REPO)
    assert (asked.downloads, scene.place.exists()) == (ALL, False)
