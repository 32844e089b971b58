"""The messages on the site's page about troubleshooting are those of the clients: each is in the client's source."""

import ast
import re
from pathlib import Path

import pytest
from readme import ROOT
from sdk import venv_of

PAGES = ("troubleshooting.md", "troubleshooting.zh.md")
READERS = ("PaddleX", "PaddleFormers")  # one environment has the packages of both
ENVIRONMENT = {"aistudio-sdk": "aistudio", "csghub-sdk": "csghub", "huggingface_hub": "huggingface-hub"}
MESSAGE = re.compile(r"^### `(?P<message>.+)`\n\n(?P<clients>.+)$", re.M)
CLIENT = re.compile(r"(?P<name>[\w-]+) (?P<version>[\d.]+) \(`(?P<file>[^`]+)`\)")


def messages(page: str) -> list[tuple[str, str, str, str]]:
    """Returns each message of a page with a client's name, version and file."""
    text = (ROOT / "docs/site/pages" / page).read_text(encoding="utf-8")
    return [
        (match["message"], *client.groups())
        for match in MESSAGE.finditer(text)
        for client in CLIENT.finditer(match["clients"])
    ]


def source_of(name: str, version: str, file: str) -> Path:
    if name in READERS:
        return venv_of("readers") / "packages" / f"{name.lower()}-{version}" / file
    venv = venv_of(f"{ENVIRONMENT.get(name, name)}-{version}")
    return next(venv.glob("lib/python3*/site-packages")) / file


def strings_in(source: str) -> set[str]:
    """Returns the string constants of a program, with `…` in place of each value that it puts in."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        parts = node.values if isinstance(node, ast.JoinedStr) else [node]
        texts = [str(one.value) if isinstance(one, ast.Constant) else "…" for one in parts]
        if isinstance(node, (ast.JoinedStr, ast.Constant)):
            found.add(re.sub(r"%(?:\.\d)?[sd]|\{\w*\}", "…", " ".join("".join(texts).split())))
    return found


def is_in(message: str, strings: set[str]) -> bool:
    return any(message in one for one in strings)


@pytest.mark.parametrize("page", PAGES)
def test_each_message_is_the_clients(page):
    for message, name, version, file in messages(page):
        source = source_of(name, version, file).read_text(encoding="utf-8")
        assert is_in(message, strings_in(source)), f"{page}: {name} {version}, {file} has no message {message!r}"


def test_both_languages_have_the_same_messages():
    english, chinese = map(messages, PAGES)
    assert english == chinese and len(english) > 20


def test_a_wrong_message_is_noticed():
    strings = strings_in('log("File %s not in: %s" % x); f"{a} files at {b}, "f"again"')
    assert is_in("File … not in: …", strings) and is_in("… files at …, again", strings)
    assert not is_in("Files … not in", strings)
