"""`ecscli render`: the CloudFormation template and its parameters, without AWS."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ecscli.base.documents import Draft
from ecscli.cluster.template import build
from ecscli.commands.context import App
from ecscli.commands.infra import PRECEDENCE, infra_options, infra_request
from ecscli.commands.options import EcsCommand, output_option
from ecscli.workflows.cluster.infra import read_infra

if TYPE_CHECKING:
    from ecscli.cluster.model import StackSpec


@click.command("render", cls=EcsCommand, epilog=PRECEDENCE)
@infra_options
@output_option
@click.pass_obj
def command(app: App, given: Draft, output: str) -> None:
    """Print the CloudFormation template that `up` deploys, its parameters in a comment; no call to
    AWS.

    With --output json: the stack's name, template, parameters and tags.
    """
    infra = read_infra(infra_request(app, given, offline=True))
    for notice in infra.spec.notices:
        app.console.warn(notice)
    stack = build.stack_spec(infra.spec, infra.stack, build.as_written(infra.spec))
    if output == "json":
        app.console.data(_document(stack))
        return
    app.console.line(f"# Stack {stack.name}, with these parameters:")
    for name, value in stack.parameters.items():
        app.console.line(f"#   {name}={value}")
    app.console.text(stack.template_body)


def _document(stack: StackSpec) -> Draft:
    return {
        "stack": stack.name,
        "parameters": dict(stack.parameters),
        "capabilities": list(stack.capabilities),
        "tags": dict(stack.tags),
        "template": stack.template_body,
    }
