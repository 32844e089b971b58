"""The repos of ../../data/gitea/. Contents that the samples do not show are invented."""

from .hub import Hub
from .repo import Executable, Lfs, Link

OWNER_TOKEN = "sample-owner-token"
STRANGER_TOKEN = "sample-stranger-token"

LFS_ATTRIBUTES = "*.{} filter=lfs diff=lfs merge=lfs -text\n"

# These files have the same ids as in the samples.
KNOWN_FILES = {
    ".gitattributes": (LFS_ATTRIBUTES.format("safetensors") + LFS_ATTRIBUTES.format("pdiparams")).encode(),
    ".gitignore": b"*.pyc\n",
    **{name: f"name test {name}\n".encode() for name in ("100%.txt", "a b.txt", "c+d.txt", "h#1.txt", "q?x=1.txt")},
    "config.json": b'{\n  "hidden_size": 8\n}\n',
    "dir with space/x+y%.txt": b"deep\n",
    "empty.txt": b"",
    "inference/a/b.json": b'{"nested": true}\n',
    "inference/a/c/.gitattributes": b"# nested\n",
    "link.json": Link("config.json"),
    "run.sh": Executable(b"#!/bin/sh\necho hi\n"),
    "模型.txt": "模型 text\n".encode(),
}


def add_model(hub: Hub) -> None:
    model = hub.repo("ctbots/first-paddle-model")
    weights = bytes(range(256)) * 4096
    model.push(
        {
            **KNOWN_FILES,
            "README.md": b"# first-paddle-model\n",
            "model.safetensors": Lfs(weights),
            "inference/weights.pdiparams": Lfs(weights[::-1]),
        },
        message="first",
    )
    model.tag("v1.0")
    model.push({"README.md": b"# first-paddle-model\n\nA small model to try things.\n"}, message="second")


def add_many(hub: Hub, files: int = 1500) -> None:
    """Adds a repo with fifteen folders of small files."""
    content = {f"dir{i % 15:02}/file{i:05}.txt": f"file {i}\n".encode() for i in range(files)}
    hub.repo("ctbots/many").push(content, message="many")


def add_private(hub: Hub) -> None:
    hub.user("ctbots", OWNER_TOKEN)
    hub.user("stranger", STRANGER_TOKEN)
    hub.repo("ctbots/private-model", private=True).push({"README.md": b"# private\n"}, message="private")


def add_all(hub: Hub, many: int = 1500) -> None:
    add_model(hub)
    add_many(hub, many)
    add_private(hub)
