"""Reads the table that `hubcache status` prints."""

import re

TITLES = ["REPO", "TARGET", "STATE", "FILES", "SIZE", "HUB", "NEXT RUN"]
ROW = re.compile(r"(.+?)  +(\S+)  +(\S+)  +(\d+)  +([\d.]+ \S+)  +(.+?)  +(.+)")


def rows(text: str) -> list[dict[str, str]]:
    """Returns the rows of repos, keyed by column title. The lines under a row are left out."""
    lines = text.splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("REPO "))
    assert re.split(r" {2,}", lines[start]) == TITLES
    return [dict(zip(TITLES, ROW.fullmatch(line).groups())) for line in lines[start + 1 :] if not line.startswith(" ")]


def row(text: str, repo: str) -> dict[str, str]:
    """Returns the only row of a repo."""
    found = [one for one in rows(text) if one["REPO"] == repo]
    assert len(found) == 1, text
    return found[0]
