"""The main screens are those on disk, and fit the terminals that they are for."""

import re

import pytest
from rich.cells import cell_len

from tests.terminal.screens.drawing import GOLDEN, KINDS, Kind, draw, files
from tests.terminal.screens.main import SCREENS

COLOURS = re.compile("\x1b\\[[0-9;]*m")


@pytest.mark.parametrize("name", SCREENS)
def test_a_screen_is_the_one_on_disk(name: str) -> None:
    for path, text in files({name: SCREENS[name]}):
        wanted = path.read_bytes().decode()
        assert text == wanted, f"{path}: `python -m tests.terminal.screens` writes it"


def test_there_is_no_screen_that_nobody_draws() -> None:
    drawn = {GOLDEN / name / kind.name for name in SCREENS for kind in KINDS}
    assert {path for path in GOLDEN.rglob("*") if path.is_file()} == drawn


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
@pytest.mark.parametrize("name", SCREENS)
def test_a_screen_fits_and_says_everything_without_colours(name: str, kind: Kind) -> None:
    text = draw(SCREENS[name], kind)
    assert ("\x1b" in text) == kind.coloured
    assert text.isascii() or kind.encoding != "ascii"
    for line in COLOURS.sub("", text).splitlines():
        assert cell_len(line) <= kind.width, line
    plain = draw(SCREENS[name], kind._replace(coloured=False))
    assert COLOURS.sub("", text) == plain
