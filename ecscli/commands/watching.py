"""What `watch` and `compose watch` share: their options, and the picture or the stream that they
show."""

from __future__ import annotations

import gc
import time
from typing import TYPE_CHECKING

import click

from ecscli.base.records import record, replace
from ecscli.base.units import parse_duration
from ecscli.commands.answering import line_output_option, together
from ecscli.commands.context import App
from ecscli.up.diagnosis.unread import incomplete
from ecscli.watch.changes import changes
from ecscli.watch.documents import document_of
from ecscli.watch.picture import picture
from ecscli.watch.text import ASCII, UNICODE, Glyphs
from ecscli.watch.view import View, press

if TYPE_CHECKING:
    from ecscli.terminal.full_screen import FullScreen
    from ecscli.up.snapshot.model import Snapshot
    from ecscli.workflows.watch import Watching

FAILED = 5  # exit code of a picture with a deployment that has failed
SHORTEST, LONGEST = 0.5, 3600.0  # seconds of a period


@record
class WatchForm:
    """How it is shown: once or on and on, as text or as JSON."""

    once: bool = False
    output: str = "text"

    @property
    def is_json(self) -> bool:
        return self.output == "json"


def duration(ctx: click.Context, param: click.Parameter, value: str) -> float:
    """The seconds of a duration such as ``2s``."""
    try:
        return parse_duration(value)
    except ValueError as error:
        raise click.BadParameter(f"{error}; write it as 2s or 1m.", ctx, param) from None


def period(ctx: click.Context, param: click.Parameter, value: str | None) -> float | None:
    """The seconds between two looks; None where nothing is said."""
    if value is None:
        return None
    seconds = duration(ctx, param, value)
    if not SHORTEST <= seconds <= LONGEST:
        raise click.BadParameter(f"{value} is not between 0.5s and 1h.", ctx, param)
    return seconds


# ``--every``, ``--once`` and ``--output``.
watch_options = together(
    click.option(
        "--every",
        callback=period,
        metavar="DURATION",
        help="Time between two updates; 2s by default, 1s in the sandbox.",
    ),
    click.option("--once", is_flag=True, help="Print the current state once and end."),
    line_output_option,
)


def show(app: App, watching: Watching, form: WatchForm) -> int:
    """The picture once, the picture on a terminal until it is left, or a stream of changes."""
    if form.once:
        return _show_once(app, watching, form)
    gc.enable()  # it stays for hours
    try:
        if form.is_json or not app.console.has_screen:
            _stream(app, watching, form)
        else:
            _show_live(app, watching)
    except KeyboardInterrupt:  # the way to leave it
        return 0
    return 0


def _show_once(app: App, watching: Watching, form: WatchForm) -> int:
    found = watching.look(whole=True)
    if form.is_json:
        app.console.data(document_of(found))
    else:
        view = View(glyphs=_glyphs(app))
        app.console.picture(picture(found, app.console.data_width, None, view))
    if found.unread:
        raise incomplete(found.unread)
    return app.failure(FAILED) if found.has_failed else 0


def _stream(app: App, watching: Watching, form: WatchForm) -> None:
    before: Snapshot | None = None
    warned = None
    while True:
        found = watching.look()
        for change in changes(before, found):
            if form.is_json:
                app.console.item(change.document)
            else:
                app.console.line(change.line)
        if found.problem and found.problem != warned:
            app.console.warn(found.problem)
        before, warned = found, found.problem
        app.console.flush()
        watching.wait()


def _show_live(app: App, watching: Watching) -> None:
    found = watching.look()
    with app.console.full_screen() as screen:
        view = View(glyphs=_glyphs(app), has_keys=screen.has_keys)
        while not view.has_ended:
            view = _until_next_look(app, watching, screen, found, view)
            if not view.has_ended and not view.is_paused:
                found = watching.look()


def _until_next_look(
    app: App, watching: Watching, screen: FullScreen, found: Snapshot, view: View
) -> View:
    """Show the picture, and obey keys, until it is time to look again."""
    due = time.monotonic() + watching.pause
    while not view.has_ended:
        screen.draw(picture(found, *screen.size, view))
        key = screen.key(due - time.monotonic())
        if key is None:
            break
        view = _answered(app, watching, press(view, key, [one.name for one in found.services]))
    return view


def _answered(app: App, watching: Watching, view: View) -> View:
    """The view with what the last key asks for."""
    if view.asks == "why":
        lines = tuple(watching.why(view.chosen))
        return replace(view, title=f"why {view.chosen}", detail=lines)
    if view.asks == "logs":
        lines = tuple(watching.logs(view.chosen))
        return replace(view, title=f"logs of {view.chosen}", detail=lines)
    return view


def _glyphs(app: App) -> Glyphs:
    return UNICODE if app.console.unicode else ASCII
