"""What other programs say about the clients' caches."""

import subprocess
from pathlib import Path


def du(*folders: Path) -> int:
    """Returns what du(1) says that the folders occupy."""
    there = [str(folder) for folder in folders if folder.exists()]
    lines = subprocess.run(["du", "-s", "-c", "-B1", *there], text=True, capture_output=True, check=True).stdout
    return int(lines.splitlines()[-1].split()[0])
