"""The reports of the C interface follow the schemas in docs/json, with the library of the installed package."""

import json

from installed import environment, python  # noqa: F401 (fixtures)
from json_output import problems
from scene import REPO, Scene, write

# Operation, its arguments ("REPO" and "FOLDER" stand for the scene's), and the schema of its report
OPERATIONS = [
    ("adopt", {"repo_id": "REPO", "folder": "FOLDER"}, "adopt"),
    ("status", {}, "status"),
    ("predict", {"repo_id": "REPO"}, "predict"),
    ("refresh", {}, "refresh"),
    ("verify", {"repo_ids": ["REPO"]}, "verify"),
    ("hash_files", {"paths": ["FOLDER"], "git": True, "lfs": True}, "hash"),
    ("cache_stats", {}, "cache-stats"),
    ("clear_cache", {}, "call"),
    ("list_cached", {"filter": ["files>0"], "sort": "name"}, "ls"),
    ("list_cached", {"filter": ["size"]}, "error"),
    ("disk_usage", {"target": "aistudio"}, "du"),
    ("remove_cached", {"repo_ids": ["REPO"], "dry_run": True}, "rm"),
    ("remove_cached", {"repo_ids": ["other/repo"]}, "error"),
    ("prune", {"dry_run": True}, "prune"),
    ("dedupe", {"folders": ["FOLDER"], "dry_run": True}, "dedupe"),
    ("dedupe", {"folders": ["FOLDER/none"]}, "error"),
    ("targets", {}, "targets"),
    ("doctor", {"offline": True}, "doctor"),
    ("sha256_of_file", {"file": "FOLDER/README.md"}, "call"),
    ("place_of", {"target": "huggingface", "repo_id": "REPO", "repo_type": "dataset"}, "call"),
    ("run", {"command": ["sh", "-c", "exit 3"], "offline": True}, "call"),
    ("release", {"repo_id": "REPO"}, "release"),
    ("release", {"repo_id": "REPO"}, "error"),
    ("restore", {"repo_id": "REPO"}, "error"),
    ("local_hub_variables", {"port": 1}, "error"),
    ("destroy", {}, "error"),
]

CALLS = """
import json
from hubcache import _library
result = []
for operation, arguments in json.loads(sys.argv[1]):
    request = json.dumps({"operation": operation, "arguments": arguments}).encode()
    code, report = _library.call(request, _library.Callbacks())
    result.append([code, json.loads(report)])
"""


def test_each_report_follows_its_schema(python, hub, home):  # noqa: F811
    scene = Scene(hub, home)
    write(scene.user / "extra.txt", b"extra")
    texts = json.dumps([(name, arguments) for name, arguments, _ in OPERATIONS])
    texts = texts.replace("REPO", REPO).replace("FOLDER", str(scene.user))
    for (code, report), (name, _, schema) in zip(python(CALLS, texts), OPERATIONS):
        assert problems(schema, report) == [], name
        assert (code != 0) == (schema == "error") and code == report.get("error", {}).get("code", 0), name


def test_a_request_has_its_own_surroundings(python, hub, home):  # noqa: F811
    """The variables and the working folder of the process do not count."""
    scene = Scene(hub, home)
    other = home.path / "other home"
    other.mkdir()
    request = {
        "operation": "adopt",
        "arguments": {"repo_id": REPO, "folder": scene.user.name, "offline": True},
        "environment": {"HOME": str(other)},
        "working_folder": str(scene.user.parent),
    }
    report = python(
        "import json, os\nfrom hubcache import _library\nos.chdir('/')\n"
        "result = json.loads(_library.call(sys.argv[1].encode(), _library.Callbacks())[1])",
        json.dumps(request),
    )
    assert report["place"].startswith(f"{other}/") and report["folder"] == str(scene.user)
