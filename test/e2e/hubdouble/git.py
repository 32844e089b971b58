"""Computes the ids that git would give to objects, without running git."""

import hashlib

MODE_FILE = "100644"
MODE_EXECUTABLE = "100755"
MODE_LINK = "120000"
MODE_TREE = "040000"
MODE_SUBMODULE = "160000"


def object_id(kind: str, body: bytes) -> str:
    return hashlib.sha1(b"%s %d\0" % (kind.encode(), len(body)) + body).hexdigest()


def blob_id(content: bytes) -> str:
    return object_id("blob", content)


def lfs_pointer(content: bytes) -> bytes:
    oid = hashlib.sha256(content).hexdigest()
    return f"version https://git-lfs.github.com/spec/v1\noid sha256:{oid}\nsize {len(content)}\n".encode()


def tree_order(name: bytes, mode: str) -> bytes:
    """Returns the sort key of a tree entry: git compares bytes, and compares a folder as if its name ended in a
    slash."""
    return name + b"/" if mode == MODE_TREE else name


def tree_id(children: list[tuple[bytes, str, str]]) -> str:
    """Returns the id of a tree with these (name, mode, sha) children, which must be in git's order."""
    lines = (mode.lstrip("0").encode() + b" " + name + b"\0" + bytes.fromhex(sha) for name, mode, sha in children)
    return object_id("tree", b"".join(lines))


def commit_id(tree: str, parents: list[str], author: str, when: int, message: str) -> str:
    lines = [f"tree {tree}", *(f"parent {parent}" for parent in parents)]
    lines += [f"author {author} {when} +0000", f"committer {author} {when} +0000", "", message]
    return object_id("commit", ("\n".join(lines) + "\n").encode())


def tag_id(commit: str, name: str, tagger: str, when: int, message: str) -> str:
    text = f"object {commit}\ntype commit\ntag {name}\ntagger {tagger} {when} +0000\n\n{message}\n"
    return object_id("tag", text.encode())
