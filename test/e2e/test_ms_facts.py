"""The behaviour of the real ModelScope clients with their hub and with their cache."""

import hashlib
import os
import pickle
import stat
from pathlib import Path

import pytest
from home import record
from hubdouble.modelscope import PREFIX
from ms import MS_VERSIONS, MsClient
from ms_scene import REPO, MsScene, read_pickle
from scene import ALL, FILES, Scene, read, write

KINDS = ("models", "datasets")
API = "/api/v1"
ACCELERATION = f"{API}/repos/internalAccelerationInfo"
FILE = "inference/config.json"
NEVER = 4102444800  # the year 2100
TOKEN = "my-token"
PLAIN_PROXIES = ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY")

only_old = pytest.mark.parametrize("ms", MS_VERSIONS[:2], indirect=True)
only_middle = pytest.mark.parametrize("ms", MS_VERSIONS[1:2], indirect=True)
only_new = pytest.mark.parametrize("ms", MS_VERSIONS[2:], indirect=True)


@pytest.fixture
def scene(ms_hub, ms) -> MsScene:
    return MsScene(ms_hub, ms)


def listing_questions(ms: MsClient, scene: MsScene, kind: str, *, of_file: bool = False) -> list[str]:
    """Returns what a client asks before it downloads from branch master."""
    repo = f"{API}/{kind}/{scene.repo_id}"
    everything = f"{repo}/repo/files?Revision=master&Recursive=True"
    if ms.is_new:
        if of_file:
            return [f"{repo}/revisions"] if kind == "models" else []
        pages = f"{repo}/repo/tree?Revision=master&Recursive=True&PageNumber=1&PageSize=200"
        return [everything if kind == "models" else pages]
    first = [] if ms.version == "1.25.0" else [ACCELERATION]
    if kind == "models":
        return [*first, repo, f"{repo}/revisions", everything]
    size = 100 if of_file else 150 if ms.version == "1.25.0" else 200
    pages = (
        f"{API}/datasets/{scene.number}/repo/tree?Revision=master&Root=%2F&Recursive=True&PageNumber=1&PageSize={size}"
    )
    return [*first, repo, repo, pages]


def download_questions(ms: MsClient) -> list[str]:
    """Returns what a client asks between the listing and the first file that it downloads."""
    return [ACCELERATION] if ms.is_new else []


def files_of(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


# ---- download, from an empty cache and again


@pytest.mark.parametrize("kind", KINDS)
def test_a_snapshot(ms, ms_hub, egress, kind):
    scene = MsScene(ms_hub, ms, kind)
    run = ms.snapshot_download(REPO, kind)
    assert (run.value, run.error) == (str(scene.place), None)
    assert run.questions == listing_questions(ms, scene, kind) + download_questions(ms)
    assert run.fetched == sorted(ALL)
    assert scene.other_than_the_hubs() == set()
    again = ms.snapshot_download(REPO, kind)
    assert (again.value, again.fetched) == (str(scene.place), [])
    assert again.questions == listing_questions(ms, scene, kind)
    assert egress.asked == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_single_file(ms, ms_hub, egress, kind):
    scene = MsScene(ms_hub, ms, kind)
    run = ms.file_download(REPO, FILE, kind)
    assert (run.value, run.error) == (str(scene.place / FILE), None)
    assert run.questions == listing_questions(ms, scene, kind, of_file=True) + download_questions(ms)
    assert run.fetched == [FILE]
    assert scene.other_than_the_hubs() == ALL - {FILE}
    again = ms.file_download(REPO, FILE, kind)
    assert (again.value, again.fetched) == (str(scene.place / FILE), [])
    assert again.questions == listing_questions(ms, scene, kind, of_file=True)
    assert egress.asked == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_of_a_snapshot_is_not_downloaded_again(ms, ms_hub, kind):
    scene = MsScene(ms_hub, ms, kind)
    ms.snapshot_download(REPO, kind)
    run = ms.file_download(REPO, FILE, kind)
    assert (run.value, run.fetched) == (str(scene.place / FILE), [])


@pytest.mark.parametrize("kind", KINDS)
def test_after_a_push_a_snapshot_downloads_what_was_pushed(ms, ms_hub, kind):
    scene = MsScene(ms_hub, ms, kind)
    ms.snapshot_download(REPO, kind)
    scene.push()
    run = ms.snapshot_download(REPO, kind)
    assert (run.value, run.fetched) == (str(scene.place), ["README.md"])
    assert scene.other_than_the_hubs() == set()
    assert ms.snapshot_download(REPO, kind).fetched == []


@pytest.mark.parametrize("kind", KINDS)
def test_after_a_push_a_single_file_is_replaced_before_1_38_only(ms, ms_hub, kind):
    """Since 1.38 it is enough that the file exists."""
    scene = MsScene(ms_hub, ms, kind)
    ms.snapshot_download(REPO, kind)
    scene.push()
    run = ms.file_download(REPO, "README.md", kind)
    assert run.fetched == ([] if ms.is_new else ["README.md"])
    assert scene.other_than_the_hubs() == ({"README.md"} if ms.is_new else set())


def test_requests_for_content(ms, scene):
    """Before 1.38 the client asks for a range, which is the whole file."""
    requests = [request for request in ms.snapshot_download(REPO).requests if request.media_bytes]
    got = sorted((request.media_bytes, request.range, request.status) for request in requests)
    sizes = sorted(len(scene.content(path)) for path in FILES)
    assert got == [(size, None, 200) if ms.is_new else (size, f"bytes=0-{size - 1}", 206) for size in sizes]


def test_an_empty_file_is_asked_for_since_1_38(ms, scene):
    scene.remote.push({"empty.txt": b""})
    assert ms.snapshot_download(REPO).downloads == (ALL | {"empty.txt"} if ms.is_new else ALL)
    assert scene.other_than_the_hubs() == set()


@pytest.mark.parametrize("kind", KINDS)
def test_git_files_of_a_model_are_left_out_before_1_38(ms, ms_hub, kind):
    git_files = {".gitattributes", ".gitignore", "inference/.gitattributes", "inference/.gitignore"}
    scene = MsScene(ms_hub, ms, kind)
    scene.remote.push({path: b"# git\n" for path in git_files})
    left_out = git_files if kind == "models" and not ms.is_new else set()
    assert ms.snapshot_download(REPO, kind).downloads == ALL | git_files - left_out
    assert scene.other_than_the_hubs() == left_out


def test_names_with_spaces_and_signs(ms, scene):
    names = {"a b+c.txt", "100%.txt", "q?x=1&y.txt", "h#1.txt", "模型.txt"}
    scene.remote.push({path: path.encode() for path in names})
    assert ms.snapshot_download(REPO).downloads == ALL | names
    assert scene.other_than_the_hubs() == set()


def test_a_data_set_is_listed_to_a_short_page(ms, ms_hub):
    ms_hub.repo(REPO, "datasets").push({f"f{i:04}": b"1" for i in range(400)})
    run = ms.snapshot_download(REPO, "datasets", allow_patterns=["f0000"])
    assert run.fetched == ["f0000"]
    pages = [question.partition("PageNumber=")[2] for question in run.questions if "PageNumber" in question]
    size = 150 if ms.version == "1.25.0" else 200
    assert pages == [f"{page}&PageSize={size}" for page in (1, 2, 3)]


def test_a_model_of_a_full_listing_is_walked_since_1_38(ms, ms_hub):
    """The hub ends the listing of a model at 3000 entries. Before 1.38 the client does not see the others."""
    files = {f"d{folder}/f{i:04}": b"1" for folder in range(2) for i in range(1600)}
    ms_hub.repo(REPO).push(files)
    run = ms.snapshot_download(REPO, allow_patterns=["*f0000", "*f1599"])
    all_four = ["d0/f0000", "d0/f1599", "d1/f0000", "d1/f1599"]
    assert run.fetched == (all_four if ms.is_new else all_four[:3])
    asked = {question.partition("Recursive=")[2] for question in run.questions if "Recursive" in question}
    assert asked == ({"True", "False", "True&Root=d0", "True&Root=d1"} if ms.is_new else {"True"})


def test_a_file_may_come_from_another_address(ms, ms_hub, scene):
    ms_hub.fault(r"/repo\?", redirect=True)
    # requests 2.34.2 uses the proxy of a first address also for the address of a redirect, whatever NO_PROXY says
    run = ms.snapshot_download(REPO, env={name: "" for name in PLAIN_PROXIES})
    assert (run.error, scene.other_than_the_hubs()) == (None, set())
    assert {request.origin for request in run.requests if request.media_bytes and request.status < 300} == {"cdn"}


# ---- what the clients leave in the cache


@pytest.mark.parametrize("kind", KINDS)
def test_files_that_a_snapshot_leaves(ms, ms_hub, kind):
    scene = MsScene(ms_hub, ms, kind)
    ms.snapshot_download(REPO, kind)
    assert files_of(scene.place) == ALL | (set() if ms.is_new else {".msc", ".mdl", ".mv"})
    beside = {path for path in files_of(ms.root()) if not (ms.root() / path).is_relative_to(scene.place)}
    if ms.is_new:
        word = kind.removesuffix("s")
        names = (f"modelscope-hub-download-lock-v2\0file\0{word}\0{REPO}\0{path}" for path in ALL)
        assert beside == {f".lock/file_{hashlib.sha256(name.encode()).hexdigest()}.lock" for name in names}
    else:
        assert beside == (set() if ms.version == "1.25.0" else {".lock/me___tuned"})


@only_old
@pytest.mark.parametrize("kind", KINDS)
def test_metadata_before_1_38(ms, ms_hub, kind):
    scene = MsScene(ms_hub, ms, kind)
    ms.snapshot_download(REPO, kind)
    records = read_pickle(scene.place / ".msc")
    assert sorted(records, key=lambda one: one["Path"]) == scene.exact()
    assert {tuple(one) for one in records} == {("Path", "Revision")}
    assert (scene.place / ".msc").read_bytes() == pickle.dumps(records, protocol=4)
    assert stat.S_IMODE((scene.place / ".msc").stat().st_mode) == 0o600
    assert (scene.place / ".mdl").read_bytes() == pickle.dumps({"id": REPO}, protocol=4)
    version = f"Revision:master,CreatedAt:{scene.remote.head.when}" if kind == "models" else "master"
    assert (scene.place / ".mv").read_text() == version


@only_old
def test_metadata_after_a_push(ms, scene):
    ms.snapshot_download(REPO)
    scene.push()
    ms.snapshot_download(REPO)
    assert sorted(read_pickle(scene.place / ".msc"), key=lambda one: one["Path"]) == scene.exact()
    assert (scene.place / ".mv").read_text() == f"Revision:master,CreatedAt:{scene.remote.head.when}"


def test_a_name_with_a_dot(ms, ms_hub):
    """Before 1.38 the place has another name, and a snapshot of a model makes a link with the repo's name."""
    scene = MsScene(ms_hub, ms, repo_id="me/tuned-v1.5")
    link = ms.root() / "models" / "me" / "tuned-v1.5"
    assert ms.file_download(scene.repo_id, FILE).value == str(scene.place / FILE)
    assert not link.is_symlink()
    assert ms.snapshot_download(scene.repo_id).value == str(scene.place)
    if ms.is_new:
        assert scene.place.parts[-3] == "me--tuned-v1.5" and not link.is_symlink()
        return
    assert scene.place.name == "tuned-v1___5" and os.readlink(link) == str(scene.place)
    assert read_pickle(scene.place / ".mdl") == {"id": "me/tuned-v1___5"}


def test_the_cache_variable(ms, scene):
    cache = ms.home.path / "elsewhere"
    run = ms.snapshot_download(REPO, env={"MODELSCOPE_CACHE": str(cache)})
    assert run.value == str(cache / scene.place.relative_to(ms.root()))


def test_cache_dir_and_local_dir(ms, scene):
    cache, local = ms.home.path / "cache", ms.home.path / "local"
    run = ms.snapshot_download(REPO, cache_dir=str(cache))
    assert run.value == str(cache / ("models/me--tuned/snapshots/master" if ms.is_new else "me/tuned"))
    run = ms.snapshot_download(REPO, local_dir=str(local))
    assert run.value == str(local)
    assert files_of(local) == ALL | (set() if ms.is_new else {".msc", ".mv"})


# ---- files that another program put there


RECORDS = ["pins", "exact", "pins and exact", "prefixes", "none", "no index"]


def records_of(scene: MsScene, what: str) -> list[dict[str, str]]:
    """Returns records of all files. A pin is a record whose revision is empty."""
    exact = scene.exact()
    pins = [record(one["Path"], "") for one in exact]
    prefixes = [record(one["Path"], one["Revision"][:7]) for one in exact]
    return {"pins": pins, "exact": exact, "pins and exact": pins + exact, "prefixes": prefixes, "none": []}[what]


def put_with_records(scene: MsScene, what: str) -> None:
    """Puts the edited files into the place, with an index of these records unless it is "no index"."""
    scene.put()
    if what != "no index":
        scene.index(records_of(scene, what))


@only_old
@pytest.mark.parametrize("what", RECORDS)
def test_a_snapshot_believes_its_records_before_1_38(ms, scene, what):
    put_with_records(scene, what)
    run = ms.snapshot_download(REPO)
    expected = ALL if what in ("none", "no index") else set()
    assert (run.value, run.downloads, scene.lost(scene.place)) == (str(scene.place), expected, expected)


@only_old
@pytest.mark.parametrize("what", RECORDS)
def test_a_single_file_needs_a_record_with_the_exact_revision_before_1_38(ms, scene, what):
    """With a record that fits only by its prefix, the client returns None; an empty revision is a prefix of all."""
    put_with_records(scene, what)
    run = ms.file_download(REPO, FILE)
    assert run.fetched == ([FILE] if what in ("none", "no index") else [])
    assert (run.value, run.error) == (None if what in ("pins", "prefixes") else str(scene.place / FILE), None)


@only_old
def test_a_record_with_another_key_is_no_record_of_a_single_file(ms, scene):
    records = [one | {"Size": 1} for one in scene.exact()]
    scene.put().index(records)
    assert ms.snapshot_download(REPO).fetched == []
    run = ms.file_download(REPO, FILE)
    assert (run.value, run.error, run.fetched) == (None, None, [])


@only_old
@pytest.mark.parametrize("key", ["Path", "Revision"])
def test_a_record_without_a_key(ms, scene, key):
    """A single file raises. A snapshot raises in 1.37.1, and 1.25.0 leaves the file as it is."""
    scene.put().index([{name: value for name, value in one.items() if name != key} for one in scene.exact()])
    assert ms.file_download(REPO, FILE).error == "KeyError"
    run = ms.snapshot_download(REPO)
    assert ((run.error is None), run.fetched) == (ms.version == "1.25.0", [])
    assert scene.lost(scene.place) == set()


@only_old
@pytest.mark.parametrize("what", ["pins", "pins and exact"])
def test_a_pin_keeps_an_edited_file_after_a_push(ms, scene, what):
    scene.put().index(records_of(scene, what))
    scene.push()
    run = ms.snapshot_download(REPO)
    assert (run.value, run.fetched, scene.lost(scene.place)) == (str(scene.place), [], set())
    run = ms.file_download(REPO, "README.md")
    assert (run.value, run.error, run.fetched) == (None, None, [])
    assert scene.lost(scene.place) == set()


@only_old
@pytest.mark.parametrize("what", ["exact", "prefixes"])
def test_other_records_lead_to_a_download_after_a_push(ms, scene, what):
    scene.put("hardlink").index(records_of(scene, what))
    scene.push()
    assert ms.snapshot_download(REPO).fetched == ["README.md"]
    assert scene.lost(scene.place) == {"README.md"}
    assert scene.lost(scene.user) == set()


@only_old
@pytest.mark.parametrize("way", ["copy", "hardlink", "symlink"])
@pytest.mark.parametrize("indexed", [True, False])
def test_a_replaced_file_leaves_the_original(ms, scene, way, indexed):
    """With the temporary folder on the file system of the place."""
    scene.put(way).index(scene.exact() if indexed else [])
    scene.push()
    assert "README.md" in ms.snapshot_download(REPO).downloads
    assert (scene.lost(scene.user), "README.md" in scene.lost(scene.place)) == (set(), True)


@only_old
@pytest.mark.parametrize("way", ["copy", "symlink"])
@pytest.mark.parametrize("indexed", [True, False])
def test_a_file_from_another_file_system_is_written_through_a_link_without_a_record(
    ms, scene, other_device, way, indexed
):
    scene.put(way).index(scene.exact() if indexed else [])
    (ms.root() / "models" / "._____temp").symlink_to(other_device)
    scene.push()
    assert "README.md" in ms.snapshot_download(REPO).downloads
    assert scene.lost(scene.user) == (ALL if way == "symlink" and not indexed else set())


@only_old
def test_a_file_from_another_file_system_is_written_into_a_hard_link_without_a_record(ms, scene, other_device):
    scene.put("hardlink").index([])
    (ms.root() / "models" / "._____temp").symlink_to(other_device)
    ms.snapshot_download(REPO)
    assert scene.lost(scene.user) == ALL


@only_old
def test_a_damaged_index(ms, scene):
    """1.25.0 raises. 1.37.1 renames the index and downloads over the edited files."""
    scene.put()
    write(scene.place / ".msc", b"not a pickle")
    run = ms.snapshot_download(REPO)
    if ms.version == "1.25.0":
        assert (run.error is not None, scene.lost(scene.place)) == (True, set())
    else:
        assert (run.error, scene.lost(scene.place)) == (None, ALL)
        assert (scene.place / ".msc.corrupted").read_bytes() == b"not a pickle"


@only_old
def test_a_folder_that_is_a_link_loses_the_originals(ms, scene):
    scene.place.parent.mkdir(parents=True)
    scene.place.symlink_to(scene.user)
    scene.index(scene.exact())
    scene.push()
    ms.snapshot_download(REPO)
    assert scene.lost(scene.user) == {"README.md"}


@only_old
def test_own_names_are_written_through_links(ms, scene):
    scene.put().index(scene.exact())
    for name in (".mdl", ".mv"):
        write(scene.user / name, b"mine")
        (scene.place / name).symlink_to(scene.user / name)
    ms.snapshot_download(REPO)
    assert [(scene.user / name).read_bytes() == b"mine" for name in (".mdl", ".mv")] == [False, False]


def test_local_files_only_asks_nothing(ms, scene):
    scene.put()
    if not ms.is_new:
        scene.index(records_of(scene, "pins"))
    run = ms.snapshot_download(REPO, local_files_only=True)
    assert (run.value, run.requests, scene.lost(scene.place)) == (str(scene.place), [], set())
    run = ms.file_download(REPO, FILE, local_files_only=True, revision="master")
    assert (run.value, run.requests) == (str(scene.place / FILE), [])


def set_listed(change):
    """Returns a rewrite of a listing in which `change` was applied to each file."""

    def rewrite(answer):
        for one in answer["Data"]["Files"]:
            if one["Type"] != "tree":
                change(one)
        return answer

    return rewrite


def describe_as_edited(one: dict) -> None:
    content = Scene.edited(one["Path"])
    one |= {"Size": len(content), "Sha256": hashlib.sha256(content).hexdigest()}


@only_old
@pytest.mark.parametrize("change", [str.upper, lambda _: None])
def test_a_listing_needs_digests_in_lower_case_before_1_38(ms, ms_hub, scene, change):
    ms_hub.fault("/repo/files", rewrite=set_listed(lambda one: one.update(Sha256=change(one["Sha256"]))))
    expected = "FileIntegrityError" if ms.version == "1.25.0" else "FileDownloadError"
    assert ms.file_download(REPO, FILE).error == expected
    assert files_of(scene.place) & ALL == set()


@only_old
def test_a_listing_without_digests_before_1_38(ms, ms_hub, scene):
    """A download is not checked. For a file with a record, the client raises; a snapshot of 1.25.0 leaves it as it is."""
    ms_hub.fault("/repo/files", rewrite=set_listed(lambda one: one.pop("Sha256")))
    assert ms.file_download(REPO, FILE).fetched == [FILE]
    scene.put().index(scene.exact())
    assert ms.file_download(REPO, FILE).error == "KeyError"
    run = ms.snapshot_download(REPO)
    assert ((run.error is None), run.fetched) == (ms.version == "1.25.0", [])
    assert scene.lost(scene.place) == set()


@only_new
def test_size_and_digest_decide_since_1_38(ms, ms_hub, scene):
    scene.put()
    ms_hub.fault("/repo/files", rewrite=set_listed(describe_as_edited))
    run = ms.snapshot_download(REPO)
    assert (run.fetched, scene.lost(scene.place)) == ([], set())
    assert run.questions == listing_questions(ms, scene, "models")
    swapped = Scene.edited("config.json")[::-1]
    write(scene.place / "config.json", swapped)  # of the same size
    assert "config.json" in ms.snapshot_download(REPO).downloads


@only_new
@pytest.mark.parametrize("digest", [None, ""])
def test_without_a_digest_the_size_decides_since_1_38(ms, ms_hub, scene, digest):
    scene.put()
    ms_hub.fault(
        "/repo/files", rewrite=set_listed(lambda one: one.update(Sha256=digest, Size=len(Scene.edited(one["Path"]))))
    )
    run = ms.snapshot_download(REPO)
    assert (run.fetched, scene.lost(scene.place)) == ([], set())


@only_new
@pytest.mark.parametrize("known", [True, False])
def test_a_leftover_of_other_content_is_continued_since_1_38(ms, ms_hub, scene, known):
    """Without a digest, the client takes the mixed file."""
    leftover = b"mine: "
    write(scene.place / f"{FILE}.incomplete", leftover)
    if not known:
        ms_hub.fault("/repo/files", rewrite=set_listed(lambda one: one.update(Sha256=None)))
    run = ms.snapshot_download(REPO)
    mixed = leftover + FILES[FILE][len(leftover) :]
    assert (run.error, read(scene.place / FILE)) == (None, FILES[FILE] if known else mixed)


@only_new
def test_a_header_replaces_a_missing_digest_since_1_38(ms, ms_hub, scene):
    """The client starts anew if the content of a continued file does not fit X-Linked-ETag."""
    write(scene.place / f"{FILE}.incomplete", b"mine: ")
    ms_hub.fault("/repo/files", rewrite=set_listed(lambda one: one.update(Sha256=None)))
    ms_hub.sends_digests = True
    run = ms.snapshot_download(REPO)
    assert (run.error, scene.other_than_the_hubs()) == (None, set())
    assert run.fetched.count(FILE) > 1


@only_new
def test_a_single_file_without_a_revision_asks_for_revisions_since_1_38(ms, ms_hub, scene):
    scene.put()
    ms_hub.fault("/revisions", status=404)
    run = ms.file_download(REPO, FILE, local_files_only=True)
    assert (run.value, run.fetched) == (str(scene.place / FILE), [])
    assert run.questions == listing_questions(ms, scene, "models", of_file=True)


@only_new
@pytest.mark.parametrize("way", ["copy", "hardlink", "symlink"])
def test_other_content_is_replaced_since_1_38(ms, scene, way):
    """The original of a linked file stays."""
    scene.put(way)
    assert ms.snapshot_download(REPO).downloads == ALL
    assert (scene.lost(scene.place), scene.lost(scene.user)) == (ALL, set())


@only_new
@pytest.mark.parametrize("place", ["models/me/tuned", "hub/models/me/tuned"])
def test_the_place_of_older_clients_is_taken_since_1_38(ms, ms_hub, scene, place):
    scene.place = ms.root() / place
    scene.put()
    ms_hub.fault("/repo/files", rewrite=set_listed(describe_as_edited))
    run = ms.snapshot_download(REPO)
    assert (run.value, run.fetched) == (str(scene.place), [])


@only_new
def test_an_index_alone_makes_a_place_since_1_38(ms, scene):
    scene.place = ms.root() / "hub" / "models" / "me" / "tuned"
    scene.index([])
    assert ms.snapshot_download(REPO).value == str(scene.place)


@only_old
def test_the_oldest_place_moves_before_1_38(ms, scene):
    """It moves from the root of the cache to its place, if that does not exist."""
    oldest = ms.root() / "me" / "tuned"
    new, scene.place = scene.place, oldest
    scene.put().index(scene.exact())
    run = ms.snapshot_download(REPO)
    assert (run.value, run.fetched, scene.lost(new)) == (str(new), [], set())
    assert not oldest.exists()


# ---- revisions


def test_a_tag_decides_the_revision(ms, ms_hub, scene):
    """A tag that is older than the client is the default of snapshots until 1.31, and of single files in 1.25.0 and
    1.40.2."""
    scene.remote.tag("v1.0")
    scene.push()
    tagged_snapshot = ms.version == "1.25.0"
    run = ms.snapshot_download(REPO)
    assert scene.other_than_the_hubs() == ({"README.md"} if tagged_snapshot else set())
    run = ms.file_download(REPO, "README.md")
    tagged = ms.version != "1.37.1"
    assert read(Path(run.value)) == (FILES["README.md"] if tagged else scene.content("README.md"))
    if ms.is_new:
        assert run.value == str(ms.place(REPO, revision="v1.0") / "README.md")


def test_a_tag_decides_the_revision_of_a_single_file_of_the_command(ms, scene):
    """In 1.37.1 too, whose function takes master; since 1.38 the command takes master."""
    scene.remote.tag("v1.0")
    scene.push()
    assert ms.tool("download", "--model", REPO, "README.md").returncode == 0
    assert read(scene.place / "README.md") == (scene.content("README.md") if ms.is_new else FILES["README.md"])


def test_a_tag_of_the_future_is_never_chosen(ms, ms_hub, scene):
    scene.remote.tag("v1.0")
    scene.push()
    ms_hub.tags_created_at = NEVER
    ms.snapshot_download(REPO)
    assert scene.other_than_the_hubs() == set()
    assert ms.file_download(REPO, "README.md").fetched == []


@only_old
def test_a_commit_is_refused_before_1_38(ms, scene):
    assert ms.snapshot_download(REPO, revision=scene.remote.head.sha).error == "NotExistError"
    assert ms.snapshot_download(REPO, revision="main").error == "NotExistError"


# ---- errors


def test_a_repo_that_does_not_exist(ms):
    run = ms.snapshot_download("me/missing")
    assert run.error == "HTTPError"
    assert {request.status for request in run.requests if "missing" in request.path} == {404}


@only_new
def test_an_error_with_the_status_of_success_is_an_empty_folder_since_1_38(ms, ms_hub, scene):
    ms_hub.fault("/repo/files", status=200)
    run = ms.snapshot_download(REPO)
    assert (run.value, run.error, run.fetched) == (str(scene.place), None, [])
    assert files_of(scene.place) == set()


# ---- the ways to the hub


@only_middle
def test_the_endpoint_of_a_call(ms, ms_hub, scene, egress):
    """With an endpoint the client does not ask whether the repo exists. Its question about acceleration goes to the hub
    in its code."""
    run = ms.snapshot_download(REPO, endpoint=ms_hub.endpoint, env=ms.without_front)
    asked = listing_questions(ms, scene, "models")[2:]
    assert (run.value, run.questions, run.downloads) == (str(scene.place), asked, ALL)
    assert {request.path[: len(PREFIX)] for request in run.requests} == {PREFIX}
    assert set(egress.asked) == {"CONNECT www.modelscope.cn:443"}
    run = ms.tool("download", REPO, "--endpoint", ms_hub.endpoint, env=ms.without_front)
    assert run.returncode == 0


@only_old
def test_a_domain_is_asked_with_https(ms, ms_front, scene, egress):
    env = ms.without_front | {"MODELSCOPE_DOMAIN": ms_front.address, "REQUESTS_CA_BUNDLE": str(ms_front.certificate)}
    run = ms.snapshot_download(REPO, env=env)
    assert (run.value, run.questions) == (str(scene.place), listing_questions(ms, scene, "models"))
    assert egress.asked == []


@only_old
def test_the_endpoint_of_the_environment_is_ignored_before_1_38(ms, ms_hub, scene):
    run = ms.snapshot_download(REPO, env={"MODELSCOPE_ENDPOINT": ms_hub.endpoint})
    assert run.value == str(scene.place)
    assert [request.path for request in run.requests if request.path.startswith(PREFIX)] == []


@only_new
def test_the_endpoint_of_the_environment_may_have_a_path_since_1_38(ms, scene, egress):
    for run in (ms.snapshot_download(REPO), ms.file_download(REPO, FILE)):
        assert {request.path[: len(PREFIX)] for request in run.requests} == {PREFIX}
    assert egress.asked == []


def test_a_private_repo_by_token(ms, ms_hub, scene):
    """1.25.0 takes no token from the environment. Before 1.38 the client sends no cookie to an address with a port."""
    ms_hub.user("me", TOKEN)
    scene.remote.private = True
    assert ms.snapshot_download(REPO).error == "HTTPError"
    run = ms.snapshot_download(REPO, env={"MODELSCOPE_API_TOKEN": TOKEN})
    assert run.error == ("HTTPError" if ms.version == "1.25.0" else None)
    sent = {request.authorization for request in run.requests if "/models/" in request.path}
    assert sent == ({f"Bearer {TOKEN}"} if ms.is_new else {None})


@only_middle
def test_no_cookie_goes_to_an_address_with_a_port(ms, ms_hub, scene):
    ms_hub.user("me", TOKEN)
    scene.remote.private = True
    env = ms.without_front | {"MODELSCOPE_API_TOKEN": TOKEN}
    assert ms.snapshot_download(REPO, endpoint=ms_hub.endpoint, env=env).error == "HTTPError"


@only_old
def test_a_private_repo_after_a_login(ms, ms_hub, scene):
    """The client keeps the cookie of the hub's domain."""
    ms_hub.user("me", TOKEN)
    scene.remote.private = True
    assert ms.tool("login", "--token", TOKEN).returncode == 0
    assert (ms.home.path / ".modelscope/credentials/cookies").exists()
    run = ms.snapshot_download(REPO)
    assert (run.value, run.downloads) == (str(scene.place), ALL)


# ---- the clients' own command


def test_the_command_downloads_and_downloads_nothing_again(ms, ms_hub, scene):
    for fetched in (ALL, set()):
        mark = ms_hub.mark()
        run = ms.tool("download", "--model", REPO)
        assert (run.returncode, scene.other_than_the_hubs()) == (0, set()), run.stderr
        assert {one.media_bytes for one in ms_hub.log.since(mark)} - {0} == {
            len(scene.content(path)) for path in fetched
        }


@only_new
def test_the_command_clears_the_cache_since_1_38(ms, scene):
    """All folders of repos go; the originals of linked files and other folders in the root stay."""
    scene.put("symlink")
    write(ms.root() / "hub" / "._hubcache" / "record", b"1")
    write(ms.root() / "skills" / "._hubcache" / "record", b"1")
    assert ms.tool("clear-cache", "--yes").returncode == 0
    assert (scene.lost(scene.user), scene.place.exists()) == (set(), False)
    assert [(ms.root() / name).exists() for name in ("models", "hub", "skills/._hubcache/record")] == [
        False,
        False,
        True,
    ]


@only_old
def test_the_command_clears_the_target_of_a_link_before_1_38(ms, scene):
    """The command looks in the folder `hub` of the cache, where older clients kept the repos."""
    link = ms.root() / REPO
    link.parent.mkdir(parents=True)
    link.symlink_to(scene.user)
    run = ms.tool("clear-cache", "--model", REPO, answer="y\n")
    assert (run.returncode, scene.user.exists()) == (0, False)
