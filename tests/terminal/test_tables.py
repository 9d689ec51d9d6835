"""Whatever the values, what is drawn fits its terminal and has all of every value."""

import re

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from ecscli.base import printable
from ecscli.terminal.folding import LEAST, fold, fold_line, fold_spans
from ecscli.terminal.styles import Span
from ecscli.terminal.tables import UNBROKEN, Shape, fitted

VALUES = st.one_of(
    st.text(max_size=60).map(printable.line),
    st.text("漢字👩‍💻é\u0301 ", max_size=40),
    st.sampled_from(
        [
            "",
            "0123456789abcdef0123456789abcdef",
            "a" * 300,
            printable.line("\x1b[31mred\x1b]52;c;aGk=\x07\r\n"),
            "arn:aws:ecs:us-east-1:123456789012:task/demo/0123456789abcdef0123456789abcdef",
            "`ecscli compose up` makes it",
        ]
    ),
)
CELLS = st.integers(1, 10).flatmap(
    lambda columns: st.lists(
        st.lists(VALUES, min_size=columns, max_size=columns), min_size=1, max_size=4
    )
)
ELLIPSES = st.sampled_from(["…", "..."])


def bare(text: str, ellipsis: str) -> str:
    """A text without what folding adds and takes away."""
    return re.sub(r"\s", "", text).replace(ellipsis, "")


@given(CELLS, st.integers(40, 200), ELLIPSES)
def test_a_table_is_never_wider_than_the_terminal(
    cells: list[list[str]], width: int, ellipsis: str
) -> None:
    header = [f"Column {number}" for number in range(len(cells[0]))]
    for line in fitted([header, *cells], Shape(width, ellipsis)):
        assert cell_len("".join(span.text for span in line)) <= width


@given(VALUES, st.integers(LEAST, 200), ELLIPSES)
def test_folding_loses_nothing(text: str, width: int, ellipsis: str) -> None:
    lines = fold(text, width, ellipsis)
    assert all(cell_len(line) <= width for line in lines)
    assert bare("".join(lines), ellipsis) == bare(text, ellipsis)


@given(VALUES, VALUES, st.integers(20, 200), ELLIPSES)
def test_a_folded_line_keeps_its_styles(first: str, second: str, width: int, ellipsis: str) -> None:
    spans = [Span(first, "good"), Span(second, "bad")]
    lines = list(fold_spans(spans, width, ellipsis))
    texts = ["".join(span.text for span in line) for line in lines]
    assert all(cell_len(text) <= width for text in texts)
    if len(lines) > 1:
        assert texts == fold_line(first + second, width, ellipsis)


@given(st.lists(st.from_regex(r"[a-z]{1,24}", fullmatch=True), min_size=1, max_size=30))
def test_words_of_usual_length_are_never_broken(words: list[str]) -> None:
    assert max(map(len, words)) <= UNBROKEN
    cells = [("Name", "Reason"), ("web", " ".join(words))]
    drawn = " ".join("".join(span.text for span in line) for line in fitted(cells, Shape(40)))
    assert set(words) <= set(drawn.split())
