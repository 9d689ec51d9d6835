"""Tables for a terminal: rows in its width, or, where it is too narrow for their columns, one block
of lines for each row.

PURE: cells -> lines of spans, each with the name of its style.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import NamedTuple

from ecscli.terminal.cells import cell_len, padded
from ecscli.terminal.folding import LEAST, fold, short_ids, widest_part
from ecscli.terminal.styles import Span, style_of_cell

GAP = 2  # columns between those of a table
PROSE = 80  # columns: the widest that a text of several words becomes
UNBROKEN = 24  # columns: words up to here make a column wide rather than being broken

Cells = Sequence[Sequence[str]]


class Shape(NamedTuple):
    """What a table has to fit into: columns of the terminal, or None for any width; and how an
    ellipsis is written."""

    width: int | None
    ellipsis: str = "…"


def fitted(cells: Cells, shape: Shape) -> Iterator[Sequence[Span]]:
    """The lines of a table whose first row is its header. Ids are short and cells are folded where
    they do not fit otherwise; only words of more than UNBROKEN columns are broken."""
    if shape.width is None:
        yield from _rows(cells, _whole(cells), shape)
        return
    if _width(cells) <= shape.width:
        yield from _rows(cells, _natural(cells), shape)
        return
    cells = short_ids(cells)
    least = _least(cells)
    spare = shape.width - sum(least) - GAP * (len(least) - 1)
    if spare < 0:
        yield from _blocks(cells, shape, shape.width)
    else:
        yield from _rows(cells, _widened(least, _natural(cells), spare), shape)


def _whole(cells: Cells) -> list[int]:
    """The width of each column in which no cell is folded."""
    return [max(map(cell_len, column)) for column in zip(*cells, strict=True)]


def _natural(cells: Cells) -> list[int]:
    """The width of each column with its cells on one line; long prose is folded."""
    return [max(map(_cell_width, column)) for column in zip(*cells, strict=True)]


def _cell_width(cell: str) -> int:
    width = cell_len(cell)
    return min(width, max(PROSE, widest_part(cell))) if " " in cell else width


def _width(cells: Cells) -> int:
    widths = _natural(cells)
    return sum(widths) + GAP * (len(widths) - 1)


def _least(cells: Cells) -> list[int]:
    """The width below which words of a column would be broken."""
    widest = [max(map(widest_part, column)) for column in zip(*cells, strict=True)]
    return [min(max(width, LEAST), UNBROKEN) for width in widest]


def _widened(least: list[int], natural: list[int], spare: int) -> list[int]:
    """Columns with the spare width given to the narrowest of those that lack some."""
    widths = [min(pair) for pair in zip(least, natural, strict=True)]
    spare += sum(least) - sum(widths)
    while spare > 0:
        lacking = [at for at, width in enumerate(widths) if width < natural[at]]
        if not lacking:
            break
        widths[min(lacking, key=widths.__getitem__)] += 1
        spare -= 1
    return widths


def _rows(cells: Cells, widths: Sequence[int], shape: Shape) -> Iterator[Sequence[Span]]:
    header, *_ = cells
    for number, row in enumerate(cells):
        folded = [
            fold(cell, width, shape.ellipsis) for cell, width in zip(row, widths, strict=True)
        ]
        styles = [style_of_cell(*pair) if number else "" for pair in zip(header, row, strict=True)]
        for parts in zip_longest(*folded, fillvalue=""):
            yield _joined(parts, widths, styles)


def _joined(parts: Sequence[str], widths: Sequence[int], styles: Sequence[str]) -> Sequence[Span]:
    """One line, without spaces at its end."""
    spans: list[Span] = []
    last = max((at for at, part in enumerate(parts) if part), default=0)
    for at, part in enumerate(parts[: last + 1]):
        spans.append(Span(part, styles[at]))
        if at < last:
            spans.append(Span(padded(part, widths[at] + GAP)[len(part) :]))
    return spans


def _blocks(cells: Cells, shape: Shape, width: int) -> Iterator[Sequence[Span]]:
    """One block for each row, and an empty line behind it: a line for each cell that is not empty,
    its column's name in front."""
    header, *rows = cells
    names = min(max(map(cell_len, header)), width // 2)
    labels = [fold(name, names, shape.ellipsis) for name in header]
    widths = (max(map(cell_len, (line for label in labels for line in label))), 0)
    for row in rows:
        for name, label, cell in zip(header, labels, row, strict=True):
            if cell:
                value = fold(cell, width - widths[0] - GAP, shape.ellipsis)
                for pair in zip_longest(label, value, fillvalue=""):
                    yield _joined(pair, widths, ("label", style_of_cell(name, cell)))
        yield ()
