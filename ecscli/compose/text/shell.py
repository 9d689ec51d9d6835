"""A command written as one text -> its arguments, by the rules of the file's dialect.

Blanks separate words, quotes and backslashes protect. v1 and v2 files: a `#` that starts a word
starts a comment. v3 files and the specification: no comments, text between backticks stays one
word, and the first bare `;`, `&`, `|`, `<` or `>` ends the command, as in Docker Compose; v3 files
drop empty arguments.
"""

from __future__ import annotations

from typing import NamedTuple

from ecscli.base.errors import shorten
from ecscli.compose.dialect import TODAY, Dialect

BLANKS = " \t\r\n"
ENDS = ";&|<>"


class Split(NamedTuple):
    """The arguments, and the rest of the text that a bare shell operator cut off."""

    words: list[str]
    dropped: str = ""


def split_command(text: str, dialect: Dialect = TODAY) -> Split:
    """Splits `text`; ValueError where a quote or a backslash is left open."""
    if not dialect.command_has_comments and not any(char in text for char in "\"'\\`;&|<>"):
        return Split(text.split())
    return _Splitter(text, dialect).split()


class _Splitter:
    def __init__(self, text: str, dialect: Dialect) -> None:
        self.text = text
        self.comments = dialect.command_has_comments
        self.keep_empty = dialect.keeps_empty_arguments
        self.at = 0

    def split(self) -> Split:
        found: list[str] = []
        while self.skip_blanks():
            start = self.at
            if self.ends():
                break
            word = self.word()
            if self.is_stream(word):
                self.at = start
                break
            if word or self.keep_empty:
                found.append(word)
        return Split(found, self.text[self.at :].strip())

    def ends(self) -> bool:
        """Whether there is a bare operator here."""
        return not self.comments and self.text[self.at] in ENDS

    def is_stream(self, word: str) -> bool:
        """Whether the word before this place is the number of a stream, as in 2>file."""
        return not self.comments and word.isdecimal() and self.text.startswith(">", self.at)

    def skip_blanks(self) -> bool:
        """Goes to the next word; False where there is none."""
        text = self.text
        while self.at < len(text):
            if text[self.at] in BLANKS:
                self.at += 1
            elif text[self.at] == "#" and self.comments:
                end = text.find("\n", self.at)
                self.at = len(text) if end < 0 else end
            else:
                return True
        return False

    def word(self) -> str:
        done: list[str] = []
        while self.at < len(self.text) and self.text[self.at] not in BLANKS and not self.ends():
            done.append(self.piece())
        return "".join(done)

    def piece(self) -> str:
        """A part of a word: one character, or all that quotes protect."""
        char = self.text[self.at]
        self.at += 1
        if char in "\"'":
            return self.quoted(char)
        if char == "`" and not self.comments:
            return f"`{self.quoted(char)}`"
        return self.escaped() if char == "\\" else char

    def escaped(self) -> str:
        if self.at >= len(self.text):
            raise ValueError(f'"{shorten(self.text)}" ends with a backslash')
        self.at += 1
        return self.text[self.at - 1]

    def quoted(self, quote: str) -> str:
        done: list[str] = []
        while self.at < len(self.text):
            char = self.text[self.at]
            self.at += 1
            if char == quote:
                return "".join(done)
            done.append(self.escaped() if char == "\\" and quote == '"' else char)
        raise ValueError(f"a {quote} is not closed in: {shorten(self.text)}")
