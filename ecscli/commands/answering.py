"""`--output` and `--query`: in which form a command answers, and which part of the answer is
meant."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise, takewhile
from typing import Protocol, TypeVar, cast

import click
from click.core import ParameterSource

from ecscli.documents.query import compiled, problem
from ecscli.terminal.answer import Answer

F = TypeVar("F", bound=Callable[..., object])
JSON = "json"
FORMS = ("text", JSON)
IN_JSON = (JSON, "sarif")
DEFAULT = "ecscli.output"
QUERY = "JMESPath expression: print this part of the JSON answer; implies --output json."


class Option(Protocol):
    """A decorator that gives options to a command's function."""

    def __call__(self, function: F, /) -> F: ...


def together(*options: Option) -> Option:
    """One decorator out of several options, shown in the order given."""

    def decorate(function: F) -> F:
        for option in reversed(options):
            function = option(function)
        return function

    return decorate


def asks_for_json(arguments: Sequence[str]) -> bool:
    """Whether a command line asks for JSON, before it is known to be one."""
    words = list(takewhile(lambda word: word != "--", arguments))
    for word, following in pairwise([*words, ""]):
        name, equals, value = word.partition("=")
        if name in ("--query", "-query"):
            return True
        if name in ("--output", "-output") and (value if equals else following) == JSON:
            return True
    return False


def output_option(function: F) -> F:
    """``--output text|json`` as the argument `output`, and ``--query``."""
    return answer_options(*FORMS)(function)


def answer_options(
    *forms: str, about: str = "Form of the answer.", is_stream: bool = False
) -> Option:
    """``--output`` with these forms, the first by default, as the argument `output`; and
    ``--query``."""

    def chosen(ctx: click.Context, param: click.Parameter, value: str) -> str:
        answer = _answer_of(ctx)
        if answer is None:
            return value
        answer.is_stream = is_stream
        return _chosen(ctx, param, value, answer)

    output = click.option(
        "--output",
        type=click.Choice(forms),
        default=forms[0],
        show_default=True,
        callback=chosen,
        help=about,
    )

    def decorate(function: F) -> F:
        return output(_query_option(function))

    return decorate


def line_output_option(function: F) -> F:
    """``--output`` of commands whose answer comes line by line, and ``--query``, for each line."""
    return answer_options(*FORMS, about="Lines of text, or one JSON each.", is_stream=True)(
        function
    )


def default_answer_options(function: F) -> F:
    """``--output`` and ``--query`` in front of a command: for whichever follows."""
    output = click.option(
        "--output",
        type=click.Choice(FORMS),
        is_eager=True,
        expose_value=False,
        callback=_kept,
        help="Form of the answer, as behind a command.",
    )
    return output(_query_option(function))


def without_answer(ctx: click.Context, command: click.Command) -> None:
    """For a command that has no answer, JSON is asked for only in front of it."""
    answer = _answer_of(ctx)
    if answer and not any(param.name == "output" for param in command.params):
        answer.is_json = ctx.meta.get(DEFAULT) == JSON


def _query_option(function: F) -> F:
    return click.option(
        "--query",
        metavar="EXPRESSION",
        is_eager=True,
        expose_value=False,
        callback=_compiled,
        help=QUERY,
    )(function)


def _compiled(ctx: click.Context, param: click.Parameter, value: str | None) -> None:
    answer = _answer_of(ctx)
    if value is None or answer is None:
        return
    try:
        answer.query = compiled(value)
    except ValueError as error:
        raise click.BadParameter(problem(error), ctx, param) from error


def _kept(ctx: click.Context, param: click.Parameter, value: str | None) -> None:
    answer = _answer_of(ctx)
    if answer and value is not None:
        ctx.meta[DEFAULT] = value
        answer.is_json = value == JSON


def _chosen(ctx: click.Context, param: click.Parameter, value: str, answer: Answer) -> str:
    """The form that is asked for behind the command, in front of it, or by a query."""
    form = value
    if ctx.get_parameter_source("output") is ParameterSource.DEFAULT:
        form = JSON if answer.query else ctx.meta.get(DEFAULT, value)
    elif isinstance(ctx.command, click.Group):
        ctx.meta[DEFAULT] = value
    if answer.query and form not in IN_JSON:
        raise click.BadParameter("--query needs --output json", ctx, param)
    if form != FORMS[0] or not isinstance(ctx.command, click.Group):
        answer.is_json = form == JSON
    return form


def _answer_of(ctx: click.Context) -> Answer | None:
    """The answer of the run; None where a shell only asks what there is."""
    if ctx.obj is None or ctx.resilient_parsing:
        return None
    return cast(Answer, ctx.obj.console.answer)
