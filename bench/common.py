"""Helpers of the benchmarks: run a process and return its cost, format figures."""

import os
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass


@dataclass
class Cost:
    wall: float  # seconds
    user: float
    system: float
    peak: int  # KiB

    @property
    def cpu(self) -> float:
        return self.user + self.system


def run(command, env, stdin=None) -> Cost:
    start = time.perf_counter()
    process = subprocess.Popen([str(word) for word in command], env=env, stdin=stdin, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{command}: exit code {process.returncode}")
    return Cost(wall, usage.ru_utime, usage.ru_stime, usage.ru_maxrss)


PEAK = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def peak_of(command, env) -> float:
    """Returns the peak memory of one run in MiB. A process's peak includes its parent's, so a small process starts the
    command."""
    started = subprocess.run(
        [sys.executable, "-S", "-c", PEAK, *map(str, command)], env=env, check=True, capture_output=True
    )
    return int(started.stdout) / 1024


def spread(values, unit=1.0, digits=1) -> str:
    median, low, high = statistics.median(values), min(values), max(values)
    return f"{median * unit:9.{digits}f}  ({low * unit:.{digits}f} … {high * unit:.{digits}f})"
