"""The main screens, each printed by what the commands print with."""

from tempfile import TemporaryDirectory

from ecscli.base.errors import AwsError, ChangesPending, DeploymentError, Finding, InputError
from ecscli.base.marks import Mark
from ecscli.commands.compose.check import show_report
from ecscli.commands.compose.containers import show_containers
from ecscli.commands.compose.printing import AnswerForm, show_plan
from ecscli.commands.compose.services import show_listing
from ecscli.commands.context import App
from ecscli.commands.instances import show_instances
from ecscli.compose import check as checking
from ecscli.compose.ecs.launch_target import LaunchFlags
from ecscli.compose.find.options import LoadOptions
from ecscli.compose.load import load_project
from ecscli.compose.params.read import EcsParams
from ecscli.compose.report import text
from ecscli.compose.task.definition import TaskSettings
from ecscli.terminal.screen import Terminal
from ecscli.terminal.styles import Span
from ecscli.terminal.tree import Tree
from ecscli.up.model import Block, Part, Plan, Ref, RegisterTaskDefinition, UpdateService
from ecscli.up.service.names import Names
from ecscli.up.stack.model import Instance
from ecscli.up.tasks.addresses import Address
from ecscli.up.tasks.table import ContainerRow
from ecscli.workflows.containers.ps import Listing
from ecscli.workflows.services.ps import ServiceRow, ServicesListing
from tests.terminal.screens.drawing import Screen

NAMES = Names("shop", "demo")
WEB, DATABASE, OLD = (digit * 4 + "5594c641ccafb49df06841d7c4aa" for digit in "5a3")
REASON = (
    "OutOfMemoryError: Container killed due to memory usage; its limit is the memory of the task"
)
ROWS = (
    ContainerRow(f"demo/{WEB}/web", "RUNNING", "54.214.120.49:80->80/tcp", "shop:12", "HEALTHY"),
    ContainerRow(f"demo/{DATABASE}/database", "PENDING", "", "shop:12", "UNKNOWN"),
    ContainerRow(
        f"demo/{OLD}/web", f"STOPPED ExitCode: 137 Reason: {REASON}", "", "shop:11", "UNHEALTHY"
    ),
)
ADDRESSES = (Address("web", "54.214.120.49", 80, 80, "tcp"),)
COMPOSE = """\
services:
  web:
    image: nginx:1.29
    mem_limit: 64m
    stop_signal: SIGINT
    ports: ["80:80"]
  worker:
    image: ghcr.io/example/worker-with-a-long-name:2026-11-27
    mem_limit: 2m
    command: [work, --queue, "漢字"]
"""


def ps(app: App) -> None:
    show_containers(app, Listing(NAMES, (), ROWS, ADDRESSES, ()), quiet=False, answer=AnswerForm())


def services(app: App) -> None:
    rows = tuple(ServiceRow(row.name.rpartition("/")[2], row) for row in ROWS)
    states = ("web: 1 of 2 tasks run", "database: a deployment is in progress")
    listing = ServicesListing(NAMES, (), rows, states, ADDRESSES, ())
    show_listing(app, listing, quiet=False, answer=AnswerForm())


def plan(app: App) -> None:
    container = {"name": "web", "image": "nginx:1.27", "memory": 64, "essential": True}
    before = {"family": "shop", "containerDefinitions": [container]}
    new = {**container, "image": "nginx:1.29", "command": ["nginx", "-g", "daemon off;"]}
    definition = Ref("taskDefinition", "shop:new")
    actions = (
        RegisterTaskDefinition({**before, "containerDefinitions": [new]}, before, 12),
        UpdateService(
            {"cluster": "demo", "service": "shop", "taskDefinition": definition},
            {"taskDefinition": "shop:12"},
        ),
    )
    notice = Finding("port 80/tcp is published, and security group sg-1 lets nobody reach it")
    block = Block("costs, about:", ("load balancer: 18 USD a month, and what passes it",))
    show_plan(app, Plan(actions, (notice,), (block,)), AnswerForm())


def check(app: App) -> None:
    with TemporaryDirectory() as folder:
        with open(f"{folder}/compose.yml", "w", encoding="utf-8") as file:
            file.write(COMPOSE)

        def examined() -> checking.Report:
            project = load_project(LoadOptions(folder, {}))
            return checking.check(project, EcsParams(), TaskSettings(LaunchFlags("EC2")))

        report = checking.examine(examined, "EC2")
    show_report(app, report, strict=False, everything=True, output="text")
    app.console.say(text.summary(report), "error")


def instances(app: App) -> None:
    found = [
        Instance(
            WEB,
            "i-0123456789abcdef0",
            "ACTIVE",
            connected=True,
            type="t3.micro",
            zone="us-east-1a",
            agent="1.107.0",
            docker="25.0.16",
            running=2,
            pending=1,
            cpu=(2048, 1024),
            memory=(983, 513),
        ),
        Instance(DATABASE, "i-0fedcba9876543210", "DRAINING", connected=False, type="t3.micro"),
    ]
    show_instances(app, found)


def errors(app: App) -> None:
    where = Mark("compose.yml", 14, 7)
    message = (
        "services.web.ports: host port 8080 and container port 80 differ; awsvpc needs them equal"
    )
    app.console.warn(Finding("stop_signal is ignored", where, "leave it out"))
    app.console.error(
        InputError(
            message,
            where,
            'publish "80:80", or attach a load balancer: `ecscli compose up --load-balancer`',
        )
    )
    app.console.error(
        AwsError("no right to do that", operation="UpdateService", code="AccessDeniedException")
    )
    app.console.error(
        DeploymentError("service shop did not become stable", reasons=[f"task {OLD}: {REASON}"])
    )
    app.console.error(ChangesPending("15 changes pending", hint="`ecscli up` makes them"))


def waiting(app: App) -> None:
    tree = Tree(("web: [00:12] web:2: 1 running, 1 pending; old web:1: 2 running",))
    steps = (("Vpc", "CREATE_COMPLETE"), ("Role", "CREATE_COMPLETE"), ("Asg", "CREATE_IN_PROGRESS"))
    for name, status in steps:
        line = f"[00:12] {status:<20} EcsInstance{name} AWS::EC2::{name}"
        tree.add(Part(name, line, status == "CREATE_COMPLETE"))
    for line in Terminal(app.console._out, app.console._environment).cut(tree.lines()):
        app.console.styled([Span(line, "progress")])
    app.console.say("[00:15] 2 of 2 instances have joined cluster demo", "done")


SCREENS: dict[str, Screen] = {
    screen.__name__: screen for screen in (ps, services, plan, check, instances, errors, waiting)
}
