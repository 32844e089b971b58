"""What messages say: the client that the user has, the command that does just what is needed, the reason."""

import json
import re
import shlex
from pathlib import Path

import pytest

from adoption import ok
from hf_scene import REPO as HF_REPO, HfScene
from hfdouble import HfHub
from scene import REPO, Scene, write


@pytest.fixture
def scene(hub, home) -> Scene:
    return Scene(hub, home)


@pytest.fixture
def hf_scene(hubcache, hf_hub, home) -> HfScene:
    hubcache.env["HF_ENDPOINT"] = hf_hub.url
    return HfScene(hf_hub, home)


# --- the client's own name and functions

OTHERS = ("the SDK", "snapshot_download", "file_download")
CLIENTS = {"paddlex": "PaddleX", "fastdeploy": "FastDeploy", "paddleformers": "PaddleFormers", "aistudio-0.2": "aistudio-sdk 0.2"}


@pytest.mark.parametrize("target", CLIENTS)
def test_a_framework_is_called_by_its_name(hubcache, scene, target):
    """A file that the hub lacks, one that the folder lacks: all that adopt and status can have to say of each."""
    write(scene.user / "only-here.txt", b"mine")
    (scene.user / "config.json").unlink()
    said = hubcache("adopt", REPO, scene.user, "--target", target).stdout
    said += hubcache("status", REPO, "--target", target, "-v").stdout
    assert f"{CLIENTS[target]} will still download 1 file" in said and f"    {CLIENTS[target]}: " in said
    assert not [word for word in OTHERS if word in said], said


def test_hugging_face(hubcache, hf_scene):
    (hf_scene.user / "config.json").unlink(missing_ok=True)
    said = ok(hubcache("adopt", f"hf:{HF_REPO}", hf_scene.user))
    said += hubcache("status", f"hf:{HF_REPO}", "-v", env={"AISTUDIO_ENABLE_DEFAULT_HASH_VALIDATION": "true"}).stdout
    assert "huggingface_hub will still download 1 file" in said and "    hf_hub_download: " in said
    assert "the SDK" not in said and " file_download" not in said and "AISTUDIO" not in said


# --- commands that do just what is needed


def commands_in(text: str) -> list[list[str]]:
    """The commands of hubcache that the text tells to run, word by word."""
    found = re.findall(r"hubcache ((?:release|refresh) [^\s`]+ --target .*?)(?=`|$| places them| moves | or |, or|, move)", text, re.M)
    return [shlex.split(command) for command in found]


def adopted_for(hubcache) -> set[str]:
    return {repo["target"] for repo in json.loads(hubcache("status", "--json").stdout)["repos"] if repo["adoption"]}


def test_the_release_that_adopt_names_undoes_this_adoption_alone(hubcache, scene, home):
    place = home.path / "it's a place"
    ok(hubcache("adopt", REPO, scene.user, "--target", "fastdeploy"))
    ok(hubcache("adopt", REPO, scene.user, "--target", "aistudio-dir", "--place", place))
    [command] = commands_in(hubcache("adopt", REPO, scene.user).stdout)
    assert hubcache(*command).returncode == 0 and adopted_for(hubcache) == {"fastdeploy", "aistudio-dir"}
    [command] = commands_in(hubcache("adopt", REPO, scene.user, "--target", "aistudio-dir", "--place", place).stdout)
    assert hubcache(*command).returncode == 0 and adopted_for(hubcache) == {"fastdeploy"}
    assert scene.lost(scene.user) == set()


def test_a_conflict_names_the_release_of_that_place(hubcache, scene, home, hub):
    other = Scene(hub, home, "other/first-paddle-model")
    place = home.path / "place"
    ok(hubcache("adopt", REPO, scene.user))
    ok(hubcache("adopt", REPO, scene.user, "--target", "aistudio-dir", "--place", place))
    again = ["adopt", other.repo_id, other.user, "--target", "aistudio-dir", "--place", place]
    run = hubcache(*again)
    [command] = commands_in(run.stderr)
    assert run.returncode == 5 and hubcache(*command).returncode == 0
    assert adopted_for(hubcache) == {"aistudio"} and hubcache(*again).returncode == 0


def test_the_refresh_that_status_names_refreshes_this_place(hubcache, hf_scene, home):
    place = home.path / "place"
    ok(hubcache("adopt", f"hf:{HF_REPO}", hf_scene.user, "--target", "hf-dir", "--place", place))
    (place / "README.md").unlink()
    [command] = commands_in(hubcache("status").stdout)
    assert command[:2] == ["refresh", f"hf:{HF_REPO}"] and hubcache(*command).returncode == 0
    assert (place / "README.md").exists() and hf_scene.lost(place) == set()


def test_a_place_alone_names_its_target(hubcache, hf_scene, scene, home):
    """Of what is adopted: a new adoption says which client it is for."""
    places = {HF_REPO: home.path / "hf", REPO: home.path / "aistudio"}
    ok(hubcache("adopt", f"hf:{HF_REPO}", hf_scene.user, "--target", "hf-dir", "--place", places[HF_REPO]))
    ok(hubcache("adopt", REPO, scene.user, "--target", "aistudio-dir", "--place", places[REPO]))
    for repo_id, target in ((f"hf:{HF_REPO}", "hf-dir"), (REPO, "aistudio-dir")):
        at = [repo_id, "--place", places[repo_id.removeprefix("hf:")]]
        assert {repo["target"] for repo in json.loads(hubcache("status", *at, "--json").stdout)["repos"]} == {target}
        assert f"for {target}: up to date" in ok(hubcache("refresh", *at)) and hubcache("verify", *at).returncode == 0
        assert hubcache("release", *at).returncode == 0
    assert adopted_for(hubcache) == set()
    assert hubcache("adopt", REPO, scene.user, "--place", places[REPO]).returncode == 2


# --- a reason for every check that fails


def test_a_folder_that_a_client_leaves_behind(hf, hubcache, hf_hub, home):
    """After a failed request huggingface_hub leaves the repo's folder, without a file: no all clear is missing there."""
    hubcache.env["HF_ENDPOINT"] = hf_hub.url
    scene = HfScene(hf_hub, home)
    assert hf.hf_hub_download(HF_REPO, "no-such-file.json").error
    assert scene.place.is_dir() and not (scene.place / "snapshots").exists()
    assert hubcache("status", "--check").returncode == 0
    asked = hubcache("status", f"hf:{HF_REPO}", "--check", "--offline")
    assert asked.returncode == 4 and f"{HF_REPO} for huggingface: nothing is recorded" in asked.stderr


def test_a_failed_check_says_why(hubcache, hub, scene):
    scene.put("copy")
    for arguments in (["--json"], []):
        run = hubcache("status", "--check", *arguments)
        assert run.returncode == 3 and f"hubcache: {REPO} for aistudio: 5 files would be downloaded; 5 files here would be lost" in run.stderr
    ok(hubcache("adopt", REPO, scene.user))
    passed = hubcache("status", "--check")
    assert (passed.returncode, passed.stderr) == (0, "")
    hub.fault("/api/v1/repos", status=500)
    run = hubcache("status", "--check")
    assert run.returncode == 4 and f"hubcache: {REPO} for aistudio: the hub: " in run.stderr and "500" in run.stderr


# --- whose token is refused


@pytest.mark.parametrize("from_file", [False, True])
@pytest.mark.parametrize("status", [401, 403])
def test_the_origin_of_a_token_that_is_refused(hubcache, hub, scene, home, status, from_file):
    path = home.path / ".cache/aistudio/.auth/token"
    if from_file:
        write(path, b"s3cret")
    hub.fault("/api/v1/repos", status=status)
    run = hubcache("adopt", REPO, scene.user, env={} if from_file else {"AISTUDIO_ACCESS_TOKEN": "s3cret"})
    assert run.returncode == 4 and (str(path) if from_file else "in AISTUDIO_ACCESS_TOKEN") in run.stderr
    assert "s3cret" not in run.stderr


def test_the_origin_of_hugging_faces_token(hubcache, hf_hub, hf_scene, home):
    hf_hub.user("me", "s3cret")
    hf_hub.gated.add(HF_REPO)
    path = home.path / ".cache/huggingface/token"
    run = hubcache("adopt", f"hf:{HF_REPO}", hf_scene.user, env={"HF_TOKEN": "s3cret"})
    assert run.returncode == 4 and "the account of the token in HF_TOKEN" in run.stderr
    write(path, b"s3cret\n")
    run = hubcache("adopt", f"hf:{HF_REPO}", hf_scene.user)
    assert run.returncode == 4 and f"the account of the token in {path}" in run.stderr and "s3cret" not in run.stderr


# --- without the hub


@pytest.mark.parametrize("env", [{"HF_HUB_OFFLINE": "yes"}, {"HF_HUB_OFFLINE": "", "TRANSFORMERS_OFFLINE": "1"}])
def test_hugging_face_is_not_asked_where_its_client_does_not_ask(hf, hubcache, hf_hub, hf_scene, env):
    """Neither by the client nor by any command; AI Studio's hub has nothing to do with it."""
    assert hf.snapshot_download(HF_REPO, env=env).error
    said = "is set: the hub is not asked"
    assert said in ok(hubcache("adopt", f"hf:{HF_REPO}", hf_scene.user, env=env))
    assert (hf.snapshot_download(HF_REPO, env=env).error, len(hf_hub.log)) == (None, 0)
    for command, code in (("status", 0), ("refresh", 0), ("verify", 1)):  # nothing is recorded to compare with
        run = hubcache(command, f"hf:{HF_REPO}", env=env)
        assert run.returncode == code and (said in run.stdout or "without --offline, HF_HUB_OFFLINE" in run.stderr), run
    assert len(hf_hub.log) == 0
    refused = hubcache("adopt", f"hf:{HF_REPO}", hf_scene.user, "--match", env=env)
    assert refused.returncode == 2 and "unset " in refused.stderr
    off = {"HF_HUB_OFFLINE": "0", "TRANSFORMERS_OFFLINE": "1"}  # the first that is set decides
    assert said not in hubcache("adopt", f"hf:{HF_REPO}", hf_scene.user, env=off).stdout and len(hf_hub.log) > 0


def test_a_hub_that_cannot_be_reached(hubcache, scene, hf_scene, home):
    """The message names the option that does without it, and that option works."""
    nobody = "http://127.0.0.1:9"
    env = {"STUDIO_GIT_HOST": nobody, "HF_ENDPOINT": nobody, "no_proxy": "127.0.0.1"}
    for repo_id, folder in ((REPO, scene.user), (f"hf:{HF_REPO}", hf_scene.user)):
        run = hubcache("adopt", repo_id, folder, env=env)
        assert run.returncode == 4 and "\n  add --offline to do without the hub" in run.stderr
        ok(hubcache("adopt", repo_id, folder, "--offline", env=env))
    assert "add --offline" in hubcache("refresh", env=env).stdout and hubcache("refresh", "--offline", env=env).returncode == 0
    assert "--offline" not in hubcache("adopt", REPO, scene.user, "--match", env=env).stderr


# --- a mirror whose listing leads elsewhere


def test_a_listing_that_goes_on_at_another_host(hubcache, hf_hub, hf_scene):
    """Its second page comes from there, without the token; adopt, status and verify say so."""
    many = {f"many/{number:04}": b"" for number in range(1001)}
    with HfHub() as other:
        hf_scene.remote.push(many)
        other.share(HF_REPO, hf_scene.remote)
        hf_hub.user("me", "s3cret")
        hf_hub.next_pages_at = other.url
        for command in (["adopt", f"hf:{HF_REPO}", hf_scene.user], ["status", f"hf:{HF_REPO}"], ["verify", f"hf:{HF_REPO}"]):
            run = hubcache(*command, env={"HF_TOKEN": "s3cret"})
            assert run.returncode == 0 and f"goes on at another host, {other.url}: " in run.stdout, run.stderr
        assert len(other.log) == 3 and {request.authorization for request in other.log} == {None}
        assert {request.authorization for request in hf_hub.log} == {"Bearer s3cret"}


# --- ids that huggingface_hub refuses


@pytest.mark.parametrize("repo_id", ["a--b/c", "a/b--c"])
def test_ids_that_would_share_a_folder_are_refused(hf, hubcache, hf_scene, repo_id):
    refused = hf.snapshot_download(repo_id)
    assert refused.error and "Cannot have -- or .." in refused.error_text
    for command in (["adopt", f"hf:{repo_id}", hf_scene.user], ["status", f"hf:{repo_id}"],
                    ["adopt", repo_id, hf_scene.user, "--target", "hf-dir", "--place", hf_scene.home.path / "place"]):
        run = hubcache(*command)
        assert run.returncode == 2 and "neither '--' nor '..'" in run.stderr, run.stderr
    assert not hf_scene.cache.exists()


# --- JSON

NO_JSON = {"run", "serve", "env", "cache clear"}  # their output is the command's own, a log, a shell's, nothing


def test_each_command_has_json_but_those_that_the_readme_names(hubcache):
    """Found by --help, so that a new command is not forgotten."""
    def below(*words: str) -> list[tuple[str, ...]]:
        text = hubcache(*words, "--help").stdout
        found = re.findall(r"^  ([a-z]+) ", text.partition("Subcommands:")[2], re.M)
        return [(*words, name) for name in found]

    commands = [leaf for top in below() for leaf in (below(*top) or [top])]
    assert len(commands) >= 13
    without = {" ".join(words) for words in commands if "--json" not in hubcache(*words, "--help").stdout}
    assert without == NO_JSON
    readme = (Path(__file__).parents[2] / "README.md").read_text()
    assert "all but `run`, `serve`, `env` and `cache clear` have `--json`" in " ".join(readme.split())
