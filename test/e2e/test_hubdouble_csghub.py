"""The double's answers have the keys of those in ../data/csghub/, in the same order."""

import hashlib
import json
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from csg import CsgClient
from hubdouble import CsgHub, Lfs, Submodule
from test_hubdouble import ask

SAMPLES = Path(__file__).parent.parent / "data" / "csghub"
FILES = {"README.md": b"# m1\n", "sub/w.bin": Lfs(bytes(range(37)))}
OWNER = {"Authorization": "Bearer owner-token"}


def sample(name: str):
    return json.loads((SAMPLES / f"{name}.json").read_text())


@pytest.fixture(scope="module")
def hub():
    with CsgHub() as running:
        running.user("org1", "owner-token")
        running.user("stranger", "stranger-token")
        for kind in ("models", "datasets"):
            running.repo("org1/m1", kind).push(FILES)
        running.repo("org1/private", private=True).push({"a": b"1"})
        running.repo("org1/private", "datasets", private=True).push({"a": b"1"})
        yield running


@pytest.mark.parametrize("api", ["csg", "hf"])
def test_same_answer_as_the_sample(hub, api):
    got = ask(hub, f"/{api}/api/datasets/org1/m1/revision/main")
    assert (got.status, json.dumps(got.json)) == (200, json.dumps(sample("revision")))


def test_a_model_has_a_commit(hub):
    commit = hub.repo("org1/m1").head.sha
    for path in ("", "/revision/main", f"/revision/{commit}"):
        got = ask(hub, f"/csg/api/models/org1/m1{path}").json
        assert got == sample("revision") | {"sha": commit}


def test_same_metadata_as_the_samples(hub, home):
    """The samples .msc and .mdl come from csghub-sdk 0.9.3."""
    client = CsgClient("0.9.3", home, hub)
    client.snapshot_download("org1/m1", "datasets", max_workers=1)
    for name in ("msc", "mdl"):
        assert (client.root("datasets") / "org1" / "m1" / f".{name}").read_text() == json.dumps(sample(name))


def test_blobs_of_a_model(hub):
    commit = hub.repo("org1/m1").head
    small, large = ask(hub, "/csg/api/models/org1/m1/revision/main?blobs=true").json["siblings"]
    assert small == {"rfilename": "README.md", "blobId": commit.entries["README.md"].sha, "size": 5}
    assert (large["blobId"], large["size"]) == (commit.entries["sub/w.bin"].sha, 37)
    pointer = commit.entries["sub/w.bin"].size
    digest = hashlib.sha256(bytes(range(37))).hexdigest()
    assert large["lfs"] == {"sha256": digest, "size": 37, "pointerSize": pointer}
    names = ask(hub, "/csg/api/datasets/org1/m1/revision/main?blobs=true").json["siblings"]
    assert names == sample("revision")["siblings"]


def test_a_tree(hub):
    commit = hub.repo("org1/m1").head
    got = ask(hub, "/hf/api/models/org1/m1/tree/main?recursive=true").json
    assert [(one["type"], one["path"], one["size"]) for one in got] == [
        ("file", "README.md", 5),
        ("file", "sub/w.bin", 37),
    ]
    assert {one["oid"] for one in got} == {commit.entries[path].sha for path in FILES}
    assert [one["path"] for one in ask(hub, "/csg/api/models/org1/m1/tree/main/sub").json] == ["sub/w.bin"]


def test_files_and_ranges(hub):
    for address in ("/csg/org1/m1", "/csg/datasets/org1/m1", "/hf/org1/m1"):
        file = f"{address}/resolve/main/README.md"
        whole, part = ask(hub, file), ask(hub, file, {"Range": "bytes=2-"})
        assert (whole.status, whole.body, part.status, part.body) == (200, b"# m1\n", 206, b"m1\n")
        assert whole.headers["Accept-Ranges"] == "bytes"
        head = ask(hub, file, method="HEAD")
        assert (head.status, head.headers["Content-Length"], head.body) == (200, "5", b"")
        assert head.headers["X-Repo-Commit"] in hub.repo("org1/m1").commits


def test_an_lfs_file_is_at_another_address_that_needs_no_token(hub):
    file = "/csg/org1/m1/resolve/main/sub/w.bin"
    got = ask(hub, file)
    assert (got.status, got.headers["Location"]) == (302, f"{hub.cdn_url}/redirected{file}")
    with urlopen(got.headers["Location"], timeout=20) as response:
        assert response.read() == bytes(range(37))
    with pytest.raises(HTTPError, match="404"):
        urlopen(hub.cdn_url + file, timeout=20)
    assert ask(hub, file, method="HEAD").headers["Content-Length"] == "37"


def test_a_submodule_is_not_listed():
    with CsgHub() as hub:
        hub.repo("org1/m1").push({"a": b"1", "sub": Submodule("1" * 40)})
        assert ask(hub, "/csg/api/models/org1/m1/revision/main").json["siblings"] == [{"rfilename": "a"}]


def test_what_does_not_exist(hub):
    missing = {
        "/csg/api/models/org1/m2/revision/main": 500,
        "/csg/api/models/org1/m1/revision/dev": 500,
        "/csg/api/datasets/org1/d2/revision/main": 404,
        "/csg/org1/m1/resolve/main/missing": 404,
        "/csg/org1/m1/resolve/main/sub": 404,
        "/ms/org1/m1/resolve/main/README.md": 404,
    }
    for path, status in missing.items():
        got = ask(hub, path)
        assert (got.status, list(got.json)) == (status, ["msg"]), path


def test_a_private_repo_exists_for_its_owner_only(hub):
    for kind, status in (("models", 500), ("datasets", 404)):
        private = f"/csg/api/{kind}/org1/private/revision/main"
        assert (
            ask(hub, private).status == ask(hub, private, {"Authorization": "Bearer stranger-token"}).status == status
        )
        assert ask(hub, private, OWNER).status == 200
    assert ask(hub, "/csg/org1/private/resolve/main/a").status == 404
    assert ask(hub, "/csg/org1/private/resolve/main/a", OWNER).body == b"1"
