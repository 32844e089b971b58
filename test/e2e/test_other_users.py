"""Caches that several users may write to: which records hubcache uses, which files it leaves alone, and how it reports
this."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from scene import FILES, REPO, Scene
from users import GROUP, Users, users  # noqa: F401 (a fixture)

from adoption import ok, tree

FAILED, USAGE, DIFFERENCE, CONFLICT = 1, 2, 3, 5
SECRET = b"the key of alice\n"
OWNER, NAME = REPO.split("/")


@pytest.fixture
def repo(hub):
    repo = hub.repo(REPO)
    repo.push(FILES)
    return repo


def model(user) -> Path:
    for path in FILES:
        user.write(user.home / "model" / path, Scene.edited(path))
    return user.home / "model"


def rewrite(record: Path, change) -> None:
    """Changes the header of a record; the owner of the record stays the same."""
    header, *lines = (record / "record.jsonl").read_text().splitlines()
    (record / "record.jsonl").write_text("\n".join([json.dumps(change(json.loads(header))), *lines]) + "\n")


def planted(users: Users) -> Path:
    """Creates a record of Bob that names a private folder of Alice; returns the folder."""
    secret = users.alice.home / "secret"
    users.alice.write(secret / "id_rsa", SECRET)
    secret.chmod(0o700)
    ok(users.bob("adopt", REPO, model(users.bob), "--link", "copy"))
    rewrite(users.record(REPO), lambda header: header | {"folder": str(secret), "include": [], "exclude": []})
    return secret


def leaked(users: Users) -> bool:
    files = [path for path in users.shared.rglob("*") if path.is_file() or path.is_symlink()]
    return any(path.name == "id_rsa" or (path.is_file() and path.read_bytes() == SECRET) for path in files)


ASK = (
    "import os,urllib.request as r;print(r.urlopen(os.environ['STUDIO_GIT_HOST']+'/api/v1/repos/%s/contents/id_rsa').read())"
    % REPO
)


def test_a_planted_record_is_shown_and_not_acted_on(repo, users):
    planted(users)
    before = tree(users.shared)
    for arguments in (
        ["refresh"],
        ["refresh", "--offline"],
        ["verify", "--offline"],
        ["status", "--offline"],
        ["status"],
    ):
        run = users.alice(*arguments)
        assert run.returncode in (0, FAILED) and "uid 54322" in run.stdout, (arguments, run.stdout, run.stderr)
        assert tree(users.shared) == before
    for arguments in (["refresh", REPO], ["release", REPO], ["restore", REPO]):
        run = users.alice(*arguments)
        told = run.stdout + run.stderr
        assert run.returncode == CONFLICT and "uid 54322" in told, (arguments, told)
        assert tree(users.shared) == before
    assert not leaked(users)
    [shown] = json.loads(users.alice("status", REPO, "--offline", "--json").stdout)["repos"]
    assert shown["state"] == "adopted" and shown["owner"] == "uid 54322"
    # status has no --trust-owner, so its note names a command that has this option.
    [command] = re.findall(r"hubcache (release \S+ --target aistudio --trust-owner)", " ".join(shown["notes"]))
    assert users.alice(*command.split()).returncode != USAGE


def test_a_planted_record_is_not_served(repo, users):
    planted(users)
    run = users.alice("run", "--offline", "--", sys.executable, "-c", ASK)
    assert run.returncode == 1 and "404" in run.stderr and "uid 54322" in run.stderr
    assert SECRET.decode() not in run.stdout
    trusted = users.alice("run", "--offline", "--trust-owner", "--", sys.executable, "-c", ASK)
    assert trusted.returncode == 0 and "id_rsa" in trusted.stdout, trusted.stderr


def test_another_users_own_adoptions_are_left_alone(repo, users, hub):
    """A colleague's adoption in a shared cache is normal use and must not fail."""
    hub.repo("ctbots/other").push(FILES)
    ok(users.bob("adopt", REPO, model(users.bob)))
    ok(users.alice("adopt", "ctbots/other", model(users.alice)))
    before = tree(users.shared)
    run = users.alice("refresh", "--json")
    report = ok(run)
    assert [one["repo_id"] for one in report["repos"]] == ["ctbots/other"]
    assert any(REPO in note and "uid 54322" in note for note in report["notes"])
    assert tree(users.shared) == before
    ok(users.bob("refresh"))
    ok(users.alice("release", "ctbots/other"))
    ok(users.bob("release", REPO))


@pytest.mark.parametrize("way", ["group", "moved", "folder", "symlink"])
def test_what_another_user_can_write_or_swap_is_not_trusted(repo, users, way):
    """Alice's own record is not trusted if Bob may have changed it."""
    secret = users.alice.home / "private"
    users.alice.write(secret / "README.md", SECRET)
    ok(users.alice("adopt", REPO, model(users.alice), "--link", "copy"))
    record = users.record(REPO)
    if way == "group":
        os.chown(record / "record.jsonl", -1, GROUP)
        (record / "record.jsonl").chmod(0o664)
    if way == "folder":
        os.chown(record, -1, GROUP)
        record.chmod(0o2775)
    if way == "moved":
        other = users.record("ctbots/other")
        users.place("ctbots/other").mkdir()
        other.mkdir()
        os.chown(other, users.bob.uid, GROUP)
        record.joinpath("record.jsonl").rename(other / "record.jsonl")
    if way == "symlink":
        private = {
            "AISTUDIO_CACHE_HOME": str(users.alice.home / "cache"),
            "HUBCACHE_STATE": str(users.alice.home / "state"),
        }
        ok(users.alice("adopt", "ctbots/other", secret, "--offline", env=private))
        shutil.rmtree(record)
        record.symlink_to(users.alice.home / "cache/models/._hubcache/ctbots/other")
    users.alice.write(users.alice.home / "model/new.txt", b"new")
    before = tree(users.shared)
    run = users.alice("refresh")
    assert run.returncode == 0 and "up to date" not in run.stdout and "refreshed" not in run.stdout, (
        run.stdout + run.stderr
    )
    assert tree(users.shared) == before
    assert "record is not trusted" in run.stdout


def test_records_are_not_writable_for_the_group_whatever_the_umask_is(repo, users):
    ok(users.alice("adopt", REPO, model(users.alice), umask=0))
    record = users.record(REPO)
    assert record.stat().st_mode & 0o022 == 0 and (record / "record.jsonl").stat().st_mode & 0o022 == 0
    assert ok(users.alice("refresh", umask=0)) == f"{REPO}: up to date\n"
    [place] = (users.alice.home / ".local/state/hubcache/places").glob("*.json")
    assert place.stat().st_mode & 0o022 == 0 and place.parent.stat().st_mode & 0o022 == 0


def test_adopting_again_sets_the_record_of_another_user_aside(repo, users):
    """adopt moves the record aside with all files in its folder. No file of it reaches the place, and none is lost."""
    users.bob.write(users.place(REPO) / "README.md", b"of bob's client\n")
    for folder in (users.place(REPO), users.place(REPO).parent, users.place(REPO).parent.parent):
        os.chown(folder, users.bob.uid, GROUP)
        folder.chmod(0o2775)
    os.chown(users.shared / "aistudio", users.bob.uid, GROUP)
    (users.shared / "aistudio").chmod(0o2775)
    ok(users.bob("adopt", REPO, model(users.bob)))
    record, place = users.record(REPO), users.place(REPO)
    users.bob.write(record / "displaced/planted.bin", b"planted")
    users.bob.write(record / "stage/planted.bin", b"planted")
    kept, of_bob = tree(record, times=True), tree(place)
    dry = users.alice("adopt", REPO, model(users.alice), "--dry-run")
    assert "without --dry-run, hubcache sets it aside" in dry.stdout and tree(record, times=True) == kept
    run = users.alice("adopt", REPO, model(users.alice))
    assert run.returncode == 0 and "moved its record to" in run.stdout, run.stdout + run.stderr
    [aside] = record.parent.glob(f"{NAME}~*")
    assert tree(aside, times=True) == kept
    assert all((place / path).read_bytes() == Scene.edited(path) for path in FILES)
    assert all(os.readlink(place / path).startswith(str(users.alice.home)) for path in FILES)
    assert not list(place.rglob("planted.bin"))
    assert ok(users.alice("release", REPO)) and not list(place.rglob("planted.bin"))
    assert tree(place) == of_bob  # as Bob's adoption left it


def test_a_record_with_a_long_name_is_set_aside(users):
    repo = "ctbots/" + "a." * 60 + "é"  # each dot becomes three characters
    for user in (users.bob, users.alice):
        run = user("adopt", repo, model(user), "--offline")
        assert run.returncode == 0, run.stdout + run.stderr
    [aside] = users.record("ctbots").glob("*~*")
    assert aside.name.startswith("a___a") and len(aside.name.encode()) > 250 and (aside / "record.jsonl").exists()


def test_a_record_is_not_set_aside_while_its_owner_is_at_work(repo, users):
    ok(users.bob("adopt", REPO, model(users.bob)))
    lock = users.record(REPO) / "lock"
    holder = subprocess.Popen(
        ["flock", str(lock), "sh", "-c", "echo held; read line"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout.readline() == "held\n"
    before = tree(users.shared)
    run = users.alice("adopt", REPO, model(users.alice))
    holder.communicate("\n")
    assert run.returncode == CONFLICT and str(lock) in run.stderr, run.stdout + run.stderr
    assert tree(users.shared) == before


def test_a_lock_cannot_be_held_by_a_user_who_may_only_read(repo, users):
    ok(users.alice("adopt", REPO, model(users.alice), umask=0o022))
    run = users.bob.start("flock", "--nonblock", users.record(REPO) / "lock", "true")
    assert run.returncode != 0 and "Permission denied" in run.stderr


def test_root_and_the_trust_in_root(repo, users):
    """Users trust records of root, because images are built as root. Root trusts only its own records, except with
    --trust-owner."""
    users.root("adopt", REPO, model(users.alice))
    served = users.alice("verify", "--offline", REPO)
    assert served.returncode == 0 and "not trusted" not in served.stdout
    ok(users.bob("adopt", "ctbots/other", model(users.bob), "--offline", "--target", "paddlex"))
    users.bob.write(users.bob.home / "model/new.txt", b"new")
    left = users.root("refresh", "--offline", "--json")
    assert [one["target"] for one in ok(left)["repos"]] == ["aistudio"] and "uid 54322" in left.stdout
    asked = users.root("refresh", "--offline", "--json", "--trust-owner")
    assert {one["target"]: one["added"] for one in ok(asked)["repos"]}["paddlex"] == 1


def test_a_place_that_another_user_names_is_not_taken(repo, users):
    """The index of places may be in a folder that several users share."""
    state = {"HUBCACHE_STATE": str(users.shared / "state")}
    elsewhere = {"AISTUDIO_CACHE_HOME": str(users.alice.home / "elsewhere")}
    ok(users.alice("adopt", REPO, model(users.alice), env=elsewhere | state))
    assert "up to date" in ok(users.alice("refresh", env=state))
    [file] = (users.shared / "state/places").glob("*.json")
    os.chown(file, users.bob.uid, users.bob.uid)
    assert ok(users.alice("refresh", env=state)) == "no repos are adopted\n"


def test_a_digest_cache_that_others_can_write_is_not_used(repo, users):
    cache = users.shared / "digests"
    cache.mkdir()
    os.chown(cache, users.alice.uid, GROUP)
    cache.chmod(0o2775)
    folder = model(users.alice)
    env = {"HUBCACHE_CACHE": str(cache)}
    run = users.alice("verify", REPO, "--local-dir", folder, env=env)
    assert (
        run.stdout.count("hubcache does not use the digest cache") == 1 and "other users may write to it" in run.stdout
    )
    for path in FILES:
        (folder / path).write_bytes(FILES[path] if isinstance(FILES[path], bytes) else FILES[path].content)
    matched = users.alice("adopt", REPO, folder, "--match", env=env)
    assert matched.returncode == 0 and matched.stdout.count("hubcache does not use the digest cache") == 1, (
        matched.stdout + matched.stderr
    )
    assert "does not use the digest cache" in users.alice("hash", folder, env=env).stderr
    assert list(cache.iterdir()) == []


# --- places that cannot be looked at


@pytest.fixture
def closed(repo, users, hf_hub):
    """Lets Bob, who uses umask 077, download and adopt in the shared caches; Alice has one adoption."""
    for path in (
        users.shared / "aistudio/models/ctbots/closed",
        users.shared / "huggingface/hub/models--ctbots--closed",
        users.shared / "paddlex/official_models/closed",
    ):
        users.bob.write(path / "README.md", b"genuine")
        for folder in (path.parent, *path.parent.parents):
            if users.shared in folder.parents:
                os.chown(folder, 0, GROUP)
                folder.chmod(0o2775)
        path.chmod(0o700)
    ok(users.alice("adopt", REPO, model(users.alice)))
    for record in (
        users.shared / "aistudio/models/._hubcache/ctbots/closed",
        users.shared / "huggingface/._hubcache/hub/models--ctbots--closed",
        users.shared / "paddlex/._hubcache/closed",
    ):
        users.bob.write(record / "record.jsonl", b"{}")
        record.chmod(0o700)
    owner = users.shared / "aistudio/models/closed-owner"
    users.bob.write(owner / "m/README.md", b"genuine")
    owner.chmod(0o700)
    return users


def test_places_that_cannot_be_looked_at_do_not_stop_the_rest(closed):
    alice = closed.alice
    status = ok(alice("status", "--offline", "--json"))
    states = {(one["repo_id"], one["target"]): one["state"] for one in status["repos"]}
    assert states[REPO, "aistudio"] == "adopted"
    for repo_id, target in (
        ("ctbots/closed", "aistudio"),
        ("ctbots/closed", "huggingface"),
        ("PaddleX/closed", "paddlex"),
    ):
        assert states[repo_id, target] == "unreadable"
    assert any("closed-owner" in note for note in status["notes"])
    assert alice("status", "--offline", "--check").returncode == 0
    for arguments in (["refresh"], ["verify", "--offline"]):
        report = ok(alice(*arguments, "--json"))
        assert [one["repo_id"] for one in report["repos"]] == [REPO]
        assert any("models--ctbots--closed" in note for note in report["notes"])
        assert any("official_models/closed" in note for note in report["notes"])
    run = alice("run", "--offline", "--", "true")
    assert run.returncode == 0 and "models--ctbots--closed" in run.stderr
    assert ok(alice("release", REPO))


def test_a_place_that_was_asked_for_by_name_and_cannot_be_looked_at_fails(closed):
    alice = closed.alice
    for arguments in (["status", "--offline"], ["refresh"], ["verify", "--offline"]):
        for repo_id in ("ctbots/closed", "closed-owner/m"):
            run = alice(*arguments, repo_id, "--json")
            told = json.loads(run.stdout)
            assert run.returncode == FAILED and "Permission denied" in run.stdout, (arguments, run.stdout, run.stderr)
            assert told["schema"] == 1
    for arguments in (["release", "ctbots/closed"], ["adopt", "closed-owner/m", model(alice), "--offline"]):
        run = alice(*arguments, "--json")
        told = json.loads(run.stdout)
        assert run.returncode == FAILED, run.stdout + run.stderr
        assert all(one["error"]["code"] == FAILED for one in told.get("targets", [told]))


def test_ids_that_are_too_long_for_one_target(hubcache, hub, home):
    """The id is too long for Hugging Face's target, but the places of the other targets have shorter names."""
    repo_id = f"{'o' * 128}/{'n' * 128}"
    hub.repo(repo_id).push({"a": b"a"})
    (home.path / ".cache/huggingface/hub").mkdir(parents=True)
    (home.path / "model").mkdir()
    (home.path / "model/a").write_bytes(b"edited")
    ok(hubcache("adopt", repo_id, home.path / "model"))
    assert "adopted" in ok(hubcache("status", repo_id))
    assert "up to date" in ok(hubcache("refresh", repo_id))
    refused = hubcache("adopt", f"hf:{repo_id}", home.path / "model", "--offline", "--json")
    assert refused.returncode == USAGE and "at most 96" in json.loads(refused.stdout)["error"]["message"]
    assert ok(hubcache("release", repo_id)) and not home.place(repo_id).exists()
