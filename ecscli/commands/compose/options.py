"""Options that compose commands share, each group with the names, forms and defaults of the
original."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click

from ecscli.base.documents import Draft
from ecscli.commands.options import MINUTES

F = TypeVar("F", bound=Callable[..., Any])
Option = Callable[[F], F]


def together(*options: Callable[[Any], Any]) -> Callable[[F], F]:
    """One decorator out of several options, shown in the order given."""

    def decorate(function: F) -> F:
        for option in reversed(options):
            function = option(function)
        return function

    return decorate


def timeout_option(minutes: float) -> Callable[[F], F]:
    return click.option(
        "--timeout",
        type=MINUTES,
        default=minutes,
        show_default=True,
        metavar="MINUTES",
        help="Longest time without progress; 0: do not wait.",
    )


SHOW_VALUES = "ecscli.show_values"


def _keep_show_values(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    ctx.meta[SHOW_VALUES] = value


show_values_option = click.option(
    "--show-values",
    is_flag=True,
    expose_value=False,
    callback=_keep_show_values,
    help=(
        "Print the values that may be secrets too: of environments, secrets and options of log"
        " drivers."
    ),
)
dry_run_option = together(
    click.option(
        "--dry-run",
        is_flag=True,
        help="Show what would be changed, and change nothing; exit code 3 where anything would.",
    ),
    show_values_option,
)
no_wait_option = click.option(
    "--no-wait", is_flag=True, help="Return once AWS has taken the change."
)
tags_option = click.option("--tags", metavar="KEY=VALUE,...", help="Tags of what is made.")
managed_tags_option = click.option(
    "--disable-ecs-managed-tags",
    is_flag=True,
    help="Do not let ECS tag tasks with cluster and service.",
)
log_group_options = together(
    click.option(
        "--create-log-groups", is_flag=True, help="Create the awslogs log groups that do not exist."
    ),
    click.option(
        "--log-retention",
        type=int,
        metavar="DAYS",
        help="Days that new log groups keep their events.",
    ),
)
desired_status_option = click.option(
    "--desired-status", metavar="STATUS", help="Only RUNNING or only STOPPED tasks."
)
quiet_option = click.option("--quiet", "-q", is_flag=True, help="Print ids alone.")
force_deployment_option = click.option(
    "--force-deployment", is_flag=True, help="Deploy anew even where nothing has changed."
)
launch_options = together(
    click.option(
        "--capacity-provider",
        metavar="NAME=WEIGHT,...",
        help=(
            "Capacity providers instead of a launch type: FARGATE_SPOT=3,FARGATE=1; a base as"
            " NAME=WEIGHT:BASE."
        ),
    ),
    click.option("--platform-version", metavar="VERSION", help="Fargate platform version."),
    click.option(
        "--propagate-tags",
        metavar="FROM",
        help="Where tasks get tags from: TASK_DEFINITION, SERVICE or NONE.",
    ),
    click.option(
        "--enable-execute-command/--disable-execute-command",
        "execute_command",
        default=None,
        help="Allow `compose exec` into the containers.",
    ),
)
percent_options = together(
    click.option(
        "--deployment-max-percent",
        metavar="PERCENT",
        help="Most tasks during a deployment, in percent of the count.",
    ),
    click.option(
        "--deployment-min-healthy-percent",
        metavar="PERCENT",
        help="Fewest tasks during a deployment, in percent.",
    ),
)
balancer_options = together(
    click.option("--target-group-arn", metavar="ARN", help="Target group of the load balancer."),
    click.option("--load-balancer-name", metavar="NAME", help="Classic Load Balancer."),
    click.option(
        "--container-name", metavar="NAME", help="Container that the load balancer reaches."
    ),
    click.option("--container-port", metavar="PORT", help="Port of that container."),
    click.option("--role", metavar="ROLE", help="IAM role with which ECS calls the load balancer."),
    click.option(
        "--health-check-grace-period",
        metavar="SECONDS",
        help="Seconds in which health checks do not count.",
    ),
    click.option(
        "--target-groups",
        multiple=True,
        metavar="KEY=VALUE,...",
        help="targetGroupArn=ARN,containerName=NAME,containerPort=PORT; repeat it for several.",
    ),
)
discovery_options = together(
    click.option(
        "--enable-service-discovery", is_flag=True, help="Register the tasks in Cloud Map."
    ),
    click.option("--vpc", metavar="ID", help="VPC of a private DNS namespace."),
    click.option(
        "--private-dns-namespace",
        metavar="NAME",
        help="Private DNS namespace; made where it does not exist.",
    ),
    click.option("--private-dns-namespace-id", metavar="ID", help="Id of a private DNS namespace."),
    click.option(
        "--public-dns-namespace", metavar="NAME", help="Public DNS namespace, which must exist."
    ),
    click.option("--public-dns-namespace-id", metavar="ID", help="Id of a public DNS namespace."),
    click.option("--sd-container-name", metavar="NAME", help="Container of SRV records."),
    click.option("--sd-container-port", metavar="PORT", help="Port of SRV records."),
    click.option(
        "--dns-ttl", metavar="SECONDS", help="Time to live of DNS records; 60 by default."
    ),
    click.option(
        "--dns-type", metavar="TYPE", help="A or SRV; by the network mode where it is not said."
    ),
    click.option(
        "--healthcheck-custom-config-failure-threshold",
        metavar="COUNT",
        help="30-second intervals before an unhealthy task leaves DNS; 1 by default.",
    ),
)
service_options = together(
    percent_options,
    click.option(
        "--circuit-breaker/--no-circuit-breaker",
        "breaker",
        default=None,
        help="End a deployment that cannot become stable, and roll back; on for new services.",
    ),
    click.option("--scheduling-strategy", metavar="STRATEGY", help="REPLICA or DAEMON."),
    click.option("--availability-zone-rebalancing", metavar="STATE", help="ENABLED or DISABLED."),
    balancer_options,
    discovery_options,
)


def by_flag(given: Draft, names: Sequence[str] = ()) -> Draft:
    """click's arguments by the names of their flags: ``container_port`` is ``container-port``."""
    return {
        name.replace("_", "-"): value for name, value in given.items() if not names or name in names
    }
