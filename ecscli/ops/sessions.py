"""A shell, a program or a port inside a running container: the session that ECS Exec or Systems
Manager opens."""

from __future__ import annotations

import json
import shlex
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ecscli.base.documents import Document
from ecscli.base.errors import AwsError, InputError
from ecscli.base.limits import PORT
from ecscli.ops.places import ContainerPlace
from ecscli.ops.plugin import BY_ENVIRONMENT, SESSION_VARIABLE, Plugin

if TYPE_CHECKING:
    from ecscli.aws.client import Aws

FORWARD = "AWS-StartPortForwardingSession"


def execute(aws: Aws, place: ContainerPlace, command: Sequence[str]) -> Document:
    """Open a session that runs a command; ECS's answer in the spelling of the plugin."""
    request = {"cluster": place.cluster, "task": place.task, "container": place.container}
    line = shlex.join(command)
    try:
        answer = aws.call("ecs", "execute_command", command=line, interactive=True, **request)
    except AwsError as error:
        if error.code != "TargetNotConnectedException":
            raise
        raise _not_connected(place) from None
    session = answer["session"]
    return {
        "SessionId": session["sessionId"],
        "StreamUrl": session["streamUrl"],
        "TokenValue": session["tokenValue"],
    }


def _not_connected(place: ContainerPlace) -> InputError:
    return InputError(
        f"container {place.container} cannot be reached",
        place.task,
        "the agent has lost its connection: check the task role and the way to Systems Manager",
    )


def forward(aws: Aws, place: ContainerPlace, local: int, remote: int) -> Document:
    """Open a session that carries a port of this machine to one of the container."""
    ports = {"portNumber": [str(remote)], "localPortNumber": [str(local)]}
    answer = aws.call(
        "ssm", "start_session", Target=place.target, DocumentName=FORWARD, Parameters=ports
    )
    return {name: answer[name] for name in ("SessionId", "StreamUrl", "TokenValue")}


def parse_ports(text: str) -> tuple[int, int]:
    """`LOCAL:REMOTE`, or one port for both. Raises InputError."""
    local, _, remote = text.partition(":")
    try:
        ports = int(local), int(remote or local)
    except ValueError:
        ports = (0, 0)
    if not all(port in PORT for port in ports):
        hint = "write LOCAL:REMOTE, for example 8080:80"
        raise InputError(f'"{text}" is not a pair of ports', hint=hint)
    return ports


def plugin_command(
    plugin: Plugin, aws: Aws, place: ContainerPlace, session: Document
) -> tuple[list[str], dict[str, str]]:
    """The plugin's arguments and variables. A session is a secret: new plugins do not get it as an
    argument."""
    text = json.dumps(session)
    hidden = plugin.version >= BY_ENVIRONMENT
    arguments = [
        plugin.path,
        SESSION_VARIABLE if hidden else text,
        aws.region,
        "StartSession",
        aws.settings.login.profile or "",
        json.dumps({"Target": place.target}),
        str(aws.client("ssm").meta.endpoint_url),
    ]
    return arguments, ({SESSION_VARIABLE: text} if hidden else {})
