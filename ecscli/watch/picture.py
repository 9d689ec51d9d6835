"""PURE: a snapshot and the size of a terminal -> the lines of the picture, the most interesting
first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ecscli.base import printable
from ecscli.terminal.cells import cell_len
from ecscli.terminal.folding import cut
from ecscli.terminal.styles import Span
from ecscli.up.snapshot.model import ClusterState, Snapshot
from ecscli.watch.blocks import Block, blocks
from ecscli.watch.text import GAP, Glyphs, Line, fit, table, wrapped
from ecscli.watch.view import View

KEYS = "q quit  p pause  / filter  up/down choose  enter why  l logs"
KEYS_OF_DETAIL = "esc back  enter why  l logs  ^C quit"
PLAIN_VIEW = View()


def picture(
    snapshot: Snapshot, width: int, height: int | None, view: View = PLAIN_VIEW
) -> list[Line]:
    """At most `height` lines of at most `width` cells; without a height as many as there are."""
    top, bottom = _top(snapshot, width, view), [_bottom(view)] if view.has_keys else []
    room = None if height is None else max(height - len(top) - len(bottom), 0)
    middle = _middle(snapshot, width, room, view)
    if room is not None and view.has_keys:
        middle += [()] * (room - len(middle))
    return [fit(line, width, view.glyphs) for line in (*top, *middle, *bottom)][:height]


def _top(snapshot: Snapshot, width: int, view: View) -> list[Line]:
    """The header, and below it what keeps the picture from being whole."""
    style = "dim" if snapshot.problem or view.is_paused else "bold"
    time = snapshot.time.strftime("%H:%M:%S")
    time = f"{time} (paused)" if view.is_paused else time
    lines: list[Line] = [(Span(_header(snapshot.cluster, time, width), style),)]
    if snapshot.problem:
        problem = snapshot.problem
        text = f"{problem.message}; {problem.hint}" if problem.hint else problem.message
        lines.append((Span(printable.line(f"! {text}"), "warning"),))
    lines += [(Span(printable.line(f"! {one}"), "warning"),) for one in snapshot.unread]
    return lines


def _header(cluster: ClusterState, time: str, width: int) -> str:
    """The cluster, its counts and the time; where that is too long without the account, the region
    and the instances, in this order."""
    account = f"{cluster.account} (sandbox)" if cluster.sandbox else cluster.account
    short = "(sandbox)" if cluster.sandbox else ""
    instances = counted(cluster.instances, "instance")
    forms = (
        (cluster.region, account, instances),
        (cluster.region, short, instances),
        ("", short, instances),
        ("", short, ""),
    )
    texts = [GAP.join(filter(None, _words_of(cluster, time, *form))) for form in forms]
    return next((text for text in texts if cell_len(text) <= width), texts[-1])


def _words_of(
    cluster: ClusterState, time: str, region: str, account: str, instances: str
) -> Iterator[str]:
    yield from (printable.line(cluster.name), region, account)
    if not cluster.status:
        yield "THE CLUSTER IS GONE"
    else:
        yield "" if cluster.status == "ACTIVE" else cluster.status
        yield from (instances, counted(cluster.services, "service"))
        yield counted(cluster.running, "task")
        yield f"{cluster.pending} pending" if cluster.pending else ""
    yield time


def counted(count: int, noun: str) -> str:
    """``1 task``, ``2 tasks``."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _bottom(view: View) -> Line:
    if view.is_typing:
        return (Span(f"filter: {view.words}_  (enter keeps it, esc clears it)", "bold"),)
    keys = KEYS if view.detail is None else KEYS_OF_DETAIL
    words = f"filter: {view.words}{GAP}" if view.words else ""
    return (Span(printable.line(words), "bold"), Span(keys, "dim"))


# ----------------------------------------------------------------------------- the tables


def _middle(snapshot: Snapshot, width: int, room: int | None, view: View) -> list[Line]:
    if view.detail is not None:
        title: Line = (Span(cut(printable.line(view.title), width, view.glyphs.cut), "bold"),)
        lines = wrapped(view.detail, width)
        return [title, *(lines if room is None else lines[-max(room - 1, 0) :] if room > 1 else [])]
    found = blocks(snapshot, view)
    if not found:
        return [()] + [(Span(cut(text, width, view.glyphs.cut)),) for text in _nothing(view)]
    counts = _shares(found, room)
    lines = []
    for block, count in zip(found, counts, strict=True):
        if count:
            lines += _lines_of(block, count, width, view)
    return lines


def _nothing(view: View) -> list[str]:
    if view.words:
        return ["Nothing has this name; esc clears the filter."]
    return [
        "No service, no task, no instance yet.",
        "Start something: `ecscli compose up`, or instances: `ecscli up --size 1`.",
    ]


def _shares(found: Sequence[Block], room: int | None) -> list[int]:
    """How many rows of each block are shown: first the least of each, in order, as long as there is
    room for it with its blank line and header; then more of each in order."""
    if room is None:
        return [len(block.rows) for block in found]
    counts = []
    for block in found:
        count = min(len(block.rows), block.least, max(room - 2, 0))
        counts.append(count)
        room -= count + 2 if count else 0
    for at, block in enumerate(found):
        if counts[at]:
            more = min(len(block.rows) - counts[at], room)
            counts[at] += more
            room -= more
    return counts


def _lines_of(block: Block, count: int, width: int, view: View) -> list[Line]:
    """A blank line, the header with the number of rows that are not shown, and the rows."""
    start = _start_of(block, count, view.chosen)
    rows = block.rows[start : start + count]
    header, *lines = table(block.columns, rows, width, view.glyphs)
    hidden = len(block.rows) - len(rows)
    if hidden:
        header = _with_count(header, f"({hidden} more)", width, view.glyphs)
    return [(), header, *lines]


def _start_of(block: Block, count: int, chosen: str) -> int:
    """The first row that is shown: the chosen service is among those of its block."""
    last = len(block.rows) - count
    if block.from_end:
        return last
    if block.name != "services" or not chosen:
        return 0
    keys = [row.key for row in block.rows]
    at = keys.index(chosen) if chosen in keys else 0
    return min(max(at - count + 1, 0), last)


def _with_count(header: Line, text: str, width: int, glyphs: Glyphs) -> Line:
    """The header with a text at its right end."""
    titles = header[0]
    room = max(width - len(text) - len(GAP), 0)
    return (Span(cut(titles.text, room, glyphs.cut).ljust(room) + GAP + text, titles.style),)
