"""hubcache makes model-hub clients load local, edited copies of models under their hub ids.

Each function does the same as the subcommand of that name, with the same options (hash_files: `hash`, cache_stats and
clear_cache: `cache`, local_hub_variables: `env`, list_cached: `ls`, disk_usage: `du`, remove_cached: `rm`, list_store, show_in_store, remove_from_store, collect_garbage and
check_store: `store`). predict returns what a client will do with each file. local_hub() is
for notebooks, which no command can start, and `%load_ext hubcache` defines the magic command %hubcache. Failures raise an
Error, an argument of a wrong type raises a TypeError. mk_aistudio_cache_file and compute_hash replace the functions of the
wiki page's script. Except for the magic command, the package prints nothing; it logs to the logger "hubcache".

The functions let Python's other threads run. Ctrl-C ends each of them; a change of a cache folder that has begun is
completed first. `import hubcache` loads almost nothing: each name is loaded when it is used first.
"""

TYPE_CHECKING = False  # importing typing for it would take longer than the rest of this import

if TYPE_CHECKING:
    from ._library import version as __version__
    from .adopting import adopt, refresh, release, restore
    from .caches import (
        CachedFiles,
        CachedRemoval,
        CachedRepo,
        CachedReport,
        DiskUsage,
        DiskUsageReport,
        LeftoverGroup,
        PruneReport,
        RemoveCachedReport,
        disk_usage,
        list_cached,
        prune,
        remove_cached,
    )
    from .errors import ConflictError, DifferenceError, Error, ErrorCode, HubError, UsageError
    from .examining import (
        DoctorReport,
        ExaminedFileSystem,
        ExaminedHub,
        ExaminedTarget,
        Finding,
        InstalledPackage,
        TokenSource,
        doctor,
    )
    from .hashing import cache_stats, clear_cache, hash_files
    from .imported_clients import ImportedClientWarning
    from .looking import predict, status, targets, verify
    from .publishing import (
        PublishedFile,
        PublishedRevision,
        PublishReport,
        StoreCheck,
        StoreCheckReport,
        StoreGcReport,
        StoreListReport,
        StoreRemoveReport,
        StoreShowReport,
        check_store,
        collect_garbage,
        list_store,
        publish,
        remove_from_store,
        show_in_store,
    )
    from .reports import AdoptReport, LeftFiles, MissingFile, ReleaseReport, Verdict, VerifiedFile
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
    from .running_hub import LocalHub, local_hub
    from .serving import local_hub_variables, run, serve
    from .sharing import DedupeReport, Duplicate, DuplicateGroup, dedupe
    from .statuses import (
        Adoption,
        Aside,
        FileStatus,
        FolderChanges,
        PlacedFiles,
        RepoStatus,
        RevisionStatus,
        StatusReport,
    )
    from .wiki import compute_hash, mk_aistudio_cache_file

__all__ = [
    "AdoptReport",
    "Adoption",
    "Aside",
    "CacheStats",
    "CachedFiles",
    "CachedRemoval",
    "CachedReport",
    "CachedRepo",
    "ConflictError",
    "DedupeReport",
    "DifferenceError",
    "DiskUsage",
    "DiskUsageReport",
    "DoctorReport",
    "Duplicate",
    "DuplicateGroup",
    "Error",
    "ErrorCode",
    "ExaminedFileSystem",
    "ExaminedHub",
    "ExaminedTarget",
    "FileStatus",
    "Finding",
    "FolderChanges",
    "HashReport",
    "HashedFile",
    "HubError",
    "ImportedClientWarning",
    "InstalledPackage",
    "LeftFiles",
    "LeftoverGroup",
    "LocalHub",
    "MissingFile",
    "PlacedFiles",
    "PruneReport",
    "PublishReport",
    "PublishedFile",
    "PublishedRevision",
    "RefreshReport",
    "RefreshedRepo",
    "ReleaseReport",
    "RemoveCachedReport",
    "RepoStatus",
    "RepoVerification",
    "RevisionStatus",
    "StatusReport",
    "StoreCheck",
    "StoreCheckReport",
    "StoreGcReport",
    "StoreListReport",
    "StoreRemoveReport",
    "StoreShowReport",
    "TargetInfo",
    "TargetsReport",
    "TokenSource",
    "UnhashedFile",
    "UsageError",
    "Verdict",
    "VerifiedFile",
    "VerifyReport",
    "__version__",
    "adopt",
    "cache_stats",
    "check_store",
    "clear_cache",
    "collect_garbage",
    "compute_hash",
    "dedupe",
    "disk_usage",
    "doctor",
    "hash_files",
    "list_cached",
    "list_store",
    "local_hub",
    "local_hub_variables",
    "mk_aistudio_cache_file",
    "predict",
    "prune",
    "publish",
    "refresh",
    "release",
    "remove_cached",
    "remove_from_store",
    "restore",
    "run",
    "serve",
    "show_in_store",
    "status",
    "targets",
    "verify",
]

_MODULES = {
    "adopting": "adopt refresh release restore",
    "caches": "CachedFiles CachedRemoval CachedRepo CachedReport DiskUsage DiskUsageReport LeftoverGroup PruneReport RemoveCachedReport "
    "disk_usage list_cached prune remove_cached",
    "errors": "ConflictError DifferenceError Error ErrorCode HubError UsageError",
    "examining": "DoctorReport ExaminedFileSystem ExaminedHub ExaminedTarget Finding InstalledPackage TokenSource doctor",
    "hashing": "cache_stats clear_cache hash_files",
    "imported_clients": "ImportedClientWarning",
    "looking": "predict status targets verify",
    "publishing": "PublishReport PublishedFile PublishedRevision StoreCheck StoreCheckReport StoreGcReport StoreListReport StoreRemoveReport StoreShowReport "
    "check_store collect_garbage list_store publish remove_from_store show_in_store",
    "reports": "AdoptReport LeftFiles MissingFile ReleaseReport Verdict VerifiedFile",
    "results": "CacheStats HashedFile HashReport RefreshedRepo RefreshReport RepoVerification TargetInfo TargetsReport "
    "UnhashedFile VerifyReport",
    "running_hub": "LocalHub local_hub",
    "serving": "local_hub_variables run serve",
    "sharing": "DedupeReport Duplicate DuplicateGroup dedupe",
    "statuses": "Adoption Aside FileStatus FolderChanges PlacedFiles RepoStatus RevisionStatus StatusReport",
    "wiki": "compute_hash mk_aistudio_cache_file",
}
_MODULE_OF = {name: module for module, names in _MODULES.items() for name in names.split()}
_MODULE_OF["load_ipython_extension"] = "magic"


def __getattr__(name: str) -> object:
    from importlib import import_module

    if name == "__version__":
        value = import_module("._library", __name__).version
    elif name in _MODULE_OF:
        value = getattr(import_module("." + _MODULE_OF[name], __name__), name)
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> "list[str]":
    return sorted({*globals(), *__all__})
