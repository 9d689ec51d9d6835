"""The command line as a whole: global options, the table of commands, and errors turned into exit
codes."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Mapping, Sequence

import click

from ecscli.base.errors import Bug, ChangesPending, EcsCliError, Finding, InputError, Interrupted
from ecscli.base.version import __version__
from ecscli.commands.answering import asks_for_json, default_answer_options
from ecscli.commands.context import App
from ecscli.commands.foreign import keep_aws_profile
from ecscli.commands.options import EcsGroup, flag
from ecscli.terminal.console import Console

COMMANDS: Mapping[str, tuple[str, str]] = {
    "configure": ("configure", "Store cluster configurations and profiles; show what is in force."),
    "init": ("init", "Write the first files of a project."),
    "up": ("up", "Create or update the cluster: from ecs-cluster.yml or flags."),
    "plan": ("plan", "Show what `up` would change."),
    "scale": ("scale", "Change the number of container instances."),
    "ps": ("ps", "List the containers of the cluster."),
    "watch": ("watch", "Show services, tasks and instances of the cluster, live."),
    "console": ("console", "Show clusters live in the browser."),
    "instances": ("instances", "List the container instances of the cluster."),
    "down": ("down", "Delete the cluster and all that `up` made."),
    "render": ("render", "Print the CloudFormation template of the cluster."),
    "compose": ("compose", "Run a Compose project as tasks or as a service."),
    "local": ("local", "Run a task definition on this machine's Docker."),
    "logs": ("logs", "Show the CloudWatch logs of a task."),
    "check-attributes": (
        "check_attributes",
        "Compare a task definition's needs with container instances.",
    ),
    "push": ("push", "Push an image to ECR."),
    "pull": ("pull", "Pull an image from ECR."),
    "images": ("images", "List images in ECR."),
    "registry-creds": ("registry_creds", "Use a private registry's credentials in tasks."),
    "schema": ("schema", "Print the JSON Schema of a file that ecscli reads."),
    "sandbox": ("sandbox", "An AWS on this machine, to try everything."),
    "permissions": ("permissions", "Print the AWS actions that a command needs, as a policy too."),
    "doctor": ("doctor", "Look at what commands need on this machine and on AWS."),
    "completion": ("completion", "Print the completion script of a shell."),
    "license": ("license", "Print the licence and the notices of what ecscli uses."),
}
SECTIONS: Mapping[str, tuple[str, ...]] = {
    "Projects": ("init", "compose", "local"),
    "Clusters": ("up", "plan", "scale", "ps", "watch", "console", "instances", "down", "render"),
    "Tasks and images": (
        "logs",
        "check-attributes",
        "push",
        "pull",
        "images",
        "registry-creds",
    ),
    "This machine": (
        "configure",
        "sandbox",
        "doctor",
        "permissions",
        "schema",
        "completion",
        "license",
    ),
}

FOREIGN = {"deploy": "compose service up", "ls": "ps", "status": "ps"}
OWN_VARIABLES = ("AWS_", "ECS_", "ECSCLI_", "COMPOSE_")
NO_TEXT = re.compile("[\udc80-\udcff]")  # how Python keeps bytes that are not UTF-8
FIRST_BYTE = 0xDC00


@click.group(
    cls=EcsGroup,
    name="ecscli",
    rows=COMMANDS,
    foreign=FOREIGN,
    sections=SECTIONS,
    epilog=(
        "No AWS account? Put --sandbox in front of any command. Exit codes: 0 done, 1 AWS refused,"
        " 2 bad input, 3 changes pending, 4 no access, 5 a deployment failed, 130 interrupted."
    ),
    context_settings={"max_content_width": 100},
)
@click.option(
    "--sandbox",
    is_flag=True,
    envvar="ECSCLI_SANDBOX",
    help="Use the AWS on this machine (also: ECSCLI_SANDBOX=1).",
)
@flag("--endpoint", metavar="URL", help="Another address of the ECS API.")
@click.option("--profile", expose_value=False, hidden=True, callback=keep_aws_profile)
@click.option(
    "--version",
    "-v",
    is_flag=True,
    expose_value=False,
    callback=lambda ctx, param, value: _version(ctx, value),
    help="Show the version and exit.",
)
@default_answer_options
@click.pass_obj
def group(app: App, sandbox: bool) -> None:
    """Docker Compose files and a YAML infra file to Amazon ECS: the drop-in successor of
    ecs-cli."""
    app.sandbox = sandbox


def _version(ctx: click.Context, asked: bool) -> None:
    """Print the version and end the run, where that is asked for."""
    if not asked or ctx.resilient_parsing:
        return
    console: Console = ctx.obj.console
    if console.answer.is_json:
        console.data({"name": "ecscli", "version": __version__})
    else:
        console.line(f"ecscli version {__version__}")
    ctx.exit()


def run(arguments: Sequence[str], environment: Mapping[str, str] | None = None) -> int:
    """Run one command line; the exit code. Messages go to this process's stderr."""
    environment = os.environ if environment is None else environment
    console = Console(sys.stdin, sys.stdout, sys.stderr, environment)
    console.answer.is_json = asks_for_json(arguments)
    app = App(environment, os.getcwd(), console, debug="--debug" in arguments)
    try:
        code = _main(app, arguments)
        console.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return code


def _main(app: App, arguments: Sequence[str]) -> int:
    try:
        _check_encoding(arguments, app.environment)
        app.check_choices()
        code = group.main(list(arguments), prog_name="ecscli", standalone_mode=False, obj=app)
        app.console.conclude()
        return code if isinstance(code, int) else 0
    except click.exceptions.NoArgsIsHelpError as error:
        app.console.text(error.format_message())
        return 0
    except BrokenPipeError:
        raise
    except (Exception, KeyboardInterrupt) as error:
        return _report(app, error)


def _report(app: App, error: Exception | KeyboardInterrupt) -> int:
    """Print what ended the run; the exit code."""
    found = _as_ours(app, error)
    found.exit_code = app.code_of(found)
    app.console.error(found)
    try:
        app.console.conclude(found)
    except BrokenPipeError:
        raise
    except (Exception, KeyboardInterrupt) as another:
        if isinstance(found, ChangesPending):  # a result, which can be queried
            return _report(app, another)
        app.console.error(_as_ours(app, another))
    return found.exit_code


def _as_ours(app: App, error: Exception | KeyboardInterrupt) -> EcsCliError:
    """The error in our own words."""
    if isinstance(error, (KeyboardInterrupt, click.Abort)):
        hint = "nothing was deleted; run the command again to go on"
        return Interrupted("Interrupted.", hint=hint)
    if isinstance(error, EcsCliError):
        return error
    if isinstance(error, click.ClickException):
        from ecscli.commands.usage import usage_error

        return usage_error(error)
    return _bug(app, error)


def _check_encoding(arguments: Sequence[str], environment: Mapping[str, str]) -> None:
    """Raise InputError for arguments, and variables of ecscli's own, whose bytes are not UTF-8.

    What they hold is not quoted: it may be a secret key.
    """
    given = {f"argument {at}": text for at, text in enumerate(arguments, 1)}
    given |= {name: text for name, text in environment.items() if name.startswith(OWN_VARIABLES)}
    findings = [_not_utf8(name, text) for name, text in given.items() if NO_TEXT.search(text)]
    if findings:
        raise InputError.of(findings)


def _not_utf8(name: str, text: str) -> Finding:
    if _is_utf8(text):
        return Finding(
            f"{name} has characters beyond ASCII, and the locale has none",
            hint="set LC_ALL=C.UTF-8",
        )
    at = next(at for at, character in enumerate(text) if NO_TEXT.match(character))
    byte = ord(text[at]) - FIRST_BYTE
    return Finding(
        f"{name} is not UTF-8: byte 0x{byte:x} at character {at + 1}",
        hint="write it in UTF-8, the encoding of ecscli's files",
    )


def _is_utf8(text: str) -> bool:
    """Whether the bytes are good, and it was the locale that could not read them."""
    try:
        text.encode("utf-8", "surrogateescape").decode("utf-8")
    except UnicodeError:
        return False
    return True


def _trace(error: BaseException) -> Iterator[str]:
    """The traceback line by line; a message, which may hold anything, is one of them."""
    import traceback

    before = error.__cause__ or error.__context__
    if before is not None:
        yield from _trace(before)
    yield "Traceback (most recent call last):"
    for entry in traceback.format_tb(error.__traceback__):
        yield from entry.splitlines()
    yield f"{type(error).__name__}: {error}"


def _bug(app: App, error: Exception) -> Bug:
    if app.debug:
        for line in _trace(error):
            app.console.say(line, "error")
    return Bug(
        f"this is a bug in ecscli: {type(error).__name__}: {error}",
        hint="run it again with `ecscli --debug ...` and report what it prints",
    )
