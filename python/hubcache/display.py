"""How reports print: as text, and as HTML in a notebook."""

from dataclasses import fields, is_dataclass
from html import escape
from typing import Any, List, Sequence, Tuple
from unicodedata import combining, east_asian_width

MOST_ROWS = 20  # of a list in a report

Table = Tuple[Sequence[str], List[List[str]]]


class Shown:
    """Prints a dataclass with one line for each field that has something to say, and lists as tables."""

    # Fields in the first line, and fields in a table of such values (none: all). Annotations would make them fields.
    _title = ()  # type: Tuple[str, ...]
    _columns = ()  # type: Tuple[str, ...]
    _omitted = ()  # type: Tuple[str, ...]  # fields that others say better

    def _remarks(self) -> List[str]:
        """Returns lines for people below a table in which this is a row."""
        return []

    def __str__(self) -> str:
        lines = [_heading(self)]
        rows = _rows(self)
        width = max((len(name) for name, _ in rows), default=0)
        lines += [f"  {name:<{width}}  {text}" for name, text in rows]
        for name, values in _lists(self):
            lines += [f"  {_label(name, values)}:", *("    " + line for line in _table_text(values))]
            lines += ["    note: " + remark for remark in _remarks(values)]
        return "\n".join(lines)

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><th style='text-align:left'>{escape(name)}</th><td style='text-align:left'>{escape(text)}</td></tr>"
            for name, text in _rows(self)
        )
        tables = "".join(
            f"<details open><summary>{escape(_label(name, values))}</summary>{_table_html(values)}{_remarks_html(values)}</details>"
            for name, values in _lists(self)
        )
        return f"<div><b>{escape(_heading(self))}</b><table>{rows}</table>{tables}</div>"


def _heading(value: Shown) -> str:
    parts = [str(getattr(value, name)) for name in value._title]
    return type(value).__name__ + (": " + ", ".join(parts) if parts else "")


def _all(value: Any) -> List[Tuple[str, Any]]:
    return [(field.name, getattr(value, field.name)) for field in fields(value)]


def _plain(value: Any) -> List[Tuple[str, Any]]:
    """Returns the fields that are not lists, and neither empty nor 0."""
    empty: Tuple[object, ...] = (None, 0, "", {})
    left_out = value._title + value._omitted if isinstance(value, Shown) else ()
    return [(name, one) for name, one in _all(value) if not (name in left_out or isinstance(one, list) or one in empty)]


def _rows(value: Any) -> List[Tuple[str, str]]:
    """Returns the fields of _plain() with a text."""
    return [(name, text) for name, text in ((name, _text(name, one)) for name, one in _plain(value)) if text]


def _lists(value: Any) -> List[Tuple[str, List[Any]]]:
    return [(name, one) for name, one in _all(value) if isinstance(one, list) and one]


def _label(name: str, values: List[Any]) -> str:
    more = f", the first {MOST_ROWS}" if len(values) > MOST_ROWS else ""
    return f"{name} ({len(values)}{more})"


def _text(name: str, value: Any) -> str:
    if value is True:
        return "yes"
    if value is None or value is False:
        return ""
    if isinstance(value, int) and (name.endswith(("bytes", "size")) or name == "largest"):
        return human_size(value)
    if isinstance(value, dict):
        return ", ".join(f"{key}: {one}" for key, one in value.items())
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if is_dataclass(value):
        return _inline(value)
    return _printable(str(value))


def _inline(value: Any) -> str:
    """Returns a value within a line or a cell: a verdict by its words, anything else by its fields."""
    short = getattr(value, "_short", None)
    if short is not None:
        return _printable(str(short()))
    return ", ".join(f"{name} {text}" for name, text in _rows(value))


def _printable(text: str) -> str:
    """Escapes control characters: names of files may contain any."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _table(values: List[Any]) -> Table:
    rows = values[:MOST_ROWS]
    first = rows[0]
    if not isinstance(first, Shown):
        return (), [[_printable(str(one))] for one in rows]
    names = first._columns or tuple(name for name, _ in _all(first))
    cells = {name: [_text(name, getattr(one, name)) for one in rows] for name in names}
    filled = [name for name in names if any(cells[name])]
    return filled, [[cells[name][i] for name in filled] for i in range(len(rows))]


def _table_text(values: List[Any]) -> List[str]:
    names, rows = _table(values)
    lines = [list(names), *rows] if names else rows
    widths = [max(_width(line[i]) for line in lines) for i in range(len(lines[0]))]
    return [
        "  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(line, widths)).rstrip() for line in lines
    ]


def _width(text: str) -> int:
    """Returns the number of screen columns."""
    return sum(0 if combining(c) else 2 if east_asian_width(c) in "WF" else 1 for c in text)


def _remarks(values: List[Any]) -> List[str]:
    shown = (one for one in values[:MOST_ROWS] if isinstance(one, Shown))
    return [_printable(remark) for one in shown for remark in one._remarks()]


def _remarks_html(values: List[Any]) -> str:
    return "".join(f"<div>note: {escape(remark)}</div>" for remark in _remarks(values))


def _table_html(values: List[Any]) -> str:
    names, rows = _table(values)
    head = "<tr>" + "".join(f"<th>{escape(name)}</th>" for name in names) + "</tr>" if names else ""
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table>{head}{body}</table>"


def human_size(size: int) -> str:
    if size < 1024:
        return f"{size} B"
    value, unit = size / 1024, "KiB"
    for larger in ("MiB", "GiB", "TiB", "PiB"):
        if value < 1023.95:
            break
        value, unit = value / 1024, larger
    return f"{value:.1f} {unit}"
