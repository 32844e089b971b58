"""Volumes mounted in a client's place: files that cannot be moved stay and are named, everything else is done, and the
real client loads the right files afterwards."""

import pytest
from mounted import TARGETS, Mounted
from mounts import mounts  # noqa: F401 (a fixture)
from scene import FILES, NESTED, Scene, read, write

from adoption import files, ok, tree


@pytest.fixture
def mounted(request, mounts, hubcache, hub, hf_hub, home) -> Mounted:  # noqa: F811
    return Mounted(request.param, mounts, hubcache, hub, hf_hub, home)


def of(*targets: str):
    return pytest.mark.parametrize("mounted", targets, indirect=True)


VOLUMES = {"empty": {}, "another model": {"config.json": b"other", "a/weights.bin": b"other"}}


@pytest.mark.parametrize("volume", VOLUMES)
@of(*TARGETS)
def test_release_below_a_volume_over_an_adopted_folder(mounted, mounts, volume):  # noqa: F811
    """release releases the other files, names the files that are left, and completes after the volume is unmounted."""
    ok(mounted.run("adopt"))
    point = mounts.volume(mounted.files / "inference", VOLUMES[volume])
    run = mounted.run("release", "--json")
    assert run.returncode == 1, run.stderr
    report = ok_json(run)
    assert report["left"] == [{"mount_point": str(point), "files": len(NESTED)}]
    assert report["removed"] == len(FILES) - len(NESTED) and report["kept"] == []
    assert files(mounts.inside(point)) == {name: ("file", 0o644, content) for name, content in VOLUMES[volume].items()}
    again = mounted.run("release")
    assert again.returncode == 1 and str(point) in again.stdout and "incomplete" in again.stdout
    refreshed = mounted.run("refresh")
    assert refreshed.returncode == 5 and str(point) in refreshed.stdout
    mounts.unmount(point)
    report = ok(mounted.run("release", "--json"))
    assert (report["removed"], report["kept"], report["left"]) == (len(NESTED), [], [])
    assert files(mounted.place) == {} and mounted.is_nothing_lost()
    ok(mounted.run("adopt"))
    mounted.check_client()


def ok_json(run) -> dict:
    run.returncode = 0
    return ok(run)


@of(*TARGETS)
def test_a_release_that_is_completed_leaves_alone_what_the_client_has_downloaded_since(mounted, mounts):  # noqa: F811
    ok(mounted.run("adopt"))
    point = mounts.volume(mounted.files / "inference")
    assert mounted.run("release").returncode == 1
    mounts.unmount(point)
    downloaded = mounted.client()
    assert downloaded.error is None
    assert (
        downloaded.downloads >= {"README.md", "model.safetensors"} or mounted.target == "paddlex"
    )  # PaddleX sends no request
    mine = {path: what for path, what in clients_files(mounted.place).items() if read(mounted.place / path) in EDITED}
    theirs = {path: what for path, what in clients_files(mounted.place).items() if path not in mine}
    report = ok(mounted.run("release", "--json"))
    assert report["kept"] == [] and mounted.is_nothing_lost()
    assert clients_files(mounted.place) == theirs


EDITED = {Scene.edited(path) for path in FILES}


def clients_files(place) -> dict[str, tuple]:
    return {name: what for name, what in files(place).items() if not name.startswith("._hubcache")}


@of(*TARGETS)
def test_adopt_after_an_incomplete_release(mounted, mounts):  # noqa: F811
    """adopt takes the left files and all others. A later release leaves the files that the client wrote in between."""
    ok(mounted.run("adopt"))
    point = mounts.volume(mounted.files / "inference")
    assert mounted.run("release").returncode == 1
    write(mounted.files / "README.md", b"of the client")
    assert mounted.run("adopt").returncode == 5
    mounts.unmount(point)
    ok(mounted.run("adopt"))
    mounted.check_client()
    assert ok(mounted.run("release", "--json"))["kept"] == []
    assert read(mounted.files / "README.md") == b"of the client" and mounted.is_nothing_lost()
    assert not EDITED & {read(path) for path in mounted.place.rglob("*") if path.is_file()}


@of("aistudio")
def test_a_release_that_cannot_keep_a_file_makes_one_attempt(mounted, mounts, home):  # noqa: F811
    ok(mounted.run("adopt"))
    write(mounted.place / "of the client", b"theirs")
    kept = mounts.volume(home.cache / "models/._hubcache" / mounted.repo / "kept")
    run = mounted.run("release")
    assert run.returncode == 1 and str(kept) in run.stderr and read(mounted.place / "of the client") == b"theirs"
    assert tree(mounts.inside(kept)) == {}
    mounts.unmount(kept)
    assert len(ok(mounted.run("release", "--json"))["kept"]) == 1


@of("aistudio", "aistudio-dir", "paddlex", "hf-dir")
def test_release_with_a_volume_beside_the_adopted_files(mounted, mounts, home):  # noqa: F811
    """Files in a volume cannot be moved: they stay, and no attempt leaves an empty kept/ folder behind."""
    ok(mounted.run("adopt"))
    point = mounts.volume(mounted.place / "data", {"a.bin": b"a", "b/c.bin": b"c"})
    run = mounted.run("release")
    assert run.returncode == 1 and f"2 files below the mount point {point}" in run.stdout
    assert not [path for path in home.path.rglob("kept")]
    assert set(clients_files(mounts.inside(mounted.place))) == {"data/a.bin", "data/b/c.bin"}
    mounts.unmount(point)
    ok(mounted.run("release"))
    assert files(mounted.place) == {} and not [path for path in home.path.rglob("record.jsonl")]


@of("huggingface")
def test_release_leaves_what_others_have_added_to_hugging_faces_cache(mounted, mounts):  # noqa: F811
    ok(mounted.run("adopt"))
    mounts.volume(mounted.files / "data", {"a.bin": b"a"})
    ok(mounted.run("release"))
    assert set(files(mounts.inside(mounted.files))) == {"data/a.bin"}


@of(*TARGETS)
def test_what_was_displaced_comes_back_below_the_mount_point_later(mounted, mounts):  # noqa: F811
    for path in FILES:
        write(mounted.files / path, b"the place had this " + path.encode())
    before = files(mounted.files)
    ok(mounted.run("adopt"))
    point = mounts.volume(mounted.files / "inference")
    run = mounted.run("release", "--json")
    assert run.returncode == 1 and ok_json(run)["restored"] == len(FILES) - len(NESTED)
    assert read(mounted.files / "README.md") == b"the place had this README.md"
    mounts.unmount(point)
    assert ok(mounted.run("release", "--json"))["restored"] == len(NESTED)
    assert files(mounted.files) == before and mounted.is_nothing_lost()


@of(*TARGETS)
def test_adopt_below_a_mount_point_changes_nothing(mounted, mounts, home):  # noqa: F811
    point = mounts.volume(mounted.files / "inference", VOLUMES["another model"])
    before, in_volume = tree(home.path), tree(mounts.inside(point))
    for words in ([], ["--dry-run"]):
        run = mounted.run("adopt", *words)
        assert run.returncode == 5 and str(point) in run.stderr and "2 files" in run.stderr
        assert (tree(home.path), tree(mounts.inside(point))) == (before, in_volume)
    ok(mounted.run("adopt", "--exclude", "inference"))  # the command of the hint
    assert read(mounts.inside(mounted.files) / "README.md") == Scene.edited("README.md")
    assert tree(mounts.inside(point)) == in_volume
    ok(mounted.run("release"))
    mounts.unmount(point)
    ok(mounted.run("adopt"))
    mounted.check_client()


@of(*TARGETS)
def test_refresh_and_status_name_a_volume_over_an_adopted_folder(mounted, mounts, home):  # noqa: F811
    ok(mounted.run("adopt"))
    point = mounts.volume(mounted.files / "inference")
    write(mounted.user / "inference/config.json", b"newer")
    before = tree(home.path)
    for words in ([], ["--check"]):
        run = mounted.run("refresh", *words)
        assert run.returncode == 5 and str(point) in run.stdout
        assert tree(home.path) == before
    (repo,) = ok(mounted.run("status", "--json"))["repos"]
    assert any(str(point) in note and "2 adopted files" in note for note in repo["notes"])
    assert not any("another program replaced" in note for note in repo["notes"])
    mounts.unmount(point)
    write(mounted.user / "inference/config.json", Scene.edited("inference/config.json"))
    ok(mounted.run("refresh"))
    mounted.check_client()


@of(*TARGETS)
def test_a_volume_over_the_whole_place(mounted, mounts, home):  # noqa: F811
    """No file of the adoption can be reached: each command names the mount point and changes nothing."""
    ok(mounted.run("adopt"))
    point = mounts.volume(mounted.place)
    before = tree(home.path)
    if mounted.target != "aistudio-dir":  # the record of aistudio-dir is in the place, and so is hidden
        for verb in ("refresh", "release", "adopt"):
            run = mounted.run(verb)
            assert (
                run.returncode == 5
                and str(point) in run.stdout + run.stderr
                and "mount point" in run.stdout + run.stderr
            )
            assert tree(home.path) == before and tree(mounts.inside(point)) == {}
        (repo,) = ok(mounted.run("status", "--json"))["repos"]
        assert any(str(point) in note for note in repo["notes"])
    mounts.unmount(point)
    mounted.check_client()
    ok(mounted.run("release"))
    assert mounted.is_nothing_lost() and not EDITED & {
        read(path) for path in mounted.place.rglob("*") if path.is_file()
    }


@of("aistudio", "aistudio-dir", "paddlex", "hf-dir")
def test_a_place_that_is_a_volume(mounted, mounts):  # noqa: F811
    mounts.volume(mounted.place)
    ok(mounted.run("adopt"))
    mounted.check_client()
    assert ok(mounted.run("refresh")).endswith("up to date\n")
    ok(mounted.run("release"))
    place = mounts.inside(mounted.place)
    assert mounted.is_nothing_lost() and not EDITED & {read(path) for path in place.rglob("*") if path.is_file()}


@pytest.mark.parametrize("point", ["", "snapshots", "snapshots/{commit}"])
@of("huggingface")
def test_a_repo_folder_or_snapshot_of_hugging_face_that_is_a_volume(mounted, mounts, home, point):  # noqa: F811
    point = mounted.place / point.format(commit=mounted.scene.commit)
    mounts.volume(point)
    before = tree(home.path)
    run = mounted.run("adopt")
    assert run.returncode == 5 and f"'{point}'" in run.stderr and "hubcache changed nothing" in run.stderr
    assert tree(home.path) == before and tree(mounts.inside(point)) == {}
    mounts.unmount(point)
    ok(mounted.run("adopt"))
    mounted.check_client()


@of("huggingface")
def test_blobs_of_hugging_face_in_a_volume(mounted, mounts, home):  # noqa: F811
    """The client's blobs in the volume cannot get a hard link outside of it, so adopt over its snapshot is refused."""
    point = mounts.volume(mounted.place / "blobs")
    ok(mounted.run("adopt"))
    mounted.check_client()
    ok(mounted.run("release"))
    assert mounted.client().downloads == set(FILES)
    before, blobs = tree(home.path), tree(mounts.inside(point))
    run = mounted.run("adopt")
    assert run.returncode == 5 and f"'{point}'" in run.stderr
    assert (tree(home.path), tree(mounts.inside(point))) == (before, blobs)


def test_in_place_below_a_mount_point(mounts, hubcache, hub, hf_hub, home):  # noqa: F811
    """The place is the user's folder, and a part of it is a volume, so its files cannot get a second link."""
    mounted = Mounted("aistudio", mounts, hubcache, hub, hf_hub, home)
    mounted.user = mounted.place
    for path in FILES:
        write(mounted.place / path, Scene.edited(path))
    point = mounts.volume(mounted.place / "inference", {"config.json": Scene.edited("inference/config.json")})
    before = tree(home.path)
    run = mounted.run("adopt")
    assert run.returncode == 5 and str(point) in run.stderr
    assert tree(home.path) == before
    mounts.unmount(point)
    ok(mounted.run("adopt"))
    mounts.volume(point)
    (mounted.place / "README.md").unlink()
    restored = mounted.run("restore")
    assert restored.returncode == 5 and str(point) in restored.stderr
    assert mounted.run("release").returncode == 1
    mounts.unmount(point)
    assert read(mounted.place / "inference/config.json") == Scene.edited("inference/config.json")
    ok(mounted.run("release"))
    kept = [path for path in home.path.rglob("kept/*/README.md")]
    assert [read(path) for path in kept] == [Scene.edited("README.md")]


@pytest.mark.parametrize("name", ["config.json", ".msc"])
def test_a_file_that_is_mounted_over_one_of_the_adoptions(mounts, hubcache, hub, hf_hub, home, tmp_path, name):  # noqa: F811
    mounted = Mounted("aistudio", mounts, hubcache, hub, hf_hub, home)
    ok(mounted.run("adopt", "--link", "copy"))
    write(tmp_path / "other", b"other")
    mounts.bind(tmp_path / "other", mounted.place / name)
    run = mounted.run("release")
    assert run.returncode == 1 and f"1 file below the mount point {mounted.place / name}" in run.stdout, (
        run.stdout + run.stderr
    )
    assert set(files(mounted.place)) == {name} and read(tmp_path / "other") == b"other"
    mounts.unmount(mounted.place / name)
    ok(mounted.run("release"))
    assert files(mounted.place) == {} and mounted.is_nothing_lost()
