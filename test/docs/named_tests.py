#!/usr/bin/env python3
"""Fails if SECURITY.md, ARCHITECTURE.md or docs/threat-model.md names a test that does not exist, or if a promise of the threat
model has no test.

A document names a test file as `test_serve.py` (in test/e2e) or by its path, and a test as `FILE::NAME`: the name of a function
of Python, or the text of a TEST_CASE of doctest. The promises are the rows of the tables with the heading "| promise | tests |".

`named_tests.py` checks this checkout; `named_tests.py --self-test` tests the checker.
"""

import ast
import re
import sys
import tempfile
import unittest
from pathlib import Path

DOCUMENTS = ("SECURITY.md", "ARCHITECTURE.md", "docs/threat-model.md")
PROMISES = "docs/threat-model.md"
HEADING = re.compile(r"^\| promise \| tests \|$")
TEST = re.compile(r"`([\w./-]*?(?:test_\w+\.py|\w+_test\.cc|hardened_builds\.py))(?:::([^`]+))?`")
TEST_CASE = re.compile(r'\b(?:TEST_CASE|SUBCASE)\(\s*((?:"(?:[^"\\]|\\.)*"\s*)+)')


def names_in(file):
    """Returns the names of the tests in a file."""
    text = file.read_text(encoding="utf-8")
    if file.suffix == ".py":
        return {node.name for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef)}
    parts = [re.findall(r'"((?:[^"\\]|\\.)*)"', literals) for literals in TEST_CASE.findall(text)]
    return {"".join(literals).replace('\\"', '"') for literals in parts}


def wrong_tests(text, root):
    for name, test in TEST.findall(text):
        file = root / name if "/" in name else root / "test/e2e" / name
        if not file.is_file():
            yield f"{name}: no such file"
        elif test and test not in names_in(file):
            yield f"{name}: there is no test '{test}'"


def promises(text):
    """Yields the two cells of each promise."""
    is_promise = False
    for line in text.splitlines():
        if not line.startswith("|"):
            is_promise = False
        elif HEADING.match(line):
            is_promise = True
        elif is_promise and not line.startswith("| ---"):
            promise, _, tests = line.strip("| ").partition(" | ")
            yield promise, tests


def check(root):
    """Returns the problems and the number of promises."""
    problems = []
    for document in DOCUMENTS:
        text = (root / document).read_text(encoding="utf-8")
        problems += [f"{document}: {problem}" for problem in wrong_tests(text, root)]
    found = list(promises((root / PROMISES).read_text(encoding="utf-8")))
    for promise, tests in found:
        if not any(test for _, test in TEST.findall(tests)):
            problems.append(f"{PROMISES}: no test is named for the promise: {promise}")
    return problems, len(found)


class SelfTest(unittest.TestCase):
    PYTHON = "def test_one():\n    pass\n\n\nclass Two:\n    def test_two(self):\n        pass\n"
    CPP = 'TEST_CASE("a \\"name\\" of "\n          "two parts") {\n  SUBCASE("a part") {}\n}\n'

    def check(self, model, security="", architecture=""):
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            texts = {
                "test/e2e/test_a.py": self.PYTHON,
                "test/unit/fs/b_test.cc": self.CPP,
                "docs/threat-model.md": model,
                "SECURITY.md": security,
                "ARCHITECTURE.md": architecture,
            }
            for name, text in texts.items():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).write_text(text, encoding="utf-8")
            return check(root)

    @staticmethod
    def table(tests):
        return f"# Model\n\n| promise | tests |\n| --- | --- |\n| It holds. | {tests} |\n\n| a | b |\n| - | - |\n| c | d |\n"

    def test_tests_that_exist(self):
        for tests in (
            "`test_a.py::test_one`, `test_a.py::test_two`",
            "`test/e2e/test_a.py::test_one`",
            '`test/unit/fs/b_test.cc::a "name" of two parts`',
            "`test/unit/fs/b_test.cc::a part`",
        ):
            self.assertEqual(([], 1), self.check(self.table(tests), "`test_a.py`", "`test/unit/fs/b_test.cc`"), tests)

    def test_tests_that_do_not_exist(self):
        for tests, problem in (
            ("`test_a.py::test_none`", "there is no test 'test_none'"),
            ("`test_none.py::test_one`", "test_none.py: no such file"),
            ("`test/unit/fs/b_test.cc::two parts`", "there is no test 'two parts'"),
        ):
            self.assertIn(problem, self.check(self.table(tests))[0][0])

    def test_a_promise_without_a_test(self):
        for tests in ("", "`test_a.py`", "by hand"):
            found, _ = self.check(self.table(tests))
            self.assertEqual(["docs/threat-model.md: no test is named for the promise: It holds."], found)

    def test_the_other_documents(self):
        good = self.table("`test_a.py::test_one`")
        self.assertEqual(["SECURITY.md: test_c.py: no such file"], self.check(good, "(`test_c.py`)")[0])
        found, _ = self.check(good, "", "`test/e2e/test_a.py::test_c`")
        self.assertEqual(["ARCHITECTURE.md: test/e2e/test_a.py: there is no test 'test_c'"], found)


def main():
    if sys.argv[1:] == ["--self-test"]:
        unittest.main(argv=sys.argv[:1])
    if sys.argv[1:]:
        sys.exit(__doc__)
    problems, seen = check(Path(__file__).resolve().parents[2])
    for problem in problems:
        print(problem)
    print(f"{seen} promises, {len(problems)} wrong")
    sys.exit(1 if problems or not seen else 0)


if __name__ == "__main__":
    main()
