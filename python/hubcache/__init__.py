"""hubcache makes model-hub clients take local, edited models as the hub's own.

adopt, release, restore, status and predict do what the command's subcommands do, with the same options by the same
names; what fails is raised as an Error, an argument of a wrong type as a TypeError. mk_aistudio_cache_file and
compute_hash stand in for those of the wiki page.
"""

from ._hubcache import version as __version__
from .api import adopt, predict, release, restore, status
from .errors import ConflictError, DifferenceError, Error, ErrorCode, HubError, UsageError
from .reports import (Adoption, AdoptReport, Aside, FileStatus, LeftFiles, MissingFile, ReleaseReport, RepoStatus, RevisionStatus, StatusReport,
                      Verdict, VerifiedFile)
from .wiki import compute_hash, mk_aistudio_cache_file

__all__ = [
    "AdoptReport", "Adoption", "Aside", "ConflictError", "DifferenceError", "Error", "ErrorCode", "FileStatus", "HubError",
    "LeftFiles", "MissingFile", "ReleaseReport", "RepoStatus", "RevisionStatus", "StatusReport", "UsageError", "Verdict", "VerifiedFile", "__version__", "adopt",
    "compute_hash", "mk_aistudio_cache_file", "predict", "release", "restore", "status",
]
