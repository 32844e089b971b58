"""Scenes: the states of a home in which a command is killed, and the command."""

import os
import pickle
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable

from home import Home, record, write_msc
from hubdouble import Hub

REPO = "ctbots/crash"
DOTTED = "ctbots/crash.1"
# The folders with the clients' models and, in these, the folders of unfinished downloads.
AISTUDIO = (".cache/aistudio/hub/models", "._tmp")
MODELSCOPE = (".cache/modelscope/hub/models", "._____temp")
CSGHUB = (".cache/csg/hub", "temp")

# 20 files: at the top, nested, empty, executable, and with special characters in the name.
NAMES = [
    "README.md",
    "config.json",
    "model.safetensors",
    "tokenizer.json",
    "empty.txt",
    "run.sh",
    "a b+%#?.txt",
    "模型.bin",
    "inference/config.json",
    "inference/a/weights.0",
    "inference/a/weights.1",
    "inference/b/weights.2",
    "linked/one.txt",
    "linked/two.txt",
    "folder-there",
    "file-there/inside.txt",
    "deep/1/2/3/4/leaf",
    "deep/1/leaf",
    "deep/2/leaf",
    "zz.last",
]


def write(path: Path, content: bytes, when: int = 1_700_000_000) -> None:
    """Writes a file with a fixed time, so that a copy of it is the same in every run."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, (when, when))


def replace(path: Path, content: bytes, when: int = 1_700_000_000) -> None:
    """Replaces a file by a new file, as a client does."""
    beside = path.with_name("beside")
    write(beside, content, when)
    beside.rename(path)


def sha(number: int) -> str:
    return f"{number:040x}"


@dataclass
class Site:
    """A home with the user's folder and the place."""

    home: Home
    hub: Hub
    repo: str = REPO
    cache: tuple[str, str] = AISTUDIO

    @property
    def user(self) -> Path:
        return self.home.path / "my-model"

    @property
    def models(self) -> Path:
        return self.home.path / self.cache[0]

    @property
    def place(self) -> Path:
        owner, name = self.repo.split("/")
        return self.models / owner / name.replace(".", "___")

    def make_user_folder(self) -> None:
        for name in NAMES:
            write(self.user / name, b"" if name == "empty.txt" else f"my own {name}\n".encode() * 40)
        (self.user / "run.sh").chmod(0o755)

    def make_download(self) -> None:
        """Creates files as if the client had downloaded them: some in the way of the user's files, and an unfinished
        download."""
        theirs = [*NAMES[:12], "LICENSE", "extra/notes.txt"]
        for name in theirs:
            write(self.place / name, f"the hub's {name}\n".encode(), 1_600_000_000)
        write(self.place / "folder-there/inside.txt", b"a folder where the user has a file\n")
        write(self.place / "file-there", b"a file where the user has a folder\n")
        write(self.home.path / "elsewhere/one.txt", b"behind a symlinked folder\n")
        (self.place / "linked").symlink_to(self.home.path / "elsewhere")
        self.write_index([record(name, sha(number)) for number, name in enumerate(theirs)])
        write(self.place / ".mdl", pickle.dumps({"id": self.repo}))
        write(self.place / ".mv", b"Revision:" + sha(99).encode() + b",CreatedAt:unknown")
        write(self.models / self.cache[1] / self.repo / "model.safetensors", b"half of it")

    def write_index(self, records: list) -> None:
        write_msc(self.place, records)
        os.utime(self.place / ".msc", (1_650_000_000, 1_650_000_000))


Step = Callable[[Site], None]
Words = tuple[str, ...]


@dataclass
class Scene:
    build: list[Step]  # run before hubcache is used
    command: Words  # the command to be killed
    before: list[Words | Step] = field(default_factory=list)  # run between the two
    in_place: bool = False
    old_renames: bool = False  # the file system can neither exchange names nor refuse to replace a name
    repo: str = REPO
    cache: tuple[str, str] = AISTUDIO

    @property
    def release(self) -> Words:
        """Returns the release command for the hub of the scene's adoptions."""
        commands = [words for words in (self.command, *self.before) if isinstance(words, tuple)]
        ids = [word for words in commands for word in words if word.startswith(("hf:", "ms:", "csg:"))]
        return release(ids[0] if ids else self.repo)

    # Files whose content may be lost: copies of a user's file that has changed since, and the saved index if the client
    # has written to the present index since, because its records live on there.
    expendable: Callable[[Site], list[Path]] = lambda site: []


def adopt(*options: str, folder: str = "my-model", repo: str = REPO) -> Words:
    return ("adopt", repo, folder, "--offline", *options)


def in_place(*options: str) -> Words:
    return adopt(*options, folder=f".cache/aistudio/hub/models/{REPO}")


def release(repo: str = REPO) -> Words:
    return "release", repo


ONLINE: Words = ("adopt", REPO, "my-model")
# a target whose files have no paths, and which has no index
BY_IDS: Words = ("adopt", REPO, "my-model", "--target", "aistudio-0.2")
HF: Words = ("adopt", f"hf:{REPO}", "my-model", "--offline")
MS: Words = ("adopt", f"ms:{REPO}", "my-model", "--offline")
CSG: Words = ("adopt", f"csg:{REPO}", "my-model", "--offline")
CSG_CLI: Words = (*CSG, "--target", "csghub-cli")
RESTORE: Words = ("restore", REPO)


def change_user_folder(site: Site) -> None:
    """Changes two files, adds two, removes three, and replaces a folder by a file."""
    write(site.user / "config.json", b"edited\n", 1_710_000_000)
    replace(site.user / "inference/a/weights.0", b"trained on\n", 1_710_000_000)
    write(site.user / "new.txt", b"new\n")
    write(site.user / "newer/new.txt", b"newer\n")
    for name in ("README.md", "tokenizer.json", "deep/2/leaf"):
        (site.user / name).unlink()
    shutil.rmtree(site.user / "file-there")
    write(site.user / "file-there", b"a file by now\n")


def work_in_place(site: Site) -> None:
    """The user edits a placed copy, the client replaces a file, adds one and rewrites its index, and a placed file is
    removed."""
    write(site.place / "run.sh", b"edited in the place\n", 1_710_000_000)
    replace(site.place / "zz.last", b"the hub's newer zz.last\n")
    write(site.place / "checkpoint/step-1.bin", b"saved by a training run\n")
    write(site.place / "pushed.txt", b"a new file of the hub's\n")
    (site.place / "deep/1/leaf").unlink()
    records = pickle.loads((site.place / ".msc").read_bytes())
    records = [one for one in records if one["Path"] != "zz.last" or one["Revision"]]
    site.write_index([*records, record("zz.last", sha(77)), record("pushed.txt", sha(78))])


def client_replaces(site: Site) -> None:
    """In place: the client replaces two of the user's files, and one file is deleted."""
    replace(site.place / "config.json", b"the hub's config.json\n")
    replace(site.place / "inference/config.json", b"the hub's inference/config.json\n")
    (site.place / "zz.last").unlink()
    records = [
        one
        for one in pickle.loads((site.place / ".msc").read_bytes())
        if one["Path"] not in ("config.json", "inference/config.json")
    ]
    site.write_index([*records, record("config.json", sha(80)), record("inference/config.json", sha(81))])


def move_user_folder_to_place(site: Site) -> None:
    """Moves the user's folder to the place, with an index as the wiki page's script writes it."""
    site.place.parent.mkdir(parents=True, exist_ok=True)
    site.user.rename(site.place)
    site.write_index([record(name, sha(number)) for number, name in enumerate(NAMES) if "/" not in name])


def change_files_in_place(site: Site) -> None:
    replace(site.place / "config.json", b"edited, by rename\n", 1_710_000_000)
    write(site.place / "README.md", b"edited\n", 1_710_000_000)
    write(site.place / "new/new.txt", b"new\n")
    (site.place / "tokenizer.json").unlink()


def swap(folder: Path) -> None:
    (folder / "config.json").rename(folder / "part")
    write(folder / "config.json/other", b"new\n")
    (folder / "part").rename(folder / "config.json/part")
    (folder / "file-there/inside.txt").rename(folder / "inside")
    (folder / "file-there").rmdir()
    (folder / "inside").rename(folder / "file-there")


def swap_file_and_folder(site: Site) -> None:
    swap(site.user)


def swap_file_and_folder_in_place(site: Site) -> None:
    swap(site.place)


def link_place_to_user_folder(site: Site) -> None:
    site.place.parent.mkdir(parents=True, exist_ok=True)
    site.place.symlink_to(site.user)


def link_place_to_another_folder(site: Site) -> None:
    write(site.home.path / "elsewhere/config.json", b"another's\n", 1_720_000_000)
    site.place.parent.mkdir(parents=True, exist_ok=True)
    site.place.symlink_to(site.home.path / "elsewhere")


def publish(site: Site) -> None:
    """Pushes some of the user's files and another one to the hub."""
    remote = site.hub.repo(site.repo)
    remote.commits.clear()
    remote.branches.clear()
    remote.push({name: f"the hub's {name}\n".encode() for name in [*NAMES[:12], "LICENSE"]})


def push(site: Site) -> None:
    site.hub.repo(site.repo).push({"README.md": b"pushed\n", "config.json": None, "zz.last": b"the hub has it, too\n"})


def make_hf_download(site: Site) -> None:
    """Creates files as if huggingface_hub had downloaded them: some in the way of the user's files, one edited in the
    snapshot, and a note about a missing file that the user has."""
    make_snapshot_in(site.home.path / ".cache/huggingface/hub" / f"models--{site.repo.replace('/', '--')}")


def make_csg_cli_download(site: Site) -> None:
    """Creates the same files as if csghub-cli had downloaded them."""
    make_snapshot_in(site.home.path / CSGHUB[0] / f"models--{site.repo.replace('/', '--')}")


def make_snapshot_in(folder: Path) -> None:
    for number, name in enumerate([*NAMES[:12], "LICENSE"]):
        write(folder / "blobs" / sha(number), f"the hub's {name}\n".encode(), 1_600_000_000)
        link = folder / "snapshots" / sha(99) / name
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(os.path.relpath(folder / "blobs" / sha(number), link.parent))
    write(folder / "snapshots" / sha(99) / "zz.last", b"edited in the cache\n", 1_600_000_000)
    write(folder / "refs/main", sha(99).encode(), 1_600_000_000)
    write(folder / "trees" / f"{sha(99)}.json", b'{"format_version": 1, "files": {}}', 1_600_000_000)
    write(folder / ".no_exist" / sha(99) / "run.sh", b"", 1_600_000_000)


def damage_index(site: Site) -> None:
    write(site.place / ".msc", b"\x80\x04damaged")


def copies_of_changed_files(site: Site) -> list[Path]:
    return [site.place / "config.json", site.place / "inference/a/weights.0"]


def cut_off_links(site: Site) -> list[Path]:
    """Returns the files in Hugging Face's cache that are not the user's files any more: hard links that the user's rename has
    separated, and, where hubcache has made reflinks, copies of changed files."""
    folder = site.home.path / f".cache/huggingface/hub/models--{site.repo.replace('/', '--')}/snapshots/{sha(99)}"
    return [folder / "config.json", folder / "inference/a/weights.0"]


def index_from_before(site: Site) -> list[Path]:
    return [site.home.cache / "models/._hubcache" / site.repo / "index.before"]


def make_another_folder(site: Site) -> None:
    shutil.copytree(site.user, site.home.path / "other-model")
    write(site.home.path / "other-model/config.json", b"another's\n", 1_720_000_000)


def all_copies(site: Site) -> list[Path]:
    return [site.place / name for name in NAMES]


def remove_working_link(site: Site) -> None:
    """Removes the symlink by which csghub-sdk finds the place from its working folder."""
    (site.home.path / site.repo).unlink()


USER: Step = Site.make_user_folder
DOWNLOAD: Step = Site.make_download

SCENES = {
    "fresh": Scene([USER], adopt()),
    "fresh, copies": Scene([USER], adopt("--link", "copy")),
    "fresh, dotted name": Scene([USER], adopt(repo=DOTTED), repo=DOTTED),
    "a download in the place": Scene([USER, DOWNLOAD], adopt()),
    "a download in the place, hard links": Scene([USER, DOWNLOAD], adopt("--link", "hardlink")),
    "a damaged index": Scene([USER, DOWNLOAD, damage_index], adopt()),
    "the place is a link to the folder": Scene([USER, link_place_to_user_folder], adopt()),
    "again": Scene([USER, DOWNLOAD], adopt(), [adopt(), change_user_folder]),
    "again, copies": Scene(
        [USER, DOWNLOAD],
        adopt("--link", "copy"),
        [adopt("--link", "copy"), change_user_folder],
        expendable=copies_of_changed_files,
    ),
    "again, after work in the place": Scene(
        [USER, DOWNLOAD],
        adopt("--link", "copy"),
        [adopt("--link", "copy"), work_in_place],
        expendable=index_from_before,
    ),
    "again, a file and a folder changed places": Scene([USER], adopt(), [adopt(), swap_file_and_folder]),
    "again, another folder": Scene([USER, make_another_folder], adopt(folder="other-model"), [adopt()]),
    "again, copies of another folder": Scene(
        [USER, make_another_folder],
        adopt("--link", "copy", folder="other-model"),
        [adopt("--link", "copy")],
        expendable=all_copies,
    ),
    "again, links for copies": Scene([USER, DOWNLOAD], adopt(), [adopt("--link", "copy")]),
    "in place": Scene([USER, move_user_folder_to_place], in_place(), in_place=True),
    "in place again": Scene(
        [USER, move_user_folder_to_place], in_place(), [in_place(), change_files_in_place], in_place=True
    ),
    "in place again, a file and a folder changed places": Scene(
        [USER, move_user_folder_to_place], in_place(), [in_place(), swap_file_and_folder_in_place], in_place=True
    ),
    "in place again, mine": Scene(
        [USER, move_user_folder_to_place],
        in_place("--take", "mine"),
        [in_place(), client_replaces],
        in_place=True,
        expendable=index_from_before,
    ),
    "release": Scene([USER], release(), [adopt()]),
    "release, hard links": Scene([USER], release(), [adopt("--link", "hardlink")]),
    "release, a download displaced": Scene([USER, DOWNLOAD], release(), [adopt()]),
    "release, the place was a link": Scene([USER, link_place_to_another_folder], release(), [adopt()]),
    "release after work in the place": Scene(
        [USER, DOWNLOAD], release(), [adopt("--link", "copy"), work_in_place], expendable=index_from_before
    ),
    "release, in place": Scene(
        [USER, move_user_folder_to_place],
        release(),
        [in_place(), client_replaces],
        in_place=True,
        expendable=index_from_before,
    ),
    "restore": Scene(
        [USER, move_user_folder_to_place],
        RESTORE,
        [in_place(), client_replaces],
        in_place=True,
        expendable=index_from_before,
    ),
    "old renames": Scene([USER, DOWNLOAD], adopt(), old_renames=True),
    "old renames, fresh": Scene([USER], adopt(), old_renames=True),
    "old renames, the place is a link": Scene([USER, link_place_to_user_folder], adopt(), old_renames=True),
    "old renames, again": Scene(
        [USER, DOWNLOAD],
        adopt("--link", "copy"),
        [adopt("--link", "copy"), work_in_place],
        expendable=index_from_before,
        old_renames=True,
    ),
    "old renames, release": Scene([USER, DOWNLOAD], release(), [adopt()], old_renames=True),
    "online": Scene([USER, DOWNLOAD, publish], ONLINE),
    "online, again after a push": Scene([USER, publish], ONLINE, [ONLINE, push]),
    "by ids": Scene([USER, publish], BY_IDS),
    "by ids, again after a push": Scene([USER, publish], BY_IDS, [BY_IDS, push]),
    "hf": Scene([USER, make_hf_download], HF),
    "hf, again": Scene([USER, make_hf_download], HF, [HF, change_user_folder], expendable=cut_off_links),
    "hf, release": Scene([USER, make_hf_download], release(f"hf:{REPO}"), [HF]),
    "ms": Scene([USER, DOWNLOAD], MS, cache=MODELSCOPE),
    "ms, again": Scene([USER, DOWNLOAD], MS, [MS, change_user_folder], cache=MODELSCOPE),
    "ms, release": Scene([USER, DOWNLOAD], release(f"ms:{REPO}"), [MS], cache=MODELSCOPE),
    "csg": Scene([USER, DOWNLOAD], CSG, cache=CSGHUB),
    "csg, a lost link": Scene([USER], CSG, [CSG, remove_working_link], cache=CSGHUB),
    "csg-cli": Scene([USER, make_csg_cli_download], CSG_CLI),
    "csg, release": Scene([USER, DOWNLOAD], release(f"csg:{REPO}"), [CSG], cache=CSGHUB),
    "by ids, release": Scene([USER, publish], release(), [BY_IDS]),
}
