"""Sends a file's bytes as Gitea does: ranges, entity tags, headers (modules/httplib/serve.go). Gitea uses Go's
http.ServeContent for LFS files and its own ServeContentByReader for git blobs; the two differ."""

from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Optional, Union
from urllib.parse import quote

from . import git
from .repo import Entry

# Go's boundary is random and has the same length
BOUNDARY = "6f4a1f5f6b4d1c0e8a7b9d3c2e1f0a9b8c7d6e5f4a3b2c1d0e9f8a7b6c5d"

Span = tuple[int, int]  # the first and the last byte


@dataclass
class Answer:
    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    media: bool = False


def text_answer(status: int, text: str, **headers: str) -> Answer:
    fixed = {"Content-Type": "text/plain; charset=utf-8", "X-Content-Type-Options": "nosniff"}
    return Answer(status, text.encode() + b"\n", fixed | headers)


def escape_segment(name: str) -> str:
    """Escapes as Go's url.PathEscape does."""
    return quote(name, safe="$&+:=@~", errors="surrogateescape")


def serve(entry: Entry, content: bytes, etag: str, headers: dict[str, str], *, seekable: bool) -> Answer:
    """Serves a file as http.ServeContent does if `seekable`, else as ServeContentByReader does."""
    fixed = {"Etag": f'"{etag}"', "Last-Modified": formatdate(entry.last_change, usegmt=True)}
    if _is_known(headers.get("if-none-match", ""), f'"{etag}"', any_matches=seekable):
        return Answer(304, b"", fixed)
    quoted = entry.name.replace("\\", "\\\\").replace('"', '\\"')
    fixed |= {
        "Cache-Control": "private, max-age=300",
        "Content-Type": _sniff(content),
        "X-Content-Type-Options": "nosniff",
        "X-Gitea-Object-Type": "symlink" if entry.mode == git.MODE_LINK else "file",
        "Content-Disposition": f"inline; filename=\"{quoted}\"; filename*=UTF-8''{escape_segment(entry.name)}",
        "Access-Control-Expose-Headers": "Content-Disposition",
    }
    wanted = headers.get("range", "")
    if not seekable:
        return _by_reader(content, wanted, fixed)
    fixed["Accept-Ranges"] = "bytes"
    condition = headers.get("if-range", "")
    if condition and condition not in (fixed["Etag"], fixed["Last-Modified"]):
        wanted = ""
    return _by_serve_content(content, wanted, fixed)


def _is_known(condition: str, etag: str, *, any_matches: bool) -> bool:
    items = [item.strip().removeprefix("W/") for item in condition.split(",")]
    return etag in items or (any_matches and condition.strip() == "*")


def _by_serve_content(content: bytes, wanted: str, headers: dict[str, str]) -> Answer:
    spans = _spans(wanted, len(content))
    if spans == "invalid range":
        return _refused(416, "invalid range", headers)
    if spans == "no overlap":
        if not content:
            return Answer(200, content, headers, media=True)
        headers |= {"Content-Range": f"bytes */{len(content)}"}
        return _refused(416, "invalid range: failed to overlap", headers)
    if not spans or sum(last - first + 1 for first, last in spans) > len(content):
        return Answer(200, content, headers, media=True)
    return _part(content, spans[0], headers) if len(spans) == 1 else _multipart(content, spans, headers)


def _spans(wanted: str, size: int) -> Union[list[Span], str]:
    """Parses a range header as Go's net/http.parseRange does; returns [] if the whole content is requested."""
    if not wanted:
        return []
    if not wanted.startswith("bytes="):
        return "invalid range"
    spans, is_beyond = [], False
    for item in filter(None, (one.strip() for one in wanted[len("bytes=") :].split(","))):
        first, dash, last = (part.strip() for part in item.partition("-"))
        if not dash or not (first or last) or not all(part == "" or part.isdecimal() for part in (first, last)):
            return "invalid range"
        if not first:
            spans.append((max(0, size - int(last)), size - 1))
        elif last and int(last) < int(first):
            return "invalid range"
        elif int(first) >= size:
            is_beyond = True
        else:
            spans.append((int(first), min(int(last), size - 1) if last else size - 1))
    return "no overlap" if is_beyond and not spans else spans


def _multipart(content: bytes, spans: list[Span], headers: dict[str, str]) -> Answer:
    body = b""
    for first, last in spans:
        body += (
            f"\r\n--{BOUNDARY}\r\nContent-Range: bytes {first}-{last}/{len(content)}\r\n"
            f"Content-Type: {headers['Content-Type']}\r\n\r\n"
        ).encode() + content[first : last + 1]
    body = body[2:] + f"\r\n--{BOUNDARY}--\r\n".encode()
    return Answer(206, body, headers | {"Content-Type": f"multipart/byteranges; boundary={BOUNDARY}"}, media=True)


def _by_reader(content: bytes, wanted: str, headers: dict[str, str]) -> Answer:
    if not wanted.startswith("bytes=") or not content:
        return Answer(200, content, headers, media=True)
    first, dash, last = wanted[len("bytes=") :].partition("-")
    start = _number(first)
    if start is None or not 0 <= start < len(content):
        return _refused(416, "invalid start range" if start is not None else _not_a_number(first), headers)
    end = len(content) - 1 if dash and not last else _number(last)
    if end is None:
        return _refused(400, "invalid end range" if start > 0 else _not_a_number(last), headers)
    end = min(end, len(content) - 1)
    if end < start:
        return _refused(400, "invalid end range", headers)
    return _part(content, (start, end), headers)


def _number(text: str) -> Optional[int]:
    return int(text) if text.isascii() and text.isdigit() else None


def _not_a_number(text: str) -> str:
    return f'strconv.ParseInt: parsing "{text}": invalid syntax'


def _part(content: bytes, span: Span, headers: dict[str, str]) -> Answer:
    first, last = span
    headers["Content-Range"] = f"bytes {first}-{last}/{len(content)}"
    part = content if last - first + 1 == len(content) else memoryview(content)[first : last + 1]
    return Answer(206, part, headers, media=True)


def _refused(status: int, reason: str, headers: dict[str, str]) -> Answer:
    return text_answer(status, reason, **(headers | {"Content-Type": "text/plain; charset=utf-8"}))


def _sniff(content: bytes) -> str:
    head = content[:1024]
    binary = any(byte < 9 or 13 < byte < 27 or 27 < byte < 32 for byte in head)
    return "application/octet-stream" if binary else "text/plain; charset=utf-8"
