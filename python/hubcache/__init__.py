"""hubcache makes model-hub clients load local, edited copies of models under their hub ids.

Each function does the same as the subcommand of that name, with the same options (hash_files: `hash`, cache_stats and
clear_cache: `cache`, local_hub_variables: `env`). predict returns what a client will do with each file. Failures raise
an Error, an argument of a wrong type raises a TypeError. mk_aistudio_cache_file and compute_hash replace the functions
of the wiki page's script. The package prints nothing; it logs to the logger "hubcache".
"""

from ._hubcache import version as __version__
from .api import adopt, predict, refresh, release, restore, status, targets, verify
from .errors import ConflictError, DifferenceError, Error, ErrorCode, HubError, UsageError
from .hashing import cache_stats, clear_cache, hash_files
from .local_hub import local_hub_variables, run, serve
from .reports import (
    Adoption,
    AdoptReport,
    Aside,
    FileStatus,
    FolderChanges,
    LeftFiles,
    MissingFile,
    PlacedFiles,
    ReleaseReport,
    RepoStatus,
    RevisionStatus,
    StatusReport,
    Verdict,
    VerifiedFile,
)
from .results import (
    CacheStats,
    HashedFile,
    HashReport,
    RefreshedRepo,
    RefreshReport,
    RepoVerification,
    TargetInfo,
    TargetsReport,
    UnhashedFile,
    VerifyReport,
)
from .wiki import compute_hash, mk_aistudio_cache_file

__all__ = [
    "AdoptReport",
    "Adoption",
    "Aside",
    "CacheStats",
    "ConflictError",
    "DifferenceError",
    "Error",
    "ErrorCode",
    "FileStatus",
    "FolderChanges",
    "HashReport",
    "HashedFile",
    "HubError",
    "LeftFiles",
    "MissingFile",
    "PlacedFiles",
    "RefreshReport",
    "RefreshedRepo",
    "ReleaseReport",
    "RepoStatus",
    "RepoVerification",
    "RevisionStatus",
    "StatusReport",
    "TargetInfo",
    "TargetsReport",
    "UnhashedFile",
    "UsageError",
    "Verdict",
    "VerifiedFile",
    "VerifyReport",
    "__version__",
    "adopt",
    "cache_stats",
    "clear_cache",
    "compute_hash",
    "hash_files",
    "local_hub_variables",
    "mk_aistudio_cache_file",
    "predict",
    "refresh",
    "release",
    "restore",
    "run",
    "serve",
    "status",
    "targets",
    "verify",
]
