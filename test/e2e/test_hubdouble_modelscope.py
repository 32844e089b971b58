"""The double's answers have the keys of those in ../data/modelscope/, in the same order, and the values that do not depend
on a repo's content."""

import hashlib
import json
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from hubdouble import Lfs, ModelScopeHub, Opaque, Submodule
from hubdouble.modelscope import PREFIX
from test_hubdouble import Reply, ask

SAMPLES = Path(__file__).parent.parent / "data" / "modelscope"
MODEL, DATA_SET = "/modelscope/api/v1/models/org1/m1", "/modelscope/api/v1/datasets/org1/d1"
CONTENT = bytes(range(37))
FIRST_COMMIT = "d3b07384d113edec49eaa6238ad5ff00d3b07384"
SECOND_COMMIT = "c157a79031e1c40f85931829bc5fc552c157a790"
NEVER = 4102444800  # the year 2100
# The values of these keys depend on a repo's content, on its times and on its owner.
OF_CONTENT = {"Sha256", "CreatedAt", "AccessToken", "Email", "email", "Username", "username"}


@pytest.fixture(scope="module")
def hub():
    with ModelScopeHub() as running:
        running.tags_created_at = NEVER
        running.user("org1", "owner-token")
        running.user("stranger", "stranger-token")
        running.repo("org1/d1", "datasets").push({"sub/w.bin": CONTENT}, commit_id=FIRST_COMMIT)
        model = running.repo("org1/m1")
        model.push({"sub/w.bin": Lfs(CONTENT)}, commit_id=FIRST_COMMIT)
        model.push({"unknown-digest.bin": Opaque("1" * 40, 37)}, commit_id=SECOND_COMMIT)
        model.tag("v1.0")
        running.repo("org1/private", private=True).push({"a": b"1"})
        running.repo("org1/many").push({f"f{i:04}": b"" for i in range(3005)})
        running.repo("org1/many", "datasets").push({f"f{i:04}": b"" for i in range(450)})
        yield running


@pytest.fixture
def faulty(hub):
    """Provides a hub whose faults end with the test."""
    yield hub
    hub.faults.clear()


OWNER = {"Authorization": "Bearer owner-token"}
QUESTIONS = {
    "accel": ("/modelscope/api/v1/repos/internalAccelerationInfo", {}),
    "datasets-info": (DATA_SET, {}),
    "datasets-repo-tree": (f"{DATA_SET}/repo/tree?Revision=master&Recursive=False&Root=/sub", {}),
    "error-404": ("/modelscope/api/v1/models/org1/missing", {}),
    "login": ("/modelscope/api/v1/login", {}),
    "models-repo-files": (f"{MODEL}/repo/files?Revision=master&Recursive=True", {}),
    "models-revisions": (f"{MODEL}/revisions", {}),
    "openapi-users-me": ("/modelscope/openapi/v1/users/me", OWNER),
}


def same(value, key: str = ""):
    """Returns a JSON value with the values that depend on content replaced by the names of their types."""
    if isinstance(value, dict):
        return {name: same(item, name) for name, item in value.items()}
    if isinstance(value, list):
        return [same(item) for item in value]
    return type(value).__name__ if key in OF_CONTENT else value


def log_in(hub, token: str) -> Reply:
    request = Request(hub.endpoint + "/api/v1/login", json.dumps({"AccessToken": token}).encode())
    with urlopen(request, timeout=20) as response:
        return Reply(response.status, dict(response.headers), response.read())


def test_a_login_needs_a_known_token(hub):
    assert log_in(hub, "owner-token").headers["Set-Cookie"] == (
        "m_session_id=owner-token; Path=/; Domain=modelscope.cn"
    )
    with pytest.raises(HTTPError, match="404"):
        log_in(hub, "unknown")


def test_all_samples_are_compared():
    assert sorted(QUESTIONS) == sorted(path.stem for path in SAMPLES.glob("*.json"))


@pytest.mark.parametrize("name", QUESTIONS)
def test_same_answer_as_the_sample(hub, name):
    path, headers = QUESTIONS[name]
    expected = json.loads((SAMPLES / f"{name}.json").read_text())
    got = log_in(hub, "owner-token") if name == "login" else ask(hub, path, headers)
    assert got.status == (404 if name == "error-404" else 200)
    assert json.dumps(same(got.json)) == json.dumps(same(expected))  # the order of the keys is compared too


def test_at_the_root_it_answers_as_below_the_prefix(hub):
    for path in (MODEL, f"{MODEL}/repo?Revision=master&FilePath=sub/w.bin"):
        at_root = ask(hub, path.removeprefix(PREFIX))
        assert (at_root.status, at_root.body) == (200, ask(hub, path).body)


def paths(got) -> list[str]:
    return [file["Path"] for file in got.json["Data"]["Files"]]


def test_listing_by_folder(hub):
    assert paths(ask(hub, f"{MODEL}/repo/files?Revision=v1.0&Recursive=False")) == ["sub", "unknown-digest.bin"]
    assert paths(ask(hub, f"{MODEL}/repo/files?Revision=master&Recursive=True&Root=sub")) == ["sub/w.bin"]
    assert ask(hub, f"{MODEL}/repo/files?Revision=master&Root=missing").status == 404
    assert ask(hub, f"{MODEL}/repo/files?Revision=missing").status == 404


def test_digest_and_size_of_an_lfs_file_are_those_of_its_content(hub):
    file = ask(hub, f"{MODEL}/repo/files?Revision=master&Recursive=True&Root=sub").json["Data"]["Files"][0]
    assert (file["Size"], file["Sha256"]) == (len(CONTENT), hashlib.sha256(CONTENT).hexdigest())


def test_a_submodule_is_not_listed():
    with ModelScopeHub() as hub:
        hub.repo("org1/m1").push({"a": b"1", "sub": Submodule("1" * 40)})
        assert paths(ask(hub, f"{MODEL}/repo/files?Revision=master&Recursive=True")) == ["a"]


def test_a_listing_of_a_model_ends_without_notice(hub):
    assert len(paths(ask(hub, "/modelscope/api/v1/models/org1/many/repo/files?Recursive=True"))) == 3000


@pytest.mark.parametrize("by_id", [False, True])
def test_pages_of_a_data_set(hub, by_id):
    address = "/modelscope/api/v1/datasets"
    name = ask(hub, f"{address}/org1/many").json["Data"]["Id"] if by_id else "org1/many"
    pages = [
        paths(ask(hub, f"{address}/{name}/repo/tree?Root=/&Recursive=True&PageNumber={page}&PageSize=200"))
        for page in (1, 2, 3, 4)
    ]
    assert [len(page) for page in pages] == [200, 200, 50, 0]
    assert len(set(sum(pages, []))) == 450


def test_an_id_of_a_model_or_of_nothing_is_no_data_set(hub):
    number = ask(hub, MODEL).json["Data"]["Id"]
    for one in (number, 1, 99999):
        assert ask(hub, f"/modelscope/api/v1/datasets/{one}/repo/tree").status == 404


def test_file_and_ranges(hub):
    for address in (MODEL, DATA_SET):
        file = f"{address}/repo?Revision=master&FilePath=sub%2Fw.bin"
        whole, part = ask(hub, file), ask(hub, file, {"Range": "bytes=0-36"})
        assert (whole.status, whole.body, part.status, part.body) == (200, CONTENT, 206, CONTENT)
        assert part.headers["Content-Range"] == "bytes 0-36/37"
        assert ask(hub, file, {"Range": "bytes=30-"}).body == CONTENT[30:]
        assert ask(hub, file, {"Range": "bytes=37-"}).status == 416
        head = ask(hub, file, method="HEAD")
        assert (head.status, head.headers["Content-Length"]) == (200, "37")
        assert hub.log.since(hub.mark() - 1)[0].media_bytes == 0


def test_the_digest_of_a_file_in_a_header(hub):
    file = f"{MODEL}/repo?Revision=master&FilePath=sub/w.bin"
    assert "X-Linked-ETag" not in ask(hub, file).headers
    hub.sends_digests = True
    part = ask(hub, file, {"Range": "bytes=30-"})
    hub.sends_digests = False
    assert part.headers["X-Linked-ETag"] == f'"{hashlib.sha256(CONTENT).hexdigest()}"'


def test_a_plus_in_a_file_path_is_a_space():
    with ModelScopeHub() as hub:
        hub.repo("org1/m1").push({"a b+c.txt": b"1"})
        assert ask(hub, f"{MODEL}/repo?FilePath=a+b%2Bc.txt").body == b"1"
        assert ask(hub, f"{MODEL}/repo?FilePath=a+b+c.txt").status == 404


def test_what_does_not_exist(hub):
    missing = ["/models/org1/m2", "/models/org1/d1", "/datasets/org1/m1", "/datasets/org1/d1/revisions"]
    missing += ["/models/org1/m1/repo?FilePath=missing", "/models/org1/m1/repo?FilePath=sub", "/models/org1/m1/other"]
    missing += ["/models/org1/m1/repo?FilePath=unknown-digest.bin", "/models/org1/m1/repo/tree", "/login"]
    for path in missing:
        got = ask(hub, f"/modelscope/api/v1{path}")
        assert (got.status, got.json["Code"], got.json["Data"]) == (404, 10010205001, None), path


def test_an_error_with_the_status_of_success(faulty):
    faulty.fault("/repo/files", status=200)
    got = ask(faulty, f"{MODEL}/repo/files?Revision=master")
    expected = json.loads((SAMPLES / "error-404.json").read_text())
    assert (got.status, got.json["Data"], got.json["Success"]) == (200, None, False)
    assert got.json["Code"] != 200
    assert list(got.json) == list(expected)


def test_an_error_of_a_fault_is_that_of_a_missing_repo(faulty):
    faulty.fault("/revisions", status=404)
    got = ask(faulty, f"{MODEL}/revisions")
    assert (got.status, got.body) == (404, ask(faulty, "/modelscope/api/v1/models/org1/missing").body)


def test_an_empty_repo_does_not_exist():
    with ModelScopeHub() as hub:
        hub.repo("org1/m1")
        assert ask(hub, MODEL).status == ask(hub, f"{MODEL}/repo/files").status == 404


def test_a_private_repo_exists_for_its_owner_only(hub):
    private = "/modelscope/api/v1/models/org1/private"
    assert ask(hub, private).status == 404
    assert ask(hub, private, OWNER).status == 200
    assert ask(hub, private, {"Cookie": "a=b; m_session_id=owner-token"}).status == 200
    assert ask(hub, private, {"Cookie": "m_session_id=stranger-token"}).status == 404
    assert ask(hub, private, {"Cookie": "m_session_id=unknown"}).status == 404
    assert ask(hub, MODEL, {"Cookie": "m_session_id=unknown"}).status == 200
    assert ask(hub, "/modelscope/openapi/v1/users/me").status == 404


def test_a_tag_has_the_time_of_its_commit():
    with ModelScopeHub() as hub:
        repo = hub.repo("org1/m1")
        repo.push({"a": b"1"})
        repo.tag("old")
        repo.push({"a": b"2"})
        told = ask(hub, f"{MODEL}/revisions").json["Data"]["RevisionMap"]
        times = [told["Tags"][0]["CreatedAt"], told["Branches"][0]["CreatedAt"]]
        assert times == [commit.when for commit in repo.commits.values()]


def test_redirected_files_come_from_the_second_address_without_a_token(faulty):
    private = "/modelscope/api/v1/models/org1/private/repo?Revision=master&FilePath=a"
    faulty.fault(r"/repo\?", redirect=True)
    location = ask(faulty, private, OWNER).headers["Location"]
    assert location == f"{faulty.cdn_url}/redirected{private}"
    with urlopen(location, timeout=20) as response:
        assert response.read() == b"1"
    with pytest.raises(HTTPError, match="404"):
        urlopen(faulty.cdn_url + private, timeout=20)
