"""One repo of an owner is adopted while another one is released, at each change of the adoption."""

import os
import shlex
import shutil
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "crash"))

from command import Command  # noqa: E402
from home import Home  # noqa: E402
from scenes import write  # noqa: E402

OTHER, REPO = "ctbots/other", "ctbots/one"
MOST = 2_000


def prepare(folder: Path) -> tuple[Home, Command]:
    """Adopts `OTHER`, so that the owner's folders exist and its release removes them."""
    shutil.rmtree(folder, ignore_errors=True)
    home = Home(folder, "http://127.0.0.1:9")
    command = Command(home.env, folder)
    write(folder / "my-model/a", b"mine")
    write(folder / "my-model/b/c", b"mine too")
    command.run_well("adopt", OTHER, "my-model", "--offline")
    return home, command


@pytest.mark.parametrize("link", ["symlink", "copy"])
def test_a_release_meanwhile_takes_no_folder_away(link, scene_folder):
    adopt = ("adopt", REPO, "my-model", "--offline", "--link", link)
    release = shlex.join([os.environ["HUBCACHE_BIN"], "release", OTHER]) + " >&2"
    failed, tried = [], 0
    for number in range(1, MOST):
        home, command = prepare(scene_folder)
        stop = command.race("changes", number, f"cd {shlex.quote(str(scene_folder))}; {release}", *adopt)
        if not stop.reached:
            break
        tried += 1
        if stop.code != 0 or not (home.place(REPO) / "b/c").exists():
            failed.append((str(stop), stop.output))
        assert not home.place(OTHER).exists()
    assert tried > 10
    assert not failed, f"{len(failed)} of {tried}: {failed[0]}"
