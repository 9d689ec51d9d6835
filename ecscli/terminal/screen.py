"""A terminal, by rich: coloured lines, and live lines at the bottom that are redrawn in place and
leave no trace."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from rich.live import Live

GAP = 2  # characters between the columns of a table
STYLES = {"error": "red", "warning": "yellow", "done": "green", "progress": "cyan", "hint": "dim"}
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


class Terminal:
    """One stream that is a terminal. `environment` has its size and whether colours are wanted."""

    def __init__(self, stream: TextIO, environment: Mapping[str, str]) -> None:
        from rich.console import Console

        self._coloured = colours_allowed(environment)
        self._console = Console(
            file=stream,
            force_terminal=True,
            color_system="auto" if self._coloured else None,
            highlight=False,
            markup=False,
            emoji=False,
            _environ=environment,
        )
        self._live: Live | None = None
        self._labels: dict[str, str] = {}

    def line(self, text: str, style: str = "info") -> None:
        """One line, above the live ones where there are some; long ones are left to the terminal to
        wrap."""
        self._console.print(text, style=self._style(style), soft_wrap=True)

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
        text = Text("\n".join(lines), style=style, no_wrap=True, overflow="ellipsis")
        self._live.update(text, refresh=True)

    @property
    def width(self) -> int:
        """Columns of the terminal."""
        return self._console.width

    def table(self, cells: Sequence[Sequence[str]]) -> None:
        """Rows, the first one being the header, in the width of the terminal: long cells are folded
        within their columns."""
        from rich.table import Table
        from rich.text import Text

        header, *rows = cells
        table = Table(box=None, pad_edge=False, padding=(0, GAP, 0, 0), header_style="")
        for name in header:
            table.add_column(Text(name), overflow="fold")
        for row in rows:
            table.add_row(*map(Text, row))
        self._console.print(table)

    def _style(self, name: str) -> str | None:
        return STYLES.get(name) if self._coloured else None

    def rest(self) -> None:
        """Wipe the live lines."""
        if self._live is not None:
            self._live.stop()
            self._live = None
