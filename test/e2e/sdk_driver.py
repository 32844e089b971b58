"""Runs inside a virtual environment of the SDK: one call or script, described as JSON on stdin.

What came of it is written to the file that the first argument names: {"value": …} or {"error": [type, text]}."""

import importlib
import json
import sys


def do(job):
    if "script" in job:
        scope = {}
        exec(compile(job["script"], "script", "exec"), scope)
        return scope.get("result")
    function = getattr(importlib.import_module(job["module"]), job["function"])
    return function(*job["args"], **job["kwargs"])


def main():
    try:
        outcome = {"value": do(json.load(sys.stdin))}
    except Exception as error:
        outcome = {"error": [type(error).__name__, str(error)]}
    with open(sys.argv[1], "w", encoding="utf-8") as file:
        json.dump(outcome, file)


main()
