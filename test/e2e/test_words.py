"""Messages name the user's client, the exact command to run, and the reason."""

import json
import re
import shlex
import shutil
from pathlib import Path

import pytest
from hf_scene import REPO as HF_REPO
from hf_scene import HfScene
from hfdouble import HfHub
from scene import REPO, Scene, write

from adoption import ok


@pytest.fixture
def scene(hub, home) -> Scene:
    return Scene(hub, home)


@pytest.fixture
def hf_scene(hubcache, hf_hub, home) -> HfScene:
    hubcache.env["HF_ENDPOINT"] = hf_hub.url
    return HfScene(hf_hub, home)


# --- the client's own name and functions

OTHERS = ("aistudio-sdk", "snapshot_download", "file_download")
CLIENTS = {
    "paddlex": "PaddleX",
    "fastdeploy": "FastDeploy",
    "paddleformers": "PaddleFormers",
    "aistudio-0.2": "aistudio-sdk 0.2",
}


@pytest.mark.parametrize("target", CLIENTS)
def test_a_framework_is_called_by_its_name(hubcache, scene, target):
    """The hub lacks one file and the folder lacks another, so adopt and status print all notes that they have for
    files."""
    write(scene.user / "only-here.txt", b"mine")
    (scene.user / "config.json").unlink()
    said = hubcache("adopt", REPO, scene.user, "--target", target).stdout
    said += hubcache("status", REPO, "--target", target, "-v").stdout
    assert f"{CLIENTS[target]} will download 1 file" in said and re.search(
        rf"^  FILE +SIZE  {re.escape(CLIENTS[target])} +REASON$", said, re.M
    )
    assert not [word for word in OTHERS if word in said.replace(CLIENTS[target], "")], said


def test_hugging_face(hubcache, hf_scene):
    (hf_scene.user / "config.json").unlink(missing_ok=True)
    said = ok(hubcache("adopt", f"hf:{HF_REPO}", hf_scene.user))
    said += hubcache("status", f"hf:{HF_REPO}", "-v", env={"AISTUDIO_ENABLE_DEFAULT_HASH_VALIDATION": "true"}).stdout
    assert "that the adoption lacks: huggingface_hub before 1.22 downloads such files" in said and re.search(
        r"^  FILE +SIZE  snapshot_download +hf_hub_download +REASON$", said, re.M
    )
    assert "aistudio-sdk" not in said and " file_download" not in said and "AISTUDIO" not in said


# --- exact commands


def commands_in(text: str) -> list[list[str]]:
    """Returns the hubcache commands in a text, each as a list of words."""
    found = re.findall(
        r"hubcache ((?:release|refresh) [^\s`]+ --target .*?)(?=`|$| \(it moves| moves | or |, or|, move)", text, re.M
    )
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
    """--place is enough for an adopted place; a new adoption must name its target."""
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
    """After a failed request, huggingface_hub leaves the repo's folder without a file. --check must not fail for it."""
    hubcache.env["HF_ENDPOINT"] = hf_hub.url
    scene = HfScene(hf_hub, home)
    assert hf.hf_hub_download(HF_REPO, "no-such-file.json").error
    assert scene.place.is_dir() and not (scene.place / "snapshots").exists()
    assert hubcache("status", "--check").returncode == 0
    asked = hubcache("status", f"hf:{HF_REPO}", "--check", "--offline")
    assert asked.returncode == 4 and f"{HF_REPO} for huggingface: the hub state is not recorded" in asked.stderr


def test_a_failed_check_says_why(hubcache, hub, scene):
    scene.put("copy")
    for arguments in (["--json"], []):
        run = hubcache("status", "--check", *arguments)
        assert (
            run.returncode == 3
            and f"hubcache: {REPO} for aistudio: 5 files would be downloaded; 5 files would be overwritten"
            in run.stderr
        )
    ok(hubcache("adopt", REPO, scene.user))
    passed = hubcache("status", "--check")
    assert (passed.returncode, passed.stderr) == (0, "")
    hub.fault("/api/v1/repos", status=500)
    run = hubcache("status", "--check")
    assert run.returncode == 4 and f"hubcache: {REPO} for aistudio: the hub: " in run.stderr and "500" in run.stderr


# --- the source of a refused token


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
    """With these variables, neither the client nor a command contacts Hugging Face."""
    assert hf.snapshot_download(HF_REPO, env=env).error
    said = "is set, so hubcache does not ask the hub"
    assert said in ok(hubcache("adopt", f"hf:{HF_REPO}", hf_scene.user, env=env))
    assert (hf.snapshot_download(HF_REPO, env=env).error, len(hf_hub.log)) == (None, 0)
    for command, code in (("status", 0), ("refresh", 0), ("verify", 1)):  # no recorded state to compare with
        run = hubcache(command, f"hf:{HF_REPO}", env=env)
        assert run.returncode == code and (said in run.stdout or f"unset {list(env)[-1]}" in run.stderr), run
    assert len(hf_hub.log) == 0
    refused = hubcache("adopt", f"hf:{HF_REPO}", hf_scene.user, "--match", env=env)
    assert refused.returncode == 2 and "unset " in refused.stderr
    off = {"HF_HUB_OFFLINE": "0", "TRANSFORMERS_OFFLINE": "1"}  # the first variable that is not empty decides
    assert said not in hubcache("adopt", f"hf:{HF_REPO}", hf_scene.user, env=off).stdout and len(hf_hub.log) > 0


def test_a_hub_that_cannot_be_reached(hubcache, scene, hf_scene, home):
    """The message names the option that continues without the hub, and the option works."""
    nobody = "http://127.0.0.1:9"
    env = {"STUDIO_GIT_HOST": nobody, "HF_ENDPOINT": nobody, "no_proxy": "127.0.0.1"}
    for repo_id, folder in ((REPO, scene.user), (f"hf:{HF_REPO}", hf_scene.user)):
        run = hubcache("adopt", repo_id, folder, env=env)
        assert run.returncode == 4 and "\nhint: add --offline to continue without the hub" in run.stderr
        ok(hubcache("adopt", repo_id, folder, "--offline", env=env))
    assert (
        "add --offline" in hubcache("refresh", env=env).stdout
        and hubcache("refresh", "--offline", env=env).returncode == 0
    )
    assert "--offline" not in hubcache("adopt", REPO, scene.user, "--match", env=env).stderr


# --- a mirror whose listing continues elsewhere


def test_a_listing_that_goes_on_at_another_host(hubcache, hf_hub, hf_scene):
    """The second page comes from the other host, without the token. adopt, status and verify say so."""
    many = {f"many/{number:04}": b"" for number in range(1001)}
    with HfHub() as other:
        hf_scene.remote.push(many)
        other.share(HF_REPO, hf_scene.remote)
        hf_hub.user("me", "s3cret")
        hf_hub.next_pages_at = other.url
        for command in (
            ["adopt", f"hf:{HF_REPO}", hf_scene.user],
            ["status", f"hf:{HF_REPO}"],
            ["verify", f"hf:{HF_REPO}"],
        ):
            run = hubcache(*command, env={"HF_TOKEN": "s3cret"})
            assert run.returncode == 0 and f"continues at another host, {other.url}: " in run.stdout, run.stderr
        assert len(other.log) == 3 and {request.authorization for request in other.log} == {None}
        assert {request.authorization for request in hf_hub.log} == {"Bearer s3cret"}


# --- ids that huggingface_hub refuses


@pytest.mark.parametrize("repo_id", ["a--b/c", "a/b--c"])
def test_ids_that_would_share_a_folder_are_refused(hf, hubcache, hf_scene, repo_id):
    refused = hf.snapshot_download(repo_id)
    assert refused.error and "Cannot have -- or .." in refused.error_text
    for command in (
        ["adopt", f"hf:{repo_id}", hf_scene.user],
        ["status", f"hf:{repo_id}"],
        ["adopt", repo_id, hf_scene.user, "--target", "hf-dir", "--place", hf_scene.home.path / "place"],
    ):
        run = hubcache(*command)
        assert run.returncode == 2 and "must not contain '--' or '..'" in run.stderr, run.stderr
    assert not hf_scene.cache.exists()


# --- JSON

# Their output is the command's own, a log, shell code, or empty.
NO_JSON = {"run", "serve", "env", "cache clear", "completion"}


def test_each_command_has_json_but_those_that_the_readme_names(hubcache):
    """--help lists the commands, so a new command is not forgotten."""

    def below(*words: str) -> list[tuple[str, ...]]:
        text = hubcache(*words, "--help").stdout
        listed = text.partition("Subcommands:")[2].partition("Examples:")[0]
        found = re.findall(r"^  ([a-z]+) ", listed, re.M)
        return [(*words, name) for name in found]

    commands = [leaf for top in below() for leaf in (below(*top) or [top])]
    assert len(commands) >= 13
    without = {" ".join(words) for words in commands if "--json" not in hubcache(*words, "--help").stdout}
    assert without == NO_JSON
    readme = (Path(__file__).parents[2] / "README.md").read_text()
    assert "All commands except `run`, `serve`, `env`, `cache clear` and `completion` have `--json`" in " ".join(
        readme.split()
    )


# --- examples in help texts


def test_each_help_ends_with_examples(hubcache):
    """Each example is a valid command line: with --help after it, no word is unknown."""
    commands = re.findall(r"^  ([a-z]+) ", hubcache("--help").stdout.partition("Subcommands:")[2], re.M)
    assert len(commands) == 21
    for command in commands:
        text = hubcache(command, "--help").stdout
        examples, codes = text.partition("Examples:\n")[2].split("\n\n", 1)
        assert codes.startswith("Exit codes: ") and examples.strip(), command
        for example in examples.splitlines():
            [words] = re.findall(r"hubcache ([^|)]*)", example)
            before, dashes, after = words.partition(" -- ")
            assert words.startswith(command)
            ok(hubcache(*shlex.split(before), "--help"))


# --- mistyped words


@pytest.mark.parametrize(
    "words, said",
    [
        (["adop", "a/b", "."], "unknown command: 'adop'\nhint: did you mean: hubcache adopt\n"),
        (["\x1b[31mred"], "unknown command: '\\x1b[31mred'\nhint: use one of the commands "),
        (["frobnicate"], "unknown command: 'frobnicate'\nhint: use one of the commands adopt, refresh, "),
        (["cache", "clean"], "unknown command: 'cache clean'\nhint: did you mean: hubcache cache clear\n"),
        (["cache"], "A subcommand is required\nhint: run hubcache cache --help\n"),
        (["adopt", ".", "a/b"], "folder not found: 'a/b'\nhint: run hubcache adopt a/b .\n"),
        (["status", "HF:a/b"], "'HF:a/b' is not a repo id: no hub has the prefix 'HF:'\nhint: did you mean hf:a/b?\n"),
        (
            ["status", "x:a/b"],
            "'x:a/b' is not a repo id: no hub has the prefix 'x:'\nhint: use one of the prefixes hf:, ms:, csg:, or no prefix for ",
        ),
        (
            ["status", "--target", "aistudio,paddlex"],
            "unknown target: 'aistudio,paddlex'\nhint: pass --target once for each target\n",
        ),
        (["--versoin"], "unknown option: --versoin\nhint: did you mean --version?\n"),
        (["adopt", "--dry-rnu"], "unknown option: --dry-rnu\nhint: did you mean --dry-run?\n"),
        (["status", "--oflfine"], "unknown option: --oflfine\nhint: did you mean --offline?\n"),
        (["status", "--targt=aistudio"], "unknown option: --targt\nhint: did you mean --target?\n"),
        (["adopt", "a/b", ".", "extra"], "unexpected argument: extra\nhint: run hubcache adopt --help\n"),
        (
            ["status", "--target", "padlex"],
            "unknown target: 'padlex'\nhint: did you mean paddlex? run hubcache targets to list all targets\n",
        ),
    ],
)
def test_a_mistyped_word(hubcache, words, said):
    run = hubcache(*words)
    assert run.returncode == 2 and run.stderr.startswith("error: " + said) and run.stdout == ""


def test_secrets_and_long_words_are_not_repeated(hubcache):
    run = hubcache("status", "--token=hf_secret")
    assert run.returncode == 2 and "unknown option: --token\n" in run.stderr and "hf_secret" not in run.stderr
    for words in (["x" * 100_000], ["status", "--" + "x" * 100_000]):
        run = hubcache(*words)
        assert run.returncode == 2 and len(run.stderr) < 500


def test_two_places_of_one_repo_are_told_apart(hubcache, scene, home):
    for name in ("one", "two"):
        ok(hubcache("adopt", REPO, scene.user, "--target", "aistudio-dir", "--place", home.path / name))
    lines = hubcache("status").stdout.splitlines()
    assert [line for line in lines if line.startswith("  cache: ")] == [
        f"  cache: {home.path}/one",
        f"  cache: {home.path}/two",
    ]
    ok(hubcache("release", REPO, "--target", "aistudio-dir", "--place", home.path / "two"))
    assert "  cache: " not in hubcache("status").stdout


def test_without_a_command(hubcache):
    run = hubcache()
    assert (run.returncode, run.stderr) == (0, "")
    assert [line.split()[:2] for line in run.stdout.splitlines() if line.startswith("  hubcache")] == [
        ["hubcache", "adopt"],
        ["hubcache", "status"],
        ["hubcache", "run"],
    ]


@pytest.mark.parametrize("command", ["release", "refresh"])
def test_a_mistyped_id_of_an_adopted_repo(hubcache, scene, command):
    ok(hubcache("adopt", REPO, scene.user))
    run = hubcache(command, REPO.replace("model", "modle"))
    assert run.returncode == 1 and run.stderr.endswith(f"hint: did you mean {REPO}?\n")
    run = hubcache(command, "somebody/else")
    assert run.returncode == 1 and run.stderr.endswith("hint: run hubcache status to list the adopted repos\n")


def test_adopted_as_another_type(hubcache, scene):
    ok(hubcache("adopt", REPO, scene.user, "--repo-type", "dataset", "--offline"))
    run = hubcache("release", REPO)
    command = f"hubcache release {REPO} --target aistudio --repo-type dataset"
    assert run.returncode == 1 and run.stderr.endswith(
        f"hint: to release the adoption in the other cache folder, run {command}\n"
    )
    assert hubcache(*shlex.split(command)[1:]).returncode == 0


# --- contradictory statements


def test_a_client_that_asks_file_by_file_notices_a_push(hubcache, scene):
    said = ok(hubcache("adopt", REPO, scene.user, "--target", "paddleformers"))
    assert "pushes to the hub are ignored" not in said and "after a push to the hub, PaddleFormers gets None" in said


def test_targets_that_share_a_place(hubcache, scene):
    said = ok(hubcache("adopt", REPO, scene.user, "--target", "aistudio", "--target", "paddleformers"))
    shared = "warning: paddleformers and aistudio share this cache folder: they share one adoption"
    assert said.count(shared) == 1
    assert ok(hubcache("adopt", REPO, scene.user, "--target", "paddleformers")).count(shared) == 0
    assert "aistudio and paddleformers share" in ok(hubcache("adopt", REPO, scene.user, "--target", "aistudio"))


def test_options_without_effect(hubcache, scene, home):
    """With PF_HOME, PaddleFormers uses no index: it loads each file in the folder, pinned or not."""
    hubcache.env["PF_HOME"] = str(home.path / "pf")
    said = ok(hubcache("adopt", REPO, scene.user, "--no-pin", "--take", "mine", "--target", "paddleformers"))
    assert (
        "warning: --no-pin has no effect: PaddleFormers uses the files in this cache folder after a push, too\n" in said
    )
    assert "warning: --take has no effect: the repo is not adopted in place\n" in said
    assert "no effect" not in ok(hubcache("refresh"))
    assert "no effect" not in ok(hubcache("adopt", REPO, scene.user, "--no-pin"))


def test_adopt_release_and_restore_say_what_they_did(hubcache, scene):
    write(scene.place / "config.json", b"was there before")
    said = ok(hubcache("adopt", REPO, scene.user))
    assert said == (
        f"Adopted {REPO}: 5 files by symlink (5 new, 0 changed, 0 removed)\n"
        f"  folder    {scene.user}\n"
        f"  cache     {scene.place}\n"
        "  next run  no downloads\n"
        "  pinned    pushes to the hub are ignored\n"
        "  saved     1 file of the cache folder, until release\n"
        f"  undo      hubcache release {REPO} --target aistudio\n"
    )
    assert ok(hubcache("release", REPO)) == f"Released {REPO}: removed 5 files of hubcache, restored 1 file\n"
    (scene.place / "config.json").unlink()
    ok(hubcache("adopt", REPO, scene.user))
    assert ok(hubcache("release", REPO)) == f"Released {REPO}: removed 5 files of hubcache, no files to restore\n"


def test_restore_and_release_in_place_say_what_they_did(hubcache, scene):
    scene.put("copy")
    assert "  guarded   each file has a second hard link\n" in ok(hubcache("adopt", REPO, scene.place))
    assert ok(hubcache("restore", REPO)) == f"{REPO}: nothing to restore, the client replaced no file\n"
    (scene.place / "config.json").unlink()
    assert ok(hubcache("restore", REPO)) == f"Restored {REPO}: 1 file\n"
    assert ok(hubcache("release", REPO)) == f"Released {REPO}: your files stay in '{scene.place}'\n"


def test_one_file_is_spoken_of_as_one(hubcache, scene):
    write(scene.user / "only-here.txt", b"mine")
    said = ok(hubcache("adopt", REPO, scene.user))
    assert (
        "1 file ('only-here.txt'): snapshot_download uses it, but file_download raises an exception for it, unless"
        in said
    )


def test_a_warning_of_several_repos_is_printed_once(hubcache, hub, scene, home):
    ids = [REPO, "ctbots/second"]
    for one in (scene, Scene(hub, home, ids[1])):
        ok(hubcache("adopt", one.repo_id, one.user, "--offline"))
    hub.fault("/api/v1/repos", status=500)
    said = hubcache("refresh", "--offline").stdout
    assert (
        said.count("offline: hubcache did not ask the hub about 5 files") == 1
        and f"warning for {', '.join(sorted(ids))}: " in said
    )


def test_verify_after_an_adoption_offline(hubcache, scene, hf_scene):
    for repo_id, user in ((REPO, scene.user), (f"hf:{HF_REPO}", hf_scene.user)):
        ok(hubcache("adopt", repo_id, user, "--offline"))
        run = hubcache("verify", repo_id, "--offline")
        assert (run.returncode, run.stderr) == (
            1,
            f"error: {repo_id} was adopted offline, so the hub's file ids are unknown\nhint: omit --offline\n",
        )
        assert hubcache("verify", repo_id).stdout.startswith(f"{repo_id}: 0 same, ")


def test_verify_names_no_size_that_it_does_not_know(hubcache, scene):
    (scene.user / "config.json").unlink()
    ok(hubcache("adopt", REPO, scene.user))
    assert "  missing  config.json (unknown size)\n" in hubcache("verify", REPO, "--offline").stdout
    [repo] = ok(hubcache("verify", REPO, "--offline", "--json"))["repos"]
    assert [file["size"] for file in repo["files"] if file["path"] == "config.json"] == [None]
    assert "  missing  config.json (19 B)\n" in hubcache("verify", REPO).stdout


def test_verify_of_all_leaves_out_empty_folders(hf, sdk, hubcache, scene, hf_scene):
    """Clients leave an empty folder behind for a mistyped id."""
    ok(hubcache("adopt", REPO, scene.user))
    assert sdk.snapshot_download("no/such").error and hf.hf_hub_download("no/such", "config.json").error
    (scene.place.parent.parent / "no" / "such").mkdir(parents=True, exist_ok=True)
    (hf_scene.cache / "models--no--such").mkdir(parents=True, exist_ok=True)
    run = hubcache("verify")
    assert (run.returncode, run.stderr) == (0, "") and "such" not in run.stdout, run.stdout
    assert hubcache("verify", "no/such").returncode == 4


def test_an_id_without_an_owner(hubcache, scene):
    run = hubcache("adopt", "hf:gpt2", scene.user)
    hint = "use hf:owner/name, as in the address of the repo's page"
    assert (run.returncode, run.stderr) == (2, f"error: 'gpt2' is not a repo id\nhint: {hint}\n")


def test_release_of_a_repo_that_is_adopted_nowhere(hubcache, scene):
    run = hubcache("release", "no/such")
    hint = "run hubcache status to list the adopted repos"
    assert (run.returncode, run.stderr) == (1, f"error: no/such is not adopted\nhint: {hint}\n")


def test_verify_of_a_repo_that_is_not_there(hubcache, scene):
    run = hubcache("verify", REPO)
    assert (run.returncode, run.stderr) == (
        1,
        f"error: {REPO} is not cached for target aistudio: folder not found: '{scene.place}'\nhint: run hubcache status to list the cached repos\n",
    )


@pytest.mark.parametrize("at", [["--target", "huggingface"], ["--target", "hf-dir", "--place", "place"]])
def test_a_commit_that_hubcache_has_made_up(hf, hubcache, hf_scene, home, at):
    """The repo is adopted offline before the hub was ever contacted. status predicts the client's behaviour offline and
    online."""
    ok(hubcache("adopt", HF_REPO, hf_scene.user, *at, "--offline"))
    asked = ["--json", *at] if "--place" not in at else [HF_REPO, "--json", *at]
    for offline in (["--offline"], []):
        [repo] = ok(hubcache("status", *offline, *asked))["repos"]
        assert (repo["made_up_version"], repo["hub_moved_on"]) == (True, None)
        assert [
            note
            for note in repo["notes"]
            if note.startswith("main was adopted offline: huggingface_hub uses your files while")
        ]
        assert (repo["known"], repo["downloads"] > 0) == ((False, False) if offline else (True, True))
    folder = {"local_dir": str(home.path / "place")} if "--place" in at else {}
    run = hf.snapshot_download(HF_REPO, env={"HF_HUB_OFFLINE": "1"}, **folder)
    assert run.error is None and hf_scene.lost(Path(run.value)) == set()
    assert hf.snapshot_download(HF_REPO, **folder).downloads


def test_an_offline_adoption_of_files_that_the_index_knows(sdk, hubcache, hub, scene):
    """file_download finds the hub's ids that the SDK has recorded itself."""
    assert sdk.snapshot_download(REPO).error is None
    (scene.user / "mine.txt").write_text("only here\n")
    said = ok(hubcache("adopt", REPO, scene.user, "--offline"))
    assert (
        "did not ask the hub about 1 file: snapshot_download uses it, but file_download returns None for it, or raises "
        "an exception if the hub lacks the file, unless hubcache run starts the program" in said
    )
    run = sdk.file_download(REPO, "README.md")
    assert (run.error, run.downloads) == (None, set()) and run.value is not None
    assert sdk.file_download(REPO, "mine.txt").error
    ok(hubcache("refresh"))
    refreshed = ok(hubcache("refresh", "--offline"))
    assert "did not ask the hub about 1 file: " in refreshed


def test_an_offline_adoption_for_hugging_face_names_the_command_for_online_runs(hubcache, hf_scene):
    said = ok(hubcache("adopt", f"hf:{HF_REPO}", hf_scene.user, "--offline"))
    assert (
        "warning: huggingface_hub uses your files while it cannot reach the hub and under hubcache run; online, it "
        f"downloads the hub's files until you run hubcache refresh hf:{HF_REPO} --target huggingface\n" in said
    )
    assert "until you run" not in ok(hubcache("adopt", f"hf:{HF_REPO}", hf_scene.user))


def test_a_folder_that_was_moved(hubcache, scene):
    ok(hubcache("adopt", REPO, scene.user))
    scene.user.rename(scene.user.parent / "moved")
    ways = f"put it back, run hubcache adopt with its new path, or run hubcache release {REPO} --target aistudio"
    run = hubcache("refresh")
    assert run.returncode == 1 and f"hint: {ways}\n" in run.stdout
    assert f"does not exist: {ways}\n" in hubcache("status").stdout


def test_a_folder_that_contains_the_cache(hubcache, home, scene):
    run = hubcache("adopt", REPO, home.path)
    assert (run.returncode, "contains the client's cache folder" in run.stderr) == (2, True)
    assert "hint: pass the folder that holds only the model's files\n" in run.stderr


def test_an_id_that_is_adopted_from_another_hub(hubcache, scene, hf_scene):
    ok(hubcache("adopt", REPO, scene.user))
    ok(hubcache("adopt", f"hf:{HF_REPO}", hf_scene.user))
    for asked, meant in ((HF_REPO, f"hf:{HF_REPO}"), (f"hf:{REPO}", REPO)):
        for command in (["adopt", asked, scene.user], ["status", asked], ["verify", asked], ["refresh", asked]):
            run = hubcache(*command)
            assert f"did you mean {meant}?" in run.stdout + run.stderr, command


def test_files_that_return_to_the_cache_folder(hubcache, scene):
    write(scene.place / "README.md", b"stood here before")
    ok(hubcache("adopt", REPO, scene.user))
    said = ok(hubcache("adopt", REPO, scene.user, "--exclude", "README.md"))
    assert "warning: the cache folder gets back 1 file ('README.md') that it had before the adoption\n" in said
    assert (scene.place / "README.md").read_bytes() == b"stood here before"


def test_the_files_that_stay_pinned_have_names(hubcache, scene):
    write(scene.user / "only-here.txt", b"mine")
    said = ok(hubcache("adopt", REPO, scene.user, "--no-pin"))
    assert "  pinned    pushes to the hub are ignored for 1 file ('only-here.txt')\n" in said


def test_two_revisions_share_one_folder(hubcache, scene):
    scene.remote.branch("v1")
    ok(hubcache("adopt", REPO, scene.user))
    other = scene.user.with_name("other")
    shutil.copytree(scene.user, other)
    assert "one folder for all" not in ok(hubcache("adopt", REPO, scene.user, "--revision", "v1"))
    said = ok(hubcache("adopt", REPO, other, "--revision", "v1"))
    assert (
        "warning: the adoption has one folder for all revisions: 'master' now also has the files of this folder" in said
    )


@pytest.mark.parametrize("target", ["aistudio", "aistudio-0.2"])
def test_the_hub_is_not_asked_about_what_a_release_has_left(hubcache, hub, scene, target):
    """aistudio-sdk 0.2 keeps no owner, so the id is not known."""
    ok(hubcache("adopt", REPO, scene.user, "--target", target, "--link", "hardlink"))
    (scene.user / "README.md").unlink()
    ok(hubcache("release", REPO, "--target", target))
    mark = hub.mark()
    [repo] = ok(hubcache("status", "--check", "--json"))["repos"]
    assert (repo["state"], repo["kept"]["files"], repo["asked_hub"], hub.log.since(mark)) == ("empty", 1, False, [])


def test_the_hint_that_keeps_the_hubs_version_has_the_options_of_the_adoption(sdk, hubcache, scene):
    scene.put("copy")
    ok(hubcache("adopt", REPO, scene.place, "--no-pin", "--exclude", "*.bin"))
    scene.push()
    assert sdk.snapshot_download(REPO).downloads >= {"README.md"}
    options = "--no-pin --exclude '*.bin' "
    assert f"{options}{scene.place} --take hub" in hubcache("status").stdout
    assert f"{options}{scene.place} --take hub" in hubcache("refresh").stdout
    [command] = re.findall(r"to keep the hub's, run hubcache (.*)", hubcache("status").stdout)
    ok(hubcache(*shlex.split(command)))


def test_run_names_adopted_files_that_no_longer_exist(hubcache, scene):
    ok(hubcache("adopt", REPO, scene.user))
    for path in list(scene.user.iterdir()):
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    run = hubcache("run", "--offline", "--", "true")
    assert f"{REPO}: 5 adopted files no longer exist in '{scene.user}': clients do not get your version" in run.stderr
