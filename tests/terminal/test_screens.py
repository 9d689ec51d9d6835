"""The main screens are those on disk, and fit the terminals that they are for."""

import re

import pytest
from rich.cells import cell_len

from tests.terminal.screens.drawing import GOLDEN, KINDS, Kind, console_of, draw, files
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


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_what_an_encoding_lacks_is_an_escape_and_fits_too(encoding: str) -> None:
    kind = Kind(40, coloured=False, encoding=encoding)
    console, out, err = console_of(kind)
    console.table(("State", "Reason"), [("RUNNING", "Gründe, 漢字 " * 20)])
    console.change("+ 漢字 " * 20)
    console.say("漢字 " * 20, "error")
    console.progress(["漢字" * 40])
    console.flush()
    text = out.bytes.getvalue().decode(encoding) + err.bytes.getvalue().decode(encoding)
    assert ("漢字" in text) == (encoding == "utf-8")
    assert ("ü" in text) == (encoding != "ascii")
    for line in re.sub("\x1b\\[[?0-9;]*[A-Za-z]", "", text).replace("\r", "\n").splitlines():
        assert cell_len(line) <= kind.width, line


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
