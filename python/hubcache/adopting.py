"""The functions that change the clients' cache folders."""

from typing import Optional

from .arguments import (
    Patterns,
    StrPath,
    flag,
    function_or_none,
    path,
    path_or_none,
    patterns,
    text,
    text_or_none,
    texts,
)
from .calls import Ask, Progress, call
from .reports import AdoptReport, Json, LinkChoice, ReleaseReport, RepoType, Winner, adopt_report, release_report
from .results import RefreshReport, refresh_report


def adopt(
    repo_id: str,
    folder: StrPath,
    *,
    target: Optional[str] = None,
    place: Optional[StrPath] = None,
    repo_type: RepoType = "model",
    revision: Optional[str] = None,
    link: LinkChoice = "auto",
    pin: bool = True,
    offline: bool = False,
    require_complete: bool = False,
    match: bool = False,
    partial: bool = False,
    include: Patterns = (),
    exclude: Patterns = (),
    take: Optional[Winner] = None,
    dry_run: bool = False,
    trust_owner: bool = False,
    progress: Optional[Progress] = None,
    ask: Optional[Ask] = None,
) -> AdoptReport:
    """Makes a client take the files of a folder as the repo's. The folder itself is only read.

    Args:
        repo_id: "owner/name", or "prefix:owner/name" with the prefix of a hub ("hf:", "ms:", …).
        folder: your folder; "~" is expanded.
        target: a name that targets() lists; by default the default target of the id's hub.
        place: for the targets aistudio-dir, hf-dir and ms-dir, the local_dir of the program.
        repo_type: "model" or "dataset".
        revision: branch, tag or commit; by default the hub's default, master or main.
        link: how files get into the place; "auto" takes the first kind that works, and copies if none does.
        pin: the files stay accepted after a push to the hub.
        offline: does not ask the hub.
        require_complete: raises a DifferenceError if the client would still download a file.
        match: adopts only if all files equal the hub's byte for byte, and without a pin.
        partial: with match, skips the files that differ.
        include, exclude: a pattern in .gitignore syntax, or several; they are relative to the folder.
        take: in place: "mine" or "hub", the version to keep of files that a client has replaced.
        dry_run: changes nothing; the report says what would be done.
        trust_owner: continues from a record that another user may have written, instead of setting it aside.
        progress: with match, called as in hash_files().
        ask: called with a question before a copy of more than 1 GiB; a false result declines the copy (ConflictError). By
            default, the files are copied. Copies are logged to the logger "hubcache" at INFO.

    Raises:
        UsageError: an argument is wrong.
        HubError: the hub does not answer, or refuses.
        DifferenceError: see match and require_complete; Error.unmatched has the files that differ.
        ConflictError: another process holds the lock, or you have to decide first, as Error.hint says.
        Error: a file, a folder or the system caused the failure.

    On each of them nothing was changed, except for a plain Error in the middle of the change: then adopting again, or
    release(), completes it.
    """
    arguments: Json = {
        "repo_id": text("repo_id", repo_id),
        "folder": path("folder", folder),
        "target": text_or_none("target", target),
        "place": path_or_none("place", place),
        "repo_type": text("repo_type", repo_type),
        "revision": text_or_none("revision", revision),
        "link": text("link", link),
        "pin": flag("pin", pin),
        "offline": flag("offline", offline),
        "require_complete": flag("require_complete", require_complete),
        "match": flag("match", match),
        "partial": flag("partial", partial),
        "include": patterns("include", include),
        "exclude": patterns("exclude", exclude),
        "take": text_or_none("take", take),
        "dry_run": flag("dry_run", dry_run),
        "trust_owner": flag("trust_owner", trust_owner),
    }
    return adopt_report(call("adopt", arguments, function_or_none("progress", progress), function_or_none("ask", ask)))


def refresh(
    *repo_ids: str,
    target: Optional[str] = None,
    place: Optional[StrPath] = None,
    offline: bool = False,
    check: bool = False,
    trust_owner: bool = False,
) -> RefreshReport:
    """Adopts repos again: takes new shas after a push, and new, changed and removed files of the folders.

    A repo that fails does not stop the others: see RefreshedRepo.error.

    Args:
        repo_ids: by default all adopted repos.
        target: by default all targets of the ids' hub, or all targets.
        place: as in adopt(); needs exactly one repo.
        offline: does not ask the hub.
        check: changes nothing; RefreshedRepo.stale says whether a repo is out of date.
        trust_owner: also refreshes adoptions whose record another user may have written.

    Raises:
        UsageError: an argument is wrong.
        Error: a named repo is not adopted.
    """
    arguments: Json = {
        "repo_ids": texts("repo_ids", repo_ids),
        "target": text_or_none("target", target),
        "place": path_or_none("place", place),
        "offline": flag("offline", offline),
        "check": flag("check", check),
        "trust_owner": flag("trust_owner", trust_owner),
    }
    return refresh_report(call("refresh", arguments))


def release(
    repo_id: str,
    *,
    target: Optional[str] = None,
    place: Optional[StrPath] = None,
    repo_type: RepoType = "model",
    trust_owner: bool = False,
) -> ReleaseReport:
    """Undoes an adoption exactly. No file of yours is deleted: ReleaseReport.kept has the new paths of moved files.

    Args:
        repo_id, place, repo_type: as in adopt().
        target: required if the repo is adopted for several targets.
        trust_owner: also undoes an adoption whose record another user may have written.

    Raises:
        UsageError: an argument is wrong, or the repo is adopted for several targets.
        ConflictError: another process holds the lock.
        Error: the repo is not adopted, or the system caused the failure.
    """
    return _undo("release", repo_id, target, place, repo_type, trust_owner)


def restore(
    repo_id: str,
    *,
    target: Optional[str] = None,
    place: Optional[StrPath] = None,
    repo_type: RepoType = "model",
    trust_owner: bool = False,
) -> ReleaseReport:
    """Puts your own files back where a client has replaced or removed them after an adoption in place.

    Args:
        repo_id, target, place, repo_type, trust_owner: as in release().

    Raises:
        UsageError, ConflictError: as in release().
        Error: as in release(), or the repo is not adopted in place.
    """
    return _undo("restore", repo_id, target, place, repo_type, trust_owner)


def _undo(
    operation: str,
    repo_id: str,
    target: Optional[str],
    place: Optional[StrPath],
    repo_type: RepoType,
    trust_owner: bool,
) -> ReleaseReport:
    arguments: Json = {
        "repo_id": text("repo_id", repo_id),
        "target": text_or_none("target", target),
        "place": path_or_none("place", place),
        "repo_type": text("repo_type", repo_type),
        "trust_owner": flag("trust_owner", trust_owner),
    }
    return release_report(call(operation, arguments))
