"""A shell, a program or a port inside a running container: found and checked first, then handed to
AWS's plugin."""

from __future__ import annotations

import json
import re
import shlex
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ecscli.base.documents import Document
from ecscli.base.errors import AwsError, EcsCliError, Finding, InputError
from ecscli.base.programs import PLUGIN, environment_for, find_program
from ecscli.base.records import record
from ecscli.up.service.live import describe_tasks, maybe_definition

if TYPE_CHECKING:
    from ecscli.aws.client import Aws
    from ecscli.up.service.names import Names

INSTALL = "https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-working-with-install-plugin.html"
ENABLE = (
    "start it again with --enable-execute-command: `ecscli compose up --force-update"
    " --enable-execute-command`, or `ecscli compose service up --force-deployment"
    " --enable-execute-command`"
)
ROLE = (
    "give it one with `ecscli compose --task-role-arn ARN ...` or task_role_arn in ecs-params.yml; "
    "it needs the four ssmmessages: actions"
)
# from this version on the plugin takes the session, a secret, from a variable
BY_ENVIRONMENT = (
    1,
    2,
    497,
    0,
)
SESSION_VARIABLE = "AWS_SSM_START_SESSION_RESPONSE"
FORWARD = "AWS-StartPortForwardingSession"


@record
class Place:
    """A running container: where a session leads."""

    cluster: str
    task: str  # ARN
    container: str
    runtime: str

    @property
    def target(self) -> str:
        """The container as Systems Manager names it."""
        return f"ecs:{self.cluster}_{self.task.rsplit('/', 1)[-1]}_{self.runtime}"


@record
class Plugin:
    """The program that speaks to the container."""

    path: str
    version: tuple[int, ...]


def find_plugin(environment: Mapping[str, str]) -> Plugin:
    """The plugin on the PATH. Raises EcsCliError with where to get it."""
    path = find_program(PLUGIN, environment)
    if path is None:
        raise EcsCliError(f"{PLUGIN} is not installed", hint=INSTALL)
    kept = environment_for(PLUGIN, environment)
    try:
        done = subprocess.run(
            [path, "--version"], capture_output=True, check=True, timeout=30, env=kept
        )
    except (OSError, subprocess.SubprocessError):
        raise EcsCliError(
            f"{PLUGIN} does not start", path, f"install it again: {INSTALL}"
        ) from None
    numbers = re.findall(rb"\d+", done.stdout.strip().partition(b"\n")[0])
    return Plugin(path, tuple(int(number) for number in numbers[:4]))


# ------------------------------------------------------------------ finding


def find_place(
    aws: Aws, names: Names, container: str, task: str | None = None
) -> tuple[Place, int]:
    """The container of the newest running task (or of `task`), and how many tasks have it.

    Raises InputError with every reason why no session can be opened there.
    """
    tasks = (
        [task]
        if task
        else list(
            aws.pages(
                "ecs",
                "list_tasks",
                "taskArns",
                cluster=names.cluster,
                family=names.family,
                desiredStatus="RUNNING",
            )
        )
    )
    running = [
        found for found in _described(aws, names, tasks) if found.get("lastStatus") == "RUNNING"
    ]
    having = [
        (found, one) for found in running for one in found["containers"] if one["name"] == container
    ]
    if not having:
        raise _no_container(names, container, task, running)
    chosen, inside = max(having, key=lambda pair: str(pair[0].get("startedAt", "")))
    problems = tuple(_problems(aws, chosen, inside))
    if problems:
        raise InputError.of(problems)
    return Place(names.cluster, chosen["taskArn"], container, str(inside["runtimeId"])), len(having)


def _described(aws: Aws, names: Names, tasks: Sequence[str]) -> list[Document]:
    return describe_tasks(aws, names.cluster, tasks) if tasks else []


def _no_container(
    names: Names, container: str, task: str | None, running: Sequence[Document]
) -> InputError:
    if running:
        known = ", ".join(one["name"] for one in running[0]["containers"])
        return InputError(
            f'the running task has no container "{container}"', hint=f"it has {known}"
        )
    hint = "see `ecscli compose ps`; start it with `ecscli compose up` or `compose service up`"
    what = f"task {task}" if task else f"no task of {names.family}"
    return InputError(
        f"{what} {'does not run' if task else 'runs'} in cluster {names.cluster}", hint=hint
    )


def _problems(aws: Aws, task: Document, container: Document) -> Iterator[Finding]:
    """Why ECS Exec would refuse: told before it does, with what to do."""
    where = str(task["taskArn"])
    if not task.get("enableExecuteCommand"):
        yield Finding("the task was started without execute command", where, ENABLE)
    version = str(task.get("platformVersion", ""))
    if re.fullmatch(r"1\.[0-3]\.\d+", version):
        yield Finding(
            f"Fargate platform version {version} cannot do it", where, "use 1.4.0 or later"
        )
    definition = maybe_definition(aws, str(task["taskDefinitionArn"]))
    role = task.get("overrides", {}).get("taskRoleArn") or (definition or {}).get(
        "taskDefinition", {}
    ).get("taskRoleArn")
    if not role:
        yield Finding("the task has no task role", where, ROLE)
    agent = next(
        (one for one in container.get("managedAgents", ()) if one["name"] == "ExecuteCommandAgent"),
        None,
    )
    if (
        task.get("enableExecuteCommand")
        and role
        and (agent is None or agent.get("lastStatus") != "RUNNING")
    ):
        state = (agent or {}).get("lastStatus", "not there yet")
        reason = f": {agent['reason']}" if agent and agent.get("reason") else ""
        hint = (
            "check the ssmmessages: actions of the task role, the way to Systems Manager, and"
            " read_only containers"
        )
        yield Finding(f"the agent in container {container['name']} is {state}{reason}", where, hint)


# ------------------------------------------------------------------ sessions


def execute(aws: Aws, place: Place, command: Sequence[str]) -> Document:
    """Open a session that runs a command; ECS's answer in the plugin's words."""
    request = {"cluster": place.cluster, "task": place.task, "container": place.container}
    try:
        answer = aws.call(
            "ecs", "execute_command", command=shlex.join(command), interactive=True, **request
        )
    except AwsError as error:
        if error.code != "TargetNotConnectedException":
            raise
        hint = (
            "the agent has lost its connection: check the task role and the way to Systems Manager"
        )
        raise InputError(
            f"container {place.container} cannot be reached", place.task, hint
        ) from None
    session = answer["session"]
    return {
        "SessionId": session["sessionId"],
        "StreamUrl": session["streamUrl"],
        "TokenValue": session["tokenValue"],
    }


def forward(aws: Aws, place: Place, local: int, remote: int) -> Document:
    """Open a session that carries a port of this machine to one of the container."""
    ports = {"portNumber": [str(remote)], "localPortNumber": [str(local)]}
    answer = aws.call(
        "ssm", "start_session", Target=place.target, DocumentName=FORWARD, Parameters=ports
    )
    return {name: answer[name] for name in ("SessionId", "StreamUrl", "TokenValue")}


def invocation(
    plugin: Plugin, aws: Aws, place: Place, session: Document
) -> tuple[list[str], dict[str, str]]:
    """The plugin's arguments and variables. A session is a secret: new plugins do not get it as an
    argument."""
    text = json.dumps(session)
    hidden = plugin.version >= BY_ENVIRONMENT
    endpoint = aws.client("ssm").meta.endpoint_url
    arguments = [
        SESSION_VARIABLE if hidden else text,
        aws.region,
        "StartSession",
        aws.settings.login.profile or "",
    ]
    arguments += [json.dumps({"Target": place.target}), str(endpoint)]
    return [plugin.path, *arguments], ({SESSION_VARIABLE: text} if hidden else {})


def hand_over(
    arguments: Sequence[str], environment: Mapping[str, str], session: Mapping[str, str]
) -> int:
    """Run the plugin on this terminal until it ends; its exit code. Ctrl-C is the plugin's.

    Of the environment it gets what it needs, which is no key, and the variables of its session.
    """
    kept = environment_for(PLUGIN, environment) | dict(session)
    with _signals_ignored():
        try:
            return subprocess.run(list(arguments), env=kept, check=False).returncode
        except OSError as error:
            raise EcsCliError(f"{PLUGIN} does not start: {error.strerror}", hint=INSTALL) from None


def parse_ports(text: str) -> tuple[int, int]:
    """`LOCAL:REMOTE`, or one port for both."""
    local, _, remote = text.partition(":")
    try:
        ports = int(local), int(remote or local)
    except ValueError:
        ports = (0, 0)
    if not all(0 < port < 65536 for port in ports):
        raise InputError(
            f'"{text}" is no pair of ports', hint="write LOCAL:REMOTE, for example 8080:80"
        )
    return ports


@contextmanager
def _signals_ignored() -> Iterator[None]:
    """The keys that stop a program go to the plugin alone."""
    numbers = [
        getattr(signal, name) for name in ("SIGINT", "SIGQUIT", "SIGTSTP") if hasattr(signal, name)
    ]
    before = [(number, signal.signal(number, signal.SIG_IGN)) for number in numbers]
    try:
        yield
    finally:
        for number, handler in before:
            signal.signal(number, handler)
