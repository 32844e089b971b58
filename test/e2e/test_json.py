"""docs/json has a strict schema for each JSON output. conftest.py validates the output of every test."""

import copy
import json
from typing import Any, Iterator

import jsonschema_rs
import pytest
from json_output import checked, load, names, problems, schemas
from scene import REPO, Scene, write

from adoption import ok

# Properties that may be missing. All other properties are required.
OPTIONAL = {
    ("error", "unmatched"),
    ("place_of", "place_bytes"),
    ("hash", "path_bytes"),
    ("hash", "git"),
    ("hash", "sha256"),
    ("hash", "lfs"),
}


def objects(name: str, part: Any) -> Iterator[tuple[str, dict]]:
    """Yields the object schemas in a schema, each with the name of its definition or file."""
    if isinstance(part, list):
        for one in part:
            yield from objects(name, one)
    if isinstance(part, dict):
        if part.get("type") == "object":
            yield name, part
        for key, one in part.items():
            definitions = one.items() if key == "$defs" else [(name, one)]
            for inner, value in definitions:
                yield from objects(inner, value)


@pytest.mark.parametrize("name", names())
def test_each_schema_is_valid_and_strict(name):
    schema = load(name)
    assert (
        schema["$schema"] == "https://json-schema.org/draft/2020-12/schema" and schema["$id"] == f"{name}.schema.json"
    )
    jsonschema_rs.meta.validate(schema)
    for owner, one in objects(name, schema):
        if "properties" in one and owner != "links":
            assert one["additionalProperties"] is False, owner
            assert {(owner, key) for key in set(one["properties"]) - set(one["required"])} <= OPTIONAL, owner
        assert "additionalProperties" in one, owner


def test_each_command_has_a_schema():
    """test_words.py lists the commands that have --json. `common` holds shared parts; `predict` and `call` describe
    reports of the C interface."""
    assert set(names()) == {*schemas(), "call", "common", "error", "predict"}


def changed(value: Any) -> Iterator[Any]:
    """Yields copies of the value with one change each: a property is missing, unknown or of another type."""

    def paths(part: Any, path: tuple = ()) -> Iterator[tuple]:
        for key, one in part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else []:
            yield (*path, key)
            yield from paths(one, (*path, key))

    for *path, key in paths(value):
        for change in ("remove", "retype", "add"):
            other = copy.deepcopy(value)
            part = other
            for step in path:
                part = part[step]
            if isinstance(key, int) and change != "retype":
                continue
            if key == "packages" or "packages" in path:  # package names are free keys
                continue
            if change == "remove":
                if (("hash", key) in OPTIONAL) or key in ("symlink", "copy"):
                    continue
                del part[key]
            elif change == "add":
                part["unknown"] = 1
            else:
                part[key] = {"another": "type"}
            yield other


@pytest.mark.parametrize(
    "command",
    [
        "adopt",
        "status",
        "refresh",
        "verify",
        "ls",
        "du",
        "rm",
        "prune",
        "dedupe",
        "targets",
        "doctor",
        "hash",
        "cache stats",
        "release",
        "error",
    ],
)
def test_a_schema_refuses_every_other_form(hubcache, hub, home, command):
    scene = Scene(hub, home)
    write(scene.user / "only-here.txt", b"mine")
    (scene.user / "config.json").unlink()
    adopted = ok(hubcache("adopt", REPO, scene.user, "--json"))
    words = {"hash": ["hash", "my-model"], "error": ["adopt", REPO, "nowhere"], "release": ["release", REPO]}
    words["rm"] = ["rm", REPO, "--dry-run"]
    words["prune"] = ["prune", "--dry-run"]
    write(home.cache / "models/._hubcache/me/one/removed/file", b"x")  # for prune
    if command == "dedupe":
        for name in (f"models--me--{letter}/blobs/{letter * 40}" for letter in "ab"):
            write(home.path / ".cache/huggingface/hub" / name, bytes(range(256)) * 32)
        words[command] = ["dedupe", "--hardlink", "--dry-run"]
    told = (
        adopted if command == "adopt" else json.loads(hubcache(*words.get(command, command.split()), "--json").stdout)
    )
    name = command.replace(" ", "-")
    assert problems(name, told) == []
    others = list(changed(told))
    assert len(others) > 15
    accepted = [other for other in others if not problems(name, other)]
    assert accepted == []


def test_the_check_of_the_tests_finds_a_wrong_output(hubcache):
    run = hubcache("status", "--json")
    assert checked(run) is run
    run.stdout = run.stdout.replace('"repos"', '"repositories"')
    with pytest.raises(AssertionError, match="docs/json/status.schema.json"):
        checked(run)
