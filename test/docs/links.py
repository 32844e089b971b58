#!/usr/bin/env python3
"""Fails if a link in a document of this project names a missing file or heading. Links to other hosts are not followed.

`links.py` checks this checkout; `links.py --self-test` tests the checker.
"""

import re
import sys
import tempfile
import unittest
from pathlib import Path
from urllib.parse import unquote

SKIPPED = {"build", ".venv", ".git", ".cache", "dist"}
LINK = re.compile(
    r"(?<!!)\[(?:[^\[\]]|\[[^\]]*\])*\]\(\s*<?([^\s()<>]+(?:\([^()]*\)[^\s()<>]*)*)>?(?:\s+\"[^\"]*\")?\s*\)"
)
REFERENCE = re.compile(r"^\s{0,3}\[[^\]]+\]:\s+<?([^\s>]+)", re.MULTILINE)
IMAGE = re.compile(r"!\[[^\]]*\]\(\s*([^\s)]+)")
FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"(`+)(?!`).+?(?<!`)\1(?!`)", re.DOTALL)
HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*#*\s*$", re.MULTILINE)


def documents(root):
    return sorted(path for path in root.rglob("*.md") if not SKIPPED & set(path.relative_to(root).parts))


def anchors(document):
    """Returns the ids that GitHub gives to the headings."""
    found = set()
    for heading in HEADING.findall(FENCE.sub("", document.read_text(encoding="utf-8"))):
        text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()
        slug = re.sub(r"[^\w\- ]", "", text).replace(" ", "-")
        number = 0
        while (name := f"{slug}-{number}" if number else slug) in found:
            number += 1
        found.add(name)
    return found


def dead_links(document, root):
    text = CODE.sub("", FENCE.sub("", document.read_text(encoding="utf-8")))
    for target in [*LINK.findall(text), *REFERENCE.findall(text), *IMAGE.findall(text)]:
        if re.match(r"[a-z][a-z0-9+.-]*:", target):
            continue
        path, _, anchor = target.partition("#")
        file = (document.parent / unquote(path)).resolve() if path else document
        if not file.is_relative_to(root.resolve()) or not file.exists():
            yield f"{target}: no such file"
        elif anchor and file.suffix == ".md" and unquote(anchor) not in anchors(file):
            yield f"{target}: no such heading"


def check(root):
    found = documents(root)
    return [f"{one.relative_to(root)}: {problem}" for one in found for problem in dead_links(one, root)], len(found)


class SelfTest(unittest.TestCase):
    def problems(self, text):
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            (root / "docs").mkdir()
            (root / "docs/other page.md").write_text(
                "# A `heading`, twice\n\n# A heading twice\n```\n# no heading\n```\n"
            )
            (root / "a.md").write_text(text)
            return check(root)[0]

    def test_links_that_lead_somewhere(self):
        self.assertEqual(
            [],
            self.problems(
                "# Top\n[a](docs/other%20page.md) [b](<docs/other%20page.md#a-heading-twice>) [c](#top) [d](https://host/none)\n"
                '[e](docs) [f](docs/other%20page.md#a-heading-twice-1 "title")\n`[g](none.md)`\n```\n[h](none.md)\n```\n[i]: a.md\n'
            ),
        )

    def test_dead_links(self):
        for text in (
            "[a](none.md)",
            "[a](docs/none.md#x)",
            "[a](#none)",
            "[a](docs/other%20page.md#no-heading)",
            "[a](/etc/passwd)",
            "[a]: none.md",
            "![a](none.png)",
            "[a](../outside.md)",
            "[[1]](none.md)",
        ):
            self.assertEqual(len(self.problems(text + "\n")), 1, text)


def main():
    if sys.argv[1:] == ["--self-test"]:
        unittest.main(argv=sys.argv[:1])
    if sys.argv[1:]:
        sys.exit(__doc__)
    problems, seen = check(Path(__file__).resolve().parents[2])
    for problem in problems:
        print(problem)
    print(f"{seen} documents, {len(problems)} dead links")
    sys.exit(1 if problems or not seen else 0)


if __name__ == "__main__":
    main()
