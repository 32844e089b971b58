"""The hub double reproduces unexpected behaviour of Gitea 1.22.3 and 1.25.4, as observed with repos filled by real
pushes. gitea_questions.py sends the same requests to a real server."""

import pytest
from hubdouble import Hub, Lfs, Link, Submodule
from test_hubdouble import ask

API = "/api/v1/repos/o/n"
FILES = {"a": b"1", "model.bin": Lfs(bytes(2000)), "dir/x": b"x"}


@pytest.fixture(params=["1.22.3", "1.25.4"])
def hub(request):
    with Hub(version=request.param) as running:
        yield running


def message(got) -> str:
    return got.json["message"]


def test_submodule(hub):
    commit = "1" * 40
    hub.repo("o/n").push({"a": b"1", "sub": Submodule(commit, "https://example.com/s.git")})
    listed = {entry["path"]: entry for entry in ask(hub, f"{API}/git/trees/master?recursive=true").json["tree"]}
    assert listed["sub"] == {"path": "sub", "mode": "160000", "type": "commit", "size": 0, "sha": commit, "url": ""}
    told = ask(hub, f"{API}/contents/sub").json
    assert (told["type"], told["sha"], told["size"]) == ("submodule", commit, 0)
    assert told["submodule_git_url"] == "https://example.com/s.git"
    assert told["html_url"] is told["download_url"] is told["git_url"] is told["_links"]["git"] is None
    got = ask(hub, f"{API}/media/sub")
    assert (got.status, message(got)) == (404, "getBlobForEntry")


def test_name_that_is_not_utf8(hub):
    hub.repo("o/n").push({"caf\udce9": b"latin-1"})
    body = ask(hub, f"{API}/git/trees/master").body
    assert rb'"path":"caf\ufffd"' in body
    assert ask(hub, f"{API}/contents/caf%EF%BF%BD").status == 404
    assert ask(hub, f"{API}/contents/caf%E9").status == 200


def test_renamed_repo(hub):
    hub.repo("o/n").push(FILES)
    hub.rename("o/n", "new")
    got = ask(hub, f"{API}/contents/a?ref=master")
    assert got.status == (301 if hub.api.options.is_new else 307)
    assert got.headers["Location"] == "/api/v1/repos/o/new/contents/a?ref=master"
    assert got.headers["Content-Type"].startswith("text/html")
    assert ask(hub, got.headers["Location"]).json["path"] == "a"


def test_repo_without_a_push(hub):
    hub.repo("o/n")
    got = {what: ask(hub, f"{API}/{what}") for what in ("tags/master", "git/trees/master", "contents/a", "media/a")}
    statuses = {what: answer.status for what, answer in got.items()}
    if hub.api.options.is_new:
        assert statuses == {"tags/master": 404, "git/trees/master": 400, "contents/a": 404, "media/a": 404}
        assert message(got["media/a"]) == "repository is empty"
    else:
        assert statuses == {"tags/master": 404, "git/trees/master": 400, "contents/a": 200, "media/a": 500}
        assert got["contents/a"].json == [] and message(got["media/a"]) == "no open git repo"
    about = ask(hub, API).json
    assert about["empty"] is True and about["default_branch"] == "master"


def test_repo_just_pushed_to(hub):
    hub.repo("o/n").push(FILES)
    hub.repo("o/n").settling = 1
    assert ask(hub, f"{API}/git/trees/master").status == 200
    first = ask(hub, f"{API}/contents/a")
    if hub.api.options.is_new:
        assert first.status == 500 and first.body.startswith(b"<!DOCTYPE html>")
    else:
        assert (first.status, first.json) == (200, [])
    assert ask(hub, f"{API}/contents/a").json["path"] == "a"


def test_revisions_of_git(hub):
    repo = hub.repo("o/n")
    first = repo.push(FILES)
    tag = repo.tag("v1", message="annotated")
    repo.push({"a": b"2"})
    repo.branch("dev")
    of_first = ["v1", "tags/v1", "refs/tags/v1", "dev~1", "dev^", "v1^{commit}", first.sha, first.sha.upper(), tag.sha]
    of_second = ["HEAD", "refs/heads/dev", "heads/dev", "dev"]
    for revisions, content in ((of_first, b"1"), (of_second, b"2")):
        for revision in revisions:
            sha = repo.commit_of("v1" if content == b"1" else "dev").entries["a"].sha
            quoted = revision.replace("/", "%2F").replace("^", "%5E")
            listed = ask(hub, f"{API}/git/trees/{quoted}").json["tree"]
            assert [entry["sha"] for entry in listed if entry["path"] == "a"] == [sha], revision
            assert ask(hub, f"{API}/media/a?ref={quoted}").body == content
            told = ask(hub, f"{API}/contents/a?ref={quoted}")
            is_taken = not hub.api.options.is_new or revision in ("v1", "dev", first.sha)
            assert told.status == (200 if is_taken else 404), revision
    short = ask(hub, f"{API}/contents/a?ref={first.sha[:7]}")
    if hub.api.options.is_new:
        assert short.status == 404
    else:
        assert short.json["download_url"].endswith(f"/raw/commit/{first.sha}/a")
        assert short.json["url"].endswith(f"?ref={first.sha[:7]}")


def test_tag_and_branch_of_one_name(hub):
    repo = hub.repo("o/n")
    repo.push({"a": b"of the tag"})
    repo.tag("x")
    repo.push({"a": b"of the branch"})
    repo.branch("x")
    assert ask(hub, f"{API}/tags/x").status == ask(hub, f"{API}/branches/x").status == 200
    told = ask(hub, f"{API}/contents/a?ref=x").json["sha"]
    assert told == repo.commit_of("master" if hub.api.options.is_new else "x").entries["a"].sha


def test_default_branch_is_what_a_missing_ref_means(hub):
    repo = hub.repo("o/n", default_branch="main")
    repo.push({"a": b"of main"}, branch="main")
    repo.push({"a": b"of master"}, branch="master")
    assert ask(hub, API).json["default_branch"] == "main"
    assert ask(hub, f"{API}/media/a").body == b"of main"
    assert ask(hub, f"{API}/media/a?ref=master").body == b"of master"
    assert ask(hub, f"{API}/media/master/a").body == b"of master"  # a path may begin with a branch


def test_large_plain_file_is_not_embedded(hub):
    hub.repo("o/n").push({"large": bytes((10 << 20) + 1)})
    told = ask(hub, f"{API}/contents/large").json
    assert (told["size"], told["content"], told["encoding"]) == ((10 << 20) + 1, "", "base64")


def test_paths_are_cleaned_and_escapes_checked(hub):
    hub.repo("o/n").push(FILES)
    for what in ("contents/./a", "contents/dir%2F..%2Fa", "contents/dir//x", "media//a"):
        assert ask(hub, f"{API}/{what}").status == 200, what
    assert ask(hub, f"{API}/contents/%zz").status == 400


def test_unknown_owner_and_symlinks(hub):
    hub.repo("o/n").push({"link": Link("a")})
    got = ask(hub, "/api/v1/repos/nobody/n/contents/a")
    assert (got.status, message(got)) == (404, "GetUserByName")
    assert got.json["errors"] == ["user redirect does not exist [name: nobody]"]
    assert ask(hub, f"{API}/media/link").body == b"a"


@pytest.mark.parametrize("path", ["model.bin", "big"])
def test_conditions_and_odd_ranges(hub, path):
    hub.repo("o/n").push({**FILES, "big": bytes(2000)})
    is_lfs = path == "model.bin"

    def media(**headers):
        return ask(hub, f"{API}/media/{path}", {name.replace("_", "-"): value for name, value in headers.items()})

    etag = media().headers["Etag"]
    assert media(If_None_Match=f"W/{etag}").status == 304
    assert media(If_None_Match="*").status == (304 if is_lfs else 200)
    assert media(If_Range='"another version"', Range="bytes=5-").status == (200 if is_lfs else 206)
    assert media(If_Range=etag, Range="bytes=5-").status == 206
    backwards = media(Range="bytes=3-2")
    assert (backwards.status, backwards.body.strip()) == (
        (416, b"invalid range") if is_lfs else (400, b"invalid end range")
    )
    assert "Content-Range" not in backwards.headers
    two = media(Range="bytes=0-1,4-5")
    assert two.status == (206 if is_lfs else 400)
    assert not is_lfs or two.headers["Content-Type"].startswith("multipart/byteranges; boundary=")
    assert media(Range="bytes=-5").status == (206 if is_lfs else 416)
    assert media(Range="bytes=").status == (200 if is_lfs else 416)
    beyond = media(Range="bytes=9000-")
    assert (beyond.status, beyond.headers.get("Content-Range")) == (416, "bytes */2000" if is_lfs else None)


def test_names_in_headers(hub):
    hub.repo("o/n").push({'a$ "b\\': b"1"})
    headers = ask(hub, f"{API}/media/a%24%20%22b%5C").headers
    assert headers["Content-Disposition"] == r"""inline; filename="a$ \"b\\"; filename*=UTF-8''a$%20%22b%5C"""
    assert headers["Access-Control-Expose-Headers"] == "Content-Disposition"
    assert ask(hub, f"{API}/tags").headers["X-Content-Type-Options"] == "nosniff"
