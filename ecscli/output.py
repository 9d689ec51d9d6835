"""The one place that prints: data to stdout, talk to stderr, colour and live lines on a terminal only."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TextIO

from ecscli.errors import EcsCliError, Finding, InputError

if TYPE_CHECKING:
    from ecscli.up.model import Event

LABEL_COLOURS = ("36", "33", "32", "35", "34", "96", "93", "92", "95", "94")
STYLES = {"error": "31", "warning": "33", "done": "32", "progress": "36", "info": "", "hint": "2"}


class Console:
    """Where commands speak. Streams and environment are arguments, so that tests can listen."""

    def __init__(self, stdin: TextIO, stdout: TextIO, stderr: TextIO, environment: Mapping[str, str]) -> None:
        self._in, self._out, self._err = stdin, stdout, stderr
        self.interactive = stdin.isatty() and stderr.isatty()
        self.live = stderr.isatty() and environment.get("TERM") != "dumb"
        self._colour = self.live and "NO_COLOR" not in environment
        self._coloured_data = stdout.isatty() and environment.get("TERM") != "dumb" and "NO_COLOR" not in environment
        self._labels: dict[str, str] = {}
        self.quiet = False
        self._shown = 0  # live lines on the screen

    # -------------------------------------------------------------------- data

    def data(self, value: Any) -> None:
        """One JSON document."""
        import json

        self._print(json.dumps(value, indent=2, ensure_ascii=False, default=_plain))

    def text(self, text: str) -> None:
        """Text as it is, ended by one newline."""
        self._print(text.removesuffix("\n"))

    def labelled(self, label: str, text: str) -> None:
        """A line of data with who says it in front; on a terminal each name has a colour of its own."""
        if label and self._coloured_data:
            self._labels.setdefault(label, LABEL_COLOURS[len(self._labels) % len(LABEL_COLOURS)])
            label = f"\x1b[{self._labels[label]}m{label}\x1b[0m"
        self._print(f"{label} | {text}" if label else text)

    def table(self, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        """Aligned columns, as the original prints them: width is the longest cell and two, four at least.

        The last column is not padded; without rows nothing is printed, not even the header.
        """
        cells = [[str(cell) for cell in row] for row in rows]
        if not cells:
            return
        cells.insert(0, list(columns))
        widths = [max(max(len(row[i]) for row in cells) + 2, 4) for i in range(len(columns) - 1)]
        for row in cells:
            padded = "".join(cell.ljust(width) for cell, width in zip(row, widths, strict=False))
            self._print(padded + row[-1])

    # -------------------------------------------------------------------- talk

    def say(self, message: str, style: str = "info") -> None:
        """One line of talk; silent when the user asked for quiet and it is no warning or error."""
        if self.quiet and style not in ("warning", "error"):
            return
        self._clear()
        self._err.write(self._paint(message, style) + "\n")
        self._err.flush()

    def warn(self, finding: Finding | str) -> None:
        """A warning, with its place in front and its hint below."""
        lines = [finding] if isinstance(finding, str) else list(finding.lines())
        self.say(f"warning: {lines[0]}", "warning")
        for line in lines[1:]:
            self.say(line, "hint")

    def event(self, event: Event) -> None:
        """What the engine tells: one line, its fields behind the message; live events redraw the bottom lines."""
        if event.kind == "live":
            self.progress(event.fields["lines"])
            return
        if event.kind == "warning":
            self.warn(event.message)
            return
        fields = "".join(f"  {name}={value}" for name, value in event.fields.items())
        self.say(f"{event.message}{fields}", event.kind)

    def error(self, error: EcsCliError) -> None:
        """An error: what, where, and what to do."""
        first, *rest = error.lines()
        self.say(f"error: {first}", "error")
        for line in rest:
            self.say(line, "hint" if line.lstrip().startswith("hint:") else "error")

    def progress(self, lines: Sequence[str]) -> None:
        """Redraw the live lines at the bottom of the terminal; nothing without a terminal."""
        if self.live and not self.quiet:
            self._clear()
            self._err.write("".join(f"{self._paint(line, 'progress')}\n" for line in lines))
            self._err.flush()
            self._shown = len(lines)

    @contextmanager
    def progressing(self) -> Iterator[Callable[[Sequence[str]], None]]:
        """Live lines for the length of a block; they are wiped at its end."""
        try:
            yield self.progress
        finally:
            self._clear()

    # --------------------------------------------------------------- questions

    def confirm(self, question: str, flag: str) -> bool:
        """Ask yes or no on a terminal; a script is told which flag says yes instead."""
        if not self.interactive:
            raise InputError(
                f"{question} A yes is needed, and there is no terminal to ask.", hint=f"say yes with {flag}"
            )
        return self.ask(f"{question} [y/N] ").strip().lower() in ("y", "yes")

    def ask(self, prompt: str) -> str:
        """One line from the user, asked on stderr; empty at the end of the input."""
        self._clear()
        self._err.write(prompt)
        self._err.flush()
        return self._in.readline().rstrip("\n")

    # ------------------------------------------------------------------ inside

    def _print(self, line: str) -> None:
        self._clear()
        self._out.write(line + "\n")

    def flush(self) -> None:
        self._out.flush()
        self._err.flush()

    def _paint(self, text: str, style: str) -> str:
        code = STYLES.get(style, "") if self._colour else ""
        return f"\x1b[{code}m{text}\x1b[0m" if code else text

    def _clear(self) -> None:
        if self._shown:
            self._err.write(f"\x1b[{self._shown}A\x1b[J")
            self._shown = 0


def _plain(value: object) -> object:
    """JSON for what is not JSON: times as ISO 8601, named tuples and dataclasses are plain already."""
    isoformat = getattr(value, "isoformat", None)
    return isoformat() if isoformat else str(value)
