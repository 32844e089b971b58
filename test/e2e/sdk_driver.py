"""Runs one call or script, described as JSON on stdin, inside a client's virtual environment.

Writes the result to the file named by the first argument: {"value": …} or {"error": [type, text]}."""

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
