"""The one place that prints: data to stdout, talk to stderr, colour and live lines on a terminal
only.

What goes out passes one border: `printable` and `masking`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from io import TextIOWrapper
from typing import TYPE_CHECKING, TextIO

from ecscli.base import printable
from ecscli.base.errors import ChangesPending, EcsCliError, Finding, InputError
from ecscli.base.passwords import without_passwords
from ecscli.terminal.answer import Answer, plain
from ecscli.terminal.classic_log import CLASSIC, VARIABLE, log_line
from ecscli.terminal.masking import Mask, mask_of
from ecscli.terminal.screen import Terminal, coloured, encodable, takes_unicode, width_of
from ecscli.terminal.styles import Span, style_of_change
from ecscli.terminal.tree import Tree

if TYPE_CHECKING:
    from ecscli.terminal.full_screen import FullScreen
    from ecscli.up.model import Event
    from ecscli.watch.text import Line


REPORT_WIDTH = 120  # columns of a picture that goes to a file or a program
MOST_HELD = 100  # lines of talk that follow a picture
GAP = 2  # characters between the columns of a table, as in ecs-cli
LEAST_WIDTH = 4  # characters of a column, as in ecs-cli


class Console:
    """Where commands print. Streams and environment are arguments, so that tests can listen.

    Everything passes here: credentials in force become ``***``, and what a terminal or a CI system
    would obey is shown as text. `interactive`: somebody is there to answer. `live`: stderr is a
    terminal, where lines can be redrawn.

    Four choices of the user: `quiet`: only data and errors; `verbose`: a line for each call to AWS;
    `wide`: whole values in tables; `classic`: tables and progress as ecs-cli prints them.
    """

    def __init__(
        self, stdin: TextIO, stdout: TextIO, stderr: TextIO, environment: Mapping[str, str]
    ) -> None:
        self._in, self._out, self._err, self._environment = stdin, stdout, stderr, environment
        _take_any_text(stdin, "replace")
        _take_any_text(stdout, "backslashreplace")
        _take_any_text(stderr, "backslashreplace")
        smart = environment.get("TERM") != "dumb"
        self.interactive = stdin.isatty() and stderr.isatty()
        self.live = stderr.isatty() and smart
        self._is_smart = smart
        # on a terminal, or where colours are asked for, what is printed is made for people
        self._coloured = coloured(stdout, environment)
        self._styled = stdout.isatty() or self._coloured
        self.unicode = takes_unicode(stdout)
        self.quiet = self.verbose = self.wide = self.classic = False
        self._logs_classic = environment.get(VARIABLE) == CLASSIC
        self.answer = Answer()
        self._held: deque[tuple[str, str]] | None = None  # talk while a picture has the terminal
        self._unheard = False  # the reader of stderr has gone

    @cached_property
    def mask(self) -> Mask:
        """The credentials that are never printed; more may be added as they become known."""
        return mask_of(self._environment)

    @cached_property
    def tree(self) -> Tree:
        """What is waited for, on a terminal."""
        return Tree()

    @cached_property
    def _terminal(self) -> Terminal:
        return Terminal(self._err, self._environment)

    @cached_property
    def _data_terminal(self) -> Terminal:
        return Terminal(self._out, self._environment)

    # -------------------------------------------------------------------- data

    def data(self, value: object) -> None:
        """The one JSON document of the command, which is printed at its end: see `conclude`."""
        self.answer.keep(value)

    def item(self, value: object) -> None:
        """One of many JSON documents, on one line, printed at once."""
        self._json(self.answer.picked(value), indent=None)

    def conclude(self, error: EcsCliError | None = None) -> None:
        """Print the document of the command, with the error that ended it; an error of a stream is
        a line of it."""
        indent = None if error and self.answer.is_stream else 2
        for document in self.answer.whole(error):
            self._json(document, indent)

    def _json(self, value: object, indent: int | None) -> None:
        import json

        text = json.dumps(value, indent=indent, ensure_ascii=not self.unicode, default=plain)
        self._print(printable.json(self.mask(text)))

    def text(self, text: str) -> None:
        """A text of several lines that ecscli wrote, ended by one newline: its line breaks are
        meant."""
        self._print(printable.lines(self.mask(text.removesuffix("\n"))))

    def line(self, text: str) -> None:
        """One line of data, whatever is in it."""
        self._print(printable.line(self.mask(text)))

    def annotation(self, command: str) -> None:
        """A command that GitHub Actions obeys, with the escapes of its parts in it."""
        self._print(printable.command(without_passwords(self.mask(command))))

    def log(self, text: str, label: str = "") -> None:
        """What a container wrote, with its name in front: byte for byte, but for a terminal without
        control characters.

        On a terminal colours stay, and each name has a colour of its own.
        """
        text, label = self.mask(text), self._shown(label)
        if not self._out.isatty():
            self._print(f"{label} | {text}" if label else text)
            return
        for part in text.split("\n"):
            self._log_line(printable.coloured(part.removesuffix("\r")), label)

    def table(self, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        """Aligned columns, as ecs-cli prints them, in a pipe without colours too; on a terminal
        fitted to its width. Without rows
        nothing is printed, not even the header."""
        cells = [[self._shown(str(cell)) for cell in row] for row in (columns, *rows)]
        if len(cells) == 1:
            return
        if self.classic or not self._out.isatty():
            for line in _aligned(cells):
                self.line(line)
            return
        from ecscli.terminal.tables import Shape, fitted

        drawn = [[self._encodable(cell) for cell in row] for row in cells]
        for spans in fitted(drawn, Shape(self._width, self._ellipsis)):
            self._print_spans(spans)

    def styled(self, spans: Sequence[Span]) -> None:
        """A line of data, parts of which have a colour on a terminal, where it is folded too."""
        if self.classic or not self._styled:
            self.line("".join(span.text for span in spans))
            return
        from ecscli.terminal.folding import fold_spans

        shown = [Span(self._encodable(self._shown(text)), style) for text, style in spans]
        for line in fold_spans(shown, self._width, self._ellipsis):
            self._print_spans(line)

    def change(self, line: str) -> None:
        """A line of a plan, in the colour of the sign it begins with."""
        self.styled([Span(line, style_of_change(line))])

    def _print_spans(self, spans: Sequence[Span]) -> None:
        text = "".join(span.text for span in spans)
        if self._coloured and printable.is_plain(text):
            self._rest()
            self._data_terminal.styled(spans)
        else:  # folding may put at its beginning what a CI system obeys there
            self._print(printable.line(text))

    @property
    def _width(self) -> int | None:
        """Columns of the terminal of stdout; None where nothing is to be folded."""
        return (
            None if self.wide or not self._out.isatty() else width_of(self._out, self._environment)
        )

    @property
    def _ellipsis(self) -> str:
        return "…" if self.unicode else "..."

    def _encodable(self, text: str) -> str:
        """A text as stdout will write it, so that its width is known."""
        return encodable(text, self._out)

    # ---------------------------------------------------------------- pictures

    @property
    def has_screen(self) -> bool:
        """Whether stdout is a terminal on which pictures can replace each other."""
        return self._out.isatty() and self._is_smart

    @property
    def data_width(self) -> int:
        """Columns that data has; without a terminal those of COLUMNS, or enough for a report."""
        if self._out.isatty():
            return self._data_terminal.width
        given = self._environment.get("COLUMNS", "")
        return int(given) if given.isdecimal() and int(given) else REPORT_WIDTH

    def picture(self, lines: Sequence[Line]) -> None:
        """One picture, below what is there already."""
        self._rest()
        for line in lines:
            if self._out.isatty():
                self._data_terminal.spans([(self._shown(text), style) for text, style in line])
            else:
                self.line("".join(text for text, _ in line))

    @contextmanager
    def full_screen(self) -> Iterator[FullScreen]:
        """The whole terminal for pictures, for the length of a block; the last lines of talk follow
        it."""
        from ecscli.terminal.full_screen import FullScreen

        self._rest()
        screen = FullScreen(
            self._in, self._out, self._environment, self._shown, coloured=self._coloured
        )
        held = self._held = deque(maxlen=MOST_HELD)
        try:
            with screen.open():
                yield screen
        finally:
            self._held = None
            for message, style in held:
                self._talk(message, style)

    # -------------------------------------------------------------------- talk

    def say(self, message: str, style: str = "info") -> None:
        """One line of talk; silent when the user asked for quiet and it is no error."""
        if not self.quiet or style == "error":
            self._talk(message, style)

    def trace(self, message: str) -> None:
        """A line of what is done behind the scenes, for --verbose."""
        self.say(message, "hint")

    def _talk(self, message: str, style: str) -> None:
        if self._held is not None and self._err.isatty():
            self._held.append((message, style))
            return
        message = self._shown(message)
        if style == "info":
            style = style_of_change(message)
        if self.live:
            self._terminal.line(message, style, whole=self.wide or self.classic)
        else:
            self._write_talk(message + "\n")

    def warn(self, finding: Finding | str) -> None:
        """A warning, with its place in front and its hint below."""
        lines = [finding] if isinstance(finding, str) else list(finding.lines())
        self.say(f"warning: {lines[0]}", "warning")
        for line in lines[1:]:
            self.say(line, "hint")

    def event(self, event: Event) -> None:
        """An event of a deployment: one line, its fields behind the message; live events redraw
        the bottom lines. Steps of a part are lines of the tree, or without a terminal a line for
        all parts that are over at a moment; --classic and --verbose print each."""
        if event.kind == "live":
            self.tree.picture = tuple(event.fields["lines"])
            self._show_tree()
            return
        if self._logs_classic and not self.answer.is_json:
            self._log_event(event)
            return
        if event.part and not (self.classic or self.verbose):
            self.tree.add(event.part)
            if self.live:
                self._show_tree()
            if event.kind != "warning" and not self._is_line(event):
                return
        self._say_finished()
        fields = "".join(f"  {name}={value}" for name, value in event.fields.items())
        text = f"{event.message}{fields}"
        if event.kind == "warning":
            self.warn(Finding(text, hint=event.hint))
        else:
            self.say(text, event.kind)

    def _is_line(self, event: Event) -> bool:
        """Whether a step of a part has a line of its own: without a terminal the counts and the
        events of a service, which are in no tree there."""
        return bool(
            event.part and not event.part.text and event.kind == "progress" and not self.live
        )

    def _show_tree(self) -> None:
        self._say_finished()
        self.progress(self.tree.lines())

    def _say_finished(self) -> None:
        """Without a terminal: one line for the parts that have ended since the last one."""
        names = [] if self.live else self.tree.newly_over()
        if names:
            self.say(f"{len(names)} done: {', '.join(names)}", "progress")

    def _log_event(self, event: Event) -> None:
        """An event on stdout, as ecs-cli logged it."""
        if self.quiet:
            return
        level = "warning" if event.kind == "warning" else "info"
        fields = {name: self._shown(str(value)) for name, value in event.fields.items()}
        self.line(log_line(level, event.message, fields, datetime.now().astimezone()))

    def error(self, error: EcsCliError) -> None:
        """An error: what, where, and what to do."""
        self._say_finished()
        first, *rest = error.lines()
        if isinstance(error, ChangesPending):
            self.say(first)
            for line in rest:
                self.say(line, "hint")
            return
        self._talk(f"error: {first}", "error")
        for line in rest:
            self._talk(line, "hint" if line.lstrip().startswith("hint:") else "error")

    def progress(self, lines: Sequence[str]) -> None:
        """Redraw the live lines at the bottom of the terminal; nothing without a terminal."""
        if self.live and not self.quiet:
            self._terminal.show([self._shown(line) for line in lines])

    @contextmanager
    def progressing(self) -> Iterator[None]:
        """Live lines for the length of a block: they are wiped at its end."""
        try:
            yield
        finally:
            self._say_finished()
            self.tree.clear()
            self._rest()

    # --------------------------------------------------------------- questions

    def confirm(self, question: str, flag: str, piped: bool = False) -> bool:
        """Ask yes or no on a terminal; without one, an error names the flag that means yes.

        `piped`: the answer may also come through a pipe, ``echo y | ecscli down``.
        """
        if not self.interactive and not piped:
            raise InputError(
                f'nothing was changed: there is no terminal to ask: "{question}"',
                hint=f"confirm with {flag}",
            )
        answer = self.ask(f"{question} [y/N] ").strip().lower()
        if not self.interactive:
            self._write_talk("\n")
        if not answer and not self.interactive:
            message = f'nothing was changed: no terminal, and no answer to "{question}"'
            raise InputError(message, hint=f"confirm with {flag}")
        return answer in ("y", "yes")

    def ask(self, prompt: str) -> str:
        """One line from the user, asked on stderr; empty at the end of the input."""
        self._rest()
        self._write_talk(self._shown(prompt))
        return self._in.readline().rstrip("\n")

    # ------------------------------------------------------------------ inside

    def _write_talk(self, text: str) -> None:
        """Write to stderr. Nobody reading there is not a reason to stop half-way."""
        if self._unheard:
            return
        try:
            self._err.write(text)
            self._err.flush()
        except BrokenPipeError:
            self._unheard = True

    def _shown(self, text: str) -> str:
        """The border: one line without credentials, and without anything that acts."""
        return printable.line(without_passwords(self.mask(text)))

    def _log_line(self, text: str, label: str) -> None:
        if label and self._coloured:
            self._rest()
            self._data_terminal.labelled(label, text)
        else:
            self._print(f"{label} | {text}" if label else text)

    def _print(self, line: str) -> None:
        self._rest()
        self._out.write(line + "\n")

    def flush(self) -> None:
        """Wipe the live lines, and send what was said on its way."""
        self._rest()
        self._out.flush()
        self._write_talk("")

    def _rest(self) -> None:
        if "_terminal" in vars(self):  # made by the first line on it
            self._terminal.rest()


def _aligned(cells: Sequence[Sequence[str]]) -> Iterator[str]:
    """Rows as lines, every column but the last one padded to its longest cell."""
    *padded, _ = zip(*cells, strict=True)
    widths = [max(LEAST_WIDTH, GAP + max(map(len, column))) for column in padded]
    for *first, last in cells:
        yield "".join(map(str.ljust, first, widths)) + last


def _take_any_text(stream: TextIO, errors: str) -> None:
    """Replace, as `errors` names it, what the encoding of a stream lacks."""
    if isinstance(stream, TextIOWrapper):  # a stream in memory takes any text
        stream.reconfigure(errors=errors)
