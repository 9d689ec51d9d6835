"""`ecscli compose service rm` (or `delete`, `down`): the service with its tasks and its service
discovery."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ecscli.commands.compose.options import dry_run_option, no_wait_option, timeout_option
from ecscli.commands.compose.project import load_project
from ecscli.commands.compose.running import (
    answer,
    carry_out,
    check_timeout,
    compose_command,
    interruptible,
    listen,
    names_of,
    refuse,
    show_plan,
)
from ecscli.commands.compose.service.options import DEFAULT_TIMEOUT, document, failed
from ecscli.commands.options import EcsCommand, config_options, output_option

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import ServiceTypeDef

    from ecscli.commands.context import App
    from ecscli.up.model import Plan
    from ecscli.up.service.names import Names


@click.command(cls=EcsCommand, name="rm")
@config_options
@click.option(
    "--delete-namespace",
    is_flag=True,
    help="Delete the private DNS namespace that was made for the service.",
)
@timeout_option(DEFAULT_TIMEOUT)
@no_wait_option
@dry_run_option
@output_option
@click.pass_obj
def command(
    app: App, delete_namespace: bool, timeout: float, no_wait: bool, dry_run: bool, output: str
) -> int:
    """Delete the service, wait until its tasks have stopped, then delete its service discovery."""
    from ecscli.up.discovery.live import read_leftovers
    from ecscli.up.discovery.plan import plan_cleanup
    from ecscli.up.service.live import describe_service, no_service
    from ecscli.up.service.plan import plan_removal

    names = names_of(app, load_project(app))
    refuse(check_timeout(timeout))
    service = describe_service(app.aws(), names)
    if service is None:
        raise no_service(names)
    plan = plan_removal(names, service)
    leftovers = read_leftovers(app.aws(), names, service, delete_namespace)
    cleanup = plan_cleanup(names, service, delete_namespace, leftovers)
    if dry_run:
        return show_plan(app, _joined(plan, cleanup), output)
    if service.get("status") == "INACTIVE":
        app.console.say(f"ECS Service is already deleted  serviceName={names.service}", "done")
        answer(app, output, document(names, service, False))
        return 0
    applied = carry_out(app, plan, f"service {names.service}")
    ended = applied.service or service
    if not no_wait:
        ended = _follow(app, names, ended, timeout)
        _clean_up(app, names, service, cleanup)
    answer(app, output, document(names, ended, bool(plan)))
    return 0


def _joined(first: Plan, second: Plan) -> Plan:
    from ecscli.up.model import Plan

    return Plan((*first.actions, *second.actions), (*first.notices, *second.notices))


def _follow(app: App, names: Names, service: ServiceTypeDef, minutes: float) -> ServiceTypeDef:
    from ecscli.up.service.watch import follow_removal

    if not minutes:
        app.console.warn(
            "Timeout was specified as zero. The tasks of the service may not have stopped yet."
        )
        return service
    with interruptible(
        f"Interrupted: service {names.service} is being deleted at AWS.",
        f"follow it with `{compose_command(names, 'service rm')}`",
    ):
        outcome = listen(app, follow_removal(app.aws(), names.cluster, service, minutes))
    if not outcome.ok:
        raise failed(app, names, outcome)
    return outcome.service or service


def _clean_up(app: App, names: Names, service: ServiceTypeDef, cleanup: Plan) -> None:
    if not cleanup:
        return
    from ecscli.up.discovery.watch import wait_until_unused

    app.console.say(
        "Trying to delete any Service Discovery Resources that were created by the ECS CLI..."
    )
    wait_until_unused(app.aws(), service)
    carry_out(app, cleanup, f"the service discovery of {names.service}")
