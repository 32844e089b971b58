"""SIGKILL at each change that a hubcache command makes: nothing is lost, and the next command completes.

The disk does not change between two system calls that change something, so a kill before each of these calls covers all
states that a kill can leave. By default most scenes run at every fifth point and in memory. HUBCACHE_CRASH_ALL=1 kills all
scenes at every system call, on the disk, where inode numbers are reused.
"""

import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "crash"))

from scenes import SCENES  # noqa: E402
from trial import Trial  # noqa: E402

ALL = os.environ.get("HUBCACHE_CRASH_ALL") == "1"
EVERY_CHANGE = {"again", "release, a download displaced"}
STRIDE = 5
MOST = 20_000  # a scene with more points is an endless loop


def numbers(name: str) -> range:
    if ALL or name in EVERY_CHANGE:
        return range(1, MOST)
    return range(1 + list(SCENES).index(name) % STRIDE, MOST, STRIDE)


def ways_on(name: str, number: int) -> list[str]:
    """Returns the commands to run after the kill: the same command again or a release, by turns; with ALL both."""
    if ALL:
        return ["again", "release"]
    return ["release" if number // STRIDE % 2 else "again"]


@pytest.mark.timeout(3600 if ALL else 300)
@pytest.mark.parametrize("name", SCENES)
def test_a_killed_command_loses_nothing_and_is_completed_by_the_next(name, scene_folder, hub, capfd):
    trial = Trial(SCENES[name], scene_folder, hub)
    how = "all" if ALL else "changes"
    tried = 0
    for number in numbers(name):
        stops = [trial.kill(how, number, then) for then in ways_on(name, number)]
        if None in stops:
            break
        tried += len(stops)
    assert tried > 0
    with capfd.disabled():
        print(f"\n{name}: killed at {tried} points", file=sys.stderr, flush=True)
