"""One system call of a command fails or writes only half: no file is lost, the command says what failed, and the next
command completes.

By default a sample of the calls and errors runs. HUBCACHE_CRASH_ALL=1 runs each call with each error that it can
return.
"""

import errno
import os
import random
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "crash"))

from command import Command  # noqa: E402
from fault import SCENES, SHORT, FaultTrial, error_name  # noqa: E402

ALL = os.environ.get("HUBCACHE_CRASH_ALL") == "1"
PARTS = 2  # parts of a scene, so that two processes share the work equally
SAMPLE = 70  # faults per part; 2,100 in all


@pytest.mark.timeout(7200 if ALL else 300)
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("name", SCENES)
def test_a_call_that_fails_costs_no_file(name, part, scene_folder, hub, capfd):
    trial = FaultTrial(SCENES[name], scene_folder, hub)
    faults = trial.faults()[part::PARTS]
    tried = faults if ALL else sorted(random.Random(name).sample(faults, min(SAMPLE, len(faults))))
    bad = []
    for number, error in tried:
        try:
            trial.inject(number, error)
        except AssertionError as problem:
            bad.append((number, error_name(error), str(problem)))
    assert tried
    with capfd.disabled():
        print(f"\n{name}: {len(tried)} of {len(faults)} faults", file=sys.stderr, flush=True)
    assert not bad, f"{len(bad)} of {len(tried)} faults, {[one[:2] for one in bad]}; the first: {bad[0][2]}"


PROGRAM = """
import errno
import os
os.mkdir("made")
file = os.open("written", os.O_WRONLY | os.O_CREAT)
try:
    print("wrote", os.write(file, b"x" * 1000))
except OSError as error:
    print("failed", error.errno)
"""


@pytest.mark.parametrize("error, said", [(SHORT, "wrote 500"), (errno.ENOSPC, f"failed {errno.ENOSPC}")])
def test_the_stepper_lets_one_call_fail(tmp_path, error, said):
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    command = Command({}, tmp_path)
    command.hubcache = sys.executable
    number = command.calls("-I", str(program)).index("write") + 1
    (tmp_path / "made").rmdir()
    assert command.fail(number, error, "-I", str(program)).output == said + "\n"
