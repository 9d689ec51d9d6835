"""Options and commands of Docker Compose and of the AWS CLI that work here too; the help does not
list them.

Behind any command of `compose` its own options are taken, as Docker Compose takes them before the
command; and some options ask for what happens here in any case.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import click

from ecscli.base.records import replace

FLAGS = "ecscli.flags"  # the settings' flags of this call, in ctx.meta
PROJECT = "ecscli.compose"  # the flags of `compose` of this call, in ctx.meta
AWS_PROFILE = "--aws-profile"
DETACHED, EVERY = ("-d", "--detach"), ("-a", "--all")
# by the command: options that change nothing. ecscli never stays attached to a task, lists stopped
# containers as well, gives `exec` a terminal where there is one, and ECS forgets stopped tasks
IGNORED: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "ps": (EVERY,),
    "compose up": (DETACHED,),
    "compose start": (DETACHED,),
    "compose run": (DETACHED, ("--rm",)),
    "compose ps": (EVERY,),
    "compose exec": (("-i", "--interactive"), ("-t", "--tty")),
    "compose service up": (DETACHED,),
    "compose service start": (DETACHED,),
    "compose service ps": (EVERY,),
}
REPEATABLE: Mapping[str, tuple[str, ...]] = {
    "files": ("--file", "-f"),
    "profiles": ("--compose-profile", "--profile"),
    "env_files": ("--env-file",),
}


def foreign_options(command: click.Command, ctx: click.Context) -> Iterator[click.Option]:
    """Those that a command takes beside its own, which keep their names."""
    own = {name for param in command.params for name in (*param.opts, *param.secondary_opts)}
    for option in _offered(ctx, own):
        option.opts = [name for name in option.opts if name not in own]
        if option.opts:
            yield option


def _offered(ctx: click.Context, own: set[str]) -> Iterator[click.Option]:
    for names in IGNORED.get(_path(ctx), ()):
        yield _hidden(*names, is_flag=True)
    if PROJECT in ctx.meta:
        for field, names in REPEATABLE.items():
            yield _hidden(field, *names, multiple=True, callback=_add)
        yield _hidden("project_name", "--project-name", "-p", callback=_set)
    elif AWS_PROFILE in own:
        yield _hidden("aws_profile", "--profile", callback=keep_aws_profile)


def _path(ctx: click.Context) -> str:
    """The words of a command, without that of the program.

    click's `command_path` asks commands for their options, and so it would ask here again.
    """
    words: list[str] = []
    at: click.Context | None = ctx
    while at is not None and at.parent is not None:
        words.insert(0, at.info_name or "")
        at = at.parent
    return " ".join(words)


def _hidden(*names: str, **attributes: object) -> click.Option:
    return click.Option(names, hidden=True, expose_value=False, **attributes)  # type: ignore[arg-type]


def _add(ctx: click.Context, param: click.Parameter, value: tuple[str, ...]) -> None:
    """More values of an option that may be repeated."""
    name, flags = param.name or "", ctx.meta[PROJECT]
    ctx.meta[PROJECT] = replace(flags, **{name: (*getattr(flags, name), *value)})


def _set(ctx: click.Context, param: click.Parameter, value: str | None) -> None:
    """The innermost value counts."""
    if value:
        ctx.meta[PROJECT] = replace(ctx.meta[PROJECT], **{param.name or "": value})


def keep_aws_profile(ctx: click.Context, param: click.Parameter, value: str | None) -> None:
    """`--profile` outside of `compose`, as the AWS CLI takes it."""
    if value:
        ctx.meta.setdefault(FLAGS, {})["aws_profile"] = value
