"""Creates random caches and records the real SDK's behaviour with each: the expected values of sdk_property_test.cc.

    sdk_states.py FOLDER SEED

Run with the interpreter of an environment that has aistudio-sdk, or modelscope before 1.38, and with the client's variables. Each cache is a
folder FOLDER/N in its state before the SDK read it. A line of FOLDER/states.tsv:

    N  path  id  digest  kind of record  kind of digest  snapshot  single file  local only

For aistudio-sdk the id is `sha`, and the digest `last_commit_sha`; for modelscope they are `Revision` and `Sha256`.

The answers are those of ModelFileSystemCache (utils/caching.py): exists; exists and then get_file_by_info, as
file_download calls them; and get_file_by_path for local_files_only."""

import hashlib
import pickle
import random
import sys
from pathlib import Path

try:
    from aistudio_sdk.utils.caching import ModelFileSystemCache

    PATH, ID, DIGEST = "path", "sha", "last_commit_sha"
    RESETS_A_DAMAGED_INDEX = False
except ImportError:
    from modelscope.hub.utils.caching import ModelFileSystemCache
    from modelscope.version import __version__

    PATH, ID, DIGEST = "Path", "Revision", "Sha256"
    RESETS_A_DAMAGED_INDEX = tuple(map(int, __version__.split("."))) >= (1, 36)

STATES_OF_A_CELL = 60
PATHS = ("config.json", "a/b/weights.bin", "模 型+%.bin")
FILES = ("file", "file", "file", "symlink", "missing", "dangling", "folder")
CONTENT = b"the user's own"


def record(path, revision):
    return {"Path": path, "Revision": revision}


def hex_digits(rng, length):
    return "".join(rng.choices("0123456789abcdef", k=length))


# The records of the requested path.
KINDS = {
    "none": lambda rng, path, sha: [],
    "exact": lambda rng, path, sha: [record(path, sha)],
    "pin": lambda rng, path, sha: [record(path, "")],
    "pin and exact": lambda rng, path, sha: [record(path, ""), record(path, sha)],
    "exact and pin": lambda rng, path, sha: [record(path, sha), record(path, "")],
    "shorter": lambda rng, path, sha: [record(path, sha[: rng.randint(1, 39)])],
    "longer": lambda rng, path, sha: [record(path, sha + hex_digits(rng, rng.randint(1, 24)))],
    "upper case": lambda rng, path, sha: [record(path, sha.upper())],
    "other": lambda rng, path, sha: [record(path, hex_digits(rng, 40))],
    "other and pin": lambda rng, path, sha: [record(path, hex_digits(rng, 40)), record(path, "")],
    "several": lambda rng, path, sha: rng.sample(
        [record(path, one) for one in (sha, "", sha[:9], "N/A", hex_digits(rng, 40))], rng.randint(2, 5)
    ),
    "N/A": lambda rng, path, sha: [record(path, "N/A")],
    "a third key": lambda rng, path, sha: [record(path, rng.choice((sha, ""))) | {"Size": 1}],
    "no revision": lambda rng, path, sha: [{"Path": path}],
    "odd revision": lambda rng, path, sha: [record(path, rng.choice((None, 7, b"", [sha])))],
    "odd and exact": lambda rng, path, sha: rng.sample([record(path, None), record(path, sha)], 2),
}
# Records of other paths, or without a path.
NEIGHBOURS = (
    lambda rng: record("README.md", hex_digits(rng, 40)),
    lambda rng: record("other.bin", ""),
    lambda rng: record(None, ""),
    lambda rng: record(b"config.json", ""),
    lambda rng: {"Revision": ""},
    lambda rng: "a text",
    lambda rng: {},
    lambda rng: None,
)
COMMITS = {
    "null": lambda rng: None,
    "commit": lambda rng: hex_digits(rng, 40),
    "sha256": lambda rng: hashlib.sha256(CONTENT).hexdigest(),
    "other sha256": lambda rng: hex_digits(rng, 64),
}


def place(rng, file):
    file.parent.mkdir(parents=True, exist_ok=True)
    kind = rng.choice(FILES)
    if kind == "folder":
        file.mkdir()
    elif kind == "dangling":
        file.symlink_to("nowhere")
    elif kind == "symlink":
        (file.parent / "original").write_bytes(CONTENT)
        file.symlink_to("original")
    elif kind == "file":
        file.write_bytes(CONTENT)


def index(rng, kind, path, sha):
    """Returns the pickled index, None for no `.msc`, or sometimes bytes that are not a pickle."""
    records = KINDS[kind](rng, path, sha)
    for _ in range(rng.choice((0, 0, 1, 2))):
        # The odd records are rare, because most of them make the SDK raise an exception, whatever the other records
        # are.
        neighbour = rng.choice(NEIGHBOURS[:2] if rng.random() < 0.8 else NEIGHBOURS)
        records.insert(rng.randint(0, len(records)), neighbour(rng))
    if not records and rng.random() < 0.5:
        return None
    # Most clients only iterate over the value that they have loaded; the others reset an index that is not a list.
    if rng.random() < 0.1 and not RESETS_A_DAMAGED_INDEX:
        records = tuple(records) or {}
    # Before protocol 3, bytes are pickled as a call, and hubcache's reader refuses every call.
    data = pickle.dumps(records, protocol=rng.randint(3 if "b'" in str(records) or 'b"' in str(records) else 0, 5))
    is_damaged = rng.random() < 0.002 and not RESETS_A_DAMAGED_INDEX
    return data[: rng.randint(0, len(data) - 1)] if is_damaged else data


def ask(folder, msc, question):
    """Asks each question to a fresh cache, because the SDK drops records of missing files and then saves the index."""
    if msc is not None:
        (folder / ".msc").write_bytes(msc)
    try:
        return question(ModelFileSystemCache(str(folder)))
    except Exception:
        return "raises"


def answers(folder, msc, info):
    def single(cache):
        if not cache.exists(info):
            return "downloads"
        return "accepts" if cache.get_file_by_info(info) else "returns_none"

    questions = (
        lambda cache: "accepts" if cache.exists(info) else "downloads",
        single,
        lambda cache: "accepts" if cache.get_file_by_path(info[PATH]) else "raises",
    )
    found = [ask(folder, msc, question) for question in questions]
    if msc is not None:
        (folder / ".msc").write_bytes(msc)
    return found


def main():
    base, rng = Path(sys.argv[1]), random.Random(sys.argv[2])
    lines = []
    cells = [(kind, commit) for kind in KINDS for commit in COMMITS for _ in range(STATES_OF_A_CELL)]
    for number, (kind, commit) in enumerate(cells):
        folder, path, sha, last = base / str(number), rng.choice(PATHS), hex_digits(rng, 40), COMMITS[commit](rng)
        place(rng, folder / path)
        msc = index(rng, kind, path, sha)
        info = {PATH: path, ID: sha, DIGEST: last, "size": len(CONTENT), "name": path.rpartition("/")[2]}
        lines.append("\t".join((str(number), path, sha, last or "", kind, commit, *answers(folder, msc, info))))
    (base / "states.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")


main()
