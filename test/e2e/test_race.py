"""Another program acts in the middle of a command: nothing is lost, whatever the command does, and the next command
completes.

By default each scene runs with a third of the acts, and each act at a sample of the system calls. HUBCACHE_CRASH_ALL=1 runs all of
them at every system call.
"""

import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "crash"))

from race import ACTS, Race  # noqa: E402
from scenes import SCENES  # noqa: E402

ALL = os.environ.get("HUBCACHE_CRASH_ALL") == "1"
# The scenes of AI Studio's SDK, because the acts know only its place.
RACED = [name for name in SCENES if not name.startswith(("hf", "by ids"))]
STRIDE = 97
CLOSER = {
    ("release, hard links", "the user removes a file"): 3,
    ("fresh", "a client replaces a file"): 7,
    ("fresh, copies", "a client replaces a file"): 13,
}
MOST = 20_000  # a command with more calls is in an endless loop


@pytest.mark.timeout(7200 if ALL else 300)
@pytest.mark.parametrize("name", RACED)
def test_nothing_is_lost_to_another_program(name, scene_folder, hub):
    for offset, act in enumerate(ACTS):
        if not ALL and (name, act) not in CLOSER and (RACED.index(name) + offset) % 3:
            continue
        race = Race(SCENES[name], act, scene_folder, hub)
        stride = 1 if ALL else CLOSER.get((name, act), STRIDE)
        first = 1 + (RACED.index(name) * 7 + offset * 13) % stride
        tried = 0
        for number in range(first, MOST, stride):
            ways = ["again", "back"] if ALL else [["again", "back"][number // stride % 2]]
            if None in [race.run(number, then) for then in ways]:
                break
            tried += len(ways)
        assert tried > 0, act
