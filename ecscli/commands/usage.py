"""click's errors about a command line -> ours: what is wrong with it, and what to write instead."""

from __future__ import annotations

import re
from collections.abc import Iterable

import click

from ecscli.base.errors import UsageError, shorten
from ecscli.base.nearest import did_you_mean
from ecscli.commands.strange_options import explain

CHOICE = re.compile(r"'(?P<value>.*)' is not (?:one of )?(?P<known>'[^']*'(?:, '[^']*')*)\.", re.S)
KINDS = (
    (re.compile(r"'(?P<value>.*)' is not a valid integer(?: range)?\.", re.S), "a whole number"),
    (re.compile(r"'(?P<value>.*)' is not a valid float(?: range)?\.", re.S), "a number"),
    (re.compile(r"'(?P<value>.*)' is not a valid boolean.*", re.S), "true or false"),
)
RANGE = re.compile(r"(?P<value>\S+) is not in the range (?P<least>[^<]+)<=x<=(?P<most>.+)\.")
NO_VALUE = re.compile(r"Option '(?P<option>[^']+)' requires an argument\.")
EXTRA = re.compile(r"Got unexpected extra arguments? \((?P<words>.*)\)", re.S)


def usage_error(error: click.ClickException) -> UsageError:
    """The error in our words; without a hint of its own it leads to the command's help."""
    message, hint = _explained(error)
    ctx = getattr(error, "ctx", None)
    if hint is None and ctx is not None and "--help" not in message:
        hint = f"see `{ctx.command_path} --help`"
    found = UsageError(message, hint=hint)
    found.exit_code = error.exit_code
    return found


def _explained(error: click.ClickException) -> tuple[str, str | None]:
    ctx = getattr(error, "ctx", None)
    if isinstance(error, click.NoSuchOption) and ctx is not None:
        return explain(error, ctx)
    if isinstance(error, click.MissingParameter):
        return _missing(error)
    if isinstance(error, click.BadParameter):
        return _bad_value(error)
    no_value = NO_VALUE.fullmatch(error.message)
    if no_value:
        return f"{no_value['option']} needs a value", None
    extra = EXTRA.fullmatch(error.message)
    if extra and ctx is not None:
        return f'{ctx.command_path} does not take the argument "{shorten(extra["words"])}"', None
    return error.format_message(), getattr(error, "hint", None)


def _missing(error: click.MissingParameter) -> tuple[str, str | None]:
    param = error.param
    hint = _one_of(_choices(param)) if param else None
    return f"{_name(param)} is missing", hint


def _bad_value(error: click.BadParameter) -> tuple[str, str | None]:
    name, known = _name(error.param), _choices(error.param)
    choice = CHOICE.fullmatch(error.message)
    if choice and known:
        near = did_you_mean(choice["value"], known)
        return f'{name} cannot be "{shorten(choice["value"])}"', near or _one_of(known)
    for pattern, kind in KINDS:
        found = pattern.fullmatch(error.message)
        if found:
            return f'{name} must be {kind}, not "{shorten(found["value"])}"', None
    out = RANGE.fullmatch(error.message)
    if out:
        return f"{name} must be from {out['least']} to {out['most']}, not {out['value']}", None
    return f"{name}: {error.message}", None


def _name(param: click.Parameter | None) -> str:
    """An option by its longest name, an argument as the help writes it."""
    if param is None:
        return "a value"
    if isinstance(param, click.Option):
        return max(param.opts, key=len)
    return (param.metavar or param.name or "an argument").strip("[].").upper()


def _choices(param: click.Parameter | None) -> tuple[str, ...]:
    kind = getattr(param, "type", None)
    return tuple(map(str, kind.choices)) if isinstance(kind, click.Choice) else ()


def _one_of(known: Iterable[str]) -> str | None:
    listed = _listed(known)
    return f"use {listed}" if listed else None


def _listed(known: Iterable[str]) -> str:
    *first, last = tuple(known) or ("",)
    return f"{', '.join(first)} or {last}" if first else last
