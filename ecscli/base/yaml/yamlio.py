"""YAML text -> a tree of Map, Seq and scalars with marks; and plain data -> YAML text.

Scalars follow YAML 1.2: `yes`, `on`, `N` and `22:22` are text, `0777` and `0o777` are octal. A
number keeps the text it was written with where that has more in it than its value
(`scalars.source_text`). Every error in the text becomes an InputError with its place; documents
past the limits are refused in bounded time and memory.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

from ecscli.base import printable
from ecscli.base.errors import Finding, InputError
from ecscli.base.marks import Map, Mark, Seq
from ecscli.base.yaml.composer import LIMITS, TOO_DEEP, Composer
from ecscli.base.yaml.scalars import WrittenFloat, WrittenInt, resolve

QUOTED = re.compile(r"""(?:, but found)? *(?:'([^']*)'|".*")""")
GRAMMAR = re.compile(r"[][{},:?-]|<.*>")  # what a parser expects, quoted as what it found is
BAD_CHARACTER = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
BRACKETS = {"[": "]", "{": "}", '"': '"', "'": "'"}
# words of libyaml and of PyYAML about a problem, and what to do
ADVICE = {
    "mapping values are not allowed": "quote a text with a colon in it; keys of one map line up",
    "did not find expected key": "indent the keys of one map alike",
    "expected <block end>": "indent what belongs together alike",
    "could not find expected ':'": "write a colon after the key, or quote a text of several lines",
    "did not find expected '-'": "indent the items of one list alike",
    "cannot start any token": "put the text in quotes",
    "found unexpected end of stream": "close the quotation mark",
    "found undefined tag handle": "leave the tag out, or quote the text",
}
UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")
BYTE_ORDER_MARK = "\ufeff"
TEXT_TAG = "tag:yaml.org,2002:str"
NO_WRAPPING = 1_000_000  # columns


def parse(
    text: str | bytes,
    file: str,
    *,
    yes_no: bool = False,
    tags: tuple[str, ...] = (),
    duplicates: list[Finding] | None = None,
) -> Any:
    """The one document of `text` (None where it is empty); `file` is the name that marks carry.

    `yes_no` reads YAML 1.1's extra booleans; values with one of `tags` come as Tagged; duplicate
    keys are an error unless `duplicates` collects them, in which case the last one wins. Raises
    InputError.
    """
    documents = parse_all(text, file, yes_no=yes_no, tags=tags, duplicates=duplicates)
    if len(documents) > 1:
        raise InputError(
            "more than one YAML document in this file",
            Mark(file, 1, 1),
            "keep one, or split the file",
        )
    return documents[0] if documents else None


def parse_all(
    text: str | bytes,
    file: str,
    *,
    yes_no: bool = False,
    tags: tuple[str, ...] = (),
    duplicates: list[Finding] | None = None,
) -> list[Any]:
    """Every document of `text`, as `parse` reads one."""
    source = decode(text, file)
    try:
        composer = Composer(_parser(source).get_event, file, yes_no, tags)
        documents = composer.documents()
    except yaml.MarkedYAMLError as error:
        raise _syntax_error(error, file, source) from None
    except yaml.reader.ReaderError as error:
        raise _character_error(error, file, source) from None
    if duplicates is None:
        composer.findings.extend(composer.duplicates)
    else:
        duplicates.extend(composer.duplicates)
    if composer.findings:
        raise InputError.of(composer.findings.in_order())
    return documents


def _parser(source: str) -> Any:
    """libyaml's parser where PyYAML has it, else PyYAML's own, several times slower and with the
    same events."""
    return getattr(yaml, "CSafeLoader", yaml.SafeLoader)(source)


def decode(text: str | bytes, file: str) -> str:
    """The text of a file: UTF-8, or UTF-16 with its mark. Raises InputError at the byte that is
    neither."""
    if len(text) > LIMITS.size:
        problem = f"the file has more than {LIMITS.size} bytes"
        raise InputError(problem, Mark(file, 1, 1), "split it into several files")
    if isinstance(text, bytes):
        text = _decode_bytes(text, file)
    return text.removeprefix(BYTE_ORDER_MARK)


def _decode_bytes(content: bytes, file: str) -> str:
    if content.startswith(UTF_16_MARKS):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        line = before.count(b"\n") + 1
        column = error.start - before.rfind(b"\n")
        message = f"byte 0x{content[error.start]:02x} is not UTF-8"
        raise InputError(message, Mark(file, line, column), "save the file as UTF-8") from None


# ------------------------------------------------------------------- errors of the parser


def _syntax_error(error: yaml.MarkedYAMLError, file: str, source: str) -> InputError:
    spot = _spot(error, source)
    mark = Mark(file, spot.line + 1, spot.column + 1) if spot else Mark(file, 1, 1)
    # libyaml 0.2.6 has a limit of its own, and scans ahead of ours
    if "nesting depth" in (error.problem or ""):
        return InputError(TOO_DEEP, mark)
    if _line(source, mark.line).lstrip(" ").startswith("\t"):
        message = "not valid YAML: the line is indented with a tab"
        return InputError(message, mark, "indent it with spaces")
    at = _offset(source, spot) if spot and spot is error.context_mark else len(source)
    opened = source[at : at + 1]
    if opened in BRACKETS:
        message = f'not valid YAML: "{opened}" is opened here and never closed'
        return InputError(message, mark, f'add "{BRACKETS[opened]}"')
    return InputError(f"not valid YAML: {problem_of(error)}", mark, _advice(error))


def _advice(error: yaml.MarkedYAMLError) -> str | None:
    """What to do about a problem of the grammar, where its words do not say so."""
    problem = error.problem or ""
    return next((hint for part, hint in ADVICE.items() if part in problem), None)


def _spot(error: yaml.MarkedYAMLError, source: str) -> yaml.Mark | None:
    """Where the problem is; of what is opened and never closed, where that begins."""
    spot, start = error.problem_mark, error.context_mark
    if spot and start and not source[_offset(source, spot) :].strip():
        return start
    return spot or start


def _offset(source: str, spot: yaml.Mark) -> int:
    lines = source.split("\n")[: spot.line]
    return sum(len(line) + 1 for line in lines) + spot.column


def _line(source: str, number: int) -> str:
    lines = source.split("\n", number)
    return lines[number - 1] if number <= len(lines) else ""


def problem_of(error: yaml.YAMLError) -> str:
    """The message of a YAML parser without what it quotes of the text: that may be a part of a
    password."""
    problem = getattr(error, "problem", None) or "not readable"
    return QUOTED.sub(_grammar_alone, problem)


def _grammar_alone(quoted: re.Match[str]) -> str:
    return quoted[0] if GRAMMAR.fullmatch(quoted[1] or "") else ""


def _character_error(error: yaml.reader.ReaderError, file: str, source: str) -> InputError:
    """libyaml counts bytes up to the character that it refuses; the text is searched for it
    instead."""
    bad = BAD_CHARACTER.search(source)
    if bad is None:
        return InputError(f"not valid YAML: {error.reason}: not allowed", Mark(file, 1, 1))
    line = source.count("\n", 0, bad.start()) + 1
    column = bad.start() - source.rfind("\n", 0, bad.start())
    message = f"not valid YAML: character U+{ord(bad[0]):04X} is not allowed"
    return InputError(message, Mark(file, line, column))


# -------------------------------------------------------------------------------- writing


def dump(data: object, *, ascii_only: bool = False) -> str:
    """Plain data (or a tree) as YAML: block style, keys in their order, the same bytes for the same
    data.

    What `printable` would change is written in double quotes, where its escapes mean the same.
    """
    return yaml.dump(
        data,
        Dumper=Dumper,
        sort_keys=False,
        default_flow_style=False,
        allow_unicode=not ascii_only,
        width=NO_WRAPPING,
    )


class Dumper(yaml.SafeDumper):
    """Writes text so that `parse` and YAML 1.1 readers alike take it for text; no anchors."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    if not _reads_back_as_text(text):
        style: str | None = '"'
    else:
        style = "|" if "\n" in text else None
    return dumper.represent_scalar(TEXT_TAG, text, style=style)


def _reads_back_as_text(text: str) -> bool:
    """Whether a text may be written without double quotes."""
    if text == "<<" or printable.obeyed(text):
        return False
    return text.replace("\n", "").isprintable() and isinstance(resolve(text, yes_no=True), str)


Dumper.add_representer(str, _represent_text)
Dumper.add_representer(Map, lambda dumper, data: dumper.represent_dict(data.items()))
Dumper.add_representer(Seq, lambda dumper, data: dumper.represent_list(data))
Dumper.add_representer(tuple, lambda dumper, data: dumper.represent_list(data))
Dumper.add_representer(WrittenInt, lambda dumper, data: dumper.represent_int(int(data)))
Dumper.add_representer(WrittenFloat, lambda dumper, data: dumper.represent_float(float(data)))
