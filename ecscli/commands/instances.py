"""`ecscli instances`: the container instances of the cluster."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from ecscli.commands.context import App
from ecscli.commands.options import EcsCommand, config_options, output_option
from ecscli.watch.documents import document_of
from ecscli.workflows.cluster.instances import instances

if TYPE_CHECKING:
    from ecscli.up.stack.model import Instance

COLUMNS = (
    "Instance",
    "EC2",
    "Type",
    "Zone",
    "Status",
    "Agent",
    "Docker",
    "Tasks",
    "CPU free",
    "Memory free",
)


@click.command("instances", cls=EcsCommand)
@config_options
@output_option
@click.pass_obj
def command(app: App, output: str) -> None:
    """List the container instances: type, zone, agent, status, tasks, and what CPU and memory is
    free.

    CPU counts in units (1024 are one vCPU), memory in MiB; both read free/registered.
    """
    found = instances(app.aws())
    if output == "json":
        app.console.data([document_of(instance) for instance in found])
    else:
        show_instances(app, found)


def show_instances(app: App, found: Sequence[Instance]) -> None:
    """The table of instances."""
    app.console.table(COLUMNS, [_cells(instance) for instance in found])


def _cells(one: Instance) -> tuple[object, ...]:
    connection = "connected" if one.connected else "DISCONNECTED"
    agent = f"{one.agent or '?'} {connection}"
    tasks = f"{one.running} running"
    if one.pending:
        tasks += f", {one.pending} pending"
    cpu, memory = (f"{free}/{registered}" for registered, free in (one.cpu, one.memory))
    return (
        one.id,
        one.ec2_id,
        one.type,
        one.zone,
        one.status,
        agent,
        one.docker or "?",
        tasks,
        cpu,
        memory,
    )
