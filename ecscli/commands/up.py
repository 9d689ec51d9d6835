"""`ecscli up`: the cluster, made or changed in place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from ecscli.base.documents import Draft
from ecscli.base.limits import FARGATE
from ecscli.commands.infra import (
    PRECEDENCE,
    change_set_option,
    infra_options,
    infra_request,
    step_timeout_option,
)
from ecscli.commands.options import EcsCommand, fill, output_option
from ecscli.commands.plan import show_cluster_plan
from ecscli.workflows.cluster.plan import plan
from ecscli.workflows.cluster.prepare import PrepareRequest
from ecscli.workflows.cluster.up import UpRequest, up, up_empty

if TYPE_CHECKING:
    from ecscli.commands.context import App
    from ecscli.workflows.cluster.agreement import Question
    from ecscli.workflows.cluster.up import ClusterMade

# what the outputs of the stack are called for people
OUTPUTS = (("VPC", "VpcId"), ("Security Group", "SecurityGroupIds"), ("Subnet", "SubnetIds"))


@click.command("up", cls=EcsCommand, epilog=PRECEDENCE)
@infra_options
@click.option("--empty", "-e", is_flag=True, help="Only an ECS cluster: no network, no instances.")
@click.option(
    "--force",
    "-f",
    is_flag=True,
    help="Delete the stack first, if there is one, and create it again.",
)
@click.option("--upgrade", is_flag=True, help="Move a stack of ecs-cli to a launch template.")
@click.option(
    "--refresh",
    is_flag=True,
    help="Afterwards replace the instances, a few at a time. Part of --upgrade.",
)
@click.option(
    "--dry-run", is_flag=True, help="Show what would change, as `ecscli plan` does, and stop."
)
@change_set_option
@click.option(
    "--yes", "-y", is_flag=True, help="Do not ask before something live is replaced or deleted."
)
@click.option("--no-wait", is_flag=True, help="Do not wait for the instances to join the cluster.")
@step_timeout_option
@output_option
@click.pass_obj
def command(
    app: App,
    /,
    given: Draft,
    output: str,
    empty: bool,
    dry_run: bool,
    change_set: bool,
    **options: object,
) -> None:
    """Make the ECS cluster with its network and instances, or change it in place.

    The cluster is described in ecs-cluster.yml, in flags, or in both. A change set is created and
    shown; something live is replaced or deleted only after a yes. Run the command again after any
    interruption: it continues where it was.
    """
    request = fill(UpRequest, options, infra=infra_request(app, given))
    if empty:
        made = app.report(up_empty(request))
        app.console.say(f"Cluster {made.infra.spec.name} is there: empty.", "done")
        if output == "json":
            app.console.data(_document(made, None))
    elif dry_run:
        planned = plan(PrepareRequest(request.infra, request.upgrade), verdict=change_set)
        show_cluster_plan(app, app.report(planned), output)
    else:
        show_cluster(app, app.report(up(request, lambda question: _agree(app, question))), output)


def _agree(app: App, question: Question) -> bool:
    return app.console.confirm(question.text, question.flag)


def show_cluster(app: App, made: ClusterMade, output: str) -> None:
    """Print what was made, and what may follow."""
    if output == "json":
        app.console.data(_document(made, made.infra.stack))
    else:
        _show_outputs(app, made)
        app.console.line(_summary(made))
    for line in _next(made):
        app.console.say(line, "hint")


def _document(made: ClusterMade, stack: str | None) -> Draft:
    return {
        "cluster": made.infra.spec.name,
        "region": made.region,
        "stack": stack,
        "new": made.new,
        "changed": made.changed,
        "outputs": dict(made.outputs),
    }


def _next(made: ClusterMade) -> Iterator[str]:
    """What to type next; tasks on Fargate get the network of the stack, and need a role to write
    logs."""
    spec = made.infra.spec
    words = ["ecscli compose service up", "--cluster", spec.name]
    if spec.launch_type == FARGATE:
        words += ["--launch-type", FARGATE]
        words += ["--capability-iam"] if spec.capability_iam else []
    yield f"Next: {' '.join(words)}"


def _show_outputs(app: App, made: ClusterMade) -> None:
    created = " created" if made.new else ""
    for label, key in OUTPUTS:
        for value in filter(None, made.outputs.get(key, "").split(",")):
            app.console.line(f"{label}{created}: {value}")


def _summary(made: ClusterMade) -> str:
    if not made.changed:
        return f"Cluster {made.infra.spec.name} is as it should be; nothing was changed."
    return "Cluster creation succeeded." if made.new else "Cluster update succeeded."
