"""The home folder of one test, with an environment that keeps none of this machine's settings."""

import os
import pickle
from pathlib import Path
from typing import Any

# All other variables are left out: AISTUDIO*, STUDIO*, proxies, XDG*, Python's and pip's own variables.
KEPT = (
    "PATH",
    "LANG",
    "LC_ALL",
    "TZ",
    "LD_LIBRARY_PATH",
    "ASAN_OPTIONS",
    "LSAN_OPTIONS",
    "TSAN_OPTIONS",
    "UBSAN_OPTIONS",
    "LLVM_PROFILE_FILE",
)
LOOPBACK = "127.0.0.1,127.0.0.2,localhost"


class Home:
    def __init__(self, path: Path, proxy: str):
        self.path = path
        temporary = path / "tmp"
        temporary.mkdir(parents=True)
        self.env = {name: os.environ[name] for name in KEPT if name in os.environ}
        # The tests read English messages.
        self.env |= {name: "C.UTF-8" for name in ("LANG", "LC_ALL") if self.env.get(name, "").startswith("zh")}
        self.env |= {"HOME": str(path), "TMPDIR": str(temporary)}
        for name in ("http_proxy", "https_proxy", "all_proxy"):
            self.env |= {name: proxy, name.upper(): proxy}
        self.env |= {"no_proxy": LOOPBACK, "NO_PROXY": LOOPBACK}

    @property
    def cache(self) -> Path:
        return self.path / ".cache" / "aistudio" / "hub"

    def place(self, repo_id: str, kind: str = "models") -> Path:
        """Returns the folder in which the SDK keeps a repo."""
        owner, name = repo_id.split("/")
        return self.cache / kind / owner / name.replace(".", "___")

    def temporary(self, repo_id: str, kind: str = "models") -> Path:
        """Returns the folder to which the SDK downloads a repo's files before it moves them to their place."""
        return self.cache / kind / "._tmp" / repo_id


def record(path: str, revision: str) -> dict[str, str]:
    return {"Path": path, "Revision": revision}


def write_msc(place: Path, records: Any) -> None:
    place.mkdir(parents=True, exist_ok=True)
    (place / ".msc").write_bytes(pickle.dumps(records))


def read_msc(place: Path) -> list[dict[str, str]]:
    return pickle.loads((place / ".msc").read_bytes())
