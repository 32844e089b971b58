#!/usr/bin/env python3
"""usage: assemble.py FOLDER: puts together what MkDocs makes the site of.

- The pages of docs/site/pages, at the top; and documents of the repository, at their paths there.
- A page takes in a section of a README by `<!-- section README.md: HEADING -->`, so that each text has one place. In the
  first line of a page, the section's heading becomes the page's.
- Links lead to files of the repository, as on GitHub. They become links of the site; a link to a section of a README leads
  to the page that has the section.
"""

import posixpath
import re
import shutil
import sys
from pathlib import Path
from typing import Match
from urllib.parse import unquote

ROOT = Path(__file__).resolve().parents[2]
PAGES = "docs/site/pages"
DOCUMENTS = ("*.md", "docs/*.md", "docs/formats/*.md", "docs/decisions/*.md", "docs/examples/*.md")
FILES = (f"{PAGES}/*.css", f"{PAGES}/pictures/*.svg", "docs/json/*.json", "docs/examples/*[!d]", "include/hubcache/c.h")
SECTION = re.compile(r"^<!-- section (?P<readme>\S+): (?P<heading>.+) -->$", re.M)
BREAK_IN_CHINESE = re.compile(r"(?<=[\u3000-\u9fff\uff00-\uffef])\n(?=[\u3000-\u9fff\uff00-\uffef])")
LINK = re.compile(r"(\]\(<?)([^\s()<>]+)(>?\))")


def found(*patterns: str) -> "list[str]":
    return [path.relative_to(ROOT).as_posix() for pattern in patterns for path in sorted(ROOT.glob(pattern))]


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def anchor_of(heading: str) -> str:
    """Returns the id that GitHub, and the site, give to a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def section(readme: str, heading: str) -> str:
    """Returns the heading and the text of a section."""
    match = re.search(rf"^## ({re.escape(heading)}\n.*?)(?=^## |^Licence: |^许可证：|\Z)", text_of(readme), re.M | re.S)
    if not match:
        sys.exit(f"assemble.py: {readme} has no section {heading!r}")
    return match[1]


def sections_of(pages: "list[str]") -> "dict[str, str]":
    """Returns, for each section of a README that a page has, the link to it: "README.md#install": "start.md#install"."""
    links = {}
    for page in pages:
        for match in SECTION.finditer(text_of(page)):
            anchor = anchor_of(match["heading"])
            at = "" if match.start() == 0 else f"#{anchor}"
            links[f"{match['readme']}#{anchor}"] = site_path(page) + at
            for heading in re.findall(r"^### (.+)$", section(match["readme"], match["heading"]), re.M):
                anchor = anchor_of(heading)
                links[f"{match['readme']}#{anchor}"] = f"{site_path(page)}#{anchor}"
    return links


def site_path(name: str) -> str:
    """Returns the path by which pages of both languages name a file of the repository. Each finds its own."""
    at_the_top = name.removeprefix(PAGES + "/")
    return re.sub(r"\.zh\.md$", ".md", at_the_top) if at_the_top != name else name


class Site:
    def __init__(self) -> None:
        self.pages = found(f"{PAGES}/*.md")
        self.sections = sections_of(self.pages)

    def page(self, name: str) -> str:
        """Returns the text of a page or document with the sections that it takes in, and with the site's links."""
        text, parts, end = text_of(name), [], 0
        for match in SECTION.finditer(text):
            parts.append(self.linked(text[end : match.start()], name, name))
            parts.append("# " if match.start() == 0 else "## ")
            parts.append(self.linked(section(match["readme"], match["heading"]), match["readme"], name))
            end = match.end()
        parts.append(self.linked(text[end:], name, name))
        return BREAK_IN_CHINESE.sub("", "".join(parts))  # a browser would show a space there

    def linked(self, text: str, source: str, page: str) -> str:
        """Changes the links in a text of the file `source` for a page."""
        return LINK.sub(lambda match: self.changed_link(match, source, page), text)

    def changed_link(self, match: Match[str], source: str, page: str) -> str:
        path, _, anchor = match[2].partition("#")
        anchor = unquote(anchor)
        if re.match(r"[a-z]+:", match[2]) or (not path and not source.startswith("README")):
            return match[1] + with_number(match[2]) + match[3]
        target = posixpath.normpath(posixpath.join(posixpath.dirname(source), unquote(path))) if path else source
        if target.startswith("README"):
            link = self.sections.get(f"{target}#{anchor}")
            if not link:
                sys.exit(f"assemble.py: {page} has the link {match[2]}, but no page has this section")
            if not source.startswith(("README", PAGES)):
                link = link.partition("#")[0]  # the document is in both sites, and the other one has other headings
        else:
            link = site_path(target) + (f"#{anchor}" if anchor else "")
        here = posixpath.dirname(site_path(page)) or "."
        return match[1] + with_number(posixpath.relpath(link, here)) + match[3]


def with_number(link: str) -> str:
    """GitHub numbers equal headings as in #places-1, and Python-Markdown as in #places_1."""
    return re.sub(r"(#.*)-(\d)$", r"\1_\2", link)


def main() -> None:
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    folder, site = Path(sys.argv[1]), Site()
    shutil.rmtree(folder, ignore_errors=True)
    documents = [name for name in found(*DOCUMENTS) if not name.startswith("README")]
    for name in [*site.pages, *documents, *found(*FILES)]:
        path = folder / name.removeprefix(PAGES + "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        if name.endswith(".md"):
            path.write_text(site.page(name), encoding="utf-8")
        else:
            shutil.copy(ROOT / name, path)


if __name__ == "__main__":
    main()
