"""Repos as real Gitea servers hold them, for which Gitea answers two related requests of AI Studio's SDK differently.
The tests show what the real SDK does, and that hubcache predicts it. For the double's answers see
test_hubdouble_gitea.py."""

import json
import os

import pytest
from hubdouble import Link, Submodule
from hubdouble.answers import Options
from scene import FILES, Scene, write
from status_table import row

OTHER = "o/n"


@pytest.fixture
def folder(home):
    return home.path / "mine"


def under(sdk, hubcache, *options):
    return sdk.under_run(hubcache.binary, *options)


def adopt(hubcache, folder, *options, repo_id=OTHER):
    return json.loads(ok_text(hubcache("adopt", repo_id, folder, *options, "--json")))


def ok_text(run) -> str:
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout


def checked(hubcache, *options) -> tuple[int, dict]:
    run = hubcache("status", OTHER, "--check", "--json", *options)
    return run.returncode, json.loads(run.stdout)["repos"][0]


def raising(repo, question="snapshot") -> dict[str, str]:
    """Returns the reason for each file for which the client raises an exception."""
    return {file["path"]: file[question]["reason"] for file in repo["files"] if file[question]["action"] == "raises"}


def fill(folder, files) -> None:
    """Writes the files as git clone does: a symlink as a symlink, a submodule as an empty folder."""
    for path, content in files.items():
        name = folder / path
        name.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, Link):
            name.symlink_to(content.target)
        elif isinstance(content, Submodule):
            name.mkdir()
        else:
            name.write_bytes(content)


# --- symlinks

LINKED = {
    "README.md": b"# model\n",
    "real/x": b"x\n",
    "real/y": b"y\n",
    "alias": Link("real"),
    "link": Link("real/x"),
    "broken": Link("nowhere"),
}


def test_symlink_to_a_folder(sdk, hubcache, hub, home, folder):
    """A symlink to a folder is a file in the hub's tree. Under `hubcache run` the SDK must get a file for it too; a
    list of files would make it raise TypeError."""
    hub.repo(OTHER).push(LINKED)
    fill(folder, LINKED)
    report = adopt(hubcache, folder)
    assert any("skipped in the folder: alias/x" in warning for warning in report["warnings"])
    assert {file["path"] for file in report["missing"]} == {"alias", "broken"}
    got = under(sdk, hubcache).snapshot_download(OTHER)
    assert (got.error, got.downloads) == (None, {"alias", "broken"})
    place = home.place(OTHER)
    assert (place / "alias").read_bytes() == b"real" and (place / "real/x").read_bytes() == b"x\n"
    offline = under(sdk, hubcache, "--offline").snapshot_download(OTHER)
    assert (offline.error, offline.downloads) == (None, set())
    assert (folder / "alias").is_symlink() and (folder / "alias/x").read_bytes() == b"x\n"


def test_symlink_that_came_after_the_adoption(sdk, hubcache, hub, home, folder):
    hub.repo(OTHER).push({"README.md": b"# model\n", "real/x": b"x\n"})
    fill(folder, {"README.md": b"# model\n", "real/x": b"x\n"})
    adopt(hubcache, folder)
    hub.repo(OTHER).push({"alias": Link("real")})
    fill(folder, {"alias": Link("real")})
    got = under(sdk, hubcache).snapshot_download(OTHER)
    assert (got.error, got.downloads) == (None, {"alias"})


def test_an_adopted_folder_where_the_hub_has_a_file_since(hubcache, hub, home, folder):
    """adopt removes the folder's files from the place if the hub now has a file there. Files that are only unreadable
    stay."""
    hub.repo(OTHER).push({"README.md": b"# model\n"})
    fill(folder, {"README.md": b"# model\n", "alias/x": b"mine\n"})
    adopt(hubcache, folder)
    hub.repo(OTHER).push({"alias": Link("real")})
    report = adopt(hubcache, folder)
    assert (report["removed"], report["unread"]) == (1, [])
    assert {file["path"] for file in report["missing"]} == {"alias"}
    assert not os.path.lexists(home.place(OTHER) / "alias/x") and (folder / "alias/x").read_bytes() == b"mine\n"


def test_a_file_where_the_hub_has_a_folder(sdk, hubcache, hub, home, folder):
    hub.repo(OTHER).push({"README.md": b"# model\n", "data/x": b"x\n"})
    fill(folder, {"README.md": b"mine\n", "data": b"a file of mine\n"})
    report = adopt(hubcache, folder)
    assert any("data: the hub has a folder of this name" in warning for warning in report["warnings"])
    for client in (sdk, under(sdk, hubcache)):
        got = client.snapshot_download(OTHER)
        assert got.error is None
    assert (home.place(OTHER) / "data/x").read_bytes() == b"x\n" and (
        folder / "data"
    ).read_bytes() == b"a file of mine\n"


def test_a_clean_clone_with_symlinks_is_the_hubs(sdk, hubcache, hub, home, folder):
    hub.repo(OTHER).push(LINKED)
    fill(folder, LINKED)
    run = hubcache("verify", OTHER, "--local-dir", folder, "--fail-on", "edited,missing,extra", "--json")
    assert run.returncode == 0, run.stdout
    report = adopt(hubcache, folder, "--match")
    assert report["unmatched"] == []
    assert hubcache("verify", OTHER, "--fail-on", "edited").returncode == 0
    assert sdk.snapshot_download(OTHER).downloads == {file["path"] for file in report["missing"]} == {"alias", "broken"}
    (folder / "link").unlink()
    (folder / "link").symlink_to("real/y")
    edited = hubcache("verify", OTHER, "--local-dir", folder, "--fail-on", "edited")
    assert edited.returncode == 3 and "edited" in edited.stdout and "link" in edited.stdout


# --- the default branch


def test_no_branch_master(sdk, hubcache, hub, home, folder):
    """file_download requests the default branch, and snapshot_download requests the tree of master."""
    hub.repo(OTHER, default_branch="main").push(FILES)
    for path in FILES:
        write(folder / path, Scene.edited(path))
    adopt(hubcache, folder, "--target", "paddleformers")
    place = home.place(OTHER)
    got = sdk.file_download(OTHER, "README.md")
    assert (got.value, got.downloads) == (str(place / "README.md"), set())
    assert sdk.snapshot_download(OTHER).error == "NotExistError"
    ok_text(hubcache("release", OTHER))
    warnings = adopt(hubcache, folder)["warnings"]
    assert any(
        "snapshot_download raises an exception: the hub has no branch or tag master, and its default branch is main"
        in warning
        for warning in warnings
    ), warnings
    code, repo = checked(hubcache)
    assert code == 3 and set(raising(repo).values()) == {"no_listing"} and not raising(repo, "single_file")
    assert "error: aistudio-sdk raises an exception: the hub has no branch" in hubcache("status", OTHER).stdout
    for options in ((), ("--offline",)):
        local = under(sdk, hubcache, *options)
        assert local.snapshot_download(OTHER).value == str(place)
        assert local.file_download(OTHER, "config.json").value == str(place / "config.json")


def test_no_revision_means_the_default_branch_that_is_adopted(sdk, hubcache, hub, home, folder):
    hub.repo(OTHER, default_branch="main").push(FILES)
    for path in FILES:
        write(folder / path, Scene.edited(path))
    adopt(hubcache, folder, "--revision", "main")
    assert checked(hubcache)[0] == 0
    local = under(sdk, hubcache, "--offline")
    got = local.file_download(OTHER, "README.md")
    assert (got.error, got.value) == (None, str(home.place(OTHER) / "README.md"))
    assert local.snapshot_download(OTHER, revision="main").error is None


def test_adopted_tag_is_not_the_default(sdk, hubcache, hub, folder):
    repo = hub.repo(OTHER, default_branch="main")
    repo.push({"a": b"1"})
    repo.tag("v1")
    fill(folder, {"a": b"mine"})
    adopt(hubcache, folder, "--revision", "v1")
    assert under(sdk, hubcache, "--offline").file_download(OTHER, "a").error == "NotExistError"


def test_another_master_beside_the_default_branch(sdk, hubcache, hub, home, folder):
    """snapshot_download takes the names from master and the shas from the default branch. For a file that only master
    has, it raises KeyError."""
    repo = hub.repo(OTHER, default_branch="main")
    repo.push({"a": b"old\n", "b": b"b\n"}, branch="master")
    repo.push({"a": b"new\n", "b": b"b\n", "only-main": b"m\n"}, branch="main")
    fill(folder, {"a": b"new\n", "b": b"b\n", "only-main": b"m\n"})
    report = adopt(hubcache, folder, "--match")
    assert (report["unmatched"], report["missing"]) == ([], [])
    place = home.place(OTHER)
    got = sdk.snapshot_download(OTHER)
    assert (got.error, got.downloads) == (None, set())
    for path in ("a", "b", "only-main"):
        single = sdk.file_download(OTHER, path)
        assert (single.value, single.downloads) == (str(place / path), set())
    assert checked(hubcache)[0] == 0
    repo.push({"only-master": b"x\n"}, branch="master")
    assert sdk.snapshot_download(OTHER).error == "KeyError"
    assert sdk.file_download(OTHER, "only-master").error == "NotExistError"
    code, status = checked(hubcache)
    assert code == 3
    assert raising(status) == raising(status, "single_file") == {"only-master": "not_in_contents"}
    assert any("KeyError" in warning for warning in adopt(hubcache, folder)["warnings"])
    assert under(sdk, hubcache).snapshot_download(OTHER).error is None
    repo.push({"a": b"pushed\n"}, branch="main")
    assert checked(hubcache)[1]["hub_moved_on"] is True


@pytest.mark.parametrize("version", ["1.22.3", "1.25.4"])
def test_a_tag_and_a_branch_of_one_name(sdk, hubcache, hub, home, folder, version):
    """The tree is that of the tag. `contents` uses the tag in Gitea 1.22, and the branch in 1.25."""
    hub.api.options = Options(lfs_size="content", version=version)
    repo = hub.repo(OTHER)
    repo.push({"a": b"of the tag\n", "b": b"b\n"})
    repo.tag("x")
    repo.push({"a": b"of the branch\n"})
    repo.branch("x")
    content = b"of the branch\n" if version == "1.25.4" else b"of the tag\n"
    fill(folder, {"a": content, "b": b"b\n"})
    assert adopt(hubcache, folder, "--revision", "x", "--match")["missing"] == []
    got = sdk.snapshot_download(OTHER, revision="x")
    assert (got.error, got.downloads) == (None, set())
    assert sdk.file_download(OTHER, "a", revision="x").value == str(home.place(OTHER) / "a")


# --- revisions that a URL needs quoted

ODD_BRANCHES = ["feature/x", "h#1", "p%2Fq"]


@pytest.mark.parametrize("revision", [*ODD_BRANCHES, "p%zz", "模型"])
def test_revisions_in_urls(sdk, hubcache, hub, home, folder, revision):
    repo = hub.repo(OTHER)
    repo.push({"a": b"1"})
    repo.branch(revision)
    repo.push({"a": b"2"})
    fill(folder, {"a": b"mine", "dir/b": b"only here"})
    report = adopt(hubcache, folder, "--revision", revision)
    place = home.place(OTHER)
    got = sdk.snapshot_download(OTHER, revision=revision)
    code, status = checked(hubcache)
    warned = [warning for warning in report["warnings"] if "does not quote the revision" in warning]
    if revision in ODD_BRANCHES:
        assert got.error == "NotExistError"
        assert code == 3 and raising(status) == {"a": "no_listing"} and warned
    else:
        assert (got.error, got.downloads) == (None, set())
        assert code == 0 and not warned
    assert sdk.file_download(OTHER, "a", revision=revision).value == str(place / "a")
    for options in ((), ("--offline",)):
        local = under(sdk, hubcache, *options)
        outcome = local.snapshot_download(OTHER, revision=revision)
        assert (outcome.error, outcome.value, outcome.downloads) == (None, str(place), set())
        assert local.file_download(OTHER, "dir/b", revision=revision).value == str(place / "dir/b")


def test_a_slash_is_fine_in_a_tag(sdk, hubcache, hub, folder):
    repo = hub.repo(OTHER)
    repo.push({"a": b"1"})
    repo.tag("rel/1")
    fill(folder, {"a": b"mine"})
    report = adopt(hubcache, folder, "--revision", "rel/1")
    assert not any("quote" in warning for warning in report["warnings"])
    assert sdk.snapshot_download(OTHER, revision="rel/1").downloads == set()
    assert checked(hubcache)[0] == 0


def test_plain_branch_is_not_mistaken_for_an_unquoted_one(hubcache, hub, folder):
    """Another client may request the branches p/q and h while p%2Fq and h#1 are adopted."""
    from local_hub import api, serving

    repo = hub.repo(OTHER)
    for branch in ("p%2Fq", "h#1", "p/q", "h"):
        repo.push({"a": branch.encode()}, branch=branch)
    fill(folder, {"a": b"mine"})
    adopt(hubcache, folder, "--revision", "p%2Fq")
    adopt(hubcache, folder, "--revision", "h#1")
    sha = {branch: repo.commit_of(branch).entries["a"].sha for branch in ("p/q", "h")}
    with serving(hubcache) as served:
        listed = served.json(f"{api(OTHER)}/git/trees/h?recursive=true&page=1&per_page=1000")
        assert listed["tree"][0]["sha"] == sha["h"]
        assert served.ask(f"{api(OTHER)}/git/trees/p/q?recursive=true")[0] == 404  # as Gitea answers


# --- names that hubcache leaves out, and the SDK asks for


def test_submodule(sdk, hubcache, hub, home, folder):
    files = {"a": b"1", "sub": Submodule("1" * 40, "https://example.com/s.git")}
    hub.repo(OTHER).push(files)
    fill(folder, files)
    report = adopt(hubcache, folder)
    assert [(file["path"], file["verdict"]["action"]) for file in report["missing"]] == [("sub", "downloads")]
    assert checked(hubcache)[0] == 3
    run = hubcache("verify", OTHER, "--local-dir", folder, "--fail-on", "missing,extra", "--json")
    assert run.returncode == 0
    local = under(sdk, hubcache)
    assert local.snapshot_download(OTHER).error is None
    assert not (home.place(OTHER) / "sub").exists()
    got = sdk.download_genuine(OTHER)
    assert (got.error, got.downloads) == (None, set())
    assert (home.place(OTHER) / "sub").read_bytes() == b""
    assert checked(hubcache)[0] == 0  # the SDK has downloaded the submodule
    ok_text(hubcache("adopt", OTHER, folder, "--require-complete"))


def test_a_folder_for_a_submodule_is_adopted(sdk, hubcache, hub, home, folder):
    hub.repo(OTHER).push({"a": b"1", "sub": Submodule("1" * 40)})
    fill(folder, {"a": b"mine", "sub/x": b"of the submodule"})
    adopt(hubcache, folder)
    place = home.place(OTHER)
    assert under(sdk, hubcache).snapshot_download(OTHER).error is None
    assert sdk.download_genuine(OTHER).error is None
    assert (place / "sub/x").read_bytes() == b"of the submodule"
    ok_text(hubcache("release", OTHER))
    assert not (place / ".msc").exists() and not place.exists()


def test_names_that_are_not_utf8(sdk, hubcache, hub, folder):
    hub.repo(OTHER).push({"a": b"1", "caf\udce9": b"latin-1"})
    fill(folder, {"a": b"mine"})
    report = adopt(hubcache, folder)
    assert sdk.snapshot_download(OTHER).error == "KeyError"
    assert any("KeyError" in warning for warning in report["warnings"])
    code, status = checked(hubcache)
    assert code == 3 and raising(status) == {"caf\ufffd": "not_in_contents"}
    for options in ((), ("--offline",)):
        assert under(sdk, hubcache, *options).snapshot_download(OTHER).error is None


def test_names_in_the_folder_of_temporary_files(sdk, hubcache, hub, home, folder):
    hub.repo(OTHER).push({"a": b"1", "._tmp/x": b"x"})
    fill(folder, {"a": b"mine"})
    adopt(hubcache, folder)
    code, status = checked(hubcache)
    assert (code, status["downloads"]) == (3, 1)
    got = sdk.download_genuine(OTHER)
    assert (got.error, got.downloads) == (None, {"._tmp/x"})
    assert sdk.download_genuine(OTHER).downloads == set()
    assert checked(hubcache)[0] == 0
    assert under(sdk, hubcache).snapshot_download(OTHER).error is None


def test_a_repo_with_hubcaches_own_folder_is_refused(hubcache, hub, folder):
    """In a local_dir, the SDK would download this file over the adoption's record."""
    hub.repo(OTHER).push({"a": b"1", "._hubcache/record.jsonl": b"{}"})
    fill(folder, {"a": b"mine"})
    run = hubcache("adopt", OTHER, folder)
    assert run.returncode == 5 and "o/n contains '._hubcache'" in run.stderr


# --- a hub that refuses


@pytest.fixture
def adopted(hubcache, hub, folder):
    repo = hub.repo(OTHER)
    repo.push(FILES)
    repo.branch("dev")
    for path in FILES:
        write(folder / path, Scene.edited(path))
    return repo


def check_refused(sdk, hubcache, home, revision="master", env={}):
    got = sdk.snapshot_download(OTHER, revision=revision, env=env)
    assert got.error == "NotExistError"
    assert sdk.file_download(OTHER, "README.md", revision=revision, env=env).error == "NotExistError"
    run = hubcache("status", OTHER, "--check", "--json", env=env)
    repo = json.loads(run.stdout)["repos"][0]
    assert run.returncode == 3, run.stdout
    assert set(raising(repo).values()) == set(raising(repo, "single_file").values()) == {"refused"}
    text = hubcache("status", OTHER, env=env).stdout
    assert "aistudio-sdk raises an exception; programs that hubcache run starts still work" in text
    assert "no downloads" not in text
    outcome = under(sdk, hubcache).snapshot_download(OTHER, revision=revision, env=env)
    assert (outcome.error, outcome.value) == (None, str(home.place(OTHER)))


def test_repo_deleted(sdk, hubcache, hub, home, folder, adopted):
    adopt(hubcache, folder)
    hub.delete(OTHER)
    check_refused(sdk, hubcache, home)


def test_branch_deleted(sdk, hubcache, home, folder, adopted):
    adopt(hubcache, folder, "--revision", "dev")
    del adopted.branches["dev"]
    check_refused(sdk, hubcache, home, "dev")


def test_token_expired(sdk, hubcache, home, folder, adopted):
    adopt(hubcache, folder)
    check_refused(sdk, hubcache, home, env={"AISTUDIO_ACCESS_TOKEN": "expired"})


def test_a_hub_that_is_silent_is_judged_by_the_record(hubcache, folder, adopted):
    adopt(hubcache, folder)
    gone = {"STUDIO_GIT_HOST": "http://127.0.0.1:9"}
    text = hubcache("status", OTHER, env=gone).stdout
    assert "compared with the recorded hub state" in text and "client fails until the hub answers" in text


def test_tree_api_refused(sdk, hubcache, hub, home, folder, adopted):
    """hubcache then lists folder by folder. snapshot_download has no other way to list the repo."""
    hub.fault("/git/trees/", status=403)
    report = adopt(hubcache, folder)
    assert any("the hub refuses the client's listing" in warning for warning in report["warnings"])
    assert sdk.snapshot_download(OTHER).error == "NotExistError"
    assert sdk.file_download(OTHER, "README.md").value == str(home.place(OTHER) / "README.md")
    assert checked(hubcache)[0] == 3
    assert under(sdk, hubcache).snapshot_download(OTHER).error is None


# --- new repos


@pytest.mark.parametrize("version", ["1.22.3", "1.25.4"])
def test_right_after_the_first_push(hubcache, hub, folder, version):
    hub.api.options = Options(lfs_size="content", version=version)
    hub.repo(OTHER).push(FILES)
    hub.repo(OTHER).settling = 6
    for path in FILES:
        write(folder / path, Scene.edited(path))
    assert adopt(hubcache, folder)["missing"] == []
    assert hub.repo(OTHER).settling == 0


@pytest.mark.parametrize("version", ["1.22.3", "1.25.4"])
def test_push_is_never_processed(hubcache, hub, folder, version):
    hub.api.options = Options(version=version)
    hub.repo(OTHER).push({"a": b"1"})
    hub.repo(OTHER).settling = 10**6
    fill(folder, {"a": b"mine"})
    mark = hub.mark()
    run = hubcache("adopt", OTHER, folder)
    questions = [request.path for request in hub.log.since(mark) if "/git/trees/" in request.path]
    assert len(questions) > len(set(questions)) > 0, questions  # adopt has repeated a request
    assert run.returncode == 4 and "has not finished processing its push" in run.stderr and "<" not in run.stderr


@pytest.mark.parametrize("version", ["1.22.3", "1.25.4"])
def test_empty_repo(hubcache, hub, folder, version):
    hub.api.options = Options(version=version)
    hub.repo(OTHER)
    fill(folder, {"a": b"mine"})
    run = hubcache("adopt", OTHER, folder)
    assert run.returncode == 4 and "o/n is empty: it has no pushed files yet" in run.stderr
    assert len(hub.log) > 6


def test_no_page_of_html_in_a_message(hubcache, hub, folder, adopted):
    hub.fault("/git/trees/", status=500, body=b"<html><body>Internal Server Error</body></html>")
    run = hubcache("adopt", OTHER, folder)
    assert run.returncode == 4 and "<html" not in run.stderr and "500" in run.stderr


def test_renamed_repo(sdk, hubcache, hub, home, folder, adopted):
    """The SDK and hubcache both follow the redirects of the listing."""
    hub.rename(OTHER, "new")
    assert adopt(hubcache, folder)["missing"] == []
    got = sdk.snapshot_download(OTHER)
    assert (got.error, got.downloads) == (None, set())
    assert checked(hubcache)[0] == 0


# --- messages


def test_a_listing_that_ends_in_null(sdk, hubcache, hub, folder):
    hub.api.options = Options(page_quirks=True)
    hub.repo(OTHER).push({f"{i}": b"x" for i in range(1001)})
    fill(folder, {"0": b"mine"})
    report = adopt(hubcache, folder)
    assert sdk.snapshot_download(OTHER).error == "TypeError"
    assert any("causes a TypeError" in warning for warning in report["warnings"])
    code, status = checked(hubcache)
    assert code == 3 and "TypeError" in status["client_raises"]
    assert under(sdk, hubcache, "--offline").snapshot_download(OTHER).error is None


def test_up_to_date_leaves_the_index_alone(sdk, hubcache, hub, home, folder, adopted):
    """Records that the SDK appends after hubcache's are no reason for refresh to rewrite the index."""
    (folder / "config.json").unlink()
    adopt(hubcache, folder)
    assert sdk.download_genuine(OTHER).downloads == {"config.json"}
    index = home.place(OTHER) / ".msc"
    before = (index.read_bytes(), index.stat().st_ino, index.stat().st_mtime_ns)
    run = hubcache("refresh", OTHER)
    assert run.returncode == 0 and "up to date" in run.stdout
    assert (index.read_bytes(), index.stat().st_ino, index.stat().st_mtime_ns) == before
    ok_text(hubcache("release", OTHER))


def test_one_file_differs(hubcache, folder, adopted):
    for path, content in FILES.items():
        write(folder / path, content if isinstance(content, bytes) else content.content)
    write(folder / "README.md", b"mine")
    run = hubcache("adopt", OTHER, folder, "--match")
    assert run.returncode == 3 and "1 file differs, 4 match" in run.stderr


def test_what_never_arrives_is_not_called_downloaded(hubcache, home, adopted):
    for path in FILES:
        write(home.temporary(OTHER) / path, b"left")
    write(home.place(OTHER) / "README.md", b"#")
    text = hubcache("status", OTHER).stdout
    assert (
        "block 5 files, so aistudio-sdk cannot download them" in text
        and "download," not in text
        and "downloads," not in text
        and "never arrive" in row(text, OTHER)["NEXT RUN"]
    )
    code, repo = checked(hubcache)
    assert (code, repo["downloads"], repo["stuck"]) == (3, 5, 5)
