"""A terminal, by rich: coloured lines, and live lines at the bottom that are redrawn in place and
leave no trace."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TextIO

from ecscli.base import printable
from ecscli.terminal.styles import STYLES, Span

if TYPE_CHECKING:
    from rich.live import Live

USUAL_WIDTH = 80  # columns of a terminal that does not say
PICTURE = {
    "bold": "bold",
    "dim": "dim",
    "error": "bold red",
    "warning": "yellow",
    "progress": "cyan",
    "chosen": "reverse",
}
COLOURLESS = {"bold": "bold", "dim": "dim", "error": "bold", "chosen": "reverse"}
LABELS = (
    "cyan",
    "yellow",
    "green",
    "magenta",
    "blue",
    "bright_cyan",
    "bright_yellow",
    "bright_green",
    "bright_magenta",
)


def colours_allowed(environment: Mapping[str, str]) -> bool:
    """Whether the user wants colours: by https://no-color.org an empty NO_COLOR does not count."""
    return not environment.get("NO_COLOR")


def coloured(stream: TextIO, environment: Mapping[str, str]) -> bool:
    """Whether a stream gets colours: a terminal that has them, or any with FORCE_COLOR; none with
    NO_COLOR. An empty FORCE_COLOR does not count either, by https://force-color.org."""
    if not colours_allowed(environment):
        return False
    if environment.get("FORCE_COLOR"):
        return True
    return stream.isatty() and environment.get("TERM") != "dumb"


def takes_unicode(stream: TextIO) -> bool:
    """Whether a stream can show any character."""
    encoding: str = getattr(stream, "encoding", None) or "utf-8"
    return encoding.lower().startswith("utf")


def encodable(text: str, stream: TextIO) -> str:
    """A text as the stream will write it: an escape takes the place of what its encoding lacks."""
    encoding: str = getattr(stream, "encoding", None) or "utf-8"
    return text.encode(encoding, "backslashreplace").decode(encoding)


def width_of(stream: TextIO, environment: Mapping[str, str]) -> int:
    """Columns of the terminal of a stream; COLUMNS stands over it."""
    given = environment.get("COLUMNS", "")
    if given.isdecimal() and int(given) > 0:
        return int(given)
    try:
        return os.get_terminal_size(stream.fileno()).columns or USUAL_WIDTH
    except (OSError, ValueError):
        return USUAL_WIDTH


class Terminal:
    """One stream that is a terminal. `environment` has its size and whether colours are wanted."""

    def __init__(self, stream: TextIO, environment: Mapping[str, str]) -> None:
        from rich.console import Console

        self._coloured = coloured(stream, environment)
        self._stream = stream
        self._ellipsis = "…" if takes_unicode(stream) else "..."
        self._console = Console(
            file=stream,
            force_terminal=True,
            width=width_of(stream, environment),
            color_system="auto" if self._coloured else None,
            highlight=False,
            markup=False,
            emoji=False,
            _environ=environment,
        )
        self._live: Live | None = None
        self._labels: dict[str, str] = {}

    def line(self, text: str, style: str = "info", whole: bool = False) -> None:
        """One line, above the live ones where there are some; a long one is folded between its
        words, or where it is to be `whole`, left to the terminal to wrap."""
        from ecscli.terminal.folding import fold_line

        text = encodable(text, self._stream)
        lines = [text] if whole else fold_line(text, self.width, self._ellipsis)
        for line in lines:
            # folding may put at its beginning what a CI system obeys there
            self._console.print(printable.line(line), style=self._style(style), soft_wrap=True)

    def styled(self, spans: Sequence[Span]) -> None:
        """One line, each part of which has the style that it names."""
        from rich.text import Text

        parts = ((text, self._style(style) or "") for text, style in spans)
        self._console.print(Text.assemble(*parts), soft_wrap=True)

    def labelled(self, label: str, text: str) -> None:
        """A line with who says it in front; each name has a colour of its own."""
        from rich.text import Text

        colour = self._labels.setdefault(label, LABELS[len(self._labels) % len(LABELS)])
        self._console.print(Text.assemble((label, colour), " | ", text), soft_wrap=True)

    def spans(self, line: Sequence[tuple[str, str]]) -> None:
        """A line of a picture: texts with the style of each."""
        from rich.text import Text

        styles = PICTURE if self._coloured else COLOURLESS
        parts = [(text, styles.get(style, "")) for text, style in line]
        self._console.print(Text.assemble(*parts), soft_wrap=True)

    def show(self, lines: Sequence[str]) -> None:
        """Put these live lines in the place of the ones before."""
        from rich.live import Live
        from rich.text import Text

        if self._live is None:
            self._live = Live(
                console=self._console,
                auto_refresh=False,
                transient=True,
                redirect_stdout=False,
                redirect_stderr=False,
            )
            self._live.start()
        style = self._style("progress") or ""
        text = Text("\n".join(self.cut(lines)), style=style, no_wrap=True)
        self._live.update(text, refresh=True)

    def cut(self, lines: Sequence[str]) -> list[str]:
        """The lines as far as they fit, since each is redrawn in its place."""
        from ecscli.terminal.folding import cut

        shown = (encodable(line, self._stream) for line in lines)
        return [cut(line, self.width, self._ellipsis) for line in shown]

    @property
    def width(self) -> int:
        """Columns of the terminal."""
        return self._console.width

    def _style(self, name: str) -> str | None:
        return STYLES.get(name) if self._coloured else None

    def rest(self) -> None:
        """Wipe the live lines."""
        if self._live is not None:
            self._live.stop()
            self._live = None
