"""What a terminal gets: tables that fit, colours where they are wanted, results that are not called
errors."""

import io

import pytest

from ecscli.base.errors import ChangesPending, InputError
from ecscli.terminal.console import Console
from tests.terminal.test_printable import Terminal

COLUMNS = ("Name", "State", "Reason")
ROWS = [
    ("demo/0123456789abcdef0123456789abcdef/web", "STOPPED ExitCode: 1", "a reason " * 12),
    ("demo/fedcba9876543210fedcba9876543210/web", "RUNNING", ""),
]


def console(width: int, stream: type[io.StringIO] = Terminal, **variables: str) -> Console:
    environment = {"TERM": "xterm-256color", "COLUMNS": str(width), **variables}
    return Console(io.StringIO(), stream(), stream(), environment)


def out(of: Console) -> str:
    of.flush()
    return of._out.getvalue()  # type: ignore[attr-defined]


def err(of: Console) -> str:
    of.flush()
    return of._err.getvalue()  # type: ignore[attr-defined]


def test_a_table_fits_a_narrow_terminal_and_loses_nothing() -> None:
    narrow = console(80)
    narrow.table(COLUMNS, ROWS)
    lines = out(narrow).splitlines()
    assert max(map(len, lines)) <= 80
    assert lines[0].split() == list(COLUMNS)
    first_column = "".join(line[: lines[0].index("State")].strip() for line in lines[1:])
    assert first_column == ROWS[0][0] + ROWS[1][0]


@pytest.mark.parametrize("stream", [io.StringIO, Terminal])
def test_a_table_with_room_is_that_of_a_pipe(stream: type[io.StringIO]) -> None:
    wide, pipe = console(300, stream), console(80, io.StringIO)
    for one in (wide, pipe):
        one.table(COLUMNS, ROWS)
    assert out(wide) == out(pipe)
    assert out(pipe).startswith("Name" + " " * 39 + "State")


@pytest.mark.parametrize(("value", "coloured"), [("1", False), ("", True)])
def test_no_color_counts_where_it_is_not_empty(value: str, coloured: bool) -> None:
    talking = console(80, NO_COLOR=value)
    talking.error(InputError("wrong", hint="right"))
    assert ("\x1b[" in err(talking)) == coloured


def test_pending_changes_are_a_result_and_not_an_error() -> None:
    talking = console(80, io.StringIO)
    talking.error(ChangesPending("15 changes pending"))
    assert err(talking) == "15 changes pending\n"
