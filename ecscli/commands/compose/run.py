"""`ecscli compose run`: one task with commands of one's own, as a program: waited for, with its log
and exit code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ecscli.base.records import fields_of
from ecscli.commands.compose.options import (
    dry_run_option,
    launch_options,
    managed_tags_option,
    no_wait_option,
    tags_option,
)
from ecscli.commands.compose.running import answer, carry_out, refuse, show_plan
from ecscli.commands.compose.tasks import (
    DEFAULT_TIMEOUT,
    TaskFlags,
    check_ends,
    check_placed,
    follow,
    task_document,
    wanted_tasks,
)
from ecscli.commands.options import (
    MINUTES,
    EcsCommand,
    config_options,
    launch_type_option,
    output_option,
)

if TYPE_CHECKING:
    from ecscli.commands.context import App
    from ecscli.up.model import Plan
    from ecscli.up.service.desired import WantedTasks
    from ecscli.up.service.live import LiveProject


@click.command(cls=EcsCommand, name="run")
@config_options
@launch_type_option
@click.option(
    "--wait", is_flag=True, help="Wait until the task has stopped; its exit code becomes ours."
)
@click.option(
    "--logs", is_flag=True, help="Show the log of the container while waiting; implies --wait."
)
@click.option(
    "--env",
    "-e",
    "environment",
    multiple=True,
    metavar="NAME=VALUE",
    help="Environment of the container.",
)
@click.option("--cpu", type=int, metavar="UNITS", help="CPU units of the task.")
@click.option("--memory", type=int, metavar="MIB", help="Memory of the task in MiB.")
@click.option("--task-role", metavar="ARN", help="Role of the containers, for this task.")
@click.option("--execution-role", metavar="ARN", help="Execution role, for this task.")
@click.option(
    "--network-of", metavar="SERVICE", help="Take the network configuration of this ECS service."
)
@tags_option
@managed_tags_option
@launch_options
@click.option(
    "--timeout",
    type=MINUTES,
    metavar="MINUTES",
    help=(
        "With --wait: stop the task after so long, no limit by default. Else: longest time without"
        " progress, 10."
    ),
)
@no_wait_option
@dry_run_option
@output_option
@click.argument("words", nargs=-1, metavar="[SERVICE [CMD]...]")
@click.pass_obj
def command(app: App, /, words: tuple[str, ...], dry_run: bool, output: str, **given: Any) -> int:
    """Run one task of the project.

    SERVICE CMD... gives one container its command; put -- before it where the command has flags of
    its own. The original's form, CONTAINER "COMMAND ..." pairs, works too. Without --wait the
    command returns once the task runs.
    """
    from ecscli.up.tasks.overrides import Overrides, read_overrides

    program = given["wait"] or given["logs"]
    if given["timeout"] is None:
        given["timeout"] = 0.0 if program else DEFAULT_TIMEOUT
    flags = TaskFlags(
        **{name: given.pop(name) for name in list(given) if name in fields_of(TaskFlags)}
    )
    more = Overrides(
        tuple(given["environment"]),
        given["cpu"],
        given["memory"],
        given["task_role"],
        given["execution_role"],
    )
    wanted, live = _read(app, flags, given["network_of"])
    containers = [one["name"] for one in wanted.definition["containerDefinitions"]]
    overrides, wrong, notices = read_overrides(words, more, containers)
    refuse(wrong)
    for notice in notices:
        app.console.warn(notice)
    from ecscli.up.tasks.plan import plan_run

    plan = plan_run(wanted, live, overrides)
    if dry_run:
        return show_plan(app, plan, output)
    if program:
        how = flags.timeout, given["logs"], output
        return _as_program(app, (wanted, live, plan), how, main_of(overrides))
    applied = carry_out(app, plan, f"the tasks of {wanted.names.project}")
    check_placed(app, wanted, live, applied)
    ended = (
        applied.started
        if given["no_wait"]
        else follow(app, wanted.names, applied.started, flags.timeout)
    )
    answer(app, output, {"tasks": [task_document(task) for task in ended]})
    if not given["no_wait"]:
        check_ends(app, wanted.names, ended)
    return 0


def _read(app: App, flags: TaskFlags, network_of: str | None) -> tuple[WantedTasks, Any]:
    """What is wanted, and what is live; the cluster must be there before anything is registered."""
    from ecscli.base.records import replace
    from ecscli.up.service.live import LiveProject, long_arns, need_cluster, network_of_service
    from ecscli.up.service.revisions import newest_definition

    wanted, _ = wanted_tasks(app, flags, "beside" if network_of else "here")
    names, aws = wanted.names, app.aws()
    definition, setting, _, network = aws.together(
        lambda: newest_definition(aws, names.family),
        lambda: not wanted.managed_tags or long_arns(aws),
        lambda: need_cluster(aws, names.cluster),
        lambda: network_of_service(aws, names.cluster, network_of) if network_of else None,
    )
    if network:
        wanted = replace(wanted, fields={**wanted.fields, "networkConfiguration": network})
    return wanted, LiveProject(definition=definition, long_arns=setting)


def main_of(overrides: Any) -> str | None:
    """The container whose exit code counts: the one that got a command."""
    commands = [
        one["name"] for one in overrides.get("containerOverrides", ()) if one.get("command")
    ]
    return commands[0] if len(commands) == 1 else None


def _as_program(
    app: App,
    planned: tuple[WantedTasks, LiveProject, Plan],
    how: tuple[float, bool, str],
    main: str | None,
) -> int:
    """Start the task and follow it to its end; a signal stops it, whenever it comes."""
    from ecscli.commands.compose.program import run_to_end, terminable

    wanted, live, plan = planned
    minutes, logs, output = how
    with terminable() as termination:
        applied = carry_out(app, plan, f"the tasks of {wanted.names.project}")
        check_placed(app, wanted, live, applied)
        task = run_to_end(app, wanted, applied.started[0], minutes, logs, termination)
    answer(app, output, {"tasks": [task_document(task)]})
    from ecscli.up.tasks.overrides import exit_code

    code = exit_code(task, wanted.definition, main)
    if code is None:
        check_ends(app, wanted.names, [task])
    return code or 0
