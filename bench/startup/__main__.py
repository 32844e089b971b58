"""bench/startup: compares how long hubcache and the hubs' own commands and packages take to start.

    ./dev bench startup [--runs N] [--picture FILE]

Each run is a whole process, and the contestants of a group take turns. The imports are compared with `pass` in the same Python.
`status` and `hf cache ls` look at the same cache with 20 repos, without the network. The program prints medians, their spread
and ratios to hubcache, and judges nothing. FILE gets the same figures as an SVG."""

import argparse
import os
import statistics
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
sys.path[:0] = [str(HERE.parent), str(ROOT / "test" / "e2e")]
from bars import Bar, Group, draw  # noqa: E402
from common import run, spread  # noqa: E402
from installed import install  # noqa: E402

REPOS = 20
# Client: its virtual environment, its shortest command, and the import with which users' programs begin.
CLIENTS = {
    "hf": ("huggingface-hub-2.4.0", ["hf", "version"], "from huggingface_hub import snapshot_download"),
    "modelscope": ("modelscope-1.40.2", ["modelscope", "--version"], "from modelscope import snapshot_download"),
    "aistudio": (
        "aistudio-0.3.9",
        ["aistudio", "--help"],
        "from aistudio_sdk.snapshot_download import snapshot_download",
    ),
}


def contest(title: str, runs: int, ways: dict, env: dict) -> Group:
    """Prints and returns the figures. The first of the ways is hubcache's."""
    costs: dict = {way: [] for way in ways}
    for command in ways.values():
        run(command, env)  # writes .pyc files, and brings the files into the page cache
    for _ in range(runs):
        for way, command in ways.items():
            costs[way].append(run(command, env))
    print(f"\n{title}, {runs} runs in turn; milliseconds: median (min … max)")
    own = statistics.median(cost.wall for cost in next(iter(costs.values())))
    for way, seen in costs.items():
        times = statistics.median(cost.wall for cost in seen) / own
        print(
            f"  {way:34} wall {spread([c.wall for c in seen], 1000)}   CPU {spread([c.cpu for c in seen], 1000)}   {times:6.1f}"
        )
    walls = {way: [cost.wall * 1000 for cost in seen] for way, seen in costs.items()}
    return Group(title, [Bar(way, statistics.median(wall), min(wall), max(wall)) for way, wall in walls.items()])


def adopt_repos(hubcache: str, folder: Path, env: dict) -> None:
    for i in range(REPOS):
        model = folder / f"model{i}"
        model.mkdir()
        for name in ("config.json", "model.safetensors", "README.md"):
            (model / name).write_text(name * 100)
        run([hubcache, "adopt", "--offline", f"hf:acme/model{i}", model], env)


def main() -> None:
    options = argparse.ArgumentParser(prog="./dev bench startup")
    options.add_argument("--runs", type=int, default=20)
    options.add_argument("--picture", type=Path)
    chosen = options.parse_args()
    runs = chosen.runs
    hubcache, sdks = os.environ["HUBCACHE_BIN"], Path(os.environ["HUBCACHE_SDK_VENVS"])
    with tempfile.TemporaryDirectory(prefix="hubcache-bench-") as name:
        folder = Path(name)
        env = {"PATH": os.environ["PATH"], "HOME": name, "HF_HUB_OFFLINE": "1"}
        commands = {
            " ".join(command): [sdks / venv / "bin" / command[0], *command[1:]] for venv, command, _ in CLIENTS.values()
        }
        groups = [
            contest("The shortest command", runs, {"hubcache --version": [hubcache, "--version"], **commands}, env)
        ]

        adopt_repos(hubcache, folder, env)
        listings = {"hubcache status --offline": [hubcache, "status", "--offline"]}
        listings["hf cache ls"] = [sdks / CLIENTS["hf"][0] / "bin" / "hf", "cache", "ls"]
        groups.append(contest(f"A list of {REPOS} repos", runs, listings, env))

        install(folder / "venv")
        python = folder / "venv" / "bin" / "python"
        imports = {"import hubcache": [python, "-c", "import hubcache"], "python -c pass": [python, "-c", "pass"]}
        for venv, _, statement in CLIENTS.values():
            imports[f"import {statement.split()[1]}"] = [sdks / venv / "bin" / "python", "-c", statement]
        groups.append(contest("An import in Python", runs, imports, env))
        if chosen.picture:
            clients = ", ".join(venv for venv, _, _ in CLIENTS.values())
            note = f"wall time of {runs} runs of each in turn; {clients}"
            chosen.picture.write_text(
                draw("Start of hubcache and of the hubs' own commands", "milliseconds", groups, note)
            )


main()
