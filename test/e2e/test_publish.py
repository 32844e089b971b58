"""hubcache publish and hubcache store: a repo is put into a store, whole or not at all."""

import hashlib
import json
import os
import pwd
import re
import signal
import socket
import subprocess
import time
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from installed import environment, python  # noqa: F401 (fixtures)
from scene import write
from stores import BUCKET, Bucket, Folder, Proxy, running

from adoption import ok

REPO = "ctbots/tuned"
FILES = {
    "config.json": b'{"a": 1}',
    "empty.txt": b"",
    "sub/one": b"1",
    "sub/模型 +%&?=#.bin": b"odd name",
    "copy/of one": b"1",
    "big.bin": bytes(range(256)) * 45_000,  # 11.5 MB: above the limit for a git blob
}


@pytest.fixture
def model(home):
    for name, content in FILES.items():
        write(home.path / "model" / name, content)
    return home.path / "model"


def publish(hubcache, store, *words, code=0, env={}):
    run = hubcache("publish", *words[:2], store.name, *words[2:], "--json", env=store.env | env)
    assert run.returncode == code, run.stderr
    return json.loads(run.stdout)


def manifest_of(store, commit: str, repo: str = REPO) -> dict:
    file = store.root / f"repos/aistudio/models/{repo}/commits/{commit}.json.z"
    return json.loads(zlib.decompress(file.read_bytes()))


def manifest_of_hf(store, commit: str) -> list[dict]:
    file = store.root / f"repos/huggingface/models/{REPO}/commits/{commit}.json.z"
    return json.loads(zlib.decompress(file.read_bytes()))["files"]


def blob(store, content: bytes) -> Path:
    digest = hashlib.sha256(content).hexdigest()
    return store.root / "blobs" / digest[:2] / digest


def git_id(content: bytes) -> str:
    return (
        subprocess.run(["git", "hash-object", "--stdin"], input=content, capture_output=True, check=True)
        .stdout.decode()
        .strip()
    )


def pointer(file: Path) -> bytes:
    return subprocess.run(["git", "lfs", "pointer", "--file", file], capture_output=True, check=True).stdout


def has_whole_revision(hubcache, store, repo: str = REPO) -> bool:
    """Returns whether the store has the revision; asserts that all its contents are there then."""
    shown = hubcache("store", "show", store.name, repo, "--json", env=store.env)
    if shown.returncode == 1:
        assert "has no" in shown.stderr or "no store" in shown.stderr, shown.stderr
        return False
    assert shown.returncode == 0, shown.stderr
    for file in json.loads(shown.stdout)["listing"]:
        content = (store.root / "blobs" / file["sha256"][:2] / file["sha256"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == file["sha256"] and len(content) == file["size"]
    return True


def make_old(store, days: float, pattern: str = "**/*") -> None:
    then = time.time() - days * 86400
    for path in store.root.glob(pattern):
        if path.is_file():
            os.utime(path, (then, then))


# --- publishing


def test_publish_and_look(hubcache, store, model):
    report = publish(hubcache, store, REPO, model)
    assert report["files"] == len(FILES) and report["bytes"] == sum(map(len, FILES.values()))
    assert report["uploaded"] == len(set(FILES.values())) and report["previous"] is None
    for content in FILES.values():
        assert blob(store, content).read_bytes() == content
    [listed] = ok(hubcache("store", "ls", store.name, "--json", env=store.env))["revisions"]
    assert (listed["repo_id"], listed["revision"], listed["commit"]) == (REPO, "master", report["commit"])
    publisher = f"{pwd.getpwuid(os.geteuid()).pw_name}@{socket.gethostname()}"
    assert listed["published_by"] == publisher
    shown = ok(hubcache("store", "show", store.name, REPO, "--json", env=store.env))
    assert {file["path"]: file["sha256"] for file in shown["listing"]} == {
        name: hashlib.sha256(content).hexdigest() for name, content in FILES.items()
    }
    text = hubcache("store", "ls", store.name, env=store.env).stdout
    assert text.startswith(f"{REPO} at master  {report['commit'][:12]}  ") and f" UTC by {publisher}  " in text
    text = hubcache("store", "show", store.name, REPO, env=store.env).stdout
    assert f" UTC by {publisher}\n" in text


def test_the_manifest_has_the_ids_of_git(hubcache, tmp_path, model):
    with running(Folder, tmp_path) as store:
        commit = publish(hubcache, store, REPO, model)["commit"]
    manifest = manifest_of(store, commit)
    assert [file["path"] for file in manifest["files"]] == sorted(FILES, key=str.encode)
    for file in manifest["files"]:
        content = FILES[file["path"]]
        assert bytes.fromhex(file["head"]) == content[:2]
        if len(content) > 10 << 20:
            text = pointer(model / file["path"])
            assert (file["git"], file["lfs"]) == (git_id(text), len(text))
        else:
            assert file["git"] == git_id(content) and "lfs" not in file


def test_the_same_files_are_the_same_commit_and_are_not_sent_again(hubcache, store, model):
    first = publish(hubcache, store, REPO, model)
    again = publish(hubcache, store, REPO, model)
    assert again["commit"] == again["previous"] == first["commit"] and again["uploaded"] == 0
    other = publish(hubcache, store, "ctbots/other", model, "--revision", "feature/x")
    assert other["commit"] == first["commit"] and other["uploaded"] == 0
    write(model / "config.json", b"edited")
    edited = publish(hubcache, store, REPO, model)
    assert edited["uploaded"] == 1 and edited["previous"] == first["commit"] != edited["commit"]
    listed = ok(hubcache("store", "ls", store.name, "--json", env=store.env))["revisions"]
    assert [(one["repo_id"], one["revision"]) for one in listed] == [("ctbots/other", "feature/x"), (REPO, "master")]


def test_an_adopted_repo_is_published_without_its_folder(hubcache, store, model):
    assert hubcache("publish", REPO, store.name, env=store.env).returncode == 1
    ok(hubcache("adopt", REPO, model, "--offline", "--exclude", "sub", "--json"))
    report = ok(hubcache("publish", REPO, store.name, "--json", env=store.env))
    assert Path(report["folder"]) == model and report["files"] == len([name for name in FILES if "sub/" not in name])


def test_dry_run_changes_nothing(hubcache, store, model):
    store.root.mkdir(parents=True, exist_ok=True)
    report = publish(hubcache, store, REPO, model, "--dry-run")
    assert report["uploaded"] == len(set(FILES.values())) and report["dry_run"]
    assert not [path for path in store.root.rglob("*") if path.is_file()]


def test_dry_run_into_a_store_that_is_not_there_yet(hubcache, model, tmp_path):
    folder = tmp_path / "not" / "made"
    report = ok(hubcache("publish", REPO, model, folder, "--dry-run", "--json"))
    assert report["uploaded"] == len(set(FILES.values())) and report["previous"] is None
    assert not folder.parent.exists()


def test_a_file_that_cannot_be_read_stops_it(hubcache, store, model):
    (model / "lost").symlink_to("nowhere")
    run = hubcache("publish", REPO, model, store.name, env=store.env)
    assert run.returncode == 1 and "'lost'" in run.stderr
    assert not has_whole_revision(hubcache, store)


def test_what_git_keeps_in_the_folder_is_named(hubcache, tmp_path, model):
    """A client's own file at the top is not: nobody expects it in the repo."""
    for name in (".git/config", ".gitattributes", "sub/.git", ".msc", "._hubcache/record"):
        write(model / name, b"x")
    with running(Folder, tmp_path) as store:
        report = publish(hubcache, store, REPO, model)
        assert report["files"] == len(FILES)
        [warning] = report["warnings"]
        assert warning.endswith("there: 3 names ('.git', '.gitattributes', 'sub/.git')")
        # Hugging Face's clients download .gitattributes.
        report = publish(hubcache, store, "hf:" + REPO, model)
        assert {".gitattributes", ".msc"} <= {file["path"] for file in manifest_of_hf(store, report["commit"])}
        assert report["warnings"][0].endswith("there: 2 names ('.git', 'sub/.git')")


def test_a_store_in_the_model_is_refused(hubcache, model):
    before = sorted(model.rglob("*"))
    (model.parent / "link").symlink_to(model)
    for store in (model / "store", model / "sub" / "a" / "b", model.parent / "link" / "store", model):
        for dry in ([], ["--dry-run"]):
            run = hubcache("publish", REPO, model, store, *dry)
            assert run.returncode == 2 and "is in the folder to publish" in run.stderr, run.stderr
    assert sorted(model.rglob("*")) == before


def test_a_ref_with_an_impossible_time(hubcache, store, model):
    publish(hubcache, store, REPO, model)
    for name in ("one", "two"):
        publish(hubcache, store, REPO, model, "--revision", name)
    [ref] = store.root.rglob("refs/one")
    ref.write_text(json.dumps(json.loads(ref.read_text()) | {"time": 10**18}))
    listed = ok(hubcache("store", "ls", store.name, "--json", env=store.env))
    assert {one["revision"] for one in listed["revisions"]} == {"master", "one", "two"} and not listed["unreadable"]


def test_expect(hubcache, store, model):
    assert hubcache("publish", REPO, model, store.name, "--expect", "HEAD", env=store.env).returncode == 2
    wrong = "0" * 40
    assert hubcache("publish", REPO, model, store.name, "--expect", wrong, env=store.env).returncode == 3
    first = publish(hubcache, store, REPO, model, "--expect", "none")
    assert hubcache("publish", REPO, model, store.name, "--expect", "none", env=store.env).returncode == 3
    write(model / "config.json", b"edited")
    assert hubcache("publish", REPO, model, store.name, "--expect", wrong, env=store.env).returncode == 3
    second = publish(hubcache, store, REPO, model, "--expect", first["commit"])
    assert second["previous"] == first["commit"]


def test_verify_finds_a_damaged_object(hubcache, store, model):
    assert publish(hubcache, store, REPO, model, "--verify")["verified"]
    file = blob(store, FILES["config.json"])
    file.write_bytes(b"x" * len(FILES["config.json"]))
    run = hubcache("publish", REPO, model, store.name, "--verify", env=store.env)
    assert run.returncode == 1 and f"blobs/{file.parent.name}/{file.name}" in run.stderr


def test_two_publishers_at_once(hubcache, store, model, home):
    """The revision is one of theirs, whole; nothing of either is lost."""
    for number in range(4):
        write(home.path / f"model{number}" / "a", b"same")
        write(home.path / f"model{number}" / "b", str(number).encode() * 100_000)
    with ThreadPoolExecutor(4) as pool:
        reports = list(pool.map(lambda number: publish(hubcache, store, REPO, home.path / f"model{number}"), range(4)))
    [listed] = ok(hubcache("store", "ls", store.name, "--json", env=store.env))["revisions"]
    assert listed["commit"] in {report["commit"] for report in reports}
    for report in reports:
        for file in manifest_of(store, report["commit"])["files"]:
            assert (store.root / "blobs" / file["sha256"][:2] / file["sha256"]).exists()


# --- large files, faults and kills


def large(model: Path, megabytes: int) -> bytes:
    content = bytes(os.urandom(1 << 20)) * megabytes
    write(model / "large.bin", content)
    return content


def parts_of(content: bytes, paths: list[str]) -> list[str]:
    """Returns the requests for parts of this content."""
    return [path for path in paths if hashlib.sha256(content).hexdigest() in path and "partNumber=" in path]


def test_a_large_file_is_sent_in_parts(hubcache, bucket, model):
    content = large(model, 60)
    with Proxy(bucket.port) as proxy:
        publish(hubcache, bucket, REPO, model, env=proxy.env)
    assert blob(bucket, content).read_bytes() == content
    assert len(parts_of(content, proxy.puts())) == 4


@pytest.mark.parametrize("fault", [500, 503, "cut"])
def test_a_request_that_fails_once_is_repeated(hubcache, bucket, model, fault):
    content = large(model, 20)
    seen = set()

    def once(method: str, path: str):
        name = (method, re.sub(r"publishing/\w+|uploadId=[^&]+", "", path))
        if name in seen:
            return None
        seen.add(name)
        return fault

    with Proxy(bucket.port, once) as proxy:
        publish(hubcache, bucket, REPO, model, env=proxy.env)
    assert blob(bucket, content).read_bytes() == content and has_whole_revision(hubcache, bucket)


def test_an_interrupted_upload_goes_on(hubcache, bucket, model):
    content = large(model, 80)  # five parts
    sent = 0

    def third_fails(method: str, path: str):
        nonlocal sent
        if not parts_of(content, [path]):
            return None
        sent += 1
        return 403 if sent > 2 else None

    with Proxy(bucket.port, third_fails) as proxy:
        run = hubcache("publish", REPO, model, bucket.name, env=proxy.env)
    assert run.returncode == 4 and "403" in run.stderr
    assert not has_whole_revision(hubcache, bucket)
    with Proxy(bucket.port) as proxy:
        publish(hubcache, bucket, REPO, model, env=proxy.env)
    assert len(parts_of(content, proxy.puts())) == 3
    assert blob(bucket, content).read_bytes() == content


def test_a_file_that_changes_meanwhile_is_not_published(hubcache, bucket, model):
    large(model, 20)

    def edits(method: str, path: str):
        if "partNumber=" in path:
            write(model / "large.bin", os.urandom(20 << 20))

    with Proxy(bucket.port, edits) as proxy:
        run = hubcache("publish", REPO, model, bucket.name, env=proxy.env)
    assert run.returncode == 5 and "changed" in run.stderr
    assert not has_whole_revision(hubcache, bucket)


@pytest.mark.parametrize("moment", range(20))
def test_a_killed_publish_leaves_a_whole_revision_or_none(hubcache, bucket, model, moment):
    large(model, 20)
    count = 0

    def kill(method: str, path: str):
        nonlocal count
        count += 1
        if count == moment + 1:
            process.send_signal(signal.SIGKILL)
            process.wait()
            return "cut"
        return None

    with Proxy(bucket.port, kill) as proxy:
        process = subprocess.Popen(
            [hubcache.binary, "publish", REPO, str(model), bucket.name],
            env=hubcache.env | proxy.env,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        process.wait(120)
    assert process.returncode == -signal.SIGKILL
    has_whole_revision(hubcache, bucket)
    publish(hubcache, bucket, REPO, model)
    assert has_whole_revision(hubcache, bucket)


# --- the S3 service


def test_the_host_can_name_the_bucket(hubcache, bucket, model, home):
    write(home.path / ".aws/config", b"[default]\ns3 =\n  addressing_style = virtual\n")
    with Proxy(bucket.port) as proxy:
        port = proxy.server.server_port
        publish(hubcache, bucket, REPO, model, env=proxy.env | {"AWS_ENDPOINT_URL_S3": f"http://localhost:{port}"})
    assert {host for _, _, host in proxy.requests} == {f"{BUCKET}.localhost:{port}"}
    os.unlink(home.path / ".aws/config")
    assert has_whole_revision(hubcache, bucket)


def test_wrong_credentials_and_buckets(hubcache, bucket, model):
    run = hubcache("publish", REPO, model, bucket.name, env=bucket.env | {"AWS_SECRET_ACCESS_KEY": "wrong"})
    assert run.returncode == 4 and "SignatureDoesNotMatch" in run.stderr and "wrong" not in run.stderr
    run = hubcache("publish", REPO, model, "s3://other-bucket/x", env=bucket.env)
    assert run.returncode == 4 and "NoSuchBucket" in run.stderr
    without = {name: "" for name in bucket.env if "KEY" in name}
    run = hubcache("publish", REPO, model, bucket.name, env=bucket.env | without)
    assert run.returncode == 2 and "AWS_ACCESS_KEY_ID" in run.stderr
    for name in ("s3://", "s3://A_b/x", "s3://abc/../x", "s3://abc//x", "ftp://abc/x"):
        assert hubcache("store", "ls", name, env=bucket.env).returncode == 2, name


def test_check(hubcache, store):
    store.root.mkdir(parents=True, exist_ok=True)
    report = ok(hubcache("store", "check", store.name, "--json", env=store.env))
    assert report["usable"] and all(check["works"] for check in report["checks"])
    assert len(report["checks"]) >= (11 if isinstance(store, Bucket) else 8)
    assert not [path for path in store.root.rglob("*") if path.is_file() and path.name != ".lock"]


def test_check_of_a_store_that_takes_everything(hubcache, bucket):
    """The proxy removes the conditions, as services do that do not know them."""

    class Careless(Proxy):
        pass

    with Careless(bucket.port) as proxy:
        handler = proxy.server.RequestHandlerClass
        plain = handler.answer

        def without_conditions(self):
            for name in ("If-None-Match", "If-Match"):
                del self.headers[name]
            plain(self)

        for method in ("do_GET", "do_PUT", "do_POST", "do_HEAD", "do_DELETE"):
            setattr(handler, method, without_conditions)
        run = hubcache("store", "check", bucket.name, "--json", env=proxy.env)
    assert run.returncode == 3, run.stderr
    failed = {check["what"] for check in json.loads(run.stdout)["checks"] if not check["works"]}
    assert failed == {"it is not overwritten by a new object of its name", "it is replaced only if it is unchanged"}


# --- removing and cleaning


def test_removed_repos_are_collected(hubcache, store, model, home):
    publish(hubcache, store, REPO, model)
    write(home.path / "other/a", b"other")
    publish(hubcache, store, "ctbots/other", home.path / "other")
    removed = ok(hubcache("store", "rm", store.name, REPO, "--json", env=store.env))["removed"]
    assert [one["repo_id"] for one in removed] == [REPO]
    assert hubcache("store", "rm", store.name, REPO, env=store.env).returncode == 1
    young = ok(hubcache("store", "gc", store.name, "--json", env=store.env))
    assert young["removed"] == young["commits"] == 0 and blob(store, FILES["config.json"]).exists()
    make_old(store, 8)
    trial = ok(hubcache("store", "gc", store.name, "--dry-run", "--json", env=store.env))
    assert trial["removed"] == len(set(FILES.values())) and blob(store, FILES["config.json"]).exists()
    report = ok(hubcache("store", "gc", store.name, "--json", env=store.env))
    assert report["removed"] == trial["removed"] and report["commits"] == 1 and report["kept"] == 1
    assert not blob(store, FILES["config.json"]).exists() and blob(store, b"other").exists()
    assert has_whole_revision(hubcache, store, "ctbots/other")


def test_contents_of_a_young_commit_stay(hubcache, store, model):
    first = publish(hubcache, store, REPO, model)
    write(model / "config.json", b"edited")
    publish(hubcache, store, REPO, model)
    make_old(store, 6)
    assert ok(hubcache("store", "gc", store.name, "--json", env=store.env))["removed"] == 0
    make_old(store, 8)
    report = ok(hubcache("store", "gc", store.name, "--json", env=store.env))
    assert (report["removed"], report["commits"]) == (1, 1)
    assert not (store.root / f"repos/aistudio/models/{REPO}/commits/{first['commit']}.json.z").exists()
    assert has_whole_revision(hubcache, store)


def test_gc_and_publishers_keep_apart(hubcache, store, model):
    publish(hubcache, store, REPO, model)
    write(store.root / "publishing/somebody", b"host x, process 1\n")
    run = hubcache("store", "gc", store.name, env=store.env)
    assert run.returncode == 5 and "host x, process 1" in run.stderr
    make_old(store, 2, "publishing/*")
    ok(hubcache("store", "gc", store.name, "--json", env=store.env))
    write(store.root / "gc/somebody", b"host y, process 2\n")
    assert hubcache("store", "gc", store.name, env=store.env).returncode == 5
    process = subprocess.Popen(
        [hubcache.binary, "publish", REPO, str(model), store.name],
        env=hubcache.env | store.env,
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert "waiting" in process.stderr.readline()
    os.unlink(store.root / "gc/somebody")
    assert process.wait(60) == 0
    process.communicate()


def test_gc_removes_nothing_if_it_does_not_understand_something(hubcache, store, model):
    commit = publish(hubcache, store, REPO, model)["commit"]
    ok(hubcache("store", "rm", store.name, REPO, "--json", env=store.env))
    write(model / "config.json", b"edited")
    publish(hubcache, store, REPO, model)
    file = store.root / f"repos/aistudio/models/{REPO}/refs/master"
    before = file.read_bytes()
    for damage in (b"", b"{}", before.replace(b'"commit":"', b'"commit":"0')):
        file.write_bytes(damage)
        make_old(store, 30)
        assert hubcache("store", "gc", store.name, env=store.env).returncode == 1
    file.write_bytes(before)
    foreign = store.root / "repos/newhub/models/a/b/refs/main"
    write(foreign, b"{}")
    make_old(store, 30)
    run = hubcache("store", "gc", store.name, env=store.env)
    assert run.returncode == 1 and "newhub" in run.stderr
    assert blob(store, FILES["config.json"]).exists()
    os.unlink(foreign)
    ok(hubcache("store", "gc", store.name, "--json", env=store.env))
    assert not (store.root / f"repos/aistudio/models/{REPO}/commits/{commit}.json.z").exists()


def test_a_damaged_manifest_is_named(hubcache, store, model):
    commit = publish(hubcache, store, REPO, model)["commit"]
    file = store.root / f"repos/aistudio/models/{REPO}/commits/{commit}.json.z"
    good = json.loads(zlib.decompress(file.read_bytes()))

    def changed(**change) -> bytes:
        return zlib.compress(json.dumps(good | change).encode())

    evil = [good["files"][0] | {"path": "../x"}, *good["files"][1:]]
    for damage in (
        b"",
        b"x",
        zlib.compress(b"[]"),
        zlib.compress(b"{}"),
        file.read_bytes()[:-1],
        file.read_bytes() + b"x",
        changed(format=2),
        changed(repo="a/b"),
        changed(commit="0" * 40),
        changed(files=good["files"][1:]),
        changed(files=good["files"][::-1]),
        changed(files=evil),
        changed(files=[1]),
        changed(files={}),
    ):
        file.write_bytes(damage)
        run = hubcache("store", "show", store.name, REPO, env=store.env)
        assert run.returncode == 1 and commit in run.stderr, damage
        assert hubcache("store", "ls", store.name, env=store.env).returncode == 1
    os.unlink(file)
    assert hubcache("store", "show", store.name, REPO, env=store.env).returncode == 1


def test_a_store_in_a_folder_follows_no_symlink(hubcache, tmp_path, model, home):
    """Another user of a shared folder could lead hubcache to other files."""
    with running(Folder, tmp_path) as store:
        publish(hubcache, store, REPO, model)
        write(home.path / "elsewhere/blobs/ab" / ("ab" + "0" * 62), b"precious")
        os.rename(store.root / "blobs", store.root / "before")
        (store.root / "blobs").symlink_to(home.path / "elsewhere/blobs")
        make_old(store, 30)
        hubcache("store", "gc", store.name)
        assert (home.path / "elsewhere/blobs/ab" / ("ab" + "0" * 62)).read_bytes() == b"precious"
        assert hubcache("publish", REPO, model, store.name).returncode == 1
        assert len(list((home.path / "elsewhere").rglob("*"))) == 3


def test_python(python, home):  # noqa: F811
    for name, content in FILES.items():
        write(home.path / "model" / name, content)
    result = python(
        "one = hubcache.publish('ctbots/tuned', 'model', store='store')\n"
        "shown = hubcache.show_in_store('store', 'ctbots/tuned')\n"
        "listed = hubcache.list_store('store').revisions\n"
        "checked = hubcache.check_store('store').usable\n"
        "removed = hubcache.remove_from_store('store', 'ctbots/tuned').removed\n"
        "gone = hubcache.collect_garbage('store').young\n"
        "result = [one.files, len(shown.listing), len(listed), checked, len(removed), gone]"
    )
    assert result == [len(FILES), len(FILES), 1, True, 1, 0]


# --- what a store must not lose


def test_gc_removes_nothing_if_commits_are_out_of_sight(hubcache, store, model, tmp_path):
    """A folder that is moved away, replaced by a symlink, or of which one commit is missing."""
    commit = publish(hubcache, store, REPO, model)["commit"]
    make_old(store, 30)
    blobs = sorted(path for path in (store.root / "blobs").rglob("*") if path.is_file())

    def refuses() -> None:
        run = hubcache("store", "gc", store.name, env=store.env)
        assert run.returncode in (1, 4), run.stdout
        assert all(path.exists() for path in blobs)

    repos = store.root / "repos"
    os.rename(repos, tmp_path / "moved")
    refuses()
    if isinstance(store, Folder):
        repos.symlink_to(tmp_path / "moved")
        refuses()
        repos.unlink()
    os.rename(tmp_path / "moved", repos)
    if isinstance(store, Folder):
        os.rename(repos / "aistudio", tmp_path / "hub")
        (repos / "aistudio").symlink_to(tmp_path / "hub")
        refuses()
        (repos / "aistudio").unlink()
        os.rename(tmp_path / "hub", repos / "aistudio")
    file = store.root / f"repos/aistudio/models/{REPO}/commits/{commit}.json.z"
    content = file.read_bytes()
    file.unlink()
    refuses()
    file.write_bytes(content)
    make_old(store, 30)
    assert ok(hubcache("store", "gc", store.name, "--json", env=store.env))["removed"] == 0


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>log in</html>",
        b"<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>",
        b"<ListBucketResult></ListBucketResult>",
    ],
)
def test_gc_refuses_an_incomplete_listing(hubcache, bucket, model, body):
    publish(hubcache, bucket, REPO, model)
    make_old(bucket, 30)

    def spoils(method: str, path: str):
        return body if "list-type=2" in path and "repos" in path else None

    with Proxy(bucket.port, spoils) as proxy:
        for words in (["store", "gc", bucket.name], ["store", "ls", bucket.name]):
            run = hubcache(*words, env=proxy.env)
            assert run.returncode == 4 and "listing" in run.stderr, run.stdout
    assert has_whole_revision(hubcache, bucket)


@pytest.mark.parametrize("kind", ["one token", "one page", "no keys"])
def test_a_listing_without_end_is_refused(hubcache, bucket, model, kind):
    """The service always says that there is more."""
    pages = 0

    def goes_on(method: str, path: str):
        nonlocal pages
        if "list-type=2" not in path:
            return None
        pages += 1
        token = pages % 7 if kind == "one token" else pages
        key = f"team/a/repos/x{pages if kind == 'one token' else 0}"
        entry = f"<Contents><Key>{key}</Key><Size>1</Size><LastModified>2026-01-01T00:00:00Z</LastModified></Contents>"
        return (
            f"<ListBucketResult><IsTruncated>true</IsTruncated>{'' if kind == 'no keys' else entry}"
            f"<NextContinuationToken>{token}</NextContinuationToken></ListBucketResult>"
        ).encode()

    with Proxy(bucket.port, goes_on) as proxy:
        run = hubcache("store", "ls", bucket.name, env=proxy.env)
    assert run.returncode == 4 and "listing" in run.stderr
    assert pages < 200


def test_a_commit_that_was_just_replaced_stays(hubcache, store, model):
    first = publish(hubcache, store, REPO, model)["commit"]
    make_old(store, 30)
    write(model / "config.json", b"edited")
    publish(hubcache, store, REPO, model)
    assert ok(hubcache("store", "gc", store.name, "--json", env=store.env))["commits"] == 0
    assert blob(store, FILES["config.json"]).exists()
    assert manifest_of(store, first)["commit"] == first


def test_publish_mends_damage(hubcache, store, model):
    """A content with the wrong size, a damaged commit, and a damaged revision."""
    commit = publish(hubcache, store, REPO, model)["commit"]
    blob(store, FILES["big.bin"]).write_bytes(b"short")
    folder = store.root / f"repos/aistudio/models/{REPO}"
    (folder / f"commits/{commit}.json.z").write_bytes(b"damaged")
    (folder / "refs/master").write_bytes(b"")
    report = publish(hubcache, store, REPO, model)
    assert report["uploaded"] == 1 and "replaced" in report["warnings"][0]
    assert has_whole_revision(hubcache, store)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_an_interrupted_publish_blocks_nobody(hubcache, bucket, model, home, number):
    write(home.path / "other/a", b"other")
    publish(hubcache, bucket, "ctbots/other", home.path / "other")
    signals = [number]

    def ends(method: str, path: str):
        if method == "PUT" and "/blobs/" in path and signals:
            process.send_signal(signals.pop())  # once: a second signal ends the command at once
            time.sleep(0.1)

    with Proxy(bucket.port, ends) as proxy:
        process = subprocess.Popen(
            [hubcache.binary, "publish", REPO, str(model), bucket.name],
            env=hubcache.env | proxy.env,
            stderr=subprocess.PIPE,
            text=True,
        )
        process.communicate(timeout=60)
    assert process.returncode in (130, -number)
    if number != signal.SIGKILL:
        assert not list((bucket.root / "publishing").glob("*"))
    ok(hubcache("store", "gc", bucket.name, "--json", env=bucket.env)) if number != signal.SIGKILL else None
    publish(hubcache, bucket, REPO, model)
    assert ok(hubcache("store", "gc", bucket.name, "--json", env=bucket.env))["removed"] == 0


def test_uploads_of_other_programs_stay(hubcache, bucket, model):
    publish(hubcache, bucket, REPO, model)
    asked = []

    def notes(method: str, path: str):
        asked.append(path)

    with Proxy(bucket.port, notes) as proxy:
        ok(hubcache("store", "gc", bucket.name, "--json", env=proxy.env))
    assert all("prefix=team%2Fa%2Fblobs" in path for path in asked if "uploads=" in path)
    assert any("uploads=" in path for path in asked)


def test_a_forgotten_store_is_noticed(hubcache, home, model):
    """Then the second argument is the folder with the model, and hubcache must not make a store of it."""
    ok(hubcache("adopt", REPO, model, "--offline", "--json"))
    write(home.path / "other/config.json", b"{}")
    run = hubcache("publish", REPO, home.path / "other")
    assert run.returncode == 2 and sorted(os.listdir(home.path / "other")) == ["config.json"]
    for words in ([REPO, "", "store"], [REPO, model, "s3:/models/x"], [REPO, model, ""]):
        assert hubcache("publish", *words).returncode == 2, words
    assert hubcache("publish", REPO, model, "store", "--revision", "a" * 40).returncode == 2
    assert not (home.path / "store").exists()


def test_the_name_of_a_folder_store_may_be_a_symlink(hubcache, home, model, tmp_path):
    (tmp_path / "disk").mkdir()
    (home.path / "link").symlink_to(tmp_path / "disk")
    ok(hubcache("publish", REPO, model, "link", "--json"))
    assert len(ok(hubcache("store", "ls", "link", "--json"))["revisions"]) == 1
