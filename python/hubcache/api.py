"""The commands as functions. Each call reads the environment and lets Python's other threads run.

The default targets are those of the commands: adopt and predict use aistudio (huggingface for hf:owner/name); the other
functions use all targets of the id's hub: AI Studio, or Hugging Face for hf:owner/name."""

from typing import Literal, Optional

from . import _hubcache
from .arguments import Patterns, StrPath, flag, path, path_or_none, patterns, text, text_or_none
from .calls import tell, value_of
from .reports import (
    AdoptReport,
    FileStatus,
    ReleaseReport,
    RepoType,
    StatusReport,
    adopt_report,
    file_statuses,
    release_report,
    status_report,
)
from .results import RefreshReport, TargetsReport, VerifyReport, refresh_report, targets_report, verify_report


def adopt(
    repo_id: str,
    folder: StrPath,
    *,
    target: Optional[str] = None,
    place: Optional[StrPath] = None,
    repo_type: RepoType = "model",
    revision: Optional[str] = None,
    link: Literal["auto", "symlink", "hardlink", "reflink", "copy"] = "auto",
    pin: bool = True,
    offline: bool = False,
    require_complete: bool = False,
    match: bool = False,
    partial: bool = False,
    include: Patterns = (),
    exclude: Patterns = (),
    take: Optional[Literal["mine", "hub"]] = None,
    dry_run: bool = False,
    trust_owner: bool = False,
) -> AdoptReport:
    """Makes the client take the files of `folder` as the repo's. `place`: for the targets aistudio-dir and hf-dir, the
    local_dir of the program. `revision`: by default the hub's default, master or main. `match`: adopts only if all
    files equal the hub's byte for byte, and without a pin; `partial`: with match, skips the files that differ.
    `trust_owner`: continues from a record that another user may have written, instead of setting it aside. Copies are
    logged to the logger "hubcache" at INFO."""
    return adopt_report(
        value_of(
            _hubcache.adopt(
                text("repo_id", repo_id),
                path("folder", folder),
                text_or_none("target", target),
                path_or_none("place", place),
                text("repo_type", repo_type),
                text_or_none("revision", revision),
                text("link", link),
                flag("pin", pin),
                flag("offline", offline),
                flag("require_complete", require_complete),
                flag("match", match),
                flag("partial", partial),
                patterns("include", include),
                patterns("exclude", exclude),
                text_or_none("take", take),
                flag("dry_run", dry_run),
                flag("trust_owner", trust_owner),
                tell,
            )
        )
    )


def release(
    repo_id: str,
    *,
    target: Optional[str] = None,
    place: Optional[StrPath] = None,
    repo_type: RepoType = "model",
    trust_owner: bool = False,
) -> ReleaseReport:
    """Undoes an adoption exactly. If the repo is adopted for several targets, `target` is required. `trust_owner`: also
    undoes an adoption whose record another user may have written."""
    return release_report(
        value_of(
            _hubcache.release(
                text("repo_id", repo_id),
                text_or_none("target", target),
                path_or_none("place", place),
                text("repo_type", repo_type),
                flag("trust_owner", trust_owner),
            )
        )
    )


def restore(
    repo_id: str,
    *,
    target: Optional[str] = None,
    place: Optional[StrPath] = None,
    repo_type: RepoType = "model",
    trust_owner: bool = False,
) -> ReleaseReport:
    """Puts the user's own files back where a client has replaced or removed them after an adoption in place."""
    return release_report(
        value_of(
            _hubcache.restore(
                text("repo_id", repo_id),
                text_or_none("target", target),
                path_or_none("place", place),
                text("repo_type", repo_type),
                flag("trust_owner", trust_owner),
            )
        )
    )


def status(
    *repo_ids: str, target: Optional[str] = None, place: Optional[StrPath] = None, offline: bool = False
) -> StatusReport:
    """Reports these cached repos (default: all) and predicts what the clients will do with them."""
    return status_report(
        value_of(
            _hubcache.status(
                _repo_ids(repo_ids),
                text_or_none("target", target),
                path_or_none("place", place),
                flag("offline", offline),
            )
        )
    )


def predict(
    repo_id: str,
    *,
    target: Optional[str] = None,
    place: Optional[StrPath] = None,
    repo_type: RepoType = "model",
    revision: Optional[str] = None,
    offline: bool = False,
) -> list[FileStatus]:
    """Predicts what the client will do with each file of the repo at its next run."""
    return file_statuses(
        value_of(
            _hubcache.predict(
                text("repo_id", repo_id),
                text_or_none("target", target),
                path_or_none("place", place),
                text("repo_type", repo_type),
                text_or_none("revision", revision),
                flag("offline", offline),
            )
        )
    )


def refresh(
    *repo_ids: str,
    target: Optional[str] = None,
    place: Optional[StrPath] = None,
    offline: bool = False,
    check: bool = False,
    trust_owner: bool = False,
) -> RefreshReport:
    """Adopts these repos (default: all adopted repos) again: takes new shas after a push, and new, changed and removed
    files of the folder. `check`: changes nothing. A repo that fails does not stop the others: see RefreshedRepo.error.
    `trust_owner`: also refreshes adoptions whose record another user may have written."""
    return refresh_report(
        value_of(
            _hubcache.refresh(
                _repo_ids(repo_ids),
                text_or_none("target", target),
                path_or_none("place", place),
                flag("offline", offline),
                flag("check", check),
                flag("trust_owner", trust_owner),
                tell,
            )
        )
    )


def verify(
    *repo_ids: str,
    target: Optional[str] = None,
    place: Optional[StrPath] = None,
    local_dir: Optional[StrPath] = None,
    repo_type: RepoType = "model",
    offline: bool = False,
    trust_owner: bool = False,
) -> VerifyReport:
    """Compares the files of these repos (or of all in the clients' places) with the hub's, by content. `local_dir`: the
    folder to compare with one repo, instead of the client's place. `offline`: compares with the recorded state."""
    return verify_report(
        value_of(
            _hubcache.verify(
                _repo_ids(repo_ids),
                text_or_none("target", target),
                path_or_none("place", place),
                path_or_none("local_dir", local_dir),
                text("repo_type", repo_type),
                flag("offline", offline),
                flag("trust_owner", trust_owner),
            )
        )
    )


def targets(*, python: Optional[StrPath] = None) -> TargetsReport:
    """Lists the targets and their cache folders in the present environment. `python`: the interpreter whose packages
    are listed; by default the first python3 in PATH."""
    return targets_report(value_of(_hubcache.targets(path_or_none("python", python))))


def _repo_ids(repo_ids: tuple[str, ...]) -> list[str]:
    return [text("repo_ids", one) for one in repo_ids]
