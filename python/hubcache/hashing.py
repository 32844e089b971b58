"""Digests of files, and the cache that remembers them."""

from typing import Optional

from .arguments import StrPath, flag, function_or_none
from .arguments import paths as all_paths
from .calls import Progress, call
from .reports import Json
from .results import CacheStats, HashReport, cache_stats_of, hash_report


def hash_files(
    *paths: StrPath, git: bool = False, sha256: bool = False, lfs: bool = False, progress: Optional[Progress] = None
) -> HashReport:
    """Returns digests of files, and of all files below folders.

    Each file is read once, and not again while it is unchanged. A file that cannot be read does not stop the others: see
    HashReport.unhashed.

    Args:
        paths: files and folders.
        git: the git blob id, as `git hash-object --no-filters` prints it.
        sha256: SHA-256; the default if no kind is named.
        lfs: the git blob id of the file's Git LFS pointer.
        progress: called about ten times a second, and at the end, as progress(done_bytes, total_bytes). With tqdm:

            with tqdm(unit="B", unit_scale=True) as bar:
                def progress(done_bytes, total_bytes):
                    bar.total = total_bytes
                    bar.update(done_bytes - bar.n)

                hubcache.hash_files("my-model", progress=progress)

            If it raises an exception, the operation ends, and the exception is raised here.

    Raises:
        UsageError: no path is named.
    """
    arguments: Json = {
        "paths": all_paths("paths", paths),
        "git": flag("git", git),
        "sha256": flag("sha256", sha256) or not (git or lfs),
        "lfs": flag("lfs", lfs),
    }
    return hash_report(call("hash_files", arguments, function_or_none("progress", progress)))


def cache_stats() -> CacheStats:
    """Returns the size (in bytes) and the content of the digest cache.

    Raises:
        Error: the cache cannot be read.
    """
    return cache_stats_of(call("cache_stats", {}))


def clear_cache() -> None:
    """Deletes the digest cache. No data is lost: the next run reads the files again.

    Raises:
        Error: the cache cannot be deleted.
    """
    call("clear_cache", {})
