"""The last copy of a model is never removed: another folder is adopted, or a folder above the place leads to the model."""

import shutil

import pytest
from adoption import ok
from scene import write

REPO = "ctbots/tuned"


@pytest.mark.parametrize("repo, options", [(REPO, ["--link", "copy"]), (f"hf:{REPO}", ["--link", "copy"])])
def test_the_folder_is_gone_and_another_one_is_adopted(hubcache, home, repo, options):
    """The copy in the place is the only one: the other folder has another file of that name."""
    first, second = home.path / "first", home.path / "second"
    write(first / "model.safetensors", b"the only copy")
    write(second / "model.safetensors", b"another model")
    ok(hubcache("adopt", repo, first, "--offline", *options))
    shutil.rmtree(first)
    ok(hubcache("adopt", repo, second, "--offline", *options))
    found = [path for path in home.path.rglob("model.safetensors") if path.read_bytes() == b"the only copy"]
    assert found and all("/kept/" in str(path) for path in found)


@pytest.mark.parametrize("link", ["symlink", "hardlink", "copy"])
def test_a_folder_above_the_place_has_become_a_symlink_to_the_model(hubcache, home, link):
    models = home.path / "models"
    write(models / "tuned/model.bin", b"the only copy")
    ok(hubcache("adopt", REPO, models / "tuned", "--offline", "--link", link))
    owner = home.place(REPO).parent
    owner.rename(home.path / "old")
    owner.symlink_to(models)
    before = sorted(path.relative_to(models) for path in models.rglob("*"))
    other = home.path / "other"
    write(other / "model.bin", b"another model")
    for words in (["release", REPO], ["refresh", REPO, "--offline"], ["adopt", REPO, other, "--offline"]):
        done = hubcache(*words)
        assert done.returncode == 5 and REPO in done.stdout + done.stderr
        assert sorted(path.relative_to(models) for path in models.rglob("*")) == before
        assert (models / "tuned/model.bin").read_bytes() == b"the only copy"
        assert not (models / "tuned/model.bin").is_symlink()
    owner.unlink()
    (home.path / "old").rename(owner)
    ok(hubcache("release", REPO))
    assert (models / "tuned/model.bin").read_bytes() == b"the only copy"
