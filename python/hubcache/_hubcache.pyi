# module.cc: an exit code and JSON, of the report or of the error. Paths are bytes, as the system has them.
from collections.abc import Callable, Sequence

version: str

def adopt(repo_id: str, folder: bytes, target: str | None, place: bytes | None, repo_type: str, revision: str | None,
          link: str, pin: bool, offline: bool, require_complete: bool, match: bool, partial: bool,
          include: Sequence[str], exclude: Sequence[str], take: str | None, dry_run: bool,
          trust_owner: bool, tell: Callable[[bytes], None]) -> tuple[int, str]: ...
def release(repo_id: str, target: str | None, place: bytes | None, repo_type: str,
            trust_owner: bool) -> tuple[int, str]: ...
def restore(repo_id: str, target: str | None, place: bytes | None, repo_type: str,
            trust_owner: bool) -> tuple[int, str]: ...
def status(repo_ids: Sequence[str], target: str | None, place: bytes | None, offline: bool) -> tuple[int, str]: ...
def predict(repo_id: str, target: str | None, place: bytes | None, repo_type: str, revision: str | None,
            offline: bool) -> tuple[int, str]: ...
def place_of_model(repo_id: str) -> tuple[int, bytes]: ...  # the path, not JSON
def sha256(file: bytes) -> tuple[int, str]: ...  # the digest, not JSON
