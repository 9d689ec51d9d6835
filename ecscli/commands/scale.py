"""`ecscli scale`: more or fewer container instances."""

from __future__ import annotations

from typing import Any

import click

from ecscli.base.documents import Draft
from ecscli.base.errors import Finding, InputError
from ecscli.base.units import problem_of_count
from ecscli.commands.context import App
from ecscli.commands.infra import follow, open_own_aws
from ecscli.commands.options import MINUTES, EcsCommand, config_options, output_option

TIMEOUT = 30.0  # minutes


@click.command("scale", cls=EcsCommand)
@config_options
@click.option(
    "--capability-iam",
    is_flag=True,
    help="Agree that the stack, which holds an IAM role, is updated.",
)
@click.option(
    "--size", metavar="N", help="How many instances: the most that may run, and as many as run."
)
@click.option("--min", "minimum", metavar="N", help="Fewest instances.")
@click.option("--max", "maximum", metavar="N", help="Most instances.")
@click.option("--no-wait", is_flag=True, help="Do not wait for instances to join or leave.")
@click.option(
    "--timeout",
    type=MINUTES,
    default=TIMEOUT,
    show_default=True,
    help="Minutes to wait for each step.",
)
@output_option
@click.pass_obj
def command(app: App, /, capability_iam: bool, output: str, **options: Any) -> None:
    """Change the number of container instances, and nothing else; works on stacks of the original
    too."""
    from ecscli.up.stack import apply, live, operations, scaling, watch

    sizes = _sizes(capability_iam, options)
    aws = open_own_aws(app)
    cluster, name = aws.settings.need_cluster(), aws.settings.stack_name.value or ""
    found = live.read(aws, name, cluster)
    limit = options["timeout"] * 60
    again = "run the same command again to follow it"
    with follow(app, f"The change of stack {name} goes on at AWS.", again) as show:
        if found.stack and found.stack.busy:
            show(operations.resume(aws, found.stack, limit))
            found = live.read(aws, name, cluster)
        request = scaling.parameters(found, cluster, name, aws.region, sizes)
        show(apply.change_parameters(aws, found.stack, request, limit))
        group = live.group_name(aws, name)
        if group and not options["no_wait"]:
            show(watch.joined(aws, cluster, group, limit))
    if output == "json":
        app.console.data({"cluster": cluster, "stack": name, "parameters": request})


def _sizes(capability_iam: bool, options: Draft) -> dict[str, int]:
    """The sizes that were given, as numbers. Raises InputError with every finding."""
    findings, sizes = [], {}
    if not capability_iam:
        message = "the stack that is updated may hold IAM resources, and you have not agreed"
        findings.append(Finding(message, hint="add --capability-iam"))
    for key, flag in (("size", "--size"), ("minimum", "--min"), ("maximum", "--max")):
        text = options[key]
        if text in (None, ""):
            continue
        problem = problem_of_count(text)
        if problem:
            findings.append(Finding(problem, flag, "give a number of instances, such as 2"))
        else:
            sizes[key] = int(text)
    if not sizes and not findings:
        findings.append(Finding("--size is missing", hint="--size N, or --min N and --max N"))
    if "size" in sizes and "maximum" in sizes and sizes["size"] > sizes["maximum"]:
        findings.append(Finding(f"--size {sizes['size']} is more than --max {sizes['maximum']}"))
    if findings:
        raise InputError.of(findings)
    return sizes
