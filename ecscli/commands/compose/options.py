"""Options that compose commands share, with the names, forms and defaults of ecs-cli; and bundles
of them for whole commands."""

from __future__ import annotations

import click

from ecscli.base.units import MOST_COUNTED
from ecscli.commands.answering import line_output_option
from ecscli.commands.options import (
    Option,
    completions_of,
    launch_type_option,
    output_option,
    together,
)

BUILDERS = ("auto", "buildx", "buildkit", "engine")
TASK_MINUTES = 10.0  # as long as ecs-cli's 100 rounds of 6 seconds
SERVICE_MINUTES = 5.0  # without progress, as ecs-cli


def timeout_option(minutes: float) -> Option:
    return click.option(
        "--timeout",
        type=float,
        default=minutes,
        show_default=True,
        metavar="MINUTES",
        help="Longest time without progress; 0: do not wait.",
    )


build_arg_option = click.option(
    "--build-arg",
    "build_args",
    multiple=True,
    metavar="NAME=VALUE",
    help="Argument of the build, which counts in the tag; repeatable.",
)
builder_option = click.option(
    "--builder",
    type=click.Choice(BUILDERS),
    help="What builds; auto takes buildx, else BuildKit of the docker command, else the engine.",
)
images_option = click.option(
    "--images",
    metavar="FILE",
    help="JSON file of images by service, as `compose build --metadata` writes it; they are not"
    " built.",
)
build_options = together(
    click.option(
        "--build/--no-build",
        "build",
        default=None,
        help="Build the images of services with build: in any case, or never. By default those are"
        " built that ECR does not have (ECSCLI_BUILD=1: as --build).",
    ),
    images_option,
    builder_option,
)
future_build_options = together(
    click.option(
        "--build/--no-build",
        "build",
        default=None,
        help="Show what `up` would do with the same flag; nothing is built.",
    ),
    images_option,
)
ship_option = click.option(
    "--ship-secrets",
    is_flag=True,
    help="Create secrets with file: or environment: in AWS where they do not exist.",
)
secret_options = together(
    ship_option,
    click.option(
        "--push-secrets",
        is_flag=True,
        help="As --ship-secrets, and update secrets that differ from the value on this machine.",
    ),
)
yes_option = click.option("--yes", "-y", is_flag=True, help="Do not ask.")
down_options = together(
    click.option(
        "--repositories",
        is_flag=True,
        help="Delete the repositories in ECR that were made for the project, with their images.",
    ),
    click.option(
        "--secrets",
        is_flag=True,
        help="Delete the secrets that were created for the project as well.",
    ),
    click.option(
        "--volumes",
        "-v",
        is_flag=True,
        help="Delete the file systems that were made for the project's volumes, with their data.",
    ),
    yes_option,
)
show_values_option = click.option(
    "--show-values",
    is_flag=True,
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
    "--no-wait", is_flag=True, help="Return once AWS has accepted the change."
)
tags_option = click.option(
    "--tags", metavar="KEY=VALUE,...", help="Tags of everything that is created."
)
capability_iam_option = click.option(
    "--capability-iam",
    is_flag=True,
    help="Allow creating roles in the stack ecscli-CLUSTER-PROJECT: the execution role that the"
    " task needs where files name none and the account has none, and those of policies.",
)
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
quiet_option = click.option("--quiet", "-q", is_flag=True, help="Print only ids.")
force_deployment_option = click.option(
    "--force-deployment", is_flag=True, help="Deploy again even where nothing has changed."
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
        "--dns-type", metavar="TYPE", help="A or SRV; depends on the network mode by default."
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
desired_count_option = click.option(
    "--desired-count",
    type=click.IntRange(0, MOST_COUNTED),
    metavar="COUNT",
    help="Number of tasks; unchanged by default.",
)
update_discovery_option = click.option(
    "--update-service-discovery",
    is_flag=True,
    help="Change TTL and threshold of service discovery.",
)

override_options = together(
    click.option(
        "--env",
        "-e",
        "environment",
        multiple=True,
        metavar="NAME=VALUE",
        help="Environment of the container.",
    ),
    click.option("--cpu", type=int, metavar="UNITS", help="CPU units of the task."),
    click.option("--memory", type=int, metavar="MIB", help="Memory of the task in MiB."),
    click.option("--task-role", metavar="ARN", help="Role of the containers, for this task."),
    click.option("--execution-role", metavar="ARN", help="Execution role, for this task."),
    click.option(
        "--network-of",
        metavar="SERVICE",
        help="Take the network configuration of this ECS service.",
    ),
)

# ------------------------------------------------------------------- bundles of whole commands

logs_options = together(
    click.argument(
        "services", metavar="[SERVICE]...", nargs=-1, shell_complete=completions_of("services")
    ),
    click.option("--follow", "-f", is_flag=True, help="Print new lines as they are written."),
    click.option(
        "--since",
        metavar="TIME",
        help="Minutes ago, or 1h30m, or a time such as 2026-01-31T12:00:00Z.",
    ),
    click.option("--until", metavar="TIME", help="Up to this time, in the same forms."),
    click.option(
        "--tail",
        "-n",
        metavar="LINES",
        default="all",
        help="Only the last lines of each container.",
    ),
    click.option(
        "--filter", "pattern", metavar="PATTERN", help="Filter pattern of CloudWatch Logs."
    ),
    click.option("--timestamps", "-t", is_flag=True, help="Put the time in front of each line."),
    click.option(
        "--no-log-prefix", is_flag=True, help="Put no container's name in front of each line."
    ),
    line_output_option,
)

placement_options = together(
    launch_type_option, tags_option, managed_tags_option, launch_options, capability_iam_option
)
task_options = together(log_group_options, secret_options, placement_options)
new_service_options = together(task_options, service_options)
deployment_options = together(
    new_service_options, desired_count_option, force_deployment_option, update_discovery_option
)


def change_options(minutes: float) -> Option:
    """Those of a command that changes something and follows it, by default for so many minutes."""
    return together(timeout_option(minutes), no_wait_option, dry_run_option, output_option)
