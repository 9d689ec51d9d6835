"""The columns that characters take on a terminal: by rich, which is imported where it is needed."""

from __future__ import annotations


def cell_len(text: str) -> int:
    """How many columns a text takes."""
    if text.isascii() and text.isprintable():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def chop_cells(text: str, width: int) -> list[str]:
    """A text in parts of at most that many columns."""
    from rich.cells import chop_cells

    return chop_cells(text, width)


def padded(text: str, width: int, *, at_right: bool = False) -> str:
    """A text with spaces behind it, or before it, up to that many columns."""
    space = " " * (width - cell_len(text))
    return space + text if at_right else text + space
