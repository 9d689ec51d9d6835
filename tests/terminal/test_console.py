"""What a terminal gets: tables that fit, colours where they are wanted, results that are not called
errors."""

import io
import re
import sys

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
    narrow = console(80, NO_COLOR="1")
    narrow.table(COLUMNS, ROWS)
    lines = out(narrow).splitlines()
    assert max(map(len, lines)) <= 80
    assert lines[0].split() == list(COLUMNS)
    assert lines[1].startswith("demo/0123456789ab/web  STOPPED ExitCode: 1  a reason ")
    assert "".join(out(narrow).split()).count("areason") == 12


def test_a_table_in_a_pipe_is_that_of_ecs_cli_and_loads_no_rich(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "ecscli.terminal.tables", None)  # importing it fails
    pipe, classic = console(40, io.StringIO), console(40)
    classic.classic = True
    for one in (pipe, classic):
        one.table(COLUMNS, ROWS)
    assert out(pipe) == out(classic)
    assert out(pipe).startswith("Name" + " " * 39 + "State")


def test_whole_values_are_asked_for_with_wide() -> None:
    wide = console(40, NO_COLOR="1")
    wide.wide = True
    wide.table(COLUMNS, ROWS)
    assert ROWS[1][0] in out(wide).splitlines()[-1]


def test_ids_are_as_long_as_it_takes_to_tell_them_apart() -> None:
    narrow = console(60, NO_COLOR="1")
    ids = ["0123456789abcd" + end * 18 for end in "01"]
    narrow.table(("Id", "Reason"), [(id_, "a reason " * 5) for id_ in ids])
    assert [word for word in out(narrow).split() if word[0] == "0"] == [id_[:15] for id_ in ids]


@pytest.mark.parametrize(
    ("cell", "colour"),
    [
        ("RUNNING", "32"),
        ("PENDING", "33"),
        ("STOPPED ExitCode: 1 Reason: x", "31"),
        ("STOPPED ExitCode: 0", "2"),
        ("ELSEWHERE", ""),
    ],
)
def test_states_have_colours(cell: str, colour: str) -> None:
    terminal = console(80)
    terminal.table(("State", "Name"), [(cell, "RUNNING")])
    assert re.findall("\x1b\\[([0-9]+)m", out(terminal)) == ([colour, "0"] if colour else [])


def test_colours_in_a_pipe_only_where_they_are_asked_for() -> None:
    for variables, wanted in (
        ({}, False),
        ({"FORCE_COLOR": "1"}, True),
        ({"FORCE_COLOR": ""}, False),
    ):
        pipe = console(40, io.StringIO, **variables)
        pipe.change("+ service web")
        assert ("\x1b[32m" in out(pipe)) == wanted
    both = console(40, NO_COLOR="1", FORCE_COLOR="1")
    both.change("+ service web")
    both.say("hint", "hint")
    assert out(both) == "+ service web\n"
    assert err(both) == "hint\n"


def test_a_table_in_a_pipe_is_whole_and_padded_whatever_the_colours() -> None:
    rows = [("RUNNING", "a long reason " * 10, "x")]
    plain, forced = (console(40, io.StringIO, **one) for one in ({}, {"FORCE_COLOR": "1"}))
    for pipe in (plain, forced):
        pipe.table(("State", "Reason", "Id"), rows)
    assert out(forced) == out(plain)
    assert out(plain).count("\n") == 2


def test_talk_waits_until_a_picture_leaves_the_terminal() -> None:
    talking = console(80, NO_COLOR="1")
    with talking.full_screen():
        talking.trace("aws ecs ListTasks")
        assert err(talking) == ""
    assert err(talking) == "aws ecs ListTasks\n"


def test_wide_folds_no_cell() -> None:
    wide = console(40, NO_COLOR="1")
    wide.wide = True
    wide.table(("State", "Reason"), [("RUNNING", "a long reason " * 10)])
    assert out(wide).count("\n") == 2


def test_a_dumb_terminal_gets_text_that_fits_and_nothing_else() -> None:
    dumb = console(40, TERM="dumb")
    dumb.table(COLUMNS, ROWS)
    dumb.say("a word " * 20, "error")
    assert "\x1b" not in out(dumb) + err(dumb)
    assert max(map(len, out(dumb).splitlines())) <= 40


@pytest.mark.parametrize(("value", "coloured"), [("1", False), ("", True)])
def test_no_color_counts_where_it_is_not_empty(value: str, coloured: bool) -> None:
    talking = console(80, NO_COLOR=value)
    talking.error(InputError("wrong", hint="right"))
    assert ("\x1b[" in err(talking)) == coloured


def test_pending_changes_are_a_result_and_not_an_error() -> None:
    talking = console(80, io.StringIO)
    talking.error(ChangesPending("15 changes pending"))
    assert err(talking) == "15 changes pending\n"
