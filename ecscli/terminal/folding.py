"""Texts fitted into columns: folded between words and behind punctuation, ids made short.

PURE. Widths are columns of a terminal, where some characters take two and others none.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter

from ecscli.terminal.cells import cell_len, chop_cells
from ecscli.terminal.styles import Span

# Where a text may be folded: behind these. A command in backticks is a word of its own.
WORDS = re.compile(r"`[^`]*`[^\s`]*\s*|[^\s`]+\s*|\s+|`")
RESOURCE = r"\b[a-z]+-[0-9a-f]{8,17}\b"  # ids of EC2
PARTS = re.compile(rf"(?:{RESOURCE}|[^,/:@=>-])*[,/:@=>-]+\s*|(?:{RESOURCE}|[^,/:@=>-])+")
SMALL_PARTS = re.compile(r"[^._]*[._]+|[^._]+")
ID = re.compile(r"\b[0-9a-f]{32,64}\b")
SIGN = re.compile(r"[-+~!] ")
SHORT = 12  # digits of an id, as Docker shows them
LEAST = 6  # columns: the narrowest text, so that any character has room beside an ellipsis


def fold(text: str, width: int, ellipsis: str) -> list[str]:
    """The lines of a text in that many columns, which together have all of it. A word that is
    broken where it has no punctuation ends with an ellipsis."""
    width = max(width, LEAST)
    lines, line = [], ""
    for piece in _pieces(text, width, ellipsis):
        if line and cell_len((line + piece).rstrip()) > width:
            lines.append(line.rstrip())
            line = ""
        line += piece
    return [*lines, line.rstrip()] if line.strip() or not lines else lines


def fold_line(text: str, width: int, ellipsis: str) -> list[str]:
    """A line of talk or of a plan in that many columns: what follows the first is indented by two
    more, behind the sign of a plan."""
    if cell_len(text) <= width:
        return [text]
    body = text.lstrip()
    sign = SIGN.match(body)
    first = " " * min(len(text) - len(body), width // 4) + (sign[0] if sign else "")
    hanging = " " * (len(first) if sign else len(first) + 2)
    folded = fold(body[len(sign[0]) :] if sign else body, width - len(hanging), ellipsis)
    return [first + folded[0], *(hanging + line for line in folded[1:])]


def fold_spans(spans: Sequence[Span], width: int | None, ellipsis: str) -> Iterator[Sequence[Span]]:
    """A line of several styles in that many columns; None: in one line."""
    text = "".join(span.text for span in spans)
    if width is None or cell_len(text) <= width:
        yield spans
        return
    characters = deque((character, span.style) for span in spans for character in span.text)
    for line in fold_line(text, width, ellipsis):
        yield _restyled(line, characters)


def _restyled(line: str, characters: deque[tuple[str, str]]) -> list[Span]:
    """A line with the styles that its characters, which are taken away, had before."""
    body = line.lstrip()
    while characters and characters[0][0].isspace():
        characters.popleft()
    found, style = [("", line[: len(line) - len(body)])], ""
    for character in body:
        if characters and characters[0][0] == character:
            style = characters.popleft()[1]  # an ellipsis, which is new, looks like what it ends
        found.append((style, character))
    groups = groupby(found, key=itemgetter(0))
    return [Span("".join(part for _, part in group), style) for style, group in groups]


def cut(text: str, width: int, ellipsis: str) -> str:
    """The beginning of a text in that many columns, with an ellipsis where that is not all."""
    if cell_len(text) <= width:
        return text
    room = width - cell_len(ellipsis)
    return chop_cells(text, room)[0] + ellipsis if room > 0 else ellipsis[: max(width, 0)]


def widest_part(text: str) -> int:
    """Columns that a text needs at least, so that no word of it is broken."""
    parts = (part for word in WORDS.findall(text) for part in PARTS.findall(word))
    return max((cell_len(part.rstrip()) for part in parts), default=0)


def short_ids(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    """Cells in which ids and digests are no longer than it takes to tell them apart."""
    length = _telling(found[0] for row in rows for cell in row for found in ID.finditer(cell))
    return [[ID.sub(lambda found: found[0][:length], cell) for cell in row] for row in rows]


def _telling(ids: Iterable[str]) -> int:
    """How many digits tell these ids apart."""
    known, length = set(ids), SHORT
    while len({id_[:length] for id_ in known}) < len(known):
        length += 1
    return length


def _pieces(text: str, width: int, ellipsis: str) -> Iterator[str]:
    """What a text may be folded between, each of it no wider than the column."""
    for word in WORDS.findall(text):
        for part in _broken(word, PARTS, width):
            for small in _broken(part, SMALL_PARTS, width):
                yield from _chopped(small, width, ellipsis)


def _broken(text: str, by: re.Pattern[str], width: int) -> list[str]:
    return [text] if cell_len(text.rstrip()) <= width else by.findall(text)


def _chopped(text: str, width: int, ellipsis: str) -> Iterator[str]:
    if cell_len(text.rstrip()) <= width:
        yield text
        return
    *beginning, last = chop_cells(text, width - cell_len(ellipsis))
    yield from (part + ellipsis for part in beginning)
    yield last
