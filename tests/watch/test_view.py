"""Keys: where the arrows go, filters, what is asked for."""

from functools import reduce

import pytest

from ecscli.terminal.full_screen import keys_of
from ecscli.watch.view import DOWN, ENTER, ESCAPE, INTERRUPT, UP, View, press

NAMES = ("worker", "web", "api")


def after(*keys: str, view: View | None = None) -> View:
    return reduce(lambda seen, key: press(seen, key, NAMES), keys, view or View())


@pytest.mark.parametrize(
    ("keys", "chosen"),
    [
        ((DOWN,), "worker"),
        ((UP,), "api"),
        ((DOWN, DOWN), "web"),
        ((DOWN, UP, UP), "worker"),
        ((DOWN, DOWN, DOWN, DOWN), "api"),
        (("/", "a", "p", ENTER, DOWN), "api"),
        (("/", "x", ENTER, DOWN), ""),
    ],
)
def test_arrows_go_through_what_is_shown(keys: tuple[str, ...], chosen: str) -> None:
    assert after(*keys).chosen == chosen


def test_letters_of_a_filter_are_no_commands() -> None:
    typed = after("/", "q", "p", "l")
    assert (typed.words, typed.has_ended, typed.is_paused) == ("qpl", False, False)
    assert after("backspace", view=typed).words == "qp"
    assert after(ESCAPE, view=typed).words == ""
    assert after(INTERRUPT, view=typed).has_ended


def test_a_service_is_asked_about_once() -> None:
    asked = after(DOWN, ENTER)
    assert asked.asks == "why"
    assert after("x", view=asked).asks == ""
    assert after(DOWN, "l").asks == "logs"
    assert after(ENTER).asks == ""


def test_detail_is_left_first() -> None:
    detail = View(chosen="web", detail=("a line",))
    assert after("q", view=detail).detail is None
    assert not after("q", view=detail).has_ended
    assert after("q").has_ended
    assert after("p").is_paused


@pytest.mark.parametrize(
    ("typed", "keys"),
    [
        ("q", ["q"]),
        ("\x1b[A\x1b[B\x1bOA", [UP, DOWN, UP]),
        ("\r/ä\x7f", [ENTER, "/", "ä", "backspace"]),
        ("\x1b", [ESCAPE]),
        ("\x1b[15~", []),  # F5
        ("\x03", [INTERRUPT]),
    ],
)
def test_what_a_terminal_sends_is_a_key(typed: str, keys: list[str]) -> None:
    assert list(keys_of(typed)) == keys
