"""What commands share: ecs-cli's way with flags, lazy groups, and options used by many."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from itertools import islice
from math import isnan
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click

from ecscli.base.limits import LAUNCH_TYPES
from ecscli.base.records import fields_of
from ecscli.base.units import MOST_MINUTES
from ecscli.commands.answering import F, Option, output_option, together, without_answer
from ecscli.commands.foreign import FLAGS, foreign_options
from ecscli.commands.general import General

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

__all__ = ["F", "Option", "output_option", "together"]  # of `answering`, for the commands
T = TypeVar("T")
TRUE = {"1", "t", "T", "true", "TRUE", "True"}
CONFINED = "ecscli.confined"
WORDS = {"help": "--help", "h": "--help", "version": "--version"}
FALSE = {"0", "f", "F", "false", "FALSE", "False"}


class Minutes(click.FloatRange):
    """A time to wait, in minutes; `nan` and `inf`, which Python's floats take, are refused too."""

    name = "minutes"

    def __init__(self) -> None:
        super().__init__(min=0, max=MOST_MINUTES)

    def convert(
        self, value: float, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        minutes: float = super().convert(value, param, ctx)
        if isnan(minutes):
            self.fail(f"{value} is not a number of minutes.", param, ctx)
        return minutes


MINUTES = Minutes()


class EcsCommand(General):
    """A command that takes flags as ecs-cli did: ``-region x``, ``--force=false``, one
    spelling a flag."""

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        return [*super().get_params(ctx), *foreign_options(self, ctx)]

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        without_answer(ctx, self)
        return super().parse_args(ctx, go_flags(self, ctx, args))


class ProgramCommand(EcsCommand):
    """A command with the words of a program behind its options. Behind the first word only options
    that its help lists are taken: others, such as ``-p`` and ``--verbose``, are the program's."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        args = go_flags(self, ctx, args, click.Command.get_params(self, ctx))
        self._refuse_behind(ctx, self._behind(ctx, args))
        return super().parse_args(ctx, args)

    def _behind(self, ctx: click.Context, args: list[str]) -> list[str]:
        """The arguments from the first word on; none where ``--`` comes before it."""
        parser = self.make_parser(ctx)
        parser.allow_interspersed_args = False
        words = parser.parse_args(list(args))[0].get("words")
        first = len(args) - (len(words) if isinstance(words, tuple) else 0)
        return [] if args[first - 1 : first] == ["--"] else args[first:]

    def _refuse_behind(self, ctx: click.Context, args: list[str]) -> None:
        """Raise UsageError for an option that is taken in front of the first word only."""
        try:
            click.Command(self.name, params=self.params).make_parser(ctx).parse_args(list(args))
        except click.NoSuchOption as error:
            if error.option_name not in _by_name(self.get_params(ctx)):
                raise
            message = f"{ctx.command_path} takes {error.option_name} only in front of its words"
            hint = "put -- in front of the words where it is an option of the program"
            raise UnknownWord(message, hint, ctx) from None


class EcsGroup(General, click.Group):
    """A group whose commands are imported when they are called.

    `rows` maps a command's name to its module below ``ecscli.commands`` and its line in the help,
    which lists no command without one. `aliases` maps another name to one of them, and `foreign` a
    name that other tools have to words. `sections` maps headings of that list to names; without
    them there is one heading. ``help up`` is read as ``up --help``.
    """

    def __init__(
        self,
        rows: Mapping[str, tuple[str, str]],
        aliases: Mapping[str, str] | None = None,
        foreign: Mapping[str, str] | None = None,
        sections: Mapping[str, Sequence[str]] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.rows, self.aliases, self.foreign = rows, aliases or {}, foreign or {}
        self.sections = sections or {"Commands": list(rows)}

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        return [*super().get_params(ctx), *foreign_options(self, ctx)]

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        return super().parse_args(ctx, go_flags(self, ctx, self._with_option(ctx, args)))

    def _with_option(self, ctx: click.Context, args: list[str]) -> list[str]:
        """The arguments with an option in the place of a first word that means it."""
        option = WORDS.get(args[0]) if args else None
        known = {name for param in self.get_params(ctx) for name in param.opts}
        return [*args[1:], option] if option in known else args

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name for names in self.sections.values() for name in names if self.rows[name][1]]

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """The names of commands, without importing one; options as click offers them."""
        from click.shell_completion import CompletionItem

        names = [
            CompletionItem(name, help=row[1])
            for name, row in self.rows.items()
            if row[1] and name.startswith(incomplete)
        ]
        return [*names, *click.Command.shell_complete(self, ctx, incomplete)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        row = self.rows.get(self.aliases.get(cmd_name, cmd_name))
        if row is None:
            return None
        found = import_module(f"ecscli.commands.{row[0]}").command
        assert isinstance(found, click.Command)
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        args = [*self.foreign.get(args[0], args[0]).split(" "), *args[1:]]
        if self.get_command(ctx, args[0]) is None:
            self._unknown(ctx, args[0])
        return super().resolve_command(ctx, args)

    def _unknown(self, ctx: click.Context, name: str) -> NoReturn:
        from difflib import get_close_matches

        from ecscli.commands.habits import instead_of

        near = get_close_matches(name, [*self.rows, *self.aliases], n=1, cutoff=0.7)
        nearest = f'did you mean "{near[0]}"?' if near else None
        hint = instead_of(ctx.command_path, name) or nearest
        raise UnknownWord(f'{ctx.command_path} has no command "{name}"', hint, ctx)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for heading, names in self.sections.items():
            with formatter.section(heading):
                listed = [(self._names(name), self.rows[name][1]) for name in names]
                formatter.write_dl([row for row in listed if row[1]])

    def _names(self, name: str) -> str:
        return ", ".join(
            [name, *(alias for alias, target in self.aliases.items() if target == name)]
        )


class UnknownWord(click.UsageError):
    """A word that means nothing where it stands, and what to use instead, where that is known."""

    def __init__(self, message: str, hint: str | None, ctx: click.Context) -> None:
        super().__init__(message, ctx)
        self.hint = hint


def go_flags(
    command: click.Command,
    ctx: click.Context,
    args: list[str],
    behind: Sequence[click.Parameter] | None = None,
) -> list[str]:
    """The arguments in click's spelling: long names get two dashes, ``--flag=true`` becomes
    ``--flag``.

    Only flags that the command knows are touched, and nothing behind ``--`` or behind the name of a
    sub-command or of a program to run; `behind`: those that it knows behind its first word, all by
    default. Two spellings of one flag in one call are refused, as ecs-cli does.
    """
    known = _by_name(command.get_params(ctx))
    done: list[str] = []
    spelt: dict[str, str] = {}
    rest = iter(args)
    for word in rest:
        if _ends_flags(word, ctx):
            return [*done, word, *rest]
        if behind is not None and not word.startswith("-"):
            known = _by_name(behind)
        name = _known_name(word.partition("=")[0], known)
        option = known.get(name)
        if option is None:
            done.append(word)
            continue
        _refuse_second_spelling(option, name, spelt, ctx)
        done += _spelling(option, name, word, ctx)
        if not option.is_flag and "=" not in word:
            done += islice(rest, 1)  # its value
    return done


def _by_name(params: Sequence[click.Parameter]) -> dict[str, click.Option]:
    options = [param for param in params if isinstance(param, click.Option)]
    return {name: option for option in options for name in (*option.opts, *option.secondary_opts)}


def _ends_flags(word: str, ctx: click.Context) -> bool:
    """Whether all that follows belongs to a sub-command or to a program to run."""
    return word == "--" or not (ctx.allow_interspersed_args or word.startswith("-"))


def _known_name(name: str, known: Mapping[str, click.Option]) -> str:
    """The name that click knows a flag by: ``-region`` is ``--region``."""
    if name not in known and name.startswith("-"):
        return "-" + name
    return name


def _refuse_second_spelling(
    option: click.Option, name: str, spelt: dict[str, str], ctx: click.Context
) -> None:
    first = spelt.setdefault(option.name or name, name)
    if first != name:
        raise click.UsageError(f"Cannot use two forms of the same flag: {first} {name}", ctx)


def _spelling(option: click.Option, name: str, word: str, ctx: click.Context) -> list[str]:
    """A flag, with its value where that is written behind ``=``, as click takes them."""
    _, equals, value = word.partition("=")
    if not equals:
        return [name]
    if not option.is_flag:
        return [f"{name}={value}"] if name.startswith("--") else [name, value]
    if value not in TRUE | FALSE:
        raise click.UsageError(f'invalid boolean value "{value}" for {name}', ctx)
    return [name] if value in TRUE else []


def flag(*names: str, **attributes: Any) -> Option:
    """A string option for `settings`: read through App.settings, the innermost non-empty one
    winning."""

    def keep(ctx: click.Context, param: click.Parameter, value: str | None) -> None:
        if value:
            given_flags(ctx)[param.name or ""] = value

    return click.option(*names, expose_value=False, callback=keep, **attributes)


def fill(kind: Callable[..., T], given: Mapping[str, object], **more: object) -> T:
    """A record of click's arguments, which have the names of its fields, and of `more` fields."""
    return kind(**given, **more)


def take(kind: Callable[..., T], given: dict[str, object]) -> T:
    """A record of those of click's arguments that are its fields; they are taken out of `given`."""
    names = [name for name in fields_of(kind) if name in given]
    return kind(**{name: given.pop(name) for name in names})


def given_flags(ctx: click.Context) -> dict[str, str]:
    """The settings' flags of this call: groups are parsed before their commands, so the innermost
    stays."""
    flags: dict[str, str] = ctx.meta.setdefault(FLAGS, {})
    return flags


def completions_of(what: str) -> Callable[[click.Context, click.Parameter, str], list[str]]:
    """A completer of `completing`, imported when a shell asks."""

    def complete(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
        completer = getattr(import_module("ecscli.commands.completing"), what)
        found: list[str] = completer(ctx, param, incomplete)
        return found

    return complete


# The four flags that say which account and region.
region_options = together(
    flag("--region", "-r", metavar="REGION", help="AWS region."),
    flag(
        "--ecs-profile",
        metavar="NAME",
        shell_complete=completions_of("ecs_profiles"),
        help="Profile of ~/.ecs/credentials (also: ECS_PROFILE).",
    ),
    flag(
        "--aws-profile",
        metavar="NAME",
        shell_complete=completions_of("aws_profiles"),
        help="Profile of the AWS CLI (also: AWS_PROFILE).",
    ),
    flag(
        "--cluster-config",
        metavar="NAME",
        shell_complete=completions_of("cluster_configurations"),
        help="Cluster configuration of ~/.ecs/config.",
    ),
)


def config_options(function: F) -> F:
    """The five flags that say which cluster and account: taken by nearly every command, and by its
    groups."""
    cluster = flag(
        "--cluster",
        "-c",
        metavar="NAME",
        shell_complete=completions_of("clusters"),
        help="ECS cluster (also: ECS_CLUSTER).",
    )
    return region_options(cluster(function))


# The flags of commands that work with a registry of ECR.
registry_options = together(
    click.option(
        "--registry-id", metavar="ACCOUNT", help="Account of the registry; your own by default."
    ),
    click.option("--use-fips", "--fips", "fips", is_flag=True, help="Use ECR's FIPS endpoint."),
)


def launch_type_option(function: F) -> F:
    """``--launch-type``, in either case; the stored configuration's where it is missing."""
    option = flag(
        "--launch-type",
        metavar="TYPE",
        type=click.Choice(LAUNCH_TYPES, case_sensitive=False),
        help="EC2 or FARGATE; the stored configuration's by default.",
    )
    return option(function)


def confined_option(function: F) -> F:
    """``--confined/--no-confined``, read through `App.within`."""

    def keep(ctx: click.Context, param: click.Parameter, value: bool | None) -> None:
        if value is not None:
            ctx.meta[CONFINED] = value

    return click.option(
        "--confined/--no-confined",
        default=None,
        expose_value=False,
        callback=keep,
        help="Read no file outside of the project; the default where CI=true is set.",
    )(function)


def confined_flag() -> bool | None:
    """What the flags of this call say of confinement; None where they do not."""
    said: bool | None = click.get_current_context().meta.get(CONFINED)
    return said
