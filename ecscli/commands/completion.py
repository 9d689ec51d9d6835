"""`completion`: the script that makes a shell complete ecscli."""

from __future__ import annotations

import click

from ecscli.commands.context import App
from ecscli.commands.options import EcsCommand, output_option

VARIABLE = "_ECSCLI_COMPLETE"  # how a shell asks; click derives the name from the program's
HELP = """Print the completion script of a shell.

It completes commands, options, and the names of clusters, profiles and services.

\b
bash: ecscli completion bash > ~/.local/share/bash-completion/completions/ecscli
zsh:  ecscli completion zsh > "${fpath[1]}/_ecscli"
fish: ecscli completion fish > ~/.config/fish/completions/ecscli.fish
"""


@click.command(cls=EcsCommand, name="completion", help=HELP)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@output_option
@click.pass_context
def command(ctx: click.Context, shell: str, output: str) -> None:
    from click.shell_completion import get_completion_class

    found = get_completion_class(shell)
    assert found is not None
    script = found(ctx.find_root().command, {}, "ecscli", VARIABLE)
    # without click's look at the shell that is installed here
    template = script.source_template % script.source_vars()
    console = ctx.ensure_object(App).console
    if output == "json":
        console.data({"shell": shell, "script": template})
    else:
        console.text(template)
