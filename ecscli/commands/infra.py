"""What `up`, `plan` and `render` share: the flags that describe a cluster, and the spec that they
become."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click

from ecscli.base.documents import Document, Draft
from ecscli.base.records import record
from ecscli.commands.context import App
from ecscli.commands.options import config_options, confined_option, launch_type_option

if TYPE_CHECKING:
    from ecscli.aws.client import Aws
    from ecscli.base.marks import Map
    from ecscli.cluster.model import ClusterSpec
    from ecscli.config.settings import Settings
    from ecscli.up.model import Event

F = TypeVar("F", bound=Callable[..., Any])

OPTIONS: tuple[tuple[tuple[str, ...], Draft], ...] = (
    (
        ("--capability-iam",),
        {"is_flag": True, "help": "Agree that a role for the instances is made. [capability-iam]"},
    ),
    (
        ("--instance-role",),
        {"metavar": "NAME", "help": "Existing role instead. [capacity.instance-role]"},
    ),
    (("--keypair",), {"metavar": "NAME", "help": "EC2 key pair for SSH. [capacity.key-pair]"}),
    (
        ("--instance-type",),
        {"metavar": "TYPE", "help": "Default: t3.micro. [capacity.instance-types]"},
    ),
    (
        ("--spot-price",),
        {"metavar": "DOLLARS", "help": "Spot instances, at most at this price. [capacity.spot]"},
    ),
    (
        ("--image-id",),
        {"metavar": "AMI", "help": "Default: the newest Amazon Linux 2023 for ECS. [capacity.ami]"},
    ),
    (
        ("--no-associate-public-ip-address",),
        {"is_flag": True, "help": "No public address. [capacity.public-ip]"},
    ),
    (("--size",), {"metavar": "N", "help": "How many instances. Default: 1. [capacity.size]"}),
    (("--azs",), {"metavar": "A,B", "help": "Zones of the new subnets. [network.zones]"}),
    (
        ("--security-group",),
        {"metavar": "ID,...", "help": "Existing groups. [network.security-groups]"},
    ),
    (
        ("--cidr",),
        {"metavar": "CIDR", "help": "Who may reach --port. Default: anybody. [network.ingress]"},
    ),
    (("--port",), {"metavar": "PORT", "help": "The port to open. Default: 80. [network.ingress]"}),
    (("--subnets",), {"metavar": "ID,...", "help": "Subnets of --vpc. [network.subnets]"}),
    (("--vpc",), {"metavar": "ID", "help": "Existing VPC, by id or name. [network.vpc]"}),
    (
        ("--extra-user-data",),
        {"metavar": "FILE", "multiple": True, "help": "Repeatable. [capacity.user-data]"},
    ),
    (
        ("--imdsv2",),
        {"is_flag": True, "help": "Taken for granted: instances always require IMDSv2."},
    ),
    (("--tags",), {"metavar": "K=V,...", "help": "Tags of everything that is made. [tags]"}),
    (
        ("--cluster-file",),
        {"metavar": "FILE", "help": "Infra file. Default: ecs-cluster.yml, where there is one."},
    ),
)
PRECEDENCE = (
    "A flag wins over the infra file, the file over the stored configuration. The key of the file"
    " that a flag stands for is in brackets; `ecscli schema cluster` describes them all."
)


@record
class Infra:
    """The wanted cluster, the name of its stack, and the settings under which AWS is called."""

    spec: ClusterSpec
    stack: str
    settings: Settings
    file: str | None


def infra_options(function: F) -> F:
    """The flags of the original's `up` and ``--cluster-file``; they reach the command as one
    argument `given`."""

    def wrapped(*args: Any, **values: Any) -> Any:
        names = [_argument(names[0]) for names, _ in OPTIONS]
        given = {"--" + name.replace("_", "-"): values.pop(name) for name in names}
        return function(*args, given=given, **values)

    options = functools.update_wrapper(wrapped, function)
    for names, attributes in reversed(OPTIONS):
        options = click.option(*names, **attributes)(options)
    return cast(F, config_options(launch_type_option(confined_option(options))))


def change_set_option(function: F) -> F:
    """``--change-set``, the one way to have a plan write something."""
    told = "Ask CloudFormation for its verdict by a change set, which is deleted again."
    return click.option("--change-set", is_flag=True, help=told)(function)


def _argument(name: str) -> str:
    return name.removeprefix("--").replace("-", "_")


def read_infra(
    app: App,
    given: Document,
    base: Document | None = None,
    *,
    offline: bool = False,
) -> Infra:
    """The cluster that file and flags describe; without a file the flags are laid over `base`.

    `offline`: nobody will be called, so that a sandbox need not run. Raises InputError with every
    finding.
    """
    from ecscli.cluster.read import config, legacy

    named = given.get("--cluster-file")
    file = _file(app, named)
    said: Document = _document(app, file, bool(named)) if file else base or {}
    tree = config.read_user_data(
        legacy.overlay(said, given), Path(app.directory), app.within(), named=True
    )
    settings = app.settings(offline=offline).under(
        file or "the stack", said.get("cluster"), said.get("region"), said.get("launch-type")
    )
    spec = config.build(
        tree, settings.need_cluster(), settings.launch_type.value or "EC2", settings.region.value
    )
    return Infra(spec, settings.stack_name.value or "", settings, file)


def _document(app: App, file: str, named: bool) -> Map:
    from ecscli.cluster.read import config

    return config.load(
        Path(app.directory) / file, file, app.within(os.path.dirname(file)), named=named
    )


def open_aws(infra: Infra) -> Aws:
    """AWS under the settings of file and flags together."""
    from ecscli.aws.client import Aws

    return Aws(infra.settings)


def open_own_aws(app: App) -> Aws:
    """AWS for a command that changes a cluster; AccessError with credentials of another account
    than the file's."""
    from ecscli.cluster.read.config import identity
    from ecscli.up.stack.preflight import check as preflight

    aws = app.aws()
    account = identity(Path(app.directory), app.within()).account
    if account:
        preflight.same_account(aws, account)
    return aws


def show_events(app: App, events: Iterable[Event]) -> None:
    """Tell each event as it comes."""
    for event in events:
        app.console.event(event)


@contextmanager
def follow(app: App, goes_on: str, hint: str) -> Iterator[Callable[[Iterable[Event]], None]]:
    """Show events as they come; Ctrl-C anywhere in the block says what goes on at AWS and how to go
    on."""
    from ecscli.base.errors import Interrupted

    try:
        yield functools.partial(show_events, app)
    except KeyboardInterrupt:
        raise Interrupted(f"Interrupted. {goes_on}", hint=hint) from None


def _file(app: App, named: str | None) -> str | None:
    from ecscli.cluster.read.config import FILE

    return named or (FILE if (Path(app.directory) / FILE).exists() else None)
