"""The options of every command: how much is printed, and in which form. They mean the same before
and behind the name of a command; one that has an option of the same name keeps its own."""

from __future__ import annotations

from collections.abc import Callable

import click

WORDS = {
    "quiet": "Print only data and errors.",
    "verbose": "Show each call to AWS with its duration.",
    "wide": "Print whole values in tables, however wide.",
    "classic": "Print tables and progress in the form of ecs-cli, on a terminal too.",
    "debug": "As --verbose, and show the traceback of a bug (also: ECSCLI_DEBUG=1).",
}
EXCLUSIVE = {"quiet": "verbose", "verbose": "quiet"}
CHOSEN = "ecscli.general"
HELP = ("--help", "-h")


class General(click.Command):
    """A command, or a group, that takes the general options."""

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        own = super().get_params(ctx)
        taken = {name for param in own for name in param.opts}
        general = SHOWN if ctx.parent is None else HIDDEN
        return [*own, *(option for option in general if taken.isdisjoint(option.opts))]

    def get_help_option_names(self, ctx: click.Context) -> list[str]:
        """Those of `ecscli` in any context: click keeps the option that the first one made."""
        taken = {name for param in self.params for name in (*param.opts, *param.secondary_opts)}
        return [name for name in HELP if name not in taken]

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_options(ctx, formatter)
        if ctx.parent is not None:
            formatter.write_paragraph()
            formatter.write_text(f"And those of every command: {NAMES}. See ecscli --help.")

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        from ecscli.commands import examples

        if found := examples.lines(ctx.command_path):
            with formatter.section("Examples" if len(found) > 1 else "Example"):
                for line, about in found:
                    formatter.write(f"{'':{formatter.current_indent}}{line}\n")
                    with formatter.indentation():
                        formatter.write_text(about)
        super().format_epilog(ctx, formatter)


class GeneralGroup(General, click.Group):
    """A group that takes the general options, with commands of the same file."""


NAMES = ", ".join(f"--{name}" for name in WORDS)


def _keep(name: str) -> Callable[[click.Context, click.Parameter, bool], None]:
    """A callback that turns the option on in the App of the call."""

    def keep(ctx: click.Context, param: click.Parameter, value: bool) -> None:
        if not value or ctx.obj is None or ctx.resilient_parsing:
            return
        chosen: set[str] = ctx.meta.setdefault(CHOSEN, set())
        if EXCLUSIVE.get(name) in chosen:
            raise click.UsageError(f"--{name} and --{EXCLUSIVE[name]} exclude each other", ctx)
        chosen.add(name)
        ctx.obj.choose(name)

    return keep


def _options(hidden: bool) -> tuple[click.Option, ...]:
    return tuple(
        click.Option(
            [f"--{name}"],
            is_flag=True,
            hidden=hidden,
            expose_value=False,
            callback=_keep(name),
            envvar="ECSCLI_DEBUG" if name == "debug" else None,
            help=text,
        )
        for name, text in WORDS.items()
    )


SHOWN, HIDDEN = _options(hidden=False), _options(hidden=True)
