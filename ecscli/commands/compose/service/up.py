"""`ecscli compose service up`: the service created or changed, and its deployment followed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ecscli.base.documents import Draft
from ecscli.base.errors import AwsError
from ecscli.base.units import MOST_COUNTED
from ecscli.commands.compose.building import build_option
from ecscli.commands.compose.options import (
    dry_run_option,
    force_deployment_option,
    launch_options,
    log_group_options,
    managed_tags_option,
    no_wait_option,
    service_options,
    tags_option,
    timeout_option,
)
from ecscli.commands.compose.running import carry_out, show_plan
from ecscli.commands.compose.service.options import (
    DEFAULT_TIMEOUT,
    change_of,
    finish,
    wanted_service,
)
from ecscli.commands.options import EcsCommand, config_options, launch_type_option, output_option

if TYPE_CHECKING:
    from ecscli.aws.client import Aws
    from ecscli.commands.compose.translation import Translation
    from ecscli.commands.context import App
    from ecscli.up.model import Plan
    from ecscli.up.service.desired import WantedService
    from ecscli.up.service.live import LiveProject

MADE_MEANWHILE = (  # ECS's words for a service of this name that is there
    "Creation of service was not idempotent"
)

desired_count_option = click.option(
    "--desired-count",
    type=click.IntRange(0, MOST_COUNTED),
    metavar="COUNT",
    help="Number of tasks; left alone where it is not given.",
)


@click.command(cls=EcsCommand, name="up")
@config_options
@build_option
@launch_type_option
@log_group_options
@desired_count_option
@force_deployment_option
@service_options
@click.option(
    "--update-service-discovery",
    is_flag=True,
    help="Change TTL and threshold of service discovery.",
)
@tags_option
@managed_tags_option
@launch_options
@timeout_option(DEFAULT_TIMEOUT)
@no_wait_option
@dry_run_option
@output_option
@click.pass_obj
def command(app: App, /, no_wait: bool, dry_run: bool, output: str, **given: Any) -> int:
    """Create the service, or change it to what files and flags say, and follow that deployment to
    its end.

    Only what differs is sent; the number of tasks stays unless --desired-count says one. Exit code
    5, with reasons, when the deployment fails, is rolled back or replaced, or makes no progress for
    --timeout minutes.
    """
    wanted, translation = wanted_service(app, given, first=1)
    names = wanted.names
    live, plan = read_plan(app, given, wanted, translation)
    if dry_run:
        return show_plan(app, plan, output)
    try:
        applied = carry_out(app, plan, f"service {names.service}")
    except AwsError as error:
        if MADE_MEANWHILE not in error.message:
            raise
        app.console.warn(
            f"Another command has made service {names.service} at the same time: going on from"
            " there"
        )
        live, plan = read_plan(app, given, wanted, translation, again=True)
        applied = carry_out(app, plan, f"service {names.service}")
    service = applied.service or live.service
    assert service is not None, "a plan either creates the service or has found it"
    if not plan:
        app.console.say(f"Nothing to change: service {names.service} is what is wanted.", "done")
    return finish(
        app,
        names,
        service,
        bool(plan),
        (given["timeout"], no_wait or quiet_end(plan, service), output),
    )


def plan_up(app: App, given: Draft) -> Plan:
    """Everything up to the plan: files, flags, what is live."""
    wanted, translation = wanted_service(app, given, first=1)
    return read_plan(app, given, wanted, translation)[1]


def read_plan(
    app: App,
    given: Draft,
    wanted: WantedService,
    translation: Translation,
    again: bool = False,
) -> tuple[LiveProject, Plan]:
    """What is live, and what is to change. `again`: the service may use a revision of the same
    content by now."""
    from ecscli.up.discovery.live import read_discovery
    from ecscli.up.discovery.plan import with_discovery
    from ecscli.up.service.live import read_service
    from ecscli.up.service.plan import plan_service

    live = read_service(app.aws(), wanted.names, wanted.log_groups)
    if again:
        live = _by_own_definition(app.aws(), wanted, live)
    plan = plan_service(wanted, live)
    change = change_of(given, translation) if given.get("update_service_discovery") else None
    discovery = read_discovery(app.aws(), wanted, live.service, change)
    return live, with_discovery(plan, wanted, live.service, discovery, change)


def _by_own_definition(aws: Aws, wanted: WantedService, live: LiveProject) -> LiveProject:
    """The same with the revision that the service uses, where that says what is wanted; it need not
    be the newest."""
    from ecscli.base.records import replace
    from ecscli.up.service.revisions import maybe_definition
    from ecscli.up.service.task_definition import is_registered

    used = maybe_definition(aws, str((live.service or {}).get("taskDefinition")))
    own = replace(live, definition=used)
    return own if used and is_registered(wanted.definition, own) else live


def quiet_end(plan: Plan, service: Any) -> bool:
    """Nothing was changed and nothing is under way: there is nothing to follow."""
    from ecscli.up.service.deployments import is_settled

    return not plan and is_settled(service)
