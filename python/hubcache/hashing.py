"""Digests of files, and the cache that remembers them."""

from . import _hubcache
from .arguments import StrPath, flag, path
from .calls import text_of, value_of
from .results import CacheStats, HashReport, cache_stats_of, hash_report


def hash_files(*paths: StrPath, git: bool = False, sha256: bool = False, lfs: bool = False) -> HashReport:
    """Returns digests of files, and of all files below folders; SHA-256 if no kind is named. Each file is read once,
    and not again while it is unchanged. An unreadable file does not stop the others: see HashReport.unhashed."""
    kinds = [flag("git", git), flag("sha256", sha256), flag("lfs", lfs)]
    if not any(kinds):
        kinds = [False, True, False]
    return hash_report(value_of(_hubcache.hash_files([path("paths", one) for one in paths], *kinds)))


def cache_stats() -> CacheStats:
    """Returns the size and the content of the digest cache."""
    return cache_stats_of(value_of(_hubcache.cache_stats()))


def clear_cache() -> None:
    """Deletes the digest cache. No data is lost: the next run reads the files again."""
    text_of(_hubcache.clear_cache())
