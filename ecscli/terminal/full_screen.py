"""A whole terminal: pictures that replace each other, and the keys that somebody presses.

Keys are read where stdin is a terminal too, on systems that have termios.
"""

from __future__ import annotations

import os
import select
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TextIO

from ecscli.terminal.screen import COLOURLESS, PICTURE
from ecscli.watch.text import Line
from ecscli.watch.view import BACKSPACE, DOWN, ENTER, ESCAPE, INTERRUPT, UP

KEYS = {
    "\x1b[A": UP,
    "\x1bOA": UP,
    "\x1b[B": DOWN,
    "\x1bOB": DOWN,
    "\r": ENTER,
    "\n": ENTER,
    "\x7f": BACKSPACE,
    "\x08": BACKSPACE,
    "\x1b": ESCAPE,
    "\x03": INTERRUPT,
}
READ = 64  # bytes; an escape sequence comes in one piece


class FullScreen:
    """The terminal while a picture has it. `shown` is the border that every text passes."""

    def __init__(
        self,
        stdin: TextIO,
        stream: TextIO,
        environment: Mapping[str, str],
        shown: Callable[[str], str],
        *,
        coloured: bool,
    ) -> None:
        from rich.console import Console
        from rich.live import Live

        self._styles = PICTURE if coloured else COLOURLESS
        self._shown = shown
        self._console = Console(
            file=stream,
            force_terminal=True,
            color_system="auto" if coloured else None,
            highlight=False,
            markup=False,
            emoji=False,
            _environ=environment,
        )
        self._live = Live(
            console=self._console,
            screen=True,
            auto_refresh=False,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._input = stdin.fileno() if stdin.isatty() else None
        self._keys: deque[str] = deque()

    @property
    def size(self) -> tuple[int, int]:
        """Columns and lines of the terminal now."""
        return self._console.width, self._console.height

    @property
    def has_keys(self) -> bool:
        """Whether somebody can press keys."""
        return self._input is not None

    @contextmanager
    def open(self) -> Iterator[FullScreen]:
        """Have the terminal for the length of a block; what was on it comes back at the end."""
        with _unbuffered(self._input) as works, self._live:
            self._input = self._input if works else None
            yield self

    def draw(self, lines: Sequence[Line]) -> None:
        """Put this picture in the place of the one before."""
        from rich.text import Text

        text = Text(no_wrap=True, overflow="crop")
        for at, line in enumerate(lines):
            if at:
                text.append("\n")
            for span in line:
                text.append(self._shown(span.text), self._styles.get(span.style))
        self._live.update(text, refresh=True)

    def key(self, seconds: float) -> str | None:
        """The next key within that time; None where none was pressed."""
        if self._input is None:
            time.sleep(seconds)
            return None
        if not self._keys and select.select([self._input], [], [], max(seconds, 0))[0]:
            self._keys += keys_of(os.read(self._input, READ).decode(errors="replace"))
        return self._keys.popleft() if self._keys else None


def keys_of(typed: str) -> Iterator[str]:
    """What a terminal sends -> the names of keys, or the characters themselves. Sequences that mean
    nothing here are left out."""
    while typed:
        found = next((name for name in sorted(KEYS, key=len)[::-1] if typed.startswith(name)), "")
        if found == "\x1b" and len(typed) > 1:  # a sequence of a key that has no meaning
            return
        yield KEYS.get(found, typed[0])
        typed = typed[len(found) or 1 :]


@contextmanager
def _unbuffered(input: int | None) -> Iterator[bool]:
    """Get each key at once and unseen; Ctrl-C still interrupts. False where that cannot be."""
    try:
        import termios
        import tty
    except ImportError:
        yield False
        return
    if input is None:
        yield False
        return
    before = termios.tcgetattr(input)
    tty.setcbreak(input)
    try:
        yield True
    finally:
        termios.tcsetattr(input, termios.TCSADRAIN, before)
