"""Checks the JSON of each hubcache command that a test runs against its schema in docs/json."""

import json
import os
from functools import cache
from pathlib import Path
from typing import Any, Sequence

import jsonschema_rs

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "json"
# Command → schema, or subcommand → schema. The other commands have no --json.
COMMANDS: dict[str, str | dict[str, str]] = {
    "adopt": "adopt",
    "status": "status",
    "release": "release",
    "restore": "restore",
    "refresh": "refresh",
    "verify": "verify",
    "targets": "targets",
    "doctor": "doctor",
    "hash": "hash",
    "cache": "cache-stats",
    "publish": "publish",
    "ls": "ls",
    "du": "du",
    "rm": "rm",
    "prune": "prune",
    "dedupe": "dedupe",
    "store": {name: f"store-{name}" for name in ("ls", "show", "rm", "gc", "check")},
}


def load(name: str) -> dict[str, Any]:
    return json.loads((FOLDER / f"{name}.schema.json").read_text(encoding="utf-8"))


def names() -> list[str]:
    return sorted(path.name.removesuffix(".schema.json") for path in FOLDER.glob("*.schema.json"))


@cache
def _registry() -> jsonschema_rs.Registry:
    return jsonschema_rs.Registry([(f"json-schema:///{name}.schema.json", load(name)) for name in names()])


@cache
def _validator(name: str) -> jsonschema_rs.Draft202012Validator:
    schema = load(name) | {"$id": f"json-schema:///{name}.schema.json"}
    return jsonschema_rs.Draft202012Validator(schema, registry=_registry())


def problems(name: str, value: Any) -> list[str]:
    """Returns the parts of a value that do not follow docs/json/NAME.schema.json."""
    return [f"{'/'.join(map(str, one.instance_path))}: {one.message}" for one in _validator(name).iter_errors(value)]


def schemas() -> set[str]:
    """Returns the schemas of all commands."""
    found = (one.values() if isinstance(one, dict) else [one] for one in COMMANDS.values())
    return {name for some in found for name in some}


def schema_of(words: Sequence[Any]) -> str:
    """Returns the schema for a command line, which may begin with other programs: env, setpriv, unshare."""
    after = [os.fsdecode(word) if isinstance(word, (bytes, os.PathLike)) else str(word) for word in words]
    while after and not Path(after[0]).name.startswith("hubcache"):
        after.pop(0)
    known: Any = COMMANDS
    for word in after[1:]:
        found = known.get(word)
        if isinstance(found, str):
            return found
        known = found or known
    return ""


def checked(run: Any) -> Any:
    """Returns the finished process. Asserts that its JSON, if it printed any, follows the command's schema."""
    output = run.stdout or ""
    if "--json" in map(str, run.args) and output[:1] in ("{", b"{"):
        value = json.loads(output)
        name = "error" if "error" in value else schema_of(run.args)
        wrong = problems(name, value)
        assert not wrong, f"not as docs/json/{name}.schema.json says: {wrong[:5]}\n{output[:2000]!r}"
    return run
