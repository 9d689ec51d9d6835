"""A screen -> what a terminal of some kind gets: stdout first, then stderr."""

import io
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import NamedTuple

from ecscli.commands.context import App
from ecscli.terminal.console import Console

GOLDEN = Path(__file__).parent / "golden"
Screen = Callable[[App], None]


class Kind(NamedTuple):
    """A kind of terminal."""

    width: int
    coloured: bool
    encoding: str

    @property
    def name(self) -> str:
        return f"{self.width}-{'colour' if self.coloured else 'plain'}-{self.encoding}.txt"


KINDS = [Kind(*one) for one in product((40, 80, 200), (True, False), ("utf-8", "ascii"))]


class Terminal(io.TextIOWrapper):
    """A terminal in memory, with an encoding."""

    def __init__(self, encoding: str) -> None:
        self.bytes = io.BytesIO()
        super().__init__(self.bytes, encoding=encoding, write_through=True)

    def isatty(self) -> bool:
        return True


def console_of(kind: Kind, **variables: str) -> tuple[Console, Terminal, Terminal]:
    """A console on such a terminal, its stdout and its stderr."""
    out, err = Terminal(kind.encoding), Terminal(kind.encoding)
    environment = {"TERM": "xterm", "COLUMNS": str(kind.width), **variables}
    if not kind.coloured:
        environment["NO_COLOR"] = "1"
    return Console(io.StringIO(), out, err, environment), out, err


def draw(screen: Screen, kind: Kind) -> str:
    """What the terminal gets."""
    console, out, err = console_of(kind)
    screen(App({}, "/project", console))
    console.flush()
    return "".join(one.bytes.getvalue().decode(kind.encoding) for one in (out, err))


def files(screens: dict[str, Screen]) -> Iterator[tuple[Path, str]]:
    """Each file with what is to be in it."""
    for (name, screen), kind in product(screens.items(), KINDS):
        yield GOLDEN / name / kind.name, draw(screen, kind)
