"""PURE: lines of styled text for a terminal, of cells that are counted: tables, bars, ages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from ecscli.base import printable
from ecscli.terminal.cells import cell_len, chop_cells, padded
from ecscli.terminal.folding import cut
from ecscli.terminal.styles import Span

GAP = "  "
LEAST = 8  # cells that the last column of a table needs to say something


Line = tuple[Span, ...]


class Glyphs(NamedTuple):
    """Characters that not every terminal can show."""

    full: str
    empty: str
    cut: str
    arrow: str
    mark: str


UNICODE = Glyphs("█", "░", "…", "→", "›")  # noqa: RUF001
ASCII = Glyphs("#", "-", "~", "->", ">")


class Column(NamedTuple):
    """A column of a table; numbers stand at the right. An optional one is left out where no row
    has anything in it."""

    title: str
    is_number: bool = False
    is_optional: bool = False


class Row(NamedTuple):
    """The cells of a row, and how it is shown. `key`: what it is about."""

    cells: Sequence[str]
    style: str = ""
    key: str = ""


def plain(line: Line) -> str:
    """The text of a line."""
    return "".join(span.text for span in line)


def fit(line: Line, width: int, glyphs: Glyphs) -> Line:
    """A line in at most `width` cells."""
    done: list[Span] = []
    room = width
    for span in line:
        text = cut(span.text, room, glyphs.cut)
        done.append(Span(text, span.style))
        room -= cell_len(text)
        if text != span.text or room <= 0:
            break
    return tuple(done)


def table(columns: Sequence[Column], rows: Sequence[Row], width: int, glyphs: Glyphs) -> list[Line]:
    """A header and a line for each row, in at most `width` cells: columns at the right are left out
    until the rest fits, and the last one that stays is cut."""
    shown = [[printable.line(cell) for cell in row.cells] for row in rows]
    kept = [
        at
        for at, column in enumerate(columns)
        if not column.is_optional or any(cells[at] for cells in shown)
    ]
    columns = [columns[at] for at in kept]
    shown = [[cells[at] for at in kept] for cells in shown]
    widths = [
        max(cell_len(column.title), *(cell_len(cells[at]) for cells in shown))
        for at, column in enumerate(columns)
    ]
    count = _columns_that_fit(widths, width)
    titles = [column.title for column in columns]
    texts = [_aligned(cells, columns[:count], widths) for cells in (titles, *shown)]
    styles = ["dim", *(row.style for row in rows)]
    return [
        (Span(cut(text, width, glyphs.cut), style),)
        for text, style in zip(texts, styles, strict=True)
    ]


def _columns_that_fit(widths: Sequence[int], width: int) -> int:
    """How many columns from the left have room, the last one perhaps cut."""
    used = 0
    for at, one in enumerate(widths):
        least = min(one, LEAST) if at == len(widths) - 1 else one
        if used + least > width:
            return max(at, 1)
        used += one + len(GAP)
    return len(widths)


def _aligned(cells: Sequence[str], columns: Sequence[Column], widths: Sequence[int]) -> str:
    """The first cells of a row, as many as there are columns."""
    parts = [
        padded(cell, own, at_right=column.is_number)
        for cell, own, column in zip(cells, widths, columns, strict=False)
    ]
    return GAP.join(parts).rstrip()


def wrapped(texts: Iterable[str], width: int) -> list[Line]:
    """Texts of others, each from a line of its own, in lines of at most `width` cells."""
    lines: list[Line] = []
    for text in texts:
        rest = printable.line(text)
        while True:
            taken = _beginning(rest, width)
            lines.append((Span(taken),))
            rest = rest[len(taken) :].lstrip()
            if not rest:
                break
    return lines


def _beginning(text: str, width: int) -> str:
    """As many words as fit, or as much of the first word."""
    if cell_len(text) <= width:
        return text
    fitting = chop_cells(text, max(width, 1))[0] or text[:1]
    space = text.rfind(" ", 0, len(fitting) + 1)
    return text[:space] if space > 0 else fitting


def bar(part: int, whole: int, width: int, glyphs: Glyphs) -> str:
    """How much of the whole a part is, in `width` characters."""
    filled = width if not whole else min(width, part * width // whole)
    return glyphs.full * filled + glyphs.empty * (width - filled)


def age(then: datetime | None, now: datetime) -> str:
    """How long ago something was: ``12s``, ``5m``, ``3h``, ``2d``; empty where that is not
    known."""
    if then is None:
        return ""
    seconds = max(0, int((now - then).total_seconds()))
    for unit, length in (("d", 86400), ("h", 3600), ("m", 60)):
        if seconds >= length:
            return f"{seconds // length}{unit}"
    return f"{seconds}s"
