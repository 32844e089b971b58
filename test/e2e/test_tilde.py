"""A leading `~` that no shell has expanded (`--place=~/x`, Python's paths) is treated as the target's client treats
it."""

import pytest
from hf_scene import REPO as HF_REPO
from hf_scene import HfScene
from scene import REPO, Scene

from adoption import ok


def test_hf_dir_expands_it(hf, hubcache, hf_hub, home):
    scene = HfScene(hf_hub, home)
    told = ok(
        hubcache(
            "adopt",
            HF_REPO,
            scene.user,
            "--target",
            "hf-dir",
            "--place=~/local",
            "--json",
            env={"HF_ENDPOINT": hf_hub.url},
        )
    )
    assert told["place"] == str(home.path / "local") and not (home.path / "~").exists()
    if hf.version == "0.26.5":
        pytest.skip("0.26.5 does not expand ~")
    run = hf.snapshot_download(HF_REPO, local_dir="~/local")
    assert (run.value, run.downloads) == (str(home.path / "local"), set())
    ok(hubcache("release", HF_REPO, "--target", "hf-dir", "--place=~/local"))


def test_aistudio_dir_takes_it_as_it_is(sdk, hubcache, hub, home):
    """The SDK does not expand it either, and uses a folder named `~`."""
    scene = Scene(hub, home)
    told = ok(hubcache("adopt", REPO, scene.user, "--target", "aistudio-dir", "--place=~/local", "--json"))
    assert told["place"] == str(home.path / "~" / "local")
    run = sdk.snapshot_download(REPO, local_dir="~/local")
    assert (run.error, run.downloads) == (None, set())


def test_the_users_folder(hubcache, hub, home):
    """The user's folder is expanded as by the clients' own upload_folder."""
    Scene(hub, home)
    told = ok(hubcache("adopt", REPO, "~/my-model", "--json"))
    assert told["folder"] == str(home.path / "my-model")
