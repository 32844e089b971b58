"""The commands as functions. The environment is read at each call; Python's other threads run meanwhile.

Without a target, as the commands: adopt and predict take aistudio (of hf:owner/name, huggingface), the others
all of the hub that the id belongs to: AI Studio, or with hf: Hugging Face."""

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
    """Makes the client take the files of `folder` as the repo's. `place` is for target 'aistudio-dir': its local_dir.
    `revision`: by default the hub's own, master or main. `match`: only what is the hub's byte for byte, and without a
    pin; `partial`: the files that are, whatever the others are. `trust_owner`: go on from a record that another user
    can have written, instead of setting it aside. A copy is announced on the logger "hubcache" at INFO."""
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
    """Undoes an adoption exactly. Where the repo is adopted for several targets, one has to be named. `trust_owner`: also
    one whose record another user can have written."""
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
    """After an adoption in place: puts the user's own files back where a client has replaced or removed them."""
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
    """What stands in the clients' places (of these repos, or of all), and what the clients will do with it."""
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
    """What the client will do with each file of the repo at its next run."""
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
    """Adopts these repos (or all adopted ones) again: new shas after a push, new, changed and removed files of the
    folder. `check`: changes nothing. A repo that fails does not stop the others: see RefreshedRepo.error. `trust_owner`:
    also adoptions whose record another user can have written."""
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
    """The targets, and where each of them looks for repos in the present environment. `python`: the interpreter whose
    packages are listed; by default the first python3 of PATH."""
    return targets_report(value_of(_hubcache.targets(path_or_none("python", python))))


def _repo_ids(repo_ids: tuple[str, ...]) -> list[str]:
    return [text("repo_ids", one) for one in repo_ids]
