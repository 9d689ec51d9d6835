"""The one place that prints: data to stdout, talk to stderr, colour and live lines on a terminal only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any, TextIO

from ecscli.errors import EcsCliError, Finding, InputError
from ecscli.terminal import Terminal

if TYPE_CHECKING:
    from ecscli.up.model import Event


class Console:
    """Where commands speak. Streams and environment are arguments, so that tests can listen.

    `interactive`: somebody is there to answer. `live`: stderr is a terminal, where lines can be redrawn.
    """

    def __init__(self, stdin: TextIO, stdout: TextIO, stderr: TextIO, environment: Mapping[str, str]) -> None:
        self._in, self._out, self._err, self._environment = stdin, stdout, stderr, environment
        smart = environment.get("TERM") != "dumb"
        self.interactive = stdin.isatty() and stderr.isatty()
        self.live = stderr.isatty() and smart
        self._coloured = stdout.isatty() and smart and "NO_COLOR" not in environment
        self.quiet = False

    @cached_property
    def _terminal(self) -> Terminal:
        return Terminal(self._err, self._environment)

    @cached_property
    def _data_terminal(self) -> Terminal:
        return Terminal(self._out, self._environment)

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
        if label and self._coloured:
            self._rest()
            self._data_terminal.labelled(label, text)
        else:
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
        if self.live:
            self._terminal.line(message, style)
        else:
            self._err.write(message + "\n")
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
        fields = "".join(f"  {name}={value}" for name, value in event.fields.items())
        if event.kind == "warning":
            self.warn(f"{event.message}{fields}")
        else:
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
            self._terminal.show(lines)

    @contextmanager
    def progressing(self) -> Iterator[None]:
        """Live lines for the length of a block: they are wiped at its end."""
        try:
            yield
        finally:
            self._rest()

    # --------------------------------------------------------------- questions

    def confirm(self, question: str, flag: str, piped: bool = False) -> bool:
        """Ask yes or no on a terminal; a script is told which flag says yes instead.

        `piped`: the answer may also come through a pipe, ``echo y | ecscli down``.
        """
        if not self.interactive and not piped:
            raise InputError(
                f"{question} A yes is needed, and there is no terminal to ask.", hint=f"say yes with {flag}"
            )
        answer = self.ask(f"{question} [y/N] ").strip().lower()
        if not self.interactive:
            self._err.write("\n")
        if not answer and not self.interactive:
            raise InputError(f"{question} No answer came.", hint=f"say yes with {flag}")
        return answer in ("y", "yes")

    def ask(self, prompt: str) -> str:
        """One line from the user, asked on stderr; empty at the end of the input."""
        self._rest()
        self._err.write(prompt)
        self._err.flush()
        return self._in.readline().rstrip("\n")

    # ------------------------------------------------------------------ inside

    def _print(self, line: str) -> None:
        self._rest()
        self._out.write(line + "\n")

    def flush(self) -> None:
        """Wipe the live lines, and send what was said on its way."""
        self._rest()
        self._out.flush()
        self._err.flush()

    def _rest(self) -> None:
        if "_terminal" in vars(self):  # made by the first line on it
            self._terminal.rest()


def _plain(value: object) -> object:
    """JSON for what is not JSON: times as ISO 8601, named tuples and dataclasses are plain already."""
    isoformat = getattr(value, "isoformat", None)
    return isoformat() if isoformat else str(value)
