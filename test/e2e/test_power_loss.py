"""The power fails in the middle of a command, on ext4, XFS and btrfs: no file of the user is lost, and the next command
completes.

test/crash/power_loss.py has the rules. By default each scene that needs no hub runs on one of the file systems, with some of
the disks that a power loss can leave. HUBCACHE_CRASH_ALL=1 runs each scene on each file system with all disks that the program
makes, and once more for every 20th change, before which the system writes everything to the disk."""

import itertools
import os
import subprocess
import sys
from pathlib import Path

import pytest

CRASH = Path(__file__).parents[1] / "crash"
sys.path.insert(0, str(CRASH))

from scenes import SCENES, publish  # noqa: E402

ALL = os.environ.get("HUBCACHE_CRASH_ALL") == "1"
KINDS = ("ext4", "xfs", "btrfs")
WITHOUT_HUB = [name for name, scene in SCENES.items() if publish not in scene.build]
SAMPLED = [(KINDS[number % 3], name, number % 2 * (10 + number)) for number, name in enumerate(WITHOUT_HUB)]
COMPLETE = list(itertools.product(KINDS, WITHOUT_HUB, range(0, 100, 20)))


@pytest.mark.timeout(3600 if ALL else 300)
@pytest.mark.parametrize(("kind", "scene", "flush_at"), COMPLETE if ALL else SAMPLED)
def test_nothing_is_lost_and_the_next_command_completes(tmp_path, kind, scene, flush_at, scene_folder):
    if os.geteuid() != 0 or not Path("/dev/fuse").exists() or not Path("/dev/loop-control").exists():
        pytest.skip("recording a disk needs root, /dev/fuse and loop devices")
    folder = scene_folder.parent / "power"
    folder.mkdir(parents=True)
    apart = "unshare --mount --pid --fork --kill-child --mount-proc --propagation private".split()
    words = [sys.executable, CRASH / "power_loss.py", kind, scene, folder, "0" if ALL else "9", flush_at]
    run = subprocess.run([*apart, *map(str, words)], text=True, capture_output=True, timeout=3500 if ALL else 280)
    assert run.returncode == 0, run.stdout + run.stderr
    print(f"{kind}, {scene}: {run.stdout.strip()} disks")
