"""One id on two hubs: owner/name means AI Studio in every command, hf:owner/name means Hugging Face."""

import json

import pytest
from hf_scene import REPO, HfScene
from scene import FILES, Scene
from status_table import rows

from adoption import ok, tree

HF = f"hf:{REPO}"


class Both:
    """The repos of both hubs, adopted from one folder: for AI Studio's SDK, for Hugging Face's cache and for a
    local_dir."""

    def __init__(self, hub, hf_hub, home, hubcache):
        self.aistudio, self.hf = Scene(hub, home, REPO), HfScene(hf_hub, home)
        self.local_dir = home.path / "local"
        self.command, self.env = hubcache, {"HF_ENDPOINT": hf_hub.url}

    def __call__(self, *arguments):
        return self.command(*arguments, env=self.env)

    def adopt(self) -> None:
        ok(self("adopt", REPO, self.aistudio.user))
        ok(self("adopt", HF, self.aistudio.user))
        ok(self("adopt", HF, self.aistudio.user, "--target", "hf-dir", "--place", self.local_dir))

    def targets(self, *arguments) -> list[str]:
        return sorted(repo["target"] for repo in json.loads(self(*arguments, "--json").stdout)["repos"])

    def adopted(self) -> list[str]:
        return sorted(repo["target"] for repo in ok(self("status", "--json"))["repos"] if repo["state"] == "adopted")


@pytest.fixture
def both(hub, hf_hub, home, hubcache) -> Both:
    scenes = Both(hub, hf_hub, home, hubcache)
    scenes.adopt()
    return scenes


def test_release_without_a_prefix_leaves_hugging_face_alone(both):
    before = tree(both.hf.place, times=True), tree(both.local_dir, times=True)
    assert ok(both("release", REPO)).startswith(f"Released {REPO}: ")
    assert both.adopted() == ["hf-dir", "huggingface"]
    assert (tree(both.hf.place, times=True), tree(both.local_dir, times=True)) == before


def test_release_with_the_prefix_leaves_ai_studio_alone(both):
    before = tree(both.aistudio.place, times=True)
    told = ok(both("release", HF))
    assert f"Released {HF}: " in told and f"Released {HF} for hf-dir: " in told
    assert both.adopted() == ["aistudio"]
    assert tree(both.aistudio.place, times=True) == before


def test_what_is_adopted_for_the_other_hub_only_is_not_found(both):
    ok(both("release", REPO))
    before = tree(both.hf.home.path, times=True)
    for command in ("release", "restore", "refresh"):
        run = both(command, REPO)
        assert run.returncode == 1 and f"{REPO} is not adopted" in run.stderr and f"did you mean {HF}?" in run.stderr
    assert tree(both.hf.home.path, times=True) == before
    both.adopt()
    ok(both("release", HF))
    for command in ("release", "restore", "refresh"):
        run = both(command, HF)
        assert run.returncode == 1 and f"{HF} is not adopted" in run.stderr


def test_status_and_refresh(both):
    for command in ("status", "refresh"):
        assert both.targets(command, REPO) == ["aistudio"]
        assert both.targets(command, HF) == ["hf-dir", "huggingface"]
        assert both.targets(command) == ["aistudio", "hf-dir", "huggingface"]
    assert {one["STATE"] for one in rows(ok(both("status", HF)))} == {"adopted"}


def test_verify(both):
    folders = {REPO: {str(both.aistudio.place)}, HF: {str(both.hf.snapshot()), str(both.local_dir)}}
    for repo_id, expected in folders.items():
        assert {repo["folder"] for repo in json.loads(both("verify", repo_id, "--json").stdout)["repos"]} == expected


def test_targets_that_are_named_say_which_hub(both):
    assert both.targets("status", REPO, "--target", "hf-dir", "--place", both.local_dir) == ["hf-dir"]
    ok(both("release", REPO, "--target", "huggingface"))
    assert both.adopted() == ["aistudio", "hf-dir"]


def test_a_place_adopted_for_another_repo_names_the_hub_in_its_hint(both, hf_hub):
    hf_hub.repo("me/other").push(FILES)
    run = both("adopt", "hf:me/other", both.aistudio.user, "--target", "hf-dir", "--place", both.local_dir)
    assert run.returncode == 5 and f"hubcache release {HF}" in run.stderr
