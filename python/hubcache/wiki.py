"""The functions of the wiki page's script, with its arguments and results."""

import os
import shlex
from typing import List, Tuple

from .adopting import adopt
from .arguments import StrPath, path, path_bytes, text
from .calls import call, logger
from .errors import HubError
from .reports import AdoptReport


def mk_aistudio_cache_file(project_id: str, local_dir: StrPath) -> Tuple[bool, str]:
    """Makes aistudio-sdk take all files in `local_dir` as the repo's, whatever is pushed later.

    `local_dir` is the repo's folder in the SDK's cache, or the local_dir argument of a program. Returns (False, why) on
    failure and raises nothing. Warnings go to the logger "hubcache"."""
    try:
        if not os.path.exists(local_dir):
            return False, "模型目录不存在"
        _warn(_adopt_in_place(project_id, local_dir).warnings)
        _warn_unmasked(project_id, local_dir)
    except Exception as problem:
        return False, str(problem)
    return True, "成功写入cache"


def compute_hash(file_path: StrPath) -> str:
    """Returns the SHA-256 of a file, in hex."""
    with open(file_path, "rb"):  # raises what the script's own open() raised
        digest: str = call("sha256_of_file", {"file": path("file_path", file_path)})["sha256"]
    return digest


def _adopt_in_place(repo_id: str, folder: StrPath) -> AdoptReport:
    in_cache = os.path.realpath(path_bytes("local_dir", folder)) == os.path.realpath(_place_of(repo_id))
    target, place = ("aistudio", None) if in_cache else ("aistudio-dir", folder)
    try:
        return adopt(repo_id, folder, target=target, place=place)
    except HubError as problem:
        _warn([f"{problem}; going on without the hub"])
        return adopt(repo_id, folder, target=target, place=place, offline=True)


def _warn_unmasked(repo_id: str, folder: StrPath) -> None:
    """Warns if `folder` has the repo's plain name: aistudio_sdk 0.3.9 replaces each dot of the name by ___
    (file_download.create_temporary_directory_and_cache)."""
    place = os.fsdecode(_place_of(repo_id))
    unmasked = os.path.join(os.path.dirname(place), repo_id.split("/")[1])
    if os.path.realpath(os.fsdecode(folder)) == os.path.realpath(unmasked) != os.path.realpath(place):
        _warn(
            [
                f"aistudio-sdk does not look for {repo_id} in this folder, but in {place!r}: only programs that pass this "
                f"folder as local_dir use its files; for other programs, run hubcache adopt {repo_id} {shlex.quote(unmasked)}"
            ]
        )


def _place_of(repo_id: str) -> bytes:
    report = call("place_of", {"target": "aistudio", "repo_id": text("project_id", repo_id)})
    return bytes.fromhex(report["place_bytes"]) if "place_bytes" in report else report["place"].encode()


def _warn(sentences: List[str]) -> None:
    for sentence in sentences:
        logger.warning("%s", sentence)
