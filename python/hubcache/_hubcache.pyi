# Stubs of module.cc: functions return an exit code and the JSON of the report or of the error. Paths are bytes, as the
# system has them.
from collections.abc import Callable, Sequence

version: str

def adopt(
    repo_id: str,
    folder: bytes,
    target: str | None,
    place: bytes | None,
    repo_type: str,
    revision: str | None,
    link: str,
    pin: bool,
    offline: bool,
    require_complete: bool,
    match: bool,
    partial: bool,
    include: Sequence[str],
    exclude: Sequence[str],
    take: str | None,
    dry_run: bool,
    trust_owner: bool,
    tell: Callable[[bytes], None],
) -> tuple[int, str]: ...
def release(
    repo_id: str, target: str | None, place: bytes | None, repo_type: str, trust_owner: bool
) -> tuple[int, str]: ...
def restore(
    repo_id: str, target: str | None, place: bytes | None, repo_type: str, trust_owner: bool
) -> tuple[int, str]: ...
def status(repo_ids: Sequence[str], target: str | None, place: bytes | None, offline: bool) -> tuple[int, str]: ...
def predict(
    repo_id: str, target: str | None, place: bytes | None, repo_type: str, revision: str | None, offline: bool
) -> tuple[int, str]: ...
def refresh(
    repo_ids: Sequence[str],
    target: str | None,
    place: bytes | None,
    offline: bool,
    check: bool,
    trust_owner: bool,
    tell: Callable[[bytes], None],
) -> tuple[int, str]: ...
def verify(
    repo_ids: Sequence[str],
    target: str | None,
    place: bytes | None,
    local_dir: bytes | None,
    repo_type: str,
    offline: bool,
    trust_owner: bool,
) -> tuple[int, str]: ...
def hash_files(paths: Sequence[bytes], git: bool, sha256: bool, lfs: bool) -> tuple[int, str]: ...
def targets(python: bytes | None) -> tuple[int, str]: ...
def cache_stats() -> tuple[int, str]: ...
def clear_cache() -> tuple[int, str]: ...  # no text
def run(
    command: Sequence[bytes],
    offline: bool,
    deny_all: bool,
    allow_other_users: bool,
    upstream: str | None,
    trust_owner: bool,
    tell: Callable[[bytes], None],
) -> tuple[int, str]: ...  # the exit code in digits
def serve(
    port: int,
    offline: bool,
    allow_other_users: bool,
    upstream: str | None,
    trust_owner: bool,
    tell: Callable[[bytes], None],
    ready: Callable[[bytes], object],
) -> tuple[int, str]: ...  # no text
def local_hub_variables(port: int, tell: Callable[[bytes], None]) -> tuple[int, str, list[tuple[str, str | None]]]: ...
def place_of_model(repo_id: str) -> tuple[int, bytes]: ...  # the path, not JSON
def sha256(file: bytes) -> tuple[int, str]: ...  # the digest, not JSON
