"""Prints whether huggingface_hub accepts an id: `id TAB yes|no`. Run with the Python of huggingface-hub-2.4.0."""

from huggingface_hub.errors import HFValidationError
from huggingface_hub.utils import validate_repo_id

IDS = [
    "me/tuned",
    "a--b/c",
    "a/b--c",
    "a-b/c-d",
    "a/..b",
    "a..b/c",
    "a/b..c",
    ".a/b",
    "a/.b",
    "a./b",
    "a/b.",
    "-a/b",
    "a-/b",
    "a/-b",
    "a/b-",
    "_a/b_",
    "a/b.git",
    "a.git/b",
    "a/b.gitx",
    "a/b.c.d",
    "A1/Z9",
    "a/" + "b" * 96,
    "a/" + "b" * 97,
    "a" * 97 + "/b",
    "a/b_-.c",
    "a---b/c",
    "0/0",
]


def takes(repo_id: str) -> bool:
    try:
        validate_repo_id(repo_id)
        return True
    except HFValidationError:
        return False


for repo_id in IDS:
    print(repo_id, "yes" if takes(repo_id) else "no", sep="\t")
