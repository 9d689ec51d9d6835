"""The commands -> ecscli/help.txt, which `ecscli ... --help` prints without importing click."""

from docs.pages.commands import commands
from ecscli.help import SEPARATOR, WIDTH


def page() -> str:
    """The help of every command at the usual width of a terminal, each behind its path."""
    return "".join(
        f"{SEPARATOR}{ctx.command_path}\n{ctx.get_help()}\n" for ctx in commands(width=WIDTH)
    )
