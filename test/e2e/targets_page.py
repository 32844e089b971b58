"""docs/targets.md: one row for each client, with the results of test_readers.py.

Each test compares its row with the page. With HUBCACHE_WRITE_TARGETS set, it writes the row to the page."""

import fcntl
import os
from dataclasses import dataclass, field
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "targets.md"
BEGIN, END = "<!-- rows: written by test/e2e/targets_page.py -->\n", "<!-- end of rows -->\n"
HEAD = """| client | `--target` | call | two runs | after a push to README.md | after `hubcache refresh` | after `hubcache release` |
| --- | --- | --- | --- | --- | --- | --- |
"""


@dataclass
class Row:
    reader: str
    target: str
    call: str
    skipped: str = ""  # reason why the client is not run
    runs: list[int] = field(default_factory=list)  # downloaded bytes of each run
    downloaded: list[str] = field(default_factory=list)  # files downloaded after a push
    none: list[str] = field(default_factory=list)  # files for which the client returns None after a push
    was_stale: bool = False
    after_refresh: int = 0  # downloaded bytes
    after_release: int = 0  # number of downloaded files

    def line(self) -> str:
        if self.skipped:
            return f"| {self.reader} | `{self.target}` | {self.call} | SKIPPED: {self.skipped} | | | |\n"
        runs = ", ".join(f"{count} B" for count in self.runs)
        stale = "" if self.was_stale else " (was not needed)"
        return (
            f"| {self.reader} | `{self.target}` | `{self.call}` | {runs}, local content | {self._after_push()} "
            f"| {self.after_refresh} B, local content{stale} | the hub's files, {self.after_release} downloaded |\n"
        )

    def _after_push(self) -> str:
        if self.downloaded:
            return f"downloads {', '.join(self.downloaded)}, else local content"
        if self.none:
            return f"0 B; None for {', '.join(self.none)}, else local content"
        return "0 B, local content"


def rows() -> list[str]:
    text = PAGE.read_text(encoding="utf-8")
    return text[text.index(BEGIN) + len(BEGIN) : text.index(END)].removeprefix(HEAD).splitlines(keepends=True)


def is_stated(row: Row) -> bool:
    """Returns True if the page has this row. With HUBCACHE_WRITE_TARGETS set, writes the row first."""
    if "HUBCACHE_WRITE_TARGETS" in os.environ:
        _write(row)
    return row.line() in rows()


def _write(row: Row) -> None:
    with open(__file__) as lock:  # several processes write rows
        fcntl.flock(lock, fcntl.LOCK_EX)
        others = [line for line in rows() if not line.startswith(f"| {row.reader} |")]
        text = PAGE.read_text(encoding="utf-8")
        before, after = text[: text.index(BEGIN)], text[text.index(END) :]
        PAGE.write_text(before + BEGIN + HEAD + "".join(sorted([*others, row.line()])) + after, encoding="utf-8")
