"""Another program replaces a folder of the place by a symlink in the middle of a command, and later restores the
folder. Nothing behind the symlink changes, nothing is lost, and the next command completes.

By default a sample of the calls that change something runs. HUBCACHE_CRASH_ALL=1 runs every system call.
"""

import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "crash"))

from swap import SCENES, SwapRace, swaps  # noqa: E402

ALL = os.environ.get("HUBCACHE_CRASH_ALL") == "1"
HOW = "all" if ALL else "changes"
STRIDE = 1 if ALL else 19
MOST = 20_000  # a command with more calls is in an endless loop
SWAPS = swaps()


@pytest.mark.timeout(7200 if ALL else 300)
@pytest.mark.parametrize("name, swap", SWAPS, ids=[f"{name}: {swap}" for name, swap in SWAPS])
def test_nothing_behind_a_swapped_folder_is_changed(name, swap, scene_folder, hub):
    race = SwapRace(SCENES[name], swap, scene_folder, hub)
    first = 1 + SWAPS.index((name, swap)) * 7 % STRIDE
    bad, tried = [], 0
    for number in range(first, MOST, STRIDE):
        try:
            if race.run(HOW, number, ["again", "back"][number // STRIDE % 2]) is None:
                break
        except AssertionError as problem:
            bad.append((number, problem))
        tried += 1
    assert tried > 0
    assert not bad, f"{len(bad)} of {tried} calls, {[number for number, _ in bad]}; the first: {bad[0][1]}"
