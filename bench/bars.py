"""Draws the figures of a benchmark as an SVG: groups of bars, with the machine, the date and the versions."""

import datetime
import os
import re
from html import escape
from pathlib import Path
from typing import NamedTuple, Sequence

LABELS, BARS, FIGURES, ROW, MARGIN = 270, 420, 190, 24, 16  # pixels


class Bar(NamedTuple):
    label: str
    median: float
    low: float
    high: float


class Group(NamedTuple):
    title: str
    bars: Sequence[Bar]


def machine() -> str:
    model = re.search(r"^model name\s*: (.*)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    return f"{model.group(1).strip() if model else os.uname().machine}, {os.cpu_count()} cores, {datetime.date.today()}"


def figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


def bar_lines(bar: Bar, longest: float, y: int, is_own: bool) -> list[str]:
    length = max(1.0, BARS * bar.median / longest)
    x = MARGIN + LABELS
    return [
        f'<text x="{x - 8}" y="{y + 13}" text-anchor="end">{escape(bar.label)}</text>',
        f'<rect class="{"own" if is_own else "peer"}" x="{x}" y="{y}" width="{length:.1f}" height="16" rx="2"/>',
        f'<text x="{x + length + 8:.1f}" y="{y + 13}">{figure(bar.median)} ({figure(bar.low)} … {figure(bar.high)})</text>',
    ]


def draw(title: str, unit: str, groups: Sequence[Group], note: str) -> str:
    """The first bar of each group is hubcache's; each group has its own scale. `unit`: of the figures, which are the median
    and, in brackets, the least and the greatest."""
    y, lines = MARGIN + 18, [f'<text class="title" x="{MARGIN}" y="{MARGIN + 14}">{escape(title)}</text>']
    for group in groups:
        y += 14
        lines.append(f'<text class="group" x="{MARGIN}" y="{y + 13}">{escape(group.title)}</text>')
        y += ROW
        longest = max(bar.median for bar in group.bars)
        for i, bar in enumerate(group.bars):
            lines += bar_lines(bar, longest, y, i == 0)
            y += ROW
    for text in (f"{unit}: median (least … greatest)", note, machine()):
        y += 18
        lines.append(f'<text class="note" x="{MARGIN}" y="{y}">{escape(text)}</text>')
    width, height = 2 * MARGIN + LABELS + BARS + FIGURES, y + MARGIN
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">
<title>{escape(title)}</title>
<style>
text{{font:13px system-ui,sans-serif;fill:#222}}.title{{font-size:16px;font-weight:600}}.group{{font-weight:600}}.note{{fill:#555}}
.own{{fill:#2a78d6}}.peer{{fill:#a3aab5}}
</style>
<rect width="100%" height="100%" rx="8" fill="#fff"/>
{chr(10).join(lines)}
</svg>
"""
