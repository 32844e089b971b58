"""The functions that look at the clients' cache folders and change nothing."""

from typing import List, Optional

from .arguments import StrPath, flag, function_or_none, path_or_none, text, text_or_none, texts
from .calls import Progress, call
from .reports import Json, RepoType
from .results import TargetsReport, VerifyReport, targets_report, verify_report
from .statuses import FileStatus, StatusReport, file_statuses, status_report


def status(
    *repo_ids: str, target: Optional[str] = None, place: Optional[StrPath] = None, offline: bool = False
) -> StatusReport:
    """Reports cached repos, and predicts what the clients will do with them at their next run.

    Args:
        repo_ids: by default all repos in the targets' places.
        target: by default all targets of the ids' hub, or all targets.
        place: as in adopt(); needs exactly one repo.
        offline: compares with the recorded state of the hub.

    Raises:
        UsageError: an argument is wrong.
        A hub that does not answer raises nothing: see RepoStatus.hub_error.
    """
    arguments: Json = {
        "repo_ids": texts("repo_ids", repo_ids),
        "target": text_or_none("target", target),
        "place": path_or_none("place", place),
        "offline": flag("offline", offline),
    }
    return status_report(call("status", arguments))


def predict(
    repo_id: str,
    *,
    target: Optional[str] = None,
    place: Optional[StrPath] = None,
    repo_type: RepoType = "model",
    revision: Optional[str] = None,
    offline: bool = False,
) -> List[FileStatus]:
    """Predicts what a client will do with each file of the repo at its next run.

    Args:
        repo_id, target, place, repo_type, revision: as in adopt().
        offline: compares with the recorded state of the hub.

    Raises:
        UsageError: an argument is wrong.
        HubError: the hub does not answer, or refuses.
    """
    arguments: Json = {
        "repo_id": text("repo_id", repo_id),
        "target": text_or_none("target", target),
        "place": path_or_none("place", place),
        "repo_type": text("repo_type", repo_type),
        "revision": text_or_none("revision", revision),
        "offline": flag("offline", offline),
    }
    return file_statuses(call("predict", arguments))


def verify(
    *repo_ids: str,
    target: Optional[str] = None,
    place: Optional[StrPath] = None,
    local_dir: Optional[StrPath] = None,
    repo_type: RepoType = "model",
    offline: bool = False,
    trust_owner: bool = False,
    progress: Optional[Progress] = None,
) -> VerifyReport:
    """Compares files with the hub's, by content.

    Args:
        repo_ids: by default all repos in the targets' places.
        target: by default all targets of the ids' hub, or all targets; with local_dir the hub's default target.
        place: as in adopt(); needs exactly one repo.
        local_dir: the folder to compare with one repo, instead of the client's place.
        repo_type: "model" or "dataset"; with local_dir.
        offline: compares with the recorded state of the hub.
        trust_owner: uses records that another user may have written.
        progress: called as in hash_files(); starts again for each repo.

    Raises:
        UsageError: an argument is wrong.
        HubError: the hub refuses the repo.
        Error: the folder does not exist, or nothing is known to compare it with.
    """
    arguments: Json = {
        "repo_ids": texts("repo_ids", repo_ids),
        "target": text_or_none("target", target),
        "place": path_or_none("place", place),
        "local_dir": path_or_none("local_dir", local_dir),
        "repo_type": text("repo_type", repo_type),
        "offline": flag("offline", offline),
        "trust_owner": flag("trust_owner", trust_owner),
    }
    return verify_report(call("verify", arguments, function_or_none("progress", progress)))


def targets(*, python: Optional[StrPath] = None) -> TargetsReport:
    """Lists the targets and their cache folders in the present environment.

    Args:
        python: the interpreter whose packages are listed; by default the first python3 in PATH.

    Raises:
        Nothing if the interpreter fails: see TargetsReport.python_error.
    """
    return targets_report(call("targets", {"python": path_or_none("python", python)}))
