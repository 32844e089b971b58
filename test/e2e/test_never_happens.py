"""Tests that try to break the rules of "What never happens" (ARCHITECTURE.md)."""

import os
import random
import shutil

import ms_scene
import pytest
from home import read_msc
from scene import ALL, FILES, REPO, Scene, read, write

from adoption import contents_beneath, digest_of, files, ok, tree

HASHED = {"AISTUDIO_ENABLE_DEFAULT_HASH_VALIDATION": "true"}
MS_HASHED = {"MODELSCOPE_ENABLE_DEFAULT_HASH_VALIDATION": "true"}


@pytest.fixture
def scene(hub, home) -> Scene:
    return Scene(hub, home)


def owner_on(other_device, scene) -> None:
    """Puts the owner's folder, and so the place, on another file system than `._tmp`."""
    scene.place.parent.parent.mkdir(parents=True)
    (other_device / "owner").mkdir()
    scene.place.parent.symlink_to(other_device / "owner")


def test_across_devices_no_link_is_used(sdk, hubcache, scene, other_device):
    """The SDK would write through a link. A copy is announced with its size, and a link on request is refused."""
    owner_on(other_device, scene)
    for link in ("symlink", "hardlink"):
        run = hubcache("adopt", REPO, scene.user, "--link", link)
        assert run.returncode == 5 and "write through the link" in run.stderr
        assert not scene.place.exists()
    run = hubcache("adopt", REPO, scene.user)
    assert run.returncode == 0 and "copying 5 files, 1" in run.stderr and "by copy" in run.stdout
    before = tree(scene.user, times=True)
    assert sdk.snapshot_download(REPO).downloads == set()
    (scene.place / ".msc").unlink()
    assert sdk.snapshot_download(REPO).downloads == ALL
    assert tree(scene.user, times=True) == before
    ok(hubcache("release", REPO))
    assert scene.place.parent.is_symlink() and tree(scene.user, times=True) == before


def test_unsafe_links_are_reported(sdk, hubcache, scene, home, other_device):
    """Links that are safe at adoption may become unsafe later."""
    ok(hubcache("adopt", REPO, scene.user))
    shutil.rmtree(home.cache / "models" / "._tmp", ignore_errors=True)
    (home.cache / "models" / "._tmp").symlink_to(other_device)
    run = hubcache("status")
    assert "write through the links" in run.stdout
    ok(hubcache("adopt", REPO, scene.user))
    assert not (scene.place / "README.md").is_symlink()
    assert scene.lost(scene.place) == set() and "write through" not in hubcache("status").stdout


def test_a_whole_cache_on_another_device_is_fine(sdk, hubcache, scene, home, other_device):
    cache = {"AISTUDIO_CACHE_HOME": str(other_device / "hub")}
    ok(hubcache("adopt", REPO, scene.user, env=cache))
    place = other_device / "hub/models" / REPO
    got = sdk.snapshot_download(REPO, env=cache)
    assert (got.value, got.downloads) == (str(place), set())
    assert (place / "README.md").is_symlink()
    run = hubcache("adopt", REPO, scene.user, "--link", "hardlink", env=cache)
    assert run.returncode == 5 and "another file system" in run.stderr


def test_with_the_temporary_folder_elsewhere_the_index_is_no_link(sdk, hubcache, scene, other_device):
    """With its temporary folder on another file system, the SDK rewrites `.msc` in place. hubcache's saved index must
    not share its inode."""
    sdk.download_genuine(REPO)
    before = read_msc(scene.place)
    (scene.user / "README.md").unlink()
    ok(hubcache("adopt", REPO, scene.user, "--no-pin"))
    scene.push()
    assert sdk.snapshot_download(REPO, env={"TMPDIR": str(other_device)}).downloads == {"README.md"}
    ok(hubcache("release", REPO))
    assert {one["Path"] for one in read_msc(scene.place)} == {one["Path"] for one in before}
    assert (scene.place / ".msc").stat().st_nlink == 1


def test_a_lost_home_of_hubcache_costs_nothing(hubcache, scene, home):
    """The record lies with the place, and the per-user state is only an index."""
    ok(hubcache("adopt", REPO, scene.user))
    shutil.rmtree(home.path / ".local")
    status = ok(hubcache("status", "--json"))
    assert [repo["state"] for repo in status["repos"]] == ["adopted"]
    assert list((home.path / ".local/state/hubcache/places").iterdir()) != []
    shutil.rmtree(home.path / ".local")
    ok(hubcache("release", REPO))
    assert files(home.cache) == {}


def test_a_cache_that_moved_with_its_home(hubcache, scene, home):
    """A cache copied to another path, as into a container, has other inodes. Only copies with exactly the content of
    the user's files count as hubcache's."""
    sdk_files = {path: b"genuine " + path.encode() for path in FILES}
    for path, content in sdk_files.items():
        write(scene.place / path, content)
    ok(hubcache("adopt", REPO, scene.user, "--link", "copy"))
    moved = home.path / "moved"
    shutil.copytree(home.cache, moved, symlinks=True)
    place = moved / "models" / REPO
    for name, path in {
        "edited in the cache": place / "config.json",
        "edited in the folder": scene.user / "README.md",
    }.items():
        info = path.stat()
        write(path, name.encode().ljust(info.st_size)[: info.st_size])
        os.utime(path, ns=(info.st_atime_ns, info.st_mtime_ns))
    env = {"AISTUDIO_CACHE_HOME": str(moved)}
    before = contents_beneath(moved / "models")
    run = hubcache("release", REPO, env=env)
    assert run.returncode == 0
    assert {path: read(place / path) for path in FILES} == sdk_files
    notes = {".msc", ".mdl", ".mv", "record.jsonl", "lock"}
    metadata = {digest_of(path) for path in home.cache.rglob("*") if path.name in notes}
    assert before - contents_beneath(moved) - metadata == contents_beneath(scene.user) - {
        digest_of(scene.user / "README.md"),
        digest_of(scene.user / "config.json"),
    }


def test_a_symlink_that_leads_into_the_place_is_refused(hubcache, scene, home):
    """If adopt displaced that file, the user's folder would lose it."""
    scene.put("copy")
    (scene.user / "README.md").unlink()
    (scene.user / "README.md").symlink_to(scene.place / "README.md")
    before = tree(home.path)
    run = hubcache("adopt", REPO, scene.user)
    assert run.returncode == 5 and "README.md" in run.stderr
    assert tree(home.path) == before


def test_a_folder_that_became_a_symlink_is_not_reached_through(hubcache, scene, home):
    """After the adoption, another program replaces a sub-folder of the place by a symlink to its own folder."""
    ok(hubcache("adopt", REPO, scene.user))
    elsewhere = home.path / "elsewhere"
    write(elsewhere / "config.json", b"somebody's")
    write(elsewhere / "a/weights.bin", b"somebody's too")
    outside = tree(elsewhere, times=True)
    for command in ("adopt", "release"):
        if (scene.place / "inference").is_dir():
            shutil.rmtree(scene.place / "inference")
        (scene.place / "inference").symlink_to(elsewhere)
        ok(hubcache(command, REPO, *([scene.user] if command == "adopt" else [])))
        assert tree(elsewhere, times=True) == outside
    links = [path for path in home.cache.rglob("inference") if path.is_symlink()]
    assert [os.readlink(link) for link in links] == [str(elsewhere)] * 2  # release restored one, and kept one


@pytest.mark.parametrize("link", ["symlink", "hardlink", "copy"])
def test_a_file_becomes_a_folder_and_a_folder_a_file(sdk, hubcache, scene, home, link):
    write(scene.user / "weights", b"one file")
    write(scene.user / "shards/part", b"in a folder")
    ok(hubcache("adopt", REPO, scene.user, "--link", link))
    scene.remote.push({"weights/part": b"hub's", "shards": b"hub's"})
    for name in ("weights", "shards"):
        os.rename(scene.user / name, scene.user / "before")
        if name == "weights":
            write(scene.user / "weights/part", b"now in a folder")
        else:
            write(scene.user / "shards", b"now one file")
        os.rename(scene.user / "before", home.path / name)
    report = ok(hubcache("adopt", REPO, scene.user, "--link", link, "--json"))
    assert (report["added"], report["removed"], len(report["kept"])) == (2, 2, 2 if link == "copy" else 0)
    assert sdk.snapshot_download(REPO).downloads == set()
    assert read(scene.place / "weights/part") == b"now in a folder" and read(scene.place / "shards") == b"now one file"
    ok(hubcache("release", REPO))
    assert not scene.place.exists()


@pytest.mark.parametrize("command", ["adopt", "release"])
def test_an_edited_copy_is_kept_though_its_times_say_nothing(hubcache, scene, home, command):
    """A program that restores size and mtime, as cp --preserve does, still changes ctime."""
    ok(hubcache("adopt", REPO, scene.user, "--link", "copy"))
    copy = scene.place / "README.md"
    times = copy.stat()
    edit = b"MY OWN README.md\n"
    assert len(edit) == times.st_size
    with open(copy, "r+b") as file:
        file.write(edit)
    os.utime(copy, ns=(times.st_atime_ns, times.st_mtime_ns))
    write(scene.user / "README.md", b"the next version")
    report = ok(hubcache(command, REPO, *([scene.user, "--link", "copy"] if command == "adopt" else []), "--json"))
    kept = report["kept"] if command == "adopt" else report["repos"][0]["kept"] if "repos" in report else report["kept"]
    assert [open(name, "rb").read() for name in kept] == [edit]


class Story:
    """A random sequence of actions of the user, the client and hubcache. The user only adds new content."""

    def __init__(self, seed: int, sdk, hubcache, scene, home):
        self.random, self.sdk, self.hubcache, self.scene, self.home = random.Random(seed), sdk, hubcache, scene, home
        self.serial = 0
        self.told: list[str] = []
        self.adoptions = 0
        self.precious = {digest_of(path) for path in scene.user.rglob("*") if path.is_file()}

    adopt_codes = (0,)
    repo = REPO  # for hubcache

    def is_adopted(self) -> bool:
        return any(self.home.path.rglob("record.jsonl"))

    def check_code(self, doing, run, was_adopted: bool) -> None:
        """Asserts that adopt ends with one of `adopt_codes`, and that the other commands fail only if the repo is not
        adopted."""
        if doing == self.adopt:
            assert run.returncode in self.adopt_codes, (self.told, run.returncode, run.stderr)
            self.adoptions += run.returncode == 0
        else:
            assert run.returncode == (0 if was_adopted else 1), (self.told, run.returncode, run.stderr)

    def fresh(self) -> bytes:
        self.serial += 1
        content = f"days of work {self.serial}\n".encode()
        return content

    def add(self, path) -> None:
        content = self.fresh()
        write(path, content)
        self.precious.add(digest_of(path))

    def adopt(self):
        link = self.random.choice(["auto", "copy", "hardlink"])
        extra = self.random.choice([[], ["--no-pin"], ["--exclude", "README.md"], ["--offline"]])
        return self.hubcache("adopt", self.repo, self.scene.user, "--link", link, *extra)

    def release(self):
        return self.hubcache("release", self.repo)

    def file_to_folder_or_back(self):
        """Writes new content to a file or folder; the user moves the previous one elsewhere."""
        name = self.scene.user / "weights"
        if name.exists():
            name.rename(self.home.path / f"before{self.serial}")
        self.add(name / "part" if self.random.random() < 0.5 else name)

    def push(self):
        self.scene.remote.push({self.random.choice(sorted(ALL)): self.fresh()})

    def run_sdk(self):
        self.sdk.snapshot_download(REPO, env=self.random.choice([{}, {}, HASHED]))

    def new_file_of_the_user(self):
        self.add(self.scene.user / f"new{self.serial}.bin")

    def checkpoint_in_the_place(self):
        """Writes a file in the place under a name that the hub does not have, so the client ignores it."""
        if self.scene.place.is_dir():
            self.add(self.scene.place / "checkpoints" / f"step{self.serial}.bin")

    def index_lost(self):
        (self.scene.place / ".msc").unlink(missing_ok=True)

    def place_emptied_of_links(self):
        """Deletes the place, unless the user has put files there."""
        if self.scene.place.is_dir() and not (self.scene.place / "checkpoints").exists():
            shutil.rmtree(self.scene.place)

    def tell(self, steps: int) -> None:
        doings = [
            self.adopt,
            self.adopt,
            self.release,
            self.push,
            self.run_sdk,
            self.run_sdk,
            self.new_file_of_the_user,
            self.file_to_folder_or_back,
            self.checkpoint_in_the_place,
            self.index_lost,
            self.place_emptied_of_links,
        ]
        for _ in range(steps):
            doing = self.random.choice(doings)
            user_before, was_adopted = tree(self.scene.user, times=True), self.is_adopted()
            run = doing()
            self.told.append(doing.__name__)
            if run is not None:
                self.check_code(doing, run, was_adopted)
            if doing not in (self.new_file_of_the_user, self.file_to_folder_or_back):
                assert tree(self.scene.user, times=True) == user_before, self.told
            assert self.precious <= contents_beneath(self.home.path), self.told
        assert self.adoptions > 0, self.told


@pytest.mark.parametrize("seed", range(6))
def test_every_byte_still_exists_after_any_sequence(sdk, hubcache, scene, home, seed):
    Story(seed, sdk, hubcache, scene, home).tell(14)


class ModelScopeStory(Story):
    """Clients since 1.38 run without hubcache, too, and replace edited files in the place."""

    repo = f"ms:{ms_scene.REPO}"

    def run_sdk(self):
        self.sdk.snapshot_download(ms_scene.REPO, env=self.random.choice([{}, {}, MS_HASHED]))


@pytest.mark.parametrize("seed", range(3))
def test_every_byte_still_exists_with_modelscope(ms, ms_hub, hubcache, home, seed):
    scene = ms_scene.MsScene(ms_hub, ms)
    scene.place = home.path / ".cache/modelscope/hub/models" / ms_scene.REPO
    hubcache.env["MODELSCOPE_ENDPOINT"] = ms_hub.endpoint
    ModelScopeStory(seed, ms, hubcache, scene, home).tell(14)


class StoryInPlace(Story):
    """A random sequence in which the user's folder is the place. The client runs only while the repo is adopted,
    because without hubcache it replaces files."""

    adopt_codes = (0, 5)  # 5: the client has replaced files, and --take is missing

    def adopt(self):
        take = self.random.choice([[], ["--take", "mine"], ["--take", "hub"]])
        extra = self.random.choice([[], ["--no-pin"], ["--offline"]])
        return self.hubcache("adopt", self.repo, self.scene.place, *take, *extra)

    def restore(self):
        return self.hubcache("restore", self.repo)

    def run_sdk(self):
        if self.is_adopted():
            super().run_sdk()

    def edited_by_rename(self):
        """Replaces a file by rename, which removes the previous version by the user's own action. Adopts at once,
        because the new file has no second link yet."""
        name = self.random.choice(sorted(self.scene.place.glob("*.bin")) or [self.scene.place / "new.bin"])
        if name.exists():
            self.precious.discard(digest_of(name))
        self.add(self.scene.place / "edit")
        os.replace(self.scene.place / "edit", name)
        ok(self.hubcache("adopt", self.repo, self.scene.place, "--take", "mine"))

    def tell(self, steps: int) -> None:
        doings = [
            self.adopt,
            self.adopt,
            self.release,
            self.restore,
            self.push,
            self.run_sdk,
            self.run_sdk,
            self.checkpoint_in_the_place,
            self.edited_by_rename,
            self.index_lost,
        ]
        for _ in range(steps):
            doing, was_adopted = self.random.choice(doings), self.is_adopted()
            run = doing()
            self.told.append(doing.__name__)
            if run is not None:
                self.check_code(doing, run, was_adopted)
            assert self.precious <= contents_beneath(self.home.path), self.told
        assert self.adoptions > 0, self.told


@pytest.mark.parametrize("seed", range(6))
def test_every_byte_still_exists_in_place_too(sdk, hubcache, scene, home, seed):
    scene.put("copy")
    shutil.rmtree(scene.user)
    story = StoryInPlace(seed, sdk, hubcache, scene, home)
    story.precious = {digest_of(scene.place / path) for path in ALL}
    ok(story.hubcache("adopt", REPO, scene.place))
    story.tell(14)
