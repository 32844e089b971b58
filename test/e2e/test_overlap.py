"""Places of different adoptions that overlap: one folder is the place of two targets, or lies inside the place of
another repo."""

import re
import shlex
import shutil
import sys
from pathlib import Path

import pytest
from mounts import CommandInside, mounts  # noqa: F401 (a fixture)
from scene import write
from users import users  # noqa: F401 (a fixture)

from adoption import ok, tree

sys.path.insert(0, str(Path(__file__).parents[1] / "crash"))

from command import Command as Stepped  # noqa: E402

CONFLICT = 5
DIR, HF_DIR = "aistudio-dir", "hf-dir"
ONE, TWO = "ctbots/one", "ctbots/two"


@pytest.fixture
def models(home) -> dict[str, Path]:
    for repo in (ONE, TWO):
        write(home.path / repo / "config.json", repo.encode())
        write(home.path / repo / "sub/weights.bin", repo.encode())
    return {repo: home.path / repo for repo in (ONE, TWO)}


def adopt_words(models, repo, place, target=DIR) -> list[str]:
    known = f"hf:{repo}" if target == HF_DIR else repo
    place_words = ["--place", str(place)] if place else []
    return ["adopt", known, str(models[repo]), "--offline", "--target", target, *place_words]


def adopt(hubcache, models, repo, place, target=DIR, *more):
    return hubcache(*adopt_words(models, repo, place, target), *more)


def state(home) -> dict[str, str]:
    return tree(home.path, times=True)


PAIRS = {
    "inside": ("out", DIR, "out/sub/deeper", DIR),
    "around": ("out/sub/deeper", DIR, "out", DIR),
    "inside, of the other hub": ("out", HF_DIR, "out/sub", DIR),
    "around, of the other hub": ("out/sub", HF_DIR, "out", DIR),
    "the same folder, hf-dir first": ("out", HF_DIR, "out", DIR),
    "the same folder, hf-dir second": ("out", DIR, "out", HF_DIR),
    "around the default cache": (None, "aistudio", ".cache/aistudio/hub/models", DIR),
    "inside a place of the default cache": (None, "aistudio", f".cache/aistudio/hub/models/{ONE}/sub", DIR),
    "hubcache's own folder": (None, "aistudio", f".cache/aistudio/hub/models/._hubcache/{ONE}", DIR),
    "PaddleX's place": (None, "paddlex", ".paddlex/official_models/one", DIR),
    "PaddleX's place, second": (".paddlex/official_models/two", DIR, None, "paddlex"),
    "FastDeploy's place": (None, "fastdeploy", f"{ONE}", HF_DIR),
    "Hugging Face's snapshot": (None, "huggingface", ".cache/huggingface/hub/models--ctbots--one/snapshots", HF_DIR),
}


@pytest.mark.parametrize("repo", [ONE, TWO], ids=["the same repo", "another repo"])
@pytest.mark.parametrize("forgotten", [False, True], ids=["remembered", "forgotten"])
@pytest.mark.parametrize("name", PAIRS)
def test_an_overlap_is_refused(hubcache, home, models, name, forgotten, repo):
    place, target, second, second_target = PAIRS[name]
    if forgotten and "around" in name and "default" not in name:
        pytest.skip("nothing leads from the outer folder to the inner adoption")
    if name == "FastDeploy's place":
        models[ONE] = Path(shutil.copytree(models[ONE], home.path / "copy"))
    known = f"hf:{ONE}" if "hf" in target or target == "huggingface" else ONE
    ok(hubcache("adopt", known, models[ONE], "--offline", "--target", target, *(["--place", place] if place else [])))
    if forgotten:
        shutil.rmtree(home.path / ".local/state/hubcache")
    before = state(home)
    repo = TWO if name == "PaddleX's place, second" else repo
    for more in ([], ["--dry-run"]):
        run = adopt(hubcache, models, repo, second, second_target, *more)
        assert run.returncode == CONFLICT and f"{known} is adopted for {target}" in run.stderr, run.stdout + run.stderr
        assert state(home) == before
    [hint] = re.findall("first run hubcache (.*)", run.stderr)
    ok(hubcache(*shlex.split(hint)))
    ok(adopt(hubcache, models, repo, second, second_target))


def test_a_second_name_of_the_folder(hubcache, home, models, mounts):  # noqa: F811
    """Folders are compared by device and inode."""
    command = CommandInside(mounts, hubcache)
    (home.path / "out/sub").mkdir(parents=True)
    mounts.bind(home.path / "out", home.path / "bound")
    ok(adopt(command, models, ONE, home.path / "out"))
    for place in ("bound", "bound/sub"):
        run = adopt(command, models, TWO, home.path / place)
        assert run.returncode == CONFLICT and re.search("is (already )?adopted ", run.stderr), run.stdout + run.stderr


def test_neighbours_and_the_same_place_again(hubcache, home, models):
    for repo, place in ((ONE, "out/one"), (TWO, "out/one-more"), (ONE, "out/one"), (TWO, "out/one-more")):
        ok(adopt(hubcache, models, repo, place))
        ok(
            hubcache(
                "adopt",
                repo,
                models[repo],
                "--offline",
                "--target",
                "aistudio",
                "--target",
                "paddleformers",
                "--target",
                "paddlex",
            )
        )
        ok(hubcache("adopt", f"hf:{repo}", models[repo], "--offline"))
    ok(hubcache("refresh", "--offline"))


def test_deleted_adoption_blocks_no_other(hubcache, home, models):
    ok(adopt(hubcache, models, ONE, "out/sub"))
    shutil.rmtree(home.path / "out")
    ok(adopt(hubcache, models, TWO, "out"))


def test_a_damaged_record_blocks_its_own_folders_alone(hubcache, home, models):
    ok(adopt(hubcache, models, ONE, "out"))
    record = home.path / "out/._hubcache/record.jsonl"
    record.write_text("no record")
    before = state(home)
    run = adopt(hubcache, models, TWO, "out/sub/deeper")
    assert run.returncode == CONFLICT and "move the record away" in run.stderr and str(record) in run.stderr, run.stderr
    assert state(home) == before
    ok(adopt(hubcache, models, TWO, "elsewhere"))
    record.rename(home.path / "record.jsonl")
    ok(adopt(hubcache, models, TWO, "out/sub/deeper"))


@pytest.mark.parametrize("first", [ONE, TWO])
def test_an_adoption_inside_another_place_is_left_alone(hubcache, home, models, first):
    """Earlier versions allowed an adoption inside another place. Moving a folder into another place causes it too."""
    ok(adopt(hubcache, models, ONE, "out"))
    ok(adopt(hubcache, models, TWO, "apart"))
    (home.path / "apart").rename(home.path / "out/inner")
    inner = tree(home.path / "out/inner", times=True)
    if first == ONE:
        ok(hubcache("release", ONE, "--target", DIR, "--place", "out"))
        assert tree(home.path / "out/inner", times=True) == inner
        ok(hubcache("release", TWO, "--target", DIR, "--place", "out/inner"))
    else:
        ok(hubcache("release", TWO, "--target", DIR, "--place", "out/inner"))
        assert (home.path / "out/config.json").read_bytes() == ONE.encode()
        ok(hubcache("release", ONE, "--target", DIR, "--place", "out"))
    assert not [one for one in (home.path / "out").rglob("*") if not one.is_dir()]


@pytest.mark.parametrize("first", [ONE, TWO])
def test_two_adoptions_of_one_folder_keep_their_records(hubcache, home, models, first):
    """Earlier versions allowed two adoptions of one folder. The test moves the second one there."""
    for name in ("config.json", "sub"):
        (models[TWO] / name).rename(models[TWO] / f"two-{name}")
    ok(adopt(hubcache, models, ONE, "out"))
    ok(adopt(hubcache, models, TWO, "apart", HF_DIR))
    for item in list((home.path / "apart").iterdir()):
        item.rename(home.path / "out" / item.name)
    (home.path / "._hubcache/apart").rename(home.path / "._hubcache/out")
    shutil.rmtree(home.path / ".local/state/hubcache")
    releases = [
        ["release", ONE, "--target", DIR, "--place", "out"],
        ["release", f"hf:{TWO}", "--target", HF_DIR, "--place", "out"],
    ]
    for words in releases if first == ONE else reversed(releases):
        ok(hubcache(*words))
    assert not [one for one in (home.path / "out").rglob("*") if not one.is_dir()]
    assert not (home.path / "._hubcache").exists()


def test_a_place_around_the_folder_of_another_adoption(hubcache, home):
    """The second adoption would replace the user's files by those of the other model. hubcache never writes to a user's
    folder."""
    write(home.path / "big/model/config.json", b"mine")
    write(home.path / "new/model/config.json", b"other")
    ok(hubcache("adopt", ONE, home.path / "big/model", "--offline"))
    before = state(home)
    run = hubcache("adopt", TWO, home.path / "new", "--offline", "--target", DIR, "--place", home.path / "big")
    assert (
        run.returncode == CONFLICT
        and f"contains the folder '{home.path}/big/model', from which {ONE} is adopted" in run.stderr
    )
    assert state(home) == before
    ok(hubcache(*shlex.split(run.stderr.rsplit("or first run hubcache ", 1)[1])))
    ok(hubcache("adopt", TWO, home.path / "new", "--offline", "--target", DIR, "--place", home.path / "big"))


@pytest.mark.parametrize("form", ["as named", "by a symlink above", "with .."])
@pytest.mark.parametrize("place, lies", [("big", "is"), ("big/sub", "is in")])
def test_a_place_in_the_folder_of_another_adoption(hubcache, home, place, lies, form):
    write(home.path / "big/config.json", b"mine")
    write(home.path / "big/sub/config.json", b"mine")
    write(home.path / "new/config.json", b"other")
    (home.path / "link").symlink_to(".")
    ok(hubcache("adopt", ONE, home.path / "big", "--offline"))
    before = state(home)
    named = {"as named": place, "by a symlink above": f"link/{place}", "with ..": f"new/../{place}"}[form]
    words = ["--offline", "--target", DIR, "--place", home.path / named]
    run = hubcache("adopt", TWO, home.path / "new", *words)
    assert run.returncode == CONFLICT
    assert f" {lies} the folder '{home.path}/big', from which {ONE} is adopted" in run.stderr
    assert state(home) == before
    ok(hubcache("adopt", TWO, home.path / place, *words))  # in place: writes no file of another folder
    assert (home.path / place / "config.json").read_bytes() == b"mine"


def test_a_place_beside_the_adopted_files_of_a_folder(hubcache, home):
    write(home.path / "big/config.json", b"mine")
    write(home.path / "new/config.json", b"other")
    ok(hubcache("adopt", ONE, home.path / "big", "--offline"))
    ok(hubcache("adopt", TWO, home.path / "new", "--offline", "--target", DIR, "--place", home.path / "big/cache"))
    ok(hubcache("release", TWO, "--target", DIR, "--place", home.path / "big/cache"))
    assert (home.path / "big/config.json").read_bytes() == b"mine"


@pytest.mark.parametrize("kind", ["a closed folder", "a record that is a folder", "a closed record"])
def test_another_user_cannot_block_a_shared_folder(users, kind):  # noqa: F811
    """Entries that another user has put above the place do not count as an adoption."""
    shared = users.shared / "place"
    own = users.shared / "._hubcache"
    users.alice.start("mkdir", "-m", "755", own)
    if kind == "a closed folder":
        users.alice.start("chmod", "700", own)
    elif kind == "a record that is a folder":
        users.alice.start("mkdir", own / "record.jsonl")
    else:
        users.alice.write(own / "record.jsonl", b"x")
        users.alice.start("chmod", "000", own / "record.jsonl")
    users.bob.write(users.bob.home / "model/config.json", b"{}")
    ok(users.bob("adopt", ONE, users.bob.home / "model", "--offline", "--target", DIR, "--place", shared))
    assert (shared / "config.json").exists()


@pytest.mark.parametrize("pair", ["inside", "around", "the same folder, hf-dir second"])
def test_two_adoptions_that_begin_at_once(hubcache, home, models, pair):
    """The whole second adoption runs before one changing call of the first. At most one of the two may succeed."""
    place, target, other_place, other_target = PAIRS[pair]
    command = Stepped(hubcache.env, home.path)
    first = adopt_words(models, ONE, place, target)
    script = f"{shlex.join([command.hubcache, *adopt_words(models, TWO, other_place, other_target)])} && : >other-adopted || :"
    number, met = 1, set()
    while True:
        stop = command.race("changes", number, script, *first)
        if not stop.reached:
            break
        other = home.path / "other-adopted"
        met.add((stop.code, other.exists()))
        assert stop.code in (0, CONFLICT) and (stop.code, other.exists()) != (0, True), f"{stop}\n{stop.output}"
        other.unlink(missing_ok=True)
        left = tree(home.path / "out")
        ok(hubcache("refresh", "--offline"))
        assert set(tree(home.path / "out")) == set(left), stop
        for repo, known_target in ((ONE, target), (TWO, other_target)):
            prefix = "hf:" if known_target == HF_DIR else ""
            hubcache("release", f"{prefix}{repo}")
        left = tree(home.path / "out") if (home.path / "out").exists() else {}
        assert {kind for kind, *_ in left.values()} <= {"folder"}, f"{stop}\n{left}"
        shutil.rmtree(home.path / "out", ignore_errors=True)
        number += 1
    assert {(CONFLICT, True), (0, False)} <= met, met


def test_an_adoption_that_nobody_remembers_stays_where_it_is(hubcache, home, models):
    """release of the outer place leaves the files of inner adoptions alone, whatever their layout."""
    ok(adopt(hubcache, models, ONE, "out"))
    record = home.path / "out/._hubcache"
    shutil.move(record, home.path / "aside")
    shutil.rmtree(home.path / ".local/state/hubcache")
    home.path.joinpath("out/before").touch()
    inner = home.path / "out/inner"
    ok(adopt(hubcache, models, TWO, inner / "dir", DIR))
    ok(adopt(hubcache, models, TWO, inner / "hf-dir", HF_DIR))
    ok(hubcache("adopt", f"hf:{TWO}", models[TWO], "--offline", env={"HF_HOME": str(inner / "hf")}))
    ok(hubcache("adopt", TWO, models[TWO], "--offline", env={"AISTUDIO_CACHE_HOME": str(inner / "aistudio")}))
    shutil.rmtree(home.path / ".local/state/hubcache")
    shutil.move(home.path / "aside", record)
    before = tree(inner, times=True)
    run = hubcache("release", ONE, "--target", DIR, "--place", "out")
    ok(run)
    assert tree(inner, times=True) == before and len(before) > 20
