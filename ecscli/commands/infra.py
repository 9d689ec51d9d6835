"""The options that describe a cluster, shared by `up`, `plan` and `render`, and the requests that
they become."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, cast

import click

from ecscli.base.documents import Document, Draft
from ecscli.commands.options import (
    MINUTES,
    F,
    config_options,
    confined_option,
    launch_type_option,
)
from ecscli.workflows.cluster.infra import ExistingRequest, InfraRequest

if TYPE_CHECKING:
    from ecscli.commands.context import App

OPTIONS: tuple[tuple[tuple[str, ...], Draft], ...] = (
    (
        ("--capability-iam",),
        {"is_flag": True, "help": "Agree to a new role for the instances. [capability-iam]"},
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
        ("--no-security-group",),
        {"is_flag": True, "help": "Fargate: make no group. [network.security-group]"},
    ),
    (
        ("--cidr",),
        {
            "metavar": "CIDR",
            "help": "Who may reach each --port. Default: anybody. [network.ingress]",
        },
    ),
    (
        ("--port",),
        {
            "metavar": "PORT",
            "multiple": True,
            "help": "A port to open, or a range. Repeatable. Default: 80. [network.ingress]",
        },
    ),
    (("--subnets",), {"metavar": "ID,...", "help": "Subnets of --vpc. [network.subnets]"}),
    (("--vpc",), {"metavar": "ID", "help": "Existing VPC, by id or name. [network.vpc]"}),
    (
        ("--extra-user-data",),
        {"metavar": "FILE", "multiple": True, "help": "Repeatable. [capacity.user-data]"},
    ),
    (
        ("--imdsv2",),
        {"is_flag": True, "help": "No effect: instances always require IMDSv2."},
    ),
    (("--tags",), {"metavar": "K=V,...", "help": "Tags of everything that is created. [tags]"}),
    (
        ("--cluster-file",),
        {"metavar": "FILE", "help": "Infra file. Default: ecs-cluster.yml, where there is one."},
    ),
)
TIMEOUT = 30.0  # minutes
PRECEDENCE = (
    "A flag wins over the infra file, the file over the stored configuration. The key of the file"
    " that a flag stands for is in brackets; `ecscli schema cluster` describes them all."
)


def infra_options(function: F) -> F:
    """The flags of ecs-cli's `up` and ``--cluster-file``; they reach the command as one
    argument `given`."""

    def wrapped(*args: object, **values: object) -> object:
        names = [_argument(names[0]) for names, _ in OPTIONS]
        given = {"--" + name.replace("_", "-"): values.pop(name) for name in names}
        return function(*args, given=given, **values)

    options = functools.update_wrapper(wrapped, function)
    for names, attributes in reversed(OPTIONS):
        options = click.option(*names, **attributes)(options)
    return cast(F, config_options(launch_type_option(confined_option(options))))


def change_set_option(function: F) -> F:
    """``--change-set``, the one way to have a plan write something."""
    about = "Ask CloudFormation by a change set, which is deleted afterwards."
    return click.option("--change-set", is_flag=True, help=about)(function)


def step_timeout_option(function: F) -> F:
    """``--timeout`` of commands that wait for a cluster."""
    return click.option(
        "--timeout",
        type=MINUTES,
        default=TIMEOUT,
        show_default=True,
        help="Minutes to wait for each step.",
    )(function)


def _argument(name: str) -> str:
    return name.removeprefix("--").replace("-", "_")


def infra_request(app: App, given: Document, *, offline: bool = False) -> InfraRequest:
    """The cluster that file, flags and settings describe; `offline`: AWS will not be called."""
    settings = functools.partial(app.settings, offline=offline)
    return InfraRequest(app.directory, given, settings, app.connect, app.within)


def existing_request(app: App) -> ExistingRequest:
    """The cluster that the settings name."""
    return ExistingRequest(app.directory, app.aws, app.within)
