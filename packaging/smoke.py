"""usage: smoke.py COMMAND: uses the installed command and the installed package once. Runs with every Python from 3.8 on."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import hubcache


def run(*words):
    done = subprocess.run(
        [sys.argv[1], *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, universal_newlines=True
    )
    assert done.returncode == 0, (words, done)
    return done.stdout


def main():
    assert run("--version") == "hubcache {}\n".format(hubcache.__version__)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["HOME"] = folder
        model = Path(folder, "model")
        model.mkdir()
        (model / "config.json").write_text("{}")
        run("adopt", "--offline", "owner/by-command", str(model))
        hubcache.adopt("owner/by-package", model, offline=True)
        repos = json.loads(run("status", "--offline", "--json"))["repos"]
        adopted = sorted(repo["repo_id"] for repo in repos)
        assert adopted == ["owner/by-command", "owner/by-package"], adopted
        hashed = hubcache.hash_files(model).files
        assert len(hashed) == 1, hashed
        try:
            hubcache.adopt("no-owner", model, offline=True)
        except hubcache.UsageError:
            pass
        else:
            raise AssertionError("adopt took a repo id without an owner")
        hubcache.release("owner/by-package")
        run("release", "owner/by-command")
    print("hubcache {} works with Python {}".format(hubcache.__version__, sys.version.split()[0]))


main()
