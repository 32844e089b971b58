"""Builds repos from dicts of path → content, with the ids that git would give them.

repo = hub.repo("ctbots/first-paddle-model")
repo.push({"README.md": b"hello", "model.safetensors": Lfs(weights), "run.sh": Executable(b"...")})
repo.tag("v1.0")
repo.push({"README.md": b"changed", "old.txt": None})       # None removes
"""

import re
from dataclasses import dataclass, field, replace
from typing import Optional, Union

from . import git

FIRST_COMMIT_TIME = 1735689600  # 2025-01-01T00:00:00Z


@dataclass(frozen=True)
class Lfs:
    """A file that the repo stores as an LFS pointer; `media` returns its content."""

    content: bytes


@dataclass(frozen=True)
class Executable:
    content: bytes


@dataclass(frozen=True)
class Link:
    target: str


@dataclass(frozen=True)
class Submodule:
    """A commit of another repo; `url` is its URL in .gitmodules."""

    commit: str
    url: str = ""


@dataclass(frozen=True)
class Opaque:
    """A file with known id and size only: it can be listed, but not read."""

    sha: str
    size: int


Content = Union[bytes, Lfs, Executable, Link, Submodule, Opaque]


@dataclass(frozen=True)
class Entry:
    path: str
    mode: str
    sha: str
    size: int
    text: Optional[bytes] = None  # the blob; None for a folder or an Opaque file
    lfs: Optional[bytes] = None
    last_commit: str = ""
    last_change: int = 0
    submodule_url: str = ""

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]

    @property
    def is_folder(self) -> bool:
        return self.mode == git.MODE_TREE

    @property
    def is_submodule(self) -> bool:
        return self.mode == git.MODE_SUBMODULE


@dataclass
class Commit:
    sha: str
    tree: str
    message: str
    when: int
    entries: dict[str, Entry]  # all files and folders in the order of `git ls-tree -r -t`
    children: dict[str, list[str]] = field(repr=False)  # folder → paths, "" for the root
    parent: str = ""


@dataclass(frozen=True)
class Tag:
    name: str
    sha: str  # the id of the commit, or of the tag object of an annotated tag
    commit: Commit
    message: str


def encoded(name: str) -> bytes:
    """Encodes a name. Bytes that are not UTF-8 are surrogates in the name, as os.fsdecode returns them."""
    return name.encode("utf-8", "surrogateescape")


def _entry(path: str, content: Content, commit: str, when: int) -> Entry:
    if isinstance(content, Opaque):
        return Entry(path, git.MODE_FILE, content.sha, content.size, None, None, commit, when)
    if isinstance(content, Submodule):
        return Entry(path, git.MODE_SUBMODULE, content.commit, 0, None, None, commit, when, content.url)
    mode, lfs = git.MODE_FILE, None
    if isinstance(content, Lfs):
        lfs, text = content.content, git.lfs_pointer(content.content)
    elif isinstance(content, Executable):
        mode, text = git.MODE_EXECUTABLE, content.content
    elif isinstance(content, Link):
        mode, text = git.MODE_LINK, content.target.encode()
    else:
        text = content
    return Entry(path, mode, git.blob_id(text), len(text), text, lfs, commit, when)


class _Folders:
    """The folders of a flat dict of files, in git's order."""

    def __init__(self, files: dict[str, Entry]):
        self.names: dict[str, dict[str, Optional[Entry]]] = {"": {}}
        for path, entry in files.items():
            folder, _, name = path.rpartition("/")
            self._add_folder(folder)
            self.names[folder][name] = entry
        self.entries: dict[str, Entry] = {}
        self.children: dict[str, list[str]] = {}
        self.tree = self._walk("", self.entries)

    def _add_folder(self, folder: str) -> None:
        if folder in self.names:
            return
        parent, _, name = folder.rpartition("/")
        self._add_folder(parent)
        self.names[folder] = {}
        self.names[parent][name] = None

    def _walk(self, folder: str, out: dict[str, Entry]) -> str:
        """Adds all entries below `folder` to `out`; returns the id of its tree."""

        def order(item):
            return git.tree_order(encoded(item[0]), git.MODE_FILE if item[1] else git.MODE_TREE)

        paths, objects = [], []
        for name, entry in sorted(self.names[folder].items(), key=order):
            path = f"{folder}/{name}" if folder else name
            below: dict[str, Entry] = {}
            if entry is None:
                entry = self._folder_entry(path, below)
            out[path] = entry
            out.update(below)
            paths.append(path)
            objects.append((encoded(name), entry.mode, entry.sha))
        self.children[folder] = paths
        return git.tree_id(objects)

    def _folder_entry(self, path: str, below: dict[str, Entry]) -> Entry:
        sha = self._walk(path, below)
        latest = max(below.values(), key=lambda entry: entry.last_change)
        return Entry(path, git.MODE_TREE, sha, 0, None, None, latest.last_commit, latest.last_change)


class Repo:
    def __init__(self, owner: str, name: str, *, private: bool = False, default_branch: str = "master"):
        self.owner, self.name, self.private, self.default_branch = owner, name, private, default_branch
        self.author = f"{owner} <{owner}@example.com>"
        self.branches: dict[str, Commit] = {}
        self.tags: dict[str, Tag] = {}
        self.commits: dict[str, Commit] = {}
        # number of further requests that find the repo empty; the real hub does so for up to a second after the first
        # push
        self.settling = 0

    @property
    def head(self) -> Commit:
        return self.branches[self.default_branch]

    def push(
        self, files: dict[str, Optional[Content]], *, branch: str = "", message: str = "change", commit_id: str = ""
    ) -> Commit:
        """Commits `files` on top of `branch`; a value of None removes the file. `commit_id` replaces the computed
        id."""
        branch = branch or self.default_branch
        parent = self.branches.get(branch)
        when = FIRST_COMMIT_TIME + 60 * len(self.commits)
        kept = {path: entry for path, entry in parent.entries.items() if not entry.is_folder} if parent else {}
        for path, content in files.items():
            old = kept.pop(path, None)
            if content is not None:
                new = _entry(path, content, "", when)
                kept[path] = old if old and (old.sha, old.mode) == (new.sha, new.mode) else new
        tree = _Folders(kept).tree
        sha = commit_id or git.commit_id(tree, [parent.sha] if parent else [], self.author, when, message)
        stamped = {path: _stamp(entry, sha) for path, entry in kept.items()}
        folders = _Folders(stamped)
        commit = Commit(sha, tree, message, when, folders.entries, folders.children, parent.sha if parent else "")
        self.commits[sha] = self.branches[branch] = commit
        return commit

    def branch(self, name: str, at: str = "") -> None:
        self.branches[name] = self.commit_of(at or self.default_branch)

    def tag(self, name: str, at: str = "", *, message: str = "") -> Tag:
        """Creates a lightweight tag, or with a message an annotated tag."""
        commit = self.commit_of(at or self.default_branch)
        sha = git.tag_id(commit.sha, name, self.author, commit.when, message) if message else commit.sha
        self.tags[name] = Tag(name, sha, commit, message or commit.message)
        return self.tags[name]

    def find(self, revision: str) -> Optional[tuple[str, str, Commit]]:
        """Resolves a revision as git rev-parse does. Returns (kind, object id, commit); a tag takes precedence over a
        branch."""
        if revision in self.tags:
            return "tag", self.tags[revision].sha, self.tags[revision].commit
        if revision in self.branches:
            return "branch", self.branches[revision].sha, self.branches[revision]
        if revision == "HEAD":
            return self._as_commit(self.branches.get(self.default_branch))
        name = revision.removeprefix("refs/")
        if name.startswith("heads/"):
            return self._as_commit(self.branches.get(name[len("heads/") :]))
        if name.startswith("tags/"):
            tag = self.tags.get(name[len("tags/") :])
            return tag and ("commit", tag.sha, tag.commit)
        return self._find_id(revision.lower()) or self._find_by_suffix(revision)

    def _find_id(self, text: str) -> Optional[tuple[str, str, Commit]]:
        if len(text) < 4:
            return None
        for sha, commit in self.commits.items():
            if sha.startswith(text):
                return "commit", sha, commit
        return next((("commit", tag.sha, tag.commit) for tag in self.tags.values() if tag.sha == text), None)

    def _find_by_suffix(self, revision: str) -> Optional[tuple[str, str, Commit]]:
        """Resolves NAME~N, NAME^ and NAME^{commit}."""
        match = re.fullmatch(r"(.+?)(?:~(\d*)|(\^)|\^\{(?:commit)?\})", revision)
        found = self.find(match[1]) if match else None
        if not match or not found:
            return None
        commit: Optional[Commit] = found[2]
        for _ in range(int(match[2] or 1) if match[2] is not None else 1 if match[3] else 0):
            commit = self.commits.get(commit.parent) if commit else None
        return self._as_commit(commit)

    @staticmethod
    def _as_commit(commit: Optional[Commit]) -> Optional[tuple[str, str, Commit]]:
        return ("commit", commit.sha, commit) if commit else None

    def commit_of(self, revision: str) -> Commit:
        found = self.find(revision)
        if not found:
            raise KeyError(f"{self.owner}/{self.name} has no revision {revision!r}")
        return found[2]


def _stamp(entry: Entry, commit: str) -> Entry:
    """Sets the commit id of a file that this commit changed. The id is known only after the tree is built."""
    return entry if entry.last_commit else replace(entry, last_commit=commit)
