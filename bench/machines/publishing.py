"""Publishing to a bucket, compared with rclone and aws s3 cp."""

import os
import shutil
import subprocess
from pathlib import Path

from common import run, spread
from stores import BUCKET

REPO = "ctbots/many"


def ways(bench, source: Path) -> dict:
    """Returns the commands that send the folder's files to the bucket."""
    found = {"hubcache publish": [bench.hubcache, "publish", REPO, source, bench.bucket.name]}
    endpoint = bench.env["AWS_ENDPOINT_URL_S3"]
    if shutil.which("rclone", path=bench.env["PATH"]):
        remote = f":s3,provider=Other,env_auth=true,endpoint='{endpoint}':{BUCKET}/copy"
        found["rclone copy"] = ["rclone", "copy", "--transfers", "16", source, remote]
    if shutil.which("aws", path=bench.env["PATH"]):
        copy = ["s3", "cp", "--quiet", "--recursive", source, f"s3://{BUCKET}/copy"]
        found["aws s3 cp"] = ["aws", "--endpoint-url", endpoint, *copy]
    return found


def read_bytes(command, env) -> int:
    """Returns the bytes that a run of the command reads by read(2) and the like, also those in the system's cache."""
    script = (
        "import os, subprocess, sys; p = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)\n"
        'os.waitid(os.P_PID, p.pid, os.WEXITED | os.WNOWAIT)\nprint(open(f"/proc/{p.pid}/io").read())'
    )
    words = ["python3", "-c", script, *map(str, command)]
    out = subprocess.run(words, env=env, check=True, stdout=subprocess.PIPE, text=True).stdout
    return int(next(line.split()[1] for line in out.splitlines() if line.startswith("rchar")))


def empty(bench) -> None:
    shutil.rmtree(bench.bucket.files, ignore_errors=True)
    bench.bucket.files.mkdir()


def publish(bench, title: str, source: Path) -> None:
    # hubcache names contents by their SHA-256, which a second publish of a repo finds in the digest cache.
    subprocess.run([bench.hubcache, "hash", source], env=bench.env, check=True, stdout=subprocess.DEVNULL)
    size = sum(file.stat().st_size for file in source.rglob("*") if file.is_file())
    costs: dict = {way: [] for way in ways(bench, source)}
    for _ in range(bench.runs):
        for way, command in ways(bench, source).items():
            empty(bench)
            os.sync()  # what the run before has written
            costs[way].append(run(command, bench.env))
    empty(bench)
    read = read_bytes(ways(bench, source)["hubcache publish"], bench.env)
    print(f"\n{title}: {bench.runs} runs in turn; seconds: median (min … max)")
    for way, seen in costs.items():
        peak = max(cost.peak for cost in seen) / 1024
        print(
            f"  {way:18} wall {spread([c.wall for c in seen])}   client's CPU {spread([c.cpu for c in seen])}"
            f"   peak {peak:.0f} MiB"
        )
    for way in list(costs)[1:]:
        pairs = list(zip(costs[way], costs["hubcache publish"]))
        print(
            f"  {way} / hubcache: wall {spread([a.wall / b.wall for a, b in pairs], digits=2)}"
            f"   CPU {spread([a.cpu / b.cpu for a, b in pairs], digits=2)}"
        )
    print(f"  hubcache reads {read / size:.2f} bytes for each byte of the files", flush=True)
