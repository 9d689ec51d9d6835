"""`${VAR}` in text and in trees, by the Compose Specification's rules; used for Compose files and
for ecs-params.

Forms: `$VAR`, `${VAR}`, `${VAR:-word}`, `${VAR-word}`, `${VAR:?message}`, `${VAR?message}`,
`${VAR:+word}`, `${VAR+word}`; words may hold further variables; `$$` is a dollar sign. Before
anything else a `$` stays as it is; in files of ecs-cli's dialects it is an error.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeAlias, TypeVar, cast

from ecscli.base.errors import Finding, InputError
from ecscli.base.findings import FindingList
from ecscli.base.marks import Map, Mark, Raw, Seq, Tagged
from ecscli.compose.text.withheld import HINT, Withheld, problem

T = TypeVar("T")
Seen: TypeAlias = dict[int, Map | Seq]  # the id of a collection -> its copy
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
OPERATORS = (":-", ":?", ":+", "-", "?", "+")
DEEPEST = 50
MOST_TEXT = 64 * 1024 * 1024  # characters: variables made of variables grow by powers
ESCAPE_HINT = "write $$ for a dollar sign"


class BadInterpolation(ValueError):
    """A `$` form that cannot be read, or a required variable that is not there; `hint` says what to
    write.

    The text around the form is not quoted: it may hold a password.
    """

    def __init__(self, message: str, hint: str | None = ESCAPE_HINT) -> None:
        super().__init__(message)
        self.hint = hint


class Interpolator:
    """Replaces variables; collects what is wrong in `findings` and each unset variable once in
    `warnings`.

    `dash_like_colon_dash`: `${A-b}` gives `b` for an empty variable too, as in version 2 files.
    `lone_dollar_stays`: a `$` that starts no variable is text, not an error. `quiet`: no warning
    for a variable that is not set. Raises InputError, which ends the run, once the values that it
    filled in exceed MOST_TEXT.
    """

    def __init__(
        self,
        variables: Mapping[str, str],
        *,
        dash_like_colon_dash: bool = False,
        lone_dollar_stays: bool = True,
        quiet: bool = False,
    ) -> None:
        self.variables = variables
        self.dash_like_colon_dash = dash_like_colon_dash
        self.lone_dollar_stays = lone_dollar_stays
        self.quiet = quiet
        self.findings = FindingList()
        self.warnings = FindingList()
        self._unset: set[str] = set()
        self._depth = 0
        self._filled_in = 0

    def tree(self, tree: T, path: str = "") -> T:
        """A copy of `tree` with every text value replaced, marks kept; keys are not touched."""
        return cast(T, self._value(tree, path, getattr(tree, "mark", None), {}))

    def text(self, text: str, where: Mark | None = None, path: str = "") -> str:
        """One text replaced; what is wrong with it becomes a finding and the text stays as it
        is."""
        try:
            return self.substitute(text, where)
        except BadInterpolation as error:
            self.findings.append(Finding.about(path, str(error), where, error.hint))
            return text

    def _value(self, value: Raw, path: str, mark: Mark | None, seen: Seen) -> Raw:
        if isinstance(value, str):
            return self.text(value, mark, path) if "$" in value else value
        if isinstance(value, (Map, Seq)):
            return self._collection(value, path, seen)
        if isinstance(value, Tagged):
            return Tagged(value.tag, self._value(value.value, path, mark, seen))
        return value

    def _collection(self, tree: Map | Seq, path: str, seen: Seen) -> Map | Seq:
        """A copy of a collection; an aliased one is replaced once and stays one object."""
        if id(tree) not in seen:
            if isinstance(tree, Map):
                seen[id(tree)] = self._map(tree, path, seen)
            else:
                seen[id(tree)] = self._seq(tree, path, seen)
        return seen[id(tree)]

    def _map(self, tree: Map, path: str, seen: Seen) -> Map:
        marks = tree.values_at
        prefix = f"{path}." if path else ""
        copy = Map(
            {
                key: self._value(value, prefix + key, marks.get(key), seen)
                for key, value in tree.items()
            },
            tree.mark,
        )
        copy.keys_at, copy.values_at = tree.keys_at, tree.values_at
        return copy

    def _seq(self, tree: Seq, path: str, seen: Seen) -> Seq:
        marks = tree.values_at
        copy = Seq(
            (self._value(value, f"{path}[{at}]", marks[at], seen) for at, value in enumerate(tree)),
            tree.mark,
        )
        copy.values_at = marks
        return copy

    def substitute(self, text: str, where: Mark | None = None) -> str:
        """`text` with its variables replaced; raises BadInterpolation."""
        if "$" not in text:
            return text
        done: list[str] = []
        at = 0
        while (dollar := text.find("$", at)) >= 0:
            done.append(text[at:dollar])
            value, at = self._form(text, dollar, where)
            self._count(value, where)
            done.append(value)
        done.append(text[at:])
        return "".join(done)

    def _count(self, value: str, where: Mark | None) -> None:
        self._filled_in += len(value)
        if self._filled_in > MOST_TEXT:
            problem = f"variables bring more than {MOST_TEXT} characters"
            raise InputError(problem, where, "use shorter values")

    def _form(self, text: str, dollar: int, where: Mark | None) -> tuple[str, int]:
        """The value of the form at `dollar`, and where the text goes on."""
        following = text[dollar + 1 : dollar + 2]
        if following == "$":
            return "$", dollar + 2
        if following == "{":
            return self._in_braces(text, dollar + 2, where)
        name = NAME.match(text, dollar + 1)
        if name:
            return self._lookup(name.group(), where), name.end()
        if self.lone_dollar_stays:
            return "$", dollar + 1
        raise BadInterpolation(f'"${following}" starts no variable')

    def _in_braces(self, text: str, start: int, where: Mark | None) -> tuple[str, int]:
        """Like `_form`, for a `${` whose inside begins at `start`."""
        if self._depth > DEEPEST:
            raise BadInterpolation(f"variables stand more than {DEEPEST} deep in each other", None)
        end = _closing_brace(text, start)
        if end < 0:
            raise BadInterpolation("a ${ has no }")
        self._depth += 1
        try:
            return self._braced(text[start:end], where), end + 1
        finally:
            self._depth -= 1

    def _braced(self, inside: str, where: Mark | None) -> str:
        match = NAME.match(inside)
        if not match:
            raise BadInterpolation(f'"${{{inside[:1]}" starts no variable')
        name, rest = match.group(), inside[match.end() :]
        if not rest:
            return self._lookup(name, where)
        for operator in OPERATORS:
            if rest.startswith(operator):
                return self._operate(name, operator, rest.removeprefix(operator), where)
        known = f"use one of {' '.join(OPERATORS)}"
        raise BadInterpolation(f'"${{{name}{rest[0]}" has an operator that is not known', known)

    def _operate(self, name: str, operator: str, word: str, where: Mark | None) -> str:
        value = self._value_of(name) or ""
        present = self._is_present(name, operator)
        if operator in (":+", "+"):
            return self.substitute(word, where) if present else ""
        if present:
            return value
        if operator in (":-", "-"):
            return self.substitute(word, where)
        message = f"required variable {name} is missing a value"
        reason = self.substitute(word, where)
        if reason:
            message = f"{message}: {reason}"
        raise BadInterpolation(
            message, f"set {name} in the environment, in .env, or in a file named with --env-file"
        )

    def _is_present(self, name: str, operator: str) -> bool:
        """Whether the operator takes the variable for given: with a colon an empty one is not."""
        value = self._value_of(name)
        if operator[0] == ":" or (operator == "-" and self.dash_like_colon_dash):
            return bool(value)
        return value is not None

    def _lookup(self, name: str, where: Mark | None) -> str:
        value = self._value_of(name)
        if value is not None:
            return value
        if not self.quiet and name not in self._unset:
            self._unset.add(name)
            message = f'the variable "{name}" is not set; it is replaced by an empty text'
            hint = f"set {name}, or give it a default: ${{{name}:-...}}"
            self.warnings.append(Finding(message, where, hint))
        return ""

    def _value_of(self, name: str) -> str | None:
        value = self.variables.get(name)
        if isinstance(value, Withheld):
            raise BadInterpolation(problem(name), HINT)
        return value


def _closing_brace(text: str, start: int) -> int:
    """The index of the `}` that closes the form, skipping balanced `{...}`; -1 where there is
    none."""
    depth = 1
    for at in range(start, len(text)):
        if text[at] == "{":
            depth += 1
        elif text[at] == "}":
            depth -= 1
            if depth == 0:
                return at
    # A lone { in a default, as in ${A:-{}: only ${ opens then.
    return text.find("}", start) if "${" not in text[start:] else -1
